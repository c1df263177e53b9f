// What is scrolled through as one: frames that belong together, in the order of their projected positions.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "core/image/Attributes.h"
#include "core/image/SplitRules.h"

namespace akari::image {

enum class GeometryKind { None, Stack, Volume }; // no plane at all | ordered but no volume | evenly orderable volume

// Between two slices lies more than the stack's own spacing there, and no run of slices so far apart: nothing is interpolated across.
struct SliceGap {
    std::size_t after = 0;   // between frames[after] and frames[after + 1]
    double millimetres = 0;
    double usual = 0;        // the spacing of the slices around it
    int missing = 0;         // whole slices that would fill it; 0: it is no multiple of the usual spacing
    bool operator==(const SliceGap&) const = default;
};

// What was found out about a set's geometry, with the objects it is about.
struct GeometryFinding {
    std::string code;        // "gap", "uneven", "tilt", "shifted", "repeated", "duplicate", "time", "mixed", "few", "survey", ...
    std::string message;     // one sentence, English, no patient data; names instance numbers
    std::vector<std::string> sopInstanceUids;
};

struct DisplaySet {
    std::string id;                       // stable: series UID hash + index, safe for scripts
    SeriesInstanceUid series;
    std::string modality;
    std::string label;                    // series description and why it was split off, if it was
    std::string splitReason;              // "orientation", "echo", "b-value", ... or empty
    GeometryKind geometry = GeometryKind::None;
    std::vector<FrameAttributes> frames;  // FrameIndex order
    std::vector<double> positions;        // mm along normal, ascending; empty when geometry is None
    Vec3 normal;                          // of the first frame
    double spacingBetweenSlices = 0;      // median of consecutive positions; 0 when not known
    bool evenSpacing = true;              // every gap within 1 % or 0.01 mm of the median
    double tiltDegrees = 0;               // gantry tilt from positions
    std::vector<SliceGap> gaps;           // ascending
    std::vector<GeometryFinding> findings;
    std::vector<std::string> warnings;    // the findings' messages, then what single frames warned of
};

// Splits and orders. Order by projected ImagePositionPatient; never by InstanceNumber where there is a plane.
// `own`: rules that the reader made for single series, instead of their modality's.
std::vector<DisplaySet> makeDisplaySets(std::vector<FrameAttributes> frames, const SplitRules& rules = builtInSplitRules(),
                                        const std::map<SeriesInstanceUid, SplitRule>& own = {});

} // namespace akari::image
