// Synthetic volumes with known truth: every spacing differs, and nothing about them is symmetric.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "core/image/SliceTable.h"

namespace akari::test {

struct VolumeRecipe {
    int columns = 24, rows = 20, slices = 16;
    double dx = 0.7, dy = 0.9, dz = 1.3; // mm between columns, rows, slices
    image::Vec3 origin{-8.3, -7.1, -11.7};
    image::Vec3 rowDirection{1, 0, 0};
    image::Vec3 columnDirection{0, 1, 0};
    image::Vec3 shear{0, 0, 0};          // mm a slice, in addition to dz along the normal
    std::vector<double> positions;       // along the normal, instead of dz
    double slope = 1, intercept = 0;
    bool slopePerSlice = false;          // slope 1 + k / 8, so that stored values differ where modality values agree
    std::string unit = "[hnsf'U]";
    std::string modality = "CT";
};

using Field = std::function<double(const image::Vec3&)>; // modality value at a patient point

inline image::FrameAttributes frameOf(const VolumeRecipe& r, int k)
{
    image::FrameAttributes a;
    a.identity.archive = "test";
    a.identity.study = StudyInstanceUid("1.2.3");
    a.identity.series = SeriesInstanceUid("1.2.3.4");
    a.identity.sop = SopInstanceUid("1.2.3.4." + std::to_string(k + 1));
    a.identity.contentVersion = "0123456789abcdef";
    a.modality = r.modality;
    a.seriesNumber = 3;
    a.instanceNumber = k + 1;
    a.seriesDescription = "Fixture";
    a.imageType = {"ORIGINAL", "PRIMARY", "AXIAL"};
    a.frameOfReferenceUid = "1.2.3.9";
    a.rows = static_cast<std::uint32_t>(r.rows);
    a.columns = static_cast<std::uint32_t>(r.columns);
    const image::Vec3 normal = cross(r.rowDirection, r.columnDirection);
    const double along = r.positions.empty() ? r.dz * k : r.positions[static_cast<std::size_t>(k)];
    a.plane = image::SlicePlane{r.origin + normal * along + r.shear * k, r.rowDirection, r.columnDirection, {r.dy, r.dx}};
    a.calibration = image::Calibration::Geometry;
    a.inPlaneSpacing = {r.dy, r.dx};
    a.modalityTransform.slope = r.slopePerSlice ? 1.0 + k / 8.0 : r.slope;
    a.modalityTransform.intercept = r.intercept;
    a.modalityTransform.unit = r.unit;
    a.windows = {{40, 400, image::VoiFunction::Linear, {}}};
    return a;
}

inline std::vector<image::FrameAttributes> framesOf(const VolumeRecipe& r)
{
    std::vector<image::FrameAttributes> frames;
    const int count = r.positions.empty() ? r.slices : static_cast<int>(r.positions.size());
    for (int k = 0; k < count; ++k) {
        frames.push_back(frameOf(r, k));
    }
    return frames;
}

template <class T> std::shared_ptr<const image::Slice> sliceOf(const image::FrameAttributes& a, const Field& field)
{
    auto slice = std::make_shared<image::Slice>();
    slice->attributes = a;
    std::vector<T> samples;
    for (std::uint32_t row = 0; row < a.rows; ++row) {
        for (std::uint32_t column = 0; column < a.columns; ++column) {
            const double value = field(a.plane->toPatient({static_cast<double>(column), static_cast<double>(row)}));
            const double stored = (value - a.modalityTransform.intercept) / a.modalityTransform.slope;
            samples.push_back(static_cast<T>(std::is_integral_v<T> ? std::floor(stored + 0.5) : stored));
        }
    }
    slice->samples = std::move(samples);
    return slice;
}

// Slices in the display set's order, all present.
template <class T> image::SliceTable tableOf(image::DisplaySet set, const Field& field)
{
    image::SliceTable table;
    for (const auto& frame : set.frames) {
        table.entries.push_back({image::SliceState::Present, sliceOf<T>(frame, field), {}});
    }
    table.present = table.entries.size();
    table.token = BindingToken{7};
    table.generation = 3;
    table.displaySet = std::make_shared<const image::DisplaySet>(std::move(set));
    return table;
}

template <class T = std::int16_t> image::SliceTable volumeOf(const VolumeRecipe& r, const Field& field)
{
    return tableOf<T>(image::makeDisplaySets(framesOf(r)).at(0), field);
}

// Linear in all three coordinates and different in each: whoever mixes axes, sides or spacings gets other numbers.
inline double ramp(const image::Vec3& p) { return 100 + 10 * p.x - 23 * p.y + 17 * p.z; }

} // namespace akari::test
