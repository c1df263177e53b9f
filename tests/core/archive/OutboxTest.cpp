// Objects of any kind on their way to an archive that is not always honest.
#include <algorithm>

#include "core/archive/OutboxObject.h"
#include "tests/core/archive/ReportSupport.h"
#include "tests/support/Catch.h"
#include "tests/support/Orthanc.h"
#include "tests/support/TestData.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;
using records::DeliveryState;

namespace {

namespace tags = dicom::tags;
using dicom::DataSetBuilder;
using dicom::Tag;
using dicom::Vr;

constexpr const char* kGsps = "1.2.840.10008.5.1.4.1.1.11.1";
constexpr const char* kSegmentation = "1.2.840.10008.5.1.4.1.1.66.4";
constexpr const char* kKeyObjects = "1.2.840.10008.5.1.4.1.1.88.59";
constexpr const char* kSecondaryCapture = "1.2.840.10008.5.1.4.1.1.7";

// Some attributes at the top, a sequence in a sequence, pixels where the kind has them.
DataSetBuilder contentOf(const std::string& sopClass, const std::string& sop)
{
    DataSetBuilder image;
    image.text(tags::ReferencedSOPClassUID, Vr('U', 'I'), "1.2.840.10008.5.1.4.1.1.2")
        .text(tags::ReferencedSOPInstanceUID, Vr('U', 'I'), "1.2.840.99.1.1.1");
    DataSetBuilder series;
    series.text(tags::SeriesInstanceUID, Vr('U', 'I'), "1.2.840.99.1.1").sequence(Tag(0x0008, 0x1140), {image});
    DataSetBuilder set;
    set.text(tags::SpecificCharacterSet, Vr('C', 'S'), "ISO_IR 192")
        .text(tags::SOPClassUID, Vr('U', 'I'), sopClass)
        .text(tags::SOPInstanceUID, Vr('U', 'I'), sop);
    set.text(tags::AccessionNumber, Vr('S', 'H'), "A-1").text(tags::Modality, Vr('C', 'S'), "OT").sequence(Tag(0x0008, 0x1115), {series});
    set.text(tags::PatientName, Vr('P', 'N'), "Yamada^Taro")
        .text(tags::PatientID, Vr('L', 'O'), "P-100")
        .text(tags::PatientSex, Vr('C', 'S'), "M");
    set.text(tags::StudyInstanceUID, Vr('U', 'I'), "1.2.840.99.1").text(tags::SeriesInstanceUID, Vr('U', 'I'), "1.2.840.99.7");
    set.text(tags::InstanceNumber, Vr('I', 'S'), "1");
    if (sopClass != kGsps && sopClass != kKeyObjects) {
        set.integers(tags::SamplesPerPixel, Vr('U', 'S'), {1}).text(tags::PhotometricInterpretation, Vr('C', 'S'), "MONOCHROME2");
        set.integers(tags::Rows, Vr('U', 'S'), {4})
            .integers(tags::Columns, Vr('U', 'S'), {4})
            .integers(tags::BitsAllocated, Vr('U', 'S'), {8});
        set.integers(tags::BitsStored, Vr('U', 'S'), {8})
            .integers(tags::HighBit, Vr('U', 'S'), {7})
            .integers(tags::PixelRepresentation, Vr('U', 'S'), {0});
        set.raw(tags::PixelData, Vr('O', 'B'), Bytes{'P', 'I', 'X', 'E', 'L', 'S', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9'});
    }
    return set;
}

Bytes objectOf(const std::string& sopClass, const std::string& sop = "1.2.840.99.7.1")
{
    return dicom::writePart10(contentOf(sopClass, sop), "1.2.840.10008.1.2.1", sopClass, sop);
}

Bytes changed(const Bytes& part10, const std::string& from, const std::string& to)
{
    std::string text(part10.begin(), part10.end());
    const auto at = text.rfind(from); // the meta header names some of them too
    REQUIRE(at != std::string::npos);
    text.replace(at, from.size(), to);
    return Bytes(text.begin(), text.end());
}

class SetClock final : public Clock {
public:
    std::chrono::system_clock::time_point time{std::chrono::seconds(1770000000)};
    std::chrono::system_clock::time_point now() const override { return time; }
    int utcOffsetMinutes() const override { return 0; }
};

// Records with objects queued for an archive.
struct Outbox {
    TempFolder folder;
    SetClock clock;
    std::unique_ptr<records::Records> records;

    explicit Outbox(const records::ArchiveSettings& settings, const std::vector<Bytes>& objects)
    {
        open();
        SignedFolder::must(records->putArchive(settings));
        std::vector<records::SignedObject> all;
        for (const Bytes& bytes : objects) {
            all.push_back(outboxObject(bytes, settings.name, {}).value());
        }
        REQUIRE(records->queueObjects(all));
    }
    void open()
    {
        records.reset();
        records = records::Records::open(folder.path(), vault::Key(Bytes(32, 5)), false, clock).value();
    }
    records::OutboxItem send() { return deliver(*records, {}).value().items.at(0); }
    records::OutboxItem item() { return records->outbox().value().at(0); }
};

} // namespace

TEST_CASE("an object for the outbox is read for whose it is and what it is", "[core][archive]")
{
    const auto kindOf = [](const Bytes& bytes) { return outboxObject(bytes, "Fake", {}).value().item.kind; };
    CHECK(kindOf(objectOf(kGsps)) == "GSPS");
    CHECK(kindOf(objectOf(kSegmentation)) == "SEG");
    CHECK(kindOf(objectOf(kKeyObjects)) == "KOS");
    CHECK(kindOf(objectOf(kSecondaryCapture)) == "SC");
    CHECK(kindOf(objectOf("1.2.840.10008.5.1.4.1.1.77.1.4")) == "IMAGE");
    CHECK(kindOf(makeReport()) == "SR");
    const auto object = outboxObject(objectOf(kGsps), "Fake", StudyInstanceUid("1.2.840.99.1")).value();
    CHECK(object.item.patientId == "P-100");
    CHECK(object.item.accessionNumber == "A-1");
    CHECK(object.part10 == objectOf(kGsps));
    CHECK(outboxObject(objectOf(kGsps), "Fake", StudyInstanceUid("1.2.3")).error().code == "outbox.study");
    const auto refused = [](const Bytes& bytes) {
        const auto result = outboxObject(bytes, "Fake", {});
        return result ? std::string() : result.error().code;
    };
    CHECK(refused({}) == "outbox.object");
    CHECK(refused(Bytes(500, 'x')) == "outbox.object");
    Bytes cut = objectOf(kSecondaryCapture);
    cut.resize(cut.size() - 5);
    CHECK(refused(cut) == "outbox.object");
    CHECK(refused(changed(objectOf(kGsps), "1.2.840.99.7.1", "1.2.840.99.7.2")) == "outbox.object"); // not what its header says
    CHECK(refused(changed(objectOf(kGsps), "P-100 ", "      ")) == "outbox.object");
    const Bytes whole = objectOf(kGsps);
    CHECK(refused(Bytes(whole.begin() + 132, whole.end())) == "outbox.object"); // no preamble
}

TEST_CASE("every kind of object is sent, read back whole and compared", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    const std::vector<Bytes> objects{objectOf(kGsps, "1.2.840.99.7.1"), objectOf(kSegmentation, "1.2.840.99.7.2"),
                                     objectOf(kKeyObjects, "1.2.840.99.7.3"), objectOf(kSecondaryCapture, "1.2.840.99.7.4"), makeReport()};
    Outbox outbox(fake.settings(), objects);
    const auto report = deliver(*outbox.records, {}).value();
    for (const auto& item : report.items) {
        UNSCOPED_INFO(item.kind << " " << item.reason);
    }
    CHECK(report.archived == objects.size());
    CHECK(fake.requests("POST") == objects.size()); // one object a request
}

TEST_CASE("whatever an archive alters in an object is found out", "[core][archive]")
{
    const auto change = GENERATE(as<std::pair<std::string, std::string>>(),
                                 std::pair{"1.2.840.99.1.1.1", "1.2.840.99.1.1.2"}, // in a sequence in a sequence
                                 std::pair{"PIXELS01", "PIXELS10"}, std::pair{"MONOCHROME2", "MONOCHROME1"}, std::pair{"P-100", "P-101"},
                                 std::pair{"1.2.840.99.7", "1.2.840.99.8"}, std::pair{"A-1 ", "A-2 "});
    FakeArchive fake;
    fake.addSeries(2);
    fake.faults.onStore = [&](const Bytes& bytes) {
        // Its place in the archive stays, so that it is found there.
        return changed(bytes, change.first, change.second);
    };
    fake.faults.stowWarning = 0xb000;
    Outbox outbox(fake.settings(), {objectOf(kSecondaryCapture)});
    const auto item = outbox.send();
    INFO(change.first);
    CHECK(item.state != DeliveryState::Archived);
    if (change.first != "1.2.840.99.7") { // under another series it is not found at all
        CHECK(item.state == DeliveryState::Failed);
        CHECK(item.code == "delivery.altered");
        CHECK(item.reason.find("The archive warned that it changed elements.") != std::string::npos);
        CHECK(item.reason.find(change.second) == std::string::npos);
    }
}

TEST_CASE("what an archive may coerce or add is no difference", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    fake.faults.onStore = [](const Bytes&) {
        DataSetBuilder set = contentOf(kSegmentation, "1.2.840.99.7.1");
        DataSetBuilder original;
        original.text(Tag(0x0400, 0x0564), Vr('L', 'O'), "ARCHIVE");
        set.text(tags::PatientName, Vr('P', 'N'), "Yamada^Taroh")
            .text(Tag(0x0010, 0x1000), Vr('L', 'O'), "P-100-OLD")
            .text(Tag(0x0020, 0x0010), Vr('S', 'H'), "7");
        set.sequence(Tag(0x0400, 0x0561), {original})
            .text(Tag(0x0009, 0x0010), Vr('L', 'O'), "ARCHIVE PRIVATE")
            .text(Tag(0x0008, 0x1030), Vr('L', 'O'), "CT");
        set.text(tags::PatientBirthDate, Vr('D', 'A'), "19600304");
        return dicom::writePart10(set, "1.2.840.10008.1.2", kSegmentation, "1.2.840.99.7.1"); // implicit VR besides
    };
    Outbox outbox(fake.settings(), {objectOf(kSegmentation)});
    const auto item = outbox.send();
    INFO(item.reason);
    CHECK(item.state == DeliveryState::Archived);
}

TEST_CASE("an attribute that the archive adds or takes out is a difference", "[core][archive]")
{
    const bool adds = GENERATE(true, false);
    FakeArchive fake;
    fake.addSeries(2);
    Bytes ours = objectOf(kGsps);
    DataSetBuilder more = contentOf(kGsps, "1.2.840.99.7.1");
    more.text(Tag(0x0070, 0x0080), Vr('C', 'S'), "LABEL");
    const Bytes with = dicom::writePart10(more, "1.2.840.10008.1.2.1", kGsps, "1.2.840.99.7.1");
    fake.faults.onStore = [&](const Bytes&) { return adds ? with : ours; };
    Outbox outbox(fake.settings(), {adds ? ours : with});
    CHECK(outbox.send().code == "delivery.altered");
}

TEST_CASE("the archive's reason is kept in words", "[core][archive]")
{
    struct Case {
        StowMode mode;
        int reason;
        const char* code;
        const char* words;
    };
    const auto one = GENERATE(
        Case{StowMode::Refused, 0x0110, "delivery.refused", "could not process"},
        Case{StowMode::Refused, 0x0122, "delivery.refused", "of this kind"}, Case{StowMode::Refused, 0xa701, "delivery.refused", "no room"},
        Case{StowMode::Refused, 0xa900, "delivery.refused", "does not fit"},
        Case{StowMode::Refused, 0xc000, "delivery.refused", "understand"},
        Case{StowMode::Refused, 0xc122, "delivery.refused", "transfer syntax"},
        Case{StowMode::Refused, 0x0111, "delivery.refused", "identity already"},
        Case{StowMode::Refused, 0x0124, "delivery.refused", "allow"},
        Case{StowMode::Refused, 0x4242, "delivery.refused", "without a reason"},
        Case{StowMode::Conflict, 0x0110, "delivery.conflict", "could not process"},
        Case{StowMode::Both, 0x0110, "delivery.refused", "both as stored and as refused"},
        Case{StowMode::Large, 0, "delivery.large", "larger"}, Case{StowMode::EmptySequences, 0, "delivery.unlisted", "does not list it"});
    FakeArchive fake;
    fake.addSeries(2);
    fake.faults.stow = one.mode;
    fake.faults.stowReason = one.reason;
    Outbox outbox(fake.settings(), {objectOf(kGsps)});
    const auto item = outbox.send();
    INFO(item.reason);
    CHECK(item.state == DeliveryState::Failed);
    CHECK(item.code == one.code);
    CHECK(item.reason.find(one.words) != std::string::npos);
    CHECK(item.nextTry.empty());
    // Nobody sends it again unasked.
    fake.faults.stow = StowMode::Good;
    outbox.clock.time += std::chrono::hours(100);
    CHECK(deliverUnasked(*outbox.records, Which::Due, outbox.clock).value().tried == 0);
    CHECK(deliverUnasked(*outbox.records, Which::Waiting, outbox.clock).value().tried == 0);
    REQUIRE(outbox.records->retryDelivery(item.id));
    CHECK(deliverUnasked(*outbox.records, Which::Due, outbox.clock).value().archived == 1);
}

TEST_CASE("the queue waits longer after each passing failure, over restarts, and for days", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    fake.faults.stow = StowMode::Broken;
    Outbox outbox(fake.settings(), {objectOf(kGsps)});
    std::vector<std::int64_t> pauses;
    for (int i = 0; i < 12; ++i) {
        REQUIRE(deliverUnasked(*outbox.records, Which::Due, outbox.clock).value().tried == 1);
        CHECK(outbox.item().attempts == i + 1);
        CHECK(outbox.item().code == "archive.broken");
        outbox.open(); // as after a restart
        const auto before = outbox.clock.time;
        CHECK(deliverUnasked(*outbox.records, Which::Due, outbox.clock).value().tried == 0);
        while (isoTime(outbox.clock) < outbox.item().nextTry) {
            outbox.clock.time += std::chrono::seconds(1);
        }
        pauses.push_back(std::chrono::duration_cast<std::chrono::seconds>(outbox.clock.time - before).count());
    }
    for (std::size_t i = 0; i < pauses.size(); ++i) {
        const std::int64_t whole = std::min<std::int64_t>(3600, 30LL << i);
        INFO(i);
        CHECK(pauses[i] >= whole / 2);
        CHECK(pauses[i] <= whole);
    }
    outbox.clock.time += std::chrono::hours(72);
    fake.faults.stow = StowMode::Good;
    CHECK(deliverUnasked(*outbox.records, Which::Due, outbox.clock).value().archived == 1);
    CHECK(outbox.item().nextTry.empty());
}

TEST_CASE("an archive that asks for a pause is not sent to before it is over", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    fake.faults.failures = 1000;
    fake.faults.retryAfter = GENERATE("900", "86400");
    const std::int64_t asked = fake.faults.retryAfter == "900" ? 900 : 3600; // never longer than the longest pause of our own
    Outbox outbox(fake.settings(), {objectOf(kGsps)});
    REQUIRE(deliverUnasked(*outbox.records, Which::Due, outbox.clock).value().tried == 1);
    CHECK(outbox.item().state == DeliveryState::Queued);
    const auto later = [&](std::int64_t seconds) {
        SetClock clock;
        clock.time = outbox.clock.time + std::chrono::seconds(seconds);
        return isoTime(clock);
    };
    CHECK(outbox.item().nextTry >= later(asked - 30));
    CHECK(outbox.item().nextTry <= later(asked));
    outbox.clock.time += std::chrono::seconds(asked - 60);
    CHECK(deliverUnasked(*outbox.records, Which::Due, outbox.clock).value().tried == 0);
    outbox.clock.time += std::chrono::seconds(60);
    CHECK(deliverUnasked(*outbox.records, Which::Due, outbox.clock).value().tried == 1);
}

TEST_CASE("an answer of the archive, a person, and a clock that was set back send before the time", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    fake.faults.stow = StowMode::Broken;
    Outbox outbox(fake.settings(), {objectOf(kGsps)});
    REQUIRE(deliverUnasked(*outbox.records, Which::Due, outbox.clock).value().tried == 1);
    CHECK(deliverUnasked(*outbox.records, Which::Waiting, outbox.clock).value().tried == 1);
    CHECK(deliver(*outbox.records, {}).value().tried == 1);
    outbox.clock.time -= std::chrono::hours(24);
    CHECK(deliverUnasked(*outbox.records, Which::Due, outbox.clock).value().tried == 1);
    // While another sender is at it, nothing happens, and it is not waited for.
    REQUIRE(outbox.records->beginSending(std::chrono::milliseconds(0)));
    CHECK(deliverUnasked(*outbox.records, Which::Waiting, outbox.clock).value().tried == 0);
    outbox.records->endSending();
}

TEST_CASE("what was given up is not sent", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    Outbox outbox(fake.settings(), {objectOf(kGsps)});
    REQUIRE(outbox.records->dropDelivery(outbox.item().id));
    CHECK(deliver(*outbox.records, {}).value().tried == 0);
    CHECK(fake.requests("POST") == 0);
}

TEST_CASE("an object is not sent into another patient's study", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2, {"1.2.840.99.1", "1.2.840.99.1.1", "P-200"});
    Outbox outbox(fake.settings(), {objectOf(kSegmentation)});
    const auto item = outbox.send();
    CHECK(item.state == DeliveryState::Failed);
    CHECK(item.code == "delivery.patient");
    CHECK(fake.requests("POST") == 0);
}

TEST_CASE("a presentation state, a key object selection, segmentations and a secondary capture are proven at Orthanc",
          "[core][archive][orthanc]")
{
    const auto data = dataFolder();
    if (!data) {
        AKARI_SKIP("no real objects");
    }
    const auto orthanc = Orthanc::start();
    if (!orthanc) {
        AKARI_SKIP("no Orthanc");
    }
    const std::pair<const char*, const char*> files[] = {
        {"GSPS", "15_presentation_LUT_overlay_GSPS_weasis/prLUTs.dcm"},
        {"GSPS", "15_presentation_LUT_overlay_GSPS_weasis/prOverlay.dcm"},
        {"KOS", "22_derived/kos_three_ct_slices.dcm"},
        {"SEG", "13_pydicom_data_selected/liver.dcm"},
        {"SC", "04_geometry_edge_cases_dicom2nifti/generic/rgb/001/IM-0001-0001-0001.dcm"}};
    for (const auto& [kind, name] : files) {
        INFO(name);
        REQUIRE(std::filesystem::exists(*data / name));
        const Bytes bytes = *readFile(*data / name);
        const auto object = outboxObject(bytes, "Orthanc", {});
        REQUIRE(object);
        CHECK(object->item.kind == kind);
        // The study that it belongs to, with one image.
        SliceOptions image;
        image.study = object->item.study.value;
        image.series = makeUid();
        image.patient = object->item.patientId;
        image.accession = object->item.accessionNumber;
        REQUIRE(orthanc->upload(makeSlice(1, image)));
        Outbox outbox(orthanc->settings(), {bytes});
        const auto item = outbox.send();
        INFO(item.reason);
        CHECK(item.state == DeliveryState::Archived);
        // Orthanc keeps the old object and says yes to other content.
        if (std::string(kind) == "SEG") {
            auto other = bytes;
            other[other.size() - 40] ^= 1;
            Outbox altered(orthanc->settings(), {other});
            CHECK(altered.send().code == "delivery.altered");
        }
    }
}
