#include "core/archive/Changes.h"

#include <algorithm>

#include "core/archive/OrthancLog.h"
#include "core/archive/Sync.h"
#include "core/cache/FromHeader.h"
#include "tests/core/archive/ListArchive.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace changes_test {

namespace {

// Noon of 2026-01-10 UTC and later.
struct TestClock : Clock {
    std::int64_t seconds = 1768046400;
    std::chrono::system_clock::time_point now() const override
    {
        return std::chrono::system_clock::time_point(std::chrono::seconds(seconds));
    }
    int utcOffsetMinutes() const override { return 0; }
};

struct Bench {
    ListArchive fake;
    std::unique_ptr<cache::Cache> cache = cache::Cache::openInMemory().value();
    TestClock clock;
    std::unique_ptr<JobStore> marks = JobStore::openInMemory(clock).value();

    // In the archive, and here as a sync left it.
    void have(const ListedStudy& study)
    {
        fake.put(study);
        cache::StudyRecord record;
        record.archive = "List";
        record.study = StudyInstanceUid(study.study);
        record.patientId = study.patient;
        record.studyDate = study.date;
        record.modalities = study.modalities;
        record.expected = study.instances;
        REQUIRE(cache->putStudy(record));
    }
    ChangeReport detect(const ChangeOptions& options = {})
    {
        DicomWebClient client(fake.settings());
        return detectChanges(client, *cache, *marks, clock, options).value();
    }
    cache::ServerState state(const std::string& study) { return cache->study("List", StudyInstanceUid(study)).value()->server; }
};

ListedStudy studyOf(const std::string& uid, const std::string& date, int instances = 10)
{
    ListedStudy study;
    study.study = uid;
    study.date = date;
    study.instances = instances;
    return study;
}

} // namespace

TEST_CASE("A study that grew, shrank or got another modality is flagged, and nothing else", "[core][archive]")
{
    Bench bench;
    for (const char* uid : {"1.2.1", "1.2.2", "1.2.3", "1.2.4"}) {
        bench.have(studyOf(uid, "20260109"));
    }
    CHECK(bench.detect().changes.empty());
    CHECK_FALSE(bench.state("1.2.1").checkedAt.empty());
    bench.fake.put(studyOf("1.2.1", "20260109", 12));
    bench.fake.put(studyOf("1.2.2", "20260109", 9));
    auto mixed = studyOf("1.2.3", "20260109");
    mixed.modalities = {"CT", "SR"};
    bench.fake.put(mixed);
    const auto report = bench.detect();
    REQUIRE(report.changes.size() == 3);
    CHECK(report.compared == 4);
    CHECK(report.changes[0].kind == ChangeKind::Grown);
    CHECK(report.changes[0].now == 12);
    CHECK_FALSE(report.changes[0].stable); // it may just be arriving
    CHECK(report.changes[1].kind == ChangeKind::Shrunk);
    CHECK(report.changes[2].kind == ChangeKind::Grown);
    CHECK(bench.state("1.2.1").changed);
    CHECK(bench.state("1.2.2").changed);
    CHECK_FALSE(bench.state("1.2.4").changed);
    // What is to come is known; nothing was deleted.
    CHECK(bench.cache->study("List", StudyInstanceUid("1.2.1")).value()->expected == 12);
    CHECK(bench.cache->study("List", StudyInstanceUid("1.2.2")).value()->expected == 10);
    const auto again = bench.detect();
    const auto shrunk =
        std::find_if(again.changes.begin(), again.changes.end(), [](const StudyChange& one) { return one.study.value == "1.2.2"; });
    REQUIRE(shrunk != again.changes.end());
    CHECK(shrunk->stable);
}

TEST_CASE("Withdrawn is what the archive lacks when asked twice; an archive that answers nothing has withdrawn nothing", "[core][archive]")
{
    Bench bench;
    bench.have(studyOf("1.2.1", "20260109"));
    bench.have(studyOf("1.2.2", "20260108"));
    REQUIRE(bench.detect().changes.empty());
    bench.fake.remove("1.2.1");
    auto report = bench.detect();
    REQUIRE(report.changes.size() == 1);
    CHECK(report.changes[0].kind == ChangeKind::Withdrawn);
    CHECK(bench.state("1.2.1").withdrawn);
    CHECK_FALSE(bench.state("1.2.2").withdrawn);
    CHECK(bench.cache->study("List", StudyInstanceUid("1.2.1")).value().has_value());

    bench.fake.answersNothing = true; // as servers do to questions that they don't understand
    CHECK(bench.detect().changes.empty());
    CHECK_FALSE(bench.state("1.2.2").withdrawn);
    bench.fake.answersNothing = false;
    bench.fake.put(studyOf("1.2.1", "20260109"));
    report = bench.detect();
    REQUIRE(report.changes.size() == 1);
    CHECK(report.changes[0].kind == ChangeKind::Returned);
    CHECK_FALSE(bench.state("1.2.1").withdrawn);
}

TEST_CASE("Old studies are compared once a week, by the clock; recent ones each time", "[core][archive]")
{
    Bench bench;
    bench.have(studyOf("1.2.1", "20260109"));
    for (const char* uid : {"1.2.2", "1.2.3", "1.2.4"}) {
        bench.have(studyOf(uid, "20200505"));
    }
    bench.have(studyOf("1.2.5", "20190101"));
    bench.fake.forgetLog();
    auto report = bench.detect();
    CHECK(report.whole); // the first time
    CHECK(report.compared == 5);
    CHECK(bench.fake.asked("?20200505") >= 1); // three of one day in one question
    CHECK(bench.fake.asked("?1.2.5") >= 1);
    bench.fake.remove("1.2.3");
    report = bench.detect();
    CHECK_FALSE(report.whole);
    CHECK(report.compared == 1);
    CHECK(report.changes.empty());
    bench.clock.seconds += 6 * 24 * 3600;
    CHECK_FALSE(bench.detect().whole);
    bench.clock.seconds += 24 * 3600 + 1;
    report = bench.detect();
    CHECK(report.whole);
    REQUIRE(report.changes.size() == 1);
    CHECK(report.changes[0].study.value == "1.2.3");
    CHECK(report.changes[0].kind == ChangeKind::Withdrawn);
    ChangeOptions whole;
    whole.whole = true;
    CHECK(bench.detect(whole).compared == 5);
}

TEST_CASE("A list that failed concludes nothing and is asked again", "[core][archive]")
{
    Bench bench;
    bench.have(studyOf("1.2.1", "20190101"));
    bench.fake.status = 500;
    DicomWebClient client(bench.fake.settings());
    CHECK(detectChanges(client, *bench.cache, *bench.marks, bench.clock).error().code == "archive.broken");
    bench.fake.status = 200;
    CHECK(bench.detect().whole);
}

TEST_CASE("An Orthanc's log says which old studies to look at, and its hashes what was replaced", "[core][archive]")
{
    Bench bench;
    bench.fake.isOrthanc = true;
    const auto study = studyOf("1.2.840.99.1", "20190101", 2);
    bench.have(study);
    bench.have(studyOf("1.2.7", "20190202"));
    // Two objects that are really here.
    std::map<std::string, std::string> hashes;
    for (int i = 1; i <= 2; ++i) {
        const auto file = dicom::readPart10(std::make_shared<const Bytes>(makeSlice(i, {"1.2.840.99.1", "1.2.840.99.1.1", "P-1"}))).value();
        const auto identity = dicom::identityOf(file, "List").value();
        const auto object = cache::incomingObject(file, identity);
        REQUIRE(bench.cache->store(std::vector{object}));
        hashes[identity.sop.value] = md5Of(*object.bytes);
    }
    REQUIRE(bench.cache->markComplete("List", StudyInstanceUid("1.2.840.99.1"), true, "2026-01-10T00:00:00Z"));
    bench.fake.changes = {{7, "of-before"}};
    bench.fake.hashes = hashes;
    CHECK(bench.detect().whole);
    CHECK_FALSE(bench.detect().whole);

    const std::string name = OrthancLog::studyName("P-1", StudyInstanceUid("1.2.840.99.1"));
    CHECK(name.size() == 44);
    bench.fake.changes.emplace_back(8, name);
    auto report = bench.detect();
    CHECK(report.vendorLog);
    CHECK(report.compared == 1); // and not 1.2.7
    CHECK(report.changes.empty());

    bench.fake.changes.emplace_back(9, name);
    bench.fake.hashes.begin()->second = std::string(32, '0');
    report = bench.detect();
    REQUIRE(report.changes.size() == 1);
    CHECK(report.changes[0].kind == ChangeKind::Altered);
    CHECK(bench.state("1.2.840.99.1").changed);
    CHECK(bench.detect().compared == 0); // the log is read to its end
}

TEST_CASE("Orthanc's name of a study is the hash that Orthanc documents", "[core][archive]")
{
    // SHA-1 of "abc|1" in groups of eight.
    CHECK(OrthancLog::studyName("abc", StudyInstanceUid("1")) == "0fd2a105-5b71ba80-be556e53-4920bafb-cbd1e686");
}

TEST_CASE("One study is compared object by object", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(5);
    const auto cache = cache::Cache::openInMemory().value();
    TestClock clock;
    DicomWebClient client(fake.settings());
    const StudyInstanceUid study("1.2.840.99.1");
    REQUIRE(syncStudy(client, *cache, study, {}, {}, clock)->complete);
    auto compared = compareWithArchive(client, *cache, study).value();
    CHECK(compared.instances == 5);
    CHECK((compared.missing.empty() && compared.extra.empty() && !compared.withdrawn && !compared.incomplete));
    fake.clear();
    for (const int number : {1, 2, 3, 4, 6}) { // as many as before, and others
        fake.add(makeSlice(number));
    }
    compared = compareWithArchive(client, *cache, study).value();
    REQUIRE(compared.missing.size() == 1);
    CHECK(compared.missing[0].value == "1.2.840.99.1.1.6");
    REQUIRE(compared.extra.size() == 1);
    CHECK(compared.extra[0].value == "1.2.840.99.1.1.5");
    fake.clear();
    CHECK(compareWithArchive(client, *cache, study).value().withdrawn);
}

} // namespace changes_test
