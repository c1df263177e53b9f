#include "tests/support/Catch.h"

#include "core/view/View.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::view;
using image::PixelPoint;
using image::Vec3;

namespace {

std::vector<ViewportState> orientations()
{
    std::vector<ViewportState> all;
    for (int turns = 0; turns < 4; ++turns) {
        for (int flips = 0; flips < 4; ++flips) {
            ViewportState s;
            s.quarterTurns = turns;
            s.flipHorizontal = flips & 1;
            s.flipVertical = flips & 2;
            all.push_back(s);
        }
    }
    return all;
}

image::DisplaySet volume(const test::VolumeRecipe& recipe = {}) { return image::makeDisplaySets(test::framesOf(recipe)).at(0); }

} // namespace

TEST_CASE("Screen axes are those of the radiological convention", "[view]")
{
    CHECK(axesOf({PlaneKind::Axial}).right == Vec3{1, 0, 0});
    CHECK(axesOf({PlaneKind::Axial}).down == Vec3{0, 1, 0});
    CHECK(axesOf({PlaneKind::Coronal}).right == Vec3{1, 0, 0});
    CHECK(axesOf({PlaneKind::Coronal}).down == Vec3{0, 0, -1});
    CHECK(axesOf({PlaneKind::Sagittal}).right == Vec3{0, 1, 0});
    CHECK(axesOf({PlaneKind::Sagittal}).down == Vec3{0, 0, -1});
    const auto oblique = axesOf({PlaneKind::Oblique, {}, {}, {2, 0, 0}, {1, 1, 0}});
    CHECK(oblique.right == Vec3{1, 0, 0});
    CHECK(oblique.down == Vec3{0, 1, 0});
}

TEST_CASE("The whole image fits with its true aspect, centred", "[view]")
{
    const auto frame = test::frameOf({}, 0); // 24 x 0.7 = 16.8 mm, 20 x 0.9 = 18 mm
    const auto m = nativeMapping(frame, {}, 400, 360);
    CHECK(m.devicePixelsPerMm == Approx(20));
    const auto [x0, y0] = m.toDevice({-0.5, -0.5});
    const auto [x1, y1] = m.toDevice({23.5, 19.5});
    CHECK(y0 == Approx(-0.5));
    CHECK(y1 == Approx(359.5));
    CHECK(x1 - x0 == Approx(16.8 * 20));
    CHECK((x0 + x1) / 2 == Approx(199.5));
    auto uncalibrated = frame;
    uncalibrated.calibration = image::Calibration::None;
    const auto u = nativeMapping(uncalibrated, {}, 480, 480);
    CHECK(u.devicePixelsPerMm == 0);
    CHECK(u.plane.stepX.column == Approx(1.0 / 20));
    CHECK(u.plane.stepY.row == Approx(1.0 / 20));
}

TEST_CASE("Device and image map back and forth under every turn, flip, zoom and pan", "[view][trap]")
{
    const auto frame = test::frameOf({}, 0);
    for (auto state : orientations()) {
        state.zoom = 2.5;
        state.panX = 31;
        state.panY = -17;
        const auto m = nativeMapping(frame, state, 500, 300);
        for (const PixelPoint p : {PixelPoint{0, 0}, PixelPoint{23, 0}, PixelPoint{4.5, 17.25}}) {
            const auto [x, y] = m.toDevice(p);
            CHECK(m.toImage(x, y).column == Approx(p.column).margin(1e-9));
            CHECK(m.toImage(x, y).row == Approx(p.row).margin(1e-9));
        }
        const auto [cx, cy] = m.toDevice({11.5, 9.5});
        CHECK(cx == Approx(249.5 + 31));
        CHECK(cy == Approx(149.5 - 17));
    }
}

TEST_CASE("What a zoomed viewport shows is shown again by its area, under every turn and flip", "[view][trap]")
{
    const auto frame = test::frameOf({}, 0);
    for (auto state : orientations()) {
        state.zoom = 2.5;
        state.panX = 31;
        state.panY = -17;
        ViewportState again = state;
        again.zoom = 1;
        again.panX = again.panY = 0;
        again.area = visibleArea(frame, state, 500, 300);
        const auto seen = nativeMapping(frame, state, 500, 300);
        const auto redrawn = nativeMapping(frame, again, 500, 300);
        for (const auto& [x, y] : {std::pair(0.0, 0.0), std::pair(499.0, 0.0), std::pair(120.0, 299.0)}) {
            CHECK(redrawn.toImage(x, y).column == Approx(seen.toImage(x, y).column).margin(1e-6));
            CHECK(redrawn.toImage(x, y).row == Approx(seen.toImage(x, y).row).margin(1e-6));
        }
    }
}

TEST_CASE("A turn is clockwise and a flip mirrors the screen", "[view]")
{
    const auto frame = test::frameOf({}, 0);
    const auto corner = [&](const ViewportState& s) { return nativeMapping(frame, s, 300, 300).toDevice({0, 0}); };
    ViewportState state;
    const auto plain = corner(state);
    CHECK(plain.first < 149.5);
    CHECK(plain.second < 149.5);
    state.quarterTurns = 1;
    const auto turned = corner(state); // top left goes to top right
    CHECK(turned.first > 149.5);
    CHECK(turned.second < 149.5);
    state.flipHorizontal = true;
    CHECK(corner(state).first == Approx(299 - turned.first));
    CHECK(corner(state).second == Approx(turned.second));
    state.quarterTurns = 5;
    CHECK(corner(state).first == Approx(299 - turned.first));
}

TEST_CASE("MPR maps patient points to the screen and back", "[view]")
{
    const auto set = volume();
    const auto box = *image::volumeBox(set);
    for (const PlaneKind kind : {PlaneKind::Axial, PlaneKind::Coronal, PlaneKind::Sagittal, PlaneKind::Oblique}) {
        for (auto state : orientations()) {
            state.plane = {kind, {}, box.center + Vec3{1, -2, 3}, image::normalized({1, 0.3, 0}), image::normalized({0, 0.2, -1})};
            state.zoom = 1.5;
            state.panX = 9;
            const auto m = mprMapping(set, state, 321, 203);
            const Vec3 p = m.toPatient(40, 170);
            const auto [x, y] = m.toDevice(p);
            CHECK(x == Approx(40));
            CHECK(y == Approx(170));
            const auto axes = axesOf(state.plane);
            CHECK(dot(p - state.plane.through, cross(axes.right, axes.down)) == Approx(0).margin(1e-9));
            CHECK(length(m.plane.stepX) * m.devicePixelsPerMm == Approx(1));
            CHECK(length(m.plane.stepY) * m.devicePixelsPerMm == Approx(1));
        }
    }
    ViewportState coronal;
    coronal.plane = {PlaneKind::Coronal, {}, box.center, {}, {}};
    const auto m = mprMapping(set, coronal, 200, 400);
    const auto left = m.toDevice(box.center + Vec3{5, 0, 0});
    const auto head = m.toDevice(box.center + Vec3{0, 0, 5});
    CHECK(left.first > 99.5);
    CHECK(head.second < 199.5);
}

TEST_CASE("Linked scrolling finds the same place, keeps the offset both ways and refuses other orientations", "[view]")
{
    test::VolumeRecipe thick;
    thick.dz = 4.1;
    thick.slices = 6;
    const auto a = volume();
    const auto b = volume(thick);
    for (int i = 0; i < 16; ++i) {
        const double z = a.positions[static_cast<std::size_t>(i)];
        const auto found = linkedFrame(a, {i}, b, 0, false);
        REQUIRE(found);
        for (const double other : b.positions) {
            CHECK(std::abs(b.positions[static_cast<std::size_t>(found->value)] - z) <= std::abs(other - z) + 1e-9);
        }
    }
    CHECK(linkedFrame(a, {5}, a, 2.6, false) == FrameIndex{7});
    CHECK(linkedFrame(a, {7}, a, -2.6, false) == FrameIndex{5});
    test::VolumeRecipe feetFirst; // the same slices, normal pointing to the feet
    feetFirst.columnDirection = {0, -1, 0};
    const auto c = volume(feetFirst);
    const auto there = linkedFrame(a, {5}, c, -9, false);
    REQUIRE(there);
    const auto back = linkedFrame(c, *there, a, 9, false);
    REQUIRE(back);
    CHECK(std::abs(back->value - 5) <= 1);
    test::VolumeRecipe coronal;
    coronal.columnDirection = {0, 0, -1};
    CHECK_FALSE(linkedFrame(a, {5}, volume(coronal), 0, true));
    auto otherFrame = a;
    for (auto& frame : otherFrame.frames) {
        frame.frameOfReferenceUid = "9.9";
    }
    CHECK_FALSE(linkedFrame(a, {5}, otherFrame, 0, false));
    CHECK(linkedFrame(a, {5}, otherFrame, 0, true) == FrameIndex{5});
    CHECK_FALSE(linkedFrame(a, {16}, a, 0, true));
}

TEST_CASE("CT presets lie on the number keys", "[view]")
{
    const auto presets = presetsFor("CT");
    REQUIRE(presets.size() == 9);
    const auto is = [&](std::size_t i, const char* name, double c, double w) {
        return presets[i].name == name && presets[i].window.center == c && presets[i].window.width == w;
    };
    CHECK(is(0, "Soft tissue", 40, 400));
    CHECK(is(1, "Lung", -600, 1500));
    CHECK(is(2, "Bone", 400, 1800));
    CHECK(is(3, "Brain", 40, 80));
    CHECK(is(4, "Liver", 60, 160));
    CHECK(is(5, "Mediastinum", 50, 350));
    CHECK(presetsFor("US").empty());
}
