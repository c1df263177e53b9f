#include "core/cache/FromHeader.h"

#include "core/dicom/Tags.h"

namespace akari::cache {

namespace tags = dicom::tags;

IncomingObject incomingObject(const dicom::Part10& file, ObjectIdentity identity)
{
    IncomingObject object;
    object.identity = std::move(identity);
    object.bytes = file.source ? file.source : file.bytes;
    // Of a deflated object the pixels have no place of their own in the bytes.
    const bool deflated = file.source && file.source != file.bytes;
    object.headerLength = deflated || file.pixelDataOffset == 0 ? object.bytes->size() : file.pixelDataOffset;
    object.sopClassUid = file.dataSet.textOr(tags::SOPClassUID);
    object.modality = file.dataSet.textOr(tags::Modality);
    object.instanceNumber = static_cast<std::int32_t>(file.dataSet.integer(tags::InstanceNumber).value_or(0));
    object.numberOfFrames = static_cast<std::int32_t>(file.dataSet.integer(tags::NumberOfFrames).value_or(1));
    return object;
}

void completeFrom(const dicom::DataSet& header, StudyRecord& record)
{
    StudyRecord said;
    said.patientId = header.textOr(tags::PatientID);
    said.issuerOfPatientId = header.textOr(tags::IssuerOfPatientID);
    said.patientBirthDate = header.textOr(tags::PatientBirthDate);
    said.patientSex = header.textOr(tags::PatientSex);
    said.studyDate = header.textOr(tags::StudyDate);
    said.studyTime = header.textOr(tags::StudyTime);
    said.studyDescription = header.textOr(tags::StudyDescription);
    said.accessionNumber = header.textOr(tags::AccessionNumber);
    said.referringPhysician = header.textOr(tags::ReferringPhysicianName);
    if (const auto name = header.personName(tags::PatientName)) {
        said.patientName = *name;
    }
    complete(record, said);
}

void complete(StudyRecord& record, const StudyRecord& from)
{
    const auto fill = [](std::string& value, const std::string& said) {
        if (value.empty()) {
            value = said;
        }
    };
    fill(record.patientId, from.patientId);
    fill(record.issuerOfPatientId, from.issuerOfPatientId);
    fill(record.patientBirthDate, from.patientBirthDate);
    fill(record.patientSex, from.patientSex);
    fill(record.studyDate, from.studyDate);
    fill(record.studyTime, from.studyTime);
    fill(record.studyDescription, from.studyDescription);
    fill(record.accessionNumber, from.accessionNumber);
    fill(record.referringPhysician, from.referringPhysician);
    const auto writings = [](const dicom::PersonName& name) {
        return int{!name.alphabetic.empty()} + int{!name.ideographic.empty()} + int{!name.phonetic.empty()};
    };
    if (writings(from.patientName) > writings(record.patientName)) {
        record.patientName = from.patientName;
    }
}

} // namespace akari::cache
