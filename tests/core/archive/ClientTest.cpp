#include "core/archive/DicomWeb.h"

#include <chrono>
#include <csignal>
#include <fstream>
#include <functional>
#include <thread>

#include <sys/wait.h>

#include "core/archive/HttpTransport.h"
#include "core/archive/Sync.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace {

const StudyInstanceUid kStudy("1.2.840.99.1");
const SeriesInstanceUid kSeries("1.2.840.99.1.1");

template <class T> std::string codeOf(const Result<T>& result) { return result ? "" : result.error().code; }

std::vector<Bytes> retrieved(DicomWebClient& client, DicomWebClient::StreamReport* report = nullptr)
{
    std::vector<Bytes> parts;
    const auto done = client.retrieveSeries(kStudy, kSeries, [&](const SharedBytes& part) { parts.push_back(*part); });
    REQUIRE(done);
    if (report) {
        *report = *done;
    }
    return parts;
}

} // namespace

TEST_CASE("an archive's answers and failures are told apart", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    DicomWebClient client(fake.settings());
    CHECK(client.probe().value().find("DICOMweb answers; ") == 0);
    const auto failsWith = [&](int status) {
        fake.faults.status = status;
        return codeOf(client.probe());
    };
    CHECK(failsWith(401) == "archive.login");
    CHECK(failsWith(403) == "archive.login");
    CHECK(failsWith(404) == "archive.notfound");
    CHECK(failsWith(418) == "archive.refused");
    CHECK(failsWith(429) == "archive.broken");
    CHECK(failsWith(500) == "archive.broken");
    CHECK(failsWith(503) == "archive.broken");
    fake.faults.status = 0;
    fake.faults.html = true;
    CHECK(codeOf(client.probe()) == "archive.notdicom");
    CHECK(codeOf(client.studies({})) == "archive.notdicom");
    CHECK(codeOf(client.retrieveSeries(kStudy, kSeries, [](const SharedBytes&) {})) == "archive.notdicom");
    CHECK(codeOf(client.store(kStudy, makeSlice(1), SopInstanceUid("1.2"))) == "archive.notdicom");
    fake.faults.html = false;
    CHECK(client.probe());

    const auto at = [](const std::string& url) { return codeOf(DicomWebClient({"x", url, "", "", "", "", ""}).probe()); };
    CHECK(at("ftp://127.0.0.1/x") == "archive.url");
    CHECK(at("file:///etc/passwd") == "archive.url");
    CHECK(at("not a url") == "archive.url");
    CHECK(at("http://127.0.0.1:1/dicom-web") == "archive.unreachable");
    CHECK(at("http://no-such-host.invalid/dicom-web") == "archive.unreachable");
    CHECK(at(fake.url() + "/") == "");
}

TEST_CASE("connections are kept; credentials go to the archive's origin and nowhere else", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(1);
    std::string seen;
    HttpServer elsewhere([&](const HttpRequest& request) -> HttpResponse {
        seen += request.path;
        return {200, {{"Content-Type", "application/dicom+json"}}, "[]"};
    });
    std::string authorization;
    int hops = 0;
    HttpServer own([&](const HttpRequest& request) -> HttpResponse {
        authorization = request.fields.contains("authorization") ? request.fields.at("authorization") : "";
        if (request.path == "/a/studies") {
            ++hops;
            return {302, {{"Location", "/b/studies?limit=1"}}, ""};
        }
        if (request.path == "/loop/studies") {
            return {302, {{"Location", "/loop/studies"}}, ""};
        }
        if (request.path == "/away/studies") {
            return {302, {{"Location", "http://127.0.0.1:" + std::to_string(elsewhere.port()) + "/studies"}}, ""};
        }
        return {200, {{"Content-Type", "application/dicom+json"}}, "[]"};
    });
    const auto probe = [&](const std::string& path, const std::string& token = {}) {
        records::ArchiveSettings settings{"x", "http://127.0.0.1:" + std::to_string(own.port()) + path, "user", "secret", token, "", ""};
        DicomWebClient client(settings);
        return codeOf(client.probe());
    };
    CHECK(probe("/a") == "");
    CHECK(hops == 1);
    CHECK(authorization == "Basic dXNlcjpzZWNyZXQ=");
    CHECK(probe("/b", "tok") == "");
    CHECK(authorization == "Bearer tok");
    CHECK(probe("/loop") == "archive.refused");
    CHECK(probe("/away") == "archive.refused");
    CHECK(seen.empty());

    DicomWebClient client(fake.settings());
    for (int i = 0; i < 10; ++i) {
        REQUIRE(client.probe());
    }
    CHECK(fake.connections() == 1);
}

TEST_CASE("studies, series and instances are listed with what the archive says of them", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(5);
    fake.addSeries(3, {"1.2.840.99.1", "1.2.840.99.1.2", "P-100", "MR"});
    fake.addSeries(1, {"1.2.840.99.7", "1.2.840.99.7.1", "P-100*"});
    DicomWebClient client(fake.settings());
    const auto all = client.studies({}).value();
    CHECK(all.items.size() == 2);
    CHECK_FALSE(all.incomplete);
    StudyQuery query;
    query.patientId = "P-100";
    const auto found = client.studies(query).value();
    REQUIRE(found.items.size() == 1);
    CHECK(found.items[0].study == kStudy);
    CHECK(found.items[0].instances == 8);
    CHECK(found.items[0].patientName.alphabetic == "Yamada^Taro");
    CHECK(found.items[0].accession == "A-1");
    const auto series = client.series(kStudy).value();
    REQUIRE(series.items.size() == 2);
    CHECK(series.items[1].instances == 3);
    CHECK(series.items[1].modality == "MR");
    CHECK(client.instances(kStudy, kSeries).value().items.size() == 5);
    CHECK(client.series(StudyInstanceUid("1.2.3")).value().items.empty());
    fake.faults.emptyIs204 = true;
    const auto none = client.series(StudyInstanceUid("1.2.3")).value();
    CHECK(none.items.empty());
    CHECK_FALSE(none.incomplete);
}

TEST_CASE("lists go on past every kind of page and say when they are cut short", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(45);
    DicomWebClient client(fake.settings());
    // A server that gives 20 rows whatever is asked: short pages are no end.
    fake.faults.pageCap = 20;
    auto found = client.instances(kStudy, kSeries).value();
    CHECK(found.items.size() == 45);
    CHECK_FALSE(found.incomplete);
    // It ignores the offset as well: what lies behind can't be reached, and its own count says so.
    fake.faults.ignoresOffset = true;
    found = client.instances(kStudy, kSeries, 45).value();
    CHECK(found.items.size() == 20);
    CHECK(found.incomplete);
    fake.faults.pageCap = 0;
    found = client.instances(kStudy, kSeries).value();
    CHECK(found.items.size() == 45);
    CHECK_FALSE(found.incomplete);
    fake.faults.ignoresOffset = false;
    fake.faults.listStatus = 206;
    CHECK(client.instances(kStudy, kSeries).value().incomplete);
    fake.faults.listStatus = 200;
    fake.faults.warns = true;
    CHECK(client.studies({}).value().incomplete);
}

TEST_CASE("a series arrives byte by byte as it is kept, with every form of part", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(7);
    fake.faults.partLengths = GENERATE(false, true);
    fake.faults.quotesBoundary = GENERATE(false, true);
    DicomWebClient client(fake.settings());
    DicomWebClient::StreamReport report;
    const auto parts = retrieved(client, &report);
    REQUIRE(parts.size() == 7);
    for (int i = 0; i < 7; ++i) {
        CHECK(parts[static_cast<std::size_t>(i)] == makeSlice(i + 1));
    }
    CHECK(report.closed);
    CHECK(report.parts == 7);
    CHECK(report.foreign == 0);
    const auto one = client.retrieveInstance(kStudy, kSeries, SopInstanceUid(sopOf(kSeries.value, 3))).value();
    CHECK(*one == makeSlice(3));
    CHECK(codeOf(client.retrieveInstance(kStudy, kSeries, SopInstanceUid("1.2.9"))) == "archive.notfound");
}

TEST_CASE("the form of retrieval that an archive takes is found and remembered", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    fake.faults.refusedAccepts = {"multipart/related; type=\"application/dicom\"; transfer-syntax=*",
                                  "multipart/related; type=application/dicom; transfer-syntax=*"};
    DicomWebClient client(fake.settings());
    CHECK(retrieved(client).size() == 2);
    CHECK(fake.log.size() == 3);
    CHECK(retrieved(client).size() == 2);
    CHECK(fake.log.size() == 4);
    fake.faults.refusedAccepts = {"multipart/related; type=\"application/dicom\"; transfer-syntax=*",
                                  "multipart/related; type=application/dicom; transfer-syntax=*", "multipart/related; type=\"application/dicom\"",
                                  "*/*"};
    CHECK(codeOf(client.retrieveSeries(kStudy, kSeries, [](const SharedBytes&) {})) == "archive.refused");
}

TEST_CASE("objects that were not asked for are dropped and counted", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(5);
    fake.faults.foreignPart = makeSlice(2, {"1.2.840.99.1", "1.2.840.99.1.2", "P-100"});
    DicomWebClient client(fake.settings());
    DicomWebClient::StreamReport report;
    CHECK(retrieved(client, &report).size() == 4);
    CHECK(report.foreign == 1);
    fake.faults.foreignPart = Bytes(500, 0x41);
    CHECK(retrieved(client, &report).size() == 4);
    CHECK(report.foreign == 1);
}

TEST_CASE("a series stream that is cut is never taken for whole", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(3);
    DicomWebClient client(fake.settings());
    DicomWebClient::StreamReport report;
    retrieved(client, &report);
    const std::size_t whole = report.bytes;
    for (const bool silent : {false, true}) {
        for (std::size_t cut = 0; cut + 3 < whole; cut += 41) {
            fake.faults.cutStreamAt = cut;
            fake.faults.silentCut = silent;
            std::vector<Bytes> parts;
            const auto done = client.retrieveSeries(kStudy, kSeries, [&](const SharedBytes& part) { parts.push_back(*part); });
            CHECK((!done || !done->closed));
            for (std::size_t i = 0; i < parts.size(); ++i) {
                REQUIRE(parts[i] == makeSlice(static_cast<int>(i) + 1));
            }
        }
    }
}

TEST_CASE("storing believes only what is listed", "[core][archive]")
{
    FakeArchive fake;
    const Bytes part10 = makeSlice(1);
    const SopInstanceUid sop(sopOf(kSeries.value, 1));
    DicomWebClient client(fake.settings());
    CHECK(client.store(kStudy, part10, sop).value().stored);
    CHECK(*client.retrieveInstance(kStudy, kSeries, sop).value() == part10);
    CHECK_FALSE(client.store(kStudy, part10, SopInstanceUid("1.2.3")).value().stored);
    fake.faults.stow = StowMode::EmptySequences;
    auto result = client.store(kStudy, part10, sop).value();
    CHECK_FALSE(result.stored);
    CHECK(result.httpStatus == 200);
    CHECK_FALSE(result.reason.empty());
    fake.faults.stow = StowMode::Conflict;
    result = client.store(kStudy, part10, sop).value();
    CHECK_FALSE(result.stored);
    CHECK(result.httpStatus == 409);
    CHECK(result.failureReason == 272);
    fake.faults.stow = StowMode::Broken;
    CHECK(codeOf(client.store(kStudy, part10, sop)) == "archive.broken");
}

TEST_CASE("a store's answer in XML is read as well", "[core][archive]")
{
    std::string sequence = "00081199";
    HttpServer server([&](const HttpRequest&) -> HttpResponse {
        return {200, {{"Content-Type", "application/dicom+xml"}},
                "<?xml version=\"1.0\"?><NativeDicomModel><DicomAttribute tag=\"" + sequence + "\" vr=\"SQ\"><Item number=\"1\">"
                "<DicomAttribute tag=\"00081150\" vr=\"UI\"><Value number=\"1\">1.2.840.1</Value></DicomAttribute>"
                "<DicomAttribute tag=\"00081155\" vr=\"UI\"><Value number=\"1\">1.2.3.4</Value></DicomAttribute>"
                "<DicomAttribute tag=\"00081197\" vr=\"US\"><Value number=\"1\">42752</Value></DicomAttribute>"
                "</Item></DicomAttribute></NativeDicomModel>"};
    });
    DicomWebClient client({"x", "http://127.0.0.1:" + std::to_string(server.port()), "", "", "", "", ""});
    CHECK(client.store(kStudy, makeSlice(1), SopInstanceUid("1.2.3.4")).value().stored);
    CHECK_FALSE(client.store(kStudy, makeSlice(1), SopInstanceUid("1.2.3.5")).value().stored);
    sequence = "00081198";
    const auto refused = client.store(kStudy, makeSlice(1), SopInstanceUid("1.2.3.4")).value();
    CHECK_FALSE(refused.stored);
    CHECK(refused.failureReason == 0xa700);
}

TEST_CASE("a clock that differs is seen", "[core][archive]")
{
    std::string date = "Sun, 06 Nov 1994 08:49:37 GMT";
    HttpServer server([&](const HttpRequest&) -> HttpResponse { return {200, {{"Content-Type", "application/json"}, {"Date", date}}, "[]"}; });
    DicomWebClient client({"x", "http://127.0.0.1:" + std::to_string(server.port()), "", "", "", "", ""});
    CHECK(client.serverClockSkewSeconds().value() < -900'000'000);
    date = "nonsense";
    CHECK(codeOf(client.serverClockSkewSeconds()) == "archive.notime");
}

TEST_CASE("a certificate that nobody vouches for is refused", "[core][archive]")
{
    if (std::system("command -v openssl >/dev/null 2>&1") != 0) {
        AKARI_SKIP("no openssl program");
    }
    const TempFolder temp;
    const std::string folder = temp.path().string();
    REQUIRE(std::system(("openssl req -x509 -newkey rsa:2048 -nodes -subj /CN=localhost -days 2 -keyout " + folder + "/k.pem -out " + folder
                         + "/c.pem >/dev/null 2>&1").c_str()) == 0);
    // A port that was free a moment ago.
    const std::uint16_t port = HttpServer([](const HttpRequest&) { return HttpResponse(); }).port();
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t child = ::fork();
    if (child == 0) {
        ::dup2(ends[1], 1);
        ::dup2(ends[1], 2);
        ::execlp("openssl", "openssl", "s_server", "-accept", std::to_string(port).c_str(), "-key", (folder + "/k.pem").c_str(), "-cert",
                 (folder + "/c.pem").c_str(), "-www", nullptr);
        ::_exit(127);
    }
    ::close(ends[1]);
    std::string said;
    char letter = 0;
    while (said.find("ACCEPT") == std::string::npos && ::read(ends[0], &letter, 1) == 1) {
        said.push_back(letter);
    }
    DicomWebClient client({"x", "https://localhost:" + std::to_string(port), "user", "secret", "", "", ""});
    CHECK(codeOf(client.probe()) == "archive.tls");
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    ::close(ends[0]);
}

TEST_CASE("an archive that asks for a pause gets it, and a long one is said", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(3);
    DicomWebClient client(fake.settings());
    fake.faults.failures = 1;
    fake.faults.retryAfter = "1";
    CHECK_FALSE(client.studies({}));
    const auto before = std::chrono::steady_clock::now();
    CHECK(client.studies({})); // waits by itself
    CHECK(std::chrono::steady_clock::now() - before > std::chrono::milliseconds(800));
    fake.faults.failures = 1;
    fake.faults.retryAfter = "3600";
    CHECK_FALSE(client.studies({}));
    const auto resting = client.studies({});
    REQUIRE_FALSE(resting);
    CHECK(resting.error().code == "archive.resting");
}

TEST_CASE("failures in a row make the client rest, and one success ends it", "[core][archive]")
{
    HostGate gate;
    for (unsigned i = 1; i < HostGate::kFailuresBeforeRest; ++i) {
        gate.answered(503, "");
        CHECK(gate.left().count() == 0);
    }
    const auto rested = [&](auto&& failing) {
        const auto before = std::chrono::steady_clock::now();
        failing();
        REQUIRE(gate.enter({}));
        return std::chrono::steady_clock::now() - before;
    };
    CHECK(rested([&] { gate.broke(); }) >= HostGate::kFirstRest);
    // Eight that were on their way when the first failed are one failure: the rest doubles, and no more.
    gate.broke();
    const auto left = gate.left();
    for (int i = 0; i < 8; ++i) {
        gate.broke();
    }
    CHECK(gate.left() <= left);
    REQUIRE(gate.enter({}));
    gate.answered(200, "");
    gate.answered(500, "");
    CHECK(gate.left().count() == 0);
    StopSource stop;
    stop.requestStop();
    CHECK(gate.enter(stop.token()).error().code == "stopped");
}

TEST_CASE("a storm of 503 ends in a whole study", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(30);
    fake.faults.failures = 9;
    const auto cache = cache::Cache::openInMemory().value();
    DicomWebClient client(fake.settings());
    SyncOptions options;
    options.retry.pause = std::chrono::milliseconds(1);
    options.retry.tries = 12;
    SystemClock clock;
    const auto report = syncStudy(client, *cache, StudyInstanceUid("1.2.840.99.1"), options, {}, clock);
    REQUIRE(report);
    CHECK(report->complete);
}

TEST_CASE("a list that does not come is given up as soon as nobody wants it", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(3);
    fake.faults.listPause = 3000;
    DicomWebClient client(fake.settings());
    const StudyInstanceUid study("1.2.840.99.1");
    const SeriesInstanceUid series("1.2.840.99.1.1");
    const auto codeWhenStopped = [&](const std::function<std::string(const StopToken&)>& list) {
        StopSource stop;
        std::thread closing([&] {
            std::this_thread::sleep_for(std::chrono::milliseconds(100));
            stop.requestStop();
        });
        const auto start = std::chrono::steady_clock::now();
        std::string code = list(stop.token());
        const bool atOnce = std::chrono::steady_clock::now() - start < std::chrono::milliseconds(2000);
        closing.join();
        return atOnce ? code : "late";
    };
    CHECK(codeWhenStopped([&](const StopToken& stop) { return codeOf(client.studies({}, stop)); }) == "stopped");
    CHECK(codeWhenStopped([&](const StopToken& stop) { return codeOf(client.series(study, -1, stop)); }) == "stopped");
    CHECK(codeWhenStopped([&](const StopToken& stop) { return codeOf(client.instances(study, series, -1, stop)); }) == "stopped");
}
