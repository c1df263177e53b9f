#include "core/records/Backup.h"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

#include "core/base/FileIo.h"
#include "core/vault/Folder.h"

namespace akari::records {
namespace {

namespace fs = std::filesystem;

constexpr const char* kUnfinished = "records.part";

Status flush(const fs::path& file)
{
    const int descriptor = ::open(file.c_str(), O_RDONLY | O_CLOEXEC);
    const bool flushed = descriptor >= 0 && ::fsync(descriptor) == 0;
    const int error = errno;
    if (descriptor >= 0) {
        ::close(descriptor);
    }
    if (!flushed) {
        return fail(writeFailure(error, std::string("fsync backup: ") + std::strerror(error)));
    }
    return {};
}

Status move(const fs::path& from, const fs::path& to)
{
    if (::rename(from.c_str(), to.c_str()) != 0 && errno != ENOENT) {
        const int error = errno;
        return fail(writeFailure(error, std::string("rename backup: ") + std::strerror(error)));
    }
    return {};
}

} // namespace

bool backupIsDue(const fs::path& folder)
{
    std::error_code ignored;
    return fs::exists(folder / "backup" / kUnfinished, ignored);
}

fs::path newestBackup(const fs::path& folder) { return folder / "backup" / "records-1.db"; }

Status keepCopy(const fs::path& folder, const std::string& name, const WriteCopy& copy)
{
    const fs::path place = folder / "backup";
    if (const auto made = vault::makePrivateFolder(place); !made) {
        return made;
    }
    const fs::path unfinished = place / (name + ".part");
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    copy(unfinished);
    Status done = flush(unfinished);
    if (done) {
        done = move(unfinished, place / name);
    }
    return done ? syncFolder(place) : done;
}

Status replaceBackup(const fs::path& folder, const WriteCopy& copy)
{
    const fs::path place = folder / "backup";
    const fs::path unfinished = place / kUnfinished;
    if (const auto made = vault::makePrivateFolder(place); !made) {
        return made;
    }
    std::error_code ignored;
    fs::remove(unfinished, ignored);
    // A file by this name says at the next start that the copy is still owed, also when the copying never began.
    const int mark = ::open(unfinished.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    if (mark >= 0) {
        ::close(mark);
    }
    copy(unfinished);
    // Each only when the one before is done.
    Status done = flush(unfinished);
    if (done) {
        done = move(place / "records-1.db", place / "records-2.db");
    }
    if (done) {
        done = move(unfinished, place / "records-1.db");
    }
    return done ? syncFolder(place) : done;
}

} // namespace akari::records
