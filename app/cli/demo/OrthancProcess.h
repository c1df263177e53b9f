// What the demo archive needs from the operating system. Implementations: OrthancProcessPosix.cpp.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"

namespace akari::demo {

// A child in a process group of its own, so that Ctrl-C in the terminal reaches us first. Output goes to the log file.
Result<std::int64_t> spawnLogged(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                                 const std::filesystem::path& folder, const std::filesystem::path& log);
// False once the child has ended; reaps it.
bool childRunning(std::int64_t pid);
// Asks, waits so long, then kills; returns when the child is reaped.
void endChild(std::int64_t pid, std::chrono::milliseconds patience);
// A free TCP port on 127.0.0.1: the wanted one if it is free, else any.
std::optional<int> freeLoopbackPort(int wanted);

} // namespace akari::demo
