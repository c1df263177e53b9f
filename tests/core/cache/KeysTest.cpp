// One key per archive: what it opens, what its destruction closes, and caches from before there was one.
#include <algorithm>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/base/FileIo.h"
#include "core/cache/Cache.h"
#include "core/cache/Index.h"
#include "core/vault/Folder.h"
#include "tests/core/cache/Batches.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::cache;
using namespace akari::cache::test;
namespace fs = std::filesystem;

namespace {

vault::Key master()
{
    return vault::Key(Bytes(32, 0x17));
}

std::unique_ptr<vault::DataKeys> keysAt(const fs::path& folder, bool readOnly = false)
{
    return vault::DataKeys::open(folder / "keys.json", vault::derive(master(), {}, "akari data keys"), {}, readOnly).value();
}

vault::Key firstKey()
{
    return vault::derive(master(), {}, "akari cache");
}

Result<std::unique_ptr<Cache>> openWith(const fs::path& folder, vault::KeySource& keys, bool readOnly = false)
{
    const vault::Key first = firstKey();
    return Cache::open(folder / "cache", keys, &first, readOnly);
}

std::vector<IncomingObject> batchIn(const std::string& archive, int first, int count)
{
    std::vector<IncomingObject> batch;
    for (int i = first; i < first + count; ++i) {
        batch.push_back(objectOf(patternBytes(2000, static_cast<unsigned>(i)), i, archive));
    }
    return batch;
}

StudyRecord studyIn(const std::string& archive)
{
    StudyRecord study;
    study.archive = archive;
    study.study = kStudy;
    study.patientId = "PID of " + archive;
    study.expected = 3;
    return study;
}

// A cache as it was written before archives had keys, by its own steps and its own derivations.
void writeFirstFormat(const fs::path& folder, const std::vector<IncomingObject>& batch)
{
    REQUIRE(vault::makePrivateFolder(folder));
    REQUIRE(vault::makePrivateFolder(folder / "packs"));
    const vault::Key key = firstKey();
    const Sealing sealing = Sealing::firstFormat(key);
    Connection connection(folder / "index.sqlite", Connection::Mode::Write);
    connection.makeTables();
    std::vector<const IncomingObject*> objects;
    for (const IncomingObject& object : batch) {
        objects.push_back(&object);
    }
    {
        Bytes mark = vault::keyedHash(vault::derive(key, {}, "akari cache lookup"), asText(FieldWriter().text("key check").bytes()));
        mark.resize(16);
        Query(connection.prepared("INSERT OR IGNORE INTO settings(name, value) VALUES('key', ?)")).with(mark).run();
    }
    IndexWriter index(connection, sealing);
    const ObjectIdentity& id = batch.front().identity;
    index.setStudyFields(index.ensureStudy(id.archive, id.study), studyIn(id.archive));
    const SeriesRow series = index.ensureSeries(id.archive, id.study, id.series);
    SegmentPlan plan = planSegment(0, objects);
    plan.salt = randomBytes(32);
    {
        const PackFile pack = PackFile::openToWrite(folder / "packs" / series.pack);
        writeSegment(pack, sealing, objects, plan);
        pack.flush();
    }
    const std::int64_t segment = index.addSegment(series.id, plan);
    for (std::size_t i = 0; i < objects.size(); ++i) {
        index.addObject(series.id, segment, *objects[i], plan.objects[i]);
    }
    index.setPackEnd(series.id, plan.end);
    index.recount(series);
    // The derivations of the first format, spelt out.
    Query row(connection.prepared("SELECT salt, studies.key, studies.identity FROM segments, studies"));
    REQUIRE(row.next());
    REQUIRE(row.blob(0).size() == 32);
    const Bytes binding = FieldWriter().text("akari cache row").text("study identity").text(asText(row.blob(1))).bytes();
    REQUIRE(vault::open(vault::derive(key, {}, "akari cache rows"), row.blob(2), binding));
    const Bytes salt(row.blob(0).begin(), row.blob(0).end());
    REQUIRE(toHex(sealing.segmentKey(salt).bytes()) ==
            toHex(vault::derive(vault::derive(key, {}, "akari cache packs"), salt, "akari pack segment").bytes()));
}

void checkWhole(const Cache& cache, const std::vector<IncomingObject>& batch)
{
    const ObjectIdentity& id = batch.front().identity;
    CHECK(cache.study(id.archive, kStudy).value().value().patientId == "PID of " + id.archive);
    for (const IncomingObject& object : batch) {
        CHECK(**cache.read(object.identity) == *object.bytes);
        CHECK(cache.findObject(object.identity.sop)->size() >= 1);
    }
    const auto headers = cache.headers(id.archive, id.study, id.series).value();
    REQUIRE(headers.size() == batch.size());
    CHECK(std::equal(headers[0].header->begin(), headers[0].header->end(), batch[0].bytes->begin()));
}

} // namespace

TEST_CASE("each archive has a key, imported media share one", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const auto keys = keysAt(folder.path());
    auto cache = openWith(folder.path(), *keys).value();
    const auto ward = batchIn("ward", 1, 3);
    for (const auto& batch : {ward, batchIn("clinic", 1, 3), batchIn("import:000000000001", 4, 2), batchIn("import:000000000002", 6, 2)}) {
        REQUIRE(cache->putStudy(studyIn(batch.front().identity.archive)));
        REQUIRE(cache->store(batch));
        checkWhole(*cache, batch);
    }
    std::vector<std::string> names;
    for (const auto& key : keys->all()) {
        names.push_back(key->name);
    }
    CHECK(names == std::vector<std::string>{"cache", "archive ward", "archive clinic", "imports"});
    CHECK(cache->findStudy(kStudy)->size() == 4);
    CHECK(cache->findSeries(kSeries)->size() == 4);
    CHECK(cache->findObject(ward[0].identity.sop)->size() == 2);
    CHECK_FALSE(cache->contains({"nowhere", kStudy, kSeries, ward[0].identity.sop, {}}).value());
    CHECK(keys->all().size() == 4); // asking makes no key
    // A reader of its own that saw the keys before they were made.
    const auto readersKeys = keysAt(folder.path(), true);
    const auto reader = openWith(folder.path(), *readersKeys, true).value();
    REQUIRE(cache->store(batchIn("late", 1, 3)));
    REQUIRE(cache->putStudy(studyIn("late")));
    checkWhole(*reader, batchIn("late", 1, 3));
}

TEST_CASE("studies of several archives, one among another's, are opened each under its own key", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const auto keys = keysAt(folder.path());
    auto cache = openWith(folder.path(), *keys).value();
    const std::vector<std::string> archives{"ward", "clinic", "import:000000000001"};
    std::vector<StudyRecord> studies;
    for (int i = 0; i < 200; ++i) {
        studies.push_back(studyIn(archives[static_cast<std::size_t>(i) % archives.size()]));
        studies.back().study = StudyInstanceUid("1.2.7." + std::to_string(i));
    }
    REQUIRE(cache->putStudies(studies));
    const auto all = cache->studies().value();
    REQUIRE(all.size() == studies.size());
    for (std::size_t i = 0; i < all.size(); ++i) {
        CHECK(all[i].study == studies[i].study);
        CHECK(all[i].patientId == "PID of " + studies[i].archive);
    }
    REQUIRE(keys->destroy(dataKeyName("clinic")));
    REQUIRE(cache->removeUnreadable());
    const auto left = cache->studies().value();
    CHECK(left.size() == 133);
    CHECK(std::none_of(left.begin(), left.end(), [](const StudyRecord& study) { return study.archive == "clinic"; }));
}

TEST_CASE("a destroyed key closes every copy of its archive's packs and rows, and no other's", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const fs::path copy = folder.path() / "copy";
    const auto ward = batchIn("ward", 1, 3);
    const auto clinic = batchIn("clinic", 1, 3);
    {
        const auto keys = keysAt(folder.path());
        auto cache = openWith(folder.path(), *keys).value();
        for (const auto& batch : {ward, clinic}) {
            REQUIRE(cache->putStudy(studyIn(batch.front().identity.archive)));
            REQUIRE(cache->store(batch));
        }
    }
    fs::create_directories(copy);
    fs::copy(folder.path() / "cache", copy / "cache", fs::copy_options::recursive); // while the key was there
    {
        const auto keys = keysAt(folder.path());
        auto cache = openWith(folder.path(), *keys).value();
        const std::uint64_t before = cache->usage().value().bytes;
        REQUIRE(keys->destroy(dataKeyName("ward")));
        REQUIRE(cache->removeUnreadable());
        CHECK(cache->usage().value().bytes < before);
        CHECK(cache->studies()->size() == 1);
        CHECK(codeOf(cache->read(ward[0].identity)) == "cache.absent");
        checkWhole(*cache, clinic);
        CHECK(std::distance(fs::directory_iterator(folder.path() / "cache" / "packs"), fs::directory_iterator()) == 1);
        // The archive may come again, under a key of its own.
        REQUIRE(cache->putStudy(studyIn("ward")));
        REQUIRE(cache->store(ward));
        checkWhole(*cache, ward);
    }
    // The copy with the data folder's master key and all keys that it still has.
    fs::copy_file(folder.path() / "keys.json", copy / "keys.json");
    const auto keys = keysAt(copy);
    const auto cache = openWith(copy, *keys).value();
    CHECK(cache->studies()->size() == 1);
    CHECK(cache->findStudy(kStudy)->size() == 1);
    CHECK(cache->findObject(ward[0].identity.sop)->size() == 1);
    CHECK(codeOf(cache->read(ward[0].identity)) == "cache.absent");
    checkWhole(*cache, clinic);
    // Nor by hand: no key that can be had opens a row or a segment of it, nor makes its lookup hashes.
    Connection connection(copy / "cache" / "index.sqlite", Connection::Mode::Read);
    Query rows(connection.prepared("SELECT studies.key, studies.uid, studies.identity, segments.salt FROM studies "
                                   "JOIN series ON series.study = studies.id JOIN segments ON segments.series = series.id"));
    const vault::Key first = firstKey();
    int closed = 0;
    for (int count = 0; rows.next(); ++count) {
        int opened = 0;
        std::vector<Sealing> sealings;
        sealings.push_back(Sealing(*keys));
        for (const auto& key : keys->all()) {
            sealings.push_back(Sealing::firstFormat(key->key));
        }
        sealings.push_back(Sealing::firstFormat(first));
        for (const Sealing& sealing : sealings) {
            for (const BytesView sealed : {rows.blob(2), rows.blob(2).subspan(16)}) {
                try {
                    opened += sealing.openRow("study identity", rows.blob(0), sealed).empty() ? 0 : 1;
                } catch (const std::exception&) {
                }
            }
            for (const std::string archive : {"ward", "clinic"}) {
                const Bytes key = sealing.studyKey(archive, kStudy);
                const Bytes uid = sealing.uidKey(archive, "study uid", kStudy.value);
                opened += std::ranges::equal(key, rows.blob(0)) || std::ranges::equal(uid, rows.blob(1)) ? 1 : 0;
            }
        }
        closed += opened == 0 ? 1 : 0;
    }
    CHECK(closed == 1);
}

TEST_CASE("a cache of the first format opens, for readers as it is, for a writer made over", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const auto ward = batchIn("ward", 1, 3);
    auto clinic = batchIn("clinic", 1, 3);
    writeFirstFormat(folder.path() / "cache", ward);
    writeFirstFormat(folder.path() / "cache", clinic);
    {
        const auto keys = keysAt(folder.path(), true);
        const auto reader = openWith(folder.path(), *keys, true).value();
        checkWhole(*reader, ward);
        checkWhole(*reader, clinic);
        CHECK(reader->studies()->size() == 2);
    }
    fs::create_directories(folder.path() / "before");
    fs::copy(folder.path() / "cache", folder.path() / "before" / "cache", fs::copy_options::recursive);
    for (int round = 0; round < 2; ++round) {
        const auto keys = keysAt(folder.path());
        const auto cache = openWith(folder.path(), *keys).value();
        checkWhole(*cache, ward);
        checkWhole(*cache, clinic);
        CHECK(cache->findStudy(kStudy)->size() == 2);
        REQUIRE(cache->store(ward));
        CHECK(cache->objects("ward", kStudy, kSeries)->size() == 3);
    }
    // Nothing of the old key's is left: with the master key, but without an archive's, nothing opens.
    const auto keys = keysAt(folder.path());
    REQUIRE(keys->destroy(dataKeyName("ward")));
    const auto cache = openWith(folder.path(), *keys).value();
    CHECK(cache->studies()->size() == 1);
    checkWhole(*cache, clinic);
    const Sealing old = Sealing::firstFormat(firstKey());
    Connection connection(folder.path() / "cache" / "index.sqlite", Connection::Mode::Read);
    Query rows(connection.prepared("SELECT key, identity FROM studies"));
    while (rows.next()) {
        for (const BytesView sealed : {rows.blob(1), rows.blob(1).subspan(16)}) {
            CHECK_THROWS(old.openRow("study identity", rows.blob(0), sealed));
        }
    }
    // Another folder's key is neither.
    const auto others = vault::DataKeys::open(folder.path() / "other.json", vault::Key(Bytes(32, 1)), {}, false).value();
    const vault::Key wrong(Bytes(32, 2));
    CHECK(codeOf(Cache::open(folder.path() / "before" / "cache", *others, &wrong, false)) == "cache.foreign");
    CHECK(codeOf(Cache::open(folder.path() / "before" / "cache", *others, nullptr, true)) == "cache.foreign");
}
