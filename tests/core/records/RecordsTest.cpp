#include "core/records/Records.h"

#include <fstream>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/base/FileIo.h"
#include "tests/core/records/RecordsSupport.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::records;
using namespace akari::test;
namespace fs = std::filesystem;

TEST_CASE("a reader is enrolled, known again and only the right secret signs", "[core][records]")
{
    const TempFolder temp;
    {
        auto records = openRecords(temp.path()).value();
        CHECK_FALSE(records->reader().value());
        CHECK(records->reauthenticate("anything").error().code == "reader.none");
        CHECK(records->setReader({}, "").error().code == "reader.secret");
        REQUIRE(records->setReader({dicom::PersonName::parse("Yamada^Taro=山田^太郎=やまだ^たろう"), "Hospital A", "taro", "reader"}, "sakura 7"));
    }
    auto records = openRecords(temp.path()).value();
    const auto reader = records->reader().value();
    REQUIRE(reader);
    CHECK(reader->name.ideographic == "山田^太郎");
    CHECK(reader->login == "taro");
    CHECK(records->reauthenticate("sakura 7"));
    CHECK(records->reauthenticate("sakura 8").error().code == "reader.secret");
    CHECK(records->reauthenticate("").error().code == "reader.secret");
}

TEST_CASE("archives keep their order; a name is not given to another address", "[core][records]")
{
    const TempFolder temp;
    auto records = openRecords(temp.path()).value();
    REQUIRE(records->putArchive({"North", "https://north/dicom-web", "u", "p", "", "", "#aa0000"}));
    REQUIRE(records->putArchive({"South", "https://south/dicom-web", "", "", "tok", "", "#00aa00"}));
    CHECK(records->putArchive({"North", "https://other/dicom-web", "", "", "", "", ""}).error().code == "archive.exists");
    REQUIRE(records->putArchive({"North", "https://north/dicom-web", "u2", "p2", "", "", "#aa0000"}));
    const auto all = records->archives().value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].name == "North");
    CHECK(all[0].user == "u2");
    CHECK(records->archive("South").value().token == "tok");
    CHECK(records->archive("West").error().code == "archive.unknown");
}

TEST_CASE("how an archive is reached is kept whole", "[core][records]")
{
    const TempFolder temp;
    ArchiveSettings settings{"North", "https://north/dicom-web", "u", "p", "t", "/c.p12", "#aa0000"};
    settings.clientKeyPassword = "1";
    settings.certificateAuthority = "/ca.pem";
    settings.pin = "sha256//x";
    settings.proxy = "http://proxy:1";
    settings.proxyUser = "2";
    settings.proxyPassword = "3";
    settings.bulkFromOwnHost = true;
    settings.openId = {"https://login", "4", "5", "6"};
    REQUIRE(openRecords(temp.path()).value()->putArchive(settings));
    const auto kept = openRecords(temp.path()).value()->archive("North").value();
    CHECK(kept.clientCertificate == "/c.p12");
    CHECK(kept.clientKeyPassword == "1");
    CHECK(kept.certificateAuthority == "/ca.pem");
    CHECK(kept.pin == "sha256//x");
    CHECK(kept.proxy == "http://proxy:1");
    CHECK(kept.proxyUser == "2");
    CHECK(kept.proxyPassword == "3");
    CHECK(kept.bulkFromOwnHost);
    CHECK(kept.openId.issuer == "https://login");
    CHECK(kept.openId.clientId == "4");
    CHECK(kept.openId.clientSecret == "5");
    CHECK(kept.openId.scopes == "6");
}

TEST_CASE("drafts grow by revisions and stay with their study", "[core][records]")
{
    const TempFolder temp;
    auto records = openRecords(temp.path()).value();
    const Draft first = records->saveDraft(draftWith("{\"t\":1}")).value();
    CHECK(first.revision == 1);
    CHECK(first.state == "draft");
    CHECK(first.savedAt == "2026-02-02T02:40:00Z");
    const Draft second = records->saveDraft(draftWith("{\"t\":2}", first.id)).value();
    CHECK(second.revision == 2);
    CHECK(records->draft(first.id).value().json == "{\"t\":2}");
    CHECK(records->drafts().value().size() == 1);
    CHECK(records->openDraftOf("Hospital A", kStudy).value()->id == first.id);
    CHECK_FALSE(records->openDraftOf("Hospital B", kStudy).value());
    CHECK_FALSE(records->openDraftOf("Hospital A", StudyInstanceUid("1.2.3")).value());

    Draft elsewhere = draftWith("{}", first.id);
    elsewhere.study = StudyInstanceUid("1.2.3");
    CHECK(records->saveDraft(elsewhere).error().code == "report.study");
    CHECK(records->saveDraft(draftWith("{}", "absent")).error().code == "report.unknown");
    CHECK(records->draft("absent").error().code == "report.unknown");
}

TEST_CASE("signing ends the draft, keeps the exact bytes and queues them", "[core][records]")
{
    const TempFolder temp;
    auto records = openRecords(temp.path()).value();
    const std::string id = records->saveDraft(draftWith("{\"t\":1}")).value().id;
    const Bytes sr = randomBytes(70001);
    const Bytes pdf = randomBytes(301);
    REQUIRE(records->sign(id, "{\"t\":\"final\"}", {objectWith("1.2.3.1", sr), objectWith("1.2.3.2", pdf)}));
    CHECK(records->sign(id, "{}", {objectWith("1.2.3.3", pdf)}).error().code == "report.signed");
    CHECK(records->saveDraft(draftWith("{}", id)).error().code == "report.final");
    CHECK(records->draft(id).value().state == "final");
    CHECK(records->draft(id).value().json == "{\"t\":\"final\"}");
    CHECK_FALSE(records->openDraftOf("Hospital A", kStudy).value());

    const auto items = records->outbox().value();
    REQUIRE(items.size() == 2);
    CHECK(items[0].sop.value == "1.2.3.1");
    CHECK(items[0].state == DeliveryState::Queued);
    CHECK(items[0].reportId == id);
    CHECK(items[0].patientId == "PATIENT-0815");
    CHECK(items[0].sha256 == sha256Hex(sr));
    CHECK(records->signedObject(SopInstanceUid("1.2.3.1")).value().part10 == sr);
    CHECK(records->signedObject(SopInstanceUid("1.2.3.2")).value().part10 == pdf);
    CHECK(records->signedObject(SopInstanceUid("1.2.3.9")).error().code == "report.unknown");
}

TEST_CASE("a refused signature changes nothing", "[core][records]")
{
    const TempFolder temp;
    auto records = openRecords(temp.path()).value();
    const std::string id = records->saveDraft(draftWith("{}")).value().id;
    auto foreign = objectWith("1.2.3.5", Bytes(10, 1));
    foreign.item.study = StudyInstanceUid("1.2.3");
    CHECK(records->sign(id, "{}", {objectWith("1.2.3.4", Bytes(10, 1)), foreign}).error().code == "report.study");
    CHECK(records->sign(id, "{}", {objectWith("1.2.3.4", Bytes(10, 1)), objectWith("1.2.3.4", Bytes(10, 2))}).error().code == "report.object");
    CHECK(records->sign(id, "{}", {}).error().code == "report.object");
    CHECK(records->draft(id).value().state == "draft");
    CHECK(records->draft(id).value().revision == 1);
    CHECK(records->outbox().value().empty());
    CHECK(records->signedObject(SopInstanceUid("1.2.3.4")).error().code == "report.unknown");
}

TEST_CASE("the delivery state moves forward and what is proven stays proven", "[core][records]")
{
    const TempFolder temp;
    auto records = openRecords(temp.path()).value();
    const std::string id = records->saveDraft(draftWith("{}")).value().id;
    REQUIRE(records->sign(id, "{}", {objectWith("1.2.3.1", Bytes(10, 1))}));
    const auto item = records->outbox().value().front().id;
    REQUIRE(records->setDelivery(item, DeliveryState::Queued, "The archive does not answer."));
    REQUIRE(records->setDelivery(item, DeliveryState::Sent, ""));
    CHECK(records->outbox().value().front().attempts == 2);
    REQUIRE(records->setDelivery(item, DeliveryState::Archived, ""));
    REQUIRE(records->setDelivery(item, DeliveryState::Failed, "late"));
    CHECK(records->outbox().value().front().state == DeliveryState::Archived);
    CHECK(records->outbox().value().front().attempts == 2);
    CHECK(records->setDelivery(item + 1, DeliveryState::Sent, "").error().code == "report.unknown");
    CHECK(std::string(text(DeliveryState::Archived)) == "archived");
}

TEST_CASE("the newest two copies of everything lie in the backup after signing", "[core][records]")
{
    const TempFolder temp;
    const Bytes bytes = randomBytes(5000);
    for (const char* sop : {"1.2.3.1", "1.2.3.2", "1.2.3.3"}) {
        auto records = openRecords(temp.path()).value();
        const std::string id = records->saveDraft(draftWith("{}")).value().id;
        REQUIRE(records->sign(id, "{}", {objectWith(sop, bytes)}));
    }
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(temp.path() / "backup")) {
        names.push_back(entry.path().filename().string());
    }
    std::sort(names.begin(), names.end());
    CHECK(names == std::vector<std::string>{"records-1.db", "records-2.db"});

    for (const auto& [name, signatures] : {std::pair{"records-1.db", 3u}, std::pair{"records-2.db", 2u}}) {
        const TempFolder restored;
        fs::copy_file(temp.path() / "backup" / name, restored.path() / "records.db");
        auto records = openRecords(restored.path()).value();
        CHECK(records->outbox().value().size() == signatures);
        CHECK(records->signedObject(SopInstanceUid("1.2.3.1")).value().part10 == bytes);
    }
}

TEST_CASE("annotations, settings and the audit trail come back", "[core][records]")
{
    const TempFolder temp;
    {
        auto records = openRecords(temp.path()).value();
        REQUIRE(records->putAnnotations("Hospital A", kStudy, "[1]"));
        REQUIRE(records->putAnnotations("Hospital A", kStudy, "[1,2]"));
        REQUIRE(records->putSetting("layout", "2x2"));
        REQUIRE(records->audit("study.opened", "one"));
        REQUIRE(records->audit("study.opened", "two"));
    }
    auto records = openRecords(temp.path(), true).value();
    CHECK(records->annotations("Hospital A", kStudy).value() == "[1,2]");
    CHECK(records->annotations("Hospital B", kStudy).value().empty());
    CHECK(records->setting("layout").value() == "2x2");
    CHECK(records->setting("absent").value().empty());
    const auto trail = records->auditTrail().value();
    REQUIRE(trail.size() == 2);
    CHECK(trail[1].detail == "two");
    CHECK(records->putSetting("layout", "1x1").error().code == "records.readonly");
    CHECK(records->saveDraft(draftWith("{}")).error().code == "records.readonly");
}

TEST_CASE("an altered audit trail is noticed", "[core][records]")
{
    const std::string sql = GENERATE(as<std::string>(), "DELETE FROM audit WHERE id=2", "DELETE FROM audit WHERE id=3", "DELETE FROM audit",
                                     "UPDATE audit SET id=id+10 WHERE id=3");
    const TempFolder temp;
    {
        auto records = openRecords(temp.path()).value();
        for (const char* detail : {"a", "b", "c"}) {
            REQUIRE(records->audit("event", detail));
        }
    }
    {
        SQLite::Database raw((temp.path() / "records.db").string(), SQLite::OPEN_READWRITE);
        raw.exec(sql);
    }
    const auto trail = openRecords(temp.path()).value()->auditTrail();
    REQUIRE_FALSE(trail);
    CHECK((trail.error().code == "records.audit" || trail.error().code == "records.damaged"));
}

TEST_CASE("a sealed row that is moved to another place does not open", "[core][records]")
{
    const TempFolder temp;
    {
        auto records = openRecords(temp.path()).value();
        const std::string id = records->saveDraft(draftWith("{}")).value().id;
        REQUIRE(records->sign(id, "{}", {objectWith("1.2.3.1", Bytes(10, 1)), objectWith("1.2.3.2", Bytes(10, 2))}));
    }
    {
        SQLite::Database raw((temp.path() / "records.db").string(), SQLite::OPEN_READWRITE);
        raw.exec("UPDATE object SET sealed = (SELECT sealed FROM object o WHERE o.sop <> object.sop)");
    }
    CHECK(openRecords(temp.path()).value()->signedObject(SopInstanceUid("1.2.3.1")).error().code == "records.damaged");
}

TEST_CASE("newer, damaged and foreign files are refused", "[core][records]")
{
    const TempFolder temp;
    const fs::path file = temp.path() / "records.db";
    REQUIRE(openRecords(temp.path()));
    CHECK(Records::open(temp.path(), vault::Key(Bytes(32, 1)), false, kClock).error().code == "records.damaged");
    {
        SQLite::Database raw(file.string(), SQLite::OPEN_READWRITE);
        raw.exec("PRAGMA user_version=3");
    }
    CHECK(openRecords(temp.path()).error().code == "records.newer");
    CHECK(openRecords(temp.path(), true).error().code == "records.newer");
    {
        SQLite::Database raw(file.string(), SQLite::OPEN_READWRITE);
        raw.exec("PRAGMA user_version=1; PRAGMA application_id=7");
    }
    CHECK(openRecords(temp.path()).error().code == "records.damaged");
    for (const auto& entry : fs::directory_iterator(temp.path())) {
        fs::remove(entry.path());
    }
    std::ofstream(file) << std::string(5000, 'x');
    CHECK(openRecords(temp.path()).error().code == "records.damaged");
    const TempFolder empty;
    CHECK(openRecords(empty.path(), true).value()->drafts().value().empty());
    CHECK_FALSE(fs::exists(empty.path() / "records.db"));
}

TEST_CASE("a discarded draft is in no list, takes no text and holds nothing up; its words stay sealed in the folder", "[core][records]")
{
    const TempFolder temp;
    auto records = openRecords(temp.path()).value();
    REQUIRE(records->putArchive({"Hospital A", "https://a/dicom-web", "", "", "", "", "#aa0000"}));
    const std::string id = records->saveDraft(draftWith("{\"a\":1}")).value().id;
    CHECK(records->archiveRemovable("Hospital A").error().code == "archive.inuse");
    const std::uint64_t before = records->changesSince(0).now;
    REQUIRE(records->discardDraft(id));
    CHECK(records->changesSince(before).studies.size() == 1);
    CHECK(records->drafts().value().empty());
    CHECK_FALSE(records->openDraftOf("Hospital A", kStudy).value());
    CHECK_FALSE(records->reportsOf("Hospital A", kStudy).value().openDraft);
    CHECK(records->archiveRemovable("Hospital A"));
    CHECK(records->draft(id).value().state == "discarded");
    CHECK(records->draft(id).value().json == "{\"a\":1}");
    CHECK(records->auditTrail().value().back().event == "report.discarded");
    CHECK(records->saveDraft(draftWith("{}", id)).error().code == "report.discarded");
    CHECK(records->sign(id, "{}", {objectWith("1.2.3", Bytes(10, 1))}).error().code == "report.discarded");
    CHECK(records->discardDraft(id).error().code == "report.discarded");
    CHECK(records->discardDraft("nothing").error().code == "report.unknown");

    // The next one of the study is another report; a signed one is not thrown away.
    const std::string second = records->saveDraft(draftWith("{}")).value().id;
    CHECK(second != id);
    REQUIRE(records->sign(second, "{}", {objectWith("1.2.3", Bytes(10, 1))}));
    CHECK(records->discardDraft(second).error().code == "report.final");
    records.reset();
    records = openRecords(temp.path()).value();
    REQUIRE(records->drafts().value().size() == 1);
    CHECK(records->drafts().value()[0].id == second);
}
