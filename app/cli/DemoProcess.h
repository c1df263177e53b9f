// The demo archive that an earlier `akarictl demo` left running, known by the pid file in its storage folder.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>

namespace akari::cli {

void rememberDemo(const std::filesystem::path& storage, std::int64_t pid);
// Its process, if it still runs and is an Orthanc.
std::optional<std::int64_t> runningDemo(const std::filesystem::path& storage);
// Asks it to end, after ten seconds makes it. False when there was none.
bool endDemo(const std::filesystem::path& storage);

} // namespace akari::cli
