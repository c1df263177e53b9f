#include "core/dicom/DataSetReader.h"
#include "core/dicom/DataSetReaderParts.h"
#include "core/dicom/Tags.h"
#include "core/dicom/VrDictionary.h"

namespace akari::dicom {
tl::expected<std::uint64_t, ReadFailure> DataSetReader::readUndefined(Element& element, std::uint64_t end, const Scope& scope)
{
    const bool unknown = element.vr == kUnknownVr;
    const bool isPixelData = element.tag == tags::PixelData;
    if (!isPixelData && (element.vr == kSequenceVr || unknown || scope.encoding.implicitVr)) {
        Scope inner = scope;
        if (unknown && !scope.encoding.implicitVr) {
            inner.encoding = encodingOfUnknown(element.offset, end);
        }
        auto items = readItems(element.offset, end, true, inner, element.tag);
        if (!items) {
            return tl::unexpected<ReadFailure>(items.error());
        }
        if (scope.encoding.implicitVr) {
            element.vr = kSequenceVr;
        }
        element.items = std::move(items->items);
        const bool delimited = items->end >= element.offset + 8 && !m_stopped;
        element.length = items->end - element.offset - (delimited ? 8 : 0);
        return items->end;
    }
    return skipFragments(element, end, scope);
}

tl::expected<std::uint64_t, ReadFailure> DataSetReader::skipFragments(Element& element, std::uint64_t end, const Scope& scope)
{
    const bool isRootPixelData = !scope.isItem && element.tag == tags::PixelData;
    const bool bigEndian = scope.encoding.bigEndian;
    std::uint64_t at = element.offset;
    while (end - at >= 8) {
        const Tag tag = tagAt(at, bigEndian);
        const std::uint32_t length = doubleWord(at + 4, bigEndian);
        if (tag == kSequenceEnd) {
            element.length = at - element.offset;
            return at + 8;
        }
        if (tag != kItem || length == kUndefinedLength || length > end - at - 8) {
            break;
        }
        at += 8 + std::uint64_t{length};
    }
    // What could be walked stands; frameExtents decides whether it suffices.
    element.length = (isRootPixelData ? end : at) - element.offset;
    if (isRootPixelData) {
        if (!m_limits.headerOnly) {
            warn("pixels.truncated", "The fragments of Pixel Data end before their delimiter; the object is incomplete.", at);
        }
        return end;
    }
    if (m_limits.headerOnly && end == m_bytes->size()) {
        m_stopped = true;
        return end;
    }
    return stop("a value of undefined length has no end", element.tag, at);
}

Encoding DataSetReader::encodingOfUnknown(std::uint64_t firstItem, std::uint64_t end) const
{
    // PS3.5 6.2.2: implicit little endian. Some writers keep explicit VR inside; its letters can't be a length that fits.
    if (end - firstItem >= 16 && tagAt(firstItem, false) == kItem) {
        const std::uint8_t* p = m_bytes->data() + firstItem + 8;
        const Vr vr{static_cast<char>(p[4]), static_cast<char>(p[5])};
        if (isKnownVr(vr) && doubleWord(firstItem + 12, false) > end - firstItem - 16) {
            return {false, false};
        }
    }
    return {true, false};
}

void DataSetReader::readNestedIfSequence(Element& element, const Scope& scope)
{
    if (tagAt(element.offset, false) != kItem) {
        return;
    }
    const std::uint64_t end = element.offset + element.length;
    Scope inner = scope;
    inner.encoding = encodingOfUnknown(element.offset, end);
    const std::size_t warningsBefore = m_warnings.size();
    const bool stoppedBefore = m_stopped;
    auto items = readItems(element.offset, end, false, inner, element.tag);
    if (items && !m_stopped) {
        element.items = std::move(items->items);
        return;
    }
    // Bytes that merely begin like an item stay bytes, and what was said about them is taken back.
    m_stopped = stoppedBefore;
    m_warnings.resize(warningsBefore);
}

tl::expected<DataSetReader::Items, ReadFailure> DataSetReader::readItems(std::uint64_t at, std::uint64_t end, bool untilDelimiter,
                                                                         const Scope& scope, Tag tag)
{
    if (scope.depth >= m_limits.depth) {
        return stop("sequences are nested too deep", tag, at);
    }
    Items result;
    const bool bigEndian = scope.encoding.bigEndian;
    while (!m_stopped) {
        if (end - at < 8) {
            if (!untilDelimiter) {
                at = end;
                break;
            }
            if (!m_limits.headerOnly || end != m_bytes->size()) {
                return stop("a sequence of undefined length has no end", tag, at);
            }
            m_stopped = true;
            break;
        }
        const Tag marker = tagAt(at, bigEndian);
        const std::uint32_t length = doubleWord(at + 4, bigEndian);
        at += 8;
        if (marker == kSequenceEnd) {
            at = untilDelimiter ? at : end;
            break;
        }
        if (marker == kItemEnd && length == 0) {
            warn("delimiter.stray", "A delimiter stands where an item should; it was passed over.", at);
            continue;
        }
        if (marker != kItem) {
            return stop("a sequence holds something else than items", tag, at - 8);
        }
        if (!spend()) {
            return stop("it has more items than any object needs", tag, at - 8);
        }
        auto item = readItem(at, end, length, scope, tag);
        if (!item) {
            return tl::unexpected<ReadFailure>(item.error());
        }
        result.items.push_back(std::move(*item));
    }
    result.end = at;
    return result;
}

tl::expected<DataSet, ReadFailure> DataSetReader::readItem(std::uint64_t& at, std::uint64_t end, std::uint32_t length, const Scope& scope,
                                                           Tag tag)
{
    Scope inner = scope;
    inner.isItem = true;
    inner.depth = scope.depth + 1;
    inner.untilDelimiter = length == kUndefinedLength;
    if (inner.untilDelimiter) {
        return readElements(at, end, std::move(inner));
    }
    std::uint64_t itemEnd = at + length;
    const bool overlong = itemEnd > end;
    // Anywhere but at the end of the bytes its rest would be read as elements of the dataset around it.
    if (overlong && end != m_bytes->size()) {
        return stop("an item reaches beyond the end of its sequence", tag, at);
    }
    const bool cut = overlong && m_limits.headerOnly;
    if (overlong) {
        itemEnd = end;
        if (!cut) {
            warn("item.overlong", "The last item of a sequence is longer than the file; what is there was read.", at);
        }
    }
    auto item = readElements(at, itemEnd, std::move(inner));
    m_stopped = m_stopped || (item && cut);
    at = itemEnd;
    return item;
}

} // namespace akari::dicom
