// Private to core/image: what kind of geometry a group of frames has.
#pragma once

#include "core/image/DisplaySetSplit.h"

namespace akari::image {

// Puts the group's frames in order of their positions where they have planes, and fills the set's geometry and findings.
void judgeGeometry(FrameGroup& group, DisplaySet& set);

// Where slices are missing. `spacings[i]` lies between slice i and i + 1. A run of four or more equal spacings is a spacing of its own;
// what is 1.5 times as far as the runs beside it is a gap.
std::vector<SliceGap> gapsOf(const std::vector<double>& spacings);

} // namespace akari::image
