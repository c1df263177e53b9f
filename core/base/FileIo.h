// Whole files, read and written so that a reader sees the old bytes or the new ones, never a part. Any thread.
#pragma once

#include <cstdint>
#include <filesystem>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari {

// Writes beside the target, flushes to the disk, renames, flushes the folder. The file is readable by its owner alone.
// "disk.full" when there is no room (or a quota or size limit says so), "data.unwritable" otherwise, also where the target is a folder, a device or a
// pipe; the old file then stands unchanged.
// The path is not named in the error: the caller adds it where the user gave it.
Status writeAtomically(const std::filesystem::path& path, BytesView bytes);

// "file.unreadable" when it is absent, no regular file, larger than the limit or can't be read to its end.
Result<Bytes> readWholeFile(const std::filesystem::path& path, std::uint64_t limit = UINT64_MAX);

// Makes what was created, renamed or removed in a folder last through a power cut.
Status syncFolder(const std::filesystem::path& folder);

// "disk.full" or "data.unwritable", by errno.
Error writeFailure(int systemError, std::string detail);

} // namespace akari
