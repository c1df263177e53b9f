// The planar kernel: any plane through a slice table, single or slab, in modality values. Ours; AVX2, NEON or scalar at run time.
#pragma once

#include "core/image/SliceTable.h"

namespace akari::image {

inline constexpr int kLargestPlaneSide = 16'384; // pixels that an output plane may have along a side

enum class Interpolation { Nearest, Linear };
enum class SlabMode { None, Mip, MinIp, Mean };

// Output pixel (i, j) samples patient point origin + stepX * i + stepY * j; a slab samples along `normal`, centred on the plane.
struct ResamplePlane {
    Vec3 origin; // centre of output pixel (0,0)
    Vec3 stepX;
    Vec3 stepY;
    int width = 0;
    int height = 0;
};
struct Slab {
    SlabMode mode = SlabMode::None;
    double thickness = 0; // mm
};

enum class Coverage : std::uint8_t { Outside = 0, Present = 1, Absent = 2, Failed = 3 };

struct Resampled {
    int width = 0;
    int height = 0;
    std::vector<float> values;         // modality values; meaningless where coverage != Present
    std::vector<std::uint8_t> coverage;// Coverage per pixel
    bool touchedAbsent = false;        // an absent, failed or padded slice lies under the plane or slab
};

// Between slices: linear by true positions (uneven spacing and tilt honoured by each slice's own plane). Geometry must be Volume.
// Absent under either neighbour makes the pixel Absent, and so does a gap where slices are missing. Deterministic; runs on all cores; any thread.
Result<Resampled> resampleVolume(const SliceTable& table, const ResamplePlane& plane, const Slab& slab, Interpolation interpolation);

// One frame scaled in its own plane, without patient space: output pixel (i, j) samples source pixel
// (column, row) = origin + stepX * i + stepY * j. For stacks, projections and the native plane of volumes.
struct PixelPlane {
    PixelPoint origin;
    PixelPoint stepX;
    PixelPoint stepY;
    int width = 0;
    int height = 0;
};
Resampled resampleSlice(const Slice& slice, const PixelPlane& plane, Interpolation interpolation);
// The colour form: RGB 8 bit interleaved, and coverage.
struct ResampledColor {
    int width = 0;
    int height = 0;
    Bytes rgb;
    std::vector<std::uint8_t> coverage;
};
ResampledColor resampleColor(const Slice& slice, const PixelPlane& plane, Interpolation interpolation);

} // namespace akari::image
