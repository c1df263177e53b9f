// The copies of records.db in records/backup: records-1.db is the newest, records-2.db the one before.
#pragma once

#include <filesystem>
#include <functional>
#include <string>

#include "core/base/Result.h"

namespace akari::records {

using WriteCopy = std::function<void(const std::filesystem::path&)>;

std::filesystem::path newestBackup(const std::filesystem::path& folder);
// Writes a new copy, flushes it, and only then moves the older ones on. "disk.full", "data.unwritable"; may throw what `copy` throws.
Status replaceBackup(const std::filesystem::path& folder, const WriteCopy& copy);
// A copy under a name of its own, in place of one that has it; the others stay.
Status keepCopy(const std::filesystem::path& folder, const std::string& name, const WriteCopy& copy);
// The last copy was not finished.
bool backupIsDue(const std::filesystem::path& folder);

} // namespace akari::records
