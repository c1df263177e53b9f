// Real world values (PS3.3 C.7.6.16.2.11, A.75 parametric maps, A.58 mapping objects): what stored values stand for.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/image/Geometry.h"
#include "core/objects/References.h"

namespace akari::objects {

struct QuantityDefinition { // a content item: "Quantity" = "Apparent Diffusion Coefficient", ...
    CodedConcept name;
    CodedConcept value;
    std::string text;
    std::optional<Quantity> quantity;
};

struct RealWorldMapping {
    std::string label;
    std::string explanation;
    CodedConcept unit;
    double first = 0, last = 0;     // stored values it counts for, both inclusive
    double slope = 1, intercept = 0; // of a linear mapping
    std::vector<double> table;      // of a mapping by table: one value for each stored value from `first` to `last`; else empty
    std::vector<QuantityDefinition> quantities;

    // nullopt beyond `first` and `last`.
    std::optional<double> valueOf(double stored) const;
};

struct ParametricMapFrame {
    FrameNumber number;
    std::optional<image::SlicePlane> plane; // LPS mm
    std::vector<RealWorldMapping> mappings;
    std::vector<ReferencedSop> sources;
};

struct ParametricMap {
    enum class Samples { Unsigned16, Signed16, Float32, Float64 };
    Samples samples = Samples::Unsigned16;
    std::uint32_t rows = 0, columns = 0;
    std::string label;
    std::string frameOfReferenceUid;
    std::vector<ParametricMapFrame> frames;
    std::vector<std::string> warnings; // "map.plane", "map.table"
};

// "map.absent" for other objects; "map.frames" when the frames that are described are not those that are counted, or the pixels are too few.
Result<ParametricMap> readParametricMap(const dicom::Part10& file);
// One native frame's stored values. "map.frame", "map.encapsulated", "pixels.short".
Result<std::vector<double>> parametricMapPixels(const dicom::Part10& file, const ParametricMap& map, FrameNumber frame);

struct MappedImages {
    std::vector<RealWorldMapping> mappings;
    std::vector<ReferencedSop> images;
};
struct RealWorldValueMappings {
    std::string label;
    std::vector<MappedImages> items;
    std::vector<ReferencedSeries> references;
    std::vector<std::string> warnings;
};
// "rwvm.absent" for other objects.
Result<RealWorldValueMappings> readRealWorldValueMappings(const dicom::Part10& file);

} // namespace akari::objects
