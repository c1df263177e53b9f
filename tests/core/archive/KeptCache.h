// A fake archive and a cache on disk that is fetched into as the workstation does it.
#pragma once

#include "core/archive/SyncScheduler.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/TempFolder.h"

namespace akari::test {

struct KeptCache {
    SystemClock clock;
    FakeArchive fake;
    TempFolder folder, kept;
    std::unique_ptr<records::Records> records = records::Records::open(kept.path(), vault::Key(Bytes(32, 4)), false, clock).value();
    std::unique_ptr<archive::JobStore> jobs = archive::JobStore::openInMemory(clock).value();
    std::unique_ptr<cache::Cache> cache = cache::Cache::open(folder.path(), vault::Key(Bytes(32, 5)), false).value();
    archive::LineRates lines;
    archive::Schedulers schedulers{{*cache, *records, *jobs, lines, clock}};

    KeptCache() { REQUIRE(records->putArchive(fake.settings())); }
    archive::SyncReport fetch(const StudyInstanceUid& study, archive::SyncPriority priority = archive::SyncPriority::OpenStudy)
    {
        archive::SyncJob job;
        job.archive = "Fake";
        job.study = study;
        job.priority = priority;
        return (*schedulers.of("Fake"))->fetch(job, {}, {}).value();
    }
};

} // namespace akari::test
