#include "tests/support/Catch.h"

#include <algorithm>
#include <random>
#include <set>

#include "core/image/SliceTable.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::image;
using akari::test::VolumeRecipe;
using akari::test::framesOf;

namespace {
bool warns(const DisplaySet& set, const std::string& words)
{
    return std::any_of(set.warnings.begin(), set.warnings.end(), [&](const std::string& w) { return w.find(words) != std::string::npos; });
}
} // namespace

TEST_CASE("Order comes from positions, not from instance numbers or arrival", "[image][trap]")
{
    auto frames = framesOf({});
    for (auto& frame : frames) {
        frame.instanceNumber = (frame.instanceNumber * 7) % 17;
    }
    std::shuffle(frames.begin(), frames.end(), std::mt19937(3));
    const auto sets = makeDisplaySets(frames);
    REQUIRE(sets.size() == 1);
    const DisplaySet& set = sets[0];
    CHECK(set.geometry == GeometryKind::Volume);
    REQUIRE(set.frames.size() == 16);
    for (std::size_t i = 0; i < 16; ++i) {
        CHECK(set.positions[i] == Approx(-11.7 + 1.3 * static_cast<double>(i)));
        CHECK(set.frames[i].identity.sop.value == "1.2.3.4." + std::to_string(i + 1));
    }
    CHECK(set.spacingBetweenSlices == Approx(1.3));
    CHECK(set.evenSpacing);
    CHECK(set.tiltDegrees == 0);
    CHECK(set.warnings.empty());
    CHECK(set.splitReason.empty());
    std::reverse(frames.begin(), frames.end());
    CHECK(makeDisplaySets(frames)[0].id == set.id);
}

TEST_CASE("Spacing comes from positions, never from slice thickness; a gap names its neighbours", "[image][trap]")
{
    VolumeRecipe recipe;
    auto frames = framesOf(recipe);
    for (auto& frame : frames) {
        frame.sliceThickness = 5;
    }
    frames.erase(frames.begin() + 7);
    const auto set = makeDisplaySets(frames).at(0);
    CHECK(set.spacingBetweenSlices == Approx(1.3));
    CHECK_FALSE(set.evenSpacing);
    REQUIRE(set.warnings.size() == 1);
    CHECK(warns(set, "2.60 mm between instances 7 and 9"));
}

TEST_CASE("Uneven spacing is told", "[image][trap]")
{
    VolumeRecipe recipe;
    recipe.positions = {0, 1, 2, 3.3, 4.3, 5.3};
    const auto set = makeDisplaySets(framesOf(recipe)).at(0);
    CHECK_FALSE(set.evenSpacing);
    CHECK(set.geometry == GeometryKind::Volume);
    CHECK(warns(set, "uneven"));
    recipe.positions = {0, 1, 2.005, 3, 4};
    CHECK(makeDisplaySets(framesOf(recipe)).at(0).evenSpacing);
}

TEST_CASE("Gantry tilt comes from positions", "[image][trap]")
{
    VolumeRecipe recipe;
    recipe.shear = {0, 1.3 * std::tan(18.5 * 3.14159265358979323846 / 180), 0};
    const auto set = makeDisplaySets(framesOf(recipe)).at(0);
    CHECK(set.tiltDegrees == Approx(18.5).margin(1e-6));
    CHECK(set.geometry == GeometryKind::Volume);
    CHECK(warns(set, "18.5 degrees"));
    auto shifted = framesOf({});
    shifted[5].plane->position.x += 3;
    const auto refused = makeDisplaySets(shifted).at(0);
    CHECK(refused.geometry == GeometryKind::Stack);
    CHECK(warns(refused, "instances 6"));
}

TEST_CASE("Mixed orientations, localizers and sizes are split off and say why", "[image][trap]")
{
    auto frames = framesOf({});
    VolumeRecipe coronal;
    coronal.rowDirection = {1, 0, 0};
    coronal.columnDirection = {0, 0, -1};
    coronal.slices = 4;
    for (auto frame : framesOf(coronal)) {
        frame.instanceNumber += 100;
        frame.identity.sop = SopInstanceUid("9.9." + std::to_string(frame.instanceNumber));
        frames.push_back(frame);
    }
    auto scout = test::frameOf({}, 0);
    scout.identity.sop = SopInstanceUid("9.9.9");
    scout.imageType = {"ORIGINAL", "PRIMARY", "LOCALIZER"};
    frames.push_back(scout);
    const auto sets = makeDisplaySets(frames);
    REQUIRE(sets.size() == 3);
    std::set<std::string> ids;
    for (const auto& set : sets) {
        ids.insert(set.id);
        CHECK_FALSE(set.splitReason.empty());
    }
    CHECK(ids.size() == 3);
    const auto find = [&](const std::string& reason, std::size_t count) {
        return std::any_of(sets.begin(), sets.end(), [&](const DisplaySet& s) { return s.splitReason.find(reason) != std::string::npos && s.frames.size() == count; });
    };
    CHECK(find("orientation", 4));
    CHECK(find("orientation", 16));
    CHECK(find("image type", 1));
}

TEST_CASE("Echo, b-value and frame of reference are not one volume", "[image]")
{
    for (int what = 0; what < 3; ++what) {
        auto frames = framesOf({});
        for (auto& frame : framesOf({})) {
            frame.identity.sop = SopInstanceUid(frame.identity.sop.value + ".2");
            frame.instanceNumber += 50;
            if (what == 0) frame.echoTime = 90;
            if (what == 1) frame.diffusionBValue = 1000;
            if (what == 2) frame.frameOfReferenceUid = "1.9";
            frames.push_back(frame);
        }
        const auto sets = makeDisplaySets(frames);
        REQUIRE(sets.size() == 2);
        CHECK(sets[1].splitReason == (what == 0 ? "echo" : what == 1 ? "b-value" : "frame of reference"));
        CHECK(sets[0].geometry == GeometryKind::Volume);
        CHECK(sets[1].geometry == GeometryKind::Volume);
        CHECK(sets[1].frames.size() == 16);
    }
}

TEST_CASE("Time is not duplicates, and duplicates are told by instance number", "[image][trap]")
{
    std::vector<FrameAttributes> frames;
    for (int time = 0; time < 3; ++time) {
        for (auto frame : framesOf({})) {
            frame.instanceNumber += 16 * time;
            frame.identity.sop = SopInstanceUid("7." + std::to_string(frame.instanceNumber));
            frames.push_back(frame);
        }
    }
    const auto times = makeDisplaySets(frames);
    REQUIRE(times.size() == 3);
    for (const auto& set : times) {
        CHECK(set.frames.size() == 16);
        CHECK(set.splitReason == "temporal position");
        CHECK(set.geometry == GeometryKind::Volume);
    }
    CHECK(times[1].frames[0].instanceNumber == 17);

    auto doubled = framesOf({});
    auto copy = doubled[4];
    copy.instanceNumber = 99;
    copy.identity.sop = SopInstanceUid("8.8");
    doubled.push_back(copy);
    const auto sets = makeDisplaySets(doubled);
    REQUIRE(sets.size() == 2);
    CHECK(sets[0].frames.size() == 16);
    CHECK(sets[0].geometry == GeometryKind::Volume);
    CHECK(sets[1].frames.size() == 1);
    CHECK(sets[1].splitReason == "duplicate");
    CHECK(warns(sets[0], "99"));
    doubled.back().identity = doubled[4].identity;
    CHECK(makeDisplaySets(doubled).size() == 1);
}

TEST_CASE("Many images of one slice are one stack in order of acquisition", "[image]")
{
    std::vector<FrameAttributes> frames;
    for (int i = 0; i < 30; ++i) {
        auto frame = test::frameOf({}, 0);
        frame.frame = FrameNumber{30 - i};
        frame.temporalPosition = 30 - i;
        frames.push_back(frame);
    }
    const auto sets = makeDisplaySets(frames);
    REQUIRE(sets.size() == 1);
    CHECK(sets[0].geometry == GeometryKind::Stack);
    CHECK(sets[0].frames[4].frame == FrameNumber{5});
}

TEST_CASE("Images without a plane have no geometry, and every clip stands alone", "[image][trap]")
{
    std::vector<FrameAttributes> frames;
    for (int i = 0; i < 6; ++i) {
        auto frame = test::frameOf({}, i < 4 ? 0 : i);
        frame.plane.reset();
        frame.frame = FrameNumber{i < 4 ? i + 1 : 1};
        frames.push_back(frame);
    }
    const auto sets = makeDisplaySets(frames);
    REQUIRE(sets.size() == 2);
    CHECK(sets[0].frames.size() == 4);
    CHECK(sets[0].geometry == GeometryKind::None);
    CHECK(sets[0].positions.empty());
    CHECK(sets[0].frames[2].frame == FrameNumber{3});
    CHECK(sets[1].frames.size() == 2);
}

TEST_CASE("The box holds pixel edges", "[image]")
{
    const auto set = makeDisplaySets(framesOf({})).at(0);
    const auto box = volumeBox(set);
    REQUIRE(box);
    CHECK(box->minimum.x == Approx(-8.3 - 0.35));
    CHECK(box->maximum.x == Approx(-8.3 + 23.5 * 0.7));
    CHECK(box->maximum.y == Approx(-7.1 + 19.5 * 0.9));
    CHECK(box->maximum.z == Approx(-11.7 + 15.5 * 1.3));
    CHECK_FALSE(volumeBox(DisplaySet{}));
}

TEST_CASE("Thousands of slices are ordered at once", "[image]")
{
    VolumeRecipe recipe;
    recipe.slices = 5000;
    const auto set = makeDisplaySets(framesOf(recipe)).at(0);
    CHECK(set.frames.size() == 5000);
    CHECK(set.geometry == GeometryKind::Volume);
}
