// What a window may ask of the data folder as a whole.
#pragma once

#include <functional>
#include <string>

#include "app/workspace/ArchiveRemoval.h"

namespace akari::workspace {

struct MadeRecoveryCode {
    std::string code;
    Status kept; // in the log and at the second place, whose vault file must not open with the old one
};

// Any thread. Both empty: this window owns no data folder.
struct FolderServices {
    std::function<Result<RemovedArchive>(const std::string& archive, bool shred)> removeArchive;
    std::function<Result<MadeRecoveryCode>()> makeRecoveryCode;
};

FolderServices folderServices(Workspace& workspace); // the workspace outlives it

} // namespace akari::workspace
