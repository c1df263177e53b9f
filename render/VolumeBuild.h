// From a slice table to one even, right-handed block of int16 voxels for akari-3d.
#pragma once

#include <array>
#include <memory>

#include "core/base/JobQueue.h"
#include "core/base/Process.h"
#include "core/image/SliceTable.h"

namespace akari::render {

// One voxel of air lies around the acquired ones, so that what is cut off by the edge is lit as a surface.
constexpr int kMargin = 1;

// Voxel (i, j, k)'s centre lies at origin + axis[0] * (i * spacing[0]) + axis[1] * (j * spacing[1]) + axis[2] * (k * spacing[2]).
// The axes are the row direction, the column direction and their cross product; a tilted stack is straightened by shifting each slice.
struct VolumeGrid {
    std::array<int, 3> size{};           // voxels, margin included
    std::array<double, 3> spacing{};     // mm
    image::Vec3 origin;                  // LPS mm
    std::array<image::Vec3, 3> axis;
    bool reduced = false;                // fewer voxels than acquired
    std::uint64_t voxels() const { return std::uint64_t(size[0]) * std::uint64_t(size[1]) * std::uint64_t(size[2]); }
};

// stored int16 = (modality value - offset) / scale, rounded and clamped.
struct BuiltVolume {
    VolumeGrid grid;
    std::unique_ptr<SharedMemory> voxels;
    double scale = 1;
    double offset = 0;
    double low = 0, high = 1;            // modality values: 50th and 99.9th percentile of what was built
    bool touchedAbsent = false;
};

// The grid within `maximumVoxels`: full where it fits, else voxels as near to cubes as the acquisition allows.
// "volume.geometry" when the display set is no volume, "volume.color" when its pixels are colours.
Result<VolumeGrid> planGrid(const image::SliceTable& table, std::uint64_t maximumVoxels);

// Every acquired voxel counts with the share of its extent that falls in the new voxel; between distant slices linear by true position.
// Absent and failed slices are air. Runs on all cores. "volume.memory" when there is none, "stopped" when the token asks.
Result<BuiltVolume> buildVolume(const image::SliceTable& table, std::uint64_t maximumVoxels, StopToken stop = {});

} // namespace akari::render
