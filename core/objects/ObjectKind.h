// What kind of object a SOP class is (PS3.4 B.5), by the standard's own name.
#pragma once

#include <string>
#include <string_view>

#include "core/dicom/DataSet.h"

namespace akari::objects {

enum class ObjectKind {
    Image, // shown as pixels; the kinds below that are images too say more than pixels do
    StructuredReport,
    DoseReport,
    KeyObjectSelection,
    PresentationState,
    Segmentation,
    ParametricMap,
    RealWorldValueMapping,
    StructureSet,
    RtDose,
    RtPlan,
    EncapsulatedDocument,
    Waveform,
    WholeSlide,
    OphthalmicPhotograph,
    OphthalmicTomography,
    VisualField,
    HangingProtocol,
    MicroscopyAnnotations,
    Other // known and not read here, or unknown
};

struct ObjectClass {
    ObjectKind kind = ObjectKind::Other;
    std::string_view name; // "Segmentation Storage"; empty for a class that isn't in the standard
};

ObjectClass objectKind(std::string_view sopClassUid);
ObjectClass objectKind(const dicom::Part10& file);

// The kind in camel case, stable, for JSON: "segmentation", "structureSet", "rtDose", ...
std::string_view kindName(ObjectKind kind);

// Whether frames of this kind are looked at as pictures. Others are listed as documents.
bool isShownAsImage(ObjectKind kind);

} // namespace akari::objects
