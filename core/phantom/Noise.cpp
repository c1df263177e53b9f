#include "core/phantom/Noise.h"

#include <array>

namespace akari::phantom {

namespace {

constexpr int kTableSize = 4096;

// Quantiles of the normal distribution by bisection, scaled to a standard deviation of exactly one.
std::array<float, kTableSize> makeQuantiles()
{
    std::array<float, kTableSize> table{};
    double squares = 0;
    for (int i = kTableSize / 2; i < kTableSize; ++i) {
        const double wanted = (i + 0.5) / kTableSize;
        double low = 0;
        double high = 6;
        for (int step = 0; step < 40; ++step) {
            const double middle = 0.5 * (low + high);
            (0.5 * std::erfc(-middle / std::sqrt(2.0)) < wanted ? low : high) = middle;
        }
        table[i] = static_cast<float>(low);
        table[kTableSize - 1 - i] = static_cast<float>(-low);
        squares += 2 * low * low;
    }
    const auto scale = static_cast<float>(1 / std::sqrt(squares / kTableSize));
    for (float& value : table) {
        value *= scale;
    }
    return table;
}

float lattice(int x, int y, int z, std::uint32_t seed)
{
    const std::uint32_t mixed = static_cast<std::uint32_t>(x) * 0x8DA6B343U ^ static_cast<std::uint32_t>(y) * 0xD8163841U ^
                                static_cast<std::uint32_t>(z) * 0xCB1AB31FU ^ seed * 0x165667B1U;
    std::uint32_t h = mixed ^ (mixed >> 15);
    h *= 0x2C1B3C6DU;
    h ^= h >> 12;
    h *= 0x297A2D39U;
    h ^= h >> 15;
    return static_cast<float>(h >> 8) * (2.0F / 16777216.0F) - 1.0F;
}

} // namespace

void addGaussian(float* values, int count, float sigma, std::uint64_t seed)
{
    static const std::array<float, kTableSize> quantiles = makeQuantiles();
    const std::uint64_t key = hash64(seed);
    int i = 0;
    for (std::uint64_t block = 0; i < count; ++block) {
        std::uint64_t bits = hash64(key + block);
        for (int end = std::min(i + 5, count); i < end; ++i) {
            values[i] += sigma * quantiles[bits & (kTableSize - 1)];
            bits >>= 12;
        }
    }
}

float smoothNoise(Vec p, std::uint32_t seed)
{
    const float fx = std::floor(p.x);
    const float fy = std::floor(p.y);
    const float fz = std::floor(p.z);
    const int x = static_cast<int>(fx);
    const int y = static_cast<int>(fy);
    const int z = static_cast<int>(fz);
    const auto ease = [](float t) { return t * t * t * (t * (t * 6 - 15) + 10); };
    const float tx = ease(p.x - fx);
    const float ty = ease(p.y - fy);
    const float tz = ease(p.z - fz);
    const auto row = [&](int dy, int dz) { return mix(lattice(x, y + dy, z + dz, seed), lattice(x + 1, y + dy, z + dz, seed), tx); };
    return mix(mix(row(0, 0), row(1, 0), ty), mix(row(0, 1), row(1, 1), ty), tz);
}

} // namespace akari::phantom
