#include "core/image/Geometry.h"

#include <algorithm>

#include "core/image/FunctionalGroups.h"

namespace akari::image {

namespace tags = dicom::tags;

namespace {

constexpr dicom::Tag kGridFrameOffsetVector{0x3004, 0x000C};
constexpr std::int64_t kMostPlanes = 4096;
constexpr std::size_t kLongestDecimal = 18; // a DS with its backslash and padding
constexpr double kCosineTolerance = 1e-3;

struct RawPlane {
    std::vector<double> position, orientation, spacing;
};

RawPlane rawPlane(const dicom::DataSet& dataSet, FrameNumber frame)
{
    const auto values = [&](dicom::Tag sequence, dicom::Tag tag) {
        const dicom::DataSet* group = functionalGroup(dataSet, frame, sequence);
        return group ? group->numbers(tag) : std::vector<double>{};
    };
    RawPlane raw{values(tags::PlanePositionSequence, tags::ImagePositionPatient),
                 values(tags::PlaneOrientationSequence, tags::ImageOrientationPatient),
                 values(tags::PixelMeasuresSequence, tags::PixelSpacing)};
    const bool enhanced = dataSet.has(tags::PerFrameFunctionalGroupsSequence) || dataSet.has(tags::SharedFunctionalGroupsSequence);
    const bool multiFrame = dataSet.integer(tags::NumberOfFrames).value_or(1) > 1;
    if (enhanced || (multiFrame && dataSet.bytes(kGridFrameOffsetVector).empty())) {
        // One position at the root of a multi-frame object says nothing of its other frames.
        return raw;
    }
    raw = {dataSet.numbers(tags::ImagePositionPatient), dataSet.numbers(tags::ImageOrientationPatient),
           dataSet.numbers(tags::PixelSpacing)};
    return raw;
}

bool allFinite(const std::vector<double>& values)
{
    return std::all_of(values.begin(), values.end(), [](double v) { return std::isfinite(v); });
}

// RT Dose: the frames lie along the normal by their offsets (PS3.3 C.8.8.3.2).
Status moveByGridOffset(SlicePlane& plane, const dicom::DataSet& dataSet, FrameNumber frame)
{
    const auto count = dataSet.integer(tags::NumberOfFrames).value_or(1);
    const std::size_t bytes = dataSet.bytes(kGridFrameOffsetVector).size();
    if (bytes == 0 || count <= 1) {
        return {};
    }
    // The vector is read again for each frame: no dose has thousands of planes, or more offsets than planes.
    if (bytes > static_cast<std::size_t>(std::min(count, kMostPlanes)) * kLongestDecimal) {
        return fail("geometry.position", "The positions of this object's frames can't be read, so it is shown without geometry.",
                    "GridFrameOffsetVector, " + std::to_string(bytes) + " bytes");
    }
    const auto offsets = dataSet.numbers(kGridFrameOffsetVector);
    if (offsets.empty()) {
        return {};
    }
    const auto index = static_cast<std::size_t>(frame.value - 1);
    const Vec3 normal = normalized(plane.normal());
    // Offsets from the first plane along its normal, or the z coordinates of axial planes.
    const bool relative = offsets.front() == 0;
    const bool absolute = std::abs(offsets.front() - plane.position.z) < 1e-3 && std::abs(normal.z) > 1 - 1e-4;
    if (index >= offsets.size() || !allFinite(offsets) || !(relative || absolute)) {
        return fail("geometry.position", "The positions of this object's frames can't be read, so it is shown without geometry.",
                    "GridFrameOffsetVector, frame " + std::to_string(frame.value));
    }
    const double along = relative ? offsets[index] : (offsets[index] - offsets.front()) * (normal.z < 0 ? -1 : 1);
    plane.position = plane.position + normal * along;
    return {};
}

} // namespace

Vec3 normalized(const Vec3& a)
{
    const double size = length(a);
    return size > 0 ? a * (1.0 / size) : a;
}

PixelPoint SlicePlane::toPixel(const Vec3& patient) const
{
    // Solved as a 2x2 system, because real cosines are rounded and not quite orthogonal.
    const Vec3 d = patient - position;
    const double a = dot(rowDirection, d);
    const double b = dot(columnDirection, d);
    const double mixed = dot(rowDirection, columnDirection);
    const double determinant = 1 - mixed * mixed;
    return {(a - mixed * b) / determinant / spacing.betweenColumns, (b - mixed * a) / determinant / spacing.betweenRows};
}

Result<std::optional<SlicePlane>> readPlane(const dicom::DataSet& dataSet, FrameNumber frame)
{
    const RawPlane raw = rawPlane(dataSet, frame);
    if (raw.position.size() < 3 || raw.orientation.size() < 6 || raw.spacing.size() < 2) {
        return std::optional<SlicePlane>{};
    }
    const std::string where = "frame " + std::to_string(frame.value);
    SlicePlane plane;
    plane.position = {raw.position[0], raw.position[1], raw.position[2]};
    plane.rowDirection = {raw.orientation[0], raw.orientation[1], raw.orientation[2]};
    plane.columnDirection = {raw.orientation[3], raw.orientation[4], raw.orientation[5]};
    plane.spacing = {raw.spacing[0], raw.spacing[1]};
    if (!allFinite(raw.position)) {
        return fail("geometry.position", "The image position is not a number, so the image is shown without geometry.", where);
    }
    const double rowError = std::abs(length(plane.rowDirection) - 1);
    const double columnError = std::abs(length(plane.columnDirection) - 1);
    const double angleError = std::abs(dot(plane.rowDirection, plane.columnDirection));
    if (!(rowError <= kCosineTolerance && columnError <= kCosineTolerance && angleError <= kCosineTolerance)) {
        return fail("geometry.orientation",
                    "The image orientation is no pair of orthogonal unit vectors, so the image is shown without geometry.", where);
    }
    if (!(plane.spacing.betweenRows > 0 && plane.spacing.betweenColumns > 0 && allFinite(raw.spacing))) {
        return fail("geometry.spacing", "The pixel spacing is not positive, so the image is shown without geometry.", where);
    }
    plane.rowDirection = normalized(plane.rowDirection);
    plane.columnDirection = normalized(plane.columnDirection);
    if (const auto moved = moveByGridOffset(plane, dataSet, frame); !moved) {
        return fail(moved.error());
    }
    return std::optional<SlicePlane>{plane};
}

std::string orientationLetters(const Vec3& direction, int count)
{
    const double size = length(direction);
    if (!(size > 0) || !std::isfinite(size)) {
        return {};
    }
    struct Component {
        double amount;
        char letter;
    };
    std::array<Component, 3> components{{{direction.x / size, direction.x > 0 ? 'L' : 'R'},
                                         {direction.y / size, direction.y > 0 ? 'P' : 'A'},
                                         {direction.z / size, direction.z > 0 ? 'H' : 'F'}}};
    std::stable_sort(components.begin(), components.end(),
                     [](const Component& a, const Component& b) { return std::abs(a.amount) > std::abs(b.amount); });
    std::string letters;
    for (const Component& component : components) {
        if (std::abs(component.amount) >= 0.2 && static_cast<int>(letters.size()) < count) {
            letters += component.letter;
        }
    }
    return letters;
}

} // namespace akari::image
