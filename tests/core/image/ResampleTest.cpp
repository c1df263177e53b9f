#include "tests/support/Catch.h"

#include <cmath>
#include <limits>

#include "core/image/Kernels.h"
#include "core/image/Resample.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::image;
using akari::test::VolumeRecipe;
using akari::test::ramp;
using akari::test::volumeOf;

namespace {

struct Shown {
    ResamplePlane plane;
    Resampled out;
    Coverage coverage(int i, int j) const { return static_cast<Coverage>(out.coverage[static_cast<std::size_t>(j * plane.width + i)]); }
    double value(int i, int j) const { return static_cast<double>(out.values[static_cast<std::size_t>(j * plane.width + i)]); }
    Vec3 point(int i, int j) const { return plane.origin + plane.stepX * i + plane.stepY * j; }
};

Shown show(const SliceTable& table, const ResamplePlane& plane, const Slab& slab = {}, Interpolation interpolation = Interpolation::Linear)
{
    auto out = resampleVolume(table, plane, slab, interpolation);
    REQUIRE(out);
    return {plane, std::move(*out)};
}

// Every plane through the middle, finer than the voxels.
std::vector<ResamplePlane> planes()
{
    const Vec3 c{-0.31, 1.27, -2.13};
    const auto centered = [&](Vec3 right, Vec3 down) {
        right = normalized(right) * 0.37;
        down = normalized(down) * 0.41;
        return ResamplePlane{c - right * 30 - down * 28, right, down, 61, 57};
    };
    return {centered({1, 0, 0}, {0, 1, 0}),  centered({1, 0, 0}, {0, 0, -1}),   centered({0, 1, 0}, {0, 0, -1}), centered({-1, 0, 0}, {0, 1, 0}),
            centered({0, 1, 0}, {1, 0, 0}),  centered({1, 1, 0}, {0, 0, -1}),   centered({1, 0, 0.5}, {0, 1, 0}), centered({1, 0.2, 0.7}, {-0.2, 1, 0}),
            centered({0, 0, 1}, {1, 0, 0}),  centered({1, 0, 0}, {0, 1, -0.6})};
}

std::size_t checkRamp(const SliceTable& table, double tolerance, const Slab& slab = {})
{
    std::size_t inside = 0;
    double worst = 0;
    for (const auto& plane : planes()) {
        const Shown shown = show(table, plane, slab);
        std::size_t here = 0;
        for (int j = 0; j < plane.height; ++j) {
            for (int i = 0; i < plane.width; ++i) {
                const Vec3 p = shown.point(i, j);
                const auto& set = *table.displaySet;
                const double z = dot(p, set.normal);
                // Only between pixel centres: at the very edge the last value stands.
                bool interior = z >= set.positions.front() && z <= set.positions.back();
                for (const FrameAttributes* frame : {&set.frames.front(), &set.frames.back()}) {
                    const PixelPoint q = frame->plane->toPixel(p);
                    interior = interior && q.column >= 0 && q.column <= frame->columns - 1.0 && q.row >= 0 && q.row <= frame->rows - 1.0;
                }
                if (set.tiltDegrees == 0 && interior) {
                    REQUIRE(shown.coverage(i, j) == Coverage::Present);
                }
                if (interior && shown.coverage(i, j) == Coverage::Present) {
                    ++here;
                    worst = std::max(worst, std::abs(shown.value(i, j) - ramp(p)));
                }
            }
        }
        CHECK(here > 200);
        inside += here;
    }
    CHECK(worst < tolerance);
    return inside;
}

} // namespace

TEST_CASE("A linear field comes back from every plane, whatever the samples' type", "[image]")
{
    VolumeRecipe recipe;
    recipe.intercept = -1024;
    // Stored whole numbers are at most half a unit off.
    checkRamp(volumeOf<std::int16_t>(recipe, ramp), 0.51);
    checkRamp(volumeOf<std::int32_t>(recipe, ramp), 0.51);
    checkRamp(volumeOf<float>(recipe, ramp), 0.01);
    recipe.intercept = -3000;
    checkRamp(volumeOf<std::uint16_t>(recipe, ramp), 0.51);
}

TEST_CASE("Slices keep their own slope", "[image][trap]")
{
    VolumeRecipe recipe;
    recipe.slopePerSlice = true;
    checkRamp(volumeOf<float>(recipe, ramp), 0.01);
    checkRamp(volumeOf<std::int16_t>(recipe, ramp), 1.6); // half a stored unit times the largest slope
}

TEST_CASE("Uneven spacing is honoured by true positions", "[image][trap]")
{
    VolumeRecipe recipe;
    recipe.positions = {0, 1.3, 2.6, 4.4, 5.7, 6.9, 8.7, 10, 11.2, 13, 14.3, 15.6};
    checkRamp(volumeOf<float>(recipe, ramp), 0.01);
    checkRamp(volumeOf<std::int16_t>(recipe, ramp), 0.51);
}

TEST_CASE("Tilt is corrected by every slice's own position", "[image][trap]")
{
    VolumeRecipe recipe;
    recipe.shear = {0.11, 0.35, 0};
    const auto table = volumeOf<float>(recipe, ramp);
    REQUIRE(table.displaySet->tiltDegrees > 10);
    checkRamp(table, 0.01);
}

TEST_CASE("Any acquired orientation gives the same patient", "[image][trap]")
{
    VolumeRecipe sagittal;
    sagittal.rowDirection = {0, 1, 0};
    sagittal.columnDirection = {0, 0, -1};
    sagittal.origin = {8, -9, 9};
    checkRamp(volumeOf<std::int16_t>(sagittal, ramp), 0.51);
    VolumeRecipe oblique;
    oblique.rowDirection = normalized({1, 0.2, -0.1});
    oblique.columnDirection = normalized(cross(cross(oblique.rowDirection, {0, 1, 0.3}), oblique.rowDirection));
    checkRamp(volumeOf<float>(oblique, ramp), 0.01);
}

TEST_CASE("The vector kernel agrees with the scalar one", "[image]")
{
    if (!avx2Kernels()) {
        AKARI_SKIP("no AVX2 here");
    }
    const int columns = 37, rows = 29, count = 11;
    std::vector<std::vector<std::int16_t>> slices;
    std::vector<const void*> pointers;
    for (int k = 0; k < count; ++k) {
        std::vector<std::int16_t> s;
        for (int i = 0; i < columns * rows; ++i) {
            s.push_back(static_cast<std::int16_t>((i * 7919 + k * 104729) % 4001 - 2000));
        }
        slices.push_back(std::move(s));
    }
    for (const auto& s : slices) {
        pointers.push_back(s.data());
    }
    const TrilinearRow row{pointers.data(), count, columns, rows, -0.4, 0.31, 28.4, -0.27, -0.5, 0.11, 0.5f, -7.0f};
    std::vector<float> a(103), b(103);
    scalarKernels().trilinearSigned(row, 0, 103, a.data());
    avx2Kernels()->trilinearSigned(row, 0, 103, b.data());
    for (std::size_t i = 0; i < a.size(); ++i) {
        CHECK(a[i] == Approx(b[i]).margin(0.05));
    }
    scalarKernels().trilinearUnsigned(row, 0, 103, a.data());
    avx2Kernels()->trilinearUnsigned(row, 0, 103, b.data());
    for (std::size_t i = 0; i < a.size(); ++i) {
        CHECK(a[i] == Approx(b[i]).margin(1.0)); // neighbours differ by up to 65535 here
    }
}

TEST_CASE("A slab is centred and as thick as asked, in millimetres", "[image][trap]")
{
    VolumeRecipe recipe;
    recipe.slices = 41;
    recipe.dz = 0.5;
    recipe.origin.z = -10;
    for (const double at : {-4.5, -4.0, 0.0, 4.0, 4.5}) {
        // One bright slice; a 9 mm slab around z = 0 reaches from -4.5 to 4.5.
        const auto table = volumeOf(recipe, [&](const Vec3& p) { return std::abs(p.z - at) < 0.01 ? 1000.0 : 0.0; });
        const ResamplePlane plane{{-2, -2, 0}, {0.3, 0, 0}, {0, 0.3, 0}, 12, 12};
        CHECK(show(table, plane, {SlabMode::Mip, 9.0}).value(5, 5) == Approx(1000));
        CHECK(show(table, plane, {SlabMode::Mip, 2 * std::abs(at) - 1.02}).value(5, 5) == Approx(at == 0 ? 1000 : 0).margin(1e-3));
        const auto negative = volumeOf(recipe, [&](const Vec3& p) { return std::abs(p.z - at) < 0.01 ? -1000.0 : 0.0; });
        CHECK(show(negative, plane, {SlabMode::MinIp, 9.0}).value(5, 5) == Approx(-1000));
        CHECK(show(table, plane, {SlabMode::Mean, 9.0}).value(5, 5) == Approx(1000.0 / 19));
    }
}

TEST_CASE("The mean of a slab through a linear field is its middle, in every plane", "[image]")
{
    VolumeRecipe recipe;
    recipe.columns = recipe.rows = recipe.slices = 60;
    recipe.origin = {-21, -27, -39};
    CHECK(checkRamp(volumeOf<float>(recipe, ramp), 0.05, {SlabMode::Mean, 4}) > 1000);
}

TEST_CASE("What is not there is absent, with no numbers, and only where it lies", "[image]")
{
    auto table = volumeOf({}, ramp);
    table.entries[6] = {SliceState::Absent, nullptr, {}};
    table.entries[9] = {SliceState::Failed, nullptr, "could not be decoded"};
    const double z0 = table.displaySet->positions[0];
    const auto coverageAt = [&](double z, const ResamplePlane& form) {
        ResamplePlane plane = form;
        plane.origin.z = z;
        return show(table, plane).coverage(3, 0);
    };
    const ResamplePlane level{{-2, -2, 0}, {0.3, 0, 0}, {0, 0.3, 0}, 8, 4};
    const ResamplePlane slanted{{-2, -2, 0}, {0.3, 0, 1e-7}, {0, 0.3, 0}, 8, 4};
    for (const auto& form : {level, slanted}) {
        CHECK(coverageAt(z0 + 1.3 * 4.9, form) == Coverage::Present);
        CHECK(coverageAt(z0 + 1.3 * 5.1, form) == Coverage::Absent);
        CHECK(coverageAt(z0 + 1.3 * 6.0, form) == Coverage::Absent);
        CHECK(coverageAt(z0 + 1.3 * 6.9, form) == Coverage::Absent);
        CHECK(coverageAt(z0 + 1.3 * 7.1, form) == Coverage::Present);
        CHECK(coverageAt(z0 + 1.3 * 8.5, form) == Coverage::Failed);
        CHECK(coverageAt(z0 - 1.3 * 0.6, form) == Coverage::Outside);
    }
    CHECK(show(table, {{-2, -2, z0 + 1.3 * 3}, {0.3, 0, 0}, {0, 0.3, 0}, 8, 4}).out.touchedAbsent == false);
    const auto slab = show(table, {{-2, -2, z0 + 1.3 * 3}, {0.3, 0, 0}, {0, 0.3, 0}, 8, 4}, {SlabMode::Mip, 8});
    CHECK(slab.out.touchedAbsent);
    CHECK(slab.coverage(3, 0) == Coverage::Absent);
}

TEST_CASE("Nearest takes whole voxels", "[image]")
{
    const auto table = volumeOf({}, ramp);
    const Shown shown = show(table, planes()[7], {}, Interpolation::Nearest);
    std::size_t seen = 0;
    for (int j = 0; j < shown.plane.height; ++j) {
        for (int i = 0; i < shown.plane.width; ++i) {
            if (shown.coverage(i, j) == Coverage::Present) {
                ++seen;
                CHECK(shown.value(i, j) == std::floor(shown.value(i, j)));
                CHECK(std::abs(shown.value(i, j) - ramp(shown.point(i, j))) < 0.35 * 10 + 0.45 * 23 + 0.65 * 17 + 0.6);
            }
        }
    }
    CHECK(seen > 100);
}

TEST_CASE("Only volumes are resampled, and senseless planes are refused", "[image]")
{
    SliceTable table = volumeOf({}, ramp);
    const ResamplePlane plane{{0, 0, 0}, {1, 0, 0}, {0, 1, 0}, 8, 8};
    auto degenerate = plane;
    degenerate.stepY = {2, 0, 0};
    CHECK(resampleVolume(table, degenerate, {}, Interpolation::Linear).error().code == "resample.plane");
    auto infinite = plane;
    infinite.origin.x = std::numeric_limits<double>::quiet_NaN();
    CHECK(resampleVolume(table, infinite, {}, Interpolation::Linear).error().code == "resample.plane");
    auto set = *table.displaySet;
    set.geometry = GeometryKind::Stack;
    table.displaySet = std::make_shared<const DisplaySet>(set);
    CHECK(resampleVolume(table, plane, {}, Interpolation::Linear).error().code == "resample.geometry");
}

TEST_CASE("A slice in its own plane: exact at pixel centres, linear between, edges half a pixel out", "[image]")
{
    const auto table = volumeOf({}, [](const Vec3& p) { return std::floor(ramp(p)); });
    const Slice& slice = *table.entries[3].slice;
    const auto same = resampleSlice(slice, {{0, 0}, {1, 0}, {0, 1}, 24, 20}, Interpolation::Linear);
    const auto turned = resampleSlice(slice, {{23, 0}, {0, 1}, {-1, 0}, 20, 24}, Interpolation::Linear);
    for (std::uint32_t row = 0; row < 20; ++row) {
        for (std::uint32_t column = 0; column < 24; ++column) {
            CHECK(static_cast<double>(same.values[row * 24 + column]) == slice.modalityAt(column, row));
            CHECK(static_cast<double>(turned.values[(23 - column) * 20 + row]) == slice.modalityAt(column, row));
        }
    }
    const auto fine = resampleSlice(slice, {{-1, 5.25}, {0.25, 0}, {0, 0.25}, 104, 2}, Interpolation::Linear);
    CHECK(fine.coverage[1] == 0);
    CHECK(fine.coverage[2] == 1);
    CHECK(fine.coverage[98] == 1);
    CHECK(fine.coverage[99] == 0);
    const double expected = 0.75 * (0.5 * slice.modalityAt(2, 5) + 0.5 * slice.modalityAt(3, 5))
                            + 0.25 * (0.5 * slice.modalityAt(2, 6) + 0.5 * slice.modalityAt(3, 6));
    CHECK(static_cast<double>(fine.values[14]) == Approx(expected));
}

TEST_CASE("Modality tables, broken slices and colour", "[image]")
{
    auto slice = *volumeOf({}, [](const Vec3& p) { return p.x > 0 ? 2.0 : 1.0; }).entries[0].slice;
    slice.attributes.modalityTransform.table = LookupTable{1, 16, {100, 300}};
    const auto mapped = resampleSlice(slice, {{0, 0}, {1, 0}, {0, 1}, 24, 20}, Interpolation::Linear);
    CHECK(mapped.values[0] == 100.0f);
    CHECK(mapped.values[23] == 300.0f);
    auto shortened = slice;
    shortened.samples = std::vector<std::int16_t>(10);
    const auto broken = resampleSlice(shortened, {{0, 0}, {1, 0}, {0, 1}, 4, 4}, Interpolation::Linear);
    CHECK(broken.coverage[5] == static_cast<std::uint8_t>(Coverage::Failed));
    Slice color;
    color.rgb = true;
    color.attributes.rows = 1;
    color.attributes.columns = 2;
    color.samples = std::vector<std::uint8_t>{0, 100, 200, 100, 200, 0};
    const auto rgb = resampleColor(color, {{0, 0}, {0.5, 0}, {0, 1}, 3, 1}, Interpolation::Linear);
    CHECK(rgb.rgb == Bytes{0, 100, 200, 50, 150, 100, 100, 200, 0});
    CHECK(resampleSlice(color, {{0, 0}, {0.5, 0}, {0, 1}, 3, 1}, Interpolation::Linear).coverage[0] == static_cast<std::uint8_t>(Coverage::Failed));
}
