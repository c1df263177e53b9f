// vtkImageReslice is the oracle of the planar kernel: same volume, same plane, same numbers.
#include "tests/support/Catch.h"

#include <vtkImageData.h>
#include <vtkImageReslice.h>
#include <vtkNew.h>
#include <vtkSmartPointer.h>

#include <cmath>

#include "core/image/Resample.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::image;

namespace {

test::VolumeRecipe recipe()
{
    test::VolumeRecipe r;
    r.columns = 48;
    r.rows = 40;
    r.slices = 36;
    r.origin = {-17.1, -18.3, -23.7};
    return r;
}

// Bones, edges and no symmetry.
double anatomy(const Vec3& p)
{
    const double ball = length(p - Vec3{4, -3, 2}) < 7 ? 900 : 0;
    const double rod = std::hypot(p.x + 6, p.z - 3) < 3 ? -400 : 0;
    return std::floor(ball + rod + 12 * p.x - 5 * p.y + 3 * p.z + 40 * std::sin(p.x) * std::cos(0.7 * p.y + 0.3 * p.z));
}

vtkSmartPointer<vtkImageData> vtkVolume(const SliceTable& table)
{
    const auto r = recipe();
    auto volume = vtkSmartPointer<vtkImageData>::New();
    volume->SetDimensions(r.columns, r.rows, r.slices);
    volume->SetSpacing(r.dx, r.dy, r.dz);
    volume->SetOrigin(r.origin.x, r.origin.y, r.origin.z);
    volume->AllocateScalars(VTK_SHORT, 1);
    for (int k = 0; k < r.slices; ++k) {
        const auto& samples = std::get<std::vector<std::int16_t>>(table.entries[static_cast<std::size_t>(k)].slice->samples);
        std::copy(samples.begin(), samples.end(), static_cast<short*>(volume->GetScalarPointer(0, 0, k)));
    }
    return volume;
}

struct Oracle {
    vtkNew<vtkImageReslice> reslice;

    Oracle(vtkImageData* volume, const ResamplePlane& plane)
    {
        const Vec3 x = normalized(plane.stepX), y = normalized(plane.stepY), z = normalized(cross(x, y));
        reslice->SetInputData(volume);
        reslice->SetResliceAxesDirectionCosines(x.x, x.y, x.z, y.x, y.y, y.z, z.x, z.y, z.z);
        reslice->SetResliceAxesOrigin(plane.origin.x, plane.origin.y, plane.origin.z);
        reslice->SetOutputSpacing(length(plane.stepX), length(plane.stepY), 1);
        reslice->SetOutputOrigin(0, 0, 0);
        reslice->SetOutputExtent(0, plane.width - 1, 0, plane.height - 1, 0, 0);
        reslice->SetInterpolationModeToLinear();
        reslice->SetOutputScalarType(VTK_FLOAT);
        reslice->SetBackgroundLevel(-9999);
        reslice->BorderOff();
    }
    // `count` samples, `step` mm apart, centred on the plane.
    void slab(int mode, int count, double step)
    {
        reslice->SetSlabMode(mode);
        reslice->SetSlabNumberOfSlices(count);
        reslice->SetSlabSliceSpacingFraction(step);
    }
    vtkImageData* run()
    {
        reslice->Update();
        return reslice->GetOutput();
    }
};

std::vector<std::pair<const char*, ResamplePlane>> planes()
{
    const auto make = [](Vec3 right, Vec3 down) {
        right = normalized(right);
        down = normalized(down - right * dot(down, right));
        const Vec3 center{-0.7, -0.4, -1.1};
        return ResamplePlane{center - right * (0.31 * 40) - down * (0.37 * 40), right * 0.31, down * 0.37, 81, 81};
    };
    return {{"axial", make({1, 0, 0}, {0, 1, 0})},
            {"coronal", make({1, 0, 0}, {0, 0, -1})},
            {"sagittal", make({0, 1, 0}, {0, 0, -1})},
            {"oblique", make({1, 0.3, 0.4}, {-0.2, 1, 0.5})},
            {"steep", make({0.2, 0.1, 1}, {1, -0.4, 0.2})},
            {"turned about x", make({1, 0, 0}, {0, 0.6, -0.8})}};
}

bool inside(const Vec3& p)
{
    const auto r = recipe();
    const Vec3 d = p - r.origin;
    return d.x >= 0 && d.x <= (r.columns - 1) * r.dx && d.y >= 0 && d.y <= (r.rows - 1) * r.dy && d.z >= 0 && d.z <= (r.slices - 1) * r.dz;
}

// Where the whole slab lies in the volume: at its edge the two treat what lies beside it differently.
void compare(const ResamplePlane& plane, const Resampled& ours, vtkImageData* theirs, double margin, double thickness = 0)
{
    const Vec3 half = normalized(cross(plane.stepX, plane.stepY)) * (thickness / 2);
    double worst = 0;
    std::size_t compared = 0;
    for (int j = 0; j < plane.height; ++j) {
        for (int i = 0; i < plane.width; ++i) {
            const double expected = static_cast<double>(*static_cast<float*>(theirs->GetScalarPointer(i, j, 0)));
            const auto at = static_cast<std::size_t>(j * plane.width + i);
            const Vec3 p = plane.origin + plane.stepX * i + plane.stepY * j;
            if (expected == -9999 || !inside(p + half) || !inside(p - half)) {
                continue;
            }
            REQUIRE(ours.coverage[at] == static_cast<std::uint8_t>(Coverage::Present));
            worst = std::max(worst, std::abs(expected - static_cast<double>(ours.values[at])));
            ++compared;
        }
    }
    CHECK(compared > 2000);
    CHECK(worst < margin);
}

} // namespace

TEST_CASE("Single planes agree with vtkImageReslice", "[render]")
{
    const auto table = test::volumeOf<std::int16_t>(recipe(), anatomy);
    const auto volume = vtkVolume(table);
    for (const auto& [name, plane] : planes()) {
        INFO(name);
        const auto ours = resampleVolume(table, plane, {}, Interpolation::Linear);
        REQUIRE(ours);
        compare(plane, *ours, Oracle(volume, plane).run(), 0.6);
    }
}

TEST_CASE("Slabs agree with vtkImageReslice", "[render]")
{
    const auto table = test::volumeOf<std::int16_t>(recipe(), anatomy);
    const auto volume = vtkVolume(table);
    const std::vector<std::pair<SlabMode, int>> modes{{SlabMode::Mip, VTK_IMAGE_SLAB_MAX}, {SlabMode::MinIp, VTK_IMAGE_SLAB_MIN}, {SlabMode::Mean, VTK_IMAGE_SLAB_MEAN}};
    for (const auto& [name, plane] : planes()) {
        const Vec3 n = normalized(cross(plane.stepX, plane.stepY));
        const auto r = recipe();
        const double voxel = 1 / std::sqrt(n.x * n.x / r.dx / r.dx + n.y * n.y / r.dy / r.dy + n.z * n.z / r.dz / r.dz);
        const int steps = 8;
        const double thickness = voxel * steps;
        for (const auto& [mode, vtkMode] : modes) {
            INFO(name << " mode " << vtkMode);
            const auto ours = resampleVolume(table, plane, {mode, thickness}, Interpolation::Linear);
            REQUIRE(ours);
            Oracle oracle(volume, plane);
            oracle.slab(vtkMode, steps + 1, voxel);
            compare(plane, *ours, oracle.run(), 0.6, thickness);
        }
    }
}
