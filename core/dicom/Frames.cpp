#include <algorithm>
#include <string_view>

#include "core/dicom/DataSet.h"
#include "core/dicom/Tags.h"

namespace akari::dicom {
namespace {

using Run = FrameExtent::Run;

constexpr std::int64_t kMostFrames = 1'000'000;
constexpr std::uint64_t kMostVideoRuns = 4'000'000;

// `at`: where the pixel data's value begins.
tl::unexpected<Error> tooShort(Tag tag, std::uint64_t at, const std::string& detail)
{
    return fail("pixels.short", "The object holds less pixel data than it declares; fetch it again.",
                tag.text() + " at offset " + std::to_string(at) + ": " + detail);
}

std::uint32_t littleWord(BytesView bytes, std::uint64_t at)
{
    return std::uint32_t{bytes[at]} | std::uint32_t{bytes[at + 1]} << 8 | std::uint32_t{bytes[at + 2]} << 16 | std::uint32_t{bytes[at + 3]} << 24;
}

std::uint64_t littleLong(BytesView bytes, std::uint64_t at) { return littleWord(bytes, at) | std::uint64_t{littleWord(bytes, at + 4)} << 32; }

bool isVideo(std::string_view uid)
{
    constexpr std::string_view kRoot = "1.2.840.10008.1.2.4.10"; // .100 to .108, and their variants in fragments
    return uid.starts_with(kRoot) && uid.size() > kRoot.size() && uid[kRoot.size()] >= '0' && uid[kRoot.size()] <= '8';
}

const Element* pixelElement(const DataSet& dataSet)
{
    for (const Tag tag : {tags::PixelData, tags::FloatPixelData, tags::DoubleFloatPixelData}) {
        const Element* element = dataSet.find(tag);
        if (element && element->length > 0) {
            return element;
        }
    }
    return nullptr;
}

// Bits of one native frame; 0 when undescribed.
std::uint64_t nativeFrameBits(const DataSet& dataSet, Tag pixels, std::uint64_t frames, std::uint64_t length)
{
    const auto within = [&](Tag tag, std::int64_t least, std::int64_t most) -> std::uint64_t {
        const std::int64_t value = dataSet.integer(tag).value_or(0);
        return value >= least && value <= most ? static_cast<std::uint64_t>(value) : 0;
    };
    const std::uint64_t area = within(tags::Rows, 1, 65535) * within(tags::Columns, 1, 65535);
    const std::uint64_t samples = dataSet.has(tags::SamplesPerPixel) ? within(tags::SamplesPerPixel, 1, 16) : 1;
    const std::uint64_t bits = pixels == tags::FloatPixelData ? 32 : pixels == tags::DoubleFloatPixelData ? 64 : within(tags::BitsAllocated, 1, 64);
    const std::uint64_t whole = area * samples * bits;
    const bool halfChroma = samples == 3 && dataSet.textOr(tags::PhotometricInterpretation).ends_with("_422");
    // Native 4:2:2 has two samples a pixel (PS3.3 C.7.6.3.1.2), but some writers keep three under that name.
    if (halfChroma && length * 8 / frames < whole) {
        return area * 2 * bits;
    }
    return whole;
}

Result<std::vector<FrameExtent>> nativeExtents(const DataSet& dataSet, const Element& pixels, std::uint64_t frames)
{
    const std::uint64_t bits = nativeFrameBits(dataSet, pixels.tag, frames, pixels.length);
    if (bits == 0) {
        return fail("pixels.undescribed", "The object doesn't say how its pixels are laid out.", "Rows, Columns, Samples per Pixel, Bits Allocated");
    }
    if (pixels.length * 8 / bits < frames) {
        return tooShort(pixels.tag, pixels.offset, std::to_string(pixels.length) + " bytes for " + std::to_string(frames) + " frames of " + std::to_string(bits) + " bits");
    }
    std::vector<FrameExtent> extents(frames);
    for (std::uint64_t k = 0; k < frames; ++k) {
        const std::uint64_t first = k * bits / 8;
        const std::uint64_t end = ((k + 1) * bits + 7) / 8;
        extents[k].runs = {{pixels.offset + first, end - first}};
    }
    return extents;
}

// One encapsulated value taken apart. Offsets are of the bytes, `start` of an item's tag.
struct Fragments {
    Run offsetTable{0, 0};
    std::uint64_t base = 0; // what offset tables count from
    std::vector<Run> runs;
    std::uint64_t start(std::size_t k) const { return runs[k].offset - 8; }
    bool complete = true;
};

Fragments walkFragments(BytesView bytes, const Element& pixels)
{
    Fragments out;
    std::uint64_t at = pixels.offset;
    const std::uint64_t end = at + pixels.length;
    bool first = true;
    // The markers keep the file's byte order, but encapsulated syntaxes are all little endian (PS3.5 A.4).
    while (end - at >= 8 && littleWord(bytes, at) == 0xE000FFFE) {
        const std::uint64_t length = littleWord(bytes, at + 4);
        if (length > end - at - 8) {
            out.complete = false;
            break;
        }
        const Run run{at + 8, length};
        at += 8 + length;
        if (first) {
            out.offsetTable = run;
            out.base = at;
            first = false;
        } else {
            out.runs.push_back(run);
        }
    }
    out.complete = out.complete && at == end;
    return out;
}

// Frames by the places where they start; empty when the table doesn't fit the fragments.
std::vector<FrameExtent> byStarts(const Fragments& fragments, const std::vector<std::uint64_t>& starts)
{
    std::vector<FrameExtent> extents;
    std::size_t fragment = 0;
    for (std::size_t k = 0; k < starts.size(); ++k) {
        if (fragment >= fragments.runs.size() || fragments.start(fragment) != fragments.base + starts[k]) {
            return {};
        }
        FrameExtent extent;
        const bool last = k + 1 == starts.size();
        while (fragment < fragments.runs.size() && (last || fragments.start(fragment) < fragments.base + starts[k + 1])) {
            extent.runs.push_back(fragments.runs[fragment++]);
        }
        if (extent.runs.empty()) {
            return {};
        }
        extents.push_back(std::move(extent));
    }
    return extents;
}

std::vector<FrameExtent> byExtendedTable(const DataSet& dataSet, const Fragments& fragments, std::uint64_t frames)
{
    const BytesView offsets = dataSet.bytes(tags::ExtendedOffsetTable);
    const BytesView lengths = dataSet.bytes(tags::ExtendedOffsetTableLengths);
    if (offsets.size() != frames * 8) {
        return {};
    }
    std::vector<std::uint64_t> starts(frames);
    for (std::uint64_t k = 0; k < frames; ++k) {
        starts[k] = littleLong(offsets, k * 8);
    }
    auto extents = byStarts(fragments, starts);
    if (extents.empty() || lengths.size() != frames * 8) {
        return extents;
    }
    // The lengths leave out the padding byte.
    for (std::uint64_t k = 0; k < frames; ++k) {
        Run& run = extents[k].runs.front();
        const std::uint64_t length = littleLong(lengths, k * 8);
        if (extents[k].runs.size() == 1 && length <= run.length && run.length - length <= 1) {
            run.length = length;
        }
    }
    return extents;
}

std::vector<FrameExtent> byBasicTable(BytesView bytes, const Fragments& fragments, std::uint64_t frames)
{
    if (fragments.offsetTable.length != frames * 4) {
        return {};
    }
    std::vector<std::uint64_t> starts(frames);
    for (std::uint64_t k = 0; k < frames; ++k) {
        starts[k] = littleWord(bytes, fragments.offsetTable.offset + k * 4);
    }
    return byStarts(fragments, starts);
}

// What a fragment begins with when a frame of the JPEG family does.
bool startsCodestream(BytesView bytes, const Run& run)
{
    if (run.length < 4) {
        return false;
    }
    const std::uint32_t word = littleWord(bytes, run.offset);
    const bool jpeg = (word & 0x00FFFFFF) == 0x00FFD8FF;
    const bool jpeg2000 = word == 0x51FF4FFF;
    const bool jpegXl = (word & 0xFFFF) == 0x0AFF;
    // A JP2 or JPEG XL file: a box of 12 bytes comes first.
    const bool boxed = word == 0x0C000000 && run.length >= 8 &&
                       (littleWord(bytes, run.offset + 4) == 0x2020506A || littleWord(bytes, run.offset + 4) == 0x204C584A);
    return jpeg || jpeg2000 || jpegXl || boxed;
}

// Without a table: a new frame begins where a JPEG, JPEG-LS, JPEG 2000 or JPEG XL stream does.
std::vector<FrameExtent> byCodestreams(BytesView bytes, const Fragments& fragments, std::uint64_t frames)
{
    std::vector<FrameExtent> extents;
    for (const Run& run : fragments.runs) {
        if (startsCodestream(bytes, run)) {
            extents.emplace_back();
        }
        if (extents.empty()) {
            return {};
        }
        extents.back().runs.push_back(run);
    }
    return extents.size() == frames ? extents : std::vector<FrameExtent>{};
}

// Where reading ended without pixel data: what a cut-off object and a report have in common.
std::string endOf(const Part10& file)
{
    const auto& elements = file.dataSet.elements();
    const std::string last = elements.empty() ? std::string("(0000,0000)") : elements.back().tag.text();
    return tags::PixelData.text() + " absent; the last element is " + last + " at offset "
         + std::to_string(elements.empty() ? 0 : elements.back().offset);
}

bool sameStarts(const std::vector<FrameExtent>& a, const std::vector<FrameExtent>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [](const FrameExtent& x, const FrameExtent& y) { return x.runs.front().offset == y.runs.front().offset; });
}

Result<std::vector<FrameExtent>> encapsulatedExtents(const Part10& file, const Element& pixels, std::uint64_t frames)
{
    const BytesView bytes = *file.bytes;
    const Fragments fragments = walkFragments(bytes, pixels);
    const std::string counts = std::to_string(fragments.runs.size()) + " fragments for " + std::to_string(frames) + " frames";
    if (!fragments.complete || fragments.runs.empty()) {
        return tooShort(pixels.tag, pixels.offset, counts + ", cut off");
    }
    if (frames == 1) {
        return std::vector<FrameExtent>{FrameExtent{fragments.runs}};
    }
    if (isVideo(file.transferSyntaxUid)) {
        // Streams come in one fragment, or in a few of 4 GB; a list of crumbs for each of a million frames would be a bomb.
        if (fragments.runs.size() * frames > kMostVideoRuns) {
            return fail("pixels.video", "The video is cut into more pieces than any recorder makes; it can't be shown.", counts);
        }
        return std::vector<FrameExtent>(frames, FrameExtent{fragments.runs});
    }
    if (fragments.runs.size() < frames) {
        return tooShort(pixels.tag, pixels.offset, counts);
    }
    auto extents = byExtendedTable(file.dataSet, fragments, frames);
    if (extents.empty()) {
        extents = byBasicTable(bytes, fragments, frames);
    }
    if (extents.empty() && fragments.runs.size() == frames) {
        for (const Run& run : fragments.runs) {
            extents.push_back({{run}});
        }
    }
    // What the fragments begin with is better evidence than a table: tables are often written by other hands than the frames.
    if (auto streams = byCodestreams(bytes, fragments, frames); !streams.empty() && !sameStarts(extents, streams)) {
        extents = std::move(streams);
    }
    if (extents.empty()) {
        return tooShort(pixels.tag, pixels.offset, counts + ", and no table says which belong together");
    }
    return extents;
}

} // namespace

Result<std::vector<FrameExtent>> frameExtents(const Part10& file)
{
    const Element* pixels = pixelElement(file.dataSet);
    if (!pixels || !file.bytes) {
        return fail("pixels.absent", "The object has no pixel data.", (file.bytes ? endOf(file) : std::string{}));
    }
    if (pixels->offset > file.bytes->size() || pixels->length > file.bytes->size() - pixels->offset) {
        return tooShort(pixels->tag, pixels->offset, "pixel data beyond the end of the bytes");
    }
    const std::int64_t frames = file.dataSet.has(tags::NumberOfFrames) ? file.dataSet.integer(tags::NumberOfFrames).value_or(1) : 1;
    if (frames < 1 || frames > kMostFrames) {
        return fail("pixels.undescribed", "The object declares an impossible number of frames.", "(0028,0008)");
    }
    const auto count = static_cast<std::uint64_t>(frames);
    try {
        if (pixels->undefinedLength) {
            return encapsulatedExtents(file, *pixels, count);
        }
        const BytesView bytes = *file.bytes;
        const bool bareStream = file.transferSyntaxUid.starts_with("1.2.840.10008.1.2.4.") && count == 1 && pixels->length >= 4 &&
                                bytes[pixels->offset] == 0xFF && (bytes[pixels->offset + 1] == 0xD8 || bytes[pixels->offset + 1] == 0x4F);
        if (bareStream) {
            return std::vector<FrameExtent>{FrameExtent{{{pixels->offset, pixels->length}}}};
        }
        return nativeExtents(file.dataSet, *pixels, count);
    } catch (const std::exception&) {
        return tooShort(pixels->tag, pixels->offset, "not enough memory for the list of frames");
    }
}

Bytes frameBytes(const Part10& file, const FrameExtent& extent)
{
    Bytes out;
    std::uint64_t total = 0;
    for (const Run& run : extent.runs) {
        if (!file.bytes || run.offset > file.bytes->size() || run.length > file.bytes->size() - run.offset) {
            return {};
        }
        total += run.length;
    }
    out.reserve(total);
    for (const Run& run : extent.runs) {
        const auto begin = file.bytes->begin() + static_cast<std::ptrdiff_t>(run.offset);
        out.insert(out.end(), begin, begin + static_cast<std::ptrdiff_t>(run.length));
    }
    return out;
}

} // namespace akari::dicom
