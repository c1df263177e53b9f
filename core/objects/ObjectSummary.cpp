#include "core/objects/ObjectSummary.h"

#include <array>
#include <cstdio>

#include "core/objects/DoseReport.h"
#include "core/objects/EncapsulatedDocument.h"
#include "core/objects/HangingProtocol.h"
#include "core/objects/KeyObjectSelection.h"
#include "core/objects/MeasurementReport.h"
#include "core/objects/MicroscopyAnnotations.h"
#include "core/objects/Ophthalmic.h"
#include "core/objects/Reading.h"
#include "core/objects/RealWorldValue.h"
#include "core/objects/RtDose.h"
#include "core/objects/RtPlan.h"
#include "core/objects/Segmentation.h"
#include "core/objects/StructureSet.h"
#include "core/objects/VisualField.h"
#include "core/objects/Waveform.h"
#include "core/objects/WholeSlide.h"

namespace akari::objects {
namespace {

std::string counted(std::size_t count, std::string_view one, std::string_view many)
{
    return std::to_string(count) + " " + std::string(count == 1 ? one : many);
}

std::string number(double value)
{
    std::array<char, 32> buffer{};
    std::snprintf(buffer.data(), buffer.size(), "%.6g", value);
    return buffer.data();
}

std::string quantity(const Quantity& value) { return number(value.value) + (value.unit.empty() ? "" : " " + value.unit.value); }

// The first few names of a list.
class Names {
public:
    void add(const std::string& name)
    {
        if (name.empty()) {
            return;
        }
        if (++m_count <= 5) {
            m_text += (m_text.empty() ? ": " : ", ") + name;
        }
    }
    std::string text() const { return m_text + (m_count > 5 ? ", …" : ""); }

private:
    std::size_t m_count = 0;
    std::string m_text;
};

std::string lineOf(const KeyObjectSelection& selection)
{
    return counted(selection.objects.size(), "object", "objects") + (selection.description.empty() ? "" : ": " + selection.description);
}

std::string lineOf(const Segmentation& segmentation)
{
    Names names;
    for (const Segment& segment : segmentation.segments) {
        names.add(segment.label);
    }
    const char* kind = segmentation.kind == SegmentationKind::Binary ? "" : segmentation.kind == SegmentationKind::Fractional ? " (fractional)" : " (labelmap)";
    return counted(segmentation.segments.size(), "segment", "segments") + kind + names.text();
}

std::string lineOf(const StructureSet& set)
{
    Names names;
    for (const RegionOfInterest& region : set.regions) {
        names.add(region.name);
    }
    return counted(set.regions.size(), "region", "regions") + names.text();
}

std::string lineOf(const DoseReport& report)
{
    std::string out = counted(report.events.size(), "irradiation", "irradiations");
    if (report.totalDoseLengthProduct) {
        out += ", DLP " + quantity(*report.totalDoseLengthProduct);
    }
    return report.totalDoseAreaProduct ? out + ", DAP " + quantity(*report.totalDoseAreaProduct) : out;
}

std::string lineOf(const MeasurementReport& report)
{
    std::size_t measurements = 0;
    for (const MeasurementGroup& group : report.groups) {
        measurements += group.measurements.size();
    }
    return counted(measurements, "measurement", "measurements") + " in " + counted(report.groups.size(), "group", "groups");
}

std::string lineOf(const RtDose& dose)
{
    return (dose.grid ? counted(dose.grid->framePositions.size(), "plane", "planes") + ", " + dose.units : std::string("no grid")) +
           (dose.histograms.empty() ? "" : ", " + counted(dose.histograms.size(), "histogram", "histograms"));
}

std::string lineOf(const RtPlan& plan)
{
    std::string out = counted(plan.beams.size(), "beam", "beams");
    for (const RtFractionGroup& group : plan.fractionGroups) {
        out += group.fractionsPlanned ? ", " + counted(static_cast<std::size_t>(std::max(0, *group.fractionsPlanned)), "fraction", "fractions") : "";
    }
    return out;
}

std::string lineOf(const Waveform& waveform)
{
    std::string out;
    for (const WaveformGroup& group : waveform.groups) {
        out += (out.empty() ? "" : "; ") + counted(group.channels.size(), "channel", "channels") + ", " +
               number(static_cast<double>(group.samples) / group.samplingFrequency) + " s at " + number(group.samplingFrequency) + " Hz";
    }
    return out;
}

std::string lineOf(const WholeSlideImage& image)
{
    return std::to_string(image.totalColumns) + " × " + std::to_string(image.totalRows) + " pixels in " +
           counted(static_cast<std::size_t>(image.frames), "tile", "tiles");
}

std::string lineOf(const ParametricMap& map)
{
    const bool mapped = !map.frames.empty() && !map.frames.front().mappings.empty();
    return counted(map.frames.size(), "frame", "frames") + (mapped ? ", " + map.frames.front().mappings.front().unit.meaning : "");
}

std::string lineOf(const RealWorldValueMappings& mappings)
{
    std::size_t images = 0;
    for (const MappedImages& item : mappings.items) {
        images += item.images.size();
    }
    return "mappings for " + counted(images, "image", "images");
}

std::string lineOf(const OphthalmicImage& image)
{
    return (image.laterality.empty() ? std::string("eye not said") : "eye " + image.laterality) + (image.device.empty() ? "" : ", " + image.device.meaning);
}

std::string lineOf(const VisualField& field)
{
    return (field.laterality.empty() ? std::string("eye not said") : "eye " + field.laterality) + ", " + counted(field.points.size(), "point", "points") +
           (field.globalDeviation ? ", mean deviation " + number(*field.globalDeviation) + " dB" : "");
}

std::string lineOf(const HangingProtocol& protocol)
{
    return counted(protocol.displaySets.size(), "display set", "display sets") + ", " + counted(static_cast<std::size_t>(std::max(0, protocol.priors)), "prior", "priors");
}

std::string lineOf(const MicroscopyAnnotations& annotations)
{
    Names names;
    std::int64_t shapes = 0;
    for (const AnnotationGroup& group : annotations.groups) {
        names.add(group.label);
        shapes += group.count;
    }
    return counted(static_cast<std::size_t>(shapes), "shape", "shapes") + names.text();
}

std::string lineOf(const EncapsulatedDocument& document)
{
    return (document.mimeType.empty() ? std::string("document") : document.mimeType) + ", " + counted(document.bytes.size(), "byte", "bytes");
}

template <class Model> Result<std::string> lineFrom(Result<Model> model)
{
    return model ? Result<std::string>(lineOf(*model)) : Result<std::string>(fail(model.error()));
}

Result<std::string> reportLine(const dicom::Part10& file)
{
    if (const auto measurements = readMeasurementReport(file)) {
        return lineOf(*measurements);
    }
    const auto document = readSr(file);
    if (!document) {
        return fail(document.error());
    }
    return document->completionFlag + (document->verificationFlag.empty() ? "" : (document->completionFlag.empty() ? "" : ", ") + document->verificationFlag);
}

Result<std::string> lineFor(ObjectKind kind, const dicom::Part10& file)
{
    switch (kind) {
    case ObjectKind::StructuredReport: return reportLine(file);
    case ObjectKind::DoseReport: {
        auto line = lineFrom(readDoseReport(file));
        return line || line.error().code != "dose.absent" ? line : reportLine(file);
    }
    case ObjectKind::KeyObjectSelection: return lineFrom(readKeyObjectSelection(file));
    case ObjectKind::Segmentation: return lineFrom(readSegmentation(file));
    case ObjectKind::ParametricMap: return lineFrom(readParametricMap(file));
    case ObjectKind::RealWorldValueMapping: return lineFrom(readRealWorldValueMappings(file));
    case ObjectKind::StructureSet: return lineFrom(readStructureSet(file));
    case ObjectKind::RtDose: return lineFrom(readRtDose(file));
    case ObjectKind::RtPlan: return lineFrom(readRtPlan(file));
    case ObjectKind::EncapsulatedDocument: return lineFrom(readEncapsulatedDocument(file));
    case ObjectKind::Waveform: return lineFrom(readWaveform(file));
    case ObjectKind::WholeSlide: return lineFrom(readWholeSlide(file));
    case ObjectKind::OphthalmicPhotograph:
    case ObjectKind::OphthalmicTomography: return lineFrom(readOphthalmicImage(file));
    case ObjectKind::VisualField: return lineFrom(readVisualField(file));
    case ObjectKind::HangingProtocol: return lineFrom(readHangingProtocol(file));
    case ObjectKind::MicroscopyAnnotations: return lineFrom(readMicroscopyAnnotations(file));
    case ObjectKind::Image:
    case ObjectKind::PresentationState:
    case ObjectKind::Other: break;
    }
    return std::string{};
}

std::string withoutStorage(std::string_view name)
{
    constexpr std::string_view kTail = " Storage";
    return std::string(name.ends_with(kTail) ? name.substr(0, name.size() - kTail.size()) : name);
}

} // namespace

std::string titleOf(const dicom::Part10& file)
{
    const dicom::DataSet& dataSet = file.dataSet;
    for (const dicom::Tag where : {tag::DocumentTitle, tag::ContentLabel, tag::StructureSetLabel, tag::RTPlanLabel, tag::HangingProtocolName}) {
        if (auto text = dataSet.text(where)) {
            return std::move(*text);
        }
    }
    const CodedConcept name = reading::code(dataSet, tag::ConceptNameCodeSequence);
    if (!name.meaning.empty()) {
        return name.meaning;
    }
    if (auto series = dataSet.text(tag::SeriesDescription)) {
        return std::move(*series);
    }
    const ObjectClass kind = objectKind(file);
    return kind.name.empty() ? dataSet.textOr(tag::SOPClassUID) : withoutStorage(kind.name);
}

Result<ObjectSummary> summaryOf(const dicom::Part10& file)
{
    ObjectSummary out{objectKind(file), titleOf(file), {}};
    auto line = lineFor(out.objectClass.kind, file);
    if (!line) {
        return fail(line.error());
    }
    out.line = std::move(*line);
    return out;
}

} // namespace akari::objects
