#include "core/base/FileIo.h"

#include <cerrno>
#include <cstring>
#include <new>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace akari {
namespace {

class Descriptor {
public:
    explicit Descriptor(int descriptor) : m_descriptor(descriptor) {}
    ~Descriptor() { close(); }
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    explicit operator bool() const { return m_descriptor >= 0; }
    int get() const { return m_descriptor; }
    int close()
    {
        const int result = m_descriptor >= 0 ? ::close(m_descriptor) : 0;
        m_descriptor = -1;
        return result;
    }

private:
    int m_descriptor;
};

std::string causeOf(const char* call, int systemError) { return std::string(call) + ": " + std::strerror(systemError); }

// 0, or errno.
int writeAll(int descriptor, BytesView bytes)
{
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return errno;
        }
        bytes = bytes.subspan(static_cast<std::size_t>(written));
    }
    return 0;
}

tl::unexpected<Error> unreadable(std::string detail)
{
    return fail("file.unreadable", "A file can't be read; check that it exists and that you may read it.", std::move(detail));
}

} // namespace

Error writeFailure(int systemError, std::string detail)
{
    if (systemError == ENOSPC || systemError == EDQUOT || systemError == EFBIG) {
        return {"disk.full", "There is no room left to write; free some disk space and try again.", std::move(detail)};
    }
    return {"data.unwritable", "A file or folder can't be written; check its permissions and the disk.", std::move(detail)};
}

Status syncFolder(const std::filesystem::path& folder)
{
    const Descriptor opened(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    // Some file systems refuse to flush a folder; they say EINVAL.
    if (!opened || (::fsync(opened.get()) != 0 && errno != EINVAL)) {
        const int error = errno;
        return fail(writeFailure(error, causeOf("fsync folder", error)));
    }
    return {};
}

Status writeAtomically(const std::filesystem::path& path, BytesView bytes)
{
    // A rename would put a file in the place of a device or a pipe.
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISLNK(facts.st_mode)) {
        return fail(writeFailure(EINVAL, "not a regular file"));
    }
    std::filesystem::path draft = path;
    draft += "." + toHex(randomBytes(6)) + ".part";
    Descriptor file(::open(draft.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600));
    if (!file) {
        const int error = errno;
        return fail(writeFailure(error, causeOf("open", error)));
    }
    const char* call = "write";
    int error = writeAll(file.get(), bytes);
    if (error == 0 && ::fsync(file.get()) != 0) {
        call = "fsync";
        error = errno;
    }
    if (file.close() != 0 && error == 0) {
        call = "close";
        error = errno;
    }
    if (error == 0 && ::rename(draft.c_str(), path.c_str()) != 0) {
        call = "rename";
        error = errno;
    }
    if (error != 0) {
        ::unlink(draft.c_str());
        return fail(writeFailure(error, causeOf(call, error)));
    }
    return syncFolder(path.has_parent_path() ? path.parent_path() : std::filesystem::path("."));
}

Result<Bytes> readWholeFile(const std::filesystem::path& path, std::uint64_t limit)
{
    // O_NONBLOCK: a named pipe in a folder must not hang the reader; regular files ignore it.
    const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
    struct stat facts {};
    if (!file || ::fstat(file.get(), &facts) != 0) {
        return unreadable(causeOf("open", errno));
    }
    if (!S_ISREG(facts.st_mode)) {
        return unreadable("not a regular file");
    }
    if (static_cast<std::uint64_t>(facts.st_size) > limit) {
        return unreadable("larger than " + std::to_string(limit) + " bytes");
    }
    try {
        Bytes bytes(static_cast<std::size_t>(facts.st_size));
        std::size_t done = 0;
        while (done < bytes.size()) {
            const ssize_t got = ::read(file.get(), bytes.data() + done, bytes.size() - done);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got <= 0) {
                return unreadable(got < 0 ? causeOf("read", errno) : "the file became shorter while it was read");
            }
            done += static_cast<std::size_t>(got);
        }
        return bytes;
    } catch (const std::bad_alloc&) {
        return unreadable("not enough memory for " + std::to_string(facts.st_size) + " bytes");
    }
}

} // namespace akari
