#include "core/importing/Wrap.h"

#include <algorithm>
#include <cmath>

#include "core/base/NamedUid.h"
#include "core/dicom/Tags.h"
#include "core/importing/JpegFacts.h"
#include "core/importing/Mp4Facts.h"
#include "core/importing/PngPicture.h"

namespace akari::importing {
namespace {

namespace tags = dicom::tags;
using dicom::DataSetBuilder;
using dicom::Tag;
using dicom::Vr;

constexpr Vr kCs{'C', 'S'}, kDa{'D', 'A'}, kDt{'D', 'T'}, kIs{'I', 'S'}, kLo{'L', 'O'}, kOb{'O', 'B'}, kOw{'O', 'W'}, kPn{'P', 'N'},
    kSh{'S', 'H'}, kSt{'S', 'T'}, kTm{'T', 'M'}, kUi{'U', 'I'}, kUl{'U', 'L'}, kUs{'U', 'S'};

constexpr Tag kAnatomicRegion{0x0008, 0x2218};
constexpr Tag kDerivationDescription{0x0008, 0x2111};
constexpr Tag kDateOfSecondaryCapture{0x0018, 0x1012};
constexpr Tag kTimeOfSecondaryCapture{0x0018, 0x1014};
constexpr Tag kCaptureManufacturer{0x0018, 0x1016};
constexpr Tag kAcquisitionContext{0x0040, 0x0555};
constexpr Tag kPrivateCreator{0x0009, 0x0010};
constexpr Tag kOriginalHash{0x0009, 0x1001};
constexpr Tag kOriginalType{0x0009, 0x1002};
constexpr Tag kOriginalLength{0x0009, 0x1003};
// Behind the pixels, so that reading headers does not read the file as well.
constexpr Tag kFileCreator{0x7FE1, 0x0010};
constexpr Tag kOriginalFile{0x7FE1, 0x1001};

constexpr std::string_view kCreator = "AKARI IMPORT";
constexpr std::string_view kSecondaryCapture = "1.2.840.10008.5.1.4.1.1.7";
constexpr std::string_view kEncapsulatedPdf = "1.2.840.10008.5.1.4.1.1.104.1";
constexpr std::string_view kVideoPhotographic = "1.2.840.10008.5.1.4.1.1.77.1.4.1";
constexpr std::string_view kExplicitLittle = "1.2.840.10008.1.2.1";
constexpr std::string_view kJpegBaseline = "1.2.840.10008.1.2.4.50";
constexpr std::uint64_t kLongestFragment = 0xFFFFFFFE;

// Of one value, and of the length that LO allows (PS3.5 6.2).
bool isPlain(const std::string& text)
{
    const auto characters = std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; });
    return characters <= 64 && std::none_of(text.begin(), text.end(), [](char c) { return c == '\\' || static_cast<unsigned char>(c) < ' '; });
}

const char* mediaTypeOf(FileKind kind)
{
    switch (kind) {
    case FileKind::Jpeg: return "image/jpeg";
    case FileKind::Png: return "image/png";
    case FileKind::Pdf: return "application/pdf";
    default: return "video/mp4";
    }
}

void putPixels(DataSetBuilder& data, int rows, int columns, int samples, const std::string& photometric, int bits)
{
    data.integers(tags::SamplesPerPixel, kUs, {samples});
    data.text(tags::PhotometricInterpretation, kCs, photometric);
    if (samples > 1) {
        data.integers(tags::PlanarConfiguration, kUs, {0});
    }
    data.integers(tags::Rows, kUs, {rows});
    data.integers(tags::Columns, kUs, {columns});
    data.integers(tags::BitsAllocated, kUs, {bits});
    data.integers(tags::BitsStored, kUs, {bits});
    data.integers(tags::HighBit, kUs, {bits - 1});
    data.integers(tags::PixelRepresentation, kUs, {0});
}

void putLossy(DataSetBuilder& data, const char* method, double plainBytes, std::uint64_t bytes)
{
    data.text(tags::LossyImageCompression, kCs, "01");
    data.decimals(tags::LossyImageCompressionRatio, {std::round(100.0 * plainBytes / static_cast<double>(bytes)) / 100.0});
    data.text(tags::LossyImageCompressionMethod, kCs, method);
}

} // namespace

Wrap::Wrap(ChosenPatient patient, const Clock& clock, StopToken stop)
    : m_patient(std::move(patient)), m_clock(clock), m_stop(std::move(stop)), m_study(m_patient.study.empty() ? makeUid() : m_patient.study.value),
      m_pictures{makeUid(), 9001, {}}, m_documents{makeUid(), 9002, {}}, m_videos{makeUid(), 9003, {}}
{
}

DataSetBuilder Wrap::common(Series& series, const std::string& modality) const
{
    const std::string date = dicomDate(m_clock);
    const std::string time = dicomTime(m_clock);
    DataSetBuilder data;
    data.text(tags::SpecificCharacterSet, kCs, "ISO_IR 192");
    data.text(tags::InstanceCreationDate, kDa, date);
    data.text(tags::InstanceCreationTime, kTm, time);
    data.text(tags::StudyDate, kDa, date);
    data.text(tags::StudyTime, kTm, time);
    data.text(tags::ContentDate, kDa, date);
    data.text(tags::ContentTime, kTm, time);
    data.empty(tags::AccessionNumber, kSh);
    data.text(tags::Modality, kCs, modality);
    data.text(tags::Manufacturer, kLo, "Akari");
    data.empty(tags::ReferringPhysicianName, kPn);
    data.text(tags::TimezoneOffsetFromUTC, kSh, timezoneOffset(m_clock));
    if (!m_patient.title.empty()) {
        data.text(tags::SeriesDescription, kLo, m_patient.title);
    }
    data.text(tags::PatientName, kPn, m_patient.name);
    data.text(tags::PatientID, kLo, m_patient.id);
    if (!m_patient.issuer.empty()) {
        data.text(tags::IssuerOfPatientID, kLo, m_patient.issuer);
    }
    data.text(tags::PatientBirthDate, kDa, m_patient.birthDate);
    data.text(tags::PatientSex, kCs, m_patient.sex);
    data.text(tags::StudyInstanceUID, kUi, m_study);
    data.text(tags::SeriesInstanceUID, kUi, series.uid);
    data.empty(tags::StudyID, kSh);
    data.empty(tags::Laterality, kCs);
    data.integers(tags::SeriesNumber, kIs, {series.number});
    data.integers(tags::InstanceNumber, kIs, {++series.instances});
    return data;
}

// PS3.3 A.8.1: the equipment that made an image of what was none, and when.
void Wrap::putSecondaryCapture(DataSetBuilder& data) const
{
    data.texts(tags::ImageType, kCs, {"DERIVED", "SECONDARY"});
    data.text(tags::ConversionType, kCs, "WSD");
    data.text(kDateOfSecondaryCapture, kDa, dicomDate(m_clock));
    data.text(kTimeOfSecondaryCapture, kTm, dicomTime(m_clock));
    data.text(kCaptureManufacturer, kLo, "Akari");
    data.empty(tags::PatientOrientation, kCs);
}

Result<Wrap::Made> Wrap::jpeg(const SharedBytes& bytes)
{
    const auto facts = readJpeg(*bytes);
    if (!facts) {
        return fail(facts.error());
    }
    Made made{common(m_pictures, "OT"), std::string(kSecondaryCapture), std::string(kJpegBaseline)};
    putSecondaryCapture(made.data);
    putPixels(made.data, facts->rows, facts->columns, facts->components, facts->photometric, 8);
    putLossy(made.data, "ISO_10918_1", double{1} * facts->rows * facts->columns * facts->components, bytes->size());
    made.data.encapsulated(tags::PixelData, {*bytes});
    return made;
}

Result<Wrap::Made> Wrap::png(const SharedBytes& bytes)
{
    auto picture = readPng(bytes, m_stop);
    if (!picture) {
        return fail(picture.error());
    }
    Made made{common(m_pictures, "OT"), std::string(kSecondaryCapture), std::string(kExplicitLittle)};
    putSecondaryCapture(made.data);
    putPixels(made.data, picture->rows, picture->columns, picture->channels, picture->channels == 3 ? "RGB" : "MONOCHROME2", picture->bits);
    if (picture->blended) {
        made.data.text(kDerivationDescription, kSt, "Transparent parts of the original picture were laid on black.");
    }
    made.data.raw(tags::PixelData, kOw, std::move(picture->samples));
    made.data.text(kFileCreator, kLo, kCreator);
    made.data.raw(kOriginalFile, kOb, *bytes);
    return made;
}

Result<Wrap::Made> Wrap::pdf(const SharedBytes& bytes)
{
    const std::string_view text = asText(*bytes);
    if (text.substr(text.size() - std::min<std::size_t>(text.size(), 2048)).find("%%EOF") == std::string_view::npos) {
        return fail("import.pdf", "The PDF document is cut short; it was left out.", "no %%EOF");
    }
    Made made{common(m_documents, "DOC"), std::string(kEncapsulatedPdf), std::string(kExplicitLittle)};
    made.data.text(tags::ConversionType, kCs, "WSD");
    made.data.empty(tags::AcquisitionDateTime, kDt);
    made.data.text(tags::BurnedInAnnotation, kCs, "YES");
    made.data.text(tags::DocumentTitle, kSt, m_patient.title);
    made.data.sequence(tags::ConceptNameCodeSequence, {});
    made.data.text(tags::MIMETypeOfEncapsulatedDocument, kLo, "application/pdf");
    made.data.integers(tags::EncapsulatedDocumentLength, kUl, {static_cast<std::int64_t>(bytes->size())});
    made.data.raw(tags::EncapsulatedDocument, kOb, *bytes);
    return made;
}

Result<Wrap::Made> Wrap::video(const SharedBytes& bytes)
{
    const auto facts = readMp4(*bytes);
    if (!facts) {
        return fail(facts.error());
    }
    Made made{common(m_videos, "XC"), std::string(kVideoPhotographic), facts->transferSyntaxUid};
    made.data.texts(tags::ImageType, kCs, {"ORIGINAL", "PRIMARY"});
    made.data.text(tags::AcquisitionDateTime, kDt, dicomDateTime(m_clock));
    made.data.empty(tags::PatientOrientation, kCs);
    DataSetBuilder region; // nobody knows more: any part of a body
    region.text(tags::CodeValue, kSh, "123037004");
    region.text(tags::CodingSchemeDesignator, kSh, "SCT");
    region.text(tags::CodeMeaning, kLo, "Body structure");
    made.data.sequence(kAnatomicRegion, {region});
    putPixels(made.data, facts->rows, facts->columns, 3, "YBR_PARTIAL_420", 8);
    made.data.integers(tags::NumberOfFrames, kIs, {facts->frames});
    made.data.attributeTags(tags::FrameIncrementPointer, {tags::FrameTime});
    made.data.decimals(tags::FrameTime, {facts->frameTime});
    made.data.integers(tags::CineRate, kIs, {std::max<std::int64_t>(1, std::llround(1000.0 / facts->frameTime))});
    putLossy(made.data, "ISO_14496_10", 1.5 * facts->rows * facts->columns * facts->frames, bytes->size());
    made.data.text(tags::BurnedInAnnotation, kCs, "YES");
    made.data.sequence(kAcquisitionContext, {});
    made.data.encapsulated(tags::PixelData, {*bytes});
    return made;
}

Result<ObjectIdentity> Wrap::ownIdentity(const std::string& sop, Admission& admission) const
{
    ObjectIdentity identity;
    identity.study = StudyInstanceUid(m_study);
    identity.sop = SopInstanceUid(sop);
    const auto archive = admission.archiveOf(m_patient.id, m_patient.issuer, m_patient.birthDate, identity.study);
    if (!archive) {
        return fail(archive.error());
    }
    identity.archive = *archive;
    return identity;
}

Result<std::optional<ObjectIdentity>> Wrap::madeBefore(const std::string& sop, Admission& admission)
{
    const auto held = admission.wrappedBefore(SopInstanceUid(sop));
    if (!held) {
        return fail(held.error());
    }
    const auto own = ownIdentity(sop, admission);
    if (!own) {
        return fail(own.error());
    }
    for (const ObjectIdentity& one : *held) {
        // Without a patient ID the archive is the study's.
        if (one.archive == own->archive || one.archive == mediaArchive(m_patient.id, m_patient.issuer, m_patient.birthDate, one.study)) {
            return one;
        }
    }
    const std::lock_guard lock(m_mutex);
    return m_made.contains(sop) ? std::optional(*own) : std::nullopt;
}

Result<Wrapped> Wrap::object(FileKind kind, const SharedBytes& bytes, Admission& admission)
{
    if (bytes->size() > kLongestFragment) {
        return fail("import.tooLarge", "The file is larger than an object that can be kept; it was left out.", std::to_string(bytes->size()) + " bytes");
    }
    // The same file for the same patient is the same object, so that importing again makes nothing twice.
    const std::string hash = sha256Hex(*bytes);
    const std::string sop = uidOfName("akari import " + hash + '\\' + m_patient.issuer + '\\' + m_patient.id + '\\' + m_patient.birthDate + '\\'
                                      + m_patient.study.value);
    const auto before = madeBefore(sop, admission);
    if (!before) {
        return fail(before.error());
    }
    if (*before) {
        return Wrapped{**before, {}};
    }
    auto made = kind == FileKind::Jpeg ? jpeg(bytes) : kind == FileKind::Png ? png(bytes) : kind == FileKind::Pdf ? pdf(bytes) : video(bytes);
    if (!made) {
        return fail(made.error());
    }
    DataSetBuilder& data = made->data;
    data.text(tags::SOPClassUID, kUi, made->sopClassUid);
    data.text(tags::SOPInstanceUID, kUi, sop);
    data.text(kPrivateCreator, kLo, kCreator);
    data.text(kOriginalHash, kLo, hash);
    data.text(kOriginalType, kLo, mediaTypeOf(kind));
    data.integers(kOriginalLength, kUl, {static_cast<std::int64_t>(bytes->size())});
    auto written = std::make_shared<const Bytes>(dicom::writePart10(data, made->transferSyntaxUid, made->sopClassUid, sop));
    auto read = dicom::readPart10(std::move(written));
    if (!read) {
        return fail(read.error());
    }
    {
        const std::lock_guard lock(m_mutex);
        if (m_made.insert(sop).second) {
            return Wrapped{std::nullopt, std::move(*read)};
        }
    }
    // Another thread was quicker with the same file.
    auto own = ownIdentity(sop, admission);
    if (!own) {
        return fail(own.error());
    }
    return Wrapped{std::move(*own), {}};
}

Status completePatient(const cache::Cache& cache, ChosenPatient& patient)
{
    const auto date = [](const std::string& text) { return text.empty() || (text.size() == 8 && text.find_first_not_of("0123456789") == std::string::npos); };
    const bool plain = isPlain(patient.id) && isPlain(patient.issuer) && isPlain(patient.sex) && isPlain(patient.title)
        && patient.name.find('\\') == std::string::npos && date(patient.birthDate);
    if (!plain || (!patient.study.empty() && !isValidUid(patient.study.value))) {
        return fail("import.patient", "The chosen patient's ID, name, birth date, study or title can't be written in DICOM; nothing was imported. "
                                      "IDs and titles have at most 64 characters and no backslash, dates are YYYYMMDD.");
    }
    if (patient.study.empty()) {
        return {};
    }
    const auto held = cache.findStudy(patient.study);
    if (!held) {
        return fail(held.error());
    }
    for (const cache::StudyRecord& record : *held) {
        const bool otherIssuer = !patient.issuer.empty() && !record.issuerOfPatientId.empty() && patient.issuer != record.issuerOfPatientId;
        if ((!patient.id.empty() && record.patientId != patient.id) || otherIssuer) {
            return fail("import.patient", "The study that was named belongs to another patient; nothing was imported. Check the patient ID and the study.");
        }
        const auto fill = [](std::string& value, const std::string& from) { value = value.empty() ? from : value; };
        fill(patient.id, record.patientId);
        fill(patient.issuer, record.issuerOfPatientId);
        fill(patient.name, record.patientName.dicom());
        fill(patient.birthDate, record.patientBirthDate);
        fill(patient.sex, record.patientSex);
    }
    return patient.id.empty() ? fail("import.study", "The cache does not hold the study that was named; name the patient as well (--as-patient).") : Status();
}

} // namespace akari::importing
