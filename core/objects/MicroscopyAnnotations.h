// Microscopy bulk simple annotations (PS3.3 A.87, C.37): many shapes of a kind on a slide.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/objects/References.h"

namespace akari::objects {

struct AnnotationMeasurement {
    CodedConcept name, unit;
    std::vector<double> values;           // one a shape, or one for each of `shapes`
    std::vector<std::int64_t> shapes;     // 1-based; empty: all in order
};

struct AnnotationGroup {
    std::int32_t number = 0;
    std::string uid, label;
    std::string generation;               // AUTOMATIC, SEMIAUTOMATIC, MANUAL
    CodedConcept category, type;
    std::string graphicType;              // POINT, POLYLINE, POLYGON, RECTANGLE, ELLIPSE
    std::int64_t count = 0;               // shapes
    // x\y of 2D in the total pixel matrix, pixels, (0,0) its top left corner; x\y\z of 3D in mm of the slide; z of commonZ where there is one.
    std::vector<double> coordinates;
    unsigned perPoint = 2;
    std::optional<double> commonZ;
    std::vector<std::size_t> starts;      // of each shape in `coordinates`, 0-based
    std::vector<AnnotationMeasurement> measurements;
};

struct MicroscopyAnnotations {
    bool threeDimensional = false;
    std::string label;
    std::vector<AnnotationGroup> groups;
    std::vector<ReferencedSop> images;
};

// "annotations.absent" for other objects; "annotations.points" when shapes, indices and coordinates don't agree.
Result<MicroscopyAnnotations> readMicroscopyAnnotations(const dicom::Part10& file);

} // namespace akari::objects
