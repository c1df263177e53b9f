// What the data folder asks of the platform.
#pragma once

#include <filesystem>

#include "core/base/Result.h"

namespace akari::vault {

// Makes the folder (and its parents) for its owner alone where it is absent, names flushed to the disk; takes group's and others' rights
// off where it is there. "data.unwritable".
Status makePrivateFolder(const std::filesystem::path& folder);
// A descriptor that holds the writer's lock until it is closed; the system lets go of it when the process ends, however it ends.
// "data.busy" where another holds it.
Result<int> takeLock(const std::filesystem::path& file);
void releaseLock(int descriptor);

} // namespace akari::vault
