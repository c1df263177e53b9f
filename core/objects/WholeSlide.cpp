#include "core/objects/WholeSlide.h"

#include <algorithm>

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

using namespace reading;

std::uint64_t tilesAcross(const WholeSlideImage& image) { return (std::uint64_t{image.totalColumns} + image.tileColumns - 1) / image.tileColumns; }
std::uint64_t tilesDown(const WholeSlideImage& image) { return (std::uint64_t{image.totalRows} + image.tileRows - 1) / image.tileRows; }

bool holds(const WholeSlideImage& image, const TilePosition& first, const TilePosition& pixel)
{
    return pixel.column >= first.column && pixel.row >= first.row && std::int64_t{pixel.column} - first.column < image.tileColumns &&
           std::int64_t{pixel.row} - first.row < image.tileRows;
}

OpticalPath opticalPathFrom(const DataSet& item)
{
    OpticalPath out;
    out.identifier = item.textOr(tag::OpticalPathIdentifier);
    out.description = item.textOr(tag::OpticalPathDescription);
    out.illumination = code(item, tag::IlluminationTypeCodeSequence);
    out.colour = code(item, tag::IlluminationColorCodeSequence);
    out.objectivePower = item.number(tag::ObjectiveLensPower);
    out.hasIccProfile = !item.bytes(tag::ICCProfile).empty();
    return out;
}

void readSlidePlace(const DataSet& dataSet, WholeSlideImage& out)
{
    if (const DataSet* measures = functionalGroup(dataSet, nullptr, tag::PixelMeasuresSequence)) {
        out.spacing = {measures->number(tag::PixelSpacing, 0).value_or(0), measures->number(tag::PixelSpacing, 1).value_or(0)};
    }
    out.width = dataSet.number(tag::ImagedVolumeWidth).value_or(0);
    out.height = dataSet.number(tag::ImagedVolumeHeight).value_or(0);
    if (const DataSet* origin = firstItem(dataSet, tag::TotalPixelMatrixOriginSequence)) {
        const auto x = origin->number(tag::XOffsetInSlideCoordinateSystem);
        const auto y = origin->number(tag::YOffsetInSlideCoordinateSystem);
        if (x && y) {
            out.origin = image::Vec3{*x, *y, origin->number(tag::ZOffsetInSlideCoordinateSystem).value_or(0)};
        }
    }
    const auto cosines = dataSet.numbers(tag::ImageOrientationSlide);
    if (cosines.size() == 6) {
        out.rowDirection = image::Vec3{cosines[0], cosines[1], cosines[2]};
        out.columnDirection = image::Vec3{cosines[3], cosines[4], cosines[5]};
    }
}

Status readSparseTiles(const DataSet& dataSet, WholeSlideImage& out)
{
    const auto& groups = dataSet.items(tag::PerFrameFunctionalGroupsSequence);
    if (groups.size() != static_cast<std::size_t>(out.frames)) {
        return fail("slide.tiles", "The slide image describes other tiles than it counts.",
                    std::to_string(groups.size()) + " described, " + std::to_string(out.frames) + " counted");
    }
    for (const DataSet& group : groups) {
        const DataSet* place = functionalGroup(dataSet, &group, tag::PlanePositionSlideSequence);
        const auto column = place ? small(*place, tag::ColumnPositionInTotalImagePixelMatrix) : std::nullopt;
        const auto row = place ? small(*place, tag::RowPositionInTotalImagePixelMatrix) : std::nullopt;
        if (!column || !row || *column < 1 || *row < 1 || static_cast<std::uint32_t>(*column) > out.totalColumns || static_cast<std::uint32_t>(*row) > out.totalRows) {
            return fail("slide.tiles", "A tile of the slide image lies nowhere, or beyond the image.", "frame " + std::to_string(out.sparseTiles.size() + 1));
        }
        SlideTile tile{{*column, *row}, {}, 1, place->number(tag::ZOffsetInSlideCoordinateSystem)};
        if (const DataSet* path = functionalGroup(dataSet, &group, tag::OpticalPathIdentificationSequence)) {
            tile.opticalPath = path->textOr(tag::OpticalPathIdentifier);
        }
        out.sparseTiles.push_back(std::move(tile));
    }
    return {};
}

// Focal planes are told apart by their height; a sparse image doesn't number them.
void numberFocalPlanes(WholeSlideImage& out)
{
    std::vector<double> heights;
    for (const SlideTile& tile : out.sparseTiles) {
        heights.push_back(tile.z.value_or(0));
    }
    std::sort(heights.begin(), heights.end());
    heights.erase(std::unique(heights.begin(), heights.end()), heights.end());
    for (SlideTile& tile : out.sparseTiles) {
        tile.focalPlane = static_cast<std::int32_t>(std::lower_bound(heights.begin(), heights.end(), tile.z.value_or(0)) - heights.begin()) + 1;
    }
}

Status checkSizes(const dicom::Part10& file, WholeSlideImage& out)
{
    const DataSet& dataSet = file.dataSet;
    const auto size = frameSize(dataSet);
    const auto count = frameCount(dataSet);
    const auto columns = dataSet.integer(tag::TotalPixelMatrixColumns);
    const auto rows = dataSet.integer(tag::TotalPixelMatrixRows);
    if (!size || !count || !columns || !rows || *columns < 1 || *rows < 1 || *columns > INT32_MAX || *rows > INT32_MAX) {
        return fail("slide.tiles", "The slide image's size or that of its tiles isn't written.");
    }
    out.totalColumns = static_cast<std::uint32_t>(*columns);
    out.totalRows = static_cast<std::uint32_t>(*rows);
    out.tileColumns = size->columns;
    out.tileRows = size->rows;
    out.frames = *count;
    const std::uint64_t there = dataSet.bytes(tag::PixelData).size();
    const std::uint64_t bitsEach = std::uint64_t{size->rows} * size->columns * static_cast<std::uint64_t>(std::clamp(smallOr(dataSet, tag::BitsAllocated, 8), 1, 64)) *
                                   static_cast<std::uint64_t>(std::clamp(smallOr(dataSet, tag::SamplesPerPixel, 1), 1, 4));
    const std::uint64_t room = file.encapsulated ? there / 8 : there * 8 / bitsEach;
    if (there > 0 && room < static_cast<std::uint64_t>(*count)) {
        return fail("slide.frames", "The slide image holds fewer bytes than its tiles need.", tag::PixelData.text() + " of " + std::to_string(there) + " bytes");
    }
    return {};
}

} // namespace

std::optional<SlideTile> WholeSlideImage::tile(FrameNumber frame) const
{
    if (frame.value < 1 || frame.value > frames) {
        return std::nullopt;
    }
    const auto index = static_cast<std::uint64_t>(frame.value - 1);
    if (sparse) {
        return index < sparseTiles.size() ? std::optional(sparseTiles[index]) : std::nullopt;
    }
    // PS3.3 C.7.6.17.3: along the row, then down, then through focal planes, then through optical paths.
    const std::uint64_t perPlane = tilesAcross(*this) * tilesDown(*this);
    const std::uint64_t within = index % perPlane;
    const std::uint64_t plane = index / perPlane;
    const std::uint64_t path = plane / static_cast<std::uint64_t>(focalPlanes);
    SlideTile out;
    out.position = {static_cast<std::int32_t>(within % tilesAcross(*this) * tileColumns + 1), static_cast<std::int32_t>(within / tilesAcross(*this) * tileRows + 1)};
    out.focalPlane = static_cast<std::int32_t>(plane % static_cast<std::uint64_t>(focalPlanes)) + 1;
    out.opticalPath = path < opticalPaths.size() ? opticalPaths[path].identifier : std::string{};
    return out;
}

std::optional<FrameNumber> WholeSlideImage::frameAt(TilePosition pixel, std::int32_t focalPlane, std::string_view opticalPath) const
{
    const bool within = pixel.column >= 1 && pixel.row >= 1 && static_cast<std::uint32_t>(pixel.column) <= totalColumns &&
                        static_cast<std::uint32_t>(pixel.row) <= totalRows && focalPlane >= 1 && focalPlane <= focalPlanes;
    if (!within) {
        return std::nullopt;
    }
    if (sparse) {
        for (std::size_t k = 0; k < sparseTiles.size(); ++k) {
            const SlideTile& tile = sparseTiles[k];
            if (tile.focalPlane == focalPlane && (opticalPath.empty() || tile.opticalPath == opticalPath) && holds(*this, tile.position, pixel)) {
                return FrameNumber{static_cast<std::int32_t>(k + 1)};
            }
        }
        return std::nullopt;
    }
    std::uint64_t path = 0;
    if (!opticalPath.empty()) {
        const auto found = std::find_if(opticalPaths.begin(), opticalPaths.end(), [&](const OpticalPath& one) { return one.identifier == opticalPath; });
        if (found == opticalPaths.end()) {
            return std::nullopt;
        }
        path = static_cast<std::uint64_t>(found - opticalPaths.begin());
    }
    const std::uint64_t plane = path * static_cast<std::uint64_t>(focalPlanes) + static_cast<std::uint64_t>(focalPlane - 1);
    const std::uint64_t number = plane * tilesAcross(*this) * tilesDown(*this) + static_cast<std::uint64_t>(pixel.row - 1) / tileRows * tilesAcross(*this) +
                                 static_cast<std::uint64_t>(pixel.column - 1) / tileColumns + 1;
    return number <= static_cast<std::uint64_t>(frames) ? std::optional(FrameNumber{static_cast<std::int32_t>(number)}) : std::nullopt;
}

Result<WholeSlideImage> readWholeSlide(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    if (!dataSet.has(tag::TotalPixelMatrixColumns) || dataSet.has(tag::SegmentSequence)) {
        return fail("slide.absent", "The object is no slide image.");
    }
    WholeSlideImage out;
    if (const auto sized = checkSizes(file, out); !sized) {
        return fail(sized.error());
    }
    out.imageType = dataSet.texts(tag::ImageType);
    out.focalPlanes = std::clamp(smallOr(dataSet, tag::TotalPixelMatrixFocalPlanes, 1), 1, out.frames);
    out.frameOfReferenceUid = dataSet.textOr(tag::FrameOfReferenceUID);
    out.pyramidUid = dataSet.textOr(tag::PyramidUID);
    out.containerId = dataSet.textOr(tag::ContainerIdentifier);
    for (const DataSet& item : dataSet.items(tag::OpticalPathSequence)) {
        out.opticalPaths.push_back(opticalPathFrom(item));
    }
    readSlidePlace(dataSet, out);
    out.sparse = dataSet.textOr(tag::DimensionOrganizationType) != "TILED_FULL" && !dataSet.items(tag::PerFrameFunctionalGroupsSequence).empty();
    if (out.sparse) {
        if (const auto tiles = readSparseTiles(dataSet, out); !tiles) {
            return fail(tiles.error());
        }
        numberFocalPlanes(out);
        out.focalPlanes = std::max_element(out.sparseTiles.begin(), out.sparseTiles.end(), [](const SlideTile& a, const SlideTile& b) {
                              return a.focalPlane < b.focalPlane;
                          })->focalPlane;
        return out;
    }
    const std::uint64_t planes = std::max<std::uint64_t>(out.opticalPaths.size(), 1) * static_cast<std::uint64_t>(out.focalPlanes);
    const std::uint64_t perPlane = tilesAcross(out) * tilesDown(out);
    if (static_cast<std::uint64_t>(out.frames) > perPlane * planes) {
        return fail("slide.tiles", "The slide image has more tiles than its size has room for.",
                    std::to_string(out.frames) + " frames, room for " + std::to_string(perPlane * planes));
    }
    return out;
}

std::vector<PyramidLevel> pyramidLevels(std::span<const WholeSlideImage> images)
{
    std::vector<PyramidLevel> out;
    const auto isVolume = [](const WholeSlideImage& one) { return one.imageType.size() < 3 || one.imageType[2] == "VOLUME"; };
    const WholeSlideImage* finest = nullptr;
    for (const WholeSlideImage& one : images) {
        if (isVolume(one) && (!finest || one.totalColumns > finest->totalColumns)) {
            finest = &one;
        }
    }
    for (std::size_t k = 0; finest && k < images.size(); ++k) {
        const WholeSlideImage& one = images[k];
        const bool same = finest->pyramidUid.empty() ? one.frameOfReferenceUid == finest->frameOfReferenceUid : one.pyramidUid == finest->pyramidUid;
        if (isVolume(one) && same) {
            out.push_back({k, static_cast<double>(finest->totalColumns) / one.totalColumns});
        }
    }
    std::stable_sort(out.begin(), out.end(), [](const PyramidLevel& a, const PyramidLevel& b) { return a.downsampling < b.downsampling; });
    return out;
}

} // namespace akari::objects
