#include "core/image/Kernels.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <immintrin.h>

#include <cmath>
#include <cstring>

// The window's arithmetic must round like the scalar form does, so no fused multiply-add there.
#define AKARI_AVX2 __attribute__((target("avx2")))
#define AKARI_AVX2_FMA __attribute__((target("avx2,fma")))

namespace akari::image {

namespace {

AKARI_AVX2 inline __m128i windowFour(__m128 in, __m256d center, __m256d width)
{
    __m256d y = _mm256_div_pd(_mm256_sub_pd(_mm256_cvtps_pd(in), center), width);
    y = _mm256_mul_pd(_mm256_add_pd(y, _mm256_set1_pd(0.5)), _mm256_set1_pd(65535.0));
    // max takes its second operand when the first is not a number.
    y = _mm256_min_pd(_mm256_max_pd(y, _mm256_setzero_pd()), _mm256_set1_pd(65535.0));
    return _mm256_cvttpd_epi32(_mm256_add_pd(y, _mm256_set1_pd(0.5)));
}

AKARI_AVX2 void linearWindow(const float* in, std::uint16_t* out, int count, const LinearWindow& w)
{
    const __m256d center = _mm256_set1_pd(w.center);
    const __m256d width = _mm256_set1_pd(w.width);
    const __m128i flip = _mm_set1_epi16(w.inverse ? -1 : 0);
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m128i a = windowFour(_mm_loadu_ps(in + i), center, width);
        const __m128i b = windowFour(_mm_loadu_ps(in + i + 4), center, width);
        _mm_storeu_si128(reinterpret_cast<__m128i*>(out + i), _mm_xor_si128(_mm_packus_epi32(a, b), flip));
    }
    scalarKernels().linearWindow(in + i, out + i, count - i, w);
}

AKARI_AVX2_FMA void lerp(const float* a, const float* b, float t, float* out, int count)
{
    const __m256 weight = _mm256_set1_ps(t);
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        const __m256 x = _mm256_loadu_ps(a + i);
        _mm256_storeu_ps(out + i, _mm256_fmadd_ps(weight, _mm256_sub_ps(_mm256_loadu_ps(b + i), x), x));
    }
    scalarKernels().lerp(a + i, b + i, t, out + i, count - i);
}

AKARI_AVX2 void maximum(const float* in, float* acc, int count)
{
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        _mm256_storeu_ps(acc + i, _mm256_max_ps(_mm256_loadu_ps(in + i), _mm256_loadu_ps(acc + i)));
    }
    scalarKernels().maximum(in + i, acc + i, count - i);
}

AKARI_AVX2 void minimum(const float* in, float* acc, int count)
{
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        _mm256_storeu_ps(acc + i, _mm256_min_ps(_mm256_loadu_ps(in + i), _mm256_loadu_ps(acc + i)));
    }
    scalarKernels().minimum(in + i, acc + i, count - i);
}

AKARI_AVX2 void sum(const float* in, float* acc, int count)
{
    int i = 0;
    for (; i + 8 <= count; i += 8) {
        _mm256_storeu_ps(acc + i, _mm256_add_ps(_mm256_loadu_ps(in + i), _mm256_loadu_ps(acc + i)));
    }
    scalarKernels().sum(in + i, acc + i, count - i);
}

struct EightCells {
    __m256i index;
    __m256 fraction;
};

// The integer part of the first lane is taken off in double, so that single precision is enough for the rest.
AKARI_AVX2_FMA inline EightCells cellsOf(double at, float step, int count)
{
    const double base = std::floor(at);
    const __m256 lanes = _mm256_setr_ps(0, 1, 2, 3, 4, 5, 6, 7);
    const __m256 offset = _mm256_fmadd_ps(lanes, _mm256_set1_ps(step), _mm256_set1_ps(static_cast<float>(at - base)));
    const __m256i whole = _mm256_set1_epi32(static_cast<int>(base));
    __m256i index = _mm256_add_epi32(_mm256_cvttps_epi32(_mm256_floor_ps(offset)), whole);
    index = _mm256_min_epi32(_mm256_max_epi32(index, _mm256_setzero_si256()), _mm256_set1_epi32(count - 2));
    const __m256 fraction = _mm256_sub_ps(offset, _mm256_cvtepi32_ps(_mm256_sub_epi32(index, whole)));
    return {index, _mm256_min_ps(_mm256_max_ps(fraction, _mm256_setzero_ps()), _mm256_set1_ps(1.0f))};
}

inline int pairAt(const std::uint16_t* p)
{
    int pair;
    std::memcpy(&pair, p, sizeof pair);
    return pair;
}

// Both columns of a pair of samples, interpolated.
template <bool Signed> AKARI_AVX2_FMA inline __m256 alongColumns(const int (&pairs)[8], __m256 fraction)
{
    const __m256i v = _mm256_setr_epi32(pairs[0], pairs[1], pairs[2], pairs[3], pairs[4], pairs[5], pairs[6], pairs[7]);
    const __m256i first = Signed ? _mm256_srai_epi32(_mm256_slli_epi32(v, 16), 16) : _mm256_and_si256(v, _mm256_set1_epi32(0xFFFF));
    const __m256i second = Signed ? _mm256_srai_epi32(v, 16) : _mm256_srli_epi32(v, 16);
    const __m256 a = _mm256_cvtepi32_ps(first);
    return _mm256_fmadd_ps(fraction, _mm256_sub_ps(_mm256_cvtepi32_ps(second), a), a);
}

AKARI_AVX2_FMA inline __m256 between(__m256 a, __m256 b, __m256 t)
{
    return _mm256_fmadd_ps(t, _mm256_sub_ps(b, a), a);
}

template <bool Signed> AKARI_AVX2_FMA void trilinear(const TrilinearRow& q, int begin, int end, float* out)
{
    const __m256i columns = _mm256_set1_epi32(q.columns);
    const auto dc = static_cast<float>(q.dc);
    const auto dr = static_cast<float>(q.dr);
    const auto du = static_cast<float>(q.du);
    int i = begin;
    for (; i + 8 <= end; i += 8) {
        const EightCells c = cellsOf(q.c + q.dc * i, dc, q.columns);
        const EightCells r = cellsOf(q.r + q.dr * i, dr, q.rows);
        const EightCells u = cellsOf(q.u + q.du * i, du, q.count);
        alignas(32) int at[8];
        alignas(32) int slice[8];
        _mm256_store_si256(reinterpret_cast<__m256i*>(at), _mm256_add_epi32(_mm256_mullo_epi32(r.index, columns), c.index));
        _mm256_store_si256(reinterpret_cast<__m256i*>(slice), u.index);
        int nearTop[8], nearBottom[8], farTop[8], farBottom[8];
        for (int lane = 0; lane < 8; ++lane) {
            const auto* near = static_cast<const std::uint16_t*>(q.slices[slice[lane]]) + at[lane];
            const auto* far = static_cast<const std::uint16_t*>(q.slices[slice[lane] + 1]) + at[lane];
            nearTop[lane] = pairAt(near);
            nearBottom[lane] = pairAt(near + q.columns);
            farTop[lane] = pairAt(far);
            farBottom[lane] = pairAt(far + q.columns);
        }
        const __m256 near = between(alongColumns<Signed>(nearTop, c.fraction), alongColumns<Signed>(nearBottom, c.fraction), r.fraction);
        const __m256 far = between(alongColumns<Signed>(farTop, c.fraction), alongColumns<Signed>(farBottom, c.fraction), r.fraction);
        _mm256_storeu_ps(out + i, _mm256_fmadd_ps(between(near, far, u.fraction), _mm256_set1_ps(q.slope), _mm256_set1_ps(q.intercept)));
    }
    const Kernels& scalar = scalarKernels();
    (Signed ? scalar.trilinearSigned : scalar.trilinearUnsigned)(q, i, end, out);
}

} // namespace

const Kernels* avx2Kernels()
{
    static const Kernels kAvx2{linearWindow, lerp, maximum, minimum, sum, trilinear<true>, trilinear<false>, "AVX2"};
    static const bool kThere = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    return kThere ? &kAvx2 : nullptr;
}

} // namespace akari::image

#else

namespace akari::image {
const Kernels* avx2Kernels() { return nullptr; }
} // namespace akari::image

#endif
