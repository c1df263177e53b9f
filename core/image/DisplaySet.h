// What is scrolled through as one: frames that belong together, in the order of their projected positions.
#pragma once

#include <string>
#include <vector>

#include "core/image/Attributes.h"

namespace akari::image {

enum class GeometryKind { None, Stack, Volume }; // no plane at all | ordered but no volume | evenly orderable volume

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
    std::vector<std::string> warnings;    // name the objects by instance number
};

// Splits and orders. Order by projected ImagePositionPatient; never by InstanceNumber where there is a plane.
std::vector<DisplaySet> makeDisplaySets(std::vector<FrameAttributes> frames);

} // namespace akari::image
