#include <malloc.h>

#include <cstdlib>
#include <fstream>
#include <string>

#include "app/cli/bench/Memory.h"

namespace akari::cli {

double peakMemoryMegabytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) {
            return std::strtod(line.c_str() + 6, nullptr) / 1024;
        }
    }
    return 0;
}

void forgetPeakMemory()
{
    malloc_trim(0); // what is free but not given back is nobody's peak
    std::ofstream refs("/proc/self/clear_refs"); // 5: the peak becomes what is resident now
    refs << "5";
}

} // namespace akari::cli
