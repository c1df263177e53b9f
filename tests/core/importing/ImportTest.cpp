#include <map>
#include <set>

#include <sys/stat.h>

#include "tests/core/importing/ImportSupport.h"

using namespace akari;
using namespace akari::test;

TEST_CASE("A folder is imported whole, with a reason for each file that is refused", "[core][importing]")
{
    Place place;
    writeSeries(place.media() / "a" / "b", 3);
    writeText(place.media() / "README.TXT", "viewer for Windows");
    writeText(place.media() / "empty", "");
    writeText(place.media() / "photo.jpg", "\xFF\xD8\xFF\xE0 whatever");
    Bytes cut = slice({}); // in the middle of its header: what it says of itself is not all there
    cut.resize(400);
    writeFile(place.media() / "cut.dcm", cut);
    SliceOf nobody;
    nobody.series.clear();
    writeFile(place.media() / "nobody.dcm", slice(nobody));
    REQUIRE(::mkfifo((place.media() / "pipe").c_str(), 0600) == 0);
    fs::create_directory_symlink(place.media(), place.media() / "a" / "circle");

    const auto report = place.import();
    CHECK(report.imported == 3);
    CHECK(report.duplicate == 0);
    CHECK(codesOf(report) == std::vector<std::string>{"README.TXT import.notdicom", "cut.dcm dicom.identity", "empty import.empty",
                                                      "nobody.dcm dicom.identity", "photo.jpg import.patientless", "pipe import.special"});
    const auto studies = place.cache->studies();
    REQUIRE(studies);
    REQUIRE(studies->size() == 1);
    const auto& study = studies->front();
    CHECK(importing::isMedia(study.archive));
    CHECK(study.stored == 3);
    CHECK(study.expected == 3);
    CHECK(study.complete);
    CHECK(study.patientName.alphabetic == "Test^One");
    CHECK(study.modalities == std::vector<std::string>{"CT"});
}

TEST_CASE("What was imported before is a duplicate, from wherever it comes", "[core][importing]")
{
    Place place;
    writeSeries(place.media(), 5);
    REQUIRE(place.import().imported == 5);
    fs::rename(place.media(), place.temp.path() / "elsewhere");
    const auto again = place.import({place.temp.path() / "elsewhere", place.temp.path() / "elsewhere" / "IM10001"});
    CHECK(again.imported == 0);
    CHECK(again.duplicate == 6);
    CHECK(again.rejected.empty());
    REQUIRE(again.studies.size() == 1);
    CHECK(again.studies[0].complete);
    CHECK(place.cache->studies()->size() == 1);
}

TEST_CASE("The same UID with other bytes is kept beside the first and flagged, on every import", "[core][importing]")
{
    Place place;
    SliceOf one;
    one.rows = 32;
    writeFile(place.media() / "1.dcm", slice(one));
    REQUIRE(place.import().imported == 1);
    one.grey = 8;
    writeFile(place.media() / "2.dcm", slice(one));

    const auto second = place.import();
    CHECK(second.imported == 1);
    CHECK(second.duplicate == 1);
    REQUIRE(second.conflicts.size() == 1);
    CHECK(fs::path(second.conflicts[0].path).filename() == "2.dcm");

    const auto third = place.import();
    CHECK(third.imported == 0);
    CHECK(third.duplicate == 2);
    REQUIRE(third.conflicts.size() == 2); // each gave way to the other; 2.dcm came last
    CHECK(fs::path(third.conflicts[0].path).filename() == "1.dcm");

    const auto shown = place.cache->findObject(SopInstanceUid(one.sop));
    REQUIRE(shown->size() == 1);
    CHECK(shown->front().identity == second.conflicts[0].identity);
    for (const auto& file : {"1.dcm", "2.dcm"}) {
        std::ifstream in(place.media() / file, std::ios::binary);
        const Bytes bytes{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
        ObjectIdentity identity = shown->front().identity;
        identity.contentVersion = sha256Hex(bytes).substr(0, 16);
        const auto kept = place.cache->read(identity);
        REQUIRE(kept);
        CHECK(**kept == bytes);
    }
    CHECK(place.cache->studies()->front().stored == 1);
}

TEST_CASE("Two patients with one number stay apart; one patient's studies share an archive", "[core][importing]")
{
    Place place;
    const auto put = [&](const char* file, SliceOf of, const std::string& study) {
        of.study = study;
        of.series = study + ".1";
        of.sop = study + ".1." + file;
        writeFile(place.media() / file, slice(of));
    };
    put("1", {}, "1.2.10");
    put("2", {}, "1.2.20");
    SliceOf other;
    other.birthDate = "19991231";
    put("3", other, "1.2.30");
    SliceOf issued;
    issued.issuer = "CITY";
    put("4", issued, "1.2.40");
    SliceOf anonymous;
    anonymous.patientId.clear();
    put("5", anonymous, "1.2.50");
    put("6", anonymous, "1.2.60");
    SliceOf vague; // of the first study, without a birth date, imported later
    vague.birthDate.clear();
    REQUIRE(place.import().imported == 6);
    put("7", vague, "1.2.10");
    REQUIRE(place.import().imported == 1);

    std::map<std::string, std::string> archives;
    const auto held = place.cache->studies();
    REQUIRE(held);
    for (const auto& study : *held) {
        archives[study.study.value] = study.archive;
    }
    CHECK(archives.size() == 6);
    CHECK(archives["1.2.10"] == archives["1.2.20"]);
    std::set<std::string> distinct;
    for (const auto& [study, archive] : archives) {
        distinct.insert(archive);
    }
    CHECK(distinct.size() == 5);
    CHECK(place.cache->findStudy(StudyInstanceUid("1.2.10"))->front().stored == 2);
}

TEST_CASE("Names that are no UTF-8 are imported and shown escaped", "[core][importing]")
{
    Place place;
    writeFile(place.media() / "\x82\xA0.dcm", slice({}));
    writeText(place.media() / "caf\xE9.txt", "no object");
    const auto report = place.import();
    CHECK(report.imported == 1);
    REQUIRE(report.rejected.size() == 1);
    CHECK(report.rejected[0].path.ends_with("/caf\\xe9.txt"));
}

TEST_CASE("A cancelled import keeps what it has, and goes on when it is run again", "[core][importing]")
{
    Place place;
    writeSeries(place.media(), 400);
    StopSource stop;
    importing::ImportEvents events;
    events.progress = [&](const importing::ImportProgress& now) {
        if (now.imported >= 64) {
            stop.requestStop();
        }
    };
    importing::ImportOptions options;
    options.underwayBytes = 64 * 1024;
    const auto first = place.import({place.media()}, options, events, stop.token());
    CHECK(first.cancelled);
    CHECK(first.imported >= 64);
    CHECK(first.imported < 400);
    CHECK(place.cache->studies()->front().stored == static_cast<std::int64_t>(first.imported));
    CHECK_FALSE(place.cache->studies()->front().complete);
    const auto rest = place.import();
    CHECK(rest.imported == 400 - first.imported);
    CHECK(rest.duplicate == first.imported);
    CHECK(place.cache->studies()->front().complete);
}

TEST_CASE("Many series side by side need no more memory than is allowed", "[core][importing]")
{
    Place place;
    for (int i = 0; i < 300; ++i) {
        SliceOf of;
        of.rows = 512; // 8 kB each, and every one a series of its own
        of.series = "1.2.3." + std::to_string(100 + i);
        of.sop = of.series + ".1";
        writeFile(place.media() / std::to_string(i), slice(of));
    }
    importing::ImportOptions options;
    options.underwayBytes = 40'000; // four objects
    CHECK(place.import({place.media()}, options).imported == 300);
    CHECK(place.cache->studies()->front().stored == 300);
}

TEST_CASE("A path that is not there, or may not be read, is refused alone", "[core][importing]")
{
    Place place;
    writeSeries(place.media() / "good", 1);
    const auto report = place.import({place.temp.path() / "nowhere", place.media()});
    CHECK(report.imported == 1);
    CHECK(codesOf(report) == std::vector<std::string>{"nowhere file.unreadable"});
}
