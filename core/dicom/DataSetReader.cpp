#include "core/dicom/DataSetReader.h"

#include <algorithm>

#include "core/dicom/DataSetReaderParts.h"
#include "core/dicom/Tags.h"
#include "core/dicom/VrDictionary.h"

namespace akari::dicom {
namespace {

constexpr std::size_t kMostWarnings = 32;

bool isPixelData(Tag tag)
{
    return tag == tags::PixelData || tag == tags::FloatPixelData || tag == tags::DoubleFloatPixelData;
}

bool isLetter(char c) { return c >= 'A' && c <= 'Z'; }

} // namespace

Error ReadFailure::error() const
{
    return {"dicom.unreadable", "The object can't be read as DICOM: " + what + ". Fetch it again, or ask the sender.",
            tag.text() + " at byte " + std::to_string(offset)};
}

DataSetReader::DataSetReader(SharedBytes bytes, const ReadLimits& limits, std::vector<ReadWarning>& warnings)
    : m_bytes(std::move(bytes)), m_limits(limits), m_warnings(warnings), m_elementsLeft(limits.elements)
{
}

void DataSetReader::warn(std::string_view code, std::string_view message, std::uint64_t offset)
{
    const bool said = std::any_of(m_warnings.begin(), m_warnings.end(), [&](const ReadWarning& w) { return w.code == code; });
    if (!said && m_warnings.size() < kMostWarnings) {
        m_warnings.push_back({std::string(code), std::string(message), offset});
    }
}

bool DataSetReader::spend(std::uint32_t count)
{
    if (m_elementsLeft < count) {
        return false;
    }
    m_elementsLeft -= count;
    return true;
}

std::uint16_t DataSetReader::word(std::uint64_t at, bool bigEndian) const
{
    const std::uint8_t* p = m_bytes->data() + at;
    return static_cast<std::uint16_t>(bigEndian ? p[0] << 8 | p[1] : p[1] << 8 | p[0]);
}

std::uint32_t DataSetReader::doubleWord(std::uint64_t at, bool bigEndian) const
{
    const std::uint32_t first = word(at, bigEndian);
    const std::uint32_t second = word(at + 2, bigEndian);
    return bigEndian ? first << 16 | second : second << 16 | first;
}

Tag DataSetReader::tagAt(std::uint64_t at, bool bigEndian) const { return {word(at, bigEndian), word(at + 2, bigEndian)}; }

bool DataSetReader::onlyZerosFrom(std::uint64_t at)
{
    // Asked again and again by a file of many empty (0000,0000), so the answer is kept.
    if (m_otherThanZeroAt < at) {
        const auto found = std::find_if(m_bytes->begin() + static_cast<std::ptrdiff_t>(at), m_bytes->end(), [](std::uint8_t b) { return b != 0; });
        m_otherThanZeroAt = static_cast<std::uint64_t>(found - m_bytes->begin());
    }
    return m_otherThanZeroAt >= m_bytes->size();
}

tl::expected<DataSet, ReadFailure> DataSetReader::readMeta(std::uint64_t begin, std::uint64_t& end)
{
    const std::uint64_t size = m_bytes->size();
    auto content = std::make_shared<DataSet::Content>();
    content->bytes = m_bytes;
    std::uint64_t declaredEnd = UINT64_MAX;
    std::uint64_t at = begin;
    const Scope scope{};
    // A deflated dataset may look like group 0002 by chance, so a group length that fits is believed.
    while (at != declaredEnd && size - at >= 8 && word(at, false) == 0x0002) {
        auto header = readHeader(at, size, scope);
        if (!header) {
            return tl::unexpected<ReadFailure>(header.error());
        }
        Element& element = header->element;
        if (element.length > size - element.offset || !spend()) {
            return stop("a value of the file meta information reaches beyond the end of the file", element.tag, at);
        }
        at = element.offset + element.length;
        if (element.tag == tags::FileMetaInformationGroupLength && element.length == 4) {
            declaredEnd = at + doubleWord(element.offset, false);
        }
        content->elements.push_back(std::move(element));
    }
    if (declaredEnd != UINT64_MAX && at != declaredEnd) {
        warn("meta.length", "The length of the file meta information is wrong; it was read by its tags.", begin);
    }
    std::stable_sort(content->elements.begin(), content->elements.end(),
                     [](const Element& a, const Element& b) { return a.tag < b.tag; });
    end = at;
    return DataSet(std::move(content));
}

tl::expected<DataSet, ReadFailure> DataSetReader::readRoot(std::uint64_t begin, Encoding encoding, std::uint64_t& pixelDataOffset)
{
    m_pixelDataOffset = &pixelDataOffset;
    Scope scope;
    scope.encoding = encoding;
    std::uint64_t at = begin;
    return readElements(at, m_bytes->size(), std::move(scope));
}

DataSetReader::Mark DataSetReader::markAt(std::uint64_t& at, std::uint64_t end, const Scope& scope)
{
    if (end - at < 8) {
        warn("bytes.trailing", "A few bytes after the last element make no element; they were passed over.", at);
        at = end;
        return Mark::End;
    }
    const Tag tag = tagAt(at, scope.encoding.bigEndian);
    if (tag == kItemEnd && scope.isItem) {
        at = scope.untilDelimiter ? at + 8 : end;
        return Mark::Closed;
    }
    if (tag == kSequenceEnd && scope.untilDelimiter) {
        warn("item.unclosed", "An item has no delimiter of its own; its sequence's was taken.", at);
        return Mark::Closed;
    }
    if (!scope.isItem && tag == Tag{} && onlyZerosFrom(at)) {
        warn("bytes.trailing", "Zeros after the last element were passed over.", at);
        return Mark::End;
    }
    return Mark::Element;
}

tl::expected<std::uint64_t, ReadFailure> DataSetReader::readElement(std::uint64_t at, std::uint64_t end, Scope& scope,
                                                                    std::vector<Element>& elements)
{
    auto header = readHeader(at, end, scope);
    if (!header) {
        return tl::unexpected<ReadFailure>(header.error());
    }
    Element& element = header->element;
    if (!spend()) {
        return stop("it has more elements than any object needs", element.tag, at);
    }
    const bool isRootPixelData = !scope.isItem && isPixelData(element.tag);
    if (isRootPixelData && *m_pixelDataOffset == 0) {
        *m_pixelDataOffset = at;
    }
    const auto next = readValue(element, end, scope);
    if (!next || (m_stopped && element.items.empty() && !isRootPixelData)) {
        return next; // cut in the middle of this value: half a value is no value
    }
    m_stopped = m_stopped || (isRootPixelData && m_limits.headerOnly);
    if (element.tag.group == 0xFFFE) {
        warn("delimiter.stray", "A delimiter stands outside any sequence; it was passed over.", at);
        return next;
    }
    noteElement(element, scope);
    elements.push_back(std::move(element));
    return next;
}

tl::expected<DataSet, ReadFailure> DataSetReader::readElements(std::uint64_t& at, std::uint64_t end, Scope scope)
{
    auto content = std::make_shared<DataSet::Content>();
    if (!scope.isItem) {
        content->elements.reserve(64);
    }
    bool closed = !scope.untilDelimiter;
    while (at < end && !m_stopped) {
        const Mark mark = markAt(at, end, scope);
        closed = closed || mark == Mark::Closed;
        if (mark != Mark::Element) {
            break;
        }
        const auto next = readElement(at, end, scope, content->elements);
        if (!next) {
            return tl::unexpected<ReadFailure>(next.error());
        }
        at = *next;
    }
    if (!closed && !m_stopped) {
        if (!m_limits.headerOnly || end != m_bytes->size()) {
            return stop("an item of a sequence has no end", kItemEnd, at);
        }
        m_stopped = true;
    }
    return finish(std::move(content), std::move(scope), at);
}

DataSet DataSetReader::finish(std::shared_ptr<DataSet::Content> content, Scope scope, std::uint64_t at)
{
    std::vector<Element>& elements = content->elements;
    if (elements.empty() && scope.isItem) {
        return {};
    }
    const auto disorder = std::adjacent_find(elements.begin(), elements.end(), [](const Element& a, const Element& b) { return !(a.tag < b.tag); });
    if (disorder != elements.end()) {
        warn("order.wrong", "Elements are out of order or repeated; the first of each was taken.", at);
        std::stable_sort(elements.begin(), elements.end(), [](const Element& a, const Element& b) { return a.tag < b.tag; });
    }
    content->bytes = m_bytes;
    content->characters = std::move(scope.characters);
    content->bigEndian = scope.encoding.bigEndian;
    return DataSet(std::move(content));
}

tl::expected<DataSetReader::Header, ReadFailure> DataSetReader::readHeader(std::uint64_t at, std::uint64_t end, const Scope& scope)
{
    Header header;
    Element& element = header.element;
    element.tag = tagAt(at, scope.encoding.bigEndian);
    if (scope.encoding.implicitVr || element.tag.group == 0xFFFE) {
        element.vr = dictionaryVr(element.tag, scope.pixelsAreSigned);
        element.length = doubleWord(at + 4, scope.encoding.bigEndian);
        element.offset = at + 8;
    } else {
        readExplicitLength(header, at, end, scope);
        if (element.offset > end) {
            if (m_limits.headerOnly && end == m_bytes->size()) {
                element.offset = end;
                element.length = 1; // reaches beyond the end, so the walk stops here
                return header;
            }
            return stop("an element's header is cut off", element.tag, at);
        }
    }
    element.undefinedLength = element.length == kUndefinedLength;
    return header;
}

void DataSetReader::readExplicitLength(Header& header, std::uint64_t at, std::uint64_t end, const Scope& scope)
{
    const bool bigEndian = scope.encoding.bigEndian;
    Element& element = header.element;
    const std::uint8_t* p = m_bytes->data() + at;
    element.vr = {static_cast<char>(p[4]), static_cast<char>(p[5])};
    const auto takeShort = [&] {
        element.length = word(at + 6, bigEndian);
        element.offset = at + 8;
    };
    const auto takeLong = [&] {
        element.offset = at + 12;
        element.length = element.offset <= end ? doubleWord(at + 8, bigEndian) : 0;
    };
    if (isKnownVr(element.vr)) {
        hasLongForm(element.vr) ? takeLong() : takeShort();
        return;
    }
    warn("vr.unknown", "An element's value representation is unknown.", at);
    if (isLetter(element.vr.code[0]) && isLetter(element.vr.code[1])) {
        // PS3.5 7.1.2: whatever will be defined in future has the long form; a few writers use the short one.
        takeLong();
        if (word(at + 6, bigEndian) != 0 || element.offset > end || element.length > end - element.offset) {
            takeShort();
        }
        return;
    }
    // Some writers leave a few elements in implicit VR behind.
    const std::uint32_t length = doubleWord(at + 4, bigEndian);
    if (length == kUndefinedLength || length <= end - at - 8) {
        element.vr = dictionaryVr(element.tag, scope.pixelsAreSigned);
        element.length = length;
        element.offset = at + 8;
        return;
    }
    element.vr = kUnknownVr;
    takeShort();
}

tl::expected<std::uint64_t, ReadFailure> DataSetReader::readValue(Element& element, std::uint64_t end, const Scope& scope)
{
    if (element.undefinedLength) {
        return readUndefined(element, end, scope);
    }
    const std::uint64_t left = end - element.offset;
    if (element.length > left) {
        const bool atEnd = end == m_bytes->size();
        if (!scope.isItem && isPixelData(element.tag)) {
            if (!m_limits.headerOnly) {
                warn("pixels.truncated", "Pixel Data ends before its declared length; the object is incomplete.", element.offset);
            }
            element.length = left;
            return end;
        }
        if (m_limits.headerOnly && atEnd) {
            m_stopped = true;
            return end;
        }
        return stop("a value reaches beyond the end of what holds it", element.tag, element.offset);
    }
    if (element.length % 2 != 0) {
        warn("length.odd", "A value has an odd length.", element.offset);
    }
    const std::uint64_t next = element.offset + element.length;
    const bool startsWithItem = element.length >= 8 && tagAt(element.offset, scope.encoding.bigEndian) == kItem;
    if (element.vr == kSequenceVr && element.length > 0 && scope.encoding.implicitVr && !startsWithItem) {
        warn("sequence.notItems", "A sequence holds no items; it was kept as bytes.", element.offset);
        element.vr = kUnknownVr;
        return next;
    }
    if (element.vr == kSequenceVr) {
        auto items = readItems(element.offset, next, false, scope, element.tag);
        if (!items) {
            return tl::unexpected<ReadFailure>(items.error());
        }
        element.items = std::move(items->items);
    } else if (element.vr == kUnknownVr && element.length >= 8) {
        readNestedIfSequence(element, scope);
    }
    return next;
}

void DataSetReader::noteElement(const Element& element, Scope& scope)
{
    if (element.tag == tags::SpecificCharacterSet && element.length <= 1024) {
        const std::string_view text = asText(BytesView(*m_bytes).subspan(element.offset, element.length));
        std::vector<std::string> terms;
        std::size_t begin = 0;
        while (begin <= text.size()) {
            const std::size_t bar = std::min(text.find('\\', begin), text.size());
            std::string term(text.substr(begin, bar - begin));
            term.erase(0, term.find_first_not_of(' '));
            term.erase(term.find_last_not_of(std::string_view(" \0", 2)) + 1);
            terms.push_back(std::move(term));
            begin = bar + 1;
        }
        auto characters = std::make_shared<const CharacterSet>(std::move(terms));
        if (!characters->known()) {
            warn("charset.unknown", "The Specific Character Set is unknown; text may be shown wrongly.", element.offset);
        }
        scope.characters = std::move(characters);
    } else if (element.tag == tags::PixelRepresentation && element.length == 2) {
        scope.pixelsAreSigned = word(element.offset, scope.encoding.bigEndian) == 1;
    }
}

} // namespace akari::dicom
