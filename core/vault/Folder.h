// What the data folder asks of the platform.
#pragma once

#include <filesystem>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::vault {

// Makes the folder (and its parents) for its owner alone where it is absent, names flushed to the disk; takes group's and others' rights
// off where it is there. "data.unwritable".
Status makePrivateFolder(const std::filesystem::path& folder);
// A descriptor that holds the writer's lock until it is closed; the system lets go of it when the process ends, however it ends.
// "data.busy" where another holds it.
Result<int> takeLock(const std::filesystem::path& file);
void releaseLock(int descriptor);

// As writeAtomically, and what stood in the file before is then overwritten where it lay: a key that was taken out does not stay on the disk
// as free blocks (as far as the file system writes in place). What could not be erased, or a kill left, waits as FILE.old.
Status replaceForGood(const std::filesystem::path& file, BytesView bytes);
// Erases the FILE.old that a kill left; false where one still stands afterwards.
bool finishErasing(const std::filesystem::path& file);

} // namespace akari::vault
