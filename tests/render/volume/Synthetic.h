// Volumes made of numbers, without files: anisotropic, with soft round markers at known patient points.
#pragma once

#include <cmath>
#include <functional>
#include <memory>
#include <ostream>
#include <vector>

#include "core/image/SliceTable.h"

namespace akari::test {

using image::Vec3;

// For CHECK(value == near(expected)).
struct Near {
    double value, margin;
    friend bool operator==(double a, const Near& b) { return std::abs(a - b.value) <= b.margin; }
    friend std::ostream& operator<<(std::ostream& out, const Near& n) { return out << n.value << " +- " << n.margin; }
};
inline Near near(double value, double margin = 1e-6) { return {value, margin}; }

struct VolumeShape {
    std::uint32_t columns = 96, rows = 80;
    int slices = 70;
    double betweenColumns = 0.7, betweenRows = 0.9, betweenSlices = 1.3;
    Vec3 position{-20, -50, 130};      // centre of the first pixel of the first slice
    Vec3 row{1, 0, 0}, column{0, 1, 0};
    Vec3 shear{0, 0, 0};               // added to the position per slice
    std::string modality = "CT";
    std::function<double(int)> along;  // mm along the normal of slice i, instead of i * betweenSlices
};

inline image::SlicePlane planeOf(const VolumeShape& shape, int slice)
{
    const Vec3 normal = image::cross(shape.row, shape.column);
    const double along = shape.along ? shape.along(slice) : slice * shape.betweenSlices;
    return {shape.position + normal * along + shape.shear * slice, shape.row, shape.column, {shape.betweenRows, shape.betweenColumns}};
}

// `value` gives the modality value at a patient point; stored with slope 2 in even and slope 1 in odd slices, intercept -1000.
inline std::shared_ptr<image::SliceTable> makeTable(const VolumeShape& shape, const std::function<double(const Vec3&)>& value)
{
    auto set = std::make_shared<image::DisplaySet>();
    auto table = std::make_shared<image::SliceTable>();
    set->geometry = image::GeometryKind::Volume;
    set->modality = shape.modality;
    set->normal = image::cross(shape.row, shape.column);
    set->spacingBetweenSlices = shape.betweenSlices;
    for (int s = 0; s < shape.slices; ++s) {
        auto slice = std::make_shared<image::Slice>();
        auto& attributes = slice->attributes;
        attributes.columns = shape.columns;
        attributes.rows = shape.rows;
        attributes.modality = shape.modality;
        attributes.plane = planeOf(shape, s);
        attributes.modalityTransform.slope = s % 2 == 0 ? 2 : 1;
        attributes.modalityTransform.intercept = -1000;
        std::vector<std::int16_t> samples;
        samples.reserve(std::size_t(shape.columns) * shape.rows);
        for (std::uint32_t y = 0; y < shape.rows; ++y) {
            for (std::uint32_t x = 0; x < shape.columns; ++x) {
                const double modality = value(attributes.plane->toPatient({double(x), double(y)}));
                samples.push_back(std::int16_t(std::lround((modality + 1000) / attributes.modalityTransform.slope)));
            }
        }
        slice->samples = std::move(samples);
        set->frames.push_back(attributes);
        set->positions.push_back(image::dot(attributes.plane->position, set->normal));
        table->entries.push_back({image::SliceState::Present, slice, {}});
    }
    table->displaySet = set;
    table->token = BindingToken::next();
    table->generation = 1;
    table->present = table->entries.size();
    return table;
}

// Air with soft round blobs of the given peak (HU above -1000 at its centre, 2.5 mm standard deviation).
inline std::function<double(const Vec3&)> blobs(std::vector<Vec3> centers, double peak = 700)
{
    return [centers = std::move(centers), peak](const Vec3& p) {
        double value = 0;
        for (const Vec3& center : centers) {
            const Vec3 d = p - center;
            value = std::max(value, std::exp(-image::dot(d, d) / (2 * 2.5 * 2.5)));
        }
        return -1000 + (1000 + peak) * value;
    };
}

// The patient point at these fractions of the stack.
inline Vec3 at(const VolumeShape& shape, double column, double row, double slice)
{
    const auto plane = planeOf(shape, int(slice * (shape.slices - 1)));
    return plane.toPatient({column * (shape.columns - 1), row * (shape.rows - 1)});
}

} // namespace akari::test
