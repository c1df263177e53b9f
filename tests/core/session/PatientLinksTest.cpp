// Hazard 4: numbers of two hospitals are one patient by rule only.
#include "core/session/PatientLinks.h"

#include "core/session/ReadingSession.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using records::PatientNumber;

namespace {

struct Hospitals {
    test::TempFolder folder;
    SystemClock clock;
    archive::LineRates lines;
    std::unique_ptr<cache::Cache> cache = std::move(*cache::Cache::openInMemory());
    std::unique_ptr<records::Records> records = std::move(*records::Records::open(folder.path() / "records", vault::Key::random(), false, clock));
    decode::DecodePool pool;
    load::MemoryBudget budget{std::uint64_t{64} << 20};
    std::shared_ptr<session::StudyIndex> index = std::make_shared<session::StudyIndex>();
    int count = 0;

    session::Engine engine() { return {*cache, *records, pool, budget, clock, lines, image::builtInSplitRules(), nullptr, nullptr, index}; }
    PatientNumber add(const std::string& archive, const std::string& issuer, const std::string& id, const std::string& born = "19600304",
                      const std::string& sex = "M", const std::string& name = "Yamada^Taro=山田^太郎")
    {
        cache::StudyRecord study;
        study.archive = archive;
        study.study = StudyInstanceUid("1." + std::to_string(++count));
        study.patientId = id;
        study.issuerOfPatientId = issuer;
        study.patientBirthDate = born;
        study.patientSex = sex;
        study.patientName = dicom::PersonName::parse(name);
        study.studyDate = std::to_string(20260200 - count);
        REQUIRE(cache->putStudy(study));
        return session::numberOf(study);
    }
    void enrol()
    {
        records::Reader reader;
        reader.name = dicom::PersonName::parse("Reader^R");
        reader.login = "reader1";
        REQUIRE(records->setReader(reader, "secret"));
    }
    session::PatientLinks links(const PatientNumber& number)
    {
        REQUIRE(index->update(*cache, *records));
        return session::linksOf(number, *index, *records);
    }
    Status confirm(const PatientNumber& a, const PatientNumber& b)
    {
        REQUIRE(index->update(*cache, *records));
        return session::confirmLink(a, b, *index, *records);
    }
};

} // namespace

TEST_CASE("The same issuer and number at two archives are one patient", "[core][session][hazard4]")
{
    Hospitals h;
    const auto a = h.add("a", "NATIONAL", "P1");
    const auto b = h.add("b", "NATIONAL", "P1");
    const auto links = h.links(a);
    REQUIRE(links.linked.size() == 1);
    CHECK(links.linked[0].number == b);
    CHECK(links.linked[0].ground == session::LinkGround::Issuer);
    CHECK(h.links(b).linked.size() == 1);
}

TEST_CASE("A number without an issuer links nothing, however much the rest agrees", "[core][session][hazard4]")
{
    Hospitals h;
    const auto a = h.add("a", "", "P1");
    h.add("b", "", "P1");
    h.add("c", "NATIONAL", "P1"); // stated on one side only
    h.add("d", "NATIONAL", "P2"); // another number
    h.add("e", "OTHER", "P1");    // another issuer
    CHECK(h.links(a).linked.empty());
    CHECK(h.links({"c", "NATIONAL", "P1"}).linked.empty());
    CHECK(h.links(a).blocked.empty());
    CHECK(h.links(a).suggested.size() == 4); // all of them share birth date, sex and name: offered, not applied
}

TEST_CASE("Contradicting birth dates or sexes block both rules", "[core][session][hazard4]")
{
    Hospitals h;
    h.enrol();
    const auto a = h.add("a", "NATIONAL", "P1");
    h.add("b", "NATIONAL", "P1", "19600403");
    h.add("c", "NATIONAL", "P1", "19600304", "F");
    h.add("d", "NATIONAL", "P1", "", "");         // says nothing: no contradiction
    const auto links = h.links(a);
    REQUIRE(links.linked.size() == 1);
    CHECK(links.linked[0].number.archive == "d");
    REQUIRE(links.blocked.size() == 2);
    CHECK(links.blocked[0].why.code == "link.birthDate");
    CHECK(links.blocked[1].why.code == "link.sex");
    CHECK(links.suggested.empty());
    CHECK(h.confirm(a, {"b", "NATIONAL", "P1"}).error().code == "link.birthDate");
    CHECK(h.confirm(a, {"c", "NATIONAL", "P1"}).error().code == "link.sex");
}

TEST_CASE("A contradiction that comes later blocks a confirmed link", "[core][session][hazard4]")
{
    Hospitals h;
    h.enrol();
    const auto a = h.add("a", "", "P1");
    const auto b = h.add("b", "", "B7");
    REQUIRE(h.confirm(a, b));
    REQUIRE(h.links(a).linked.size() == 1);
    h.add("b", "", "B7", "19610101");
    CHECK(h.links(a).linked.empty());
    REQUIRE(h.links(a).blocked.size() == 1);
    CHECK(h.links(a).blocked[0].ground == session::LinkGround::Confirmed);
    CHECK(session::linkedPatients(a, *h.index, *h.records).empty());
}

TEST_CASE("A person's link is kept with who and when, audited, and can be taken back", "[core][session][hazard4]")
{
    Hospitals h;
    const auto a = h.add("a", "", "P1");
    const auto b = h.add("b", "", "B7");
    const auto c = h.add("c", "", "C9");
    CHECK(h.confirm(a, b).error().code == "reader.none");
    h.enrol();
    REQUIRE(h.confirm(b, a)); // in either order
    REQUIRE(h.confirm(b, c));
    REQUIRE(h.confirm(a, b)); // once more changes nothing
    REQUIRE(h.records->patientLinks()->size() == 2);
    const auto links = h.links(a);
    REQUIRE(links.linked.size() == 1); // b, and not by way of b also c
    CHECK(links.linked[0].number == b);
    CHECK(links.linked[0].by == "reader1");
    CHECK(links.linked[0].at.size() >= 20);
    REQUIRE(h.records->unlinkPatients(a, b));
    CHECK(h.links(a).linked.empty());
    CHECK(h.links(b).linked.size() == 1);
    CHECK(h.records->unlinkPatients(a, b).error().code == "link.none");
    std::vector<std::string> events;
    const auto trail = h.records->auditTrail();
    REQUIRE(trail);
    for (const auto& entry : *trail) {
        events.push_back(entry.event);
        CHECK(entry.detail.find("P1") == std::string::npos); // no number in the log
    }
    CHECK(events == std::vector<std::string>{"reader.enrolled", "patients.linked", "patients.linked", "patients.unlinked"});
}

TEST_CASE("Links are made between known numbers of two hospitals only", "[core][session][hazard4]")
{
    Hospitals h;
    h.enrol();
    const auto a = h.add("a", "", "P1");
    const auto own = h.add("a", "", "P2");
    CHECK(h.confirm(a, own).error().code == "link.archive");
    CHECK(h.confirm(a, {"b", "", "P1"}).error().code == "link.unknown");
    CHECK(h.confirm(a, {"b", "", ""}).error().code == "link.unknown");
}

TEST_CASE("Suggestions need the same birth date, sex and name in a group", "[core][session][hazard4]")
{
    Hospitals h;
    const auto a = h.add("a", "", "P1", "19600304", "M", "Yamada^Taro=山田^太郎");
    const auto kanji = h.add("b", "", "B1", "19600304", "M", "=山田^太郎=やまだ^たろう");
    h.add("b", "", "B2", "19600305", "M");                      // another day
    h.add("b", "", "B3", "19600304", "F");                      // another sex
    h.add("b", "", "B4", "19600304", "M", "Suzuki^Jiro=鈴木^次郎"); // another name
    h.add("b", "", "B5", "", "");                               // says too little
    h.add("a", "", "P9");                                       // the hospital's own affair
    const auto links = h.links(a);
    CHECK(links.linked.empty());
    CHECK(links.suggested == std::vector<PatientNumber>{kanji});
}

TEST_CASE("Priors are also those of linked patients, each with its archive", "[core][session][hazard4]")
{
    Hospitals h;
    h.enrol();
    for (const char* name : {"b", "c"}) {
        records::ArchiveSettings settings;
        settings.name = name;
        settings.url = "http://127.0.0.1:9/dicom-web";
        settings.color = name == std::string("b") ? "#4fbf7a" : "#c99a3c";
        REQUIRE(h.records->putArchive(settings));
    }
    h.add("a", "NATIONAL", "P1");
    h.add("a", "NATIONAL", "P1");
    h.add("b", "NATIONAL", "P1"); // by issuer
    const auto other = h.add("c", "", "C1");
    h.add("d", "", "P1"); // the same number at another hospital
    session::ReadingSession session(h.engine(), "a", StudyInstanceUid("1.1"), [] {});
    auto priors = session.priors();
    REQUIRE(priors.size() == 2);
    CHECK(priors[0].record.study.value == "1.2");
    CHECK_FALSE(priors[0].link.has_value());
    CHECK(priors[1].record.archive == "b");
    CHECK(priors[1].link == session::LinkGround::Issuer);
    CHECK(priors[1].color == "#4fbf7a");
    REQUIRE(h.confirm({"a", "NATIONAL", "P1"}, other));
    priors = session.priors();
    REQUIRE(priors.size() == 3);
    CHECK(priors[2].record.archive == "c");
    CHECK(priors[2].link == session::LinkGround::Confirmed);
    CHECK(session.openPrior(priors[2].record.study, "c")->archive() == "c");
    CHECK(session.priorSubject()->archive == "c");
}
