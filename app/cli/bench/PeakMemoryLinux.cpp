#include "app/cli/bench/PeakMemory.h"

#include <malloc.h>

#include <fstream>
#include <string>

namespace akari::cli {

bool resetPeakMemory()
{
    malloc_trim(0);
    std::ofstream clear("/proc/self/clear_refs");
    clear << "5" << std::flush; // proc(5): resets VmHWM
    return clear.good();
}

std::optional<std::uint64_t> peakMemory()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.rfind("VmHWM:", 0) == 0) {
            return std::stoull(line.substr(6)) * 1024;
        }
    }
    return std::nullopt;
}

} // namespace akari::cli
