// RT plans and RT ion plans (PS3.3 A.20, A.49, C.8.8.9 to C.8.8.14, C.8.8.25), in summary: what a reader of images wants to know of them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/image/Geometry.h"
#include "core/objects/References.h"

namespace akari::objects {

struct RtBeam {
    std::int32_t number = 0;
    std::string name, description;
    std::string type;          // STATIC, DYNAMIC
    std::string radiationType; // PHOTON, ELECTRON, PROTON, ...
    std::string deliveryType;  // TREATMENT, SETUP, ...
    std::string machine;
    std::size_t controlPoints = 0;
    std::optional<double> nominalEnergy;            // MV or MeV, of the first control point that says so
    std::optional<double> gantryStart, gantryEnd;   // degrees, IEC 61217
    std::optional<image::Vec3> isocentre;           // LPS mm
    std::optional<double> finalCumulativeMetersetWeight;
};

struct RtFractionGroup {
    std::int32_t number = 0;
    std::optional<std::int32_t> fractionsPlanned;
    struct BeamDose {
        std::int32_t beam = 0;
        std::optional<double> dose;     // Gy at the beam's dose point
        std::optional<double> meterset; // MU, per fraction
    };
    std::vector<BeamDose> beams;
};

struct RtDoseReference {
    std::int32_t number = 0;
    std::string structureType; // POINT, VOLUME, SITE, COORDINATES
    std::string type;          // TARGET, ORGAN_AT_RISK
    std::string description;
    std::optional<std::int32_t> region;                   // ROI number in the referenced structure set
    std::optional<double> targetPrescriptionDose;         // Gy
    std::optional<double> targetMinimumDose, targetMaximumDose, organMaximumDose; // Gy
};

struct RtPlan {
    std::string label, name, description, date, time;
    std::string intent;         // CURATIVE, PALLIATIVE, VERIFICATION, ...
    std::string geometry;       // PATIENT, TREATMENT_DEVICE
    std::string approvalStatus; // APPROVED, UNAPPROVED, REJECTED
    bool ion = false;
    std::vector<RtBeam> beams;
    std::vector<RtFractionGroup> fractionGroups;
    std::vector<RtDoseReference> doseReferences;
    std::vector<ReferencedSop> structureSets;
    std::vector<std::string> warnings; // "rtplan.beam.unknown"
};

// "rtplan.absent" for other objects.
Result<RtPlan> readRtPlan(const dicom::Part10& file);

} // namespace akari::objects
