// Radiation dose structured reports (PS3.16 TID 10011 for CT, TID 10001 for projection X-ray): what each irradiation gave.
// Numbers stand with the UCUM unit that the report writes; nothing is converted unless asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/objects/SrTree.h"

namespace akari::objects {

struct NamedQuantity {
    CodedConcept name;
    Quantity quantity;
};

struct IrradiationEvent {
    std::string uid;
    CodedConcept type;         // CT acquisition type, or irradiation event type ("Fluoroscopy", ...)
    CodedConcept plane;        // acquisition plane, of biplane systems
    CodedConcept targetRegion;
    CodedConcept phantom;      // that CTDIw counts for: head or body
    std::string protocol;
    std::string started;       // DICOM DT
    std::optional<Quantity> meanCtdiVol;       // 113830, mGy
    std::optional<Quantity> doseLengthProduct; // 113838, mGy.cm
    std::optional<Quantity> doseAreaProduct;   // 122130, Gy.m2 where the writer keeps to the template
    std::optional<Quantity> doseAtReferencePoint; // 113738, Gy
    std::vector<NamedQuantity> quantities; // every number of the event, in the document's order
};

struct DoseReport {
    bool ct = false;
    CodedConcept procedure;
    std::vector<NamedQuantity> accumulated; // of all planes, in the document's order
    std::optional<Quantity> totalDoseLengthProduct; // 113813
    std::optional<Quantity> totalDoseAreaProduct;   // 113722, of one plane; summed over planes where the units are the same
    std::optional<std::int64_t> totalEvents;        // 113812
    std::vector<IrradiationEvent> events;
    std::vector<std::string> warnings; // "dose.events.count", "dose.event.twice" and those of the tree
};

// "dose.absent" when the object is no such report, else as readSr.
Result<DoseReport> readDoseReport(const dicom::Part10& file);

// A dose-area product in mGy.cm2, from Gy.m2, dGy.cm2, cGy.cm2, mGy.cm2, uGy.m2 and their like; nullopt for other units.
std::optional<double> inMilligraySquareCentimetres(const Quantity& quantity);

} // namespace akari::objects
