// Private to core/image: a slice table as the kernel sees it: views, true positions and in-plane offsets.
#pragma once

#include <vector>

#include "core/image/Kernels.h"
#include "core/image/LineSampler.h"

namespace akari::image {

// Where a position along the normal lies: between `index` and the next slice, `weight` of the way; weight 0: on the slice.
// `missing`: slices are missing there, so nothing is known of it.
struct Between {
    int index = 0;
    double weight = 0;
    bool missing = false;
};

struct VolumeModel {
    std::vector<SliceView> views;
    std::vector<double> z;                 // mm along `normal`, strictly ascending
    std::vector<double> reach;             // of a gap after slice i: mm that the slices beside it stand for; 0: no gap
    std::vector<double> offsetC, offsetR;  // pixels, added to coordinates in the first slice's plane
    std::vector<const void*> data;
    Vec3 origin, row, column, normal;
    PixelSpacing spacing;
    double low = 0, high = 0;              // edges along the normal, half a gap beyond the outermost slices
    double gap = 0;
    double thinnest = 0;                   // smallest gap
    bool fast = false;                     // the trilinear kernel's conditions hold
    bool sameType = false;                 // all slices that are there

    struct Point {
        double c, r, z;
    };
    Point pointOf(const Vec3& patient) const;
    Point stepOf(const Vec3& direction) const;
    // `hint`: the index of a place nearby.
    Between locate(double at, int hint, Interpolation interpolation) const;
};

// "resample.geometry" when the display set is no volume.
Result<VolumeModel> modelOf(const SliceTable& table);

} // namespace akari::image
