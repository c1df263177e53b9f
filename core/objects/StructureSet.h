// RT structure sets (PS3.3 A.19, C.8.8.5, C.8.8.6, C.8.8.8): regions as contours in patient space.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/image/Geometry.h"
#include "core/objects/References.h"

namespace akari::objects {

struct Contour {
    std::string geometricType;       // POINT, OPEN_PLANAR, OPEN_NONPLANAR, CLOSED_PLANAR, CLOSEDPLANAR_XOR
    std::vector<image::Vec3> points; // LPS mm, of the region's frame of reference
    std::vector<ReferencedSop> images; // on which it was drawn
    std::optional<std::int32_t> number;
};

struct RegionOfInterest {
    std::int32_t number = 0;
    std::string name;
    std::string description;
    std::string generationAlgorithm; // AUTOMATIC, SEMIAUTOMATIC, MANUAL
    std::string frameOfReferenceUid;
    std::string interpretedType;     // EXTERNAL, PTV, ORGAN, ...; as it is written
    std::string observationLabel;
    std::optional<DisplayColour> colour; // ROI Display Color
    std::optional<double> volume;    // cm3, as the writer says
    std::vector<Contour> contours;
};

struct ReferencedFrameOfReference {
    std::string uid;
    std::vector<ReferencedSeries> series; // from which contours were drawn
};

struct StructureSet {
    std::string label, name, date, time; // date and time in DICOM form
    std::vector<ReferencedFrameOfReference> framesOfReference;
    std::vector<RegionOfInterest> regions; // in the order of the structure set
    std::vector<std::string> warnings; // "rtstruct.contour.points", "rtstruct.roi.unknown", "rtstruct.roi.twice"
};

// "rtstruct.absent" for other objects. A contour whose points can't be read is left out, with a warning.
Result<StructureSet> readStructureSet(const dicom::Part10& file);

} // namespace akari::objects
