// Private to core/image: which frames of a series belong together.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "core/image/DisplaySet.h"
#include "core/image/SplitKeys.h"

namespace akari::image {

using FrameRefs = std::vector<const FrameAttributes*>;

struct FrameGroup {
    FrameRefs frames;                  // in order of instance and frame number
    std::string key;                   // says what the group is, whatever else is in the series
    std::vector<std::string> reasons;  // what it was split off by
    std::vector<std::string> words;    // for the label: "sagittal", "TE 30 ms"
    bool rotating = false;             // every frame has an orientation of its own
    bool survey = false;               // a few planes of each direction: a localizer, whatever it calls itself
    std::vector<GeometryFinding> findings;
};

// Instance numbers of frames, for warnings: "12, 13, 17 ...".
std::string instanceNumbers(const FrameRefs& frames);
GeometryFinding finding(std::string code, std::string message, const FrameRefs& frames);
bool sameDirection(const Vec3& a, const Vec3& b);
// Positions along a common normal closer than this are one position, mm.
inline constexpr double kSamePosition = 0.005;

// Groups keep the order in which their first frame comes; the reason is noted where there is more than one.
std::vector<FrameGroup> splitBy(FrameGroup group, const std::string& reason, const std::function<SplitPart(const FrameAttributes&)>& describe);
// Frames at one place: by the attributes that the rules name as far as that helps, then as times or as duplicates.
void splitPlaces(FrameGroup group, const SplitRule& rule, std::vector<FrameGroup>& out);
// Splits the frames of one series by everything that must not be in one volume (VIEWING.md: mixed orientation, localizer, 4D, ...).
std::vector<FrameGroup> splitSeries(FrameRefs frames, const SplitRule& rule);

} // namespace akari::image
