#include "core/objects/SrTree.h"

#include <algorithm>
#include <array>

#include "core/dicom/Tags.h"
#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

namespace tags = dicom::tags;
using dicom::DataSet;
using dicom::Tag;

constexpr Tag kObservationDateTime{0x0040, 0xA032};
constexpr Tag kNumericValueQualifier{0x0040, 0xA301};
constexpr Tag kReferencedContentItem{0x0040, 0xDB73};
constexpr Tag kReferencedFrameOfReference{0x3006, 0x0024};

constexpr std::array<std::string_view, 15> kValueTypes = {"CONTAINER", "TEXT",   "NUM",      "CODE",     "PNAME",  "DATE",     "TIME", "DATETIME",
                                                          "UIDREF",    "IMAGE", "COMPOSITE", "WAVEFORM", "SCOORD", "SCOORD3D", "TCOORD"};

void noteIn(SrDocument& document, std::string_view code) { reading::note(document.warnings, code); }

// PS3.3 C.17.2.1: studies hold series hold instances.
std::vector<EvidenceReference> evidence(const DataSet& dataSet, Tag sequence)
{
    std::vector<EvidenceReference> out;
    for (const DataSet& study : dataSet.items(sequence)) {
        for (const DataSet& series : study.items(tags::ReferencedSeriesSequence)) {
            for (const DataSet& sop : series.items(tags::ReferencedSOPSequence)) {
                out.push_back({StudyInstanceUid(study.textOr(tags::StudyInstanceUID)), SeriesInstanceUid(series.textOr(tags::SeriesInstanceUID)),
                               reading::referencedSop(sop), reading::code(sop, tags::PurposeOfReferenceCodeSequence)});
            }
        }
    }
    return out;
}

void readNumber(const DataSet& dataSet, ContentItem& item)
{
    const auto& measured = dataSet.items(tags::MeasuredValueSequence);
    if (!measured.empty()) {
        item.numeric = measured.front().number(tags::NumericValue);
        item.numericText = measured.front().textOr(tags::NumericValue);
        item.unit = reading::code(measured.front(), tags::MeasurementUnitsCodeSequence);
    }
    item.qualifier = reading::code(dataSet, kNumericValueQualifier);
}

void readValue(const DataSet& dataSet, ContentItem& item)
{
    item.text = dataSet.textOr(tags::TextValue);
    item.code = reading::code(dataSet, tags::ConceptCodeSequence);
    item.uid = dataSet.textOr(tags::UID);
    item.continuity = dataSet.textOr(tags::ContinuityOfContent);
    item.graphicType = dataSet.textOr(tags::GraphicType);
    item.graphicData = dataSet.numbers(tags::GraphicData);
    item.frameOfReferenceUid = dataSet.textOr(kReferencedFrameOfReference);
    item.target = reading::wholeNumbers(dataSet, kReferencedContentItem);
    if (const auto name = dataSet.personName(tags::PersonName)) {
        item.personName = name->dicom();
    }
    for (const Tag tag : {tags::DateTime, tags::Date, tags::Time}) {
        if (item.dateTime.empty()) {
            item.dateTime = dataSet.textOr(tag);
        }
    }
    for (const DataSet& reference : dataSet.items(tags::ReferencedSOPSequence)) {
        item.referenced.push_back(reading::referencedSop(reference));
    }
    readNumber(dataSet, item);
}

// Depth is bounded by the dataset reader's.
ContentItem readItem(const DataSet& dataSet, SrDocument& document)
{
    ContentItem item;
    item.relationship = dataSet.textOr(tags::RelationshipType);
    item.valueType = dataSet.textOr(tags::ValueType);
    item.name = reading::code(dataSet, tags::ConceptNameCodeSequence);
    item.observationDateTime = dataSet.textOr(kObservationDateTime);
    readValue(dataSet, item);
    if (!dataSet.items(tags::ContentTemplateSequence).empty()) {
        item.templateId = dataSet.items(tags::ContentTemplateSequence).front().textOr(tags::TemplateIdentifier);
    }
    if (std::find(kValueTypes.begin(), kValueTypes.end(), item.valueType) == kValueTypes.end() && item.target.empty()) {
        noteIn(document, "sr.valueType.unknown");
    }
    if (item.valueType == "NUM" && !item.numeric && item.qualifier.empty()) {
        noteIn(document, "sr.number.missing");
    }
    for (const DataSet& child : dataSet.items(tags::ContentSequence)) {
        item.children.push_back(readItem(child, document));
    }
    return item;
}

void readHeader(const DataSet& dataSet, SrDocument& document)
{
    document.sopClass = dataSet.textOr(tags::SOPClassUID);
    document.sopInstance = dataSet.textOr(tags::SOPInstanceUID);
    document.completionFlag = dataSet.textOr(tags::CompletionFlag);
    document.verificationFlag = dataSet.textOr(tags::VerificationFlag);
    document.preliminaryFlag = dataSet.textOr(tags::PreliminaryFlag);
    document.patientId = dataSet.textOr(tags::PatientID);
    document.issuerOfPatientId = dataSet.textOr(tags::IssuerOfPatientID);
    document.accessionNumber = dataSet.textOr(tags::AccessionNumber);
    document.contentDate = dataSet.textOr(tags::ContentDate);
    document.contentTime = dataSet.textOr(tags::ContentTime);
    if (const auto name = dataSet.personName(tags::PatientName)) {
        document.patientName = name->dicom();
    }
    for (const DataSet& observer : dataSet.items(tags::VerifyingObserverSequence)) {
        const auto name = observer.personName(tags::VerifyingObserverName);
        document.verifyingObservers.push_back(
            {name ? name->dicom() : std::string{}, observer.textOr(tags::VerifyingOrganization), observer.textOr(tags::VerificationDateTime)});
    }
    document.current = evidence(dataSet, tags::CurrentRequestedProcedureEvidenceSequence);
    document.pertinent = evidence(dataSet, tags::PertinentOtherEvidenceSequence);
    document.predecessors = evidence(dataSet, tags::PredecessorDocumentsSequence);
    if (document.verificationFlag == "VERIFIED" && document.verifyingObservers.empty()) {
        noteIn(document, "sr.verifier.missing");
    }
}

} // namespace

Result<SrDocument> readSr(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    if (dataSet.items(tags::ContentSequence).empty() && dataSet.textOr(tags::ValueType) != "CONTAINER") {
        return fail("sr.absent", "The object is no structured report.");
    }
    SrDocument document;
    readHeader(dataSet, document);
    document.root = readItem(dataSet, document);
    document.title = document.root.name;
    document.templateId = document.root.templateId;
    return document;
}

namespace {

std::optional<std::string> differingField(const ContentItem& a, const ContentItem& b)
{
    const std::pair<bool, const char*> checks[] = {
        {a.relationship == b.relationship, "relationship"},
        {a.valueType == b.valueType, "valueType"},
        {a.name == b.name, "name"},
        {a.text == b.text, "text"},
        {a.code == b.code, "code"},
        {a.numeric == b.numeric, "numeric"},
        {a.numeric.has_value() || a.numericText == b.numericText, "numericText"},
        {a.unit == b.unit, "unit"},
        {a.qualifier == b.qualifier, "qualifier"},
        {a.personName == b.personName, "personName"},
        {a.uid == b.uid, "uid"},
        {a.dateTime == b.dateTime, "dateTime"},
        {a.observationDateTime == b.observationDateTime, "observationDateTime"},
        {a.referenced == b.referenced, "referenced"},
        {a.graphicType == b.graphicType, "graphicType"},
        {a.graphicData == b.graphicData, "graphicData"},
        {a.frameOfReferenceUid == b.frameOfReferenceUid, "frameOfReferenceUid"},
        {a.target == b.target, "target"},
        {a.continuity == b.continuity, "continuity"},
        {a.templateId == b.templateId, "templateId"},
        {a.children.size() == b.children.size(), "children"},
    };
    for (const auto& [same, field] : checks) {
        if (!same) {
            return field;
        }
    }
    return std::nullopt;
}

std::optional<std::string> difference(const ContentItem& a, const ContentItem& b, const std::string& way)
{
    if (const auto field = differingField(a, b)) {
        return way + " " + *field;
    }
    for (std::size_t k = 0; k < a.children.size(); ++k) {
        if (auto found = difference(a.children[k], b.children[k], way + "." + std::to_string(k + 1))) {
            return found;
        }
    }
    return std::nullopt;
}

} // namespace

std::optional<std::string> firstDifference(const ContentItem& a, const ContentItem& b) { return difference(a, b, "1"); }

} // namespace akari::objects
