#include "tests/core/records/RecordsSupport.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::records;
using namespace akari::test;

namespace {

std::string codeOf(const Status& status)
{
    return status ? "" : status.error().code;
}

std::vector<std::string> eventsOf(const Records& records)
{
    std::vector<std::string> events;
    const auto trail = records.auditTrail();
    for (const auto& entry : trail.value()) {
        events.push_back(entry.event + " " + entry.detail);
    }
    return events;
}

SignedObject segmentation(const std::string& sop, const std::string& bytes)
{
    auto object = objectWith(sop, Bytes(bytes.begin(), bytes.end()));
    object.item.kind = "SEG";
    return object;
}

} // namespace

TEST_CASE("an object from a file is queued with its exact bytes, once", "[core][records]")
{
    const TempFolder folder;
    {
        const auto records = openRecords(folder.path()).value();
        const auto items = records->queueObjects({segmentation("1.2.3", "first"), segmentation("1.2.4", "second")}).value();
        REQUIRE(items.size() == 2);
        CHECK(items[0].state == DeliveryState::Queued);
        CHECK(items[0].reportId.empty());
        CHECK(records->queueObjects({segmentation("1.2.3", "first")}).value().front().id == items[0].id);
    }
    const auto records = openRecords(folder.path()).value();
    CHECK(records->outbox().value().size() == 2);
    const auto kept = records->signedObject(SopInstanceUid("1.2.4")).value();
    CHECK(asText(kept.part10) == "second");
    CHECK(kept.item.sha256 == sha256Hex(asBytes("second")));
    CHECK(eventsOf(*records) == std::vector<std::string>{"outbox.queued SEG", "outbox.queued SEG"});
}

TEST_CASE("the same identity with other bytes is refused, and nothing of the set is queued", "[core][records]")
{
    const TempFolder folder;
    const auto records = openRecords(folder.path()).value();
    REQUIRE(records->queueObjects({segmentation("1.2.3", "first")}));
    const auto changed = records->queueObjects({segmentation("1.2.9", "other"), segmentation("1.2.3", "First")});
    REQUIRE_FALSE(changed);
    CHECK(changed.error().code == "outbox.uid");
    CHECK(records->outbox().value().size() == 1);
    CHECK(asText(records->signedObject(SopInstanceUid("1.2.3")).value().part10) == "first");
    auto elsewhere = segmentation("1.2.3", "first");
    elsewhere.item.archive = "Hospital B";
    CHECK(records->queueObjects({elsewhere}).error().code == "outbox.elsewhere");
}

TEST_CASE("what was never sent or was refused may be given up, and taken up again", "[core][records]")
{
    const TempFolder folder;
    const auto records = openRecords(folder.path()).value();
    const auto items =
        records
            ->queueObjects({segmentation("1.2.1", "a"), segmentation("1.2.2", "b"), segmentation("1.2.3", "c"), segmentation("1.2.4", "d")})
            .value();
    REQUIRE(records->setDelivery(items[1].id, {DeliveryState::Failed, "delivery.refused", "No room.", ""}));
    REQUIRE(records->setDelivery(items[2].id, {DeliveryState::Sent, "", "", ""}));
    REQUIRE(records->setDelivery(items[3].id, {DeliveryState::Archived, "", "", ""}));
    CHECK(codeOf(records->dropDelivery(items[0].id)).empty());
    CHECK(codeOf(records->dropDelivery(items[1].id)).empty());
    CHECK(codeOf(records->dropDelivery(items[2].id)) == "outbox.sent");
    CHECK(codeOf(records->dropDelivery(items[3].id)) == "outbox.archived");
    CHECK(codeOf(records->dropDelivery(99)) == "report.unknown");
    const auto now = records->outbox().value();
    CHECK(now[0].state == DeliveryState::Dropped);
    CHECK_FALSE(isWaiting(now[0].state));
    CHECK(now[1].reason == "No room."); // why it was given up stays
    // A sender that was late changes nothing of it.
    REQUIRE(records->setDelivery(items[0].id, DeliveryState::Sent, ""));
    CHECK(records->outbox().value()[0].state == DeliveryState::Dropped);

    CHECK(codeOf(records->retryDelivery(items[1].id)).empty());
    CHECK(records->outbox().value()[1].state == DeliveryState::Queued);
    CHECK(codeOf(records->retryDelivery(items[2].id)).empty());
    CHECK(records->outbox().value()[2].state == DeliveryState::Sent); // still only to be proven
    CHECK(codeOf(records->retryDelivery(items[3].id)) == "outbox.archived");
    CHECK(records->queueObjects({segmentation("1.2.1", "a")}).value().front().state == DeliveryState::Queued);
    const auto events = eventsOf(*records);
    CHECK(std::count(events.begin(), events.end(), "outbox.dropped SEG") == 2);
    CHECK(std::count(events.begin(), events.end(), "outbox.retried SEG") == 2);
    CHECK(std::string(text(DeliveryState::Dropped)) == "dropped");
}

TEST_CASE("the next try is kept over a restart", "[core][records]")
{
    const TempFolder folder;
    {
        const auto records = openRecords(folder.path()).value();
        const auto item = records->queueObjects({segmentation("1.2.1", "a")}).value().front();
        REQUIRE(records->setDelivery(
            item.id, {DeliveryState::Queued, "archive.unreachable", "The archive does not answer.", "2026-02-02T03:04:05Z"}));
    }
    const auto records = openRecords(folder.path()).value();
    const auto item = records->outbox().value().front();
    CHECK(item.nextTry == "2026-02-02T03:04:05Z");
    CHECK(item.code == "archive.unreachable");
    CHECK(item.attempts == 1);
    REQUIRE(records->retryDelivery(item.id));
    CHECK(records->outbox().value().front().nextTry.empty());
}

TEST_CASE("one sender at a time, and nothing is given up under its hands", "[core][records]")
{
    const TempFolder folder;
    const auto records = openRecords(folder.path()).value();
    const auto item = records->queueObjects({segmentation("1.2.1", "a")}).value().front();
    REQUIRE(records->beginSending(std::chrono::milliseconds(0)));
    CHECK_FALSE(records->beginSending(std::chrono::milliseconds(5)));
    CHECK(codeOf(records->dropDelivery(item.id)) == "outbox.sending");
    records->endSending();
    CHECK(codeOf(records->dropDelivery(item.id)).empty());
    CHECK(records->beginSending(std::chrono::milliseconds(0)));
    records->endSending();
}
