// What every series of the geometry folders is, one line each, as read from the headers by hand (pydicom).
#include "tests/support/Catch.h"

#include <algorithm>

#include "core/image/Resample.h"
#include "tests/support/ImageFixtures.h"
#include "tests/support/TestData.h"

using namespace akari;
using namespace akari::image;
namespace fs = std::filesystem;

namespace verdict_test {

namespace {

struct Verdict {
    const char* folder;      // below the data folder; one series
    const char* set;         // end of the label, "" for a series that is one set
    std::size_t frames;
    GeometryKind geometry;
    double spacing;          // 0: not looked at
    double tilt;
    const char* finding;     // code, "" for none
};

constexpr GeometryKind kNone = GeometryKind::None, kStack = GeometryKind::Stack, kVolume = GeometryKind::Volume;
const char* const kGe = "02_ct_head_gantry_tilt_GE";
const char* const kEdge = "04_geometry_edge_cases_dicom2nifti/";

const Verdict kVerdicts[] = {
    {"01_ct_volume_160_LIDC0314_JPEGLS", "", 160, kVolume, 1.0, 0, "frameOfReference"},
    {"02_ct_head_gantry_tilt_GE", "", 28, kVolume, 0, 18.5, "uneven"},
    {"03_ct_head_tiny_Slicer", "", 93, kVolume, 0, 0, ""},
    {"04_geometry_edge_cases_dicom2nifti/failing/gantrytilting", "", 4, kVolume, 4.85, 14.0, "tilt"},
    {"04_geometry_edge_cases_dicom2nifti/failing/notavolume", "", 4, kStack, 0, 0, ""},
    {"04_geometry_edge_cases_dicom2nifti/failing/slicecount", "", 2, kStack, 1.0, 0, "few"},
    {"04_geometry_edge_cases_dicom2nifti/failing/sliceincrement", "", 4, kVolume, 5.0, 0, "gap"},
    {"04_geometry_edge_cases_dicom2nifti/ge", "", 1, kStack, 0, 0, ""},
    {"04_geometry_edge_cases_dicom2nifti/generic/anatomical", "", 4, kVolume, 0.5, 0, ""},
    {"04_geometry_edge_cases_dicom2nifti/generic/rgb", "", 4, kStack, 3.0, 0, ""},
    {"04_geometry_edge_cases_dicom2nifti/hitachi", "", 4, kVolume, 4.0, 0, ""},
    {"04_geometry_edge_cases_dicom2nifti/hyperfine", "", 8, kVolume, 5.0, 0, ""},
    {"04_geometry_edge_cases_dicom2nifti/philips", "", 4, kVolume, 0.6, 0, ""},
    {"04_geometry_edge_cases_dicom2nifti/siemens", "", 4, kVolume, 1.0, 0, ""},
    {"06_mr_GE_3plane_localizer_plus_fMRI/In/GE/Exam1486_Laser794mm/01_3_Plane_Localizer_FF", "axial", 7, kStack, 15, 0, "survey"},
    {"06_mr_GE_3plane_localizer_plus_fMRI/In/GE/Exam1486_Laser794mm/01_3_Plane_Localizer_FF", "sagittal", 7, kStack, 15, 0, "survey"},
    {"06_mr_GE_3plane_localizer_plus_fMRI/In/GE/Exam1486_Laser794mm/01_3_Plane_Localizer_FF", "coronal", 7, kStack, 15, 0, "survey"},
};

std::vector<DisplaySet> setsOf(const fs::path& folder)
{
    std::vector<FrameAttributes> frames;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        const auto file = entry.is_regular_file() ? dicom::readPart10(test::readFile(entry.path())) : Result<dicom::Part10>(fail("", ""));
        const auto identity = file ? dicom::identityOf(*file, "test") : Result<ObjectIdentity>(fail("", ""));
        if (!identity) {
            continue;
        }
        if (auto read = readFrames(*file, *identity)) {
            std::move(read->begin(), read->end(), std::back_inserter(frames));
        }
    }
    return makeDisplaySets(std::move(frames));
}

bool endsWith(const std::string& text, const std::string& end)
{
    return text.size() >= end.size() && text.compare(text.size() - end.size(), end.size(), end) == 0;
}

bool found(const DisplaySet& set, const std::string& code)
{
    return std::any_of(set.findings.begin(), set.findings.end(), [&](const GeometryFinding& f) { return f.code == code; });
}

} // namespace

#define AKARI_DATA(folder)                                                                                                                  \
    const auto root = test::dataFolder();                                                                                                   \
    if (!root || !fs::exists(*root / folder)) {                                                                                             \
        AKARI_SKIP("no test data");                                                                                                         \
    }

TEST_CASE("Every series of the geometry folders is what its header says, and says why", "[image][data][trap]")
{
    AKARI_DATA(kGe);
    for (const Verdict& v : kVerdicts) {
        const auto sets = setsOf(*root / v.folder);
        INFO(v.folder << " " << v.set);
        const auto set = std::find_if(sets.begin(), sets.end(), [&](const DisplaySet& s) { return endsWith(s.label, v.set); });
        REQUIRE(set != sets.end());
        if (*v.set == 0) {
            CHECK(sets.size() == 1);
        }
        CHECK(set->frames.size() == v.frames);
        CHECK(set->geometry == v.geometry);
        if (v.spacing > 0) {
            CHECK(set->spacingBetweenSlices == Approx(v.spacing).margin(0.01));
        }
        CHECK(set->tiltDegrees == Approx(v.tilt).margin(0.1));
        if (*v.finding) {
            CHECK(found(*set, v.finding));
        } else {
            CHECK_FALSE(found(*set, "gap"));
            CHECK_FALSE(found(*set, "duplicate"));
        }
    }
}

TEST_CASE("The tilted GE head has two spacings and no gap", "[image][data][trap]")
{
    AKARI_DATA(kGe);
    const auto sets = setsOf(*root / kGe);
    REQUIRE(sets.size() == 1);
    CHECK(sets[0].gaps.empty());
    REQUIRE(sets[0].positions.size() == 28);
    CHECK(sets[0].positions[1] - sets[0].positions[0] == Approx(4.001).margin(0.002));
    CHECK(sets[0].positions[27] - sets[0].positions[26] == Approx(6.996).margin(0.01));
}

TEST_CASE("Slices that lie in two directions are two stacks, the gap of another names its neighbours", "[image][data][trap]")
{
    AKARI_DATA("04_geometry_edge_cases_dicom2nifti/failing");
    const auto mixed = setsOf(*root / (std::string(kEdge) + "failing/sliceorientation"));
    CHECK(mixed.size() == 2);
    for (const auto& set : mixed) {
        CHECK(set.frames.size() == 2);
        CHECK(set.geometry == kStack);
    }
    const auto gap = setsOf(*root / (std::string(kEdge) + "failing/sliceincrement"));
    REQUIRE(gap.at(0).gaps.size() == 1);
    CHECK(gap[0].gaps[0].missing == 1);
    CHECK(gap[0].gaps[0].millimetres == Approx(10));
    CHECK(gap[0].findings.at(0).sopInstanceUids.size() == 2);
}

TEST_CASE("The TOF's collapsed projection is no slice of it, and the turning ones are no volume", "[image][data][trap]")
{
    AKARI_DATA("21_mr_TOF_MRA_Notion");
    const auto sets = setsOf(*root / "21_mr_TOF_MRA_Notion");
    std::vector<std::pair<std::size_t, GeometryKind>> all;
    for (const auto& set : sets) {
        all.emplace_back(set.frames.size(), set.geometry);
        if (set.frames.size() == 144) {
            CHECK(set.evenSpacing); // 2.8 mm lie between the last slice and the projection alone
            CHECK(set.gaps.empty());
            CHECK(set.spacingBetweenSlices == Approx(0.7).margin(0.001));
        }
        if (set.frames.size() == 19) {
            CHECK(found(set, "mixed"));
        }
    }
    std::sort(all.begin(), all.end());
    CHECK(all == std::vector<std::pair<std::size_t, GeometryKind>>{{1, kStack}, {19, kNone}, {144, kVolume}});
}

TEST_CASE("Five times of one fMRI are five volumes", "[image][data][trap]")
{
    const std::string folder = "06_mr_GE_3plane_localizer_plus_fMRI/In/GE/Exam1486_Laser794mm/02_Ax_fMRI_FF_I11.1_S15.9";
    AKARI_DATA(folder);
    const auto sets = setsOf(*root / folder);
    REQUIRE(sets.size() == 5);
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(sets[i].frames.size() == 10);
        CHECK(sets[i].geometry == kVolume);
        CHECK(sets[i].spacingBetweenSlices == Approx(3));
        CHECK_FALSE(found(sets[i], "duplicate"));
    }
}

TEST_CASE("Single slices of priors stay single", "[image][data][trap]")
{
    AKARI_DATA("07_prior_pairs_CT_TCIA_COVID19NYSBU");
    const auto sets = setsOf(*root / "07_prior_pairs_CT_TCIA_COVID19NYSBU");
    CHECK(sets.size() == 18);
    for (const auto& set : sets) {
        CHECK(set.frames.size() == 1);
        CHECK(set.geometry == kStack);
    }
}

TEST_CASE("Enhanced MR: stacks, contrasts and directions of one object are told apart", "[image][data][trap]")
{
    AKARI_DATA("05_mr_brain_enhanced_NEMA_WG16/DISCIMG/IMAGES/BRMULTI");
    const auto file = dicom::readPart10(test::readFile(*root / "05_mr_brain_enhanced_NEMA_WG16/DISCIMG/IMAGES/BRMULTI"));
    REQUIRE(file);
    const auto frames = readFrames(*file, *dicom::identityOf(*file, "test"));
    REQUIRE(frames);
    CHECK(frames->front().stackId == "1");
    CHECK(frames->back().stackId == "2");
    const auto sets = makeDisplaySets(*frames);
    REQUIRE(sets.size() == 4);
    for (const auto& set : sets) {
        CHECK(set.frames.size() == 3);
        CHECK(set.geometry == kVolume);
        CHECK(set.spacingBetweenSlices == Approx(7.5));
    }
}

TEST_CASE("The tilted GE head's planes show every point of the patient in its place", "[image][data][trap]")
{
    AKARI_DATA(kGe);
    const auto sets = setsOf(*root / kGe);
    REQUIRE(sets.size() == 1);
    // The real positions and cosines, and in each voxel the value of a field that differs along x, y and z.
    const auto table = test::tableOf<float>(sets[0], test::ramp);
    const SlicePlane& middle = *sets[0].frames[14].plane;
    const Vec3 centre = middle.toPatient({255.5, 255.5});
    for (const auto& [right, down] : std::vector<std::pair<Vec3, Vec3>>{{{1, 0, 0}, {0, 0, -1}}, {{0, 1, 0}, {0, 0, -1}}, {{1, 0, 0}, {0, 1, 0}}, {{1, 0.4, 0}, {0, 0.3, -1}}}) {
        const ResamplePlane plane{centre - right * 20.0 - down * 20.0, right * 0.8, down * 0.8, 50, 50};
        const auto out = resampleVolume(table, plane, {}, Interpolation::Linear);
        REQUIRE(out);
        double worst = 0;
        std::size_t seen = 0;
        for (int j = 0; j < 50; ++j) {
            for (int i = 0; i < 50; ++i) {
                const auto k = static_cast<std::size_t>(j * 50 + i);
                if (out->coverage[k] == static_cast<std::uint8_t>(Coverage::Present)) {
                    worst = std::max(worst, std::abs(static_cast<double>(out->values[k]) - test::ramp(plane.origin + plane.stepX * i + plane.stepY * j)));
                    ++seen;
                }
            }
        }
        CHECK(seen == 2500);
        CHECK(worst < 0.2); // untilted, it would be hundreds
    }
}

TEST_CASE("Bruker's enhanced MR and a perfusion map: order and spacing from each frame's own place", "[image][data][trap]")
{
    AKARI_DATA("14_fo_dicom_selected/mr_brucker.dcm");
    const auto framesOf = [&](const char* path) {
        const auto file = dicom::readPart10(test::readFile(*root / path));
        REQUIRE(file);
        const auto frames = readFrames(*file, *dicom::identityOf(*file, "test"));
        REQUIRE(frames);
        return *frames;
    };
    const auto bruker = makeDisplaySets(framesOf("14_fo_dicom_selected/mr_brucker.dcm"));
    REQUIRE(bruker.size() == 1);
    CHECK(bruker[0].geometry == kVolume);
    CHECK(bruker[0].frames.size() == 4);
    CHECK(bruker[0].spacingBetweenSlices == Approx(1.0));
    CHECK(bruker[0].frames[0].plane->spacing == PixelSpacing{0.2, 0.1});
    CHECK(bruker[0].frames[3].temporalPosition == 1);
    // Rows run to the right here, so the order along the normal is that from the head down, and the second frame comes first.
    const auto map = makeDisplaySets(framesOf("13_pydicom_data_selected/eCT_Supplemental.dcm"));
    REQUIRE(map.size() == 1);
    CHECK(map[0].geometry == kStack);
    CHECK(map[0].spacingBetweenSlices == Approx(10));
    CHECK(map[0].frames[0].frame == FrameNumber{2});
    CHECK(map[0].frames[1].frame == FrameNumber{1});
    CHECK(found(map[0], "few"));
}

} // namespace verdict_test
