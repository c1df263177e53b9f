// Private to the room: the walk over a dataset's bytes. Every length is held against the bytes that remain before it is used.
#pragma once

#include <memory>

#include "core/dicom/DataSetContent.h"

namespace akari::dicom {

struct Encoding {
    bool implicitVr = false;
    bool bigEndian = false;
};

// Where the walk stopped, and why.
struct ReadFailure {
    std::string what;
    Tag tag;
    std::uint64_t offset = 0;
    Error error() const;
};

class DataSetReader {
public:
    DataSetReader(SharedBytes bytes, const ReadLimits& limits, std::vector<ReadWarning>& warnings);

    // The meta header from `begin`; `end` is where the dataset starts. Always explicit little endian (PS3.10 7.1).
    tl::expected<DataSet, ReadFailure> readMeta(std::uint64_t begin, std::uint64_t& end);
    // From `begin` to the end of the bytes. pixelDataOffset as in Part10.
    tl::expected<DataSet, ReadFailure> readRoot(std::uint64_t begin, Encoding encoding, std::uint64_t& pixelDataOffset);

    void warn(std::string_view code, std::string_view message, std::uint64_t offset);

private:
    struct Scope {
        Encoding encoding;
        std::shared_ptr<const CharacterSet> characters;
        bool pixelsAreSigned = false;
        std::uint32_t depth = 0;
        bool isItem = false;
        bool untilDelimiter = false; // an item of undefined length
    };
    struct Header {
        Element element;
        std::uint64_t next = 0; // first byte of the value
    };
    struct Items {
        std::vector<DataSet> items;
        std::uint64_t end = 0;
    };

    tl::expected<DataSet, ReadFailure> readElements(std::uint64_t& at, std::uint64_t end, Scope scope);
    // What is to be done at `at`, where an element is expected.
    enum class Mark { Element, End, Closed };
    Mark markAt(std::uint64_t& at, std::uint64_t end, const Scope& scope);
    // Reads one element into `elements`; returns where the next one starts.
    tl::expected<std::uint64_t, ReadFailure> readElement(std::uint64_t at, std::uint64_t end, Scope& scope, std::vector<Element>& elements);
    DataSet finish(std::shared_ptr<DataSet::Content> content, Scope scope, std::uint64_t at);
    tl::expected<Header, ReadFailure> readHeader(std::uint64_t at, std::uint64_t end, const Scope& scope);
    void readExplicitLength(Header& header, std::uint64_t at, std::uint64_t end, const Scope& scope);
    tl::expected<std::uint64_t, ReadFailure> readValue(Element& element, std::uint64_t end, const Scope& scope);
    tl::expected<std::uint64_t, ReadFailure> readUndefined(Element& element, std::uint64_t end, const Scope& scope);
    tl::expected<Items, ReadFailure> readItems(std::uint64_t at, std::uint64_t end, bool untilDelimiter, const Scope& scope, Tag tag);
    tl::expected<DataSet, ReadFailure> readItem(std::uint64_t& at, std::uint64_t end, std::uint32_t length, const Scope& scope, Tag tag);
    tl::expected<std::uint64_t, ReadFailure> skipFragments(Element& element, std::uint64_t end, const Scope& scope);
    void readNestedIfSequence(Element& element, const Scope& scope);
    void noteElement(const Element& element, Scope& scope);
    Encoding encodingOfUnknown(std::uint64_t firstItem, std::uint64_t end) const;
    bool onlyZerosFrom(std::uint64_t at);
    bool spend(std::uint32_t count = 1);

    std::uint16_t word(std::uint64_t at, bool bigEndian) const;
    std::uint32_t doubleWord(std::uint64_t at, bool bigEndian) const;
    Tag tagAt(std::uint64_t at, bool bigEndian) const;

    SharedBytes m_bytes;
    ReadLimits m_limits;
    std::vector<ReadWarning>& m_warnings;
    std::uint32_t m_elementsLeft;
    std::uint64_t* m_pixelDataOffset = nullptr;
    std::uint64_t m_otherThanZeroAt = 0;
    bool m_stopped = false; // a header block's end was reached
};

} // namespace akari::dicom
