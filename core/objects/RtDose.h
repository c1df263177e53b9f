// RT dose (PS3.3 A.18, C.8.8.3, C.8.8.4): the grid in patient space, its scaling, and dose-volume histograms.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/image/Geometry.h"
#include "core/objects/References.h"

namespace akari::objects {

struct DoseGrid {
    std::uint32_t rows = 0, columns = 0;
    image::SlicePlane firstPlane;            // LPS mm
    std::vector<image::Vec3> framePositions; // LPS mm, the first pixel's centre of each frame; whatever form the offsets came in
    std::vector<double> frameOffsets;        // mm along firstPlane.normal(), the first 0
    double scaling = 1;                      // stored value × scaling = dose in `units`
    std::uint16_t bitsAllocated = 16;        // 16 or 32
    bool isSigned = false;                   // dose errors may be negative
};

struct DoseVolumeBin {
    double dose = 0;   // where the bin ends, in the histogram's dose units: the widths before it, summed
    double volume = 0; // in its volume units
};

struct DoseVolumeHistogram {
    std::string type;        // CUMULATIVE, DIFFERENTIAL, NATURAL
    std::string doseUnits;   // GY, RELATIVE
    std::string doseType;    // PHYSICAL, EFFECTIVE, ERROR
    std::string volumeUnits; // CM3, PERCENT, PER_U
    std::optional<double> minimum, maximum, mean; // dose
    std::vector<DoseVolumeBin> bins;
    struct Region {
        std::int32_t number = 0;
        bool excluded = false;
    };
    std::vector<Region> regions; // of the referenced structure set
};

struct RtDose {
    std::string units;         // GY, RELATIVE
    std::string type;          // PHYSICAL, EFFECTIVE, ERROR
    std::string summationType; // PLAN, BEAM, FRACTION, ...
    std::string comment;
    std::string frameOfReferenceUid;
    std::optional<DoseGrid> grid; // nullopt for an object with histograms or points alone
    std::vector<DoseVolumeHistogram> histograms;
    std::vector<ReferencedSop> plans;
    std::vector<ReferencedSop> structureSets;
    std::vector<std::string> warnings; // "rtdose.offsets.more", "rtdose.dvh"
};

// "rtdose.absent" for other objects; "rtdose.grid" when the grid has no place, no scaling, a depth it can't have or offsets of neither
// form; "rtdose.frames" when
// offsets, frames and pixels don't agree.
Result<RtDose> readRtDose(const dicom::Part10& file);

// One frame's doses in `units`, row after row. "rtdose.frame", "rtdose.encapsulated" as with segmentations.
Result<std::vector<double>> dosesOfFrame(const dicom::Part10& file, const RtDose& dose, FrameNumber frame);

} // namespace akari::objects
