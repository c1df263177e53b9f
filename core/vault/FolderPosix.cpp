#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/base/FileIo.h"
#include "core/vault/Folder.h"

namespace akari::vault {
namespace {

tl::unexpected<Error> unwritable(const char* call, int systemError)
{
    return fail(writeFailure(systemError, std::string(call) + ": " + std::strerror(systemError)));
}

// What is flushed inside a folder is lost with it where the power goes before its own name is on the disk.
Status syncNameOf(const std::filesystem::path& folder)
{
    return syncFolder(folder.has_parent_path() ? folder.parent_path() : ".");
}

Status makeParents(const std::filesystem::path& folder)
{
    if (folder.empty() || std::filesystem::exists(folder)) {
        return {};
    }
    if (const Status above = makeParents(folder.parent_path()); !above) {
        return above;
    }
    std::error_code error;
    std::filesystem::create_directory(folder, error);
    return error ? Status(unwritable("mkdir", error.value())) : syncNameOf(folder);
}

std::filesystem::path remainsOf(const std::filesystem::path& file)
{
    std::filesystem::path old = file;
    return old += ".old";
}

bool overwriteWithZeroes(int descriptor)
{
    struct stat facts {};
    if (::fstat(descriptor, &facts) != 0) {
        return false;
    }
    const Bytes zeroes(static_cast<std::size_t>(facts.st_size));
    std::size_t done = 0;
    while (done < zeroes.size()) {
        const ssize_t wrote = ::pwrite(descriptor, zeroes.data() + done, zeroes.size() - done, static_cast<off_t>(done));
        if (wrote < 0 && errno == EINTR) {
            continue;
        }
        if (wrote <= 0) {
            return false;
        }
        done += static_cast<std::size_t>(wrote);
    }
    return ::fsync(descriptor) == 0;
}

} // namespace

bool finishErasing(const std::filesystem::path& file)
{
    const std::filesystem::path old = remainsOf(file);
    struct stat remains {};
    if (::lstat(old.c_str(), &remains) != 0) {
        return errno == ENOENT;
    }
    struct stat present {};
    // Killed before the new file took its place, the two names are one file, and it is in use.
    const bool inUse = ::lstat(file.c_str(), &present) == 0 && present.st_dev == remains.st_dev && present.st_ino == remains.st_ino;
    if (!inUse && S_ISREG(remains.st_mode)) {
        const int descriptor = ::open(old.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
        const bool erased = descriptor >= 0 && overwriteWithZeroes(descriptor);
        if (descriptor >= 0) {
            ::close(descriptor);
        }
        if (!erased) {
            return false;
        }
    }
    return ::unlink(old.c_str()) == 0;
}

Status replaceForGood(const std::filesystem::path& file, BytesView bytes)
{
    finishErasing(file);
    // The second name lets a start after a kill find what is still to be erased. Some file systems have no second names: the
    // descriptor reaches the old bytes there too, as long as this process lives.
    const bool named = ::link(file.c_str(), remainsOf(file).c_str()) == 0;
    const int before = named ? -1 : ::open(file.c_str(), O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    const Status written = writeAtomically(file, bytes);
    if (before >= 0) {
        if (written) {
            overwriteWithZeroes(before);
        }
        ::close(before);
    }
    finishErasing(file);
    return written;
}

Status makePrivateFolder(const std::filesystem::path& folder)
{
    if (const Status made = makeParents(folder.parent_path()); !made) {
        return made;
    }
    if (::mkdir(folder.c_str(), 0700) == 0) {
        return syncNameOf(folder);
    }
    if (const int error = errno; error != EEXIST) {
        return unwritable("mkdir", error);
    }
    struct stat facts {};
    if (::stat(folder.c_str(), &facts) != 0) {
        return unwritable("stat", errno);
    }
    if (!S_ISDIR(facts.st_mode)) {
        return unwritable("mkdir", ENOTDIR);
    }
    if ((facts.st_mode & 0077) != 0 && ::chmod(folder.c_str(), facts.st_mode & 0700) != 0) {
        return unwritable("chmod", errno);
    }
    return {};
}

Result<int> takeLock(const std::filesystem::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) {
        return unwritable("open lock", errno);
    }
    int result = 0;
    do {
        result = ::flock(descriptor, LOCK_EX | LOCK_NB);
    } while (result != 0 && errno == EINTR);
    if (result == 0) {
        return descriptor;
    }
    const int error = errno;
    ::close(descriptor);
    if (error == EWOULDBLOCK) {
        return fail("data.busy", "Another Akari is writing in this data folder; use that one or close it.", "flock");
    }
    return unwritable("flock", error);
}

void releaseLock(int descriptor)
{
    if (descriptor >= 0) {
        ::close(descriptor);
    }
}

} // namespace akari::vault
