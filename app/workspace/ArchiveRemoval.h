// The end of a contract.
#pragma once

#include "app/workspace/Workspace.h"

namespace akari::workspace {

struct RemovedArchive {
    std::size_t studies = 0; // that were in the cache
    bool shredded = false;
};

// The archive's studies leave the cache, its annotations, address and credentials the records; signed reports stay, as the law wants them.
// With `shred` its data key is destroyed first: no copy of the cache, wherever it is, opens its studies any more. Refused whole while there
// is unfinished work ("archive.inuse"), while one of its studies is open or arriving ("archive.open"), or where there is no such archive ("archive.unknown").
// Cut short, it can be done again.
Result<RemovedArchive> removeArchive(Workspace& workspace, const std::string& name, bool shred);

} // namespace akari::workspace
