// Against a real archive.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <map>
#include <set>
#include <thread>

#include "core/archive/Changes.h"
#include "core/archive/OrthancLog.h"
#include "core/archive/Sync.h"
#include "tests/core/archive/ReportSupport.h"
#include "tests/support/Catch.h"
#include "tests/support/Orthanc.h"
#include "tests/support/TestData.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace {

std::vector<std::filesystem::path> filesIn(const std::filesystem::path& folder)
{
    std::vector<std::filesystem::path> files;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
        if (entry.path().extension() == ".dcm") {
            files.push_back(entry.path());
        }
    }
    std::sort(files.begin(), files.end());
    return files;
}

double secondsSince(std::chrono::steady_clock::time_point start)
{
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

} // namespace

TEST_CASE("a compressed CT volume comes from Orthanc byte for byte", "[core][archive][orthanc]")
{
    const auto data = dataFolder();
    if (!data || !std::filesystem::is_directory(*data / "01_ct_volume_160_LIDC0314_JPEGLS")) {
        AKARI_SKIP("no real CT volume");
    }
    const auto orthanc = Orthanc::start();
    if (!orthanc) {
        AKARI_SKIP("no Orthanc");
    }
    std::map<std::string, SharedBytes> sources;
    StudyInstanceUid study;
    for (const auto& path : filesIn(*data / "01_ct_volume_160_LIDC0314_JPEGLS")) {
        const SharedBytes bytes = readFile(path);
        const auto file = dicom::readPart10(bytes).value();
        sources[file.dataSet.textOr(dicom::tags::SOPInstanceUID)] = bytes;
        study = StudyInstanceUid(file.dataSet.textOr(dicom::tags::StudyInstanceUID));
        REQUIRE(orthanc->upload(*bytes));
    }
    DicomWebClient client(orthanc->settings());
    const auto cache = cache::Cache::openInMemory().value();
    const SystemClock clock;
    const auto report = syncStudy(client, *cache, study, {}, {}, clock).value();
    for (const auto& one : report.problems) {
        UNSCOPED_INFO(one.code << " " << one.detail);
    }
    CHECK(report.complete);
    CHECK(report.stored == static_cast<std::int64_t>(sources.size()));
    std::size_t same = 0;
    const auto series = cache->series("Orthanc", study).value();
    for (const auto& one : series) {
        const auto objects = cache->objects("Orthanc", study, one.series).value();
        for (const auto& object : objects) {
            same += **cache->read(object.identity) == *sources[object.identity.sop.value] ? 1 : 0;
        }
    }
    CHECK(same == sources.size());
    const auto found = client.studies({}).value();
    REQUIRE(found.items.size() == 1);
    CHECK(found.items[0].instances == static_cast<std::int64_t>(sources.size()));
    CHECK_FALSE(found.incomplete);
    // This server tells no time.
    const auto skew = client.serverClockSkewSeconds();
    CHECK((skew ? std::abs(*skew) <= 2 : skew.error().code == "archive.notime"));
    CHECK(client.retrieveInstance(study, SeriesInstanceUid("1.2.3"), SopInstanceUid("1.2.3")).error().code == "archive.notfound");
    const auto unknown = syncStudy(client, *cache, StudyInstanceUid("1.2.3.4"), {}, {}, clock);
    REQUIRE_FALSE(unknown);
    CHECK(unknown.error().code == "archive.notfound");
}

TEST_CASE("Orthanc's lossless copies come first on a slow line where they are wanted", "[core][archive][orthanc]")
{
    const auto orthanc = Orthanc::start();
    if (!orthanc) {
        AKARI_SKIP("no Orthanc");
    }
    SliceOptions large;
    large.side = 256;
    for (int number = 1; number <= 30; ++number) {
        REQUIRE(orthanc->upload(makeSlice(number, large)));
    }
    DicomWebClient client(orthanc->settings());
    const auto cache = cache::Cache::openInMemory().value();
    const SystemClock clock;
    LineRates lines;
    lines.note("Orthanc", 50e6);
    SyncOptions options;
    options.lines = &lines;
    options.losslessFirst = true;
    std::set<std::string> copies;
    SyncEvents events;
    events.received = [&](const cache::IncomingObject& object) {
        if (object.provisional) {
            CHECK(dicom::readPart10(object.bytes)->transferSyntaxUid == "1.2.840.10008.1.2.4.80");
            copies.insert(object.identity.sop.value);
        }
    };
    const auto report = syncStudy(client, *cache, StudyInstanceUid(large.study), options, events, clock).value();
    CHECK(report.complete);
    CHECK(report.copies >= 20); // the connections' first objects are originals
    CHECK(copies.size() == static_cast<std::size_t>(report.copies));
    for (int number = 1; number <= 30; ++number) {
        const auto found = cache->findObject(SopInstanceUid(sopOf(large.series, number))).value();
        REQUIRE(found.size() == 1);
        CHECK(**cache->read(found[0].identity) == makeSlice(number, large));
    }
}

TEST_CASE("reports are stored at Orthanc and proven; what it keeps instead is found out", "[core][archive][orthanc]")
{
    const auto orthanc = Orthanc::start();
    if (!orthanc) {
        AKARI_SKIP("no Orthanc");
    }
    REQUIRE(orthanc->upload(makeSlice(1)));
    SignedFolder own(orthanc->settings());
    CHECK(own.deliver().archived == 1);

    // Orthanc says 200 to other content under the same identity and keeps the old.
    ReportOptions other;
    other.text = "Progress.";
    SignedFolder changed(orthanc->settings(), {makeReport(other)});
    const auto refuted = changed.deliver();
    CHECK(refuted.archived == 0);
    CHECK(refuted.items[0].state == records::DeliveryState::Failed);

    const auto samples = std::filesystem::path(AKARI_SOURCE_DIR).parent_path() / "shared" / "sr-samples";
    if (!std::filesystem::is_directory(samples)) {
        return;
    }
    std::size_t proven = 0;
    std::set<std::string> seen;
    for (const auto& path : filesIn(samples)) {
        const Bytes bytes = *readFile(path);
        const auto file = dicom::readPart10(std::make_shared<const Bytes>(bytes)).value();
        if (!seen.insert(file.dataSet.textOr(dicom::tags::SOPInstanceUID)).second) {
            continue;
        }
        SliceOptions image;
        image.study = file.dataSet.textOr(dicom::tags::StudyInstanceUID);
        image.series = image.study + ".77." + std::to_string(seen.size());
        image.patient = file.dataSet.textOr(dicom::tags::PatientID);
        image.accession = file.dataSet.textOr(dicom::tags::AccessionNumber);
        REQUIRE(orthanc->upload(makeSlice(1, image)));
        SignedFolder one(orthanc->settings(), {bytes});
        const auto report = one.deliver();
        INFO(path.filename().string() << ": " << report.items[0].reason);
        CHECK(report.archived == 1);
        ++proven;
    }
    CHECK(proven >= 7);
}

TEST_CASE("What is deleted, added and replaced in Orthanc is found by its log", "[core][archive][orthanc]")
{
    const auto orthanc = Orthanc::start();
    if (!orthanc) {
        AKARI_SKIP("no Orthanc");
    }
    // Old studies, so that only the log leads to them.
    const std::vector<std::string> studies{"1.2.840.99.1", "1.2.840.99.2", "1.2.840.99.3", "1.2.840.99.4"};
    const auto sliceOf = [](const std::string& study, int number, std::int64_t seed) {
        SliceOptions options;
        options.study = study;
        options.series = study + ".1";
        options.seed = seed;
        return makeSlice(number, options);
    };
    const SystemClock clock;
    const auto cache = cache::Cache::openInMemory().value();
    const auto marks = JobStore::openInMemory(clock).value();
    DicomWebClient client(orthanc->settings());
    for (const auto& study : studies) {
        for (int i = 1; i <= 3; ++i) {
            REQUIRE(orthanc->upload(sliceOf(study, i, 1)));
        }
        REQUIRE(syncStudy(client, *cache, StudyInstanceUid(study), {}, {}, clock)->complete);
    }
    ChangeOptions options;
    options.recentDays = -36'500; // none is recent
    auto report = detectChanges(client, *cache, *marks, clock, options).value();
    CHECK(report.whole);
    CHECK(report.compared == 4);
    CHECK(report.changes.empty());
    CHECK(compareWithArchive(client, *cache, StudyInstanceUid(studies[0]))->instances == 3);

    REQUIRE(orthanc->remove(OrthancLog::studyName("P-100", StudyInstanceUid(studies[0]))));
    REQUIRE(orthanc->upload(sliceOf(studies[1], 4, 1)));
    REQUIRE(orthanc->remove(OrthancLog::studyName("P-100|" + studies[2] + '|' + studies[2] + ".1", StudyInstanceUid(studies[2] + ".1.2"))));
    REQUIRE(orthanc->upload(sliceOf(studies[2], 2, 7)));
    std::map<std::string, ChangeKind> found;
    // Orthanc writes a study into its log when nothing has come for it for a while (StableAge, here a second).
    for (int i = 0; i < 100 && found.size() < 3; ++i) {
        report = detectChanges(client, *cache, *marks, clock, options).value();
        CHECK_FALSE(report.whole);
        CHECK(report.vendorLog);
        for (const auto& change : report.changes) {
            found[change.study.value] = change.kind;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    for (const auto& [study, kind] : found) {
        UNSCOPED_INFO(study << " " << text(kind));
    }
    REQUIRE(found.size() == 3);
    CHECK(found[studies[0]] == ChangeKind::Withdrawn);
    CHECK(found[studies[1]] == ChangeKind::Grown);
    CHECK(found[studies[2]] == ChangeKind::Altered);
    CHECK(cache->study("Orthanc", StudyInstanceUid(studies[0])).value()->server.withdrawn);
    CHECK(cache->objects("Orthanc", StudyInstanceUid(studies[0]), SeriesInstanceUid(studies[0] + ".1"))->size() == 3); // nothing was deleted
    CHECK(compareWithArchive(client, *cache, StudyInstanceUid(studies[0]))->withdrawn);
}

TEST_CASE("300 slices of 512 x 512 arrive and are sealed on disk", "[core][archive][orthanc][speed]")
{
    const auto orthanc = Orthanc::start();
    if (!orthanc) {
        AKARI_SKIP("no Orthanc");
    }
    SliceOptions slice;
    slice.side = 512;
    for (int i = 1; i <= 300; ++i) {
        REQUIRE(orthanc->upload(makeSlice(i, slice)));
    }
    const SystemClock clock;
    const vault::Key key(Bytes(32, 9));
    for (int round = 0; round < 3; ++round) {
        DicomWebClient client(orthanc->settings());
        const TempFolder temp;
        const auto cache = cache::Cache::open(temp.path(), key, false).value();
        auto start = std::chrono::steady_clock::now();
        std::uint64_t bytes = 0;
        REQUIRE(client.retrieveSeries(StudyInstanceUid(slice.study), SeriesInstanceUid(slice.series), [&](const SharedBytes& part) { bytes += part->size(); }));
        const double network = secondsSince(start);
        double firstReceived = 0;
        double lastReceived = 0;
        SyncEvents events;
        start = std::chrono::steady_clock::now();
        const std::clock_t clockStart = std::clock();
        events.received = [&](const cache::IncomingObject&) {
            lastReceived = secondsSince(start);
            firstReceived = firstReceived == 0 ? lastReceived : firstReceived;
        };
        const auto report = syncStudy(client, *cache, StudyInstanceUid(slice.study), {}, events, clock).value();
        const double whole = secondsSince(start);
        const double processor = static_cast<double>(std::clock() - clockStart) / CLOCKS_PER_SEC;
        CHECK(report.complete);
        CHECK(report.stored == 300);
        std::printf("retrieve alone %.3f s (%.2f GB/s); sync: first object %.3f s, last received %.3f s, sealed %.3f s, processor %.3f s\n", network,
                    static_cast<double>(bytes) / network / 1e9, firstReceived, lastReceived, whole, processor);
    }
}
