#include "core/archive/JobStore.h"

#include <fstream>

#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace {

const SystemClock kClock;

vault::Key keyOf(std::uint8_t fill)
{
    return vault::Key(Bytes(32, fill));
}

SyncJob jobOf(const std::string& study, SyncPriority priority, const std::string& archive = "Hospital A")
{
    SyncJob job;
    job.archive = archive;
    job.study = StudyInstanceUid(study);
    job.priority = priority;
    job.reason = "opened";
    return job;
}

std::string contentsOf(const std::filesystem::path& folder)
{
    std::string all;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        all.append(std::istreambuf_iterator<char>(in), {});
    }
    return all;
}

} // namespace

TEST_CASE("Jobs outlive the program, the most urgent first", "[core][archive]")
{
    const TempFolder temp;
    {
        const auto store = JobStore::open(temp.path(), keyOf(1), false, kClock).value();
        REQUIRE(store->put(jobOf("1.2.1", SyncPriority::Prefetch)));
        REQUIRE(store->put(jobOf("1.2.2", SyncPriority::OpenStudy)));
        REQUIRE(store->put(jobOf("1.2.3", SyncPriority::Prior)));
        REQUIRE(store->put(jobOf("1.2.4", SyncPriority::Prefetch)));
        // A more urgent wish raises the job; a less urgent one leaves it.
        REQUIRE(store->put(jobOf("1.2.4", SyncPriority::Prior)));
        REQUIRE(store->put(jobOf("1.2.2", SyncPriority::Prefetch)));
        REQUIRE(store->note("Hospital A", StudyInstanceUid("1.2.1"), 12, 40, Error{"archive.broken", "Broke off.", {}}, false));
    }
    const auto store = JobStore::open(temp.path(), keyOf(1), false, kClock).value();
    const auto jobs = store->jobs().value();
    REQUIRE(jobs.size() == 4);
    CHECK(jobs[0].study.value == "1.2.2");
    CHECK(jobs[0].priority == SyncPriority::OpenStudy);
    CHECK(jobs[1].study.value == "1.2.3");
    CHECK(jobs[2].study.value == "1.2.4");
    CHECK(jobs[3].study.value == "1.2.1");
    CHECK(jobs[3].stored == 12);
    CHECK(jobs[3].expected == 40);
    CHECK(jobs[3].attempts == 1);
    CHECK(jobs[3].errorCode == "archive.broken");
    CHECK_FALSE(jobs[3].queuedAt.empty());
    REQUIRE(store->remove("Hospital A", StudyInstanceUid("1.2.2")));
    CHECK(store->jobs().value().size() == 3);
}

TEST_CASE("A job that failed for good waits until somebody wants it again", "[core][archive]")
{
    const auto store = JobStore::openInMemory(kClock).value();
    REQUIRE(store->put(jobOf("1.2.1", SyncPriority::OpenStudy)));
    REQUIRE(store->note("Hospital A", StudyInstanceUid("1.2.1"), 0, -1, Error{"archive.notfound", "Not there.", {}}, true));
    CHECK(store->jobs().value()[0].failed);
    REQUIRE(store->put(jobOf("1.2.1", SyncPriority::Prefetch)));
    CHECK_FALSE(store->jobs().value()[0].failed);
    // An interruption is no failure and leaves no reason.
    REQUIRE(store->note("Hospital A", StudyInstanceUid("1.2.1"), 3, 9, std::nullopt, false));
    CHECK(store->jobs().value()[0].errorCode.empty());
    CHECK(store->jobs().value()[0].attempts == 1);
}

TEST_CASE("No UID, archive or reason stands in clear on the disk", "[core][archive]")
{
    const TempFolder temp;
    {
        const auto store = JobStore::open(temp.path(), keyOf(1), false, kClock).value();
        REQUIRE(store->put(jobOf("1.2.840.113619.2.55", SyncPriority::Prior)));
        REQUIRE(store->putMark("Hospital A", "changes cursor", "after 4711 objects"));
    }
    const std::string all = contentsOf(temp.path());
    REQUIRE(all.size() > 1000);
    for (const char* clear : {"1.2.840.113619", "Hospital", "opened", "4711", "cursor"}) {
        INFO(clear);
        CHECK(all.find(clear) == std::string::npos);
    }
}

TEST_CASE("A reader sees the jobs and changes nothing; another key's or a damaged list is begun anew", "[core][archive]")
{
    const TempFolder temp;
    CHECK(JobStore::open(temp.path(), keyOf(1), true, kClock).value()->jobs().value().empty());
    CHECK(JobStore::open(temp.path(), keyOf(1), false, kClock).value()->put(jobOf("1.2.1", SyncPriority::Prior)));
    {
        const auto reader = JobStore::open(temp.path(), keyOf(1), true, kClock).value();
        CHECK(reader->jobs().value().size() == 1);
        CHECK(reader->put(jobOf("1.2.2", SyncPriority::Prior)).error().code == "jobs.readonly");
    }
    CHECK(JobStore::open(temp.path(), keyOf(2), true, kClock).error().code == "jobs.foreign");
    CHECK(JobStore::open(temp.path(), keyOf(2), false, kClock).value()->jobs().value().empty());
    std::ofstream(temp.path() / "jobs.sqlite", std::ios::trunc) << "this is no database at all, by far";
    const auto store = JobStore::open(temp.path(), keyOf(2), false, kClock).value();
    CHECK(store->jobs().value().empty());
    CHECK(store->put(jobOf("1.2.1", SyncPriority::Prior)));
    CHECK(store->jobs().value().size() == 1);
}

TEST_CASE("Marks belong to their archive and go with it", "[core][archive]")
{
    const auto store = JobStore::openInMemory(kClock).value();
    CHECK(store->mark("A", "cursor").value().empty());
    REQUIRE(store->putMark("A", "cursor", "12"));
    REQUIRE(store->putMark("A", "cursor", "13"));
    REQUIRE(store->putMark("B", "cursor", "7"));
    CHECK(store->mark("A", "cursor").value() == "13");
    REQUIRE(store->put(jobOf("1.2.1", SyncPriority::Prior, "A")));
    REQUIRE(store->removeArchive("A"));
    CHECK(store->mark("A", "cursor").value().empty());
    CHECK(store->mark("B", "cursor").value() == "7");
    CHECK(store->jobs().value().empty());
}
