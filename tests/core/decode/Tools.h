// Programs of other people that the tests ask for references: ffmpeg, cjxl, pydicom. A test that lacks one skips and says which.
#pragma once

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <string>

#include "core/base/Bytes.h"
#include "tests/support/TempFolder.h"
#include "tests/support/TestData.h"

namespace akari::decode::test {

inline bool haveTool(const std::string& name) { return std::system(("command -v " + name + " >/dev/null 2>&1").c_str()) == 0; }

inline bool runTool(const std::string& command) { return std::system((command + " >/dev/null 2>&1").c_str()) == 0; }

inline void writeFile(const std::filesystem::path& path, BytesView bytes)
{
    std::ofstream out(path, std::ios::binary);
    out.write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

inline Bytes fileBytes(const std::filesystem::path& path) { return *akari::test::readFile(path); }

} // namespace akari::decode::test
