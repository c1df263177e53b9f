// Randomness by hashing: every value depends on its seed and index alone, so any thread can make any part.
#pragma once

#include <cstdint>

#include "core/phantom/Space.h"

namespace akari::phantom {

inline std::uint64_t hash64(std::uint64_t x)
{
    x += 0x9E3779B97F4A7C15ULL;
    x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9ULL;
    x = (x ^ (x >> 27)) * 0x94D049BB133111EBULL;
    return x ^ (x >> 31);
}

// A small sequential generator for building anatomy.
class Rng {
public:
    explicit Rng(std::uint64_t seed) : m_state(hash64(seed)) {}
    float uniform() { return static_cast<float>((m_state = hash64(m_state)) >> 40) * (1.0F / 16777216.0F); }
    float range(float low, float high) { return low + (high - low) * uniform(); }

private:
    std::uint64_t m_state;
};

// Adds white Gaussian noise of standard deviation sigma to count values.
void addGaussian(float* values, int count, float sigma, std::uint64_t seed);

// Smooth noise in -1..1 with features of about one unit.
float smoothNoise(Vec p, std::uint32_t seed);

} // namespace akari::phantom
