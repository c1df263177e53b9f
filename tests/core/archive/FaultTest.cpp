// What a bad line and a bad archive do to the client and to sync: never a wrong object, what is missing is named, limits hold.
#include <random>

#include "core/archive/Sync.h"
#include "tests/core/archive/KeptSlices.h"
#include "tests/core/archive/ReportSupport.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/Gzip.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace fault_test {

namespace {

const StudyInstanceUid kStudy("1.2.840.99.1");
const SeriesInstanceUid kSeries("1.2.840.99.1.1");

template <class T> std::string codeOf(const Result<T>& result)
{
    return result ? "" : result.error().code;
}

// Sync against a fake archive; whatever lies in the cache must be byte for byte what was made.
struct Bench {
    FakeArchive fake;
    std::unique_ptr<cache::Cache> cache = cache::Cache::openInMemory().value();
    SystemClock clock;

    Result<SyncReport> sync(unsigned tries = 5)
    {
        DicomWebClient client(fake.settings());
        SyncOptions options;
        options.retry.pause = std::chrono::milliseconds(1);
        options.retry.tries = tries;
        return syncStudy(client, *cache, kStudy, options, {}, clock);
    }
    std::size_t stored() { return cache->objects("Fake", kStudy, kSeries).value().size(); }
    std::size_t wrong() { return wrongIn(*cache); }
    bool complete()
    {
        const auto study = cache->study("Fake", kStudy).value();
        return study && study->complete;
    }
    // What sync calls complete is complete and right; what it does not is short of what it names.
    void check(const SyncReport& report, std::size_t expected)
    {
        CHECK(wrong() == 0);
        CHECK(report.complete == complete());
        CHECK(report.complete == (stored() == expected));
        CHECK((report.complete || !report.missing.empty() || !report.problems.empty()));
    }
};

// One retrieval of the series, cut at that byte: only whole right parts come, and it is never called closed.
void cutAt(FakeArchive& fake, DicomWebClient& client, std::size_t byte, bool silent, const std::vector<Bytes>& made)
{
    fake.faults.cutStreamAt = byte;
    fake.faults.silentCut = silent;
    std::size_t parts = 0;
    std::size_t wrong = 0;
    const auto done = client.retrieveSeries(kStudy, kSeries, [&](const SharedBytes& part) {
        wrong += parts < made.size() && *part == made[parts] ? 0 : 1;
        ++parts;
    });
    if (wrong != 0 || (done && done->closed)) {
        FAIL("cut at byte " << byte << (silent ? ", silently" : ""));
    }
}

std::vector<Bytes> slices(int count)
{
    std::vector<Bytes> made;
    for (int i = 1; i <= count; ++i) {
        made.push_back(makeSlice(i));
    }
    return made;
}

std::size_t lengthOf(DicomWebClient& client)
{
    return static_cast<std::size_t>(client.retrieveSeries(kStudy, kSeries, [](const SharedBytes&) {}).value().bytes);
}

} // namespace

TEST_CASE("a three-part answer cut at every byte gives whole parts or none, and is never called whole", "[core][archive][fault]")
{
    FakeArchive fake;
    fake.addSeries(3);
    DicomWebClient client(fake.settings());
    const auto made = slices(3);
    const std::size_t whole = lengthOf(client);
    // The last four bytes are the closing delimiter's "--" and a line's end: without the end it is closed all the same.
    for (const bool silent : {false, true}) {
        for (std::size_t cut = 0; cut + 2 < whole; ++cut) {
            cutAt(fake, client, cut, silent, made);
        }
    }
    CHECK(fake.requests("GET") > 2 * whole - 10);
}

TEST_CASE("a thousand-part answer cut at 200 random bytes gives whole parts or none", "[core][archive][fault]")
{
    FakeArchive fake;
    fake.addSeries(1000);
    DicomWebClient client(fake.settings());
    const auto made = slices(1000);
    const std::size_t whole = lengthOf(client);
    std::mt19937 chance(20260102);
    for (int i = 0; i < 200; ++i) {
        cutAt(fake, client, std::uniform_int_distribution<std::size_t>(0, whole - 3)(chance), i % 2 == 0, made);
    }
}

TEST_CASE("answers that break off by chance end in a whole study, and none of it is wrong", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(60);
    bench.fake.faults.cutChance = 0.4;
    bench.fake.faults.seed = GENERATE(1, 2, 3);
    bench.fake.faults.cutsInstances = true;
    for (int round = 0; round < 6 && !bench.complete(); ++round) {
        const auto report = bench.sync(12);
        REQUIRE(report);
        bench.check(*report, 60);
    }
    CHECK(bench.complete());
    CHECK(bench.stored() == 60);
}

TEST_CASE("an answer without a length is whole at its closing delimiter alone", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(9);
    bench.fake.faults.withoutLength = true;
    DicomWebClient client(bench.fake.settings());
    const auto report = client.retrieveSeries(kStudy, kSeries, [](const SharedBytes&) {});
    REQUIRE(report);
    CHECK(report->closed);
    CHECK(bench.sync()->complete);
    CHECK(bench.wrong() == 0);
}

TEST_CASE("another instance than the one asked for is a mismatch and never kept", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(3);
    bench.fake.faults.wrongPart = true;
    DicomWebClient client(bench.fake.settings());
    CHECK(codeOf(client.retrieveInstance(kStudy, kSeries, SopInstanceUid(sopOf(kSeries.value, 2)))) == "archive.mismatch");
    // The stream breaks as well: sync asks one by one, gets the wrong ones, and says what it lacks.
    bench.fake.faults.cutStreamAt = 10;
    bench.fake.faults.cutsAlways = true;
    const auto report = bench.sync(2);
    REQUIRE(report);
    CHECK_FALSE(report->complete);
    CHECK(report->missing.size() == 3);
    bench.check(*report, 3);
}

TEST_CASE("an object of another series within the stream is thrown away and its place filled", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(6);
    SliceOptions other;
    other.study = "1.2.840.99.9";
    other.series = "1.2.840.99.9.1";
    other.patient = "P-900";
    bench.fake.addSeries(2, other);
    bench.fake.faults.mixedSeries = true;
    const auto report = bench.sync();
    REQUIRE(report);
    CHECK(report->complete);
    bench.check(*report, 6);
    CHECK(bench.cache->objects("Fake", StudyInstanceUid(other.study), SeriesInstanceUid(other.series)).value().empty());
}

TEST_CASE("a storm of 503 is waited out with and without Retry-After", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(12);
    bench.fake.faults.failures = 5;
    bench.fake.faults.failAfter = GENERATE(0, 2, 4);
    SECTION("without") {}
    SECTION("with")
    {
        bench.fake.faults.failures = 2;
        bench.fake.faults.retryAfter = "1";
    }
    const auto report = bench.sync(12);
    REQUIRE(report);
    CHECK(report->complete);
    bench.check(*report, 12);
}

TEST_CASE("an answer that drips byte by byte arrives", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(2);
    bench.fake.faults.dripBytes = 7;
    bench.fake.faults.dripPause = 1;
    const auto report = bench.sync();
    REQUIRE(report);
    CHECK(report->complete);
    bench.check(*report, 2);
}

TEST_CASE("a login that ends in mid-study is said, keeps what came and is resumed", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(4);
    SliceOptions second;
    second.series = "1.2.840.99.1.2";
    bench.fake.addSeries(4, second);
    bench.fake.faults.tokenUses = 4;
    const auto report = bench.sync(2);
    const bool told =
        !report ? report.error().code == "archive.login"
                : std::any_of(report->problems.begin(), report->problems.end(), [](const Error& e) { return e.code == "archive.login"; });
    CHECK(told);
    CHECK_FALSE(bench.complete());
    CHECK(bench.wrong() == 0);
    const std::size_t kept = bench.stored();
    bench.fake.faults.tokenUses = 0;
    const auto again = bench.sync();
    REQUIRE(again);
    CHECK(again->complete);
    CHECK(bench.stored() >= kept);
}

TEST_CASE("lists that lie never make a study complete, and what they repeat counts once", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(45);
    DicomWebClient client(bench.fake.settings());
    bench.fake.faults.pageCap = 20;
    SECTION("rows are repeated on the next page")
    {
        bench.fake.faults.repeatsRows = true;
        const auto found = client.instances(kStudy, kSeries).value();
        CHECK(found.items.size() == 45);
        CHECK_FALSE(found.incomplete);
    }
    SECTION("the offset is ignored: known by the archive's own count")
    {
        bench.fake.faults.ignoresOffset = true;
        CHECK(client.instances(kStudy, kSeries, 45).value().incomplete);
        const auto report = bench.sync();
        REQUIRE(report);
        bench.check(*report, 45);
    }
    SECTION("no counts, and pages that end where they should")
    {
        bench.fake.faults.hidesCounts = true;
        const auto found = client.instances(kStudy, kSeries).value();
        CHECK(found.items.size() == 45);
        CHECK_FALSE(found.incomplete);
        const auto report = bench.sync();
        REQUIRE(report);
        bench.check(*report, 45);
        CHECK(report->complete);
    }
    SECTION("no counts, and the offset is ignored: the same round number of rows again is a limit")
    {
        bench.fake.faults.hidesCounts = bench.fake.faults.ignoresOffset = true;
        CHECK(client.instances(kStudy, kSeries).value().incomplete);
        const auto report = bench.sync();
        REQUIRE(report);
        CHECK_FALSE(report->complete);
        CHECK_FALSE(bench.complete());
        CHECK(bench.wrong() == 0);
        CHECK(!report->problems.empty());
    }
    SECTION("206 and 299")
    {
        bench.fake.faults.listStatus = GENERATE(200, 206);
        bench.fake.faults.warns = bench.fake.faults.listStatus == 200;
        CHECK(client.studies({}).value().incomplete);
        CHECK(client.series(kStudy).value().incomplete);
        CHECK(client.instances(kStudy, kSeries).value().incomplete);
    }
}

TEST_CASE("a part that comes twice is kept once", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(5);
    bench.fake.faults.duplicateParts = true;
    const auto report = bench.sync();
    REQUIRE(report);
    CHECK(report->complete);
    bench.check(*report, 5);
}

TEST_CASE("objects whose PatientID is another's are not kept as this patient's", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(5);
    bench.fake.faults.retrievedPatient = "P-666";
    const auto report = bench.sync(2);
    REQUIRE(report);
    CHECK_FALSE(report->complete);
    CHECK(bench.wrong() == 0);
    CHECK(std::any_of(report->problems.begin(), report->problems.end(), [](const Error& e) { return e.code == "archive.mismatch"; }));
}

TEST_CASE("boundaries of every form, as long as they may be, take an answer apart", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(3);
    bench.fake.faults.quotesBoundary = GENERATE(true, false);
    bench.fake.faults.partLengths = GENERATE(true, false);
    bench.fake.faults.boundary = GENERATE(std::string("b"), std::string(70, 'x'), std::string("'()+_,-./:=?"), std::string("--"));
    const bool mustQuote = bench.fake.faults.boundary.find_first_of("()/:=?,") != std::string::npos;
    if (mustQuote && !bench.fake.faults.quotesBoundary) {
        return; // no token: RFC 2045 wants quotes
    }
    const auto report = bench.sync();
    REQUIRE(report);
    CHECK(report->complete);
    bench.check(*report, 3);
}

TEST_CASE("lists are taken compressed; one that inflates without measure is refused", "[core][archive][fault]")
{
    Bench bench;
    bench.fake.addSeries(40);
    bench.fake.gzip = &gzip;
    bench.fake.faults.compresses = true;
    DicomWebClient client(bench.fake.settings());
    CHECK(client.instances(kStudy, kSeries).value().items.size() == 40);
    bench.fake.faults.gzipBomb = true;
    CHECK(codeOf(client.instances(kStudy, kSeries)) == "archive.oversized");
    CHECK(codeOf(client.probe()) == "archive.oversized");
}

TEST_CASE("a report that is dropped, altered or given to another patient is never called archived", "[core][archive][fault]")
{
    FakeArchive fake;
    fake.addSeries(2);
    SignedFolder folder(fake.settings());
    SECTION("said to be stored, and dropped") { fake.faults.stow = StowMode::Drops; }
    SECTION("one text altered") { fake.faults.alteredText = "No change.=Progress. "; }
    SECTION("another patient's number") { fake.faults.alteredText = "P-100=P-101"; }
    const auto report = folder.deliver();
    CHECK(report.archived == 0);
    REQUIRE(report.items.size() == 1);
    CHECK(report.items[0].state != records::DeliveryState::Archived);
    CHECK_FALSE(report.items[0].reason.empty());
}

} // namespace fault_test
