#include "tests/support/Catch.h"

#include <algorithm>
#include <map>

#include "core/image/DisplaySet.h"
#include "tests/support/TestData.h"

using namespace akari;
using namespace akari::image;
namespace fs = std::filesystem;

namespace {

std::vector<DisplaySet> setsOf(const fs::path& folder)
{
    std::vector<FrameAttributes> frames;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        if (!entry.is_regular_file()) {
            continue;
        }
        const auto file = dicom::readPart10(test::readFile(entry.path()));
        if (!file) {
            continue;
        }
        const auto identity = dicom::identityOf(*file, "test");
        if (!identity) {
            continue;
        }
        if (auto read = readFrames(*file, *identity)) {
            std::move(read->begin(), read->end(), std::back_inserter(frames));
        }
    }
    auto sets = makeDisplaySets(std::move(frames));
    if (std::getenv("AKARI_TEST_VERBOSE")) {
        for (const auto& set : sets) {
            std::printf("  %s: %zu frames, geometry %d, tilt %.2f, spacing %.3f, %zu warnings %.80s\n", set.label.c_str(), set.frames.size(),
                        static_cast<int>(set.geometry), set.tiltDegrees, set.spacingBetweenSlices, set.warnings.size(),
                        set.warnings.empty() ? "" : set.warnings.front().c_str());
        }
    }
    return sets;
}

const DisplaySet& largest(const std::vector<DisplaySet>& sets)
{
    REQUIRE_FALSE(sets.empty());
    return *std::max_element(sets.begin(), sets.end(), [](const auto& a, const auto& b) { return a.frames.size() < b.frames.size(); });
}

} // namespace

#define AKARI_DATA(folder)                                                                                                                  \
    const auto root = test::dataFolder();                                                                                                   \
    if (!root || !fs::exists(*root / folder)) {                                                                                             \
        AKARI_SKIP("no test data");                                                                                                         \
    }                                                                                                                                       \
    const auto sets = setsOf(*root / folder)

TEST_CASE("LIDC chest: 160 even slices", "[image][data]")
{
    AKARI_DATA("01_ct_volume_160_LIDC0314_JPEGLS");
    const DisplaySet& set = largest(sets);
    CHECK(set.frames.size() == 160);
    CHECK(set.geometry == GeometryKind::Volume);
    CHECK(set.evenSpacing);
    CHECK(set.spacingBetweenSlices == Approx(1.0).margin(1e-3));
    CHECK(set.frames[0].modalityTransform.unit == "[hnsf'U]");
}

TEST_CASE("GE head: the tilt is found", "[image][data]")
{
    AKARI_DATA("02_ct_head_gantry_tilt_GE");
    const DisplaySet& set = largest(sets);
    CHECK(set.tiltDegrees == Approx(18.5).margin(0.2));
    CHECK(set.geometry == GeometryKind::Volume);
}

TEST_CASE("Hard geometries never become a volume in silence", "[image][data]")
{
    const auto root = test::dataFolder();
    if (!root || !fs::exists(*root / "04_geometry_edge_cases_dicom2nifti/failing")) {
        AKARI_SKIP("no test data");
    }
    for (const char* name : {"gantrytilting", "notavolume", "slicecount", "sliceincrement", "sliceorientation"}) {
        for (const DisplaySet& set : setsOf(*root / "04_geometry_edge_cases_dicom2nifti/failing" / name)) {
            INFO(name << ": " << set.label);
            CHECK((set.geometry != GeometryKind::Volume || !set.warnings.empty() || !set.splitReason.empty()));
        }
    }
}

TEST_CASE("A three-plane localizer is three display sets", "[image][data]")
{
    AKARI_DATA("06_mr_GE_3plane_localizer_plus_fMRI");
    std::map<std::string, int> oriented;
    for (const auto& set : sets) {
        oriented[set.series.value] += set.splitReason.find("orientation") != std::string::npos ? 1 : 0;
    }
    CHECK(std::any_of(oriented.begin(), oriented.end(), [](const auto& entry) { return entry.second == 3; }));
}

TEST_CASE("TOF slices and their projections are apart", "[image][data]")
{
    AKARI_DATA("21_mr_TOF_MRA_Notion");
    CHECK(sets.size() >= 2);
    const DisplaySet& set = largest(sets);
    CHECK(set.geometry == GeometryKind::Volume);
    CHECK(set.evenSpacing);
}

TEST_CASE("Enhanced MR opens as what it is", "[image][data]")
{
    AKARI_DATA("05_mr_brain_enhanced_NEMA_WG16");
    CHECK_FALSE(sets.empty());
    for (const auto& set : sets) {
        CHECK_FALSE(set.frames.empty());
    }
}
