// A decoded twin: one frame of a slow codec as its decoder gave it out, losslessly packed. What the cache keeps of it is sealed like
// everything else and bound to whose frame it is. Format: docs/cache-format.md.
#pragma once

#include <string>

#include "core/base/Bytes.h"
#include "core/base/Identity.h"

namespace akari::cache {

// Whose twin it is. `decoding` names what made it (program and its rules for decoding): another one's twin is not found.
struct TwinKey {
    ObjectIdentity identity; // with its content version
    FrameNumber frame;
    std::string decoding;
};

// Samples little-endian and interleaved, `bytesPerSample` 1, 2 or 4, columns * samplesPerPixel (1 or 3) of them a row.
struct TwinImage {
    std::uint32_t rows = 0;
    std::uint32_t columns = 0;
    std::uint16_t samplesPerPixel = 1;
    std::uint16_t bytesPerSample = 2;
    Bytes samples;
};

struct Twin {
    TwinKey key;
    Bytes packed; // packTwin's
};

// Each sample less its neighbour's on the left (in the first column: above), sign folded into bit 0, bytes of equal weight together,
// zstd 1. Empty where the sizes contradict each other.
Bytes packTwin(const TwinImage& image);
// False for anything that packTwin did not make. Any thread.
bool unpackTwin(BytesView packed, TwinImage& image);

} // namespace akari::cache
