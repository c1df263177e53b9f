#include "core/archive/Damage.h"

#include "core/base/Log.h"

namespace akari::archive {

bool canFetchAgain(const records::Records& records, const std::string& archive)
{
    return !cache::isImported(archive) && records.archive(archive).has_value();
}

Status dropDamaged(cache::Cache& cache, const records::Records& records, JobStore& jobs, const ObjectIdentity& identity)
{
    if (!canFetchAgain(records, identity.archive)) {
        // Nobody may sign on it as whole, and an import of the same medium looks at what is here.
        if (const auto study = cache.study(identity.archive, identity.study); study && *study && (*study)->complete) {
            static_cast<void>(cache.markComplete(identity.archive, identity.study, false, (*study)->lastSync));
        }
        return fail("archive.none", cache::isImported(identity.archive)
                                        ? "A damaged object was imported and can't be fetched again; import its medium once more."
                                        : "A damaged object can't be fetched again: its archive is not known here any more.");
    }
    if (const Status dropped = cache.dropDamaged(identity); !dropped) {
        // Absent: another reader of it was faster.
        return dropped.error().code == "cache.absent" ? Status() : dropped;
    }
    log::warning("archive", "a damaged object left the cache; the next sync fetches it again");
    SyncJob job;
    job.archive = identity.archive;
    job.study = identity.study;
    job.priority = SyncPriority::Prefetch;
    job.reason = "damaged in the cache";
    // Where it can't be put down, opening or syncing the study finds out all the same.
    static_cast<void>(jobs.put(job));
    return {};
}

} // namespace akari::archive
