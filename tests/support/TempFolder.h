// A private folder for one test, removed with all that is in it.
#pragma once

#include <filesystem>
#include <stdexcept>

#include "core/base/Bytes.h"

namespace akari::test {

class TempFolder {
public:
    TempFolder() : m_path(std::filesystem::temp_directory_path() / ("akari-test-" + toHex(randomBytes(8))))
    {
        if (!std::filesystem::create_directory(m_path)) {
            throw std::runtime_error("no temporary folder");
        }
    }
    ~TempFolder()
    {
        std::error_code ignored;
        std::filesystem::remove_all(m_path, ignored);
    }
    TempFolder(const TempFolder&) = delete;
    TempFolder& operator=(const TempFolder&) = delete;
    const std::filesystem::path& path() const { return m_path; }

private:
    std::filesystem::path m_path;
};

} // namespace akari::test
