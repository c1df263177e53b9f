// The most memory that this process has held at once. Platform part in PeakMemoryLinux.cpp.
#pragma once

#include <cstdint>
#include <optional>

namespace akari::cli {

// Forgets the peak so far, memory that is free given back first; false where the system can't.
bool resetPeakMemory();
// Bytes resident at the peak since then; nullopt where the system does not tell.
std::optional<std::uint64_t> peakMemory();

} // namespace akari::cli
