// A small structured report, and a data folder with one signed.
#pragma once

#include "core/archive/Delivery.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/TempFolder.h"

namespace akari::test {

struct ReportOptions {
    std::string study = "1.2.840.99.1";
    std::string sop = "1.2.840.99.5.1";
    std::string patient = "P-100";
    std::string text = "No change.";
    std::string accession = "A-1";
};

inline Bytes makeReport(const ReportOptions& options = {})
{
    namespace tags = dicom::tags;
    using dicom::DataSetBuilder;
    using dicom::Vr;
    const auto code = [](const char* value, const char* scheme, const char* meaning) {
        DataSetBuilder item;
        item.text(tags::CodeValue, Vr('S', 'H'), value).text(tags::CodingSchemeDesignator, Vr('S', 'H'), scheme);
        item.text(tags::CodeMeaning, Vr('L', 'O'), meaning);
        return item;
    };
    DataSetBuilder finding;
    finding.text(tags::RelationshipType, Vr('C', 'S'), "CONTAINS").text(tags::ValueType, Vr('C', 'S'), "TEXT");
    finding.sequence(tags::ConceptNameCodeSequence, {code("121071", "DCM", "Finding")}).text(tags::TextValue, Vr('U', 'T'), options.text);
    DataSetBuilder set;
    const std::string sopClass = "1.2.840.10008.5.1.4.1.1.88.33";
    set.text(tags::SpecificCharacterSet, Vr('C', 'S'), "ISO_IR 192").text(tags::SOPClassUID, Vr('U', 'I'), sopClass);
    set.text(tags::SOPInstanceUID, Vr('U', 'I'), options.sop).text(tags::Modality, Vr('C', 'S'), "SR");
    set.text(tags::AccessionNumber, Vr('S', 'H'), options.accession).text(tags::StudyDate, Vr('D', 'A'), "20260102");
    set.text(tags::PatientName, Vr('P', 'N'), "Yamada^Taro").text(tags::PatientID, Vr('L', 'O'), options.patient);
    set.text(tags::PatientBirthDate, Vr('D', 'A'), "19600304").text(tags::PatientSex, Vr('C', 'S'), "M");
    set.text(tags::StudyInstanceUID, Vr('U', 'I'), options.study).text(tags::SeriesInstanceUID, Vr('U', 'I'), "1.2.840.99.5");
    set.text(tags::SeriesNumber, Vr('I', 'S'), "99").text(tags::InstanceNumber, Vr('I', 'S'), "1");
    set.text(tags::CompletionFlag, Vr('C', 'S'), "COMPLETE").text(tags::VerificationFlag, Vr('C', 'S'), "UNVERIFIED");
    set.text(tags::ValueType, Vr('C', 'S'), "CONTAINER").text(tags::ContinuityOfContent, Vr('C', 'S'), "SEPARATE");
    set.sequence(tags::ConceptNameCodeSequence, {code("18748-4", "LN", "Diagnostic Imaging Report")});
    set.sequence(tags::ContentSequence, {finding});
    return dicom::writePart10(set, "1.2.840.10008.1.2.1", sopClass, options.sop);
}

// Records with one report signed for the archive.
struct SignedFolder {
    TempFolder folder;
    SystemClock clock;
    std::unique_ptr<records::Records> records;
    std::string id;

    explicit SignedFolder(const records::ArchiveSettings& settings, const std::vector<Bytes>& objects = {makeReport()})
    {
        records = records::Records::open(folder.path(), vault::Key(Bytes(32, 5)), false, clock).value();
        must(records->putArchive(settings));
        std::vector<records::SignedObject> kept;
        records::Draft draft;
        for (const Bytes& bytes : objects) {
            const auto file = dicom::readPart10(std::make_shared<const Bytes>(bytes)).value();
            records::SignedObject one;
            one.item.archive = settings.name;
            one.item.study = StudyInstanceUid(file.dataSet.textOr(dicom::tags::StudyInstanceUID));
            one.item.patientId = file.dataSet.textOr(dicom::tags::PatientID);
            one.item.accessionNumber = file.dataSet.textOr(dicom::tags::AccessionNumber);
            one.item.sop = SopInstanceUid(file.dataSet.textOr(dicom::tags::SOPInstanceUID));
            one.item.kind = "SR";
            one.part10 = bytes;
            draft.study = one.item.study;
            kept.push_back(std::move(one));
        }
        draft.archive = settings.name;
        draft.json = "{}";
        id = records->saveDraft(draft).value().id;
        must(records->sign(id, "{}", std::move(kept)));
    }
    static void must(const Status& status)
    {
        if (!status) {
            throw std::runtime_error(status.error().code);
        }
    }
    archive::DeliveryReport deliver() { return archive::deliver(*records, id).value(); }
};

} // namespace akari::test
