// The one reader of datasets: bounded, in-process, never throws on bad bytes, never allocates more than a small multiple of the input.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/Bytes.h"
#include "core/base/Identity.h"
#include "core/base/Result.h"
#include "core/dicom/PersonName.h"
#include "core/dicom/Tag.h"

namespace akari::dicom {

class DataSet;

// One element as it lies in the bytes. Values are decoded when asked for.
struct Element {
    Tag tag;
    Vr vr;
    std::uint64_t offset = 0;      // of the value, from the start of the file's bytes
    std::uint64_t length = 0;      // of the value; of an undefined length what was found up to the delimiter
    bool undefinedLength = false;
    std::vector<DataSet> items;    // of a sequence (SQ, or UN read as one)
};

// An immutable view of one dataset or sequence item; shares ownership of the bytes. Copying is cheap-ish (elements are shared).
// All text comes out as UTF-8, decoded by Specific Character Set (0008,0005) of this dataset or the nearest enclosing one.
// Absent, empty and unreadable values give nullopt or an empty vector, never a default that could be taken for a value.
class DataSet {
public:
    DataSet();

    const Element* find(Tag tag) const;
    bool has(Tag tag) const { return find(tag) != nullptr; }
    const std::vector<Element>& elements() const;

    std::optional<std::string> text(Tag tag) const;         // first value, outer padding removed; LT/ST/UT whole
    std::vector<std::string> texts(Tag tag) const;          // every value (backslash), padding removed
    std::optional<PersonName> personName(Tag tag) const;
    std::optional<double> number(Tag tag, std::size_t index = 0) const;   // DS IS FL FD US SS UL SL UV SV, and US-or-SS by its VR
    std::vector<double> numbers(Tag tag) const;
    std::optional<std::int64_t> integer(Tag tag, std::size_t index = 0) const;
    std::vector<Tag> attributeTags(Tag tag) const;          // AT
    const std::vector<DataSet>& items(Tag tag) const;       // empty when absent
    BytesView bytes(Tag tag) const;                         // raw value bytes as they lie in the file
    bool bigEndian() const;

    std::string textOr(Tag tag, std::string fallback = {}) const;

    // False where the bytes have no meaning in the declared character set, so that the text may be wrong. True for what is no such text.
    bool fitsCharacterSet(Tag tag) const;

    struct Content;
    explicit DataSet(std::shared_ptr<const Content> content);

private:
    std::shared_ptr<const Content> m_content;
};

// The values of a DS or IS; empty unless every one is a number.
std::vector<double> decimalsOf(std::string_view text);

// Something odd that was read past. Carried to the viewport (`warnings`).
struct ReadWarning {
    std::string code;      // "charset.unknown", "length.odd", ...
    std::string message;   // no patient data
    std::uint64_t offset = 0;
};

// Where one frame's bytes lie: fragments to be joined for encapsulated syntaxes, one run for native ones.
struct FrameExtent {
    struct Run {
        std::uint64_t offset;
        std::uint64_t length;
    };
    std::vector<Run> runs;
};

struct Part10 {
    SharedBytes bytes;             // what every offset counts in: the file's bytes; of a deflated file, with the dataset inflated
    SharedBytes source;            // the file's bytes as handed in
    DataSet meta;                  // group 0002; empty when the file has none
    DataSet dataSet;
    std::string transferSyntaxUid; // as declared, or guessed from the bytes (with a warning)
    bool encapsulated = false;
    std::uint64_t pixelDataOffset = 0; // of the Pixel Data element's tag; 0 when there is none. The header block is [0, this)
    std::vector<ReadWarning> warnings;
};

struct ReadLimits {
    std::uint32_t depth = 32;
    std::uint32_t elements = 2'000'000;
    // True: the bytes are a header block, cut before Pixel Data; what ends early is no error.
    bool headerOnly = false;
};

// Reads PS3.10 bytes: with or without preamble and meta header, implicit, explicit little and big endian, deflated.
// Fails with "dicom.unreadable" (tag and offset in detail). Safe on any bytes.
Result<Part10> readPart10(SharedBytes bytes, const ReadLimits& limits = {});

// The extents of every frame in order (PS3.5 A.4: basic and extended offset tables, one or many fragments a frame, native with
// odd bit widths). "pixels.absent" when there are none, "pixels.short" when the bytes can't hold what is declared, "pixels.undescribed"
// when Rows, Columns or the bit width are missing or absurd, "pixels.video" when a video lies in absurdly many fragments.
// A video can't be cut into frames here: every frame's extent is the whole stream.
// Native frames that don't start on a byte (1 bit a pixel) share their border bytes: frame i starts at bit (i * bits a frame) % 8.
Result<std::vector<FrameExtent>> frameExtents(const Part10& file);
// Joins the runs of a frame.
Bytes frameBytes(const Part10& file, const FrameExtent& extent);

// (0008,0018) and friends, checked for form: digits and dots, at most 64; zero-led components, which old devices make, are let pass.
// "dicom.identity" when one is missing or malformed. contentVersion from the bytes, archive as given.
Result<ObjectIdentity> identityOf(const Part10& file, const std::string& archive);

} // namespace akari::dicom
