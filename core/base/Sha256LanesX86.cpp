#include "core/base/ManySha256.h"
#include "core/base/Sha256Rounds.h"

#if defined(__x86_64__) && defined(__GNUC__)

#include <algorithm>
#include <cstring>

#include <cpuid.h>

namespace akari {
namespace {

constexpr auto& kRounds = kSha256Rounds;

namespace sixteen {
#define AKARI_LANES 16
#define AKARI_TARGET __attribute__((target("avx512f,avx512bw")))
#include "core/base/Sha256Lanes.inl"
#undef AKARI_LANES
#undef AKARI_TARGET
} // namespace sixteen

namespace eight {
#define AKARI_LANES 8
#define AKARI_TARGET __attribute__((target("avx2")))
#include "core/base/Sha256Lanes.inl"
#undef AKARI_LANES
#undef AKARI_TARGET
} // namespace eight

} // namespace

const Sha256Kernel* sha256Avx512()
{
    static constexpr Sha256Kernel kKernel{16, sixteen::compress, "AVX-512"};
    static const bool kThere = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw");
    return kThere ? &kKernel : nullptr;
}

const Sha256Kernel* sha256Avx2()
{
    static constexpr Sha256Kernel kKernel{8, eight::compress, "AVX2"};
    static const bool kThere = __builtin_cpu_supports("avx2") != 0;
    return kThere ? &kKernel : nullptr;
}

bool sha256InHardware()
{
    constexpr unsigned kShaBit = 1U << 29; // leaf 7, EBX
    unsigned a = 0, b = 0, c = 0, d = 0;
    return __get_cpuid_count(7, 0, &a, &b, &c, &d) != 0 && (b & kShaBit) != 0;
}

} // namespace akari

#else

namespace akari {
const Sha256Kernel* sha256Avx512() { return nullptr; }
const Sha256Kernel* sha256Avx2() { return nullptr; }
bool sha256InHardware() { return true; } // not known: the library's own is taken
} // namespace akari

#endif
