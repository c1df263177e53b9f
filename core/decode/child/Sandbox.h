// What a decoder program does to itself: limits for each job, and a filter of system calls for good. Platform parts in SandboxLinux.cpp.
#pragma once

#include <cstdint>

#include "core/base/Result.h"

namespace akari::decode::child {

struct Limits {
    std::uint64_t addressSpace = 0; // bytes
    std::uint64_t cpuSeconds = 0;   // of the process's whole life
};

// Bytes mapped now; 0 when the system does not say. Works behind the filter too if it was called once before.
std::uint64_t mappedBytes();
// Limits that never change: no core files, no files written, few descriptors, no children, and no job may map more than `addressSpace`.
Status limitForGood(std::uint64_t addressSpace);
// Sets what a job may use: bytes mapped in all, seconds from now on. Returns the limits as getrlimit reads them.
Result<Limits> limitForJob(std::uint64_t addressSpace, std::uint64_t cpuSeconds);
// Freed memory that the process still has mapped, back to the system as far as that goes. Costs the next job its pages.
void giveBackFreeMemory();
// What an attempt to open a file means. FFmpeg's demuxers look for character set tables when a stream names its service; to be told that
// there is none is enough.
enum class OnOpen : std::uint8_t { EndProcess, Refuse };
// From here on only what decoding needs: every other system call ends the process. True when the filter is in force.
Result<bool> closeFilter(OnOpen onOpen);
std::uint64_t peakResidentBytes();

} // namespace akari::decode::child
