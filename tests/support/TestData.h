// Real DICOM files for tests: AKARI_TESTDATA, or ../shared/data beside the source tree. Never part of the project.
#pragma once

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

#include "core/base/Bytes.h"

namespace akari::test {

inline std::optional<std::filesystem::path> dataFolder()
{
    namespace fs = std::filesystem;
    if (const char* named = std::getenv("AKARI_TESTDATA"); named && fs::is_directory(named)) {
        return fs::path(named);
    }
    const fs::path beside = fs::path(AKARI_SOURCE_DIR).parent_path() / "shared" / "data";
    if (fs::is_directory(beside)) {
        return beside;
    }
    return std::nullopt;
}

inline SharedBytes readFile(const std::filesystem::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return std::make_shared<const Bytes>(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
}

} // namespace akari::test
