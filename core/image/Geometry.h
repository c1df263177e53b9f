// Patient space: LPS+, millimetres (PS3.3 C.7.6.2.1.1). Pixel coordinates: {column, row}, 0-based, (0,0) is the CENTRE of the first pixel.
#pragma once

#include <array>
#include <cmath>
#include <optional>
#include <string>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"

namespace akari::image {

struct Vec3 {
    double x = 0, y = 0, z = 0;
    Vec3 operator+(const Vec3& o) const { return {x + o.x, y + o.y, z + o.z}; }
    Vec3 operator-(const Vec3& o) const { return {x - o.x, y - o.y, z - o.z}; }
    Vec3 operator*(double s) const { return {x * s, y * s, z * s}; }
    bool operator==(const Vec3&) const = default;
};
inline double dot(const Vec3& a, const Vec3& b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline Vec3 cross(const Vec3& a, const Vec3& b)
{
    return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x};
}
inline double length(const Vec3& a) { return std::sqrt(dot(a, a)); }
Vec3 normalized(const Vec3& a);

struct PixelPoint { // continuous {column, row}
    double column = 0;
    double row = 0;
    bool operator==(const PixelPoint&) const = default;
};

struct PixelSpacing { // mm
    double betweenRows = 0;    // vertical, first value of (0028,0030)
    double betweenColumns = 0; // horizontal, second value
    bool operator==(const PixelSpacing&) const = default;
};

// How millimetres on a projection or photograph were come by; travels with every length into text, SR and PDF (hazard 8).
enum class Calibration { None, Geometry, AtDetector, EstimatedMagnification, Calibrated, UltrasoundRegion };

// The plane of one frame in patient space.
struct SlicePlane {
    Vec3 position;        // centre of the first pixel
    Vec3 rowDirection;    // unit; direction of increasing column index
    Vec3 columnDirection; // unit; direction of increasing row index
    PixelSpacing spacing;

    Vec3 normal() const { return cross(rowDirection, columnDirection); }
    Vec3 toPatient(const PixelPoint& p) const
    {
        return position + rowDirection * (p.column * spacing.betweenColumns) + columnDirection * (p.row * spacing.betweenRows);
    }
    PixelPoint toPixel(const Vec3& patient) const; // orthogonal projection onto the plane
    double distance(const Vec3& patient) const { return dot(patient - position, normal()); } // signed, mm along normal()
};

// Position, orientation and spacing of a frame; nullopt where the object carries none. Rejects non-unit and non-orthogonal cosines
// (|error| > 1e-3) with "geometry.orientation" and non-positive spacing with "geometry.spacing".
Result<std::optional<SlicePlane>> readPlane(const dicom::DataSet& dataSet, FrameNumber frame);

// Letters for a direction in patient space: "L", "PA" ... at most `count`, none where a component is below 0.2 (PS3.3 C.7.6.1.1.1).
std::string orientationLetters(const Vec3& direction, int count = 2);

} // namespace akari::image
