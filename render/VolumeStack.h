// How the slices of a display set lie on one even, right-handed grid.
#pragma once

#include <vector>

#include "render/VolumeBuild.h"

namespace akari::render {

// One slice on the grid's axes: its first pixel's centre in mm from the first frame's, along row, column and normal.
struct Placement {
    std::size_t entry = 0; // index into SliceTable::entries
    double right = 0, down = 0, along = 0;
};

struct Stack {
    std::uint32_t columns = 0, rows = 0;
    image::SlicePlane first;
    image::Vec3 normal;
    std::vector<Placement> slices; // ascending `along`
    double gap = 1;                // median distance, mm
    std::vector<double> reach;     // where slices are missing after slice i: mm that the slices beside stand for; else 0
};

struct Extent {
    double begin = 0, end = 0; // mm from the first frame's position, voxel edges
    double spacing = 1;        // acquired, mm
};

// A slice's share in one layer of voxels; the shares of a layer sum to 1. The margin's layers and those where slices are missing have
// none: air.
struct Share {
    std::size_t slice = 0; // index into Stack::slices
    double weight = 0;
};

Result<Stack> stackOf(const image::SliceTable& table);
std::array<Extent, 3> extentsOf(const Stack& stack);
VolumeGrid gridOf(const Stack& stack, std::uint64_t maximumVoxels);
std::vector<Share> sharesOf(const Stack& stack, const VolumeGrid& grid, int layer);

} // namespace akari::render
