#include <filesystem>

#include "core/session/ReadingSession.h"
#include "core/session/Worklist.h"
#include "tests/support/Catch.h"

using namespace akari;

namespace reading_session_test {

namespace {

struct Fixture {
    std::filesystem::path folder = std::filesystem::temp_directory_path() / ("akari-session-" + toHex(randomBytes(6)));
    SystemClock clock;
    archive::LineRates lines;
    std::unique_ptr<cache::Cache> cache = std::move(*cache::Cache::openInMemory());
    vault::Key key = vault::Key::random();
    std::unique_ptr<records::Records> records;
    decode::DecodePool pool;
    load::MemoryBudget budget{std::uint64_t{64} << 20};

    Fixture()
    {
        auto opened = records::Records::open(folder, key, false, clock);
        REQUIRE(opened);
        records = std::move(*opened);
    }
    ~Fixture()
    {
        records.reset();
        std::filesystem::remove_all(folder);
    }
    session::Engine engine() { return {*cache, *records, pool, budget, clock, lines}; }

    void addStudy(const std::string& uid, const std::string& archive, const std::string& patient, const std::string& issuer, const std::string& date)
    {
        cache::StudyRecord study;
        study.archive = archive;
        study.study = StudyInstanceUid(uid);
        study.patientId = patient;
        study.issuerOfPatientId = issuer;
        study.patientName = dicom::PersonName::parse("Yamada^Taro=山田^太郎=やまだ^たろう");
        study.studyDate = date;
        study.studyDescription = "Chest CT";
        study.modalities = {"CT"};
        REQUIRE(cache->putStudy(study));
    }
};

} // namespace

TEST_CASE("saveReport refuses another study's text and a signed report", "[core][session][hazard2]")
{
    Fixture f;
    f.addStudy("1.2.3", "a", "P1", "", "20260101");
    session::ReadingSession session(f.engine(), "a", StudyInstanceUid("1.2.3"), [] {});
    const auto foreign = session.saveReport("{}", StudyInstanceUid("1.2.4"));
    REQUIRE_FALSE(foreign);
    CHECK(foreign.error().code == "session.subject");
    CHECK(session.draftId().empty());
    REQUIRE(session.saveReport("{\"a\":1}", StudyInstanceUid("1.2.3")));
    const auto kept = f.records->draft(session.draftId());
    REQUIRE(kept);
    CHECK(kept->json == "{\"a\":1}");
    session.reportSigned("{}");
    CHECK(session.saveReport("{}", StudyInstanceUid("1.2.3")).error().code == "report.final");
}

TEST_CASE("A session opened again finds its draft and annotations", "[core][session]")
{
    Fixture f;
    f.addStudy("1.2.3", "a", "P1", "", "20260101");
    std::string id;
    {
        session::ReadingSession session(f.engine(), "a", StudyInstanceUid("1.2.3"), [] {});
        REQUIRE(session.saveReport("{\"text\":\"x\"}", StudyInstanceUid("1.2.3")));
        id = session.draftId();
        measure::Annotation a;
        a.id = "l";
        a.object.study = StudyInstanceUid("1.2.3");
        a.points = {{0, 0}, {1, 1}};
        session.annotations().add(a);
        REQUIRE(session.annotationsChanged());
    }
    session::ReadingSession again(f.engine(), "a", StudyInstanceUid("1.2.3"), [] {});
    CHECK(again.draftId() == id);
    CHECK(again.draftJson() == "{\"text\":\"x\"}");
    CHECK(again.annotations().all().size() == 1);
}

TEST_CASE("Annotations that can't be read are left as they are", "[core][session]")
{
    Fixture f;
    f.addStudy("1.2.3", "a", "P1", "", "20260101");
    REQUIRE(f.records->putAnnotations("a", StudyInstanceUid("1.2.3"), "{\"written\":\"by a newer program\"}"));
    session::ReadingSession session(f.engine(), "a", StudyInstanceUid("1.2.3"), [] {});
    measure::Annotation drawn;
    drawn.id = "new";
    session.annotations().add(drawn);
    const auto kept = session.annotationsChanged();
    REQUIRE_FALSE(kept);
    CHECK(kept.error().code == "annotations.json");
    CHECK(*f.records->annotations("a", StudyInstanceUid("1.2.3")) == "{\"written\":\"by a newer program\"}");
}

TEST_CASE("Priors are those of the same ID, issuer and archive alone", "[core][session][hazard4]")
{
    Fixture f;
    f.addStudy("1.1", "a", "P1", "", "20260101");
    f.addStudy("1.2", "a", "P1", "", "20250101");
    f.addStudy("1.3", "b", "P1", "", "20240101");        // the same number at another hospital
    f.addStudy("1.4", "a", "P1", "OTHER", "20240201");   // the same number of another issuer
    f.addStudy("1.5", "a", "P2", "", "20240301");
    f.addStudy("1.6", "a", "P1", "", "20250601");
    session::ReadingSession session(f.engine(), "a", StudyInstanceUid("1.1"), [] {});
    const auto priors = session.priors();
    REQUIRE(priors.size() == 2);
    CHECK(priors[0].record.study.value == "1.6");
    CHECK(priors[1].record.study.value == "1.2");
}

TEST_CASE("The pre-sign check speaks of an archive that is not there", "[core][session][hazard6]")
{
    Fixture f;
    f.addStudy("1.2.3", "a", "P1", "", "20260101");
    records::ArchiveSettings away;
    away.name = "a";
    away.url = "http://127.0.0.1:9/dicom-web";
    REQUIRE(f.records->putArchive(away));
    std::atomic<int> calls{0};
    session::ReadingSession session(f.engine(), "a", StudyInstanceUid("1.2.3"), [&] { ++calls; });
    while (session.syncState().running) {
        std::this_thread::yield();
    }
    const auto checks = session.preSignChecks();
    REQUIRE(checks.size() == 1);
    CHECK(checks[0].code == "check.offline");
    CHECK(calls > 0);
}

TEST_CASE("The worklist filters by every word, in any name group", "[core][session]")
{
    Fixture f;
    f.addStudy("1.1", "a", "P1", "", "20260101");
    f.addStudy("1.2", "a", "P2", "", "20250101");
    const session::Worklist worklist(f.engine());
    REQUIRE(worklist.rows("").size() == 2);
    CHECK(worklist.rows("").front().study.study.value == "1.1");
    CHECK(worklist.rows("山田").size() == 2);
    CHECK(worklist.rows("やまだ p2").size() == 1);
    CHECK(worklist.rows("YAMADA 2026-01-01").size() == 1);
    CHECK(worklist.rows("yamada mr").empty());
}

} // namespace reading_session_test
