// Patient links as they are kept, and what a list asks records for.
#include "tests/core/records/RecordsSupport.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::records;
using namespace akari::test;

TEST_CASE("patient links survive, in either order, and can be taken back", "[core][records]")
{
    const TempFolder temp;
    const PatientNumber one{"North", "", "P1"};
    const PatientNumber other{"South", "NATIONAL", "77"};
    {
        auto records = openRecords(temp.path()).value();
        CHECK(records->linkPatients(one, other).error().code == "reader.none");
        REQUIRE(records->setReader({dicom::PersonName::parse("Yamada^Taro"), "Hospital A", "taro", "reader"}, "sakura 7"));
        REQUIRE(records->linkPatients(other, one));
        REQUIRE(records->linkPatients(one, {"South", "", "77"})); // without the issuer it is another number
        CHECK(records->unlinkPatients(one, {"South", "", "78"}).error().code == "link.none");
    }
    {
        auto reader = openRecords(temp.path(), true).value();
        const auto links = reader->patientLinks().value();
        REQUIRE(links.size() == 2);
        CHECK(links[0].a == one);
        CHECK(links[0].b == other);
        CHECK(links[0].by == "taro");
        CHECK(links[0].at == isoTime(kClock));
        CHECK(reader->unlinkPatients(one, other).error().code == "records.readonly");
    }
    auto records = openRecords(temp.path()).value();
    REQUIRE(records->unlinkPatients(other, one));
    CHECK(records->patientLinks().value().size() == 1);
    REQUIRE(records->linkPatients(one, other)); // and once more
    CHECK(records->patientLinks().value().size() == 2);
    CHECK(records->auditTrail().value().size() == 5); // enrolled, two links, taken back, linked again
}

TEST_CASE("an archive's prefix is kept", "[core][records]")
{
    const TempFolder temp;
    auto records = openRecords(temp.path()).value();
    ArchiveSettings settings;
    settings.name = "North";
    settings.url = "https://north/dicom-web";
    settings.prefix = "N";
    REQUIRE(records->putArchive(settings));
    CHECK(records->archive("North")->prefix == "N");
}

TEST_CASE("records tell whose reports changed, and where they stand", "[core][records]")
{
    const TempFolder temp;
    auto records = openRecords(temp.path()).value();
    CHECK(records->changesSince(0).everything);
    auto seen = records->changesSince(0).now;
    const auto changed = [&] {
        const auto changes = records->changesSince(seen);
        seen = changes.now;
        return !changes.everything && changes.studies == std::vector<StudyPlace>{{"Hospital A", kStudy}};
    };
    const auto draft = records->saveDraft(draftWith("{}")).value();
    CHECK(changed());
    CHECK(records->reportsOf("Hospital A", kStudy).value().openDraft);
    CHECK(records->reportsOf("Hospital B", kStudy).value().outbox.empty());
    CHECK_FALSE(records->reportsOf("Hospital B", kStudy).value().openDraft);
    REQUIRE(records->sign(draft.id, "{}", {objectWith("1.2.1", {1}), objectWith("1.2.2", {2})}));
    CHECK(changed());
    const auto reports = records->reportsOf("Hospital A", kStudy).value();
    CHECK_FALSE(reports.openDraft);
    REQUIRE(reports.outbox.size() == 2);
    REQUIRE(records->setDelivery(reports.outbox[1].id, DeliveryState::Failed, "No."));
    CHECK(changed());
    CHECK(records->reportsOf("Hospital A", kStudy).value().outbox[1].state == DeliveryState::Failed);
    CHECK_FALSE(changed());
}
