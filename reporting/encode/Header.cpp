#include "reporting/encode/Header.h"

#include <dcmtk/dcmdata/dctk.h>
#include <dcmtk/dcmdata/dcostrmb.h>

#include <unordered_map>
#include <unordered_set>

#include "core/dicom/DataSetBuilder.h"
#include "reporting/encode/Check.h"

namespace akari::reporting::encode {

namespace {

// Collects the first failing call of many.
class Steps {
public:
    Steps& operator<<(const OFCondition& condition)
    {
        if (m_first.empty() && condition.bad()) {
            m_first = condition.text();
        }
        return *this;
    }
    Status status() const
    {
        if (m_first.empty()) {
            return {};
        }
        return fail("encode.header", "The report's header can't be written; save the draft and tell the developers.", m_first);
    }

private:
    std::string m_first;
};

Status fillHeader(DSRDocument& sr, const ObjectPlan& plan, const Document& document, const Signature& signature)
{
    const auto& s = document.subject;
    const auto& clock = *signature.clock;
    Steps steps;
    // Values are checked already, with limits that count characters; DCMTK's check counts none in UTF-8.
    steps << sr.createNewSeriesInStudy(s.study.value.c_str());
    steps << sr.setPatientName(s.patientName.dicom().c_str(), OFFalse) << sr.setPatientID(s.patientId.c_str(), OFFalse);
    steps << sr.setIssuerOfPatientID(s.issuerOfPatientId.c_str(), OFFalse);
    steps << sr.setPatientBirthDate(s.birthDate.c_str(), OFFalse) << sr.setPatientSex(s.sex.c_str(), OFFalse);
    steps << sr.setStudyDate(s.studyDate.c_str(), OFFalse) << sr.setStudyTime(s.studyTime.c_str(), OFFalse);
    steps << sr.setStudyID(s.studyId.c_str(), OFFalse) << sr.setAccessionNumber(s.accessionNumber.c_str(), OFFalse);
    steps << sr.setReferringPhysicianName(s.referringPhysician.c_str(), OFFalse);
    // Descriptive only; an image's own may already be longer than allowed, which must not keep a report from being signed.
    steps << sr.setStudyDescription(firstCharacters(s.studyDescription, 64).c_str(), OFFalse);
    steps << sr.setSeriesDescription(plan.seriesDescription.c_str(), OFFalse);
    steps << sr.setSeriesNumber(std::to_string(plan.seriesNumber).c_str());
    steps << sr.setInstanceNumber(std::to_string(plan.instanceNumber).c_str());
    steps << sr.setManufacturer("Akari") << sr.setManufacturerModelName("Akari") << sr.setSoftwareVersions(AKARI_VERSION);
    steps << sr.setContentDate(dicomDate(clock).c_str()) << sr.setContentTime(dicomTime(clock).c_str());
    steps << sr.setTimezoneOffsetFromUTC(timezoneOffset(clock).c_str());
    for (const auto& predecessor : signature.predecessors) {
        auto& list = sr.getPredecessorDocuments();
        steps << list.addItem(predecessor.study.value.c_str(), predecessor.series.value.c_str(), predecessor.sopClassUid.c_str(),
                              predecessor.sop.value.c_str());
        steps << list.setPurposeOfReference(coded(codes::Addended));
    }
    steps << sr.completeDocument();
    steps << sr.verifyDocument(signature.reader.name.dicom().c_str(), signature.reader.organization.c_str(), dicomDateTime(clock).c_str(), OFFalse);
    steps << sr.setPreliminaryFlag(DSRTypes::PF_Final);
    return steps.status();
}

// Written here and not through DCMTK's list, which searches from its start for each of thousands of images.
OFCondition putEvidence(DcmItem& dataSet, const DcmTagKey& tag, const std::vector<EvidenceItem>& items, std::unordered_set<std::string>& seen)
{
    std::unordered_map<std::string, DcmItem*> studies;
    std::unordered_map<std::string, DcmSequenceOfItems*> series;
    for (const auto& item : items) {
        if (!seen.insert(item.sop.value).second) {
            continue;
        }
        auto& images = series[item.study.value + " " + item.series.value];
        if (!images) {
            auto& study = studies[item.study.value];
            if (!study) {
                if (const auto made = dataSet.findOrCreateSequenceItem(tag, study, -2); made.bad()) {
                    return made;
                }
                study->putAndInsertString(DCM_StudyInstanceUID, item.study.value.c_str());
            }
            DcmItem* seriesItem = nullptr;
            if (const auto made = study->findOrCreateSequenceItem(DCM_ReferencedSeriesSequence, seriesItem, -2); made.bad()) {
                return made;
            }
            seriesItem->putAndInsertString(DCM_SeriesInstanceUID, item.series.value.c_str());
            images = new DcmSequenceOfItems(DCM_ReferencedSOPSequence);
            seriesItem->insert(images);
        }
        auto* reference = new DcmItem();
        reference->putAndInsertString(DCM_ReferencedSOPClassUID, item.sopClassUid.c_str());
        reference->putAndInsertString(DCM_ReferencedSOPInstanceUID, item.sop.value.c_str());
        if (const auto added = images->append(reference); added.bad()) {
            return added;
        }
    }
    return EC_Normal;
}

OFCondition putAuthor(DcmItem& dataSet, const records::Reader& reader)
{
    DcmItem* author = nullptr;
    if (const auto made = dataSet.findOrCreateSequenceItem(DCM_AuthorObserverSequence, author, -2); made.bad()) {
        return made;
    }
    author->putAndInsertString(DCM_InstitutionName, reader.organization.c_str());
    author->insertEmptyElement(DCM_InstitutionCodeSequence);
    author->insertEmptyElement(DCM_PersonIdentificationCodeSequence);
    author->putAndInsertString(DCM_ObserverType, "PSN");
    return author->putAndInsertString(DCM_PersonName, reader.name.dicom().c_str());
}

OFCondition putRequest(DcmItem& dataSet, const Subject& s)
{
    DcmItem* request = nullptr;
    if (const auto made = dataSet.findOrCreateSequenceItem(DCM_ReferencedRequestSequence, request, -2); made.bad()) {
        return made;
    }
    request->putAndInsertString(DCM_StudyInstanceUID, s.study.value.c_str());
    request->insertEmptyElement(DCM_ReferencedStudySequence);
    request->putAndInsertString(DCM_AccessionNumber, s.accessionNumber.c_str());
    request->insertEmptyElement(DCM_PlacerOrderNumberImagingServiceRequest);
    request->insertEmptyElement(DCM_FillerOrderNumberImagingServiceRequest);
    request->putAndInsertString(DCM_RequestedProcedureID, s.requestedProcedureId.c_str());
    request->putAndInsertString(DCM_RequestedProcedureDescription, firstCharacters(s.requestedProcedureDescription, 64).c_str());
    return request->insertEmptyElement(DCM_RequestedProcedureCodeSequence);
}

// What DSRDocument doesn't write, or writes from its own clock and generator.
Status amend(DcmDataset& dataSet, const ObjectPlan& plan, const Document& document, const Evidence& evidence, const Signature& signature)
{
    const std::string date = dicomDate(*signature.clock);
    const std::string time = dicomTime(*signature.clock);
    Steps steps;
    steps << dataSet.putAndInsertString(DCM_SOPInstanceUID, plan.sop.value.c_str());
    steps << dataSet.putAndInsertString(DCM_SeriesInstanceUID, plan.series.value.c_str());
    dataSet.findAndDeleteElement(DCM_InstanceCreatorUID);
    steps << dataSet.putAndInsertString(DCM_InstanceCreationDate, date.c_str());
    steps << dataSet.putAndInsertString(DCM_InstanceCreationTime, time.c_str());
    steps << dataSet.putAndInsertString(DCM_SeriesDate, date.c_str()) << dataSet.putAndInsertString(DCM_SeriesTime, time.c_str());
    steps << dataSet.putAndInsertString(DCM_InstitutionName, signature.reader.organization.c_str());
    steps << putAuthor(dataSet, signature.reader);
    dataSet.findAndDeleteElement(DCM_ReferencedRequestSequence);
    steps << putRequest(dataSet, document.subject);
    std::unordered_set<std::string> seen;
    steps << putEvidence(dataSet, DCM_CurrentRequestedProcedureEvidenceSequence, evidence.current, seen);
    steps << putEvidence(dataSet, DCM_PertinentOtherEvidenceSequence, evidence.pertinent, seen);
    return steps.status();
}

Result<Bytes> serialize(DcmFileFormat& file)
{
    constexpr auto kSyntax = EXS_LittleEndianExplicit;
    Steps steps;
    steps << file.validateMetaInfo(kSyntax);
    auto& meta = *file.getMetaInfo();
    steps << meta.putAndInsertString(DCM_ImplementationClassUID, std::string(dicom::kImplementationClassUid).c_str());
    steps << meta.putAndInsertString(DCM_ImplementationVersionName, std::string(dicom::kImplementationVersionName).c_str());
    steps << meta.computeGroupLengthAndPadding(EGL_withGL, EPD_noChange, EXS_LittleEndianExplicit, EET_ExplicitLength);
    if (auto ok = steps.status(); !ok) {
        return fail(ok.error());
    }
    Bytes buffer(file.calcElementLength(kSyntax, EET_ExplicitLength) + 4096);
    DcmOutputBufferStream stream(buffer.data(), static_cast<offile_off_t>(buffer.size()));
    file.transferInit();
    const auto written = file.write(stream, kSyntax, EET_ExplicitLength, nullptr, EGL_withoutGL, EPD_noChange, 0, 0, 0, EWM_dontUpdateMeta);
    file.transferEnd();
    if (written.bad()) {
        return fail("encode.header", "The report can't be written; save the draft and tell the developers.", written.text());
    }
    void* start = nullptr;
    offile_off_t size = 0;
    stream.flushBuffer(start, size);
    buffer.resize(static_cast<std::size_t>(size));
    return buffer;
}

} // namespace

Result<Bytes> writeSigned(DSRDocument& sr, const ObjectPlan& plan, const Document& document, const Evidence& evidence,
                          const Signature& signature)
{
    if (auto ok = fillHeader(sr, plan, document, signature); !ok) {
        return fail(ok.error());
    }
    DcmFileFormat file;
    if (const auto written = sr.write(*file.getDataset()); written.bad()) {
        return fail("encode.header", "The report can't be written as a structured report; save the draft and tell the developers.", written.text());
    }
    if (auto ok = amend(*file.getDataset(), plan, document, evidence, signature); !ok) {
        return fail(ok.error());
    }
    return serialize(file);
}

} // namespace akari::reporting::encode
