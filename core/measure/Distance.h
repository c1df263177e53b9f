// Distances between points of a volume, in patient space.
#pragma once

#include "core/measure/Measure.h"

namespace akari::measure {

// Whether lengths through this set's volume mean anything: "measure.geometry" where it is no volume.
Status measurableThrough(const image::DisplaySet& set);

// Between two patient points (LPS, mm) of one volume. "measure.geometry" (no volume), "measure.gap" (slices are missing between the points:
// how far their neighbours are apart is known, but not that what lies on both sides was acquired in one breath), "measure.absent" (a slice
// beside the way is not there), "measure.outside" (a point off the volume).
Result<Measurement> distance(const image::SliceTable& table, const image::Vec3& from, const image::Vec3& to);

} // namespace akari::measure
