#include "core/dicom/DataSetBuilder.h"

#include <algorithm>
#include <array>
#include <bit>
#include <charconv>
#include <cmath>

#include "core/dicom/Tags.h"
#include "core/dicom/VrDictionary.h"

namespace akari::dicom {
namespace {

void append(Bytes& out, std::uint64_t value, unsigned size)
{
    for (unsigned k = 0; k < size; ++k) {
        out.push_back(static_cast<std::uint8_t>(value >> (8 * k)));
    }
}

void appendTag(Bytes& out, Tag tag)
{
    append(out, tag.group, 2);
    append(out, tag.element, 2);
}

void appendHeader(Bytes& out, Tag tag, Vr vr, std::uint64_t length)
{
    appendTag(out, tag);
    out.push_back(static_cast<std::uint8_t>(vr.code[0]));
    out.push_back(static_cast<std::uint8_t>(vr.code[1]));
    if (hasLongForm(vr)) {
        append(out, 0, 2);
        append(out, length, 4);
    } else {
        append(out, length, 2);
    }
}

Bytes paddedText(Vr vr, std::string_view text)
{
    Bytes out(text.begin(), text.end());
    if (out.size() % 2 != 0) {
        out.push_back(vr.is('U', 'I') ? 0 : ' ');
    }
    return out;
}

// The shortest form that reads back as the same number; if that takes more than 16 characters, the nearest that fits.
std::string decimalString(double value)
{
    std::array<char, 40> buffer{};
    const auto write = [&](auto... form) {
        const auto [end, error] = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value, form...);
        return error == std::errc{} ? std::string(buffer.data(), end) : std::string{};
    };
    std::string best = write();
    for (int precision = 16; (best.empty() || best.size() > 16) && precision > 0; --precision) {
        best = write(std::chars_format::general, precision);
    }
    return best;
}

std::string joined(const std::vector<std::string>& values)
{
    std::string all;
    for (std::size_t k = 0; k < values.size(); ++k) {
        all += (k > 0 ? "\\" : "") + values[k];
    }
    return all;
}

} // namespace

DataSetBuilder& DataSetBuilder::raw(Tag tag, Vr vr, Bytes value)
{
    if (value.size() % 2 != 0) {
        value.push_back(0);
    }
    Value element;
    element.vr = vr;
    element.bytes = std::move(value);
    m_elements.insert_or_assign(tag, std::move(element));
    return *this;
}

DataSetBuilder& DataSetBuilder::text(Tag tag, Vr vr, std::string_view utf8) { return raw(tag, vr, paddedText(vr, utf8)); }

DataSetBuilder& DataSetBuilder::texts(Tag tag, Vr vr, const std::vector<std::string>& values) { return text(tag, vr, joined(values)); }

DataSetBuilder& DataSetBuilder::decimals(Tag tag, const std::vector<double>& values)
{
    std::vector<std::string> texts;
    texts.reserve(values.size());
    for (const double value : values) {
        texts.push_back(std::isfinite(value) ? decimalString(value) : std::string{});
    }
    return text(tag, {'D', 'S'}, joined(texts));
}

DataSetBuilder& DataSetBuilder::integers(Tag tag, Vr vr, const std::vector<std::int64_t>& values)
{
    if (isText(vr)) {
        std::vector<std::string> texts;
        texts.reserve(values.size());
        for (const std::int64_t value : values) {
            texts.push_back(std::to_string(value));
        }
        return text(tag, vr, joined(texts));
    }
    Bytes bytes;
    for (const std::int64_t value : values) {
        append(bytes, static_cast<std::uint64_t>(value), wordSize(vr));
    }
    return raw(tag, vr, std::move(bytes));
}

DataSetBuilder& DataSetBuilder::doubles(Tag tag, Vr vr, const std::vector<double>& values)
{
    Bytes bytes;
    for (const double value : values) {
        if (wordSize(vr) == 4) {
            append(bytes, std::bit_cast<std::uint32_t>(static_cast<float>(value)), 4);
        } else {
            append(bytes, std::bit_cast<std::uint64_t>(value), 8);
        }
    }
    return raw(tag, vr, std::move(bytes));
}

DataSetBuilder& DataSetBuilder::attributeTags(Tag tag, const std::vector<Tag>& values)
{
    Bytes bytes;
    for (const Tag value : values) {
        appendTag(bytes, value);
    }
    return raw(tag, {'A', 'T'}, std::move(bytes));
}

DataSetBuilder& DataSetBuilder::sequence(Tag tag, std::vector<DataSetBuilder> items)
{
    Value element;
    element.vr = kSequenceVr;
    element.items = std::move(items);
    m_elements.insert_or_assign(tag, std::move(element));
    return *this;
}

DataSetBuilder& DataSetBuilder::encapsulated(Tag tag, const std::vector<Bytes>& fragments)
{
    Value element;
    element.vr = {'O', 'B'};
    element.fragments = fragments;
    element.isEncapsulated = true;
    m_elements.insert_or_assign(tag, std::move(element));
    return *this;
}

DataSetBuilder& DataSetBuilder::empty(Tag tag, Vr vr) { return raw(tag, vr, {}); }

Bytes DataSetBuilder::encode() const
{
    constexpr Tag kItem{0xFFFE, 0xE000};
    constexpr Tag kSequenceEnd{0xFFFE, 0xE0DD};
    Bytes out;
    for (const auto& [tag, value] : m_elements) {
        if (value.isEncapsulated) {
            appendHeader(out, tag, value.vr, 0xFFFFFFFF);
            appendTag(out, kItem);
            append(out, 0, 4);
            for (const Bytes& fragment : value.fragments) {
                appendTag(out, kItem);
                append(out, fragment.size() + fragment.size() % 2, 4);
                out.insert(out.end(), fragment.begin(), fragment.end());
                if (fragment.size() % 2 != 0) {
                    out.push_back(0);
                }
            }
            appendTag(out, kSequenceEnd);
            append(out, 0, 4);
        } else if (value.vr == kSequenceVr) {
            Bytes items;
            for (const DataSetBuilder& item : value.items) {
                const Bytes bytes = item.encode();
                appendTag(items, kItem);
                append(items, bytes.size(), 4);
                items.insert(items.end(), bytes.begin(), bytes.end());
            }
            appendHeader(out, tag, value.vr, items.size());
            out.insert(out.end(), items.begin(), items.end());
        } else if (!hasLongForm(value.vr) && value.bytes.size() > 0xFFFF) {
            // PS3.5 6.2.2 note 3: a value too long for its VR's length field goes as UN.
            appendHeader(out, tag, kUnknownVr, value.bytes.size());
            out.insert(out.end(), value.bytes.begin(), value.bytes.end());
        } else {
            appendHeader(out, tag, value.vr, value.bytes.size());
            out.insert(out.end(), value.bytes.begin(), value.bytes.end());
        }
    }
    return out;
}

Bytes writePart10(const DataSetBuilder& dataSet, std::string_view transferSyntaxUid, std::string_view sopClassUid,
                  std::string_view sopInstanceUid)
{
    constexpr Vr kUid{'U', 'I'};
    DataSetBuilder meta;
    meta.raw(tags::FileMetaInformationVersion, {'O', 'B'}, {0, 1})
        .text(tags::MediaStorageSOPClassUID, kUid, sopClassUid)
        .text(tags::MediaStorageSOPInstanceUID, kUid, sopInstanceUid)
        .text(tags::TransferSyntaxUID, kUid, transferSyntaxUid)
        .text(tags::ImplementationClassUID, kUid, kImplementationClassUid)
        .text(tags::ImplementationVersionName, {'S', 'H'}, kImplementationVersionName);
    const Bytes metaBytes = meta.encode();
    DataSetBuilder length;
    length.integers(tags::FileMetaInformationGroupLength, {'U', 'L'}, {static_cast<std::int64_t>(metaBytes.size())});
    Bytes out(128, 0);
    for (const Bytes& part : {Bytes{'D', 'I', 'C', 'M'}, length.encode(), metaBytes, dataSet.encode()}) {
        out.insert(out.end(), part.begin(), part.end());
    }
    return out;
}

} // namespace akari::dicom
