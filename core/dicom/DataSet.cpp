#include <algorithm>
#include <bit>
#include <charconv>
#include <cmath>
#include <cstring>

#include "core/dicom/DataSetContent.h"
#include "core/dicom/Tags.h"
#include "core/dicom/VrDictionary.h"

namespace akari::dicom {
namespace {

const std::vector<DataSet> kNoItems;
// numbers() is for lists, not for pixels: eight bytes for each byte of a large value would be a way to exhaust memory.
constexpr std::size_t kMostNumbers = 4'000'000;

std::string_view trimmed(std::string_view text, bool keepLeading)
{
    constexpr std::string_view kPadding(" \0", 2);
    const std::size_t last = text.find_last_not_of(kPadding);
    if (last == std::string_view::npos) {
        return {};
    }
    text = text.substr(0, last + 1);
    return keepLeading ? text : text.substr(std::min(text.find_first_not_of(' '), text.size()));
}

std::optional<double> parseDecimal(std::string_view text)
{
    text = trimmed(text, false);
    if (!text.empty() && text.front() == '+') {
        text.remove_prefix(1);
    }
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) {
        return std::nullopt;
    }
    return value;
}

// One binary number; `at` is within the bytes.
struct WordReader {
    BytesView bytes;
    bool bigEndian;

    std::uint64_t word(std::size_t at, unsigned size) const
    {
        std::uint64_t value = 0;
        for (unsigned k = 0; k < size; ++k) {
            value = value << 8 | bytes[at + (bigEndian ? k : size - 1 - k)];
        }
        return value;
    }
};

std::optional<double> binaryNumber(const WordReader& words, Vr vr, std::size_t index)
{
    const unsigned size = wordSize(vr);
    const std::uint64_t raw = words.word(index * size, size);
    double value = 0;
    if (vr.is('F', 'L') || vr.is('O', 'F')) {
        value = std::bit_cast<float>(static_cast<std::uint32_t>(raw));
    } else if (vr.is('F', 'D') || vr.is('O', 'D')) {
        value = std::bit_cast<double>(raw);
    } else if (vr.is('S', 'S')) {
        value = static_cast<std::int16_t>(raw);
    } else if (vr.is('S', 'L')) {
        value = static_cast<std::int32_t>(raw);
    } else if (vr.is('S', 'V')) {
        value = static_cast<double>(static_cast<std::int64_t>(raw));
    } else {
        value = static_cast<double>(raw);
    }
    return std::isfinite(value) ? std::optional(value) : std::nullopt;
}

std::optional<std::int64_t> exactInteger(double value)
{
    if (std::trunc(value) != value || std::abs(value) > 9007199254740992.0) {
        return std::nullopt;
    }
    return static_cast<std::int64_t>(value);
}

std::string_view nthValue(std::string_view text, std::size_t index)
{
    for (; index > 0; --index) {
        const std::size_t bar = text.find('\\');
        if (bar == std::string_view::npos) {
            return {};
        }
        text.remove_prefix(bar + 1);
    }
    return text.substr(0, text.find('\\'));
}

} // namespace

DataSet::DataSet()
{
    static const auto empty = std::make_shared<const Content>();
    m_content = empty;
}

DataSet::DataSet(std::shared_ptr<const Content> content) : m_content(std::move(content)) {}

const Element* DataSet::find(Tag tag) const
{
    const auto& all = m_content->elements;
    const auto found = std::lower_bound(all.begin(), all.end(), tag, [](const Element& element, Tag wanted) { return element.tag < wanted; });
    return found != all.end() && found->tag == tag ? &*found : nullptr;
}

const std::vector<Element>& DataSet::elements() const { return m_content->elements; }
bool DataSet::bigEndian() const { return m_content->bigEndian; }

BytesView DataSet::bytes(Tag tag) const
{
    const Element* element = find(tag);
    if (!element || !m_content->bytes || element->offset > m_content->bytes->size() ||
        element->length > m_content->bytes->size() - element->offset) {
        return {};
    }
    return BytesView(*m_content->bytes).subspan(element->offset, element->length);
}

namespace {

// PS3.5 6.2.2: the value of a known attribute sent as UN is what it would be in implicit little endian.
Vr effectiveVr(const Element& element, bool pixelsAreSigned)
{
    return element.vr == kUnknownVr ? dictionaryVr(element.tag, pixelsAreSigned) : element.vr;
}

bool signedPixels(const DataSet& dataSet, const Element& element)
{
    return element.vr == kUnknownVr && element.tag != tags::PixelRepresentation && dataSet.integer(tags::PixelRepresentation) == 1;
}

std::string decoded(const DataSet::Content& content, BytesView value, Vr vr, bool* suspicious = nullptr)
{
    static const CharacterSet defaultRepertoire;
    const CharacterSet& characters = content.characters ? *content.characters : defaultRepertoire;
    return characters.decode(value, vr.is('P', 'N'), suspicious);
}

} // namespace

std::vector<std::string> DataSet::texts(Tag tag) const
{
    const Element* element = find(tag);
    if (!element || !element->items.empty()) {
        return {};
    }
    const Vr vr = effectiveVr(*element, false);
    // Decoded before it is split: a backslash may be the second byte of an ideograph.
    const std::string all = decoded(*m_content, bytes(tag), vr);
    if (isWholeText(vr)) {
        const std::string_view whole = trimmed(all, true);
        return whole.empty() ? std::vector<std::string>{} : std::vector<std::string>{std::string(whole)};
    }
    if (trimmed(all, false).empty()) {
        return {};
    }
    std::vector<std::string> values;
    std::size_t begin = 0;
    while (begin <= all.size()) {
        const std::size_t bar = std::min(all.find('\\', begin), all.size());
        values.emplace_back(trimmed(std::string_view(all).substr(begin, bar - begin), false));
        begin = bar + 1;
    }
    return values;
}

bool DataSet::fitsCharacterSet(Tag tag) const
{
    const Element* element = find(tag);
    const Vr vr = element ? effectiveVr(*element, false) : kUnknownVr;
    if (!element || !element->items.empty() || !usesCharacterSet(vr)) {
        return true;
    }
    bool suspicious = false;
    static_cast<void>(decoded(*m_content, bytes(tag), vr, &suspicious));
    return !suspicious;
}

std::optional<std::string> DataSet::text(Tag tag) const
{
    auto values = texts(tag);
    if (values.empty() || values.front().empty()) {
        return std::nullopt;
    }
    return std::move(values.front());
}

std::string DataSet::textOr(Tag tag, std::string fallback) const { return text(tag).value_or(std::move(fallback)); }

std::optional<PersonName> DataSet::personName(Tag tag) const
{
    const auto value = text(tag);
    if (!value) {
        return std::nullopt;
    }
    PersonName name = PersonName::parse(*value);
    return name.empty() ? std::nullopt : std::optional(std::move(name));
}

std::optional<double> DataSet::number(Tag tag, std::size_t index) const
{
    const Element* element = find(tag);
    if (!element || !element->items.empty()) {
        return std::nullopt;
    }
    const Vr vr = effectiveVr(*element, signedPixels(*this, *element));
    const BytesView value = bytes(tag);
    const unsigned size = wordSize(vr);
    if (size == 0) {
        return parseDecimal(nthValue(asText(value), index));
    }
    if (vr == kSequenceVr || vr == kUnknownVr || index >= value.size() / size) {
        return std::nullopt;
    }
    return binaryNumber({value, m_content->bigEndian && element->vr != kUnknownVr}, vr, index);
}

std::vector<double> decimalsOf(std::string_view text)
{
    std::vector<double> out;
    std::string_view rest = trimmed(text, false);
    while (!rest.empty()) {
        const std::size_t bar = rest.find('\\');
        const auto one = parseDecimal(rest.substr(0, bar));
        if (!one || bar == rest.size() - 1) {
            return {};
        }
        out.push_back(*one);
        rest = bar == std::string_view::npos ? std::string_view{} : rest.substr(bar + 1);
    }
    return out;
}

std::vector<double> DataSet::numbers(Tag tag) const
{
    const Element* element = find(tag);
    if (!element || !element->items.empty()) {
        return {};
    }
    const Vr vr = effectiveVr(*element, signedPixels(*this, *element));
    const BytesView value = bytes(tag);
    const unsigned size = wordSize(vr);
    if (size == 0) {
        return decimalsOf(asText(value));
    }
    std::vector<double> out;
    if (vr == kSequenceVr || vr == kUnknownVr || value.size() / size > kMostNumbers) {
        return {};
    }
    const WordReader words{value, m_content->bigEndian && element->vr != kUnknownVr};
    out.reserve(value.size() / size);
    for (std::size_t index = 0; index < value.size() / size; ++index) {
        const auto one = binaryNumber(words, vr, index);
        if (!one) {
            return {};
        }
        out.push_back(*one);
    }
    return out;
}

std::optional<std::int64_t> DataSet::integer(Tag tag, std::size_t index) const
{
    const Element* element = find(tag);
    if (element && (element->vr.is('S', 'V') || element->vr.is('U', 'V'))) {
        const BytesView value = bytes(tag);
        if (index >= value.size() / 8) {
            return std::nullopt;
        }
        const std::uint64_t raw = WordReader{value, m_content->bigEndian}.word(index * 8, 8);
        const bool fits = element->vr.is('S', 'V') || raw <= INT64_MAX;
        return fits ? std::optional(static_cast<std::int64_t>(raw)) : std::nullopt;
    }
    const auto value = number(tag, index);
    return value ? exactInteger(*value) : std::nullopt;
}

std::vector<Tag> DataSet::attributeTags(Tag tag) const
{
    const Element* element = find(tag);
    if (!element || !effectiveVr(*element, false).is('A', 'T')) {
        return {};
    }
    const BytesView value = bytes(tag);
    const WordReader words{value, m_content->bigEndian && element->vr != kUnknownVr};
    std::vector<Tag> out;
    for (std::size_t at = 0; at + 4 <= value.size(); at += 4) {
        out.emplace_back(static_cast<std::uint16_t>(words.word(at, 2)), static_cast<std::uint16_t>(words.word(at + 2, 2)));
    }
    return out;
}

const std::vector<DataSet>& DataSet::items(Tag tag) const
{
    const Element* element = find(tag);
    return element ? element->items : kNoItems;
}

} // namespace akari::dicom
