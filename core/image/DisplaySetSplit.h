// Private to core/image: which frames of a series belong together.
#pragma once

#include <string>
#include <vector>

#include "core/image/Attributes.h"

namespace akari::image {

using FrameRefs = std::vector<const FrameAttributes*>;

struct FrameGroup {
    FrameRefs frames;                  // in order of instance and frame number
    std::string key;                   // says what the group is, whatever else is in the series
    std::vector<std::string> reasons;  // what it was split off by
    std::vector<std::string> words;    // for the label: "sagittal", "TE 30 ms"
    bool rotating = false;             // every frame has an orientation of its own
    std::vector<std::string> warnings;
};

// Instance numbers of frames, for warnings: "12, 13, 17 ...".
std::string instanceNumbers(const FrameRefs& frames);
// Positions along a common normal closer than this are one position, mm.
inline constexpr double kSamePosition = 0.005;

// Splits the frames of one series by everything that must not be in one volume (VIEWING.md: mixed orientation, localizer, 4D, ...).
std::vector<FrameGroup> splitSeries(FrameRefs frames);

} // namespace akari::image
