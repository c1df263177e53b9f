#include "core/records/Restore.h"

#include "core/base/Bytes.h"
#include "core/base/FileIo.h"
#include "core/records/SecondPlace.h"
#include "core/vault/Folder.h"

namespace akari::records {
namespace fs = std::filesystem;
namespace {

Status copyFile(const fs::path& from, const fs::path& to)
{
    const auto bytes = readWholeFile(from);
    return bytes ? writeAtomically(to, *bytes) : Status(fail(bytes.error()));
}

} // namespace

Result<fs::path> beginRestore(const fs::path& place, const fs::path& dataFolder)
{
    std::error_code error;
    if (fs::exists(dataFolder, error) && !fs::is_empty(dataFolder, error)) {
        return fail("data.foreign", "The data folder is not empty; restore into a new one (--data).", "restore");
    }
    const auto copy = newestCopy(place);
    if (!copy) {
        return fail(copy.error());
    }
    fs::path whole = fs::absolute(dataFolder).lexically_normal();
    if (!whole.has_filename()) {
        whole = whole.parent_path();
    }
    fs::path stage = whole;
    stage += "." + toHex(randomBytes(4)) + ".restoring";
    Status done = vault::makePrivateFolder(stage);
    if (done) {
        done = vault::makePrivateFolder(stage / "records");
    }
    if (done) {
        done = copyFile(copy->records, stage / "records" / "records.db");
    }
    if (done) {
        done = copyFile(copy->vault, stage / "vault.json");
    }
    if (!done) {
        giveUpRestore(stage);
        return fail(done.error());
    }
    return stage;
}

Status finishRestore(const fs::path& stage, const fs::path& dataFolder)
{
    std::error_code error;
    fs::remove(dataFolder, error); // an empty one; anything else stays and stops the rename
    fs::rename(stage, dataFolder, error);
    if (error) {
        return fail(writeFailure(error.value(), "rename: " + error.message()));
    }
    const fs::path above = fs::absolute(dataFolder).lexically_normal().parent_path();
    return syncFolder(above);
}

void giveUpRestore(const fs::path& stage)
{
    std::error_code ignored;
    fs::remove_all(stage, ignored);
}

} // namespace akari::records
