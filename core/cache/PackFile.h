// A pack's bytes, by position. Failures are thrown (Guard.h): "disk.full", "data.unwritable", and "cache.damaged" for a short read.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>

#include "core/base/Bytes.h"

namespace akari::cache {

// Whether this process may make files in the folder.
bool mayWrite(const std::filesystem::path& folder);

// Reading and writing by position may be done by several threads at once.
class PackFile {
public:
    static PackFile openToWrite(const std::filesystem::path& path);              // made when absent
    static std::optional<PackFile> openToRead(const std::filesystem::path& path); // nothing when absent
    PackFile(PackFile&& other) noexcept;
    PackFile& operator=(PackFile&&) = delete;
    ~PackFile();

    void read(std::uint64_t position, std::span<std::uint8_t> bytes) const;
    void write(std::uint64_t position, BytesView bytes) const;
    void flush() const;                        // to the disk itself
    void cut(std::uint64_t length) const noexcept;

private:
    explicit PackFile(int descriptor) : m_descriptor(descriptor) {}
    int m_descriptor;
};

} // namespace akari::cache
