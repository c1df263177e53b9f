#include "core/objects/Segmentation.h"

#include <algorithm>
#include <set>

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

using namespace reading;

constexpr std::uint64_t kLeastBytesOfTile = 32;
constexpr std::uint64_t kItemHeader = 8;

Segment segmentFrom(const DataSet& item)
{
    Segment out;
    out.number = smallOr(item, tag::SegmentNumber, 0);
    out.label = item.textOr(tag::SegmentLabel);
    out.description = item.textOr(tag::SegmentDescription);
    out.category = code(item, tag::SegmentedPropertyCategoryCodeSequence);
    out.anatomicRegions = codes(item, tag::AnatomicRegionSequence);
    if (const DataSet* type = firstItem(item, tag::SegmentedPropertyTypeCodeSequence)) {
        out.type = codeOfItem(*type);
        out.typeModifiers = codes(*type, tag::SegmentedPropertyTypeModifierCodeSequence);
    }
    out.algorithmType = item.textOr(tag::SegmentAlgorithmType);
    out.algorithmName = item.textOr(tag::SegmentAlgorithmName);
    out.colour = colourFromLab(item, tag::RecommendedDisplayCIELabValue);
    out.trackingId = item.textOr(tag::TrackingID);
    out.trackingUid = item.textOr(tag::TrackingUID);
    return out;
}

void readSegments(const DataSet& dataSet, Segmentation& out)
{
    std::set<std::int32_t> numbers;
    for (const DataSet& item : dataSet.items(tag::SegmentSequence)) {
        Segment segment = segmentFrom(item);
        if (!numbers.insert(segment.number).second) {
            note(out.warnings, "seg.segment.twice");
            continue;
        }
        out.segments.push_back(std::move(segment));
    }
    // The labelmap's background is a colour of its palette rather than a segment, so colours may be there and segments without one.
    std::sort(out.segments.begin(), out.segments.end(), [](const Segment& a, const Segment& b) { return a.number < b.number; });
}

std::optional<SegmentationKind> kindOf(const DataSet& dataSet)
{
    const std::string type = dataSet.textOr(tag::SegmentationType);
    if (type == "BINARY") {
        return SegmentationKind::Binary;
    }
    if (type == "FRACTIONAL") {
        return SegmentationKind::Fractional;
    }
    return type == "LABELMAP" ? std::optional(SegmentationKind::Labelmap) : std::nullopt;
}

std::int32_t segmentOfFrame(const DataSet& dataSet, const DataSet* perFrame)
{
    const DataSet* group = functionalGroup(dataSet, perFrame, tag::SegmentIdentificationSequence);
    return group ? smallOr(*group, tag::ReferencedSegmentNumber, 0) : 0;
}

void readSources(const DataSet& dataSet, const DataSet* perFrame, SegmentationFrame& frame)
{
    const DataSet* own = perFrame ? perFrame : firstItem(dataSet, tag::SharedFunctionalGroupsSequence);
    if (!own) {
        return;
    }
    for (const DataSet& derivation : own->items(tag::DerivationImageSequence)) {
        auto found = referencedSops(derivation, tag::SourceImageSequence);
        std::move(found.begin(), found.end(), std::back_inserter(frame.sources));
    }
}

void readPlace(const DataSet& dataSet, const DataSet* perFrame, SegmentationFrame& frame, Segmentation& out)
{
    if (const DataSet* slide = functionalGroup(dataSet, perFrame, tag::PlanePositionSlideSequence)) {
        const auto column = small(*slide, tag::ColumnPositionInTotalImagePixelMatrix);
        const auto row = small(*slide, tag::RowPositionInTotalImagePixelMatrix);
        if (column && row) {
            frame.tile = TilePosition{*column, *row};
        }
        return;
    }
    auto plane = image::readPlane(dataSet, frame.number);
    if (!plane) {
        note(out.warnings, "seg.plane");
    } else {
        frame.plane = *plane;
    }
}

SegmentationFrame frameFrom(const DataSet& dataSet, const DataSet* perFrame, std::int32_t number, Segmentation& out)
{
    SegmentationFrame frame;
    frame.number = FrameNumber{number};
    readPlace(dataSet, perFrame, frame, out);
    readSources(dataSet, perFrame, frame);
    if (out.kind != SegmentationKind::Labelmap) {
        frame.segment = segmentOfFrame(dataSet, perFrame);
        if (!out.segment(frame.segment)) {
            note(out.warnings, "seg.segment.unknown");
        }
    }
    if (const DataSet* content = perFrame ? firstItem(*perFrame, tag::FrameContentSequence) : nullptr) {
        frame.dimensionIndices = wholeNumbers(*content, tag::DimensionIndexValues);
    }
    return frame;
}

// PS3.3 C.7.6.17.3: TILED_FULL says no positions; tiles run along the row, then down, then through segments.
void placeFullTiles(Segmentation& out)
{
    const std::uint64_t across = (std::uint64_t{out.totalColumns} + out.columns - 1) / out.columns;
    const std::uint64_t down = (std::uint64_t{out.totalRows} + out.rows - 1) / out.rows;
    const std::uint64_t perSegment = std::max<std::uint64_t>(across * down, 1);
    for (std::size_t k = 0; k < out.frames.size(); ++k) {
        const std::uint64_t within = k % perSegment;
        const std::uint64_t column = within % std::max<std::uint64_t>(across, 1) * out.columns;
        const std::uint64_t row = within / std::max<std::uint64_t>(across, 1) * out.rows;
        out.frames[k].tile = TilePosition{static_cast<std::int32_t>(column + 1), static_cast<std::int32_t>(row + 1)};
        const std::uint64_t segment = k / perSegment;
        if (out.kind != SegmentationKind::Labelmap && segment < out.segments.size()) {
            out.frames[k].segment = out.segments[segment].number;
        }
    }
}

Status readFrames(const dicom::Part10& file, Segmentation& out)
{
    const DataSet& dataSet = file.dataSet;
    const auto count = frameCount(dataSet);
    const auto& groups = dataSet.items(tag::PerFrameFunctionalGroupsSequence);
    const bool tiledFull = dataSet.textOr(tag::DimensionOrganizationType) == "TILED_FULL";
    // More groups than frames are met where somebody cut frames away; which frame is whose is still known.
    const bool described = groups.size() >= static_cast<std::size_t>(count.value_or(0)) || (tiledFull && groups.empty());
    if (!count || !described) {
        return fail("seg.frames", "The segmentation describes other frames than it counts, so no frame can be placed.",
                    std::to_string(groups.size()) + " described, " + std::to_string(count.value_or(0)) + " counted");
    }
    if (groups.size() > static_cast<std::size_t>(*count)) {
        note(out.warnings, "seg.frames.more");
    }
    const auto bits = std::uint64_t{out.rows} * out.columns * out.bitsAllocated;
    const BytesView pixels = dataSet.bytes(tag::PixelData);
    if (!file.encapsulated && (pixels.size() * std::uint64_t{8}) / bits < static_cast<std::uint64_t>(*count)) {
        return fail("seg.frames", "The segmentation holds fewer pixels than its frames need.", "(7FE0,0010) of " + std::to_string(pixels.size()) + " bytes");
    }
    // Frames that no group describes cost memory here and nothing in the file, so each has to bring bytes: a tile of 16 × 16 bits does.
    const bool backed = !groups.empty() || pixels.size() / kLeastBytesOfTile >= static_cast<std::uint64_t>(*count);
    if (!backed || (file.encapsulated && pixels.size() / kItemHeader < static_cast<std::uint64_t>(*count))) {
        return fail("seg.frames", "The segmentation holds fewer pixels than its frames need.", "(7FE0,0010) of " + std::to_string(pixels.size()) + " bytes");
    }
    for (std::int32_t number = 1; number <= *count; ++number) {
        out.frames.push_back(frameFrom(dataSet, groups.empty() ? nullptr : &groups[static_cast<std::size_t>(number - 1)], number, out));
    }
    if (tiledFull) {
        placeFullTiles(out);
    }
    return {};
}

} // namespace

const Segment* Segmentation::segment(std::int32_t number) const
{
    // They are in the order of their numbers: a file may hold hundreds of thousands, and as many frames.
    const auto found = std::lower_bound(segments.begin(), segments.end(), number, [](const Segment& s, std::int32_t wanted) { return s.number < wanted; });
    return found == segments.end() || found->number != number ? nullptr : &*found;
}

Result<Segmentation> readSegmentation(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    if (!dataSet.has(tag::SegmentationType) && dataSet.items(tag::SegmentSequence).empty()) {
        return fail("seg.absent", "The object is no segmentation.");
    }
    Segmentation out;
    const auto kind = kindOf(dataSet);
    if (!kind) {
        return fail("seg.type", "The segmentation is of a kind that isn't known here.", tag::SegmentationType.text());
    }
    const auto size = frameSize(dataSet);
    if (!size) {
        return fail("seg.size", "The segmentation has no rows and columns.", tag::Rows.text());
    }
    const std::int32_t bits = smallOr(dataSet, tag::BitsAllocated, 0);
    const bool bitsFit = *kind == SegmentationKind::Binary ? bits == 1 || bits == 8 : *kind == SegmentationKind::Fractional ? bits == 8 : bits == 8 || bits == 16;
    if (!bitsFit) {
        return fail("seg.type", "The segmentation's pixels have a depth that its kind can't have.", tag::BitsAllocated.text() + " is " + std::to_string(bits));
    }
    out.kind = *kind;
    out.rows = size->rows;
    out.columns = size->columns;
    out.bitsAllocated = static_cast<std::uint16_t>(bits);
    out.label = dataSet.textOr(tag::ContentLabel);
    out.fractionalType = dataSet.textOr(tag::SegmentationFractionalType);
    out.maximumFractionalValue = *kind == SegmentationKind::Fractional ? smallOr(dataSet, tag::MaximumFractionalValue, 255) : 0;
    out.frameOfReferenceUid = dataSet.textOr(tag::FrameOfReferenceUID);
    out.overlap = dataSet.textOr(tag::SegmentsOverlap);
    out.backgroundValue = *kind == SegmentationKind::Labelmap ? small(dataSet, tag::PixelPaddingValue) : std::nullopt;
    out.totalRows = static_cast<std::uint32_t>(std::max(0, smallOr(dataSet, tag::TotalPixelMatrixRows, 0)));
    out.totalColumns = static_cast<std::uint32_t>(std::max(0, smallOr(dataSet, tag::TotalPixelMatrixColumns, 0)));
    out.tiled = out.totalRows > 0 && out.totalColumns > 0;
    out.references = referencedSeries(dataSet);
    readSegments(dataSet, out);
    if (const auto read = readFrames(file, out); !read) {
        return fail(read.error());
    }
    return out;
}

Result<std::vector<std::uint16_t>> segmentationPixels(const dicom::Part10& file, const Segmentation& segmentation, FrameNumber frame)
{
    if (frame.value < 1 || static_cast<std::size_t>(frame.value) > segmentation.frames.size()) {
        return fail("seg.frame", "The segmentation has no such frame.", "frame " + std::to_string(frame.value));
    }
    if (file.encapsulated) {
        return fail("seg.encapsulated", "The segmentation's frames are compressed; they have to be decoded first.");
    }
    const BytesView pixels = file.dataSet.bytes(tag::PixelData);
    const std::size_t count = std::size_t{segmentation.rows} * segmentation.columns;
    const std::size_t first = count * static_cast<std::size_t>(frame.value - 1);
    if (pixels.size() * 8 / segmentation.bitsAllocated < first + count) {
        return fail("pixels.short", "The segmentation holds fewer pixels than its frames need.", "frame " + std::to_string(frame.value));
    }
    // PS3.5 7.3: OW in big endian swaps the bytes of each word.
    const dicom::Element* element = file.dataSet.find(tag::PixelData);
    const bool swapped = file.dataSet.bigEndian() && element && element->vr.is('O', 'W');
    const auto byteAt = [&](std::size_t at) { return pixels[swapped && (at ^ 1U) < pixels.size() ? at ^ 1U : at]; };
    std::vector<std::uint16_t> out(count);
    for (std::size_t k = 0; k < count; ++k) {
        const std::size_t at = first + k;
        if (segmentation.bitsAllocated == 1) {
            out[k] = static_cast<std::uint16_t>(byteAt(at / 8) >> (at % 8) & 1U);
        } else if (segmentation.bitsAllocated == 8) {
            out[k] = byteAt(at);
        } else {
            const std::size_t low = file.dataSet.bigEndian() ? at * 2 + 1 : at * 2;
            out[k] = static_cast<std::uint16_t>(pixels[low] | pixels[low ^ 1U] << 8);
        }
    }
    return out;
}

} // namespace akari::objects
