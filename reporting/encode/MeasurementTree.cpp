#include <algorithm>
#include <map>

#include "reporting/Wording.h"
#include "reporting/encode/Check.h"
#include "reporting/encode/Trees.h"

namespace akari::reporting::encode {

namespace {

using T = DSRTypes;

// TID 1600: receivers look images up here before they look at the measurements.
void writeImageLibrary(Tree& tree, const Document& document)
{
    std::map<std::string, std::vector<ImageReference>> byModality;
    std::map<std::string, const Code*> names;
    for (const auto& m : document.measurements) {
        const Code* modality = isMetric(m) ? modalityOf(m.image.sopClassUid) : nullptr;
        if (!modality) {
            continue;
        }
        auto& images = byModality[modality->value];
        names[modality->value] = modality;
        const auto same = [&](const ImageReference& other) { return other.sop == m.image.sop; };
        if (std::none_of(images.begin(), images.end(), same)) {
            images.push_back(m.image);
            images.back().frame.reset(); // the library lists objects
        }
    }
    if (byModality.empty()) {
        return;
    }
    tree.container(codes::ImageLibrary);
    tree.open();
    for (const auto& [modality, images] : byModality) {
        tree.container(codes::ImageLibraryGroup);
        tree.open();
        tree.code(T::RT_hasAcqContext, codes::Modality, *names[modality]);
        for (const auto& image : images) {
            tree.image(T::RT_contains, nullptr, image);
        }
        tree.close();
    }
    tree.close();
}

void writeRegion(Tree& tree, const ReportMeasurement& m)
{
    tree.shape(T::RT_contains, &codes::ImageRegion, m.annotation);
    tree.open();
    tree.image(T::RT_selectedFrom, nullptr, m.image);
    tree.close();
}

void writeLength(Tree& tree, const ReportMeasurement& m, bool withRegion)
{
    if (withRegion) {
        writeRegion(tree, m);
    }
    tree.number(codes::Length, m.value.length, codes::Millimetre);
    if (!withRegion) {
        tree.open();
        tree.shape(T::RT_inferredFrom, nullptr, m.annotation);
        tree.open();
        tree.image(T::RT_selectedFrom, nullptr, m.image);
        tree.close();
        tree.close();
    }
}

void writeEllipse(Tree& tree, const ReportMeasurement& m)
{
    writeRegion(tree, m);
    tree.number(codes::Area, m.value.area, codes::SquareMillimetre);
    if (!m.value.statistics || m.value.statistics->unit != codes::HounsfieldUnit.value) {
        return; // there is a concept for attenuation; a bare grey value has no unit to write
    }
    const auto& s = *m.value.statistics;
    const std::pair<double, Code> derived[] = {
        {s.mean, codes::Mean}, {s.standardDeviation, codes::StandardDeviation}, {s.minimum, codes::Minimum}, {s.maximum, codes::Maximum}};
    for (const auto& [value, derivation] : derived) {
        tree.number(codes::AttenuationCoefficient, value, codes::HounsfieldUnit);
        tree.open();
        tree.code(T::RT_hasConceptMod, codes::Derivation, derivation);
        tree.close();
    }
}

// The identifier is what a reader of the object sees, so it carries how the millimetres were come by (hazard 8).
std::string trackingIdentifier(const ReportMeasurement& m, std::size_t index)
{
    const std::string note = calibrationNote(m, "en");
    return labelOf(m, index, "en") + (note.empty() ? "" : " (" + note + ")");
}

} // namespace

Status writeMeasurements(DSRDocumentTree& target, const Document& document, const records::Reader& reader)
{
    Tree tree(target, codes::ImagingMeasurementReport, "1500");
    tree.open();
    writeContext(tree, document, reader);
    tree.code(T::RT_hasConceptMod, codes::ProcedureReported, procedureOf(document.subject.modalities));
    writeImageLibrary(tree, document);
    // A container holds groups of one template: where there is a region (TID 1410), lengths have one too.
    const bool regions = std::any_of(document.measurements.begin(), document.measurements.end(), [](const auto& m) {
        return m.value.kind == measure::Kind::Ellipse && isMetric(m);
    });
    tree.container(codes::ImagingMeasurements);
    tree.open();
    for (std::size_t i = 0; i < document.measurements.size(); ++i) {
        const auto& m = document.measurements[i];
        if (!isMetric(m)) {
            continue;
        }
        tree.container(codes::MeasurementGroup, regions ? "1410" : "1501");
        tree.open();
        tree.text(T::RT_hasObsContext, codes::TrackingIdentifier, trackingIdentifier(m, i));
        tree.uid(T::RT_hasObsContext, codes::TrackingUniqueIdentifier,
                 m.annotation.trackingUid.empty() ? makeUid() : m.annotation.trackingUid);
        tree.code(T::RT_contains, codes::Finding, codes::Lesion);
        if (m.value.kind == measure::Kind::Ellipse) {
            writeEllipse(tree, m);
        } else {
            writeLength(tree, m, regions);
        }
        tree.close();
    }
    tree.close();
    tree.close();
    return tree.status();
}

} // namespace akari::reporting::encode
