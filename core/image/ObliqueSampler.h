// Private to core/image: one output row that runs through many slices.
#pragma once

#include "core/image/VolumeModel.h"

namespace akari::image {

struct ObliqueQuery {
    VolumeModel::Point from; // of output pixel 0
    VolumeModel::Point step;
    int width = 0;
    Interpolation interpolation = Interpolation::Linear;
};

// The general form: any type, uneven spacing, tilt, absent slices. `values` and `coverage` have `width` entries.
void sampleOblique(const VolumeModel& model, const ObliqueQuery& query, float* values, std::uint8_t* coverage);
// Needs model.fast and linear interpolation. Returns the range of pixels that lie inside; only those are written.
Range sampleObliqueFast(const VolumeModel& model, const ObliqueQuery& query, float* values);

} // namespace akari::image
