// Annotations and measurements as pure maths with provenance. Pixel coordinates: {column, row}, 0-based, pixel centres.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/image/SliceTable.h"

namespace akari::measure {

enum class Kind { Length, Ellipse };

// An annotation belongs to one frame of one object. Ellipse: the two ends of one axis-aligned bounding box diagonal.
struct Annotation {
    std::string id;          // our own, stable over edits
    std::string trackingUid; // 2.25...; the same lesion in follow-ups
    std::string label;       // "Lesion 1"; free text of the reader
    Kind kind = Kind::Length;
    ObjectIdentity object;
    FrameNumber frame;
    std::vector<image::PixelPoint> points;
    bool operator==(const Annotation&) const = default;
};

// Whether this is the annotation's frame: object, frame and, where the annotation names one, series.
bool liesOn(const Annotation& annotation, const image::FrameAttributes& frame);

struct Statistics {
    std::size_t pixels = 0;
    double mean = 0;
    double standardDeviation = 0; // of the population
    double minimum = 0;
    double maximum = 0;
    std::string unit;             // UCUM, "[hnsf'U]"; empty when not known
};

struct Measurement {
    Kind kind = Kind::Length;
    double length = 0;              // Length: in `unit`
    double area = 0;                // Ellipse: in `areaUnit`
    std::string unit;               // "mm"; "px" where there is no calibration class (hazard 8); "s", "cm/s" along an ultrasound region's axis
    std::string areaUnit;           // "mm2" or "px2"
    image::Calibration calibration = image::Calibration::None;
    std::optional<Statistics> statistics; // Ellipse on grey pixels: those whose CENTRE lies inside; never padding
    std::string text(const std::string& language) const; // "12.3 mm", "113.1 mm², mean -650 HU": sizes to 0.1 mm, HU as integers
};

// Numbers always from stored voxels. "measure.points" (wrong count), "measure.absent" (the slice is not there),
// "measure.outside" (a point off the image by more than half a pixel), "measure.regions" (the points lie in regions of different scale),
// "measure.units" (the region's axes have no common unit and the line runs across both).
Result<Measurement> measure(const Annotation& annotation, const image::Slice& slice);

// HU for "[hnsf'U]", else the UCUM code as it stands.
std::string unitForReading(const std::string& ucum);

} // namespace akari::measure
