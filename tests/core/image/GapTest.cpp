// Missing slices, changing spacing and tilt: what is a gap, and that nothing is interpolated across one.
#include "tests/support/Catch.h"

#include <cmath>

#include "core/image/Resample.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::image;
using akari::test::VolumeRecipe;
using akari::test::framesOf;
using akari::test::ramp;

namespace {

DisplaySet setOf(const std::vector<double>& positions)
{
    VolumeRecipe recipe;
    recipe.positions = positions;
    return makeDisplaySets(framesOf(recipe)).at(0);
}

Coverage at(const SliceTable& table, double z, double slant = 0)
{
    const ResamplePlane plane{{-2, -2, z}, {0.3, 0, slant}, {0, 0.3, 0}, 8, 4};
    const auto out = resampleVolume(table, plane, {}, Interpolation::Linear);
    REQUIRE(out);
    return static_cast<Coverage>(out->coverage[3]);
}

// One bright voxel-sized block around a patient point, softly falling off, so that its centre of mass can be found.
double blob(const Vec3& p, const Vec3& centre)
{
    const double r = length(p - centre);
    return r < 4 ? 1000 * (1 - r / 4) : 0;
}

// Centre of mass of a plane's values, in patient space.
Vec3 massCentre(const SliceTable& table, const ResamplePlane& plane)
{
    const auto out = resampleVolume(table, plane, {}, Interpolation::Linear);
    REQUIRE(out);
    Vec3 sum;
    double mass = 0;
    for (int j = 0; j < plane.height; ++j) {
        for (int i = 0; i < plane.width; ++i) {
            const auto k = static_cast<std::size_t>(j * plane.width + i);
            if (out->coverage[k] == static_cast<std::uint8_t>(Coverage::Present)) {
                const auto v = static_cast<double>(out->values[k]);
                sum = sum + (plane.origin + plane.stepX * i + plane.stepY * j) * v;
                mass += v;
            }
        }
    }
    REQUIRE(mass > 0);
    return sum * (1 / mass);
}

} // namespace

TEST_CASE("A gap is where slices are missing, not where the spacing changes", "[image][trap]")
{
    // One slice lost.
    auto set = setOf({0, 1.3, 2.6, 5.2, 6.5, 7.8});
    REQUIRE(set.gaps.size() == 1);
    CHECK(set.gaps[0].after == 2);
    CHECK(set.gaps[0].missing == 1);
    CHECK(set.gaps[0].millimetres == Approx(2.6));
    CHECK(set.gaps[0].usual == Approx(1.3));
    CHECK(set.spacingBetweenSlices == Approx(1.3));
    CHECK_FALSE(set.evenSpacing);
    REQUIRE(set.findings.size() == 1);
    CHECK(set.findings[0].code == "gap");
    CHECK(set.findings[0].sopInstanceUids == std::vector<std::string>{"1.2.3.4.3", "1.2.3.4.4"});
    CHECK(set.warnings[0] == "Slices are missing (spacing 1.30 mm): 2.60 mm between instances 3 and 4 (1 missing).");
    // At the end of a short stack.
    set = setOf({0, 5, 10, 20});
    REQUIRE(set.gaps.size() == 1);
    CHECK(set.gaps[0].after == 2);
    CHECK(set.gaps[0].missing == 1);
    // Two of them, one no multiple.
    set = setOf({0, 1, 2, 3, 4, 8, 9, 10, 11, 12, 15.4, 16.4, 17.4, 18.4});
    REQUIRE(set.gaps.size() == 2);
    CHECK(set.gaps[0].missing == 3);
    CHECK(set.gaps[1].missing == 0);
    CHECK(set.warnings[0].find("may be missing") != std::string::npos);
    // Thin through the skull base, thick above, as a head CT is done.
    set = setOf({0, 2, 4, 6, 8, 10, 15, 20, 25, 30, 35});
    CHECK(set.gaps.empty());
    CHECK_FALSE(set.evenSpacing);
    CHECK(set.findings.at(0).code == "uneven");
    // A slice lost within the thick part of it.
    set = setOf({0, 2, 4, 6, 8, 10, 15, 20, 25, 30, 40, 45, 50, 55, 60});
    REQUIRE(set.gaps.size() == 1);
    CHECK(set.gaps[0].after == 9);
    CHECK(set.gaps[0].missing == 1);
    CHECK(set.geometry == GeometryKind::Volume);
}

TEST_CASE("Nothing is drawn across a gap: half a usual spacing beside the slices, absent between", "[image][trap]")
{
    VolumeRecipe recipe;
    recipe.positions = {0, 1.3, 2.6, 3.9, 7.8, 9.1, 10.4, 11.7};
    const auto table = test::volumeOf<float>(recipe, ramp);
    REQUIRE(table.displaySet->gaps.size() == 1);
    const double z = table.displaySet->positions[0];
    for (const double slant : {0.0, 1e-7}) {
        CHECK(at(table, z + 3.9, slant) == Coverage::Present);
        CHECK(at(table, z + 3.9 + 0.64, slant) == Coverage::Present);
        CHECK(at(table, z + 3.9 + 0.66, slant) == Coverage::Absent);
        CHECK(at(table, z + 5.85, slant) == Coverage::Absent);
        CHECK(at(table, z + 7.8 - 0.66, slant) == Coverage::Absent);
        CHECK(at(table, z + 7.8 - 0.64, slant) == Coverage::Present);
        CHECK(at(table, z + 7.8, slant) == Coverage::Present);
        CHECK(at(table, z - 0.66, slant) == Coverage::Outside);
    }
    const ResamplePlane level{{-2, -2, z + 3.9}, {0.3, 0, 0}, {0, 0.3, 0}, 8, 4};
    const auto slab = resampleVolume(table, level, {SlabMode::Mean, 3.0}, Interpolation::Linear);
    REQUIRE(slab);
    CHECK(slab->touchedAbsent);
    CHECK(slab->coverage[3] == static_cast<std::uint8_t>(Coverage::Absent));
    // The slices' own values stand where they are drawn.
    const auto own = resampleVolume(table, level, {}, Interpolation::Linear);
    CHECK(static_cast<double>(own->values[0]) == Approx(ramp({-2, -2, z + 3.9})).epsilon(1e-4));
    // A coronal plane is hatched in its middle alone.
    const ResamplePlane coronal{{-2, 0, z}, {0.3, 0, 0}, {0, 0, 0.1}, 8, 118};
    const auto cut = resampleVolume(table, coronal, {}, Interpolation::Linear);
    std::size_t absent = 0;
    for (int j = 0; j < 118; ++j) {
        absent += cut->coverage[static_cast<std::size_t>(j * 8 + 4)] == static_cast<std::uint8_t>(Coverage::Absent);
    }
    CHECK(absent == 26); // 3.9 mm less half a spacing on either side, at 0.1 mm
}

TEST_CASE("Uneven spacing is never averaged: a marker stays where it is", "[image][trap]")
{
    VolumeRecipe recipe;
    recipe.positions = {0, 1, 2, 3, 4.4, 5.8, 7.2, 8.6, 10, 11.4, 12.4, 13.4, 14.4, 15.4};
    const Vec3 marker{-1.2, 1.1, -11.7 + 7.9};
    const auto table = test::volumeOf<float>(recipe, [&](const Vec3& p) { return blob(p, marker); });
    REQUIRE(table.displaySet->gaps.empty());
    REQUIRE_FALSE(table.displaySet->evenSpacing);
    const Vec3 centre = massCentre(table, {{-8, 1.1, -11}, {0.1, 0, 0}, {0, 0, 0.1}, 140, 140});
    CHECK(centre.x == Approx(marker.x).margin(0.1));
    CHECK(centre.z == Approx(marker.z).margin(0.15));
}

TEST_CASE("Tilt comes from positions and a marker of a tilted stack stays where it is", "[image][trap]")
{
    // Cosines of an upright gantry in the header would say "no tilt": only the positions count.
    VolumeRecipe recipe;
    recipe.slices = 30;
    recipe.columns = recipe.rows = 60;
    recipe.origin = {-21, -34, -20};
    recipe.shear = {0, 1.3 * std::tan(18.5 * 3.14159265358979323846 / 180), 0};
    const Vec3 marker{3.3, 1.7, 4.9};
    const auto table = test::volumeOf<float>(recipe, [&](const Vec3& p) { return blob(p, marker); });
    CHECK(table.displaySet->tiltDegrees == Approx(18.5).margin(1e-6));
    CHECK(table.displaySet->geometry == GeometryKind::Volume);
    const Vec3 sagittal = massCentre(table, {{3.3, -12, -8}, {0, 0.1, 0}, {0, 0, 0.1}, 260, 260});
    CHECK(sagittal.y == Approx(marker.y).margin(0.1));
    CHECK(sagittal.z == Approx(marker.z).margin(0.1));
    const Vec3 coronal = massCentre(table, {{-12, 1.7, -8}, {0.1, 0, 0}, {0, 0, 0.1}, 260, 260});
    CHECK(coronal.x == Approx(marker.x).margin(0.1));
    CHECK(coronal.z == Approx(marker.z).margin(0.1));
    // Tilted the other way round, and with the couch running out.
    recipe.shear = {0, -0.3, 0};
    recipe.columnDirection = {0, -1, 0};
    recipe.origin = {-21, 30, 22};
    const auto other = test::volumeOf<float>(recipe, [&](const Vec3& p) { return blob(p, marker); });
    CHECK(other.displaySet->tiltDegrees > 12);
    const Vec3 again = massCentre(other, {{3.3, -12, -8}, {0, 0.1, 0}, {0, 0, 0.1}, 260, 260});
    CHECK(again.y == Approx(marker.y).margin(0.1));
    CHECK(again.z == Approx(marker.z).margin(0.1));
}
