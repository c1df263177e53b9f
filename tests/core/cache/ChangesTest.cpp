// How a list follows the cache: what changed since, and everything in bulk.
#include "core/cache/Cache.h"

#include "tests/core/cache/Batches.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::cache;
using namespace akari::cache::test;

namespace changes_test {

namespace {

std::unique_ptr<Cache> openOf(bool onDisk, const akari::test::TempFolder& folder, bool readOnly = false)
{
    auto cache = onDisk ? Cache::open(folder.path() / "cache", vault::Key(Bytes(32, 5)), readOnly) : Cache::openInMemory();
    REQUIRE(cache);
    return std::move(*cache);
}

StudyRecord numbered(int number)
{
    StudyRecord study;
    study.archive = number % 2 == 0 ? "even" : "odd";
    study.study = StudyInstanceUid("1.2." + std::to_string(number + 1));
    study.patientId = "P" + std::to_string(number);
    study.patientName = {"Yamada^Taro", "山田^太郎", ""};
    study.modalities = {"CT"};
    study.expected = number;
    return study;
}

} // namespace

TEST_CASE("every change of a study is told to who asks what changed since", "[core][cache]")
{
    const bool onDisk = GENERATE(true, false);
    const akari::test::TempFolder folder;
    const auto cache = openOf(onDisk, folder);
    CHECK(cache->changesSince(0).everything);
    auto seen = cache->changesSince(0).now;
    const auto changed = [&] {
        const auto changes = cache->changesSince(seen);
        seen = changes.now;
        REQUIRE_FALSE(changes.everything);
        return changes.studies.size() == 1 && changes.studies.front().study == kStudy && changes.studies.front().archive == "ward";
    };
    REQUIRE(cache->store(batchOf(1, 2)));
    CHECK(changed());
    CHECK(cache->changesSince(seen).studies.empty());
    StudyRecord study;
    study.archive = "ward";
    study.study = kStudy;
    study.expected = 2;
    REQUIRE(cache->putStudy(study));
    CHECK(changed());
    REQUIRE(cache->markComplete("ward", kStudy, true, "2026-01-01T00:00:00Z"));
    CHECK(changed());
    REQUIRE(cache->dropObject(batchOf(1, 1).front().identity));
    CHECK(changed());
    REQUIRE(cache->removeStudy("ward", kStudy));
    CHECK(changed());
    CHECK_FALSE(cache->removeStudy("ward", kStudy));
}

TEST_CASE("all studies in bulk are those that are read one by one", "[core][cache]")
{
    const akari::test::TempFolder folder;
    {
        const auto cache = openOf(true, folder);
        std::vector<StudyRecord> studies;
        for (int i = 0; i < 9000; ++i) { // more than are opened at once
            studies.push_back(numbered(i));
        }
        REQUIRE(cache->putStudies(studies));
        REQUIRE(cache->store(batchOf(1, 3, 500)));
        std::vector<IncomingObject> second{objectOf(patternBytes(700, 9), 9, "ward", SeriesInstanceUid("1.2.99"))};
        REQUIRE(cache->store(second));
        const auto all = cache->studies();
        REQUIRE(all);
        REQUIRE(all->size() == 9001);
        for (const std::size_t i : {std::size_t{0}, std::size_t{8191}, std::size_t{8192}, std::size_t{8999}}) {
            CHECK((*all)[i].study == studies[i].study);
            CHECK((*all)[i].archive == studies[i].archive);
            CHECK((*all)[i].patientName == studies[i].patientName);
            CHECK((*all)[i].expected == static_cast<std::int64_t>(i));
            CHECK((*all)[i].stored == 0);
        }
        CHECK(all->back().stored == 4); // both series counted, and to this study
        CHECK(all->back().storedBytes == 3 * 500 + 700);
    }
    const auto reader = openOf(true, folder, true);
    const auto again = reader->studies();
    REQUIRE(again);
    CHECK(again->size() == 9001);
    CHECK(reader->changesSince(reader->changesSince(0).now).everything); // somebody else may write
}

} // namespace changes_test
