#include "core/objects/MeasurementReport.h"

#include <algorithm>
#include <array>

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

constexpr std::string_view kSegmentationClass = "1.2.840.10008.5.1.4.1.1.66.4";
constexpr std::string_view kLabelmapClass = "1.2.840.10008.5.1.4.1.1.66.7";

// Reports of before 2019 use the SNOMED codes of scheme SRT.
bool isEither(const CodedConcept& name, std::string_view sct, std::string_view srt) { return name.is(sct, "SCT") || name.is(srt, "SRT") || name.is(srt, "99SDM"); }
bool isFindingSite(const CodedConcept& name) { return isEither(name, "363698007", "G-C0E3"); }
bool isLaterality(const CodedConcept& name) { return isEither(name, "272741003", "G-C171"); }
bool isMethod(const CodedConcept& name) { return isEither(name, "370129005", "G-C036") || name.is("G-C306", "SRT"); }
bool isCategory(const CodedConcept& name) { return isEither(name, "276214006", "R-0005F"); }

ReportedRegion regionFrom(const ContentItem& item)
{
    ReportedRegion out{item.valueType, item.graphicType, item.graphicData, item.frameOfReferenceUid, {}};
    for (const ContentItem& child : item.children) {
        out.images.insert(out.images.end(), child.referenced.begin(), child.referenced.end());
    }
    return out;
}

bool isRegion(const ContentItem& item) { return item.valueType == "SCOORD" || item.valueType == "SCOORD3D"; }

ReportedMeasurement measurementFrom(const ContentItem& item)
{
    ReportedMeasurement out;
    out.name = item.name;
    out.qualifier = item.qualifier;
    if (item.numeric) {
        out.quantity = Quantity{*item.numeric, item.unit};
    }
    for (const ContentItem& child : item.children) {
        if (child.name.is("121401", "DCM")) {
            out.derivation = child.code;
        } else if (isMethod(child.name)) {
            out.method = child.code;
        } else if (isRegion(child)) {
            out.regions.push_back(regionFrom(child));
        }
        out.images.insert(out.images.end(), child.referenced.begin(), child.referenced.end());
    }
    return out;
}

void readCode(const ContentItem& item, MeasurementGroup& out)
{
    if (item.name.is("121071", "DCM")) {
        out.finding = item.code;
    } else if (isCategory(item.name)) {
        out.category = item.code;
    } else if (isFindingSite(item.name)) {
        out.findingSites.push_back(item.code);
        for (const ContentItem& child : item.children) {
            if (isLaterality(child.name)) {
                out.laterality = child.code;
            }
        }
    } else if (isLaterality(item.name)) {
        out.laterality = item.code;
    } else if (isMethod(item.name)) {
        out.method = item.code;
    } else {
        out.evaluations.push_back({item.name, item.code});
    }
}

void readText(const ContentItem& item, MeasurementGroup& out)
{
    if (item.name.is("112039", "DCM")) {
        out.trackingId = item.text;
    } else if (item.name.is("C67447", "NCIt")) {
        out.session = item.text;
    } else if (item.name.is("C2348792", "UMLS") || item.name.is("126070", "DCM")) {
        out.timePoint = item.text;
    } else {
        out.evaluations.push_back({item.name, {{}, {}, item.text}});
    }
}

void readReferences(const ContentItem& item, MeasurementGroup& out)
{
    for (const ReferencedSop& sop : item.referenced) {
        if (item.name.is("126100", "DCM")) {
            out.valueMaps.push_back(sop);
            continue;
        }
        const bool segment = !sop.segments.empty() || sop.sopClass == kSegmentationClass || sop.sopClass == kLabelmapClass;
        (segment ? out.segments : out.images).push_back(sop);
    }
}

void readUid(const ContentItem& item, MeasurementGroup& out)
{
    if (item.name.is("112040", "DCM")) {
        out.trackingUid = item.uid;
    } else if (item.name.is("121232", "DCM")) {
        out.sourceSeriesUid = item.uid;
    }
}

void readChildren(const ContentItem& parent, MeasurementGroup& out)
{
    for (const ContentItem& item : parent.children) {
        if (item.valueType == "NUM") {
            out.measurements.push_back(measurementFrom(item));
        } else if (item.valueType == "CODE") {
            readCode(item, out);
        } else if (item.valueType == "TEXT") {
            readText(item, out);
        } else if (item.valueType == "UIDREF") {
            readUid(item, out);
        } else if (isRegion(item)) {
            out.regions.push_back(regionFrom(item));
        } else if (item.valueType == "CONTAINER") {
            readChildren(item, out);
        } else {
            readReferences(item, out);
        }
    }
}

void walk(const ContentItem& item, MeasurementReport& out)
{
    if (item.name.is("125007", "DCM")) {
        MeasurementGroup group;
        readChildren(item, group);
        out.groups.push_back(std::move(group));
        return;
    }
    if (item.name.is("121058", "DCM")) {
        out.procedures.push_back(item.code);
    }
    const bool evaluations = item.name.is("C0034375", "UMLS");
    for (const ContentItem& child : item.children) {
        if (evaluations && (child.valueType == "CODE" || child.valueType == "TEXT")) {
            out.evaluations.push_back({child.name, child.valueType == "CODE" ? child.code : CodedConcept{{}, {}, child.text}});
        }
        walk(child, out);
    }
}

} // namespace

Result<MeasurementReport> readMeasurementReport(const dicom::Part10& file)
{
    const auto document = readSr(file);
    if (!document) {
        return fail(document.error());
    }
    MeasurementReport out;
    out.title = document->title;
    out.warnings = document->warnings;
    walk(document->root, out);
    if (out.groups.empty()) {
        return fail("measurements.absent", "The report holds no measurement groups.");
    }
    return out;
}

} // namespace akari::objects
