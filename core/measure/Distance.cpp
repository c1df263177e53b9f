#include "core/measure/Distance.h"

#include <algorithm>
#include <cmath>

namespace akari::measure {

namespace {

bool inside(const image::DisplaySet& set, const image::Vec3& p)
{
    const double half = set.spacingBetweenSlices / 2;
    const double z = dot(p, set.normal);
    if (!(z >= set.positions.front() - half && z <= set.positions.back() + half)) {
        return false;
    }
    // The slice that lies nearest has the say: a tilted stack is no upright box.
    const auto above = std::lower_bound(set.positions.begin(), set.positions.end(), z);
    auto at = static_cast<std::size_t>(above - set.positions.begin());
    if (at == set.positions.size() || (at > 0 && z - set.positions[at - 1] < set.positions[at] - z)) {
        --at;
    }
    const image::FrameAttributes& frame = set.frames[at];
    const image::PixelPoint q = frame.plane->toPixel(p);
    return q.column >= -0.5 && q.column <= frame.columns - 0.5 && q.row >= -0.5 && q.row <= frame.rows - 0.5;
}

} // namespace

Status measurableThrough(const image::DisplaySet& set)
{
    if (set.geometry != image::GeometryKind::Volume || set.positions.size() != set.frames.size() || set.frames.empty()) {
        return fail("measure.geometry", "These images are no volume, so nothing can be measured from one to another.");
    }
    return {};
}

Result<Measurement> distance(const image::SliceTable& table, const image::Vec3& from, const image::Vec3& to)
{
    const image::DisplaySet& set = *table.displaySet;
    if (const auto usable = measurableThrough(set); !usable) {
        return fail(usable.error());
    }
    if (!inside(set, from) || !inside(set, to)) {
        return fail("measure.outside", "A point of this measurement lies outside the volume.");
    }
    const auto [low, high] = std::minmax({dot(from, set.normal), dot(to, set.normal)});
    for (const image::SliceGap& gap : set.gaps) {
        if (low < set.positions[gap.after + 1] && high > set.positions[gap.after]) {
            return fail("measure.gap", "Slices are missing between the two points, so their distance is not told.",
                        "after slice " + std::to_string(gap.after + 1));
        }
    }
    for (std::size_t i = 0; i < table.entries.size(); ++i) {
        const bool beside = set.positions[i] >= low - set.spacingBetweenSlices && set.positions[i] <= high + set.spacingBetweenSlices;
        if (beside && table.entries[i].state != image::SliceState::Present) {
            return fail("measure.absent", "A slice of this measurement is not there, so nothing can be measured.");
        }
    }
    Measurement m;
    m.kind = Kind::Length;
    m.length = length(to - from);
    m.unit = "mm";
    m.areaUnit = "mm2";
    m.calibration = image::Calibration::Geometry;
    return m;
}

} // namespace akari::measure
