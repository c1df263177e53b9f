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
    const auto fill = [&](std::string& value, dicom::Tag tag) {
        if (value.empty()) {
            value = header.textOr(tag);
        }
    };
    fill(record.patientId, tags::PatientID);
    fill(record.issuerOfPatientId, tags::IssuerOfPatientID);
    fill(record.patientBirthDate, tags::PatientBirthDate);
    fill(record.patientSex, tags::PatientSex);
    fill(record.studyDate, tags::StudyDate);
    fill(record.studyTime, tags::StudyTime);
    fill(record.studyDescription, tags::StudyDescription);
    fill(record.accessionNumber, tags::AccessionNumber);
    fill(record.referringPhysician, tags::ReferringPhysicianName);
    const auto writings = [](const dicom::PersonName& name) {
        return int{!name.alphabetic.empty()} + int{!name.ideographic.empty()} + int{!name.phonetic.empty()};
    };
    if (const auto name = header.personName(tags::PatientName); name && writings(*name) > writings(record.patientName)) {
        record.patientName = *name;
    }
}

} // namespace akari::cache
