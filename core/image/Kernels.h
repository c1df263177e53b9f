// Private to core/image: the inner loops, in the best form this processor has. Chosen once, at first use.
#pragma once

#include <cstdint>

namespace akari::image {

// p = ((x - center) / width + 0.5) * 65535, rounded half up and clamped; width > 0.
struct LinearWindow {
    double center;
    double width;
    bool inverse;
};

// One output row through an evenly spaced stack of 16-bit slices that are all there. Source coordinates of pixel i are
// {column, row, slice} = {c + dc * i, r + dr * i, u + du * i}; they are clamped to the volume.
struct TrilinearRow {
    const void* const* slices; // `count` pointers to rows x columns samples; count, rows and columns at least 2
    int count, columns, rows;
    double c, dc, r, dr, u, du;
    float slope, intercept;
};

struct Kernels {
    void (*linearWindow)(const float* in, std::uint16_t* out, int count, const LinearWindow& window);
    void (*lerp)(const float* a, const float* b, float t, float* out, int count); // out = a + t * (b - a)
    void (*maximum)(const float* in, float* accumulated, int count);
    void (*minimum)(const float* in, float* accumulated, int count);
    void (*sum)(const float* in, float* accumulated, int count);
    void (*trilinearSigned)(const TrilinearRow& row, int begin, int end, float* out);   // int16 samples
    void (*trilinearUnsigned)(const TrilinearRow& row, int begin, int end, float* out); // uint16 samples
    const char* name;
};

const Kernels& scalarKernels();
const Kernels* avx2Kernels(); // null where this build or this processor has none
const Kernels& kernels();

} // namespace akari::image
