// What only the cache on disk can do wrong: damage, crashes, full disks, words in clear.
#include <csignal>
#include <fstream>
#include <set>

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/resource.h>
#include <unistd.h>

#include "core/base/FileIo.h"
#include "core/base/Log.h"
#include "core/base/Process.h"
#include "core/cache/Cache.h"
#include "tests/core/cache/Batches.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::cache;
using namespace akari::cache::test;
using namespace std::chrono_literals;
namespace fs = std::filesystem;

namespace {

Result<std::unique_ptr<Cache>> openAt(const fs::path& folder, bool readOnly = false)
{
    return Cache::open(folder, vault::Key(Bytes(32, 5)), readOnly);
}

std::vector<fs::path> packsIn(const fs::path& folder)
{
    std::vector<fs::path> packs;
    for (const auto& entry : fs::directory_iterator(folder / "packs")) {
        packs.push_back(entry.path());
    }
    return packs;
}

void flipBit(const fs::path& file, std::uint64_t bit)
{
    std::fstream stream(file, std::ios::in | std::ios::out | std::ios::binary);
    stream.seekg(static_cast<std::streamoff>(bit / 8));
    const int byte = stream.get();
    stream.seekp(static_cast<std::streamoff>(bit / 8));
    stream.put(static_cast<char>(byte ^ (1 << bit % 8)));
    REQUIRE(stream.good());
}

} // namespace

TEST_CASE("a reopened cache holds what was stored", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const auto batch = batchOf(1, 5);
    {
        auto cache = openAt(folder.path());
        REQUIRE(cache);
        REQUIRE((*cache)->store(batch));
        CHECK((*cache)->bytesOnDisk() > 5 * 2000);
    }
    auto cache = openAt(folder.path());
    REQUIRE(cache);
    REQUIRE((*cache)->store(batchOf(6, 5)));
    for (const IncomingObject& object : batch) {
        CHECK(**(*cache)->read(object.identity) == *object.bytes);
    }
    CHECK((*cache)->headers("ward", kStudy, kSeries)->size() == 10);

    auto reader = openAt(folder.path(), true);
    REQUIRE(codeOf(reader) == "ok");
    CHECK((*reader)->objects("ward", kStudy, kSeries)->size() == 10);
    CHECK(codeOf((*reader)->store(batchOf(20, 1))) == "cache.readonly");
    CHECK(codeOf((*reader)->removeStudy("ward", kStudy)) == "cache.readonly");
    CHECK(codeOf(openAt(folder.path() / "nothing", true)) == "cache.absent");
}

TEST_CASE("one flipped bit anywhere in a pack costs that object alone", "[core][cache]")
{
    const akari::test::TempFolder folder;
    auto cache = openAt(folder.path());
    REQUIRE(cache);
    std::vector<IncomingObject> objects;
    for (const std::size_t size : {700u, 1'200'000u, 40u}) {
        objects.push_back(objectOf(patternBytes(size, static_cast<unsigned>(size)), static_cast<int>(objects.size())));
    }
    REQUIRE((*cache)->store(objects));
    objects.push_back(objectOf(patternBytes(900, 3), 3));
    REQUIRE((*cache)->store(std::span(objects).last(1)));
    const fs::path pack = packsIn(folder.path()).at(0);
    const std::uint64_t bits = fs::file_size(pack) * 8;
    std::vector<std::uint64_t> tried; // closely where the small pieces lie, every now and then in the large object
    for (std::uint64_t bit = 0; bit < bits; bit += bit > 8000 && bit < 9'600'000 ? std::min<std::uint64_t>(300'007, 9'600'001 - bit) : 61) {
        tried.push_back(bit);
    }
    log::setLevel(log::Level::Error);
    std::set<std::size_t> hit;
    int headersHit = 0;
    for (const std::uint64_t bit : tried) {
        flipBit(pack, bit);
        std::size_t failures = 0;
        for (std::size_t i = 0; i < objects.size(); ++i) {
            const auto bytes = (*cache)->read(objects[i].identity);
            if (bytes) {
                REQUIRE(**bytes == *objects[i].bytes);
            } else {
                REQUIRE(bytes.error().code == "cache.damaged");
                hit.insert(i);
                ++failures;
            }
        }
        const auto headers = (*cache)->headers("ward", kStudy, kSeries);
        REQUIRE(codeOf(headers) == "ok");
        for (std::size_t i = 0; i < objects.size(); ++i) {
            REQUIRE(std::equal((*headers)[i].header->begin(), (*headers)[i].header->end(), objects[i].bytes->begin()));
        }
        REQUIRE(failures <= 1);
        headersHit += failures == 0;
        flipBit(pack, bit);
    }
    log::setLevel(log::Level::Warning);
    CHECK(hit.size() == objects.size());
    CHECK(headersHit > 0);

    flipBit(pack, 100);
    REQUIRE(codeOf((*cache)->read(objects[0].identity)) == "cache.damaged");
    REQUIRE((*cache)->dropObject(objects[0].identity));
    CHECK(codeOf((*cache)->read(objects[0].identity)) == "cache.absent");
    REQUIRE((*cache)->store(std::span(objects).first(1)));
    CHECK(**(*cache)->read(objects[0].identity) == *objects[0].bytes);
}

TEST_CASE("who reads a damaged object tells of it, and dropped it is missed rather than replaced by an older version", "[core][cache]")
{
    const akari::test::TempFolder folder;
    auto cache = openAt(folder.path());
    REQUIRE(cache);
    std::vector<ObjectIdentity> told;
    CachePorts ports;
    ports.damaged = [&](const ObjectIdentity& identity) { told.push_back(identity); };
    (*cache)->connect(ports);
    const IncomingObject old = objectOf(patternBytes(2000, 90), 1);
    REQUIRE((*cache)->store(std::vector{old}));
    const auto batch = batchOf(1, 3);
    REQUIRE((*cache)->store(batch)->changed.size() == 1);
    StudyRecord study;
    study.archive = "ward";
    study.study = kStudy;
    study.expected = 3;
    REQUIRE((*cache)->putStudy(study));
    REQUIRE((*cache)->markComplete("ward", kStudy, true, "2026-01-02T03:04:05Z"));
    REQUIRE((*cache)->study("ward", kStudy).value()->complete);

    const fs::path pack = packsIn(folder.path()).at(0);
    log::setLevel(log::Level::Error);
    flipBit(pack, fs::file_size(pack) * 8 - 80); // the header block: costs time only
    REQUIRE((*cache)->headers("ward", kStudy, kSeries)->size() == 3);
    CHECK(told.empty());
    const std::uint64_t secondSegment = 2000 + 16; // and the header block of the first
    std::uint64_t inNewest = 0;
    for (std::uint64_t at = secondSegment; inNewest == 0 && at < fs::file_size(pack); at += 100) {
        flipBit(pack, at * 8);
        inNewest = (*cache)->read(batch[0].identity) ? 0 : at;
        if (inNewest == 0) {
            flipBit(pack, at * 8);
        }
    }
    REQUIRE(inNewest != 0);
    CHECK(told == std::vector{batch[0].identity});
    CHECK(codeOf((*cache)->headers("ward", kStudy, kSeries)) == "cache.damaged");
    CHECK(told.size() == 2);
    log::setLevel(log::Level::Warning);

    REQUIRE((*cache)->dropDamaged(batch[0].identity));
    CHECK(codeOf((*cache)->dropDamaged(batch[0].identity)) == "cache.absent");
    ObjectIdentity any = batch[0].identity;
    any.contentVersion.clear();
    CHECK_FALSE((*cache)->contains(any).value());
    CHECK((*cache)->objects("ward", kStudy, kSeries)->size() == 2);
    CHECK((*cache)->study("ward", kStudy).value()->stored == 2);
    CHECK_FALSE((*cache)->study("ward", kStudy).value()->complete);
    CHECK((*cache)->study("ward", kStudy).value()->lastSync == "2026-01-02T03:04:05Z");
    CHECK(**(*cache)->read(old.identity) == *old.bytes);

    SECTION("the same bytes come again")
    {
        CHECK((*cache)->store(std::span(batch).first(1))->stored == 1);
        CHECK(**(*cache)->read(any) == *batch[0].bytes);
    }
    SECTION("the older ones come again, and are there from then on")
    {
        CHECK((*cache)->store(std::vector{old})->stored == 0);
        CHECK(**(*cache)->read(any) == *old.bytes);
    }
    CHECK((*cache)->study("ward", kStudy).value()->stored == 3);
    // Three objects are three again, but nobody has compared them with the archive since.
    CHECK_FALSE((*cache)->study("ward", kStudy).value()->complete);
}

TEST_CASE("importing again replaces what is damaged; what is whole is a duplicate", "[core][cache]")
{
    const akari::test::TempFolder folder;
    auto cache = openAt(folder.path());
    REQUIRE(cache);
    std::vector<IncomingObject> batch;
    for (int i = 1; i <= 3; ++i) {
        batch.push_back(objectOf(patternBytes(2000, static_cast<unsigned>(i)), i, "import:0123456789ab"));
    }
    REQUIRE((*cache)->store(batch));
    flipBit(packsIn(folder.path()).at(0), 100);
    REQUIRE(codeOf((*cache)->read(batch[0].identity)) == "cache.damaged");
    const auto report = (*cache)->store(batch);
    CHECK(report->stored == 1);
    CHECK(report->duplicate == 2);
    CHECK(report->changed.empty());
    CHECK((*cache)->study("import:0123456789ab", kStudy).value()->stored == 3);
    for (const IncomingObject& object : batch) {
        CHECK(**(*cache)->read(object.identity) == *object.bytes);
    }
}

TEST_CASE("a pack that was cut or is gone is damage, not a crash", "[core][cache]")
{
    const akari::test::TempFolder folder;
    auto cache = openAt(folder.path());
    REQUIRE(cache);
    const auto batch = batchOf(1, 3);
    REQUIRE((*cache)->store(batch));
    const fs::path pack = packsIn(folder.path()).at(0);
    fs::resize_file(pack, 2500);
    CHECK(codeOf((*cache)->read(batch[0].identity)) == "ok");
    CHECK(codeOf((*cache)->read(batch[1].identity)) == "cache.damaged");
    CHECK(codeOf((*cache)->read(batch[2].identity)) == "cache.damaged");
    fs::remove(pack);
    CHECK(codeOf((*cache)->read(batch[0].identity)) == "cache.damaged");
    CHECK(codeOf((*cache)->headers("ward", kStudy, kSeries)) == "cache.damaged");
}

TEST_CASE("bytes and packs that no row names are removed at the next start", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const auto batch = batchOf(1, 3);
    {
        auto cache = openAt(folder.path());
        REQUIRE(cache);
        REQUIRE((*cache)->store(batch));
    }
    const fs::path pack = packsIn(folder.path()).at(0);
    const auto size = fs::file_size(pack);
    std::ofstream(pack, std::ios::app) << "half a segment, before its rows were committed";
    REQUIRE(writeAtomically(folder.path() / "packs" / "00.pack", asBytes("first segment of a series, never committed")));
    auto cache = openAt(folder.path());
    REQUIRE(cache);
    CHECK(packsIn(folder.path()) == std::vector{pack});
    CHECK(fs::file_size(pack) == size);
    CHECK(**(*cache)->read(batch[2].identity) == *batch[2].bytes);
}

TEST_CASE("an index that lost its last commit in a power cut is consistent", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const fs::path saved = folder.path() / "saved.sqlite";
    const fs::path at = folder.path() / "cache";
    const auto first = batchOf(1, 3);
    const auto second = batchOf(4, 3);
    {
        REQUIRE((*openAt(at))->store(first));
        fs::copy_file(at / "index.sqlite", saved);
        REQUIRE((*openAt(at))->store(second));
    }
    fs::copy_file(saved, at / "index.sqlite", fs::copy_options::overwrite_existing);
    auto cache = openAt(at);
    REQUIRE(cache);
    CHECK((*cache)->objects("ward", kStudy, kSeries)->size() == 3);
    REQUIRE((*cache)->store(second)->stored == 3);
    for (const auto& batch : {first, second}) {
        for (const IncomingObject& object : batch) {
            CHECK(**(*cache)->read(object.identity) == *object.bytes);
        }
    }
}

// Run by the test below in a process of its own.
TEST_CASE("child: stores batches until it is killed", "[.child]")
{
    const char* folder = std::getenv("AKARI_TEST_FOLDER");
    REQUIRE(folder);
    Channel channel(3);
    auto cache = openAt(folder);
    REQUIRE(cache);
    const int first = static_cast<int>((*cache)->objects("ward", kStudy, kSeries)->size()) + 1;
    for (int round = 0;; ++round) {
        REQUIRE((*cache)->store(batchOf(first + round * 10, 10, 100'000)));
        REQUIRE(channel.send(asBytes(std::to_string(first + round * 10 + 9))));
    }
}

TEST_CASE("a writer killed at any moment leaves whole batches only", "[core][cache]")
{
    const akari::test::TempFolder folder;
    int acknowledged = 0;
    for (std::uint64_t round = 0; round < 12; ++round) {
        auto child = ChildProcess::start({executableFolder() / "test-cache", {"child: stores batches until it is killed"},
                                          {"AKARI_TEST_FOLDER=" + folder.path().string()}});
        REQUIRE(child);
        const auto last = (*child)->channel().receive(60s);
        REQUIRE(last);
        acknowledged = std::stoi(std::string(asText(last->bytes)));
        // Somewhere in the next batch, further on each time.
        const fs::path pack = packsIn(folder.path()).at(0);
        const std::uint64_t target = fs::file_size(pack) + round * 90'000;
        while ((*child)->running() && fs::file_size(pack) < target) {
        }
        (*child)->kill();
        REQUIRE((*child)->ending() == "signal 9");
        while (const auto more = (*child)->channel().receive(0ms)) {
            acknowledged = std::stoi(std::string(asText(more->bytes)));
        }

        auto cache = openAt(folder.path());
        REQUIRE(codeOf(cache) == "ok");
        const auto objects = (*cache)->objects("ward", kStudy, kSeries).value();
        REQUIRE(objects.size() % 10 == 0);
        REQUIRE(static_cast<int>(objects.size()) >= acknowledged);
        REQUIRE((*cache)->study("ward", kStudy).value()->stored == static_cast<std::int64_t>(objects.size()));
        REQUIRE((*cache)->headers("ward", kStudy, kSeries)->size() == objects.size());
        for (const ObjectRecord& object : objects) {
            const auto bytes = (*cache)->read(object.identity);
            REQUIRE(codeOf(bytes) == "ok");
            REQUIRE(sha256Hex(**bytes).substr(0, 16) == object.identity.contentVersion);
        }
    }
}

TEST_CASE("a full disk is disk.full and leaves nothing half visible", "[core][cache]")
{
    const akari::test::TempFolder folder;
    auto cache = openAt(folder.path());
    REQUIRE(cache);
    const auto before = batchOf(1, 3);
    REQUIRE((*cache)->store(before));
    const fs::path pack = packsIn(folder.path()).at(0);
    const auto size = fs::file_size(pack);
    auto* const handler = ::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    ::getrlimit(RLIMIT_FSIZE, &old);
    const rlimit tight{size + 100'000, old.rlim_max};
    std::vector<std::string> codes;
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
    codes.push_back(codeOf((*cache)->store(batchOf(4, 10, 50'000)))); // the pack meets the limit
    std::vector<IncomingObject> other;
    for (int i = 0; i < 4; ++i) {
        other.push_back(objectOf(patternBytes(50'000, 77u + static_cast<unsigned>(i)), i, "ward", SeriesInstanceUid("1.2.3.9")));
    }
    codes.push_back(codeOf((*cache)->store(other))); // a new pack does
    const rlimit none{1000, old.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &none);
    const auto refused = (*cache)->putStudy([] {
        StudyRecord study;
        study.archive = "ward";
        study.study = StudyInstanceUid("1.2.3");
        return study;
    }()); // the index does
    codes.push_back(codeOf(refused));
    ::setrlimit(RLIMIT_FSIZE, &old);
    ::signal(SIGXFSZ, handler);

    INFO((refused ? std::string() : refused.error().detail));
    CHECK(codes == std::vector<std::string>{"disk.full", "disk.full", "disk.full"});
    CHECK((*cache)->studies()->size() == 1);
    CHECK((*cache)->objects("ward", kStudy, kSeries)->size() == 3);
    CHECK((*cache)->findSeries(SeriesInstanceUid("1.2.3.9"))->empty());
    CHECK(packsIn(folder.path()) == std::vector{pack});
    CHECK(fs::file_size(pack) == size);
    CHECK(**(*cache)->read(before[0].identity) == *before[0].bytes);
    CHECK((*cache)->store(batchOf(4, 10, 50'000))->stored == 10);
}

TEST_CASE("a newer cache and another key's are refused", "[core][cache]")
{
    const akari::test::TempFolder folder;
    REQUIRE((*openAt(folder.path()))->store(batchOf(1, 1)));
    CHECK(codeOf(Cache::open(folder.path(), vault::Key(Bytes(32, 6)), false)) == "cache.foreign");
    CHECK(codeOf(Cache::open(folder.path(), vault::Key(Bytes(32, 6)), true)) == "cache.foreign");
    {
        SQLite::Database index((folder.path() / "index.sqlite").string(), SQLite::OPEN_READWRITE);
        index.exec("PRAGMA user_version = 3");
    }
    CHECK(codeOf(openAt(folder.path())) == "cache.newer");
    CHECK(codeOf(openAt(folder.path(), true)) == "cache.newer");
    CHECK(packsIn(folder.path()).size() == 1);
    REQUIRE(writeAtomically(folder.path() / "index.sqlite", Bytes(5000, 'x')));
    CHECK(codeOf(openAt(folder.path())) == "cache.damaged");
}

TEST_CASE("removed studies and emptied series give their room back", "[core][cache]")
{
    const akari::test::TempFolder folder;
    auto cache = openAt(folder.path());
    REQUIRE(cache);
    REQUIRE((*cache)->store(batchOf(1, 2)));
    REQUIRE((*cache)->dropObject(batchOf(1, 1)[0].identity));
    CHECK(packsIn(folder.path()).size() == 1);
    REQUIRE((*cache)->dropObject(batchOf(2, 1)[0].identity));
    CHECK(packsIn(folder.path()).empty());
    REQUIRE((*cache)->store(batchOf(1, 2)));
    CHECK(packsIn(folder.path()).size() == 1);
    REQUIRE((*cache)->removeStudy("ward", kStudy));
    CHECK(packsIn(folder.path()).empty());
    CHECK((*cache)->studies()->empty());
}

TEST_CASE("what a disk lost of a pack is forgotten at the next start and can be stored again", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const auto first = batchOf(1, 3);
    const auto second = batchOf(4, 3);
    std::uintmax_t whole = 0;
    {
        auto cache = openAt(folder.path());
        REQUIRE((*cache)->store(first));
        whole = fs::file_size(packsIn(folder.path()).at(0));
        REQUIRE((*cache)->store(second));
    }
    const fs::path pack = packsIn(folder.path()).at(0);
    fs::resize_file(pack, whole + 2500); // in the middle of the second object of the second batch
    log::setLevel(log::Level::Error);
    auto cache = openAt(folder.path());
    log::setLevel(log::Level::Warning);
    REQUIRE(codeOf(cache) == "ok");
    CHECK((*cache)->objects("ward", kStudy, kSeries)->size() == 4);
    CHECK((*cache)->study("ward", kStudy).value()->stored == 4);
    CHECK((*cache)->headers("ward", kStudy, kSeries)->size() == 4); // the lost header block costs time only
    CHECK(codeOf((*cache)->read(second[1].identity)) == "cache.absent");
    REQUIRE((*cache)->store(second)->stored == 2);
    for (const auto& batch : {first, second}) {
        for (const IncomingObject& object : batch) {
            CHECK(**(*cache)->read(object.identity) == *object.bytes);
        }
    }

    cache->reset();
    fs::remove(pack);
    log::setLevel(log::Level::Error);
    auto empty = openAt(folder.path());
    log::setLevel(log::Level::Warning);
    REQUIRE(codeOf(empty) == "ok");
    CHECK((*empty)->objects("ward", kStudy, kSeries)->empty());
    REQUIRE((*empty)->store(first)->stored == 3);
    CHECK(**(*empty)->read(first[1].identity) == *first[1].bytes);
}

TEST_CASE("a folder that can't be written is opened for reading, and says why", "[core][cache]")
{
    if (::geteuid() != 0) {
        SUCCEED("needs to become another user");
        return;
    }
    const akari::test::TempFolder folder;
    const fs::path at = folder.path() / "cache";
    const auto batch = batchOf(1, 3);
    REQUIRE((*openAt(at))->store(batch));
    for (const fs::path& path : {folder.path(), at, at / "packs"}) {
        fs::permissions(path, fs::perms(0555));
    }
    for (const auto& entry : fs::recursive_directory_iterator(at)) {
        fs::permissions(entry.path(), entry.is_directory() ? fs::perms(0555) : fs::perms(0444));
    }
    log::setLevel(log::Level::Error);
    REQUIRE(::seteuid(65534) == 0);
    {
        auto cache = openAt(at);
        const std::string opened = codeOf(cache);
        const std::string read = cache ? codeOf((*cache)->read(batch[1].identity)) : "";
        const std::string stored = cache ? codeOf((*cache)->store(batchOf(9, 1))) : "";
        const auto because = cache ? (*cache)->readOnlyBecause() : std::nullopt;
        const std::string nowhere = codeOf(openAt(folder.path() / "other"));
        REQUIRE(::seteuid(0) == 0);
        CHECK(opened == "ok");
        CHECK(read == "ok");
        CHECK(stored == "cache.readonly");
        CHECK((because && because->code == "data.unwritable"));
        CHECK(nowhere == "data.unwritable");
    }
    log::setLevel(log::Level::Warning);
    for (const fs::path& path : {folder.path(), at, at / "packs"}) {
        fs::permissions(path, fs::perms::owner_all);
    }
}

TEST_CASE("a full disk takes the decoded twins before it refuses anything", "[core][cache]")
{
    const akari::test::TempFolder folder;
    auto cache = openAt(folder.path());
    const auto before = batchOf(1, 1);
    REQUIRE((*cache)->store(before));
    const Twin twin{{before[0].identity, FrameNumber{1}, "test"}, Bytes(50'000, 7)};
    REQUIRE(codeOf((*cache)->storeTwins({&twin, 1})) == "ok");
    REQUIRE(packsIn(folder.path()).size() == 2);
    auto* const handler = ::signal(SIGXFSZ, SIG_IGN);
    rlimit old{};
    ::getrlimit(RLIMIT_FSIZE, &old);
    const rlimit tight{400'000, old.rlim_max};
    REQUIRE(::setrlimit(RLIMIT_FSIZE, &tight) == 0);
    const auto code = codeOf((*cache)->store(batchOf(4, 10, 50'000)));
    ::setrlimit(RLIMIT_FSIZE, &old);
    ::signal(SIGXFSZ, handler);
    CHECK(code == "disk.full");
    CHECK(packsIn(folder.path()).size() == 1);
    CHECK(codeOf((*cache)->readTwin(twin.key)) == "cache.absent");
    CHECK(**(*cache)->read(before[0].identity) == *before[0].bytes);
}
