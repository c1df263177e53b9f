#include "tests/render/volume/Synthetic.h"
#include "tests/support/Catch.h"

#include "render/VolumeBuild.h"

using namespace akari;
using namespace akari::render;
using namespace akari::test;

namespace {

// Without the margin of air: (0, 0, 0) is the first acquired voxel.
std::int16_t voxel(const BuiltVolume& built, int i, int j, int k)
{
    i += kMargin, j += kMargin, k += kMargin;
    const auto& size = built.grid.size;
    return reinterpret_cast<const std::int16_t*>(built.voxels->data())[(std::size_t(k) * size[1] + j) * size[0] + i];
}

Vec3 centerOf(const VolumeGrid& grid, double i, double j, double k)
{
    i += kMargin, j += kMargin, k += kMargin;
    return grid.origin + grid.axis[0] * (i * grid.spacing[0]) + grid.axis[1] * (j * grid.spacing[1]) + grid.axis[2] * (k * grid.spacing[2]);
}

// Centre of mass above air, in patient space.
Vec3 massCenter(const BuiltVolume& built)
{
    Vec3 sum;
    double mass = 0;
    for (int k = 0; k < built.grid.size[2] - 2; ++k) {
        for (int j = 0; j < built.grid.size[1] - 2; ++j) {
            for (int i = 0; i < built.grid.size[0] - 2; ++i) {
                const double weight = voxel(built, i, j, k) + 1000;
                sum = sum + centerOf(built.grid, i, j, k) * weight;
                mass += weight;
            }
        }
    }
    return sum * (1 / mass);
}

constexpr std::uint64_t kAll = 1ULL << 30;

} // namespace

TEST_CASE("An unreduced volume holds every voxel with its own slice's slope", "[render][volume]")
{
    VolumeShape shape;
    shape.columns = 7;
    shape.rows = 5;
    shape.slices = 4;
    const auto table = makeTable(shape, [&](const Vec3& p) { return std::round((p.x - shape.position.x) / 0.7) * 20 + std::round((p.z - 130) / 1.3) * 2; });
    const auto built = buildVolume(*table, kAll);
    REQUIRE(built);
    CHECK(built->grid.size == std::array<int, 3>{9, 7, 6});
    CHECK_FALSE(built->grid.reduced);
    CHECK_FALSE(built->touchedAbsent);
    for (int k = 0; k < 4; ++k) {
        for (int i = 0; i < 7; ++i) {
            CHECK(voxel(*built, i, 3, k) == i * 20 + k * 2);
        }
    }
    CHECK(voxel(*built, -1, 0, 0) == -1000);
    CHECK(voxel(*built, 0, 5, 0) == -1000);
    CHECK(voxel(*built, 0, 0, 4) == -1000);
    const Vec3 last = centerOf(built->grid, 6, 4, 3);
    CHECK(last.x == near(-20 + 6 * 0.7));
    CHECK(last.y == near(-50 + 4 * 0.9));
    CHECK(last.z == near(130 + 3 * 1.3));
}

TEST_CASE("Reduction keeps a marker's place and the voxel limit", "[render][volume]")
{
    const VolumeShape shape;
    const Vec3 marker = at(shape, 0.3, 0.65, 0.4);
    const auto table = makeTable(shape, blobs({marker}));
    for (const std::uint64_t limit : {300'000ULL, 100'000ULL, 30'000ULL}) {
        const auto built = buildVolume(*table, limit);
        REQUIRE(built);
        CHECK(built->grid.reduced);
        CHECK(built->grid.voxels() <= limit);
        CHECK(built->grid.voxels() > limit * 8 / 10);
        const Vec3 found = massCenter(*built);
        CHECK(image::length(found - marker) < 0.05);
    }
}

TEST_CASE("Three thousand small slices stay within the limit", "[render][volume]")
{
    VolumeShape shape;
    shape.columns = shape.rows = 64;
    shape.slices = 3000;
    const auto table = makeTable(shape, [](const Vec3&) { return 100; });
    const auto grid = planGrid(*table, 192ULL * 192 * 192);
    REQUIRE(grid);
    CHECK(grid->voxels() <= 192ULL * 192 * 192);
    CHECK(grid->spacing[2] * (grid->size[2] - 2) == near(3000 * 1.3));
}

TEST_CASE("A tilted stack is straightened", "[render][volume][trap]")
{
    VolumeShape shape;
    shape.shear = {0, 0.5, 0};
    const Vec3 marker = at(shape, 0.4, 0.5, 0.7);
    const auto built = buildVolume(*makeTable(shape, blobs({marker})), kAll);
    REQUIRE(built);
    CHECK(built->grid.size[1] > 82);
    CHECK(image::length(massCenter(*built) - marker) < 0.05);
}

TEST_CASE("Uneven distances are honoured", "[render][volume]")
{
    VolumeShape shape;
    shape.along = [](int i) { return i < 30 ? i * 1.3 : 30 * 1.3 + (i - 30) * 1.3 + 2.6; };
    const auto table = makeTable(shape, [](const Vec3& p) { return 2 * std::round((p.z - 130) / 1.3); });
    const auto built = buildVolume(*table, kAll);
    REQUIRE(built);
    CHECK(built->grid.size[2] == 74);
    for (int k = 0; k < 72; ++k) {
        CHECK(voxel(*built, 5, 5, k) == 2 * k);
    }
}

TEST_CASE("Where slices are missing there is air, and it is said", "[render][volume][trap]")
{
    VolumeShape shape;
    shape.along = [](int i) { return i * 1.3 + (i < 30 ? 0 : 5.2); };
    const auto table = makeTable(shape, [](const Vec3&) { return 300; });
    auto set = *table->displaySet;
    set.gaps = {{29, 6.5, 1.3, 4}};
    table->displaySet = std::make_shared<const image::DisplaySet>(set);
    for (const std::uint64_t voxels : {kAll, std::uint64_t{120'000}}) {
        const auto built = buildVolume(*table, voxels);
        REQUIRE(built);
        CHECK(built->touchedAbsent);
        const auto at = [&](double mm) { return voxel(*built, 3, 3, int(std::floor((mm + 0.65) / built->grid.spacing[2]))); };
        CHECK(at(10 * 1.3) == 300);
        CHECK(at(29 * 1.3 + 3.2) == -1000);
        CHECK(at(40 * 1.3 + 5.2) == 300);
    }
}

TEST_CASE("Absent slices are air and said", "[render][volume]")
{
    const VolumeShape shape;
    const auto table = makeTable(shape, [](const Vec3&) { return 300; });
    table->entries[10] = {};
    --table->present;
    const auto built = buildVolume(*table, kAll);
    REQUIRE(built);
    CHECK(built->touchedAbsent);
    CHECK(voxel(*built, 1, 1, 9) == 300);
    CHECK(voxel(*built, 1, 1, 10) == -1000);
}

TEST_CASE("Values below one keep their steps", "[render][volume]")
{
    VolumeShape shape;
    shape.modality = "PT";
    const auto table = makeTable(shape, [](const Vec3&) { return 0; });
    for (auto& entry : table->entries) {
        auto slice = std::make_shared<image::Slice>(*entry.slice);
        slice->attributes.modalityTransform = {};
        slice->samples = std::vector<float>(std::size_t(96) * 80, 0.001F);
        std::get<std::vector<float>>(slice->samples)[100] = 0.5F;
        entry.slice = slice;
    }
    const auto built = buildVolume(*table, kAll);
    REQUIRE(built);
    CHECK(voxel(*built, 4, 1, 3) * built->scale + built->offset == near(0.5, 5e-4));
    CHECK(voxel(*built, 5, 1, 3) * built->scale + built->offset == near(0.001, 1e-5));
}

TEST_CASE("No volume, no 3D, and the reason", "[render][volume]")
{
    VolumeShape shape;
    const auto table = makeTable(shape, [](const Vec3&) { return 0; });
    auto set = std::make_shared<image::DisplaySet>(*table->displaySet);
    set->geometry = image::GeometryKind::Stack;
    table->displaySet = set;
    const auto built = buildVolume(*table, kAll);
    REQUIRE_FALSE(built);
    CHECK(built.error().code == "volume.geometry");
}
