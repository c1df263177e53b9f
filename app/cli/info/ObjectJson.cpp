#include "app/cli/info/ObjectJson.h"

#include "app/cli/info/JsonParts.h"
#include "app/cli/info/ObjectJsonModels.h"
#include "core/objects/DoseReport.h"
#include "core/objects/EncapsulatedDocument.h"
#include "core/objects/HangingProtocol.h"
#include "core/objects/KeyObjectSelection.h"
#include "core/objects/MeasurementReport.h"
#include "core/objects/MicroscopyAnnotations.h"
#include "core/objects/Ophthalmic.h"
#include "core/objects/VisualField.h"
#include "core/objects/WholeSlide.h"

namespace akari::cli {
namespace {

using namespace objects;

Json modelJson(const KeyObjectSelection& selection)
{
    Json all = Json::array();
    for (const KeyObject& one : selection.objects) {
        Json item = sopJson(one.sop);
        item["studyInstanceUid"] = one.study.value;
        item["seriesInstanceUid"] = one.series.value;
        item["valueType"] = one.valueType;
        all.push_back(std::move(item));
    }
    return {{"title", codeJson(selection.title)}, {"modifiers", codesJson(selection.modifiers)}, {"description", selection.description},
            {"observer", selection.observer}, {"rejects", selection.rejects}, {"objects", std::move(all)}, {"warnings", selection.warnings}};
}

Json namedJson(const std::vector<NamedQuantity>& all)
{
    Json out = Json::array();
    for (const NamedQuantity& one : all) {
        Json item = quantityJson(one.quantity);
        item["name"] = codeJson(one.name);
        out.push_back(std::move(item));
    }
    return out;
}

Json modelJson(const DoseReport& report)
{
    Json events = Json::array();
    for (const IrradiationEvent& event : report.events) {
        events.push_back({{"uid", event.uid}, {"type", codeJson(event.type)}, {"plane", codeJson(event.plane)}, {"targetRegion", codeJson(event.targetRegion)},
                          {"phantom", codeJson(event.phantom)}, {"protocol", event.protocol}, {"started", event.started},
                          {"meanCtdiVol", optionalJson(event.meanCtdiVol)}, {"doseLengthProduct", optionalJson(event.doseLengthProduct)},
                          {"doseAreaProduct", optionalJson(event.doseAreaProduct)}, {"doseAtReferencePoint", optionalJson(event.doseAtReferencePoint)},
                          {"quantities", namedJson(event.quantities)}});
    }
    return {{"ct", report.ct}, {"procedure", codeJson(report.procedure)}, {"totalDoseLengthProduct", optionalJson(report.totalDoseLengthProduct)},
            {"totalDoseAreaProduct", optionalJson(report.totalDoseAreaProduct)}, {"totalEvents", optionalJson(report.totalEvents)},
            {"accumulated", namedJson(report.accumulated)}, {"events", std::move(events)}, {"warnings", report.warnings}};
}

Json regionsJson(const std::vector<ReportedRegion>& regions)
{
    Json out = Json::array();
    for (const ReportedRegion& one : regions) {
        out.push_back({{"valueType", one.valueType}, {"graphicType", one.graphicType}, {"graphicData", one.graphicData},
                       {"frameOfReferenceUid", one.frameOfReferenceUid}, {"images", sopsJson(one.images)}});
    }
    return out;
}

Json evaluationsJson(const std::vector<ReportedEvaluation>& evaluations)
{
    Json out = Json::array();
    for (const ReportedEvaluation& one : evaluations) {
        out.push_back({{"name", codeJson(one.name)}, {"value", codeJson(one.value)}});
    }
    return out;
}

Json groupJson(const MeasurementGroup& group)
{
    Json measurements = Json::array();
    for (const ReportedMeasurement& one : group.measurements) {
        measurements.push_back({{"name", codeJson(one.name)}, {"quantity", optionalJson(one.quantity)}, {"qualifier", codeJson(one.qualifier)},
                                {"derivation", codeJson(one.derivation)}, {"method", codeJson(one.method)}, {"regions", regionsJson(one.regions)},
                                {"images", sopsJson(one.images)}});
    }
    return {{"trackingId", group.trackingId}, {"trackingUid", group.trackingUid}, {"category", codeJson(group.category)}, {"finding", codeJson(group.finding)},
            {"findingSites", codesJson(group.findingSites)}, {"laterality", codeJson(group.laterality)}, {"method", codeJson(group.method)},
            {"session", group.session}, {"timePoint", group.timePoint}, {"measurements", std::move(measurements)},
            {"evaluations", evaluationsJson(group.evaluations)}, {"regions", regionsJson(group.regions)}, {"segments", sopsJson(group.segments)},
            {"images", sopsJson(group.images)}, {"valueMaps", sopsJson(group.valueMaps)}, {"sourceSeriesUid", group.sourceSeriesUid}};
}

Json modelJson(const MeasurementReport& report)
{
    Json groups = Json::array();
    for (const MeasurementGroup& group : report.groups) {
        groups.push_back(groupJson(group));
    }
    return {{"title", codeJson(report.title)}, {"procedures", codesJson(report.procedures)}, {"groups", std::move(groups)},
            {"evaluations", evaluationsJson(report.evaluations)}, {"warnings", report.warnings}};
}

Json modelJson(const EncapsulatedDocument& document)
{
    return {{"mimeType", document.mimeType}, {"title", document.title}, {"concept", codeJson(document.documentConcept)}, {"bytes", document.bytes.size()},
            {"mimeTypes", document.mimeTypes}, {"burnedInAnnotation", document.burnedInAnnotation},
            {"hl7InstanceIdentifier", document.hl7InstanceIdentifier}, {"sources", sopsJson(document.sources)}};
}

Json modelJson(const WholeSlideImage& image)
{
    Json paths = Json::array();
    for (const OpticalPath& path : image.opticalPaths) {
        paths.push_back({{"identifier", path.identifier}, {"description", path.description}, {"illumination", codeJson(path.illumination)},
                         {"colour", codeJson(path.colour)}, {"objectivePower", optionalJson(path.objectivePower)}, {"iccProfile", path.hasIccProfile}});
    }
    return {{"imageType", image.imageType}, {"totalColumns", image.totalColumns}, {"totalRows", image.totalRows}, {"tileColumns", image.tileColumns},
            {"tileRows", image.tileRows}, {"frames", image.frames}, {"focalPlanes", image.focalPlanes}, {"sparse", image.sparse},
            {"spacing", Json::array({image.spacing.betweenColumns, image.spacing.betweenRows})}, {"width", image.width}, {"height", image.height},
            {"origin", image.origin ? pointJson(*image.origin) : Json()}, {"pyramidUid", image.pyramidUid}, {"containerId", image.containerId},
            {"opticalPaths", std::move(paths)}};
}

Json modelJson(const OphthalmicImage& image)
{
    Json frames = Json::array();
    for (const OphthalmicFrame& frame : image.frames) {
        Json locations = Json::array();
        for (const FrameLocation& one : frame.locations) {
            locations.push_back({{"image", sopJson(one.image)}, {"orientation", one.orientation}, {"coordinates", one.coordinates}});
        }
        frames.push_back({{"frame", frame.number.value}, {"acquired", frame.acquired}, {"locations", std::move(locations)}});
    }
    return {{"laterality", image.laterality}, {"device", codeJson(image.device)}, {"anatomy", codeJson(image.anatomy)},
            {"illuminations", codesJson(image.illuminations)}, {"channels", codesJson(image.channels)}, {"relativePosition", codeJson(image.relativePosition)},
            {"horizontalFieldOfView", optionalJson(image.horizontalFieldOfView)}, {"intraOcularPressure", optionalJson(image.intraOcularPressure)},
            {"pupilDilated", image.pupilDilated}, {"mydriaticAgents", codesJson(image.mydriaticAgents)}, {"sphere", optionalJson(image.sphere)},
            {"cylinder", optionalJson(image.cylinder)}, {"axis", optionalJson(image.axis)}, {"axialLength", optionalJson(image.axialLength)},
            {"depthResolution", optionalJson(image.depthResolution)}, {"alongScanResolution", optionalJson(image.alongScanResolution)},
            {"acrossScanResolution", optionalJson(image.acrossScanResolution)}, {"frames", std::move(frames)}, {"warnings", image.warnings}};
}

Json modelJson(const VisualField& field)
{
    Json points = Json::array();
    for (const VisualFieldPoint& one : field.points) {
        points.push_back({{"x", one.x}, {"y", one.y}, {"result", one.result}, {"sensitivity", optionalJson(one.sensitivity)},
                          {"ageCorrectedDeviation", optionalJson(one.ageCorrectedDeviation)}, {"ageCorrectedProbability", optionalJson(one.ageCorrectedProbability)}});
    }
    return {{"laterality", field.laterality}, {"shape", field.shape}, {"horizontalExtent", optionalJson(field.horizontalExtent)},
            {"verticalExtent", optionalJson(field.verticalExtent)}, {"testModes", codesJson(field.testModes)}, {"strategies", codesJson(field.strategies)},
            {"stimulusArea", optionalJson(field.stimulusArea)}, {"testDuration", optionalJson(field.testDuration)},
            {"meanSensitivity", optionalJson(field.meanSensitivity)}, {"globalDeviation", optionalJson(field.globalDeviation)},
            {"localizedDeviation", optionalJson(field.localizedDeviation)}, {"fovealSensitivity", optionalJson(field.fovealSensitivity)},
            {"falsePositives", optionalJson(field.falsePositives)}, {"falseNegatives", optionalJson(field.falseNegatives)},
            {"fixationChecks", optionalJson(field.fixationChecks)}, {"fixationLosses", optionalJson(field.fixationLosses)},
            {"points", std::move(points)}, {"warnings", field.warnings}};
}

Json modelJson(const MicroscopyAnnotations& annotations)
{
    Json groups = Json::array();
    for (const AnnotationGroup& group : annotations.groups) {
        Json measurements = Json::array();
        for (const AnnotationMeasurement& one : group.measurements) {
            measurements.push_back({{"name", codeJson(one.name)}, {"unit", codeJson(one.unit)}, {"values", one.values.size()}});
        }
        groups.push_back({{"number", group.number}, {"uid", group.uid}, {"label", group.label}, {"category", codeJson(group.category)},
                          {"type", codeJson(group.type)}, {"graphicType", group.graphicType}, {"count", group.count}, {"measurements", std::move(measurements)}});
    }
    return {{"coordinates", annotations.threeDimensional ? "3D" : "2D"}, {"label", annotations.label}, {"groups", std::move(groups)}, {"images", sopsJson(annotations.images)}};
}

Json itemJson(const ContentItem& item)
{
    Json children = Json::array();
    for (const ContentItem& child : item.children) {
        children.push_back(itemJson(child));
    }
    Json out{{"type", item.valueType}, {"name", codeJson(item.name)}};
    if (!item.text.empty()) {
        out["text"] = item.text;
    }
    if (!item.code.empty()) {
        out["code"] = codeJson(item.code);
    }
    if (item.numeric) {
        out["quantity"] = quantityJson({*item.numeric, item.unit});
    }
    for (const auto& [key, value] : {std::pair{"personName", &item.personName}, std::pair{"uid", &item.uid}, std::pair{"dateTime", &item.dateTime}}) {
        if (!value->empty()) {
            out[key] = *value;
        }
    }
    if (!item.referenced.empty()) {
        out["references"] = sopsJson(item.referenced);
    }
    if (!item.graphicData.empty()) {
        out["graphicType"] = item.graphicType;
        out["graphicData"] = item.graphicData;
    }
    if (!children.empty()) {
        out["children"] = std::move(children);
    }
    return out;
}

Json modelJson(const SrDocument& document)
{
    return {{"title", codeJson(document.title)}, {"template", document.templateId}, {"completionFlag", document.completionFlag},
            {"verificationFlag", document.verificationFlag}, {"content", itemJson(document.root)}, {"warnings", document.warnings}};
}

template <class Model> Result<Json> from(Result<Model> model) { return model ? Result<Json>(modelJson(*model)) : Result<Json>(fail(model.error())); }

// Every report has its tree; what is understood of it stands beside the tree.
Result<Json> reportJson(const dicom::Part10& file)
{
    auto tree = from(readSr(file));
    if (!tree) {
        return tree;
    }
    if (const auto measurements = readMeasurementReport(file)) {
        (*tree)["measurements"] = modelJson(*measurements);
    }
    if (const auto dose = readDoseReport(file)) {
        (*tree)["dose"] = modelJson(*dose);
    }
    return tree;
}

} // namespace

Result<Json> objectJson(const dicom::Part10& file)
{
    switch (objectKind(file).kind) {
    case ObjectKind::StructuredReport:
    case ObjectKind::DoseReport: return reportJson(file);
    case ObjectKind::KeyObjectSelection: return from(readKeyObjectSelection(file));
    case ObjectKind::EncapsulatedDocument: return from(readEncapsulatedDocument(file));
    case ObjectKind::WholeSlide: return from(readWholeSlide(file));
    case ObjectKind::OphthalmicPhotograph:
    case ObjectKind::OphthalmicTomography: return from(readOphthalmicImage(file));
    case ObjectKind::VisualField: return from(readVisualField(file));
    case ObjectKind::MicroscopyAnnotations: return from(readMicroscopyAnnotations(file));
    case ObjectKind::Segmentation: return segmentationJson(file);
    case ObjectKind::ParametricMap: return parametricMapJson(file);
    case ObjectKind::RealWorldValueMapping: return realWorldValueJson(file);
    case ObjectKind::StructureSet: return structureSetJson(file);
    case ObjectKind::RtDose: return rtDoseJson(file);
    case ObjectKind::RtPlan: return rtPlanJson(file);
    case ObjectKind::Waveform: return waveformJson(file);
    case ObjectKind::HangingProtocol: return hangingProtocolJson(file);
    case ObjectKind::Image:
    case ObjectKind::PresentationState:
    case ObjectKind::Other: break;
    }
    return Json();
}

} // namespace akari::cli
