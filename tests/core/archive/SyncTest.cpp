#include "core/archive/Sync.h"

#include <algorithm>
#include <map>
#include <mutex>

#include "core/dicom/Tags.h"
#include "tests/core/archive/KeptSlices.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace sync_test {

namespace {

const StudyInstanceUid kStudy("1.2.840.99.1");
const SeriesInstanceUid kSeries("1.2.840.99.1.1");

SyncOptions quick()
{
    SyncOptions options;
    options.retry.pause = std::chrono::milliseconds(1);
    return options;
}

// A fake archive, a cache in memory, and the rule that nothing in the cache is anything but what the archive has.
struct Bench {
    FakeArchive fake;
    std::unique_ptr<cache::Cache> cache = cache::Cache::openInMemory().value();
    SystemClock clock;
    std::mutex mutex;
    std::vector<std::string> received;

    Result<SyncReport> sync(const SyncOptions& options = quick(), StopToken stop = {})
    {
        DicomWebClient client(fake.settings());
        SyncEvents events;
        events.received = [&](const cache::IncomingObject& object) {
            const std::lock_guard lock(mutex);
            received.push_back(object.identity.sop.value);
        };
        return syncStudy(client, *cache, kStudy, options, events, clock, stop);
    }
    std::size_t stored(const SeriesInstanceUid& series = kSeries) { return cache->objects("Fake", kStudy, series).value().size(); }
    // Objects in the cache that are not byte for byte those that were made.
    std::size_t wrong(const SliceOptions& options = {})
    {
        return wrongIn(*cache, options);
    }
    bool complete() { return cache->study("Fake", kStudy).value()->complete; }
};

bool has(const SyncReport& report, const std::string& code)
{
    return std::any_of(report.problems.begin(), report.problems.end(), [&](const Error& error) { return error.code == code; });
}

} // namespace

TEST_CASE("a study arrives whole, is announced, sealed and known to be complete", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(20);
    const SliceOptions second{"1.2.840.99.1", "1.2.840.99.1.2", "P-100", "SR"};
    bench.fake.addSeries(3, second);
    const auto report = bench.sync().value();
    CHECK(report.expected == 23);
    CHECK(report.stored == 23);
    CHECK(report.complete);
    CHECK(report.problems.empty());
    CHECK(report.missing.empty());
    CHECK(bench.received.size() == 23);
    CHECK(bench.wrong() == 0);
    CHECK(bench.wrong(second) == 0);
    const auto record = bench.cache->study("Fake", kStudy).value();
    REQUIRE(record);
    CHECK(record->complete);
    CHECK(record->expected == 23);
    CHECK(record->patientId == "P-100");
    // The list had Latin letters only; the objects say more.
    CHECK(record->patientName.ideographic == "山田^太郎");
    CHECK(record->patientBirthDate == "19600304");
    CHECK_FALSE(record->lastSync.empty());

    // Again: nothing is fetched twice.
    bench.fake.log.clear();
    const auto again = bench.sync().value();
    CHECK(again.complete);
    CHECK(again.bytes == 0);
    CHECK(bench.fake.requests("/instances/") == 0);
    CHECK(bench.fake.log.size() <= 4);
}

TEST_CASE("the series and the instance under the eye come first, documents last", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(2, {"1.2.840.99.1", "1.2.840.99.1.3", "P-100", "SR"});
    bench.fake.addSeries(30);
    bench.fake.addSeries(4, {"1.2.840.99.1", "1.2.840.99.1.2", "P-100", "MR"});
    SyncOptions options = quick();
    options.firstSeries = SeriesInstanceUid("1.2.840.99.1.2");
    options.firstInstance = SopInstanceUid("1.2.840.99.1.2.3");
    const auto report = bench.sync(options).value();
    CHECK(report.complete);
    REQUIRE(bench.received.size() == 36); // the first instance came twice and is announced once
    CHECK(std::all_of(bench.received.begin(), bench.received.begin() + 4, [](const auto& sop) { return sop.rfind("1.2.840.99.1.2.", 0) == 0; }));
    CHECK(std::all_of(bench.received.end() - 2, bench.received.end(), [](const auto& sop) { return sop.rfind("1.2.840.99.1.3.", 0) == 0; }));
    CHECK(bench.fake.requests("/instances/1.2.840.99.1.2.3") == 1);
}

TEST_CASE("cut at every k-th byte, a study still arrives whole and right", "[core][archive]")
{
    const bool silent = GENERATE(false, true);
    std::size_t length = 0;
    {
        Bench bench;
        bench.fake.addSeries(6);
        length = bench.sync().value().bytes;
    }
    for (std::size_t cut = 0; cut < length; cut += 397) {
        Bench bench;
        bench.fake.addSeries(6);
        bench.fake.faults.cutStreamAt = cut;
        bench.fake.faults.silentCut = silent;
        const auto report = bench.sync().value();
        INFO("cut at " << cut);
        REQUIRE(report.complete);
        REQUIRE(report.stored == 6);
        REQUIRE(bench.wrong() == 0);
    }
}

TEST_CASE("a stream that always breaks is made up for instance by instance", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(12);
    bench.fake.faults.cutStreamAt = 2500;
    bench.fake.faults.cutsAlways = true;
    const auto report = bench.sync().value();
    CHECK(report.complete);
    CHECK(bench.wrong() == 0);
    CHECK(bench.fake.requests("/instances/") >= 9);
    CHECK(bench.fake.requests("GET /dicom-web/studies/1.2.840.99.1/series/1.2.840.99.1.1") >= 1);
}

TEST_CASE("an object of another series in the stream is thrown away and the right one fetched", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(6);
    bench.fake.faults.foreignPart = makeSlice(2, {"1.2.840.99.1", "1.2.840.99.1.8", "P-100"});
    const auto report = bench.sync().value();
    CHECK(report.complete);
    CHECK(report.stored == 6);
    CHECK(has(report, "archive.mismatch"));
    CHECK(bench.wrong() == 0);
    CHECK(bench.stored(SeriesInstanceUid("1.2.840.99.1.8")) == 0);
}

TEST_CASE("an object of another patient is not stored and the study not called complete", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(5);
    bench.fake.add(makeSlice(6, {"1.2.840.99.1", "1.2.840.99.1.1", "P-666"}));
    const auto report = bench.sync().value();
    CHECK_FALSE(report.complete);
    CHECK(has(report, "archive.mismatch"));
    CHECK(report.stored == 5);
    REQUIRE(report.missing.size() == 1);
    CHECK(report.missing[0].value == "1.2.840.99.1.1.6");
    CHECK(bench.wrong() == 0);
    CHECK(std::find(bench.received.begin(), bench.received.end(), "1.2.840.99.1.1.6") == bench.received.end());
    CHECK_FALSE(bench.complete());
}

TEST_CASE("a storm of errors is waited out; one that lasts is told", "[core][archive]")
{
    {
        Bench bench;
        bench.fake.addSeries(4);
        bench.fake.faults.failures = 2;
        CHECK(bench.sync().value().complete);
        CHECK(bench.wrong() == 0);
    }
    {
        Bench bench;
        bench.fake.addSeries(4);
        bench.fake.faults.failures = 1000;
        CHECK(bench.sync().error().code == "archive.broken");
        CHECK(1000 - bench.fake.faults.failures == 10); // two lists, five tries each
    }
    {
        Bench bench;
        bench.fake.addSeries(4);
        bench.fake.faults.status = 401;
        CHECK(bench.sync().error().code == "archive.login");
        CHECK(bench.fake.log.size() == 2);
        bench.fake.faults.status = 0;
        bench.fake.faults.html = true;
        CHECK(bench.sync().error().code == "archive.notdicom");
    }
    Bench bench;
    CHECK(bench.sync().error().code == "archive.notfound");
}

TEST_CASE("lists that are cut short never make a study complete", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(4);
    bench.fake.faults.listStatus = 206;
    // The counts of the series still say how much there is, but not that there is no other series.
    const auto report = bench.sync().value();
    CHECK(report.moreThanListed);
    CHECK(has(report, "archive.cut"));
    CHECK(report.stored == 4);
    CHECK_FALSE(report.complete);
    CHECK(report.verifiedAt.empty());
    CHECK_FALSE(bench.complete());
    bench.fake.faults.listStatus = 200;
    CHECK(bench.sync().value().complete);
}

TEST_CASE("a study that has grown is completed by what is new alone", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(10);
    REQUIRE(bench.sync().value().complete);
    bench.fake.add(makeSlice(11));
    bench.fake.log.clear();
    bench.received.clear();
    const auto report = bench.sync().value();
    CHECK(report.complete);
    CHECK(report.stored == 11);
    CHECK(bench.received == std::vector<std::string>{"1.2.840.99.1.1.11"});
    CHECK(bench.fake.requests("/instances/") == 1);
}

TEST_CASE("what the archive took back is said and nothing is deleted", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(5);
    REQUIRE(bench.sync().value().complete);
    bench.fake.clear();
    bench.fake.addSeries(4);
    const auto report = bench.sync().value();
    CHECK(has(report, "archive.withdrawn"));
    CHECK_FALSE(report.complete);
    CHECK(bench.stored() == 5);
    CHECK(bench.wrong() == 0);
}

TEST_CASE("a stop ends the transfer soon and what is there stays usable", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(200);
    StopSource source;
    DicomWebClient client(bench.fake.settings());
    SyncEvents events;
    int count = 0;
    events.received = [&](const cache::IncomingObject&) {
        if (++count == 5) {
            source.requestStop();
        }
    };
    const auto report = syncStudy(client, *bench.cache, kStudy, quick(), events, bench.clock, source.token());
    REQUIRE(report);
    CHECK_FALSE(report->complete);
    CHECK(bench.wrong() == 0);
    CHECK(bench.sync().value().complete);
}

TEST_CASE("a cache on disk holds the bytes as they came", "[core][archive]")
{
    const TempFolder temp;
    Bench bench;
    bench.fake.addSeries(150);
    const vault::Key key(Bytes(32, 3));
    auto opened = cache::Cache::open(temp.path(), key, false);
    REQUIRE(opened);
    bench.cache = std::move(*opened);
    CHECK(bench.sync().value().complete);
    CHECK(bench.stored() == 150);
    CHECK(bench.wrong() == 0);
}

TEST_CASE("priors are the same patient's other studies, newest first", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(1);
    fake.addSeries(1, {"1.2.840.99.2", "1.2.840.99.2.1", "P-100"});
    fake.addSeries(1, {"1.2.840.99.3", "1.2.840.99.3.1", "P-1000"});
    DicomWebClient client(fake.settings());
    StudyResult current;
    current.study = kStudy;
    current.patientId = "P-100";
    const auto priors = priorsOf(client, current).value();
    REQUIRE(priors.size() == 1);
    CHECK(priors[0].study.value == "1.2.840.99.2");
    current.patientId.clear();
    CHECK(priorsOf(client, current).value().empty());
}

TEST_CASE("A series' slices are placed while they travel, where the archive lists their places", "[core][archive]")
{
    for (const bool lists : {true, false}) {
        Bench bench;
        bench.fake.faults.listsPlaces = lists;
        bench.fake.addSeries(20);
        DicomWebClient client(bench.fake.settings());
        std::vector<InstanceResult> placed;
        SyncEvents events;
        events.placed = [&](const SeriesInstanceUid& series, const std::vector<InstanceResult>& instances) {
            CHECK(series == kSeries);
            placed = instances;
        };
        REQUIRE(syncStudy(client, *bench.cache, kStudy, quick(), events, bench.clock)->complete);
        REQUIRE(placed.size() == 20);
        for (const auto& one : placed) {
            CHECK(one.position == (lists ? std::vector<double>{0, 0, static_cast<double>(one.number)} : std::vector<double>{}));
            CHECK(one.orientation.size() == (lists ? 6 : 0));
        }
    }
}

TEST_CASE("on a home line instances come one by one, what is on screen first, nothing twice", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(40);
    LineRates lines;
    lines.note("Fake", 100e6);
    SyncOptions options = quick();
    options.lines = &lines;
    options.connections = 1; // so that the order is the fetcher's alone
    options.eye = [] { return EyePoint{kSeries, SopInstanceUid(sopOf("1.2.840.99.1.1", 33))}; };
    const auto report = bench.sync(options).value();
    CHECK(report.complete);
    CHECK(report.homeLine);
    CHECK(bench.wrong() == 0);
    REQUIRE(bench.received.size() == 40);
    CHECK(bench.received[0] == sopOf("1.2.840.99.1.1", 33));
    CHECK(bench.received[1] == sopOf("1.2.840.99.1.1", 34));
    CHECK(bench.received[2] == sopOf("1.2.840.99.1.1", 32));
    std::uint64_t stored = 0;
    for (int i = 1; i <= 40; ++i) {
        stored += makeSlice(i).size();
    }
    CHECK(report.bytes == stored);
}

TEST_CASE("a stream that shows a slow line is given up, and what it brought is not fetched again", "[core][archive]")
{
    Bench bench;
    SliceOptions large;
    large.side = 512;
    bench.fake.addSeries(60, large);
    bench.fake.faults.bytesPerSecond = 12.5e6; // 100 Mb/s
    LineRates lines;
    SyncOptions options = quick();
    options.lines = &lines;
    const auto report = bench.sync(options).value();
    CHECK(report.complete);
    CHECK(report.homeLine);
    CHECK(bench.wrong(large) == 0);
    REQUIRE(lines.of("Fake"));
    CHECK(*lines.of("Fake") < 200e6);
    CHECK(bench.received.size() == 60); // each once: only what was on the way when the stream ended came for nothing
    CHECK(bench.fake.requests("/instances/") < 60);
}

TEST_CASE("a long list is not waited for: what its first pages name travels meanwhile, nothing twice", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(500);
    for (const double known : {100e6, 0.0}) {
        LineRates lines;
        if (known > 0) {
            lines.note("Fake", known);
        }
        SyncOptions options = quick();
        options.lines = &lines;
        bench.cache = cache::Cache::openInMemory().value();
        bench.received.clear();
        const std::size_t before = bench.fake.requests("/instances");
        const auto report = bench.sync(options).value();
        CHECK(report.complete);
        CHECK(bench.wrong() == 0);
        CHECK(bench.received.size() == 500);
        // One row for the middle slice, pages of 64, 128, 256 and the rest, and each instance; a fast stream that is soon over is worth no list of
        // 500, and brings the middle slice again.
        CHECK(bench.fake.requests("/instances") - before == (known > 0 ? 1 + 4 + 500 : 1 + 1));
    }
}

TEST_CASE("An object that comes again with other content is kept beside, named and flagged", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(5);
    const auto first = bench.sync().value();
    REQUIRE(first.complete);
    CHECK_FALSE(first.verifiedAt.empty());
    bench.fake.clear();
    SliceOptions other;
    other.seed = 2;
    for (int i = 1; i <= 5; ++i) {
        bench.fake.add(makeSlice(i, i == 3 ? other : SliceOptions{}));
    }
    // Counts are equal: only looking at the content again can tell.
    CHECK(bench.sync().value().changed.empty());
    SyncOptions again = quick();
    again.again = true;
    const auto report = bench.sync(again).value();
    CHECK(report.complete);
    REQUIRE(report.changed.size() == 1);
    CHECK(report.changed[0].value == sopOf("1.2.840.99.1.1", 3));
    CHECK(has(report, "archive.changed"));
    CHECK(bench.stored() == 5);
    CHECK(bench.cache->study("Fake", kStudy).value()->server.changed);
    // The old content is still there, by its version.
    const auto old = dicom::readPart10(std::make_shared<const Bytes>(makeSlice(3))).value();
    CHECK(**bench.cache->read(dicom::identityOf(old, "Fake").value()) == makeSlice(3));
}

TEST_CASE("What a stream left out is named, also where the archive did not have to be asked before", "[core][archive]")
{
    Bench bench;
    SliceOptions slices;
    slices.side = 64;
    bench.fake.addSeries(40, slices);
    bench.fake.faults.bytesPerSecond = 1e6;
    SyncOptions options = quick();
    std::atomic<int> asked{0};
    options.enough = [&] { return ++asked > 10; };
    const auto report = bench.sync(options).value();
    CHECK_FALSE(report.complete);
    CHECK(report.missingUnnamed + static_cast<std::int64_t>(report.missing.size()) == 40 - report.stored);
    CHECK(report.stored < 40);
    CHECK(bench.sync().value().complete);
    CHECK(bench.wrong(slices) == 0);
}

TEST_CASE("A series that is here in part is completed object by object", "[core][archive]")
{
    Bench bench;
    bench.fake.addSeries(100);
    SyncOptions options = quick();
    options.enough = [&] {
        const std::lock_guard lock(bench.mutex);
        return bench.received.size() >= 30;
    };
    LineRates lines;
    lines.note("Fake", 30e6);
    options.lines = &lines;
    REQUIRE_FALSE(bench.sync(options).value().complete);
    const std::size_t held = bench.stored();
    REQUIRE(held >= 30);
    REQUIRE(held < 96);
    bench.fake.log.clear();
    CHECK(bench.sync().value().complete); // the line's rate is not known: a stream would bring all of it again
    CHECK(bench.fake.requests("/instances/") == 100 - held);
}

TEST_CASE("What the reader looks at comes beside the stream", "[core][archive]")
{
    Bench bench;
    SliceOptions slices;
    slices.side = 64;
    bench.fake.addSeries(100, slices);
    bench.fake.faults.bytesPerSecond = 0.5e6; // a second and a half; too little to judge the line by
    SyncOptions options = quick();
    const std::string looked = sopOf(slices.series, 100);
    options.eye = [&] { return EyePoint{kSeries, SopInstanceUid(looked)}; };
    const auto report = bench.sync(options).value();
    CHECK(report.complete);
    CHECK_FALSE(report.homeLine);
    CHECK(bench.wrong(slices) == 0);
    REQUIRE(bench.received.size() == 100); // announced once
    CHECK(std::find(bench.received.begin(), bench.received.end(), looked) - bench.received.begin() < 50);
    CHECK(bench.fake.requests("/instances/") == 1);
}

namespace {

// What an archive that transcodes would send of makeSlice's objects; nobody decodes it here.
Bytes transcoded(const Bytes& original, SliceOptions options)
{
    const auto file = dicom::readPart10(std::make_shared<const Bytes>(original)).value();
    options.transferSyntax = "1.2.840.10008.1.2.4.80";
    return makeSlice(static_cast<int>(file.dataSet.integer(dicom::tags::InstanceNumber).value()), options);
}

struct CopiesBench : Bench {
    SliceOptions large;
    LineRates lines;
    SyncOptions options = quick();
    std::vector<std::string> order; // "copy N" or "N"
    SyncEvents events;

    CopiesBench()
    {
        large.side = 256;
        fake.addSeries(24, large);
        lines.note("Fake", 50e6);
        options.lines = &lines;
        options.connections = 1;
        options.losslessFirst = true;
        events.received = [this](const cache::IncomingObject& object) {
            CHECK(object.provisional == object.identity.contentVersion.empty());
            order.push_back((object.provisional ? "copy " : "") + std::to_string(object.instanceNumber));
        };
    }
    SyncReport run()
    {
        DicomWebClient client(fake.settings());
        return syncStudy(client, *cache, kStudy, options, events, clock).value();
    }
};

} // namespace

TEST_CASE("lossless copies come first where they are wanted, and only originals are stored and counted", "[core][archive]")
{
    CopiesBench bench;
    bench.fake.faults.transcode = [&](const Bytes& original) { return transcoded(original, bench.large); };
    const auto report = bench.run();
    CHECK(report.complete);
    CHECK(report.copies == 23); // the first original showed that copies are worth it
    CHECK(bench.wrong(bench.large) == 0);
    CHECK(bench.stored() == 24);
    REQUIRE(bench.order.size() == 23 + 24);
    CHECK(bench.order[0] == "13");
    for (std::size_t i = 1; i < 24; ++i) {
        CHECK(bench.order[i].starts_with("copy "));
        CHECK_FALSE(bench.order[i + 23].starts_with("copy "));
    }
}

TEST_CASE("a transfer that ends between copies and originals is not complete", "[core][archive]")
{
    CopiesBench bench;
    bench.fake.faults.transcode = [&](const Bytes& original) { return transcoded(original, bench.large); };
    bench.options.enough = [&] { return bench.order.size() >= 24; };
    const auto report = bench.run();
    CHECK_FALSE(report.complete);
    CHECK(report.verifiedAt.empty());
    CHECK(report.missing.size() == 23);
    CHECK(bench.stored() == 1);
}

TEST_CASE("an archive that makes no lossless copies, or sends something else, gives its originals once", "[core][archive]")
{
    CopiesBench bench;
    SECTION("refused")
    {
    }
    SECTION("it has no encoder")
    {
        bench.fake.faults.refusalStatus = 500;
    }
    SECTION("the original in another syntax's place")
    {
        bench.fake.faults.transcode = [](const Bytes& original) { return original; };
    }
    const auto report = bench.run();
    CHECK(report.complete);
    CHECK(report.copies == 0);
    CHECK(bench.order.size() == 24);
    CHECK(bench.fake.requests("/instances/") <= 26); // a copy was asked for once, in two forms at most
    CHECK(bench.wrong(bench.large) == 0);
}

TEST_CASE("a lossless copy of another patient's object is thrown away", "[core][archive]")
{
    CopiesBench bench;
    SliceOptions foreign = bench.large;
    foreign.patient = "P-666";
    bench.fake.faults.transcode = [&](const Bytes& original) { return transcoded(original, foreign); };
    const auto report = bench.run();
    CHECK(report.complete);
    CHECK(report.copies == 0);
    CHECK(has(report, "archive.mismatch"));
    CHECK(bench.order.size() == 24);
    CHECK(bench.wrong(bench.large) == 0);
}

} // namespace sync_test
