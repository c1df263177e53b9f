// A data folder out of the copies in a second place.
#pragma once

#include <filesystem>

#include "core/base/Result.h"

namespace akari::records {

// Puts the newest whole copy into a new folder `stage` beside the data folder to be: the caller opens it there first, so that a wrong
// passphrase leaves nothing behind, then calls finishRestore. Failures of newestCopy; "data.foreign" where the data folder is not empty.
Result<std::filesystem::path> beginRestore(const std::filesystem::path& place, const std::filesystem::path& dataFolder);
Status finishRestore(const std::filesystem::path& stage, const std::filesystem::path& dataFolder);
void giveUpRestore(const std::filesystem::path& stage);

} // namespace akari::records
