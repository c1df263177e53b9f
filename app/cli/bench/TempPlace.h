// A folder of a benchmark's own, gone with it.
#pragma once

#include <filesystem>

#include "core/base/Bytes.h"

namespace akari::cli {

struct TempPlace {
    std::filesystem::path path = std::filesystem::temp_directory_path() / ("akari-bench-" + toHex(randomBytes(6)));
    TempPlace() { std::filesystem::create_directories(path); }
    TempPlace(const TempPlace&) = delete;
    TempPlace& operator=(const TempPlace&) = delete;
    ~TempPlace()
    {
        std::error_code ignored;
        std::filesystem::remove_all(path, ignored);
    }
};

} // namespace akari::cli
