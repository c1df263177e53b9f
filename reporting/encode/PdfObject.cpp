#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "reporting/encode/Check.h"
#include "reporting/encode/Header.h"

namespace akari::reporting::encode {

namespace {

using dicom::DataSetBuilder;
using dicom::Tag;
namespace tags = dicom::tags;

constexpr std::string_view kEncapsulatedPdf = "1.2.840.10008.5.1.4.1.1.104.1";
constexpr std::string_view kExplicitLittleEndian = "1.2.840.10008.1.2.1";

// Type 3: present only with a value.
void optional(DataSetBuilder& out, Tag tag, dicom::Vr vr, const std::string& value)
{
    if (!value.empty()) {
        out.text(tag, vr, value);
    }
}

void patientAndStudy(DataSetBuilder& out, const Subject& s)
{
    out.text(tags::PatientName, {'P', 'N'}, s.patientName.dicom())
        .text(tags::PatientID, {'L', 'O'}, s.patientId)
        .text(tags::PatientBirthDate, {'D', 'A'}, s.birthDate)
        .text(tags::PatientSex, {'C', 'S'}, s.sex)
        .text(tags::StudyInstanceUID, {'U', 'I'}, s.study.value)
        .text(tags::StudyDate, {'D', 'A'}, s.studyDate)
        .text(tags::StudyTime, {'T', 'M'}, s.studyTime)
        .text(tags::StudyID, {'S', 'H'}, s.studyId)
        .text(tags::AccessionNumber, {'S', 'H'}, s.accessionNumber)
        .text(tags::ReferringPhysicianName, {'P', 'N'}, s.referringPhysician);
    optional(out, tags::IssuerOfPatientID, {'L', 'O'}, s.issuerOfPatientId);
    optional(out, tags::StudyDescription, {'L', 'O'}, firstCharacters(s.studyDescription, 64));
}

} // namespace

Bytes writePdfObject(const ObjectPlan& plan, const Document& document, const Signature& signature, const EncodedObject& source, BytesView pdf)
{
    const auto& clock = *signature.clock;
    const std::string date = dicomDate(clock);
    const std::string time = dicomTime(clock);
    DataSetBuilder out;
    patientAndStudy(out, document.subject);
    out.text(tags::SpecificCharacterSet, {'C', 'S'}, "ISO_IR 192")
        .text(tags::SOPClassUID, {'U', 'I'}, kEncapsulatedPdf)
        .text(tags::SOPInstanceUID, {'U', 'I'}, plan.sop.value)
        .text(tags::InstanceCreationDate, {'D', 'A'}, date)
        .text(tags::InstanceCreationTime, {'T', 'M'}, time)
        .text(tags::TimezoneOffsetFromUTC, {'S', 'H'}, timezoneOffset(clock))
        .text(tags::Modality, {'C', 'S'}, "DOC")
        .text(tags::SeriesInstanceUID, {'U', 'I'}, plan.series.value)
        .integers(tags::SeriesNumber, {'I', 'S'}, {plan.seriesNumber})
        .text(tags::SeriesDate, {'D', 'A'}, date)
        .text(tags::SeriesTime, {'T', 'M'}, time)
        .text(tags::SeriesDescription, {'L', 'O'}, plan.seriesDescription)
        .text(tags::Manufacturer, {'L', 'O'}, "Akari")
        .text(tags::ManufacturerModelName, {'L', 'O'}, "Akari")
        .text(tags::SoftwareVersions, {'L', 'O'}, AKARI_VERSION)
        .text(tags::InstitutionName, {'L', 'O'}, signature.reader.organization)
        .text(tags::ConversionType, {'C', 'S'}, "WSD")
        .integers(tags::InstanceNumber, {'I', 'S'}, {plan.instanceNumber})
        .text(tags::ContentDate, {'D', 'A'}, date)
        .text(tags::ContentTime, {'T', 'M'}, time)
        .empty(tags::AcquisitionDateTime, {'D', 'T'})
        .text(tags::BurnedInAnnotation, {'C', 'S'}, "YES")
        .text(tags::DocumentTitle, {'S', 'T'}, document.title.empty() ? defaultTitle(document.language) : document.title)
        .text(tags::MIMETypeOfEncapsulatedDocument, {'L', 'O'}, "application/pdf")
        .raw(tags::EncapsulatedDocument, {'O', 'B'}, Bytes(pdf.begin(), pdf.end()))
        .integers(tags::EncapsulatedDocumentLength, {'U', 'L'}, {static_cast<std::int64_t>(pdf.size())});
    DataSetBuilder title;
    title.text(tags::CodeValue, {'S', 'H'}, codes::DiagnosticImagingReport.value)
        .text(tags::CodingSchemeDesignator, {'S', 'H'}, codes::DiagnosticImagingReport.scheme)
        .text(tags::CodeMeaning, {'L', 'O'}, codes::DiagnosticImagingReport.meaning);
    out.sequence(tags::ConceptNameCodeSequence, {title});
    DataSetBuilder reference;
    reference.text(tags::ReferencedSOPClassUID, {'U', 'I'}, source.sopClassUid)
        .text(tags::ReferencedSOPInstanceUID, {'U', 'I'}, source.sop.value);
    out.sequence(tags::SourceInstanceSequence, {reference});
    return dicom::writePart10(out, kExplicitLittleEndian, kEncapsulatedPdf, plan.sop.value);
}

} // namespace akari::reporting::encode
