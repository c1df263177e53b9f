#include <array>
#include <cmath>

#include "core/image/AttributeParts.h"
#include "core/image/FunctionalGroups.h"

namespace akari::image {

namespace tags = dicom::tags;

namespace {

constexpr std::int64_t kSpatialFormat2D = 1;
constexpr std::int64_t kUnitCentimetres = 3;

std::optional<PixelSpacing> spacingOf(const dicom::DataSet& dataSet, dicom::Tag tag)
{
    const auto values = dataSet.numbers(tag);
    if (values.size() < 2 || !std::isfinite(values[0]) || !std::isfinite(values[1]) || !(values[0] > 0) || !(values[1] > 0)) {
        return std::nullopt;
    }
    return PixelSpacing{values[0], values[1]};
}

std::optional<PixelSpacing> pixelSpacingOf(const dicom::DataSet& dataSet, FrameNumber frame)
{
    if (const dicom::DataSet* group = functionalGroup(dataSet, frame, tags::PixelMeasuresSequence)) {
        if (const auto spacing = spacingOf(*group, tags::PixelSpacing)) {
            return spacing;
        }
    }
    return spacingOf(dataSet, tags::PixelSpacing);
}

bool isOneOf(const std::string& text, std::initializer_list<const char*> names)
{
    for (const char* name : names) {
        if (text == name) {
            return true;
        }
    }
    return false;
}

bool same(const PixelSpacing& a, const PixelSpacing& b)
{
    return std::abs(a.betweenRows - b.betweenRows) <= 1e-4 * a.betweenRows
           && std::abs(a.betweenColumns - b.betweenColumns) <= 1e-4 * a.betweenColumns;
}

void set(FrameAttributes& frame, Calibration calibration, const PixelSpacing& spacing)
{
    frame.calibration = calibration;
    frame.inPlaneSpacing = spacing;
}

// PS3.3 10.7.1.1 and C.8.16.2: at the detector until somebody corrected it.
void calibrateProjection(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    const auto pixel = pixelSpacingOf(dataSet, frame.frame);
    const auto imager = spacingOf(dataSet, tags::ImagerPixelSpacing);
    const std::string type = dataSet.textOr(tags::PixelSpacingCalibrationType);
    if (pixel && type == "GEOMETRY") {
        set(frame, Calibration::EstimatedMagnification, *pixel);
    } else if (pixel && (!type.empty() || (imager && !same(*pixel, *imager)))) {
        set(frame, Calibration::Calibrated, *pixel);
    } else if (const auto& at = imager ? imager : pixel) {
        const double factor = dataSet.number(tags::EstimatedRadiographicMagnificationFactor).value_or(0);
        if (imager && std::isfinite(factor) && factor > 0 && factor != 1) {
            set(frame, Calibration::EstimatedMagnification, {at->betweenRows / factor, at->betweenColumns / factor});
        } else {
            set(frame, Calibration::AtDetector, *at);
        }
    }
}

std::optional<PixelSpacing> centimetreRegion(const dicom::DataSet& region)
{
    const auto x = region.number(tags::PhysicalDeltaX);
    const auto y = region.number(tags::PhysicalDeltaY);
    const bool spatial = region.integer(tags::RegionSpatialFormat) == kSpatialFormat2D
                         && region.integer(tags::PhysicalUnitsXDirection) == kUnitCentimetres
                         && region.integer(tags::PhysicalUnitsYDirection) == kUnitCentimetres;
    if (!spatial || !x || !y || !std::isfinite(*x) || !std::isfinite(*y) || *x == 0 || *y == 0) {
        return std::nullopt;
    }
    return PixelSpacing{std::abs(*y) * 10, std::abs(*x) * 10};
}

// Two pictures of different scale side by side have no common millimetre, so exactly one spatial region counts.
void calibrateUltrasound(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    std::optional<PixelSpacing> found;
    PixelRegion where;
    for (const auto& region : dataSet.items(tags::SequenceOfUltrasoundRegions)) {
        const auto spacing = centimetreRegion(region);
        if (!spacing) {
            continue;
        }
        const std::array<std::optional<std::int64_t>, 4> edges{
            region.integer(tags::RegionLocationMinX0), region.integer(tags::RegionLocationMinY0),
            region.integer(tags::RegionLocationMaxX1), region.integer(tags::RegionLocationMaxY1)};
        if (found || !edges[0] || !edges[1] || !edges[2] || !edges[3]) {
            return;
        }
        found = spacing;
        where = {static_cast<std::int32_t>(*edges[0]), static_cast<std::int32_t>(*edges[1]), static_cast<std::int32_t>(*edges[2]),
                 static_cast<std::int32_t>(*edges[3])};
    }
    if (found) {
        set(frame, Calibration::UltrasoundRegion, *found);
        frame.calibrationRegion = where;
    }
}

} // namespace

void readCalibration(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    if (isOneOf(frame.modality, {"CR", "DX", "MG", "IO", "PX", "RF", "XA", "RG", "RTIMAGE"})) {
        calibrateProjection(dataSet, frame);
        return;
    }
    if (frame.plane) {
        set(frame, Calibration::Geometry, frame.plane->spacing);
        return;
    }
    if (frame.modality == "US" || frame.modality == "IVUS") {
        calibrateUltrasound(dataSet, frame);
        return;
    }
    const auto spacing = pixelSpacingOf(dataSet, frame.frame);
    if (!spacing) {
        return;
    }
    const std::string type = dataSet.textOr(tags::PixelSpacingCalibrationType);
    if (isOneOf(frame.modality, {"CT", "MR", "PT", "NM"})) {
        set(frame, Calibration::Geometry, *spacing);
    } else if (!type.empty()) {
        set(frame, type == "GEOMETRY" ? Calibration::EstimatedMagnification : Calibration::Calibrated, *spacing);
    }
}

} // namespace akari::image
