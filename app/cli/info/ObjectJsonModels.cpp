#include "app/cli/info/ObjectJsonModels.h"

#include <algorithm>
#include <cmath>

#include "app/cli/info/JsonParts.h"
#include "core/objects/HangingProtocol.h"
#include "core/objects/RealWorldValue.h"
#include "core/objects/RtDose.h"
#include "core/objects/RtPlan.h"
#include "core/objects/Segmentation.h"
#include "core/objects/StructureSet.h"
#include "core/objects/Waveform.h"

namespace akari::cli {
namespace {

using namespace objects;

Json segmentsJson(const Segmentation& segmentation)
{
    Json out = Json::array();
    for (const Segment& one : segmentation.segments) {
        out.push_back({{"number", one.number}, {"label", one.label}, {"description", one.description}, {"category", codeJson(one.category)},
                       {"type", codeJson(one.type)}, {"typeModifiers", codesJson(one.typeModifiers)}, {"anatomicRegions", codesJson(one.anatomicRegions)},
                       {"algorithmType", one.algorithmType}, {"algorithmName", one.algorithmName}, {"colour", colourJson(one.colour)},
                       {"trackingId", one.trackingId}, {"trackingUid", one.trackingUid}});
    }
    return out;
}

Json frameJson(const SegmentationFrame& frame)
{
    Json out{{"frame", frame.number.value}, {"segment", frame.segment}, {"plane", planeJson(frame.plane)}, {"sources", sopsJson(frame.sources)}};
    if (frame.tile) {
        out["tile"] = {{"column", frame.tile->column}, {"row", frame.tile->row}};
    }
    return out;
}

Json mappingsJson(const std::vector<RealWorldMapping>& mappings)
{
    Json out = Json::array();
    for (const RealWorldMapping& one : mappings) {
        Json quantities = Json::array();
        for (const QuantityDefinition& quantity : one.quantities) {
            quantities.push_back({{"name", codeJson(quantity.name)}, {"value", codeJson(quantity.value)}, {"text", quantity.text}, {"quantity", optionalJson(quantity.quantity)}});
        }
        out.push_back({{"label", one.label}, {"explanation", one.explanation}, {"unit", codeJson(one.unit)}, {"first", one.first}, {"last", one.last},
                       {"slope", one.slope}, {"intercept", one.intercept}, {"tableEntries", one.table.size()}, {"quantities", std::move(quantities)}});
    }
    return out;
}

Json testsJson(const std::vector<AttributeTest>& tests)
{
    Json out = Json::array();
    for (const AttributeTest& one : tests) {
        out.push_back({{"attribute", one.attribute.key() == 0 ? std::string{} : one.attribute.text()}, {"vr", one.vr}, {"category", one.category},
                       {"values", one.values}, {"codes", codesJson(one.codes)}, {"valueNumber", one.valueNumber}, {"operation", one.operation},
                       {"matchesWhenAbsent", one.matchesWhenAbsent}});
    }
    return out;
}

Json displaySetJson(const HangingDisplaySet& set)
{
    Json boxes = Json::array();
    for (const HangingImageBox& box : set.boxes) {
        boxes.push_back({{"number", box.number}, {"layout", box.layout}, {"place", box.place}, {"tileColumns", box.tileColumns}, {"tileRows", box.tileRows}});
    }
    return {{"number", set.number}, {"presentationGroup", set.presentationGroup}, {"label", set.label}, {"groupDescription", set.groupDescription},
            {"imageSet", set.imageSet}, {"boxes", std::move(boxes)}, {"filters", testsJson(set.filters)}, {"sorting", testsJson(set.sorting)},
            {"blending", set.blending}, {"reformatting", set.reformatting}, {"voiType", set.voiType}, {"patientOrientation", set.patientOrientation},
            {"inverted", set.inverted}};
}

Json channelJson(const Waveform& waveform, std::size_t group, std::size_t channel)
{
    const WaveformChannel& one = waveform.groups[group].channels[channel];
    Json out{{"label", one.label}, {"source", codeJson(one.source)}, {"status", one.status}, {"sensitivity", optionalJson(one.sensitivity)},
             {"unit", one.unit.value}, {"correction", one.correction}, {"baseline", one.baseline}, {"timeSkew", one.timeSkew},
             {"filterLow", optionalJson(one.filterLow)}, {"filterHigh", optionalJson(one.filterHigh)}, {"notch", optionalJson(one.notch)}};
    auto values = channelValues(waveform, group, channel);
    if (values) {
        std::erase_if(*values, [](double value) { return std::isnan(value); });
    }
    if (values && !values->empty()) {
        out["minimum"] = *std::min_element(values->begin(), values->end());
        out["maximum"] = *std::max_element(values->begin(), values->end());
    }
    return out;
}

Json annotationJson(const WaveformAnnotation& one)
{
    Json channels = Json::array();
    for (const auto& channel : one.channels) {
        channels.push_back({{"group", channel.group}, {"channel", channel.channel}});
    }
    return {{"text", one.text}, {"name", codeJson(one.name)}, {"code", codeJson(one.code)}, {"quantity", optionalJson(one.quantity)}, {"group", one.group},
            {"channels", std::move(channels)}, {"temporalRange", one.temporalRange}, {"samples", one.samples}, {"timeOffsets", one.timeOffsets}};
}

} // namespace

Result<Json> segmentationJson(const dicom::Part10& file)
{
    const auto read = readSegmentation(file);
    if (!read) {
        return fail(read.error());
    }
    Json frames = Json::array();
    for (const SegmentationFrame& frame : read->frames) {
        frames.push_back(frameJson(frame));
    }
    const char* kind = read->kind == SegmentationKind::Binary ? "binary" : read->kind == SegmentationKind::Fractional ? "fractional" : "labelmap";
    return Json{{"type", kind}, {"fractionalType", read->fractionalType}, {"maximumFractionalValue", read->maximumFractionalValue}, {"rows", read->rows},
                {"columns", read->columns}, {"label", read->label}, {"frameOfReferenceUid", read->frameOfReferenceUid}, {"overlap", read->overlap},
                {"tiled", read->tiled}, {"totalRows", read->totalRows}, {"totalColumns", read->totalColumns}, {"backgroundValue", optionalJson(read->backgroundValue)},
                {"segments", segmentsJson(*read)}, {"frames", std::move(frames)}, {"references", seriesJson(read->references)}, {"warnings", read->warnings}};
}

Result<Json> parametricMapJson(const dicom::Part10& file)
{
    const auto read = readParametricMap(file);
    if (!read) {
        return fail(read.error());
    }
    constexpr const char* kSamples[] = {"uint16", "int16", "float32", "float64"};
    Json frames = Json::array();
    for (const ParametricMapFrame& frame : read->frames) {
        frames.push_back({{"frame", frame.number.value}, {"plane", planeJson(frame.plane)}, {"mappings", mappingsJson(frame.mappings)}, {"sources", sopsJson(frame.sources)}});
    }
    return Json{{"type", kSamples[static_cast<std::size_t>(read->samples)]}, {"rows", read->rows}, {"columns", read->columns}, {"label", read->label},
                {"frameOfReferenceUid", read->frameOfReferenceUid}, {"frames", std::move(frames)}, {"warnings", read->warnings}};
}

Result<Json> realWorldValueJson(const dicom::Part10& file)
{
    const auto read = readRealWorldValueMappings(file);
    if (!read) {
        return fail(read.error());
    }
    Json items = Json::array();
    for (const MappedImages& item : read->items) {
        items.push_back({{"mappings", mappingsJson(item.mappings)}, {"images", sopsJson(item.images)}});
    }
    return Json{{"label", read->label}, {"items", std::move(items)}, {"references", seriesJson(read->references)}, {"warnings", read->warnings}};
}

Result<Json> structureSetJson(const dicom::Part10& file)
{
    const auto read = readStructureSet(file);
    if (!read) {
        return fail(read.error());
    }
    Json regions = Json::array();
    for (const RegionOfInterest& region : read->regions) {
        Json contours = Json::array();
        for (const Contour& contour : region.contours) {
            Json points = Json::array();
            for (const image::Vec3& point : contour.points) {
                points.push_back(pointJson(point));
            }
            contours.push_back({{"type", contour.geometricType}, {"points", std::move(points)}, {"images", sopsJson(contour.images)}});
        }
        regions.push_back({{"number", region.number}, {"name", region.name}, {"description", region.description}, {"algorithm", region.generationAlgorithm},
                           {"frameOfReferenceUid", region.frameOfReferenceUid}, {"interpretedType", region.interpretedType}, {"colour", colourJson(region.colour)},
                           {"volume", optionalJson(region.volume)}, {"contours", std::move(contours)}});
    }
    Json frames = Json::array();
    for (const ReferencedFrameOfReference& one : read->framesOfReference) {
        frames.push_back({{"uid", one.uid}, {"series", seriesJson(one.series)}});
    }
    return Json{{"label", read->label}, {"name", read->name}, {"date", read->date}, {"time", read->time}, {"regions", std::move(regions)},
                {"framesOfReference", std::move(frames)}, {"warnings", read->warnings}};
}

Result<Json> rtDoseJson(const dicom::Part10& file)
{
    const auto read = readRtDose(file);
    if (!read) {
        return fail(read.error());
    }
    Json grid;
    if (read->grid) {
        Json positions = Json::array();
        for (const image::Vec3& position : read->grid->framePositions) {
            positions.push_back(pointJson(position));
        }
        grid = {{"rows", read->grid->rows}, {"columns", read->grid->columns}, {"plane", planeJson(read->grid->firstPlane)}, {"offsets", read->grid->frameOffsets},
                {"positions", std::move(positions)}, {"scaling", read->grid->scaling}};
    }
    Json histograms = Json::array();
    for (const DoseVolumeHistogram& one : read->histograms) {
        Json bins = Json::array();
        for (const DoseVolumeBin& bin : one.bins) {
            bins.push_back(Json::array({bin.dose, bin.volume}));
        }
        Json regions = Json::array();
        for (const auto& region : one.regions) {
            regions.push_back({{"number", region.number}, {"excluded", region.excluded}});
        }
        histograms.push_back({{"type", one.type}, {"doseUnits", one.doseUnits}, {"volumeUnits", one.volumeUnits}, {"minimum", optionalJson(one.minimum)},
                              {"maximum", optionalJson(one.maximum)}, {"mean", optionalJson(one.mean)}, {"bins", std::move(bins)}, {"regions", std::move(regions)}});
    }
    return Json{{"units", read->units}, {"type", read->type}, {"summationType", read->summationType}, {"comment", read->comment},
                {"frameOfReferenceUid", read->frameOfReferenceUid}, {"grid", std::move(grid)}, {"histograms", std::move(histograms)},
                {"plans", sopsJson(read->plans)}, {"structureSets", sopsJson(read->structureSets)}, {"warnings", read->warnings}};
}

Result<Json> rtPlanJson(const dicom::Part10& file)
{
    const auto read = readRtPlan(file);
    if (!read) {
        return fail(read.error());
    }
    Json beams = Json::array();
    for (const RtBeam& one : read->beams) {
        beams.push_back({{"number", one.number}, {"name", one.name}, {"type", one.type}, {"radiationType", one.radiationType}, {"deliveryType", one.deliveryType},
                         {"machine", one.machine}, {"controlPoints", one.controlPoints}, {"nominalEnergy", optionalJson(one.nominalEnergy)},
                         {"gantryStart", optionalJson(one.gantryStart)}, {"gantryEnd", optionalJson(one.gantryEnd)},
                         {"isocentre", one.isocentre ? pointJson(*one.isocentre) : Json()}});
    }
    Json groups = Json::array();
    for (const RtFractionGroup& group : read->fractionGroups) {
        Json doses = Json::array();
        for (const auto& one : group.beams) {
            doses.push_back({{"beam", one.beam}, {"dose", optionalJson(one.dose)}, {"meterset", optionalJson(one.meterset)}});
        }
        groups.push_back({{"number", group.number}, {"fractionsPlanned", optionalJson(group.fractionsPlanned)}, {"beams", std::move(doses)}});
    }
    Json references = Json::array();
    for (const RtDoseReference& one : read->doseReferences) {
        references.push_back({{"number", one.number}, {"structureType", one.structureType}, {"type", one.type}, {"description", one.description},
                              {"region", optionalJson(one.region)}, {"targetPrescriptionDose", optionalJson(one.targetPrescriptionDose)},
                              {"organMaximumDose", optionalJson(one.organMaximumDose)}});
    }
    return Json{{"label", read->label}, {"name", read->name}, {"description", read->description}, {"date", read->date}, {"time", read->time},
                {"intent", read->intent}, {"geometry", read->geometry}, {"approvalStatus", read->approvalStatus}, {"ion", read->ion},
                {"beams", std::move(beams)}, {"fractionGroups", std::move(groups)}, {"doseReferences", std::move(references)},
                {"structureSets", sopsJson(read->structureSets)}, {"warnings", read->warnings}};
}

Result<Json> waveformJson(const dicom::Part10& file)
{
    const auto read = readWaveform(file);
    if (!read) {
        return fail(read.error());
    }
    Json groups = Json::array();
    for (std::size_t k = 0; k < read->groups.size(); ++k) {
        const WaveformGroup& group = read->groups[k];
        Json channels = Json::array();
        for (std::size_t c = 0; c < group.channels.size(); ++c) {
            channels.push_back(channelJson(*read, k, c));
        }
        groups.push_back({{"label", group.label}, {"originality", group.originality}, {"timeOffset", group.timeOffset},
                          {"samplingFrequency", group.samplingFrequency}, {"samples", group.samples}, {"interpretation", group.interpretation},
                          {"channels", std::move(channels)}});
    }
    Json annotations = Json::array();
    for (const WaveformAnnotation& one : read->annotations) {
        annotations.push_back(annotationJson(one));
    }
    return Json{{"acquired", read->acquisitionDateTime}, {"groups", std::move(groups)}, {"annotations", std::move(annotations)}, {"warnings", read->warnings}};
}

Result<Json> hangingProtocolJson(const dicom::Part10& file)
{
    const auto read = readHangingProtocol(file);
    if (!read) {
        return fail(read.error());
    }
    Json definitions = Json::array();
    for (const HangingDefinition& one : read->definitions) {
        definitions.push_back({{"modality", one.modality}, {"laterality", one.laterality}, {"anatomicRegions", codesJson(one.anatomicRegions)},
                               {"procedures", codesJson(one.procedures)}, {"reasons", codesJson(one.reasons)}});
    }
    Json imageSets = Json::array();
    for (const HangingImageSet& one : read->imageSets) {
        imageSets.push_back({{"number", one.number}, {"label", one.label}, {"category", one.category}, {"selectors", testsJson(one.selectors)},
                             {"relativeTime", optionalJson(one.relativeTime)}, {"relativeTimeUnits", one.relativeTimeUnits},
                             {"abstractPrior", optionalJson(one.abstractPrior)}});
    }
    Json screens = Json::array();
    for (const HangingScreen& one : read->screens) {
        screens.push_back({{"columns", one.columns}, {"rows", one.rows}, {"place", one.place}});
    }
    Json displaySets = Json::array();
    for (const HangingDisplaySet& one : read->displaySets) {
        displaySets.push_back(displaySetJson(one));
    }
    return Json{{"name", read->name}, {"description", read->description}, {"level", read->level}, {"creator", read->creator}, {"created", read->created},
                {"userGroup", read->userGroup}, {"definitions", std::move(definitions)}, {"priors", read->priors}, {"imageSets", std::move(imageSets)},
                {"screens", std::move(screens)}, {"displaySets", std::move(displaySets)}, {"synchronizedScrolling", read->synchronizedScrolling},
                {"partialDataHandling", read->partialDataHandling}, {"warnings", read->warnings}};
}

} // namespace akari::cli
