// Decoded twins: lossless, bound to their frame, never another's; and the index that had none.
#include <fstream>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/cache/Cache.h"
#include "tests/core/cache/Batches.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::cache;
using namespace akari::cache::test;
namespace fs = std::filesystem;

namespace twin_test {

namespace {

std::unique_ptr<Cache> openAt(const fs::path& folder, bool readOnly = false)
{
    auto cache = Cache::open(folder, vault::Key(Bytes(32, 5)), readOnly);
    REQUIRE(codeOf(cache) == "ok");
    return std::move(*cache);
}

fs::path twinPackIn(const fs::path& folder)
{
    for (const auto& entry : fs::directory_iterator(folder / "packs")) {
        if (entry.path().extension() == ".twin") {
            return entry.path();
        }
    }
    return {};
}

Twin twinOf(const IncomingObject& object, std::size_t size, int frame = 1, std::string decoding = "akari test 1")
{
    return {{object.identity, FrameNumber{frame}, std::move(decoding)},
            *patternBytes(size, static_cast<unsigned>(size) + static_cast<unsigned>(frame))};
}

Bytes wholeFile(const fs::path& path)
{
    std::ifstream in(path, std::ios::binary);
    return Bytes(std::istreambuf_iterator<char>(in), {});
}

void overwrite(const fs::path& path, const Bytes& bytes)
{
    std::ofstream(path, std::ios::binary).write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

} // namespace

TEST_CASE("packTwin keeps every bit of every form", "[core][cache]")
{
    std::minstd_rand random(7);
    for (const int size : {1, 2, 4}) {
        for (const int samples : {1, 3}) {
            for (const auto& [rows, columns] : {std::pair{1u, 1u}, {7u, 1u}, {1u, 9u}, {33u, 64u}, {64u, 31u}}) {
                TwinImage image{rows, columns, static_cast<std::uint16_t>(samples), static_cast<std::uint16_t>(size), {}};
                image.samples.resize(std::size_t{rows} * columns * static_cast<std::size_t>(samples * size));
                for (std::size_t i = 0; i < image.samples.size(); ++i) { // smooth, noise and the extremes
                    image.samples[i] = i % 3 == 0   ? static_cast<std::uint8_t>(random() >> 8)
                                       : i % 7 == 0 ? 0xff
                                                    : static_cast<std::uint8_t>(i / 5);
                }
                const Bytes packed = packTwin(image);
                TwinImage back;
                REQUIRE(unpackTwin(packed, back));
                REQUIRE(back.samples == image.samples);
                REQUIRE(back.rows == rows);
                REQUIRE(back.columns == columns);
                REQUIRE(back.samplesPerPixel == samples);
                REQUIRE(back.bytesPerSample == size);
                REQUIRE_FALSE(unpackTwin(BytesView(packed).first(packed.size() - 1), back));
                REQUIRE_FALSE(unpackTwin(BytesView(packed).first(10), back));
            }
        }
    }
    CHECK(packTwin({2, 2, 1, 2, Bytes(7)}).empty()); // contradicts itself
    CHECK(packTwin({2, 2, 2, 2, Bytes(16)}).empty());
    Bytes bomb = packTwin({16, 16, 1, 2, Bytes(512)});
    bomb[4] = 0xff; // more rows than there are samples for
    TwinImage image;
    CHECK_FALSE(unpackTwin(bomb, image));
}

TEST_CASE("a twin is read back for its own frame, version and decoder alone", "[core][cache][hazard20]")
{
    const akari::test::TempFolder folder;
    const auto cache = openAt(folder.path());
    const auto objects = batchOf(1, 3);
    REQUIRE(cache->store(objects));
    const std::vector<Twin> twins{twinOf(objects[0], 70'000), twinOf(objects[1], 2'500'000, 1), twinOf(objects[1], 900, 2)};
    REQUIRE(codeOf(cache->storeTwins(twins)) == "ok");
    for (const Twin& twin : twins) {
        const auto read = cache->readTwin(twin.key);
        REQUIRE(codeOf(read) == "ok");
        CHECK(**read == twin.packed);
    }
    TwinKey other = twins[0].key;
    other.frame = FrameNumber{2};
    CHECK(codeOf(cache->readTwin(other)) == "cache.absent");
    other = twins[0].key;
    other.decoding = "akari test 2";
    CHECK(codeOf(cache->readTwin(other)) == "cache.absent");
    other = twins[0].key;
    other.identity.contentVersion = "0123456789abcdef";
    CHECK(codeOf(cache->readTwin(other)) == "cache.absent");
    other = twins[0].key;
    other.identity.archive = "elsewhere";
    CHECK(codeOf(cache->readTwin(other)) == "cache.absent");
    const Twin foreign{other, Bytes(10, 1)};
    CHECK(codeOf(cache->storeTwins({&foreign, 1})) == "cache.absent");

    REQUIRE(cache->dropObject(objects[1].identity));
    CHECK(codeOf(cache->readTwin(twins[1].key)) == "cache.absent");
    CHECK(cache->usage()->twinBytes > 2'500'000);
    REQUIRE(cache->removeStudy("ward", kStudy));
    CHECK(fs::is_empty(folder.path() / "packs"));
}

TEST_CASE("chunks of twins that are flipped, cut, reordered, swapped or replayed are damage", "[core][cache][hazard20]")
{
    const akari::test::TempFolder folder;
    const auto cache = openAt(folder.path());
    const auto objects = batchOf(1, 2);
    REQUIRE(cache->store(objects));
    constexpr std::size_t kChunk = 1024 * 1024 + 16;
    // Two of the same length: nothing but what they are bound to tells them apart.
    const std::vector<Twin> twins{twinOf(objects[0], 2 * 1024 * 1024), twinOf(objects[1], 2 * 1024 * 1024)};
    REQUIRE(cache->storeTwins(twins));
    const fs::path pack = twinPackIn(folder.path());
    const Bytes whole = wholeFile(pack);
    REQUIRE(whole.size() == 4 * kChunk);
    const auto at = [&](std::size_t chunk) { return whole.begin() + static_cast<std::ptrdiff_t>(chunk * kChunk); };
    const auto codes = [&] { return codeOf(cache->readTwin(twins[0].key)) + ' ' + codeOf(cache->readTwin(twins[1].key)); };

    Bytes changed = whole;
    changed[kChunk + 5] ^= 1;
    overwrite(pack, changed);
    CHECK(codes() == "cache.damaged ok");
    changed = whole;
    std::copy(at(0), at(1), changed.begin() + kChunk); // the first chunk again in the second's place
    overwrite(pack, changed);
    CHECK(codes() == "cache.damaged ok");
    std::copy(at(1), at(2), changed.begin()); // reordered
    overwrite(pack, changed);
    CHECK(codes() == "cache.damaged ok");
    changed = whole;
    std::copy(at(2), at(4), changed.begin()); // one twin in the other's place
    std::copy(at(0), at(2), changed.begin() + 2 * kChunk);
    overwrite(pack, changed);
    CHECK(codes() == "cache.damaged cache.damaged");
    overwrite(pack, Bytes(whole.begin(), whole.end() - 1)); // truncated
    CHECK(codes() == "ok cache.damaged");

    // An earlier segment's bytes played back in a later one's place.
    overwrite(pack, whole);
    const Twin again = twinOf(objects[0], 2 * 1024 * 1024);
    REQUIRE(cache->storeTwins({&again, 1}));
    Bytes replayed = wholeFile(pack);
    REQUIRE(replayed.size() == 6 * kChunk);
    std::copy(at(0), at(2), replayed.begin() + 4 * kChunk);
    overwrite(pack, replayed);
    CHECK(codes() == "cache.damaged ok");
    fs::remove(pack);
    CHECK(codes() == "cache.absent cache.absent");
    CHECK(**cache->read(objects[0].identity) == *objects[0].bytes);
}

TEST_CASE("twins go before studies do, and take no more than their share", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const auto cache = openAt(folder.path());
    REQUIRE(cache->setQuota(4'000'000));
    std::vector<IncomingObject> objects = batchOf(1, 2, 400'000);
    objects[1].identity.study = StudyInstanceUid("1.2.3.4");
    REQUIRE(cache->store(std::span(objects).first(1)));
    REQUIRE(cache->store(std::span(objects).last(1)));
    const std::vector<Twin> twins{twinOf(objects[0], 600'000), twinOf(objects[1], 600'000)};
    REQUIRE(cache->storeTwins(std::span(twins).first(1)));
    const Twin large = twinOf(objects[0], 500'000, 2);
    CHECK(codeOf(cache->storeTwins({&large, 1})) == "cache.quota"); // above a quarter, and nobody else has any
    REQUIRE(cache->storeTwins(std::span(twins).last(1)));           // the other study's go
    CHECK(codeOf(cache->readTwin(twins[0].key)) == "cache.absent");
    CHECK(codeOf(cache->readTwin(twins[1].key)) == "ok");
    REQUIRE(cache->store(batchOf(10, 7, 400'000)));
    CHECK(codeOf(cache->readTwin(twins[1].key)) == "cache.absent");
    CHECK(cache->studies()->size() == 2);
}

TEST_CASE("bytes of twins that were never committed, or lost, cost nothing but the twins", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const auto objects = batchOf(1, 2);
    const std::vector<Twin> twins{twinOf(objects[0], 5000), twinOf(objects[1], 5000)};
    {
        const auto cache = openAt(folder.path());
        REQUIRE(cache->store(objects));
        REQUIRE(cache->storeTwins(twins));
    }
    const fs::path pack = twinPackIn(folder.path());
    const auto size = fs::file_size(pack);
    std::ofstream(pack, std::ios::app) << "a torn tail";
    {
        const auto cache = openAt(folder.path());
        CHECK(fs::file_size(pack) == size);
        CHECK(codeOf(cache->readTwin(twins[1].key)) == "ok");
    }
    fs::resize_file(pack, size - 1);
    const auto cache = openAt(folder.path());
    CHECK(codeOf(cache->readTwin(twins[0].key)) == "cache.absent");
    CHECK(codeOf(cache->read(objects[0].identity)) == "ok");
    REQUIRE(cache->storeTwins(twins));
    CHECK(codeOf(cache->readTwin(twins[1].key)) == "ok");
}

TEST_CASE("an index of the first form opens, keeps its objects, and leaves a copy", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const auto objects = batchOf(1, 4);
    {
        const auto cache = openAt(folder.path());
        REQUIRE(cache->store(objects));
    }
    {
        // As the first form was: neither last use nor twins.
        SQLite::Database index((folder.path() / "index.sqlite").string(), SQLite::OPEN_READWRITE);
        index.exec(
            "DROP INDEX seriesPacks; DROP TABLE twins; DROP TABLE twinSegments; ALTER TABLE studies DROP COLUMN lastUsed; ALTER TABLE series DROP COLUMN twinPack;"
            "ALTER TABLE series DROP COLUMN twinEnd; PRAGMA user_version = 1");
    }
    {
        const auto reader = openAt(folder.path(), true); // a reader takes it as it is
        CHECK(reader->objects("ward", kStudy, kSeries)->size() == 4);
        CHECK(codeOf(reader->readTwin(twinOf(objects[0], 10).key)) == "cache.absent");
        CHECK(reader->usage()->studies == 1);
    }
    const fs::path copy = folder.path() / "index.sqlite.before-2";
    {
        const auto cache = openAt(folder.path());
        CHECK(fs::exists(copy));
        for (const IncomingObject& object : objects) {
            CHECK(**cache->read(object.identity) == *object.bytes);
        }
        const Twin twin = twinOf(objects[0], 10);
        CHECK(codeOf(cache->storeTwins({&twin, 1})) == "ok");
        SQLite::Database old(copy.string(), SQLite::OPEN_READONLY);
        CHECK(old.execAndGet("PRAGMA user_version").getInt() == 1);
        CHECK(old.execAndGet("SELECT COUNT(*) FROM objects").getInt() == 4);
    }
    const auto cache = openAt(folder.path());
    CHECK_FALSE(fs::exists(copy)); // today's form has been opened
    CHECK(cache->objects("ward", kStudy, kSeries)->size() == 4);
}

TEST_CASE("a migration that fails leaves the older index as it was", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const auto objects = batchOf(1, 2);
    {
        const auto cache = openAt(folder.path());
        REQUIRE(cache->store(objects));
    }
    const fs::path file = folder.path() / "index.sqlite";
    {
        SQLite::Database index(file.string(), SQLite::OPEN_READWRITE);
        index.exec("PRAGMA user_version = 1"); // its second step can't be taken: the columns are there
    }
    CHECK(codeOf(Cache::open(folder.path(), vault::Key(Bytes(32, 5)), false)) != "ok");
    SQLite::Database index(file.string(), SQLite::OPEN_READONLY);
    CHECK(index.execAndGet("PRAGMA user_version").getInt() == 1);
    CHECK(index.execAndGet("SELECT COUNT(*) FROM objects").getInt() == 2);
}

} // namespace twin_test
