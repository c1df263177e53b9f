// What both caches, on disk and in memory, do alike.
#include "core/cache/Cache.h"

#include <thread>

#include "tests/core/cache/Batches.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::cache;
using namespace akari::cache::test;

namespace {

std::unique_ptr<Cache> openOf(bool onDisk, const akari::test::TempFolder& folder)
{
    auto cache = onDisk ? Cache::open(folder.path() / "cache", vault::Key(Bytes(32, 5)), false) : Cache::openInMemory();
    REQUIRE(cache);
    return std::move(*cache);
}

StudyRecord studyRecord()
{
    StudyRecord study;
    study.archive = "ward";
    study.study = kStudy;
    study.patientId = "P-1";
    study.issuerOfPatientId = "hospital";
    study.patientName = {"Yamada^Taro", "山田^太郎", "やまだ^たろう"};
    study.patientBirthDate = "19700102";
    study.patientSex = "M";
    study.studyDate = "20260102";
    study.studyTime = "030405";
    study.studyDescription = "Head";
    study.accessionNumber = "A1";
    study.referringPhysician = "Suzuki";
    study.modalities = {"CT", "SR"};
    study.expected = 3;
    return study;
}

} // namespace

TEST_CASE("what was stored is read back byte for byte", "[core][cache]")
{
    const bool onDisk = GENERATE(true, false);
    const akari::test::TempFolder folder;
    const auto cache = openOf(onDisk, folder);
    std::vector<IncomingObject> batch;
    int number = 1;
    for (const std::size_t size : {1u, 299u, 4096u, 1024u * 1024u, 1024u * 1024u + 1u, 3'000'000u}) {
        batch.push_back(objectOf(patternBytes(size, static_cast<unsigned>(number)), number));
        ++number;
    }
    const auto report = cache->store(batch);
    REQUIRE(codeOf(report) == "ok");
    CHECK(report->stored == 6);
    CHECK(report->duplicate == 0);
    CHECK(report->changed.empty());
    for (const IncomingObject& object : batch) {
        const auto bytes = cache->read(object.identity);
        REQUIRE(codeOf(bytes) == "ok");
        CHECK(**bytes == *object.bytes);
        CHECK(cache->contains(object.identity).value());
    }
    const auto headers = cache->headers("ward", kStudy, kSeries);
    REQUIRE(codeOf(headers) == "ok");
    REQUIRE(headers->size() == 6);
    for (std::size_t i = 0; i < 6; ++i) {
        const IncomingObject& object = batch[i];
        CHECK((*headers)[i].object.identity == object.identity);
        CHECK((*headers)[i].object.length == object.bytes->size());
        CHECK(*(*headers)[i].header == Bytes(object.bytes->begin(), object.bytes->begin() + static_cast<std::ptrdiff_t>(object.headerLength)));
    }
}

TEST_CASE("objects come in instance number order, whatever order they came in", "[core][cache]")
{
    const bool onDisk = GENERATE(true, false);
    const akari::test::TempFolder folder;
    const auto cache = openOf(onDisk, folder);
    for (const int number : {7, 2, 11}) {
        REQUIRE(cache->store(batchOf(number, 1)));
    }
    const auto objects = cache->objects("ward", kStudy, kSeries).value();
    REQUIRE(objects.size() == 3);
    CHECK(objects[0].instanceNumber == 2);
    CHECK(objects[1].instanceNumber == 7);
    CHECK(objects[2].instanceNumber == 11);
    CHECK(objects[0].modality == "CT");
    CHECK(objects[0].sopClassUid == "1.2.840.10008.5.1.4.1.1.2");
    CHECK(cache->headers("ward", kStudy, kSeries).value()[1].object.instanceNumber == 7);
    CHECK(cache->headers("ward", kStudy, SeriesInstanceUid("1.2")).value().empty());
}

TEST_CASE("the same bytes again are a duplicate, other bytes prevail beside the old", "[core][cache]")
{
    const bool onDisk = GENERATE(true, false);
    const akari::test::TempFolder folder;
    const auto cache = openOf(onDisk, folder);
    const IncomingObject first = objectOf(patternBytes(1000, 1), 1);
    const IncomingObject second = objectOf(patternBytes(1500, 2), 1);
    REQUIRE(cache->store(std::vector{first, first})->duplicate == 1);
    CHECK(cache->store(std::vector{first})->duplicate == 1);

    const auto report = cache->store(std::vector{second});
    REQUIRE(codeOf(report) == "ok");
    CHECK(report->stored == 1);
    CHECK(report->changed == std::vector{first.identity.sop});
    REQUIRE(cache->objects("ward", kStudy, kSeries)->size() == 1);
    CHECK(cache->objects("ward", kStudy, kSeries)->front().identity == second.identity);
    CHECK(cache->findObject(first.identity.sop)->size() == 1);
    CHECK(**cache->read(first.identity) == *first.bytes);
    CHECK(cache->study("ward", kStudy).value()->stored == 1);
    CHECK(cache->study("ward", kStudy).value()->storedBytes == 1500);

    SECTION("the archive going back to the old bytes makes them prevail again")
    {
        const auto back = cache->store(std::vector{first});
        CHECK(back->changed.size() == 1);
        CHECK(back->stored == 0);
        CHECK(cache->objects("ward", kStudy, kSeries)->front().identity == first.identity);
        CHECK(cache->study("ward", kStudy).value()->storedBytes == 1000);
    }
    SECTION("dropping the newest lets the old prevail")
    {
        REQUIRE(cache->dropObject(second.identity));
        CHECK(cache->objects("ward", kStudy, kSeries)->front().identity == first.identity);
    }
    SECTION("dropping every version leaves nothing")
    {
        ObjectIdentity any = first.identity;
        any.contentVersion.clear();
        CHECK(**cache->read(any) == *second.bytes);
        REQUIRE(cache->dropObject(any));
        CHECK_FALSE(cache->contains(any).value());
        CHECK(codeOf(cache->dropObject(any)) == "cache.absent");
        CHECK(cache->study("ward", kStudy).value()->stored == 0);
    }
}

TEST_CASE("a study's fields come back, and completeness follows what is stored", "[core][cache]")
{
    const bool onDisk = GENERATE(true, false);
    const akari::test::TempFolder folder;
    const auto cache = openOf(onDisk, folder);
    REQUIRE(cache->putStudy(studyRecord()));
    REQUIRE(cache->putSeries("ward", kStudy, {kSeries, "CT", 4, "Axial", 3, 0}));
    REQUIRE(cache->store(batchOf(1, 3, 100)));
    REQUIRE(cache->markComplete("ward", kStudy, true, "2026-01-02T03:04:05Z"));

    const StudyRecord study = cache->study("ward", kStudy).value().value();
    CHECK(study.patientName == studyRecord().patientName);
    CHECK(study.patientId == "P-1");
    CHECK(study.issuerOfPatientId == "hospital");
    CHECK(study.patientBirthDate == "19700102");
    CHECK(study.patientSex == "M");
    CHECK(study.studyDate == "20260102");
    CHECK(study.studyTime == "030405");
    CHECK(study.studyDescription == "Head");
    CHECK(study.accessionNumber == "A1");
    CHECK(study.referringPhysician == "Suzuki");
    CHECK(study.modalities == std::vector<std::string>{"CT", "SR"});
    CHECK(study.expected == 3);
    CHECK(study.stored == 3);
    CHECK(study.storedBytes == 300);
    CHECK(study.complete);
    CHECK(study.lastSync == "2026-01-02T03:04:05Z");
    const SeriesRecord series = cache->series("ward", kStudy)->front();
    CHECK(series.series == kSeries);
    CHECK(series.seriesNumber == 4);
    CHECK(series.description == "Axial");
    CHECK(series.expected == 3);
    CHECK(series.stored == 3);

    StudyRecord again = studyRecord();
    again.expected = -1;
    again.accessionNumber = "A2";
    REQUIRE(cache->putStudy(again));
    CHECK(cache->study("ward", kStudy).value()->accessionNumber == "A2");
    CHECK(cache->study("ward", kStudy).value()->complete);
    CHECK(cache->study("ward", kStudy).value()->expected == 3);
    REQUIRE(cache->dropObject(batchOf(2, 1, 100)[0].identity));
    CHECK_FALSE(cache->study("ward", kStudy).value()->complete);
    CHECK(codeOf(cache->markComplete("elsewhere", kStudy, true, "")) == "cache.absent");
}

TEST_CASE("equal UIDs at two archives are two studies", "[core][cache]")
{
    const bool onDisk = GENERATE(true, false);
    const akari::test::TempFolder folder;
    const auto cache = openOf(onDisk, folder);
    const IncomingObject here = objectOf(patternBytes(500, 1), 1, "ward");
    const IncomingObject there = objectOf(patternBytes(600, 2), 1, "clinic");
    REQUIRE(cache->store(std::vector{here}));
    REQUIRE(cache->store(std::vector{there}));
    CHECK(cache->studies()->size() == 2);
    CHECK(cache->findStudy(kStudy)->size() == 2);
    CHECK(cache->findSeries(kSeries)->size() == 2);
    CHECK(cache->findObject(here.identity.sop)->size() == 2);
    CHECK(cache->findStudy(StudyInstanceUid("1.2"))->empty());
    CHECK(**cache->read(here.identity) == *here.bytes);
    CHECK(**cache->read(there.identity) == *there.bytes);

    REQUIRE(cache->removeStudy("ward", kStudy));
    CHECK(codeOf(cache->read(here.identity)) == "cache.absent");
    CHECK(**cache->read(there.identity) == *there.bytes);
    CHECK_FALSE(cache->study("ward", kStudy)->has_value());
    CHECK(codeOf(cache->removeStudy("ward", kStudy)) == "cache.absent");
}

TEST_CASE("a batch that is not of one series, or not what it says, is refused whole", "[core][cache]")
{
    const bool onDisk = GENERATE(true, false);
    const akari::test::TempFolder folder;
    const auto cache = openOf(onDisk, folder);
    std::vector<IncomingObject> mixed = batchOf(1, 2);
    mixed.push_back(objectOf(patternBytes(10, 9), 9, "ward", SeriesInstanceUid("1.2.3")));
    CHECK(codeOf(cache->store(mixed)) == "cache.mixed");

    std::vector<IncomingObject> wrong = batchOf(1, 3);
    wrong[1].identity.contentVersion = std::string(16, '0');
    CHECK(codeOf(cache->store(wrong)) == "cache.mismatch");

    std::vector<IncomingObject> empty = batchOf(1, 1);
    empty[0].bytes = nullptr;
    CHECK(codeOf(cache->store(empty)) == "cache.malformed");
    CHECK(cache->store({})->stored == 0);
    CHECK(cache->studies()->empty());
    CHECK(codeOf(cache->store(batchOf(1, 3))) == "ok");
}

TEST_CASE("threads read while one writes", "[core][cache]")
{
    const bool onDisk = GENERATE(true, false);
    const akari::test::TempFolder folder;
    const auto cache = openOf(onDisk, folder);
    const auto first = batchOf(1, 4, 5000);
    REQUIRE(cache->store(first));
    std::atomic<bool> done{false};
    std::atomic<int> wrong{0};
    std::vector<std::thread> readers;
    for (int t = 0; t < 3; ++t) {
        readers.emplace_back([&] {
            while (!done) {
                for (const IncomingObject& object : first) {
                    const auto bytes = cache->read(object.identity);
                    wrong += !bytes || **bytes != *object.bytes;
                }
                wrong += cache->objects("ward", kStudy, kSeries).value().size() % 4 != 0;
                const auto headers = cache->headers("ward", kStudy, kSeries);
                wrong += !headers || headers->size() % 4 != 0;
            }
        });
    }
    for (int round = 1; round <= 20; ++round) {
        REQUIRE(cache->store(batchOf(round * 4 + 1, 4, 5000)));
    }
    done = true;
    for (auto& reader : readers) {
        reader.join();
    }
    CHECK(wrong == 0);
    CHECK(cache->objects("ward", kStudy, kSeries)->size() == 84);
}
