#include "core/archive/Sync.h"

namespace akari::archive {

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

} // namespace akari::archive
