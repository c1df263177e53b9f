#include "core/archive/SyncRecord.h"

#include "core/archive/Sync.h"
#include "core/dicom/Tags.h"

namespace akari::archive {

namespace tags = dicom::tags;

cache::StudyRecord recordOf(const std::string& archive, const StudyResult& result)
{
    cache::StudyRecord record;
    record.archive = archive;
    record.study = result.study;
    record.patientId = result.patientId;
    record.issuerOfPatientId = result.issuerOfPatientId;
    record.patientName = result.patientName;
    record.patientBirthDate = result.birthDate;
    record.patientSex = result.sex;
    record.studyDate = result.studyDate;
    record.studyTime = result.studyTime;
    record.studyDescription = result.description;
    record.accessionNumber = result.accession;
    record.referringPhysician = result.referringPhysician;
    record.modalities = result.modalities;
    record.expected = result.instances;
    return record;
}

void completeFrom(const dicom::DataSet& header, cache::StudyRecord& record)
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

} // namespace akari::archive
