// Pixels of one plane through the anatomy.
#pragma once

#include <vector>

#include "core/phantom/Anatomy.h"

namespace akari::phantom {

struct Raster {
    Frame anatomy;     // the plane in anatomy coordinates
    Vec couchOrigin;   // the first pixel's place relative to the couch, which does not turn with the patient
    bool couch = false;
    float edgeWidth = 0.9F; // mm over which an edge is spread, about one voxel
};

// HU without noise, row by row.
void rasterize(const Anatomy& anatomy, const Raster& raster, std::vector<float>& out);

} // namespace akari::phantom
