// Numbers of codestream headers. The caller has seen that the bytes are there.
#pragma once

#include "core/base/Bytes.h"

namespace akari::decode::worker {

inline std::uint32_t bigEndian16(BytesView bytes, std::size_t at) { return (std::uint32_t{bytes[at]} << 8) | bytes[at + 1]; }
inline std::uint32_t bigEndian32(BytesView bytes, std::size_t at) { return (bigEndian16(bytes, at) << 16) | bigEndian16(bytes, at + 2); }

} // namespace akari::decode::worker
