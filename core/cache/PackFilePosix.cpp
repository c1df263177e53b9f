#include "core/cache/PackFile.h"

#include <cerrno>
#include <cstring>
#include <utility>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/FileIo.h"
#include "core/cache/Guard.h"

namespace akari::cache {
namespace {

[[noreturn]] void throwWrite(const char* call)
{
    const int error = errno;
    throw Failure(writeFailure(error, std::string("pack ") + call + ": " + std::strerror(error)));
}

} // namespace

bool mayWrite(const std::filesystem::path& folder) { return ::faccessat(AT_FDCWD, folder.c_str(), W_OK, AT_EACCESS) == 0; }

PackFile PackFile::openToWrite(const std::filesystem::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        throwWrite("open");
    }
    return PackFile(descriptor);
}

std::optional<PackFile> PackFile::openToRead(const std::filesystem::path& path)
{
    const int descriptor = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (descriptor < 0 && errno == ENOENT) {
        return std::nullopt;
    }
    if (descriptor < 0) {
        throw Failure({"file.unreadable", "A file of the cache can't be opened; check the folder's permissions and the disk.",
                       std::string("pack open: ") + std::strerror(errno)});
    }
    return PackFile(descriptor);
}

PackFile::PackFile(PackFile&& other) noexcept : m_descriptor(std::exchange(other.m_descriptor, -1)) {}

PackFile::~PackFile()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

void PackFile::read(std::uint64_t position, std::span<std::uint8_t> bytes) const
{
    while (!bytes.empty()) {
        const ssize_t got = ::pread(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(position));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) { // a disk that can't read a sector and a pack that was cut are the same to the reader: fetch it again
            throw Failure(damaged(got < 0 ? std::string("pack read: ") + std::strerror(errno) : "pack ends early"));
        }
        bytes = bytes.subspan(static_cast<std::size_t>(got));
        position += static_cast<std::uint64_t>(got);
    }
}

void PackFile::write(std::uint64_t position, BytesView bytes) const
{
    while (!bytes.empty()) {
        const ssize_t written = ::pwrite(m_descriptor, bytes.data(), bytes.size(), static_cast<off_t>(position));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            throwWrite("write");
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
        position += static_cast<std::uint64_t>(written);
    }
}

void PackFile::flush() const
{
    if (::fsync(m_descriptor) != 0) {
        throwWrite("fsync");
    }
}

void PackFile::cut(std::uint64_t length) const noexcept
{
    // What stays behind is sealed, unreferenced and cut at the next start.
    [[maybe_unused]] const int result = ::ftruncate(m_descriptor, static_cast<off_t>(length));
}

} // namespace akari::cache
