#include "core/image/Kernels.h"

#include <algorithm>
#include <cmath>

namespace akari::image {

namespace {

void linearWindow(const float* in, std::uint16_t* out, int count, const LinearWindow& w)
{
    const unsigned flip = w.inverse ? 0xFFFFu : 0u;
    for (int i = 0; i < count; ++i) {
        const double y = ((static_cast<double>(in[i]) - w.center) / w.width + 0.5) * 65535.0;
        const double clamped = y > 0 ? std::min(y, 65535.0) : 0.0;
        out[i] = static_cast<std::uint16_t>(static_cast<unsigned>(clamped + 0.5) ^ flip);
    }
}

void lerp(const float* a, const float* b, float t, float* out, int count)
{
    for (int i = 0; i < count; ++i) {
        out[i] = a[i] + t * (b[i] - a[i]);
    }
}

void maximum(const float* in, float* acc, int count)
{
    for (int i = 0; i < count; ++i) {
        acc[i] = in[i] > acc[i] ? in[i] : acc[i];
    }
}

void minimum(const float* in, float* acc, int count)
{
    for (int i = 0; i < count; ++i) {
        acc[i] = in[i] < acc[i] ? in[i] : acc[i];
    }
}

void sum(const float* in, float* acc, int count)
{
    for (int i = 0; i < count; ++i) {
        acc[i] += in[i];
    }
}

struct Cell {
    int index;
    float fraction;
};
Cell cellOf(double at, int count)
{
    const int index = std::clamp(static_cast<int>(std::floor(at)), 0, count - 2);
    return {index, static_cast<float>(std::clamp(at - index, 0.0, 1.0))};
}

template <class T> void trilinear(const TrilinearRow& q, int begin, int end, float* out)
{
    for (int i = begin; i < end; ++i) {
        const Cell c = cellOf(q.c + q.dc * i, q.columns);
        const Cell r = cellOf(q.r + q.dr * i, q.rows);
        const Cell u = cellOf(q.u + q.du * i, q.count);
        const std::ptrdiff_t at = static_cast<std::ptrdiff_t>(r.index) * q.columns + c.index;
        const auto bilinear = [&](const T* p) {
            const float top = static_cast<float>(p[0]) + c.fraction * (static_cast<float>(p[1]) - static_cast<float>(p[0]));
            p += q.columns;
            const float bottom = static_cast<float>(p[0]) + c.fraction * (static_cast<float>(p[1]) - static_cast<float>(p[0]));
            return top + r.fraction * (bottom - top);
        };
        const float near = bilinear(static_cast<const T*>(q.slices[u.index]) + at);
        const float far = bilinear(static_cast<const T*>(q.slices[u.index + 1]) + at);
        out[i] = (near + u.fraction * (far - near)) * q.slope + q.intercept;
    }
}

} // namespace

const Kernels& scalarKernels()
{
    static const Kernels kScalar{linearWindow, lerp, maximum, minimum, sum, trilinear<std::int16_t>, trilinear<std::uint16_t>, "scalar"};
    return kScalar;
}

const Kernels& kernels()
{
    static const Kernels& kBest = avx2Kernels() ? *avx2Kernels() : scalarKernels();
    return kBest;
}

} // namespace akari::image
