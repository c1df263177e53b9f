#include "core/phantom/Header.h"

#include <algorithm>
#include <cmath>

#include "core/base/JobQueue.h"
#include "core/base/NamedUid.h"
#include "core/dicom/Tags.h"

namespace akari::phantom {

namespace {

namespace tags = dicom::tags;
using dicom::DataSetBuilder;
using dicom::Tag;

constexpr Tag kScheduledStepDescription{0x0040, 0x0007};
constexpr Tag kScheduledStepId{0x0040, 0x0009};
constexpr Tag kPositionReference{0x0020, 0x1040};

DataSetBuilder requestItem(const StudyPlan& study)
{
    DataSetBuilder item;
    putText(item, study.charset, tags::RequestedProcedureDescription, vr::LO, study.description);
    putText(item, study.charset, kScheduledStepDescription, vr::LO, study.description);
    item.text(kScheduledStepId, vr::SH, "S" + study.studyId);
    item.text(tags::RequestedProcedureID, vr::SH, "R" + study.studyId);
    putText(item, study.charset, tags::ReasonForTheRequestedProcedure, vr::LO, study.reason);
    return item;
}

DataSetBuilder procedureCode(const StudyPlan& study)
{
    DataSetBuilder item;
    item.text(tags::CodeValue, vr::SH, study.procedureCode);
    item.text(tags::CodingSchemeDesignator, vr::SH, "99AKARI");
    putText(item, study.charset, tags::CodeMeaning, vr::LO, study.description);
    return item;
}

void putPatient(DataSetBuilder& data, const StudyPlan& study)
{
    const PatientPlan& patient = study.patient;
    putText(data, study.charset, tags::PatientName, vr::PN, patient.name);
    data.text(tags::PatientID, vr::LO, patient.id);
    data.text(tags::IssuerOfPatientID, vr::LO, kIssuer);
    data.text(tags::PatientBirthDate, vr::DA, patient.birthDate);
    data.text(tags::PatientSex, vr::CS, patient.sex);
    data.text(tags::PatientAge, vr::AS, patient.age);
    data.decimals(tags::PatientSize, {patient.heightM});
    data.decimals(tags::PatientWeight, {patient.weightKg});
}

void putStudy(DataSetBuilder& data, const StudyPlan& study)
{
    data.text(tags::StudyInstanceUID, vr::UI, studyUid(study));
    data.text(tags::StudyDate, vr::DA, study.date);
    data.text(tags::StudyTime, vr::TM, study.time);
    data.text(tags::TimezoneOffsetFromUTC, vr::SH, "+0900");
    data.text(tags::AccessionNumber, vr::SH, study.accession);
    data.text(tags::StudyID, vr::SH, study.studyId);
    putText(data, study.charset, tags::StudyDescription, vr::LO, study.description);
    putText(data, study.charset, tags::ReferringPhysicianName, vr::PN, study.referring);
    data.sequence(tags::ProcedureCodeSequence, {procedureCode(study)});
}

void putEquipment(DataSetBuilder& data, const StudyPlan& study, const SeriesPlan& series)
{
    data.text(tags::Manufacturer, vr::LO, "Akari");
    data.text(tags::ManufacturerModelName, vr::LO, series.model);
    data.text(tags::DeviceSerialNumber, vr::LO, "0001");
    data.text(tags::SoftwareVersions, vr::LO, "1");
    data.text(tags::StationName, vr::SH, series.station);
    putText(data, study.charset, tags::InstitutionName, vr::LO, "あかり総合病院");
    putText(data, study.charset, tags::InstitutionalDepartmentName, vr::LO, "放射線科");
}

} // namespace

std::string uidFor(std::string_view key) { return uidOfName("akari phantom 1 " + std::string(key)); }

std::string studyUid(const StudyPlan& study) { return uidFor(study.key); }
std::string seriesUid(const StudyPlan& study, const SeriesPlan& series) { return uidFor(study.key + "/" + series.key); }
std::string sopUid(const StudyPlan& study, const SeriesPlan& series, int number)
{
    return uidFor(study.key + "/" + series.key + "/" + std::to_string(number));
}
std::string frameOfReferenceUid(const StudyPlan& study, const SeriesPlan& series)
{
    return uidFor(study.key + "/frame/" + (series.frameOfReferenceKey.empty() ? series.key : series.frameOfReferenceKey));
}

void putText(DataSetBuilder& data, Charset charset, Tag tag, dicom::Vr valueRepresentation, std::string_view utf8)
{
    if (charset == Charset::Utf8) {
        data.text(tag, valueRepresentation, utf8);
        return;
    }
    std::string encoded = encodeJapanese(utf8);
    if (encoded.size() % 2 != 0) {
        encoded.push_back(' ');
    }
    const BytesView bytes = asBytes(encoded);
    data.raw(tag, valueRepresentation, Bytes(bytes.begin(), bytes.end()));
}

DataSetBuilder header(const StudyPlan& study, const SeriesPlan& series, std::string_view sopClassUid, int number)
{
    DataSetBuilder data;
    if (study.charset == Charset::Utf8) {
        data.text(tags::SpecificCharacterSet, vr::CS, "ISO_IR 192");
    } else {
        data.texts(tags::SpecificCharacterSet, vr::CS, {"", "ISO 2022 IR 87"});
    }
    data.text(tags::SOPClassUID, vr::UI, sopClassUid);
    data.text(tags::SOPInstanceUID, vr::UI, sopUid(study, series, number));
    putPatient(data, study);
    putStudy(data, study);
    data.text(tags::SeriesInstanceUID, vr::UI, seriesUid(study, series));
    data.integers(tags::SeriesNumber, vr::IS, {series.number});
    data.integers(tags::InstanceNumber, vr::IS, {number});
    data.text(tags::Modality, vr::CS, series.modality);
    data.text(tags::SeriesDate, vr::DA, study.date);
    data.text(tags::SeriesTime, vr::TM, series.time);
    data.text(tags::ContentDate, vr::DA, study.date);
    data.text(tags::ContentTime, vr::TM, series.time);
    data.text(tags::InstanceCreationDate, vr::DA, study.date);
    data.text(tags::InstanceCreationTime, vr::TM, series.time);
    putText(data, study.charset, tags::SeriesDescription, vr::LO, series.description);
    if (!series.protocol.empty()) {
        data.text(tags::ProtocolName, vr::LO, series.protocol);
    }
    if (!series.bodyPart.empty()) {
        data.text(tags::BodyPartExamined, vr::CS, series.bodyPart);
        data.text(tags::AcquisitionDate, vr::DA, study.date);
        data.text(tags::AcquisitionTime, vr::TM, series.time);
    }
    data.sequence(tags::RequestAttributesSequence, {requestItem(study)});
    putEquipment(data, study, series);
    if (series.frameOfReference) {
        data.text(tags::FrameOfReferenceUID, vr::UI, frameOfReferenceUid(study, series));
        data.empty(kPositionReference, vr::LO);
    }
    return data;
}

void putPixelModule(DataSetBuilder& data, const PixelPlan& plan)
{
    data.integers(tags::SamplesPerPixel, vr::US, {1});
    data.text(tags::PhotometricInterpretation, vr::CS, plan.photometric);
    data.integers(tags::Rows, vr::US, {plan.rows});
    data.integers(tags::Columns, vr::US, {plan.columns});
    data.integers(tags::BitsAllocated, vr::US, {16});
    data.integers(tags::BitsStored, vr::US, {plan.bitsStored});
    data.integers(tags::HighBit, vr::US, {plan.bitsStored - 1});
    data.integers(tags::PixelRepresentation, vr::US, {0});
    data.text(tags::LossyImageCompression, vr::CS, "00");
}

Bytes wordBytes(const std::vector<std::uint16_t>& words)
{
    Bytes bytes(words.size() * 2);
    for (std::size_t i = 0; i < words.size(); ++i) {
        bytes[2 * i] = static_cast<std::uint8_t>(words[i] & 0xFF);
        bytes[2 * i + 1] = static_cast<std::uint8_t>(words[i] >> 8);
    }
    return bytes;
}

void putPlane(DataSetBuilder& data, const PlaneGeometry& plane, double location)
{
    const auto rounded = [](double value) { return std::round(value * 1e6) / 1e6; };
    data.decimals(tags::ImagePositionPatient, {rounded(plane.firstPixel.x), rounded(plane.firstPixel.y), rounded(plane.firstPixel.z)});
    data.decimals(tags::ImageOrientationPatient, {plane.alongRow.x, plane.alongRow.y, plane.alongRow.z, plane.alongColumn.x,
                                                  plane.alongColumn.y, plane.alongColumn.z});
    data.decimals(tags::PixelSpacing, {plane.betweenRows, plane.betweenColumns});
    data.decimals(tags::SliceThickness, {plane.thickness});
    data.decimals(tags::SliceLocation, {rounded(location)});
}

GeneratedObject finish(const StudyPlan& study, const SeriesPlan& series, const DataSetBuilder& data, std::string_view sopClassUid, int number)
{
    GeneratedObject object{studyUid(study), seriesUid(study, series), sopUid(study, series, number), {}};
    object.part10 = dicom::writePart10(data, kExplicitLittle, sopClassUid, object.sopInstanceUid);
    return object;
}

GroundTruth truthOf(const StudyPlan& study)
{
    GroundTruth truth;
    truth.studyInstanceUid = studyUid(study);
    truth.studyDate = study.date;
    truth.accessionNumber = study.accession;
    truth.patientName = study.patient.name;
    truth.patientId = study.patient.id;
    truth.issuerOfPatientId = kIssuer;
    return truth;
}

SeriesTruth truthOf(const StudyPlan& study, const SeriesPlan& series, int count)
{
    SeriesTruth truth;
    truth.seriesInstanceUid = seriesUid(study, series);
    truth.modality = series.modality;
    truth.description = series.description;
    truth.frames = 1;
    if (series.frameOfReference) {
        truth.frameOfReferenceUid = frameOfReferenceUid(study, series);
    }
    for (int number = 1; number <= count; ++number) {
        truth.sopInstanceUids.push_back(sopUid(study, series, number));
    }
    return truth;
}

bool deliver(int count, const std::function<GeneratedObject(int)>& make, const Sink& sink)
{
    if (!sink) {
        return true;
    }
    constexpr int kBatch = 16;
    for (int first = 0; first < count; first += kBatch) {
        std::vector<GeneratedObject> batch(std::min(kBatch, count - first));
        parallelFor(static_cast<int>(batch.size()), 1, [&](int begin, int end) {
            for (int i = begin; i < end; ++i) {
                batch[i] = make(first + i + 1);
            }
        });
        for (GeneratedObject& object : batch) {
            if (!sink(std::move(object))) {
                return false;
            }
        }
    }
    return true;
}

} // namespace akari::phantom
