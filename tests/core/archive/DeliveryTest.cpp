#include "core/archive/Delivery.h"

#include "tests/core/archive/ReportSupport.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;
using records::DeliveryState;

namespace {

Bytes changedText(const Bytes& part10, const std::string& from, const std::string& to)
{
    std::string text(part10.begin(), part10.end());
    text.replace(text.find(from), from.size(), to);
    return Bytes(text.begin(), text.end());
}

} // namespace

TEST_CASE("a report is archived when what comes back is what was signed", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    SignedFolder signedFolder(fake.settings(), {makeReport(), makeReport({"1.2.840.99.1", "1.2.840.99.5.2", "P-100", "Second."})});
    const auto report = signedFolder.deliver();
    CHECK(report.tried == 2);
    CHECK(report.archived == 2);
    REQUIRE(report.items.size() == 2);
    CHECK(report.items[0].state == DeliveryState::Archived);
    CHECK(report.items[0].attempts == 1);
    CHECK(signedFolder.deliver().tried == 0);
}

TEST_CASE("a yes that proves nothing leaves the report unsent, and says why", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    SignedFolder signedFolder(fake.settings());
    fake.faults.stow = StowMode::EmptySequences;
    auto report = signedFolder.deliver();
    CHECK(report.archived == 0);
    CHECK(report.items[0].state == DeliveryState::Failed);
    CHECK_FALSE(report.items[0].reason.empty());
    fake.faults.stow = StowMode::Conflict;
    CHECK(signedFolder.deliver().items[0].state == DeliveryState::Failed);
    // Sent again with the same identity and bytes when the archive has come to its senses.
    fake.faults.stow = StowMode::Good;
    report = signedFolder.deliver();
    CHECK(report.items[0].state == DeliveryState::Archived);
    CHECK(report.items[0].reason.empty());
    CHECK(report.items[0].attempts == 3);
}

TEST_CASE("an archive that keeps other content under the report's identity is found out", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    fake.add(changedText(makeReport(), "No change.", "Progress. "));
    fake.faults.stow = StowMode::KeepsOld;
    SignedFolder signedFolder(fake.settings());
    const auto report = signedFolder.deliver();
    CHECK(report.archived == 0);
    CHECK(report.items[0].state == DeliveryState::Failed);
    CHECK(report.items[0].reason.find("other content") != std::string::npos);
    CHECK(report.items[0].reason.find("Progress") == std::string::npos);
}

TEST_CASE("what an archive changes in a report on the way in is found out", "[core][archive]")
{
    const auto change = GENERATE(as<std::pair<std::string, std::string>>(), std::pair{"P-100", "P-101"}, std::pair{"No change.", "No chance."},
                                 std::pair{"COMPLETE", "PARTIAL "}, std::pair{"A-1 ", "A-2 "}, std::pair{"121071", "121072"});
    FakeArchive fake;
    fake.addSeries(2);
    ReportOptions options;
    options.accession = "A-1 ";
    SignedFolder signedFolder(fake.settings(), {makeReport(options)});
    fake.faults.onStore = [&](const Bytes& bytes) { return changedText(bytes, change.first, change.second); };
    const auto report = signedFolder.deliver();
    INFO(change.first);
    CHECK(report.archived == 0);
    CHECK(report.items[0].state == DeliveryState::Failed);
}

TEST_CASE("a change that no reader and no machine sees is no difference", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    SignedFolder signedFolder(fake.settings());
    fake.faults.onStore = [](const Bytes& bytes) { return changedText(bytes, "AKARI_0_1", "ARCHIVE_1"); };
    CHECK(signedFolder.deliver().items[0].state == DeliveryState::Archived);
}

TEST_CASE("nothing is sent into another patient's study", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2, {"1.2.840.99.1", "1.2.840.99.1.1", "P-200"});
    SignedFolder signedFolder(fake.settings());
    const auto report = signedFolder.deliver();
    CHECK(report.items[0].state == DeliveryState::Failed);
    CHECK(fake.requests("POST") == 0);
    fake.clear();
    CHECK(signedFolder.deliver().items[0].state == DeliveryState::Failed); // the study is gone
    CHECK(fake.requests("POST") == 0);
    fake.addSeries(2);
    CHECK(signedFolder.deliver().items[0].state == DeliveryState::Archived);
}

TEST_CASE("another accession number at the archive stops the sending", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    ReportOptions options;
    options.accession = "A-2";
    SignedFolder signedFolder(fake.settings(), {makeReport(options)});
    CHECK(signedFolder.deliver().items[0].state == DeliveryState::Failed);
    CHECK(fake.requests("POST") == 0);
}

TEST_CASE("an archive that can't be reached or is overloaded leaves the report queued", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    SignedFolder signedFolder(fake.settings(), {makeReport(), makeReport({"1.2.840.99.1", "1.2.840.99.5.2", "P-100", "Second."})});
    fake.faults.stow = StowMode::Broken;
    auto report = signedFolder.deliver();
    CHECK(report.items[0].state == DeliveryState::Queued);
    CHECK(report.items[1].state == DeliveryState::Queued);
    CHECK(fake.requests("POST") == 1); // one no is enough for a run
    fake.faults.status = 401;
    report = signedFolder.deliver();
    CHECK(report.items[0].state == DeliveryState::Queued);
    CHECK(report.items[0].reason.find("login") != std::string::npos);
    fake.faults.status = 0;
    fake.faults.stow = StowMode::Good;
    CHECK(signedFolder.deliver().archived == 2);

    SignedFolder offline({"Fake", "http://127.0.0.1:1/dicom-web", "", "", "", "", ""});
    CHECK(offline.deliver().items[0].state == DeliveryState::Queued);
}

TEST_CASE("a report that was sent and not yet proven is proven without sending it again", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    SignedFolder signedFolder(fake.settings());
    fake.add(makeReport());
    REQUIRE(signedFolder.records->setDelivery(1, DeliveryState::Sent, ""));
    CHECK(signedFolder.deliver().items[0].state == DeliveryState::Archived);
    CHECK(fake.requests("POST") == 0);

    // The archive lost it: it is sent once more.
    FakeArchive other;
    other.addSeries(2);
    SignedFolder lost(other.settings());
    REQUIRE(lost.records->setDelivery(1, DeliveryState::Sent, ""));
    CHECK(lost.deliver().items[0].state == DeliveryState::Archived);
    CHECK(other.requests("POST") == 1);
}
