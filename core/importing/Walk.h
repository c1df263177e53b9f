// Private to the room: every file below some paths, each folder once, in the order of their names.
#pragma once

#include <functional>

#include "core/importing/Collector.h"
#include "core/importing/InputFile.h"

namespace akari::importing {

// Calls `file` for each regular file; what can't be read or is no file is rejected. `file` returns false to end the walk.
// Of a DICOMDIR that is named itself, its whole folder is walked: media hold more than they list.
void walk(const std::vector<std::filesystem::path>& paths, Collector& collector,
          const std::function<bool(const std::filesystem::path& path, std::string shown)>& file);

} // namespace akari::importing
