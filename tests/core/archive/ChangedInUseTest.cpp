// Hazard 18: a study that is open, pinned or has an unsent report, and that changes at the hospital meanwhile.
#include "core/archive/Changes.h"

#include <algorithm>
#include <map>

#include "tests/core/archive/KeptCache.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace {

constexpr int kSlices = 3;

StudyInstanceUid studyOf(int number)
{
    return StudyInstanceUid("1.2.840.99." + std::to_string(number));
}

SliceOptions slicesOf(int number, std::uint16_t side = 256)
{
    SliceOptions options;
    options.study = studyOf(number).value;
    options.series = options.study + ".1";
    options.side = side;
    return options;
}

// A cache on disk that has room for about four studies.
struct Bench : KeptCache {
    std::vector<cache::ProtectedStudy> needed;

    Bench()
    {
        cache::CachePorts ports;
        ports.protectedStudies = [this] { return Result<std::vector<cache::ProtectedStudy>>(needed); };
        cache->connect(ports);
    }
    SyncReport sync(int number, SyncPriority priority = SyncPriority::OpenStudy) { return fetch(studyOf(number), priority); }
    ChangeReport detect()
    {
        ChangeOptions options;
        options.whole = true;
        return detectChanges((*schedulers.of("Fake"))->client(), *cache, *jobs, clock, options).value();
    }
    std::map<std::string, std::string> content(int number)
    {
        std::map<std::string, std::string> bySop;
        const auto series = cache->series("Fake", studyOf(number)).value();
        for (const auto& one : series) {
            const auto objects = cache->objects("Fake", studyOf(number), one.series).value();
            for (const auto& object : objects) {
                bySop[object.identity.sop.value] = sha256Hex(**cache->read(object.identity));
            }
        }
        return bySop;
    }
    cache::ServerState state(int number) { return cache->study("Fake", studyOf(number)).value()->server; }
};

} // namespace

TEST_CASE("what is open, pinned or has an unsent report is flagged when the hospital changes it, and neither replaced nor evicted",
          "[core][archive][hazard18]")
{
    Bench bench;
    constexpr int kOpen = 1, kPinned = 2, kUnsent = 3, kPlain = 4, kNew = 5;
    std::map<int, std::map<std::string, std::string>> before;
    for (const int number : {kOpen, kPinned, kUnsent, kPlain}) {
        bench.fake.addSeries(kSlices, slicesOf(number));
        REQUIRE(bench.sync(number).complete);
        before[number] = bench.content(number);
        REQUIRE(before[number].size() == kSlices);
    }
    const cache::Hold open = bench.cache->hold("Fake", studyOf(kOpen));
    bench.needed = {{{"Fake", studyOf(kPinned)}, true}, {{"Fake", studyOf(kUnsent)}, false}};

    // Grown, one object with other bytes under its UID; withdrawn; grown.
    bench.fake.clear();
    bench.fake.addSeries(kSlices + 1, slicesOf(kOpen));
    bench.fake.add(makeSlice(1, slicesOf(kOpen, 128)));
    bench.fake.addSeries(kSlices + 2, slicesOf(kUnsent));
    bench.fake.addSeries(kSlices, slicesOf(kPlain));
    bench.fake.addSeries(kSlices, slicesOf(kNew));
    CHECK(bench.detect().changes.size() == 3);
    CHECK(bench.state(kOpen).changed);
    CHECK(bench.state(kPinned).withdrawn);
    CHECK(bench.state(kUnsent).changed);
    for (const int number : {kOpen, kPinned, kUnsent}) {
        CHECK(bench.content(number) == before[number]);
    }

    SECTION("not when room is needed: what nobody needs goes")
    {
        REQUIRE(bench.cache->setQuota(1'700'000));
        REQUIRE(bench.sync(kNew).complete);
        CHECK_FALSE(bench.cache->study("Fake", studyOf(kPlain)).value());
        for (const int number : {kOpen, kPinned, kUnsent}) {
            CHECK(bench.content(number) == before[number]);
        }
        CHECK(bench.state(kPinned).withdrawn);
    }
    SECTION("not by a sync: what is new comes beside it, and what was read stays as it was")
    {
        const auto report = bench.sync(kOpen);
        CHECK(report.stored == kSlices + 1);
        const auto after = bench.content(kOpen);
        CHECK(after.size() == kSlices + 1);
        CHECK(std::includes(after.begin(), after.end(), before[kOpen].begin(), before[kOpen].end()));
    }
    SECTION("the flag is taken back by a transfer that a person asked for, not by one in the background")
    {
        REQUIRE(bench.sync(kUnsent, SyncPriority::Prefetch).complete);
        CHECK(bench.content(kUnsent).size() == kSlices + 2);
        CHECK(bench.state(kUnsent).changed);
        REQUIRE(bench.sync(kUnsent).complete);
        CHECK_FALSE(bench.state(kUnsent).changed);
    }
    SECTION("a withdrawn study that is synced again stays here")
    {
        SyncJob job;
        job.archive = "Fake";
        job.study = studyOf(kPinned);
        CHECK((*bench.schedulers.of("Fake"))->fetch(job, {}, {}).error().code == "archive.notfound");
        CHECK(bench.content(kPinned) == before[kPinned]);
        CHECK(bench.state(kPinned).withdrawn);
    }
}
