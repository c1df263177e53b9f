#include "core/archive/Damage.h"

#include <fstream>

#include "core/base/Log.h"
#include "tests/core/archive/KeptCache.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace damage_test {

namespace {

const StudyInstanceUid kStudy("1.2.840.99.1");
const SeriesInstanceUid kSeries("1.2.840.99.1.1");

// A cache on disk that is looked after as the workstation's is.
struct Bench : KeptCache {
    std::vector<std::string> outcomes;

    Bench()
    {
        cache::CachePorts ports;
        ports.damaged = [this](const ObjectIdentity& identity) {
            const Status dropped = dropDamaged(*cache, *records, *jobs, identity);
            outcomes.push_back(dropped ? "dropped" : dropped.error().code);
        };
        cache->connect(ports);
    }
    SyncReport sync() { return fetch(kStudy); }
    void flipByte(std::streamoff at)
    {
        const auto pack = std::filesystem::directory_iterator(folder.path() / "packs")->path();
        std::fstream stream(pack, std::ios::in | std::ios::out | std::ios::binary);
        stream.seekg(at);
        const int byte = stream.get();
        stream.seekp(at);
        stream.put(static_cast<char>(byte ^ 0x10));
        REQUIRE(stream.good());
    }
    // How many of the study's objects can be read.
    std::size_t readable(const std::string& archive = "Fake")
    {
        std::size_t count = 0;
        const auto objects = cache->objects(archive, kStudy, kSeries).value();
        for (const auto& object : objects) {
            count += cache->read(object.identity) ? 1 : 0;
        }
        return count;
    }
    bool complete() { return cache->study("Fake", kStudy).value()->complete; }
};

struct Quiet {
    Quiet() { log::setLevel(log::Level::Error); }
    ~Quiet() { log::setLevel(log::Level::Warning); }
};

} // namespace

TEST_CASE("what reading finds damaged is fetched again by the next sync, and only it", "[core][archive]")
{
    const Quiet quiet;
    Bench bench;
    bench.fake.addSeries(20);
    REQUIRE(bench.sync().complete);
    REQUIRE(bench.readable() == 20);
    bench.flipByte(100);
    CHECK(bench.complete()); // nobody has read it yet
    CHECK(bench.readable() == 19);
    CHECK(bench.outcomes == std::vector<std::string>{"dropped"});
    CHECK_FALSE(bench.complete());
    CHECK(bench.cache->objects("Fake", kStudy, kSeries)->size() == 19);
    const auto queued = bench.jobs->jobs().value();
    REQUIRE(queued.size() == 1);
    CHECK(queued[0].reason == "damaged in the cache");

    bench.fake.log.clear();
    const auto again = bench.schedulers.runPending("Fake", SyncPriority::Prefetch, {}).value();
    REQUIRE(again.size() == 1);
    CHECK(again[0].report->complete);
    CHECK(again[0].report->changed.empty());
    CHECK(bench.fake.requests("/instances/") == 1);
    CHECK(bench.readable() == 20);
    CHECK(bench.complete());
    CHECK(bench.jobs->jobs()->empty());
}

TEST_CASE("what can't be fetched again stays, so that the rest does not pass for all of it", "[core][archive]")
{
    const Quiet quiet;
    Bench bench;
    bench.fake.addSeries(5);
    REQUIRE(bench.sync().complete);
    REQUIRE(bench.records->removeArchive("Fake"));
    bench.flipByte(100);
    CHECK(bench.readable() == 4);
    CHECK(bench.outcomes == std::vector<std::string>{"archive.none"});
    CHECK_FALSE(bench.complete());
    CHECK(bench.cache->objects("Fake", kStudy, kSeries)->size() == 5);
    CHECK(bench.jobs->jobs()->empty());
    CHECK_FALSE(canFetchAgain(*bench.records, "import:0123456789ab"));
    const ObjectIdentity imported{"import:0123456789ab", kStudy, kSeries, SopInstanceUid("1.2.3"), "0123456789abcdef"};
    CHECK(dropDamaged(*bench.cache, *bench.records, *bench.jobs, imported).error().code == "archive.none");
}

} // namespace damage_test
