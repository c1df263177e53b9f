#include "core/archive/OutboxObject.h"

#include "core/dicom/DataSet.h"
#include "core/dicom/Tags.h"
#include "core/objects/ObjectKind.h"

namespace akari::archive {
namespace {

namespace tags = dicom::tags;

// The outbox's short word for it.
std::string kindOf(const dicom::Part10& file)
{
    switch (objects::objectKind(file).kind) {
    case objects::ObjectKind::StructuredReport:
    case objects::ObjectKind::DoseReport: return "SR";
    case objects::ObjectKind::KeyObjectSelection: return "KOS";
    case objects::ObjectKind::PresentationState: return "GSPS";
    case objects::ObjectKind::Segmentation: return "SEG";
    case objects::ObjectKind::EncapsulatedDocument:
        return file.dataSet.textOr(tags::MIMETypeOfEncapsulatedDocument) == "application/pdf" ? "PDF" : "DOCUMENT";
    case objects::ObjectKind::Image: break;
    default: return "OBJECT";
    }
    const std::string secondaryCapture = "1.2.840.10008.5.1.4.1.1.7";
    const std::string sopClass = file.dataSet.textOr(tags::SOPClassUID);
    return sopClass == secondaryCapture || sopClass.starts_with(secondaryCapture + ".") ? "SC" : "IMAGE";
}

tl::unexpected<Error> noObject(std::string detail)
{
    return fail("outbox.object", "The file is no complete DICOM object that could be sent; nothing was queued.", std::move(detail));
}

} // namespace

Result<records::SignedObject> outboxObject(Bytes part10, const std::string& archive, const StudyInstanceUid& study)
{
    if (part10.size() > kLargestOutboxObject) {
        return fail("outbox.size", "The object is larger than the outbox takes (512 MB); nothing was queued.",
                    std::to_string(part10.size()) + " bytes");
    }
    const auto shared = std::make_shared<const Bytes>(std::move(part10));
    const auto file = dicom::readPart10(shared);
    if (!file) {
        return noObject(file.error().code + " " + file.error().detail);
    }
    for (const auto& warning : file->warnings) {
        // The reader shows what there is of these; what is sent must be whole, and what it says it is.
        for (const char* code : {"pixels.truncated", "item.overlong", "syntax.missing", "syntax.mismatch", "syntax.notDeflated"}) {
            if (warning.code == code) {
                return noObject(warning.code);
            }
        }
    }
    const auto identity = dicom::identityOf(*file, archive);
    if (!identity) {
        return noObject(identity.error().detail);
    }
    const bool whole = shared->size() > 132 && asText(*shared).substr(128, 4) == "DICM" && file->dataSet.has(tags::SOPClassUID);
    const std::string storedUid = file->meta.textOr(dicom::Tag(0x0002, 0x0003));
    if (!whole || storedUid != identity->sop.value ||
        file->meta.textOr(dicom::Tag(0x0002, 0x0002)) != file->dataSet.textOr(tags::SOPClassUID)) {
        return noObject("file meta information");
    }
    if (file->dataSet.textOr(tags::PatientID).empty()) {
        return noObject("no Patient ID");
    }
    if (!study.empty() && identity->study != study) {
        return fail("outbox.study", "The object is of another study than the one that was named; nothing was queued.");
    }
    records::SignedObject object;
    object.item.archive = archive;
    object.item.study = identity->study;
    object.item.patientId = file->dataSet.textOr(tags::PatientID);
    object.item.issuerOfPatientId = file->dataSet.textOr(tags::IssuerOfPatientID);
    object.item.accessionNumber = file->dataSet.textOr(tags::AccessionNumber);
    object.item.sop = identity->sop;
    object.item.kind = kindOf(*file);
    object.part10 = *shared;
    object.item.sha256 = sha256Hex(object.part10);
    return object;
}

} // namespace akari::archive
