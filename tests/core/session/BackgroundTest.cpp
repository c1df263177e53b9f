#include "core/session/Background.h"

#include <ctime>

#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::test;

namespace {

struct Folder {
    FakeArchive fake;
    TempFolder temp;
    SystemClock clock;
    std::unique_ptr<cache::Cache> cache = cache::Cache::openInMemory().value();
    std::unique_ptr<records::Records> records = records::Records::open(temp.path(), vault::Key(Bytes(32, 6)), false, clock).value();
    std::unique_ptr<archive::JobStore> jobs = archive::JobStore::openInMemory(clock).value();
    archive::LineRates lines;
    decode::DecodePool pool;
    load::MemoryBudget budget{1 << 28};
    archive::Schedulers schedulers{{*cache, *records, *jobs, lines, clock}};
    archive::PrefetchRules rules = archive::builtInPrefetchRules();

    Folder()
    {
        REQUIRE(records->putArchive(fake.settings()));
        rules.recentDays = 20'000; // the fake's studies are of a fixed day
    }
    session::Engine engine()
    {
        session::Engine engine{*cache, *records, pool, budget, clock, lines};
        engine.sync = &schedulers;
        return engine;
    }
};

template <class Condition> bool soon(Condition condition)
{
    const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(10);
    while (!condition() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return condition();
}

bool complete(const Folder& folder, const std::string& study)
{
    const auto record = folder.cache->study("Fake", StudyInstanceUid(study));
    return record && *record && (*record)->complete;
}

} // namespace

TEST_CASE("In the background what was left over comes first, then what will be read next", "[core][session]")
{
    Folder f;
    f.fake.addSeries(12);
    f.fake.addSeries(12, {"1.2.840.99.2", "1.2.840.99.2.1", "P-200"});
    archive::SyncJob job;
    job.archive = "Fake";
    job.study = StudyInstanceUid("1.2.840.99.2");
    REQUIRE(f.jobs->put(job));
    session::Background background(f.engine(), f.rules, {}, [] {});
    background.wake();
    CHECK(soon([&] { return complete(f, "1.2.840.99.1") && complete(f, "1.2.840.99.2") && !background.state().working; }));
    CHECK(background.state().fetched == 2);
    CHECK(f.jobs->jobs().value().empty());
    // Something is different there now.
    f.fake.add(makeSlice(13));
    background.wake();
    CHECK(soon([&] { return background.state().changes == 1; }));
    CHECK(soon([&] {
        return f.cache->objects("Fake", StudyInstanceUid("1.2.840.99.1"), SeriesInstanceUid("1.2.840.99.1.1")).value().size() == 13;
    }));
}

TEST_CASE("On a metered line, or switched off, nothing is fetched beforehand", "[core][session]")
{
    Folder f;
    f.fake.addSeries(5);
    std::atomic<bool> metered{true};
    session::Background background(f.engine(), f.rules, {[&] { return metered.load(); }}, [] {});
    background.wake();
    REQUIRE(soon([&] { return f.fake.requests("GET /system") > 0 && !background.state().working; }));
    CHECK(background.state().metered);
    CHECK_FALSE(complete(f, "1.2.840.99.1"));
    CHECK(f.fake.requests("/series/") == 0);
    metered = false;
    REQUIRE(session::setPrefetchOn(*f.records, false));
    background.wake();
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
    CHECK(f.fake.requests("/series/") == 0);
    CHECK_FALSE(background.state().on);
    REQUIRE(session::setPrefetchOn(*f.records, true));
    background.wake();
    CHECK(soon([&] { return complete(f, "1.2.840.99.1"); }));
}

TEST_CASE("While the reader works, the background waits", "[core][session]")
{
    Folder f;
    SliceOptions slices;
    slices.side = 64;
    f.fake.addSeries(300, slices);
    f.fake.faults.bytesPerSecond = 2e6; // more than a second for all of it
    f.lines.note("Fake", 30e6);
    session::Background background(f.engine(), f.rules, {}, [] {});
    background.wake();
    const auto stored = [&] { return f.cache->study("Fake", StudyInstanceUid(slices.study)).value_or(std::nullopt); };
    REQUIRE(soon([&] { return stored() && stored()->stored > 0; }));
    background.interacted();
    std::this_thread::sleep_for(std::chrono::milliseconds(700)); // until it is noticed, and what is on its way has come and is sealed
    const std::size_t asked = f.fake.requests("/instances/");
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    CHECK(f.fake.requests("/instances/") == asked);
    CHECK(asked < 300);
    CHECK(soon([&] { return complete(f, slices.study); }));
    CHECK(f.fake.requests("/instances/") == 300);
}
