// Over HTTP/2, as most archives behind a proxy of today speak it: everything as over HTTP/1.1, and a stream that ends early is none.
#include <algorithm>

#include "core/archive/Sync.h"
#include "tests/core/archive/KeptSlices.h"
#include "tests/core/archive/ReportSupport.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/Http2Front.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace http2_test {

namespace {

const StudyInstanceUid kStudy("1.2.840.99.1");
const SeriesInstanceUid kSeries("1.2.840.99.1.1");

struct Bench {
    FakeArchive fake;
    std::unique_ptr<Http2Front> front = Http2Front::before(fake.port());
    std::unique_ptr<cache::Cache> cache = cache::Cache::openInMemory().value();
    SystemClock clock;
    std::chrono::milliseconds patience{60'000};

    records::ArchiveSettings settings() const
    {
        auto settings = fake.settings();
        settings.url = front->origin() + "/dicom-web";
        settings.certificateAuthority = front->authority();
        return settings;
    }
    // The proxy answers.
    bool awaited() const
    {
        for (int i = 0; i < 200; ++i) {
            if (DicomWebClient(settings()).probe()) {
                return true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(50));
        }
        return false;
    }
    Result<SyncReport> sync(unsigned tries = 5)
    {
        DicomWebClient client(settings());
        SyncOptions options;
        options.retry.pause = std::chrono::milliseconds(1);
        options.retry.tries = tries;
        options.patience = patience;
        return syncStudy(client, *cache, kStudy, options, {}, clock);
    }
    bool allHttp2() const
    {
        const auto seen = front->seen();
        return seen.all > 0 && seen.http2 == seen.all;
    }
};

} // namespace

#define AKARI_WITH_FRONT(bench)                   \
    if (!(bench).front) {                         \
        AKARI_SKIP("no nghttpx");                 \
    }                                             \
    REQUIRE((bench).awaited())

TEST_CASE("over HTTP/2 a study arrives byte for byte and a report is proven", "[core][archive][http2]")
{
    Bench bench;
    AKARI_WITH_FRONT(bench);
    bench.fake.addSeries(120);
    const auto report = bench.sync();
    REQUIRE(report);
    CHECK(report->complete);
    CHECK(report->stored == 120);
    CHECK(wrongIn(*bench.cache) == 0);

    SignedFolder folder(bench.settings());
    CHECK(folder.deliver().archived == 1);
    CHECK(bench.allHttp2());
}

TEST_CASE("over HTTP/2 answers that break off end in a whole study, and none of it is wrong", "[core][archive][http2][fault]")
{
    Bench bench;
    AKARI_WITH_FRONT(bench);
    bench.fake.addSeries(60);
    bench.fake.faults.cutChance = 0.4;
    bench.fake.faults.seed = GENERATE(1, 2, 3);
    bench.fake.faults.cutsInstances = true;
    bench.fake.faults.silentCut = GENERATE(false, true);
    bool complete = false;
    for (int round = 0; round < 6 && !complete; ++round) {
        const auto report = bench.sync(12);
        REQUIRE(report);
        complete = report->complete;
        CHECK((complete || !report->missing.empty() || !report->problems.empty()));
        CHECK(wrongIn(*bench.cache) == 0);
    }
    CHECK(complete);
    CHECK(bench.cache->objects("Fake", kStudy, kSeries).value().size() == 60);
    CHECK(bench.allHttp2());
}

// The proxy can't tell that a server's answer without a length broke off, and ends the stream as if it were whole.
TEST_CASE("over HTTP/2 a stream that ends early without a length is never called closed", "[core][archive][http2][fault]")
{
    Bench bench;
    AKARI_WITH_FRONT(bench);
    bench.fake.addSeries(3);
    DicomWebClient client(bench.settings());
    const auto whole = client.retrieveSeries(kStudy, kSeries, [](const SharedBytes&) {}).value().bytes;
    for (std::size_t cut = 1; cut + 2 < whole; cut += 7) {
        bench.fake.faults.cutStreamAt = cut;
        bench.fake.faults.silentCut = true;
        std::size_t parts = 0;
        const auto done = client.retrieveSeries(kStudy, kSeries, [&](const SharedBytes& part) { parts += *part == makeSlice(static_cast<int>(++parts)) ? 0 : 100; });
        INFO("cut at byte " << cut);
        CHECK_FALSE((done && done->closed));
        CHECK(parts <= 3);
    }
}

TEST_CASE("over HTTP/2 a single file that ends early is never an object", "[core][archive][http2][fault]")
{
    const Bytes file = makeSlice(2);
    std::size_t cut = 0;
    const HttpServer server([&](const HttpRequest&) {
        HttpResponse response{200, {{"Content-Type", "application/dicom"}}, std::string(file.begin(), file.end())};
        response.withoutLength = cut > 0;
        response.cutAt = cut > 0 ? std::optional(cut) : std::nullopt;
        return response;
    });
    const auto front = Http2Front::before(server.port());
    if (!front) {
        AKARI_SKIP("no nghttpx");
    }
    records::ArchiveSettings settings{"Fake", front->origin() + "/dicom-web", "", "", "", "", "#123456"};
    settings.certificateAuthority = front->authority();
    DicomWebClient client(settings);
    const SopInstanceUid sop(sopOf(kSeries.value, 2));
    Result<SharedBytes> whole = fail("test", "not asked");
    for (int i = 0; i < 200 && !whole; ++i) {
        std::this_thread::sleep_for(std::chrono::milliseconds(50));
        whole = client.retrieveInstance(kStudy, kSeries, sop);
    }
    REQUIRE(whole);
    CHECK(**whole == file);
    for (cut = 1; cut <= file.size(); cut += 13) {
        INFO("cut at byte " << cut);
        CHECK_FALSE(client.retrieveInstance(kStudy, kSeries, sop));
    }
}

TEST_CASE("over HTTP/2 a proxy that dies in mid-study costs what was on its way, and nothing where it is soon back", "[core][archive][http2][fault]")
{
    Bench bench;
    AKARI_WITH_FRONT(bench);
    const bool soonBack = GENERATE(false, true);
    bench.patience = std::chrono::milliseconds(soonBack ? 30'000 : 300);
    bench.fake.addSeries(60);
    bench.fake.faults.bytesPerSecond = 100'000;
    std::thread death([&] {
        std::this_thread::sleep_for(std::chrono::milliseconds(300));
        bench.front->kill();
        if (soonBack) {
            std::this_thread::sleep_for(std::chrono::milliseconds(300));
            bench.front->start();
        }
    });
    const auto began = std::chrono::steady_clock::now();
    const auto report = bench.sync();
    death.join();
    REQUIRE(report);
    for (const Error& problem : report->problems) {
        UNSCOPED_INFO(problem.code << ", " << problem.detail);
    }
    CHECK(report->complete == soonBack);
    CHECK(wrongIn(*bench.cache) == 0);
    if (!soonBack) {
        CHECK(report->missing.size() + static_cast<std::size_t>(report->missingUnnamed) == static_cast<std::size_t>(60 - report->stored));
        CHECK(std::any_of(report->problems.begin(), report->problems.end(), [](const Error& one) { return one.code == "archive.unreachable"; }));
        CHECK(std::chrono::steady_clock::now() - began < std::chrono::seconds(20)); // some rests of the gate, not one for each instance
        bench.front->start();
        bench.fake.faults.bytesPerSecond = 0;
        REQUIRE(bench.awaited());
        const auto again = bench.sync();
        REQUIRE(again);
        CHECK(again->complete);
        CHECK(wrongIn(*bench.cache) == 0);
    }
    CHECK(bench.allHttp2());
}

} // namespace http2_test
