#include "app/workspace/ArchiveRemoval.h"

#include <algorithm>

#include "core/archive/KnownArchives.h"

namespace akari::workspace {

Result<RemovedArchive> removeArchive(Workspace& workspace, const std::string& name, bool shred)
{
    records::Records& records = workspace.records();
    cache::Cache& cache = workspace.cache();
    if (const Status may = records.archiveRemovable(name); !may) {
        return fail(may.error());
    }
    auto studies = cache.studies();
    if (!studies) {
        return fail(studies.error());
    }
    std::erase_if(*studies, [&](const cache::StudyRecord& study) { return study.archive != name; });
    // What is on somebody's screen, or on its way here, does not vanish under them.
    if (std::any_of(studies->begin(), studies->end(), [&](const auto& study) { return cache.isHeld(name, study.study); })) {
        return fail("archive.open", "A study of this archive is open or just being fetched; close it, then remove the archive.");
    }
    for (const cache::StudyRecord& study : *studies) {
        const auto drawn = records.annotations(name, study.study);
        if (const Status put = drawn && drawn->empty() ? Status() : records.putAnnotations(name, study.study, {}); !put) {
            return fail(put.error());
        }
    }
    if (shred) {
        if (const Status destroyed = workspace.folder().keys().destroy(cache::dataKeyName(name)); !destroyed) {
            return fail(destroyed.error());
        }
        if (const Status removed = cache.removeUnreadable(); !removed) {
            return fail(removed.error());
        }
    } else {
        for (const cache::StudyRecord& study : *studies) {
            if (const Status removed = cache.removeStudy(name, study.study); !removed && removed.error().code != "cache.absent") {
                return fail(removed.error());
            }
        }
    }
    if (const Status out = workspace.known().forget(name); !out) {
        return fail(out.error());
    }
    if (const Status removed = workspace.jobs().removeArchive(name); !removed) {
        return fail(removed.error());
    }
    if (const Status removed = records.removeArchive(name); !removed) {
        return fail(removed.error());
    }
    workspace.engine().index->archiveLists(name, {}); // what it listed is searched no more
    return RemovedArchive{studies->size(), shred};
}

} // namespace akari::workspace
