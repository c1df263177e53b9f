// A hash for "is this the answer about these bytes?", several times as fast as SHA-256 where the processor has no instructions for that
// one.
#pragma once

#include <array>
#include <cstdint>

#include "core/base/Bytes.h"

namespace akari {

using HashKey = std::array<std::uint8_t, 16>;
using KeyedHash = std::array<std::uint8_t, 16>;

// AES-128-GMAC (NIST SP 800-38D). Under a key drawn at random for this one comparison two different texts have the same hash with a chance
// of less than their length in blocks over 2^128. A key that is used again proves nothing. Throws std::runtime_error when the library
// fails.
KeyedHash keyedHash(const HashKey& key, BytesView bytes);
HashKey randomHashKey();

} // namespace akari
