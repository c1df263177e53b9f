#include "core/image/SliceTable.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace akari::image {

std::uint64_t Slice::bytes() const
{
    std::uint64_t total = std::visit([](const auto& v) { return static_cast<std::uint64_t>(v.size()) * sizeof(v[0]); }, samples);
    for (const OverlayPtr& plane : overlays) {
        total += plane->bits.size();
    }
    return total;
}

double Slice::storedAt(std::uint32_t column, std::uint32_t row) const
{
    const std::size_t index = static_cast<std::size_t>(row) * attributes.columns + column;
    return std::visit(
        [&](const auto& v) {
            const bool inside = !rgb && column < attributes.columns && index < v.size();
            return inside ? static_cast<double>(v[index]) : std::numeric_limits<double>::quiet_NaN();
        },
        samples);
}

double modalityValue(const ModalityTransform& transform, double stored)
{
    if (transform.table && !transform.table->entries.empty() && std::isfinite(stored)) {
        const auto& entries = transform.table->entries;
        const double last = static_cast<double>(entries.size() - 1);
        return entries[static_cast<std::size_t>(std::clamp(stored - transform.table->firstMapped, 0.0, last))];
    }
    return stored * transform.slope + transform.intercept;
}

double Slice::modalityAt(std::uint32_t column, std::uint32_t row) const
{
    return modalityValue(attributes.modalityTransform, storedAt(column, row));
}

bool Slice::isPadding(double stored) const
{
    if (attributes.floatPaddingFirst && attributes.floatPaddingLast && stored >= *attributes.floatPaddingFirst
        && stored <= *attributes.floatPaddingLast) {
        return true;
    }
    return attributes.paddingFirst && attributes.paddingLast && stored >= static_cast<double>(*attributes.paddingFirst)
           && stored <= static_cast<double>(*attributes.paddingLast);
}

std::optional<VolumeBox> volumeBox(const DisplaySet& displaySet)
{
    if (displaySet.geometry != GeometryKind::Volume || displaySet.frames.empty()) {
        return std::nullopt;
    }
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    VolumeBox box;
    box.minimum = {kInfinity, kInfinity, kInfinity};
    box.maximum = {-kInfinity, -kInfinity, -kInfinity};
    const Vec3 half = displaySet.normal * (displaySet.spacingBetweenSlices / 2);
    const auto add = [&box](const Vec3& p) {
        box.minimum = {std::min(box.minimum.x, p.x), std::min(box.minimum.y, p.y), std::min(box.minimum.z, p.z)};
        box.maximum = {std::max(box.maximum.x, p.x), std::max(box.maximum.y, p.y), std::max(box.maximum.z, p.z)};
    };
    for (const FrameAttributes& frame : displaySet.frames) {
        if (!frame.plane) {
            return std::nullopt;
        }
        for (const double column : {-0.5, frame.columns - 0.5}) {
            for (const double row : {-0.5, frame.rows - 0.5}) {
                add(frame.plane->toPatient({column, row}) + half);
                add(frame.plane->toPatient({column, row}) - half);
            }
        }
    }
    box.center = (box.minimum + box.maximum) * 0.5;
    return box;
}

} // namespace akari::image
