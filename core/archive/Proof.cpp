#include "core/archive/Proof.h"

#include <algorithm>

#include "core/dicom/Tags.h"
#include "core/objects/EncapsulatedDocument.h"
#include "core/objects/ObjectKind.h"
#include "core/objects/SrTree.h"

namespace akari::archive {
namespace {

namespace tags = dicom::tags;

bool sameEvidence(const std::vector<objects::EvidenceReference>& a, const std::vector<objects::EvidenceReference>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
        return one.study == other.study && one.series == other.series && one.sop == other.sop;
    });
}

bool sameObservers(const std::vector<objects::VerifyingObserver>& a, const std::vector<objects::VerifyingObserver>& b)
{
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& one, const auto& other) {
        return one.name == other.name && one.organization == other.organization && one.dateTime == other.dateTime;
    });
}

std::optional<std::string> differenceOfReports(const objects::SrDocument& a, const objects::SrDocument& b)
{
    if (a.completionFlag != b.completionFlag || a.verificationFlag != b.verificationFlag || a.preliminaryFlag != b.preliminaryFlag) {
        return "document flags";
    }
    if (!sameObservers(a.verifyingObservers, b.verifyingObservers)) {
        return "verifying observers";
    }
    if (!sameEvidence(a.current, b.current) || !sameEvidence(a.pertinent, b.pertinent) || !sameEvidence(a.predecessors, b.predecessors)) {
        return "evidence";
    }
    return objects::firstDifference(a.root, b.root);
}

} // namespace

std::optional<std::string> differenceOf(const dicom::Part10& ours, const dicom::Part10& theirs)
{
    for (const dicom::Tag tag : {tags::SOPClassUID, tags::SOPInstanceUID, tags::StudyInstanceUID, tags::SeriesInstanceUID, tags::PatientID,
                                 tags::IssuerOfPatientID, tags::AccessionNumber}) {
        if (ours.dataSet.textOr(tag) != theirs.dataSet.textOr(tag)) {
            return tag.text();
        }
    }
    if (const auto document = objects::readEncapsulatedDocument(ours)) {
        const auto other = objects::readEncapsulatedDocument(theirs);
        const bool same = other && other->bytes == document->bytes && other->mimeType == document->mimeType;
        return same ? std::nullopt : std::optional<std::string>("document bytes");
    }
    const auto kind = objects::objectKind(ours).kind;
    if (kind != objects::ObjectKind::StructuredReport && kind != objects::ObjectKind::DoseReport) {
        return differenceOfDataSets(ours, theirs);
    }
    if (const auto report = objects::readSr(ours)) {
        const auto other = objects::readSr(theirs);
        return other ? differenceOfReports(*report, *other) : std::optional<std::string>("no content tree");
    }
    return differenceOfDataSets(ours, theirs);
}

} // namespace akari::archive
