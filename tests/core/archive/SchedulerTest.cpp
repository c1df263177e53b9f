#include "core/archive/SyncScheduler.h"

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <map>
#include <random>

#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace scheduler_test {

namespace {

const SystemClock kClock;
const std::string kOpen = "1.2.840.99.1";
const std::string kPrior = "1.2.840.99.2";

SliceOptions slicesOf(const std::string& study, std::uint16_t side = 8)
{
    SliceOptions options;
    options.study = study;
    options.series = study + ".1";
    options.side = side;
    return options;
}

SyncJob jobOf(const std::string& study, SyncPriority priority)
{
    SyncJob job;
    job.archive = "Fake";
    job.study = StudyInstanceUid(study);
    job.priority = priority;
    job.reason = "test";
    return job;
}

struct Bench {
    FakeArchive fake;
    TempFolder folder;
    std::unique_ptr<cache::Cache> cache = cache::Cache::openInMemory().value();
    std::unique_ptr<records::Records> records = records::Records::open(folder.path(), vault::Key(Bytes(32, 4)), false, kClock).value();
    std::unique_ptr<JobStore> jobs = JobStore::openInMemory(kClock).value();
    LineRates lines;
    Schedulers schedulers{{*cache, *records, *jobs, lines, kClock}};

    Bench() { REQUIRE(records->putArchive(fake.settings())); }
    SyncScheduler& scheduler() { return *schedulers.of("Fake").value(); }
};

SyncOptions quick()
{
    SyncOptions options;
    options.retry.pause = std::chrono::milliseconds(1);
    return options;
}

// Whose instances were asked for, in the order of the archive's log.
std::vector<std::string> order(const std::vector<std::string>& log)
{
    std::vector<std::string> studies;
    for (const std::string& line : log) {
        if (line.find("/instances/") != std::string::npos) {
            studies.push_back(line.find(kOpen + "/") != std::string::npos ? kOpen : kPrior);
        }
    }
    return studies;
}

} // namespace

TEST_CASE("A study that is complete leaves no job; one that isn't stays with its reason", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(20, slicesOf(kOpen));
    CHECK(bench.scheduler().fetch(jobOf(kOpen, SyncPriority::OpenStudy), quick(), {}).value().complete);
    CHECK(bench.jobs->jobs().value().empty());

    bench.fake.add(makeSlice(1, {kPrior, kPrior + ".1", "P-100"}));
    bench.fake.add(makeSlice(2, {kPrior, kPrior + ".1", "P-666"}));
    CHECK_FALSE(bench.scheduler().fetch(jobOf(kPrior, SyncPriority::Prior), quick(), {}).value().complete);
    auto jobs = bench.jobs->jobs().value();
    REQUIRE(jobs.size() == 1);
    CHECK(jobs[0].errorCode == "archive.mismatch");
    CHECK(jobs[0].stored == 1);
    CHECK(jobs[0].expected == 2);
    CHECK_FALSE(jobs[0].failed);
    for (int i = 0; i < 4; ++i) {
        CHECK(bench.schedulers.runPending("", SyncPriority::Prefetch, {}).value().size() == 1);
    }
    CHECK(bench.jobs->jobs().value()[0].failed); // five times the same
    CHECK(bench.schedulers.runPending("", SyncPriority::Prefetch, {}).value().empty());

    CHECK(bench.scheduler().fetch(jobOf("1.2.3.4", SyncPriority::Prior), quick(), {}).error().code == "archive.notfound");
    jobs = bench.jobs->jobs().value();
    REQUIRE(jobs.size() == 2);
    CHECK(std::all_of(jobs.begin(), jobs.end(), [](const SyncJob& job) { return job.failed; }));
}

TEST_CASE("An archive that is down keeps its jobs and is asked once a run", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(3, slicesOf(kOpen));
    bench.fake.addSeries(3, slicesOf(kPrior));
    REQUIRE(bench.jobs->put(jobOf(kOpen, SyncPriority::Prefetch)));
    REQUIRE(bench.jobs->put(jobOf(kPrior, SyncPriority::Prefetch)));
    bench.fake.faults.status = 401;
    for (int i = 0; i < 8; ++i) {
        const auto done = bench.schedulers.runPending("Fake", SyncPriority::Prefetch, {}).value();
        REQUIRE(done.size() == 1);
        CHECK(done[0].report.error().code == "archive.login");
    }
    bench.fake.faults.status = 0;
    const auto done = bench.schedulers.runPending("", SyncPriority::Prefetch, {}).value();
    REQUIRE(done.size() == 2);
    CHECK((done[0].report->complete && done[1].report->complete));
    CHECK(bench.jobs->jobs().value().empty());
}

TEST_CASE("A prior gives its connections back at the next object when a study is opened", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(60, slicesOf(kOpen, 64));
    bench.fake.addSeries(200, slicesOf(kPrior, 64));
    bench.fake.faults.bytesPerSecond = 4e6;
    const bool stream = GENERATE(false, true);
    bench.lines.note("Fake", stream ? 1e9 : 30e6);
    constexpr unsigned kConnections = 4;
    std::atomic<int> prior{0};
    SyncEvents counting;
    counting.received = [&](const cache::IncomingObject&) { ++prior; };
    SyncOptions options = quick();
    options.connections = kConnections;
    std::thread background([&] { CHECK(bench.scheduler().fetch(jobOf(kPrior, SyncPriority::Prior), options, counting).value().complete); });
    while (prior < 10) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    bench.lines.note("Fake", 30e6);
    std::atomic<int> before{-1}; // counted from the study's first object: by then the archive's connections have been asked for
    SyncEvents opening;
    opening.received = [&](const cache::IncomingObject&) {
        int unset = -1;
        before.compare_exchange_strong(unset, prior.load());
    };
    const auto opened = bench.scheduler().fetch(jobOf(kOpen, SyncPriority::OpenStudy), options, opening);
    const int during = prior - before;
    CHECK(opened.value().complete);
    background.join();
    REQUIRE(before >= 0);
    // What was on the way when the study was opened still came, nothing else did.
    CHECK(during <= static_cast<int>(kConnections) + 1);
    const auto studies = order(bench.fake.log);
    const auto first = std::find(studies.begin(), studies.end(), kOpen);
    const auto last = std::find(studies.rbegin(), studies.rend(), kOpen).base();
    REQUIRE(first != studies.end());
    CHECK(std::count(first, last, kPrior) <= static_cast<int>(kConnections));
    CHECK(std::count(studies.begin(), studies.end(), kOpen) == 60);
    CHECK(bench.jobs->jobs().value().empty());
}

TEST_CASE("A warm-up opens connections that the study then uses", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(3, slicesOf(kOpen));
    auto& scheduler = bench.scheduler();
    scheduler.warmUp();
    scheduler.warmUp(); // at once again: nothing
    for (int i = 0; i < 500 && bench.fake.connections() < 2; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(2));
    }
    CHECK(bench.fake.connections() <= 2);
    CHECK(bench.fake.requests("/studies") <= 2);
    // Settings that change make another scheduler; the old one lives as long as it is used.
    const auto held = bench.schedulers.of("Fake").value();
    auto moved = bench.fake.settings();
    moved.user = "u";
    REQUIRE(bench.records->replaceArchive(moved));
    CHECK(bench.schedulers.of("Fake").value() != held);
    CHECK(bench.schedulers.of("Elsewhere").error().code == "archive.unknown");
}

TEST_CASE("How fast a line was is known to the next program", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(3, slicesOf(kOpen));
    bench.lines.note("Fake", 30e6);
    REQUIRE(bench.scheduler().fetch(jobOf(kOpen, SyncPriority::OpenStudy), quick(), {}));
    LineRates fresh;
    Schedulers next({*bench.cache, *bench.records, *bench.jobs, fresh, kClock});
    REQUIRE(next.of("Fake"));
    REQUIRE(fresh.of("Fake"));
    CHECK(*fresh.of("Fake") == 30e6);
}

// The child of the next test: fetches what is queued, until it is killed.
TEST_CASE("works off a folder's jobs", "[.child]")
{
    const char* folder = std::getenv("AKARI_TEST_FOLDER");
    if (folder == nullptr) {
        return; // not started by the test
    }
    const vault::Key key(Bytes(32, 5));
    const std::filesystem::path path(folder);
    const auto cache = cache::Cache::open(path / "cache", key, false).value();
    const auto records = records::Records::open(path / "records", key, false, kClock).value();
    const auto jobs = JobStore::open(path / "cache", key, false, kClock).value();
    LineRates lines;
    Schedulers schedulers({*cache, *records, *jobs, lines, kClock});
    schedulers.runPending("", SyncPriority::OpenStudy, {}).value();
}

TEST_CASE("Killed at random points, a sync goes on where it was", "[core][archive]")
{
    const bool stream = GENERATE(false, true);
    constexpr int kCount = 240;
    constexpr int kConnections = 8;
    constexpr int kBatch = 64;
    FakeArchive fake;
    const SliceOptions slices = slicesOf(kOpen, 48);
    fake.addSeries(kCount, slices);
    fake.faults.bytesPerSecond = 1e6; // 1.1 MB in about a second
    const TempFolder temp;
    const vault::Key key(Bytes(32, 5));
    {
        REQUIRE(records::Records::open(temp.path() / "records", key, false, kClock).value()->putArchive(fake.settings()));
        const auto cache = cache::Cache::open(temp.path() / "cache", key, false).value();
        const auto jobs = JobStore::open(temp.path() / "cache", key, false, kClock).value();
        REQUIRE(jobs->put(jobOf(kOpen, SyncPriority::OpenStudy)));
        const auto now = std::chrono::duration_cast<std::chrono::seconds>(kClock.now().time_since_epoch()).count();
        REQUIRE(jobs->putMark("Fake", "line rate", std::to_string(now) + (stream ? " 900000000" : " 30000000")));
    }
    std::mt19937 chance(20260102);
    int kills = 0;
    bool ended = false;
    for (int run = 0; run < 40 && !ended; ++run) {
        const pid_t child = ::fork();
        if (child == 0) {
            ::setenv("AKARI_TEST_FOLDER", temp.path().c_str(), 1);
            ::execl("/proc/self/exe", "test-archive", "works off a folder's jobs", nullptr);
            ::_exit(127);
        }
        const auto until =
            std::chrono::steady_clock::now() + std::chrono::milliseconds(std::uniform_int_distribution<int>(20, 300)(chance));
        int status = 0;
        bool killed = false;
        while (::waitpid(child, &status, WNOHANG) == 0) {
            if (!killed && kills < 12 && std::chrono::steady_clock::now() > until) {
                ::kill(child, SIGKILL);
                killed = true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
        kills += killed ? 1 : 0;
        if (!killed) {
            REQUIRE(WIFEXITED(status));
            REQUIRE(WEXITSTATUS(status) == 0);
            ended = true;
        }
    }
    CHECK(ended);
    CHECK(kills >= 4);
    const auto cache = cache::Cache::open(temp.path() / "cache", key, false).value();
    const auto objects = cache->objects("Fake", StudyInstanceUid(kOpen), SeriesInstanceUid(slices.series)).value();
    REQUIRE(objects.size() == kCount);
    for (const auto& object : objects) {
        REQUIRE(**cache->read(object.identity) == makeSlice(object.instanceNumber, slices));
    }
    CHECK(cache->study("Fake", StudyInstanceUid(kOpen)).value()->complete);
    CHECK(JobStore::open(temp.path() / "cache", key, true, kClock).value()->jobs().value().empty());
    // A kill costs what was on the way and the batch that was not sealed yet.
    const int asked = static_cast<int>(fake.requests("/instances/"));
    INFO(asked << " instances asked for, " << kills << " kills");
    CHECK(asked <= kCount + kills * (kConnections + kBatch));
}

TEST_CASE("An undisturbed run receives nothing twice", "[core][archive]")
{
    const double rate = GENERATE(0.0, 12.5e6);
    Bench bench;
    bench.fake.addSeries(120, slicesOf(kOpen, 256));
    bench.fake.faults.bytesPerSecond = rate;
    const auto report = bench.scheduler().fetch(jobOf(kOpen, SyncPriority::OpenStudy), quick(), {}).value();
    REQUIRE(report.complete);
    const auto stored = bench.cache->study("Fake", StudyInstanceUid(kOpen)).value()->storedBytes;
    CHECK(static_cast<double>(report.bytes) <= 1.02 * static_cast<double>(stored));
}

TEST_CASE("What an archive takes is known to the next run, and not taken from one at another address", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(3, slicesOf(kOpen));
    bench.fake.addSeries(3, slicesOf(kPrior));
    bench.fake.faults.refusedAccepts = {"multipart/related; type=\"application/dicom\"; transfer-syntax=*"};
    const auto run = [&](const std::string& study) {
        KnownArchives known;
        Schedulers schedulers({*bench.cache, *bench.records, *bench.jobs, bench.lines, kClock, &known});
        REQUIRE((*schedulers.of("Fake"))->fetch(jobOf(study, SyncPriority::OpenStudy), quick(), {}).value().complete);
        return known.habitsOf(bench.records->archive("Fake").value())->text();
    };
    const std::string learned = run(kOpen);
    CHECK(learned != ArchiveHabits().text());
    CHECK(bench.jobs->mark("Fake", "habits").value() == learned + ' ' + bench.fake.url());
    bench.fake.log.clear();
    CHECK(run(kPrior) == learned);
    // Nothing was asked in a form that it refuses: a series is one question.
    CHECK(bench.fake.requests("GET /dicom-web/studies/" + kPrior + "/series/" + kPrior + ".1") <= 2);

    REQUIRE(bench.jobs->putMark("Fake", "habits", "1 3 0 0 0 http://elsewhere.example.org"));
    KnownArchives known;
    Schedulers schedulers({*bench.cache, *bench.records, *bench.jobs, bench.lines, kClock, &known});
    REQUIRE(schedulers.of("Fake"));
    CHECK(known.habitsOf(bench.records->archive("Fake").value())->text() == ArchiveHabits().text());
    ArchiveHabits habits;
    for (const char* odd : {"", "2 1 1 1 1 x", "1 99 0 0 0 x", "1 1 1", "1 0 0 0 99999999 x"}) {
        habits.take(odd);
        CHECK(habits.text() == ArchiveHabits().text());
    }
}

} // namespace scheduler_test
