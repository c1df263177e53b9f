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
        if (imager && std::isfinite(factor) && factor > 0 && factor < 1) {
            // What lies between source and detector is never drawn smaller than it is.
            frame.warnings.emplace_back("The magnification factor of this image is below 1 and is left out; lengths are those at the detector.");
        }
        if (imager && std::isfinite(factor) && factor > 1) {
            set(frame, Calibration::EstimatedMagnification, {at->betweenRows / factor, at->betweenColumns / factor});
        } else {
            set(frame, Calibration::AtDetector, *at);
        }
    }
}

// PS3.3 C.8.5.5.1.15.
UltrasoundRegion::Unit unitOf(std::int64_t code)
{
    switch (code) {
    case 0: return UltrasoundRegion::Unit::None;
    case kUnitCentimetres: return UltrasoundRegion::Unit::Millimetre;
    case 4: return UltrasoundRegion::Unit::Second;
    case 7: return UltrasoundRegion::Unit::CentimetrePerSecond;
    default: return UltrasoundRegion::Unit::Other;
    }
}

std::optional<UltrasoundRegion> regionOf(const dicom::DataSet& item)
{
    const auto x = item.number(tags::PhysicalDeltaX);
    const auto y = item.number(tags::PhysicalDeltaY);
    const std::array<std::optional<std::int64_t>, 4> edges{item.integer(tags::RegionLocationMinX0), item.integer(tags::RegionLocationMinY0),
                                                           item.integer(tags::RegionLocationMaxX1), item.integer(tags::RegionLocationMaxY1)};
    for (const auto& edge : edges) {
        if (!edge || *edge < INT32_MIN || *edge > INT32_MAX) {
            return std::nullopt;
        }
    }
    if (!x || !y || !std::isfinite(*x) || !std::isfinite(*y) || *x == 0 || *y == 0 || *edges[2] < *edges[0] || *edges[3] < *edges[1]) {
        return std::nullopt;
    }
    UltrasoundRegion region;
    region.where = {static_cast<std::int32_t>(*edges[0]), static_cast<std::int32_t>(*edges[1]), static_cast<std::int32_t>(*edges[2]),
                    static_cast<std::int32_t>(*edges[3])};
    region.unitX = unitOf(item.integer(tags::PhysicalUnitsXDirection).value_or(0));
    region.unitY = unitOf(item.integer(tags::PhysicalUnitsYDirection).value_or(0));
    // Centimetres along both axes are lengths in any direction in a two-dimensional picture alone.
    if (region.inMillimetres() && item.integer(tags::RegionSpatialFormat) != kSpatialFormat2D) {
        region.unitX = UltrasoundRegion::Unit::Other;
    }
    region.stepX = std::abs(*x) * (region.unitX == UltrasoundRegion::Unit::Millimetre ? 10 : 1);
    region.stepY = std::abs(*y) * (region.unitY == UltrasoundRegion::Unit::Millimetre ? 10 : 1);
    region.lowPriority = (item.integer(tags::RegionFlags).value_or(0) & 1) != 0;
    return region;
}

// The frame's own regions, else those that all frames share, else the root's.
const std::vector<dicom::DataSet>& regionItems(const dicom::DataSet& dataSet, FrameNumber frame)
{
    const auto& perFrame = dataSet.items(tags::PerFrameFunctionalGroupsSequence);
    const auto index = static_cast<std::size_t>(frame.value - 1);
    if (frame.value >= 1 && index < perFrame.size() && perFrame[index].has(tags::SequenceOfUltrasoundRegions)) {
        return perFrame[index].items(tags::SequenceOfUltrasoundRegions);
    }
    const auto& shared = dataSet.items(tags::SharedFunctionalGroupsSequence);
    if (!shared.empty() && shared.front().has(tags::SequenceOfUltrasoundRegions)) {
        return shared.front().items(tags::SequenceOfUltrasoundRegions);
    }
    return dataSet.items(tags::SequenceOfUltrasoundRegions);
}

// The picture as a whole has a scale where exactly one region is in millimetres: two of different scale have no common one.
void calibrateUltrasound(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    const UltrasoundRegion* only = nullptr;
    int spatial = 0;
    for (const auto& item : regionItems(dataSet, frame.frame)) {
        if (auto region = regionOf(item)) {
            frame.regions.push_back(*region);
        } else {
            frame.warnings.emplace_back("The calibration of a region of this ultrasound image is not valid and is left out.");
        }
    }
    for (const UltrasoundRegion& region : frame.regions) {
        if (region.inMillimetres()) {
            only = &region;
            ++spatial;
        }
    }
    if (spatial == 1) {
        set(frame, Calibration::UltrasoundRegion, {only->stepY, only->stepX});
    }
}

// Their pixels are places in the patient, not shadows on a detector: breast tomosynthesis, X-ray 3D angiographic and craniofacial.
bool isReconstructed(const FrameAttributes& frame)
{
    return isOneOf(frame.sopClassUid,
                   {"1.2.840.10008.5.1.4.1.1.13.1.1", "1.2.840.10008.5.1.4.1.1.13.1.2", "1.2.840.10008.5.1.4.1.1.13.1.3"});
}

} // namespace

void readCalibration(const dicom::DataSet& dataSet, FrameAttributes& frame)
{
    const bool projection = isOneOf(frame.modality, {"CR", "DX", "MG", "IO", "PX", "RF", "XA", "RG", "RTIMAGE"});
    // Reconstructed slices of these devices (tomosynthesis, rotational angiography) have planes in the patient; projections have none.
    if (projection && !(frame.plane && isReconstructed(frame))) {
        calibrateProjection(dataSet, frame);
        return;
    }
    // Regions hold also where there is a plane: what lies between two of them is no length in the patient.
    if (frame.modality == "US" || frame.modality == "IVUS") {
        calibrateUltrasound(dataSet, frame);
    }
    if (frame.plane && frame.regions.empty()) {
        set(frame, Calibration::Geometry, frame.plane->spacing);
    }
    if (frame.plane || frame.modality == "US" || frame.modality == "IVUS") {
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
