// The quota: what goes, in which order, and what never goes.
#include <atomic>
#include <thread>

#include "core/cache/Cache.h"
#include "tests/core/cache/Batches.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::cache;
using namespace akari::cache::test;

namespace {

constexpr std::size_t kObject = 400'000;
constexpr std::uint64_t kQuota = 2'000'000; // four studies of one object and a little

class HandClock final : public Clock {
public:
    std::chrono::system_clock::time_point now() const override
    {
        return std::chrono::system_clock::time_point(std::chrono::minutes(minute.load()));
    }
    int utcOffsetMinutes() const override { return 0; }
    std::atomic<int> minute{30'000'000};
};

StudyInstanceUid uidOf(int study)
{
    return StudyInstanceUid("1.2.840.99999.5." + std::to_string(study));
}

IncomingObject objectIn(int study, int number = 1, std::size_t size = kObject)
{
    const std::string series = uidOf(study).value + ".1";
    IncomingObject object =
        objectOf(patternBytes(size, static_cast<unsigned>(study * 100 + number)), number, "ward", SeriesInstanceUid(series));
    object.identity.study = uidOf(study);
    return object;
}

struct Fixture {
    akari::test::TempFolder folder;
    HandClock clock;
    std::vector<ProtectedStudy> kept;
    bool unknown = false;
    std::unique_ptr<Cache> cache = open();

    std::unique_ptr<Cache> open()
    {
        auto opened = Cache::open(folder.path(), vault::Key(Bytes(32, 5)), false);
        REQUIRE(codeOf(opened) == "ok");
        const auto protectedStudies = [this]() -> Result<std::vector<ProtectedStudy>> {
            return unknown ? Result<std::vector<ProtectedStudy>>(fail("records.damaged", "")) : Result<std::vector<ProtectedStudy>>(kept);
        };
        (*opened)->connect({protectedStudies, &clock, {}});
        return std::move(*opened);
    }
    // One minute after the last, marked as what sync has fetched whole.
    std::string put(int study, bool complete = true)
    {
        ++clock.minute;
        const IncomingObject object = objectIn(study);
        const auto stored = cache->store({&object, 1});
        if (stored && complete) {
            REQUIRE(cache->markComplete("ward", uidOf(study), true, "2026-01-02T03:04:05Z"));
        }
        return codeOf(stored);
    }
    std::string held()
    {
        std::string all;
        const auto studies = cache->studies().value();
        for (const StudyRecord& study : studies) {
            all += study.study.value.back();
        }
        return all;
    }
};

} // namespace

TEST_CASE("a store above the quota removes whole studies, the least recently used first", "[core][cache]")
{
    Fixture f;
    REQUIRE(f.cache->setQuota(kQuota));
    for (int study : {1, 2, 3, 4}) {
        REQUIRE(f.put(study) == "ok");
    }
    REQUIRE(f.held() == "1234");
    ++f.clock.minute;
    f.cache->touch("ward", uidOf(1)); // opened
    REQUIRE(f.put(5) == "ok");
    CHECK(f.held() == "1345");
    CHECK(codeOf(f.cache->read(objectIn(2).identity)) == "cache.absent");
    CHECK(**f.cache->read(objectIn(1).identity) == *objectIn(1).bytes);
    f.cache.reset();
    f.cache = f.open(); // last use is kept, and so is the quota
    REQUIRE(f.put(6) == "ok");
    CHECK(f.held() == "1456");
    const auto usage = f.cache->usage();
    REQUIRE(codeOf(usage) == "ok");
    CHECK(usage->quota == kQuota);
    CHECK_FALSE(usage->automaticQuota);
    CHECK(usage->studies == 4);
    CHECK(usage->bytes <= kQuota);
    CHECK(usage->evictable == 4);
    std::size_t packs = 0;
    for ([[maybe_unused]] const auto& pack : std::filesystem::directory_iterator(f.folder.path() / "packs")) {
        ++packs;
    }
    CHECK(packs == 4);
}

TEST_CASE("what is pinned, needed by a report or open is never evicted", "[core][cache]")
{
    Fixture f;
    REQUIRE(f.cache->setQuota(kQuota));
    for (int study : {1, 2, 3, 4}) {
        REQUIRE(f.put(study) == "ok");
    }
    f.kept = {{{"ward", uidOf(1)}, true}, {{"ward", uidOf(2)}, false}, {{"elsewhere", uidOf(4)}, true}};
    auto open = f.cache->hold("ward", uidOf(3));
    auto again = f.cache->hold("ward", uidOf(3));
    REQUIRE(f.put(5) == "ok");
    CHECK(f.held() == "1235");
    const auto usage = f.cache->usage();
    CHECK(usage->pinned == 1);
    CHECK(usage->needed == 1);
    CHECK(usage->inUse == 1);
    CHECK(usage->evictable == 1);

    auto fifth = f.cache->hold("ward", uidOf(5));
    CHECK(f.put(6) == "cache.quota");
    CHECK(f.held() == "1235"); // nothing is lost, nothing half stored
    for (int study : {1, 2, 3, 5}) {
        CHECK(codeOf(f.cache->read(objectIn(study).identity)) == "ok");
    }
    open = Hold();
    CHECK(f.put(6) == "cache.quota"); // held twice
    again = Hold();
    CHECK(f.put(6) == "ok");
    CHECK(f.held() == "1256");
}

TEST_CASE("nothing is evicted while it can't be learnt what is protected", "[core][cache]")
{
    Fixture f;
    REQUIRE(f.cache->setQuota(kQuota));
    for (int study : {1, 2, 3, 4}) {
        REQUIRE(f.put(study) == "ok");
    }
    f.unknown = true;
    CHECK(f.put(5) == "cache.quota");
    CHECK(f.held() == "1234");
    CHECK(codeOf(f.cache->usage()) == "records.damaged");
}

TEST_CASE("incomplete studies go last, and the one that is being stored not at all", "[core][cache]")
{
    Fixture f;
    REQUIRE(f.cache->setQuota(kQuota));
    REQUIRE(f.put(1, false) == "ok");
    for (int study : {2, 3, 4}) {
        REQUIRE(f.put(study) == "ok");
    }
    REQUIRE(f.put(5) == "ok");
    CHECK(f.held() == "1345");
    std::vector<IncomingObject> large;
    for (int number = 2; number <= 5; ++number) {
        large.push_back(objectIn(5, number));
    }
    REQUIRE(codeOf(f.cache->store(large)) == "cache.quota"); // more than the quota in one study
    CHECK(f.held() == "1345");
    REQUIRE(codeOf(f.cache->store(std::span(large).first(3))) == "ok");
    CHECK(f.held() == "5");
    CHECK(f.cache->objects("ward", uidOf(5), SeriesInstanceUid(uidOf(5).value + ".1"))->size() == 4);
}

TEST_CASE("a lower quota takes effect at once, and auto follows the disk", "[core][cache]")
{
    Fixture f;
    REQUIRE(codeOf(f.cache->setQuota(1000)) == "cache.quota");
    for (int study : {1, 2, 3, 4}) {
        REQUIRE(f.put(study) == "ok");
    }
    REQUIRE(f.cache->usage()->automaticQuota);
    auto open = f.cache->hold("ward", uidOf(1));
    REQUIRE(f.cache->setQuota(1'000'000));
    CHECK(f.held() == "14");
    f.cache->connect({{}, &f.clock, [](const std::filesystem::path&) { return std::uint64_t{10'000'000}; }});
    REQUIRE(f.cache->setQuota(std::nullopt));
    const auto usage = f.cache->usage();
    CHECK(usage->automaticQuota);
    CHECK(usage->quota == (usage->bytes + 10'000'000) / 5 * 4);
    CHECK(automaticQuota(0, std::uint64_t{1} << 50) == std::uint64_t{1} << 40);
}

TEST_CASE("an eviction never takes a study from under a reader that holds it", "[core][cache]")
{
    Fixture f;
    REQUIRE(f.cache->setQuota(kQuota));
    std::atomic<bool> ends{false};
    std::atomic<int> whole{0};
    std::atomic<int> gone{0};
    std::atomic<int> wrong{0};
    std::vector<std::thread> readers;
    for (int reader = 0; reader < 2; ++reader) {
        readers.emplace_back([&, reader] {
            for (int turn = reader; !ends; ++turn) {
                const int study = turn % 8;
                const IncomingObject object = objectIn(study);
                const auto hold = f.cache->hold("ward", uidOf(study));
                if (!f.cache->contains(object.identity).value()) {
                    ++gone;
                    std::this_thread::yield();
                    continue;
                }
                for (int look = 0; look < 3; ++look) {
                    const auto bytes = f.cache->read(object.identity);
                    wrong += !bytes || **bytes != *object.bytes;
                }
                ++whole;
            }
        });
    }
    int refused = 0;
    for (int round = 0; round < 120; ++round) {
        refused += f.put(round % 8, false) != "ok";
    }
    ends = true;
    for (auto& reader : readers) {
        reader.join();
    }
    CHECK(wrong == 0);
    CHECK(whole > 0);
    CHECK(gone > 0);
    CHECK(refused < 120);
}
