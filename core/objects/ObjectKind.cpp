#include "core/objects/ObjectKind.h"

#include <algorithm>
#include <iterator>

#include "core/objects/ObjectTags.h"

namespace akari::objects {
namespace {

struct Known {
    std::string_view uid;
    std::string_view name;
    ObjectKind kind;
};

constexpr Known kKnown[] = {
#include "core/objects/SopClasses.inc"
};

} // namespace

ObjectClass objectKind(std::string_view sopClassUid)
{
    const auto* const found = std::find_if(std::begin(kKnown), std::end(kKnown), [&](const Known& known) { return known.uid == sopClassUid; });
    return found == std::end(kKnown) ? ObjectClass{} : ObjectClass{found->kind, found->name};
}

ObjectClass objectKind(const dicom::Part10& file) { return objectKind(file.dataSet.textOr(tag::SOPClassUID)); }

std::string_view kindName(ObjectKind kind)
{
    switch (kind) {
    case ObjectKind::Image: return "image";
    case ObjectKind::StructuredReport: return "structuredReport";
    case ObjectKind::DoseReport: return "doseReport";
    case ObjectKind::KeyObjectSelection: return "keyObjectSelection";
    case ObjectKind::PresentationState: return "presentationState";
    case ObjectKind::Segmentation: return "segmentation";
    case ObjectKind::ParametricMap: return "parametricMap";
    case ObjectKind::RealWorldValueMapping: return "realWorldValueMapping";
    case ObjectKind::StructureSet: return "structureSet";
    case ObjectKind::RtDose: return "rtDose";
    case ObjectKind::RtPlan: return "rtPlan";
    case ObjectKind::EncapsulatedDocument: return "encapsulatedDocument";
    case ObjectKind::Waveform: return "waveform";
    case ObjectKind::WholeSlide: return "wholeSlide";
    case ObjectKind::OphthalmicPhotograph: return "ophthalmicPhotograph";
    case ObjectKind::OphthalmicTomography: return "ophthalmicTomography";
    case ObjectKind::VisualField: return "visualField";
    case ObjectKind::HangingProtocol: return "hangingProtocol";
    case ObjectKind::MicroscopyAnnotations: return "microscopyAnnotations";
    case ObjectKind::Other: break;
    }
    return "other";
}

bool isShownAsImage(ObjectKind kind)
{
    return kind == ObjectKind::Image || kind == ObjectKind::ParametricMap || kind == ObjectKind::WholeSlide || kind == ObjectKind::OphthalmicPhotograph ||
           kind == ObjectKind::OphthalmicTomography;
}

} // namespace akari::objects
