#include "tests/support/Catch.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "core/image/Grey.h"
#include "render/PlanarScene.h"
#include "render/VolumeOverlay.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::render;
using image::Vec3;

namespace {

constexpr Vec3 kMarker{3.1, -2.2, 4.7}; // left, front, head: on no axis of symmetry

image::SliceTablePtr tableWithMarker(const test::VolumeRecipe& recipe)
{
    return std::make_shared<const image::SliceTable>(test::volumeOf<std::int16_t>(recipe, [](const Vec3& p) {
        const Vec3 d = p - kMarker;
        return 1000 * std::exp(-dot(d, d) / 2);
    }));
}

test::VolumeRecipe recipeAs(int orientation)
{
    test::VolumeRecipe r;
    r.columns = 28;
    r.rows = 24;
    r.slices = 20;
    if (orientation == 1) { // coronal
        r.columnDirection = {0, 0, -1};
    } else if (orientation == 2) { // sagittal
        r.rowDirection = {0, 1, 0};
        r.columnDirection = {0, 0, -1};
    } else if (orientation == 3) { // prone, feet first
        r.rowDirection = {-1, 0, 0};
        r.columnDirection = {0, 1, 0};
    }
    // The volume's middle near the origin.
    const Vec3 n = cross(r.rowDirection, r.columnDirection);
    r.origin = r.rowDirection * (-13.3 * r.dx) + r.columnDirection * (-11.1 * r.dy) + n * (-9.2 * r.dz);
    return r;
}

std::pair<int, int> brightest(const Picture& p)
{
    const auto at = std::max_element(p.grey.begin(), p.grey.end()) - p.grey.begin();
    return {static_cast<int>(at % p.width), static_cast<int>(at / p.width)};
}

std::string letterAt(const Picture& p, Anchor anchor)
{
    for (const Primitive& primitive : p.overlay) {
        if (const auto* text = std::get_if<Text>(&primitive); text && text->anchor == anchor && text->size == 15) {
            return text->utf8;
        }
    }
    return {};
}

bool says(const Picture& p, const std::string& words)
{
    return std::any_of(p.overlay.begin(), p.overlay.end(), [&](const Primitive& primitive) {
        const auto* text = std::get_if<Text>(&primitive);
        return text && text->utf8.find(words) != std::string::npos;
    });
}

Vec3 alongLetter(char letter)
{
    switch (letter) {
    case 'L': return {1, 0, 0};
    case 'R': return {-1, 0, 0};
    case 'P': return {0, 1, 0};
    case 'A': return {0, -1, 0};
    case 'H': return {0, 0, 1};
    default: return {0, 0, -1};
    }
}

PlanarScene sceneOf(const image::SliceTablePtr& table, const view::ViewportState& state, int width = 241, int height = 203)
{
    PlanarScene scene;
    scene.table = table;
    scene.state = state;
    scene.state.window = image::Window{500, 1000, image::VoiFunction::Linear, {}};
    scene.width = width;
    scene.height = height;
    return scene;
}

// The frame that shows the marker best.
int markerFrame(const image::DisplaySet& set)
{
    const double at = dot(kMarker, set.normal);
    const auto nearest = std::min_element(set.positions.begin(), set.positions.end(), [&](double a, double b) { return std::abs(a - at) < std::abs(b - at); });
    return static_cast<int>(nearest - set.positions.begin());
}

} // namespace

TEST_CASE("The marker lies where the letters say, in every acquisition, plane, turn and flip", "[render][trap]")
{
    for (int acquired = 0; acquired < 4; ++acquired) {
        const auto table = tableWithMarker(recipeAs(acquired));
        const Vec3 center = image::volumeBox(*table->displaySet)->center;
        for (const auto kind : {view::PlaneKind::Native, view::PlaneKind::Axial, view::PlaneKind::Coronal, view::PlaneKind::Sagittal}) {
            for (int form = 0; form < 16; ++form) {
                view::ViewportState state;
                state.plane = {kind, FrameIndex{markerFrame(*table->displaySet)}, kMarker, {}, {}};
                state.quarterTurns = form / 4;
                state.flipHorizontal = form & 1;
                state.flipVertical = form & 2;
                const Picture picture = renderPlanar(sceneOf(table, state));
                INFO("acquired " << acquired << " plane " << static_cast<int>(kind) << " form " << form);
                REQUIRE(picture.failure.empty());
                const auto [x, y] = brightest(picture);
                const std::string right = letterAt(picture, Anchor::Right), down = letterAt(picture, Anchor::Bottom);
                REQUIRE(right.size() == 1);
                REQUIRE(down.size() == 1);
                // On the side of the right letter exactly when the marker lies further along it than the middle does.
                CHECK((x > 120) == (dot(kMarker - center, alongLetter(right[0])) > 0));
                CHECK((y > 101) == (dot(kMarker - center, alongLetter(down[0])) > 0));
                CHECK(alongLetter(letterAt(picture, Anchor::Left)[0]) == alongLetter(right[0]) * -1.0);
                CHECK(alongLetter(letterAt(picture, Anchor::Top)[0]) == alongLetter(down[0]) * -1.0);
                for (const Primitive& primitive : picture.overlay) { // each at the edge that it names
                    const auto* text = std::get_if<Text>(&primitive);
                    if (text == nullptr || text->size != 15) {
                        continue;
                    }
                    const bool beside = text->anchor == Anchor::Right || text->anchor == Anchor::Left;
                    CHECK((beside ? std::abs(text->y - 203 / 2.0) : std::abs(text->x - 241 / 2.0)) < 3);
                    CHECK(text->anchor == (!beside         ? (text->y > 101 ? Anchor::Bottom : Anchor::Top)
                                           : text->x > 120 ? Anchor::Right
                                                           : Anchor::Left));
                }
                CHECK(says(picture, "FLIPPED") == (state.flipHorizontal || state.flipVertical));
                CHECK(says(picture, "ROTATED") == (state.quarterTurns != 0));
            }
        }
    }
}

TEST_CASE("An oblique acquisition has letters for both directions, and every slice of a mixed stack its own", "[render][trap]")
{
    test::VolumeRecipe oblique;
    const double c = std::cos(0.5), s = std::sin(0.5);
    oblique.rowDirection = {c, s, 0}; // left, and less to the back
    oblique.columnDirection = {0, 0, -1};
    test::VolumeRecipe axial;
    image::DisplaySet set = image::makeDisplaySets(test::framesOf(oblique)).at(0);
    set.geometry = image::GeometryKind::None;
    const auto flat = test::framesOf(axial);
    set.frames.insert(set.frames.begin() + 1, flat[0]);
    const auto table = std::make_shared<const image::SliceTable>(test::tableOf<std::int16_t>(set, test::ramp));
    const auto lettersOf = [&](int index, bool flipped) {
        view::ViewportState state;
        state.plane.index = FrameIndex{index};
        state.flipHorizontal = flipped;
        const Picture picture = renderPlanar(sceneOf(table, state));
        return letterAt(picture, Anchor::Right) + "/" + letterAt(picture, Anchor::Left) + "/" + letterAt(picture, Anchor::Top) + "/" +
               letterAt(picture, Anchor::Bottom);
    };
    CHECK(lettersOf(0, false) == "LP/RA/H/F");
    CHECK(lettersOf(1, false) == "L/R/A/P");
    CHECK(lettersOf(2, false) == "LP/RA/H/F");
    CHECK(lettersOf(2, true) == "RA/LP/H/F");
}

TEST_CASE("Planes and 3D say what is true of any of their slices", "[render][trap]")
{
    const Wording wording;
    image::DisplaySet set = image::makeDisplaySets(test::framesOf({})).at(0);
    CHECK(volumeWords(set, wording).empty());
    set.frames.back().lossy = true; // not the first
    set.frames.back().lossyRatio = "12";
    CHECK(volumeWords(set, wording) == "Lossy");
    for (auto& frame : set.frames) {
        frame.lossy = true;
        frame.lossyRatio = "12";
    }
    CHECK(volumeWords(set, wording) == "Lossy 12:1");
    set.frames[1].provisional = true;
    set.tiltDegrees = 12;
    set.evenSpacing = false;
    CHECK(volumeWords(set, wording) == "Lossy 12:1 · Lossless copy, original on its way · Tilt corrected · Uneven spacing");
    CHECK(worded("%1 of %2 slices", "%2", "7") == "%2 of 7 slices");
}

TEST_CASE("A 3D picture's letters stand where its camera looks from, and its quality in the corner", "[render][trap]")
{
    VolumeScene scene;
    scene.table = tableWithMarker(recipeAs(0));
    scene.width = scene.height = 300;
    const auto lettersFrom = [&](double azimuth, double elevation) {
        scene.azimuth = azimuth;
        scene.elevation = elevation;
        std::string all;
        for (const Primitive& primitive : volumeOverlay(scene, {})) {
            const auto& text = std::get<Text>(primitive);
            if (text.size == 15) {
                const bool beside = text.anchor == Anchor::Right || text.anchor == Anchor::Left;
                CHECK((beside ? std::abs(text.y - 150) : std::abs(text.x - 150)) < 2);
                CHECK(text.anchor == (!beside        ? (text.y > 150 ? Anchor::Bottom : Anchor::Top)
                                      : text.x > 150 ? Anchor::Right
                                                     : Anchor::Left));
                all += (all.empty() ? "" : "/") + text.utf8;
            }
        }
        return all; // right, left, top, bottom
    };
    CHECK(lettersFrom(0, 0) == "L/R/H/F");
    CHECK(lettersFrom(90, 0) == "P/A/H/F"); // from the patient's left
    CHECK(lettersFrom(180, 0) == "R/L/H/F");
    CHECK(lettersFrom(0, 89.9) == "L/R/P/A"); // from the head
    Provenance provenance;
    provenance.quality = "3D reduced to 8×8×8 · Lossy";
    provenance.reduced = true;
    const auto overlay = volumeOverlay(scene, provenance);
    CHECK(std::any_of(overlay.begin(), overlay.end(), [&](const Primitive& primitive) {
        const auto& text = std::get<Text>(primitive);
        return text.utf8 == provenance.quality && text.anchor == Anchor::TopLeft && text.ink == Ink::Warn;
    }));
}

TEST_CASE("The marker is drawn where the mapping says", "[render]")
{
    const auto table = tableWithMarker(recipeAs(0));
    const int index = markerFrame(*table->displaySet);
    view::ViewportState state;
    state.plane.index = FrameIndex{index};
    state.zoom = 1.4;
    state.panX = 12;
    const auto& frame = table->displaySet->frames[static_cast<std::size_t>(index)];
    const auto [ex, ey] = view::nativeMapping(frame, state, 241, 203).toDevice(frame.plane->toPixel(kMarker));
    const auto [x, y] = brightest(renderPlanar(sceneOf(table, state)));
    CHECK(std::abs(x - ex) <= 0.5 * 14);
    CHECK(std::abs(y - ey) <= 0.5 * 18);
    state.plane = {view::PlaneKind::Sagittal, {}, kMarker, {}, {}};
    const auto [mx, my] = view::mprMapping(*table->displaySet, state, 241, 203).toDevice(kMarker);
    const auto [sx, sy] = brightest(renderPlanar(sceneOf(table, state)));
    CHECK(std::abs(sx - mx) <= 8);
    CHECK(std::abs(sy - my) <= 8);
}

TEST_CASE("No letters are invented, and no scale bar without calibration", "[render][trap]")
{
    auto table = test::volumeOf<std::int16_t>({}, test::ramp);
    auto set = *table.displaySet;
    set.geometry = image::GeometryKind::None;
    set.frames[2].plane.reset();
    set.frames[2].calibration = image::Calibration::None;
    table.displaySet = std::make_shared<const image::DisplaySet>(set);
    view::ViewportState state;
    state.plane.index = FrameIndex{2};
    const auto picture = renderPlanar(sceneOf(std::make_shared<const image::SliceTable>(table), state));
    CHECK(letterAt(picture, Anchor::Right).empty());
    CHECK_FALSE(std::any_of(picture.overlay.begin(), picture.overlay.end(), [](const Primitive& p) { return std::holds_alternative<Line>(p); }));
    state.plane.kind = view::PlaneKind::Coronal;
    CHECK_FALSE(renderPlanar(sceneOf(std::make_shared<const image::SliceTable>(table), state)).failure.empty());
}

TEST_CASE("What a millimetre rests on and where slices are missing stands on the picture", "[render][trap]")
{
    const auto qualityWith = [](const std::function<void(image::DisplaySet&)>& change, view::PlaneKind kind) {
        auto table = test::volumeOf<std::int16_t>({}, test::ramp);
        auto set = *table.displaySet;
        change(set);
        table.displaySet = std::make_shared<const image::DisplaySet>(set);
        view::ViewportState state;
        state.plane = {kind, FrameIndex{2}, image::volumeBox(set)->center, {}, {}};
        const auto picture = renderPlanar(sceneOf(std::make_shared<const image::SliceTable>(table), state, 30, 30));
        return picture.provenance.quality;
    };
    const auto has = [](const std::string& text, const std::string& words) { return text.find(words) != std::string::npos; };
    const auto scale = [&](image::Calibration c) {
        return qualityWith([&](image::DisplaySet& set) { set.frames[2].calibration = c; }, view::PlaneKind::Native);
    };
    CHECK(has(scale(image::Calibration::AtDetector), "Scale at detector"));
    CHECK(has(scale(image::Calibration::EstimatedMagnification), "Scale by estimated magnification"));
    CHECK(has(scale(image::Calibration::Calibrated), "Scale calibrated"));
    CHECK_FALSE(has(scale(image::Calibration::Geometry), "Scale"));
    for (const auto kind : {view::PlaneKind::Native, view::PlaneKind::Coronal}) {
        const auto words = qualityWith(
            [](image::DisplaySet& set) {
                set.gaps = {{3, 2.6, 1.3, 1}, {9, 2.6, 1.3, 1}};
                set.evenSpacing = false;
            },
            kind);
        CHECK(has(words, "Uneven spacing"));
        CHECK(has(words, "Slices missing at 2 places"));
        CHECK_FALSE(has(qualityWith([](image::DisplaySet&) {}, kind), "Slices missing"));
    }
}

TEST_CASE("MONOCHROME1 and invert cancel out", "[render]")
{
    for (const bool one : {false, true}) {
        for (const bool invert : {false, true}) {
            auto slice = *test::volumeOf<std::int16_t>({}, test::ramp).entries[0].slice;
            slice.attributes.monochrome1 = one;
            const image::Window window{100, 400, image::VoiFunction::Linear, {}};
            const auto shown = displayValues(slice, window, invert);
            REQUIRE(shown.size() == 480);
            for (std::uint32_t i = 0; i < 480; ++i) {
                REQUIRE(shown[i] == image::applyWindow(slice.modalityAt(i % 24, i / 24), window, one != invert));
            }
        }
    }
}

TEST_CASE("A picture at one to one has the display values", "[render]")
{
    test::VolumeRecipe square;
    square.dx = square.dy = 0.5;
    square.columns = square.rows = 64;
    const auto table = std::make_shared<const image::SliceTable>(test::volumeOf<std::int16_t>(square, test::ramp));
    view::ViewportState state;
    state.plane.index = FrameIndex{3};
    auto scene = sceneOf(table, state, 64, 64);
    scene.state.window.reset();
    const auto picture = renderPlanar(scene);
    CHECK(picture.grey == displayValues(*table->entries[3].slice, std::nullopt, false));
    CHECK_FALSE(picture.provenance.reduced);
    CHECK(picture.provenance.token == BindingToken{7});
    CHECK(picture.provenance.generation == 3);
    CHECK(picture.provenance.object.sop.value == "1.2.3.4.4");
    CHECK(renderPlanar(sceneOf(table, state, 32, 32)).provenance.reduced);
    CHECK(says(renderPlanar(sceneOf(table, state, 32, 32)), "Reduced to 50 %"));
}

TEST_CASE("The image's VOI table is used where it names no window", "[render]")
{
    auto slice = *test::volumeOf<std::int16_t>({}, [](const Vec3& p) { return p.x > 0 ? 1.0 : 0.0; }).entries[0].slice;
    slice.attributes.windows.clear();
    slice.attributes.voiTables = {std::make_shared<const image::VoiTable>(image::VoiTable{{0, 16, {1000, 60000}}, {}})};
    const auto shown = displayValues(slice, std::nullopt, false);
    CHECK(shown.front() == 1000);
    CHECK(shown[23] == 60000);
    CHECK(displayValues(slice, image::Window{0, 2, image::VoiFunction::LinearExact, {}}, false).front() == 32768);
}

TEST_CASE("A lossless copy says so on its picture, and planes say so while any of their slices is one", "[render][trap]")
{
    auto table = test::volumeOf<std::int16_t>({}, test::ramp);
    const auto pictureOf = [&](int copy, const view::Plane& plane) {
        image::DisplaySet set = *table.displaySet;
        for (std::size_t i = 0; i < set.frames.size(); ++i) {
            set.frames[i].provisional = static_cast<int>(i) == copy;
        }
        auto shown = table;
        shown.displaySet = std::make_shared<const image::DisplaySet>(std::move(set));
        view::ViewportState state;
        state.plane = plane;
        return renderPlanar(sceneOf(std::make_shared<const image::SliceTable>(std::move(shown)), state));
    };
    const std::string words = "Lossless copy, original on its way";
    const view::Plane native{view::PlaneKind::Native, FrameIndex{3}, {}, {}, {}}, coronal{view::PlaneKind::Coronal, {}, {0, 0, 0}, {}, {}};
    CHECK(says(pictureOf(3, native), words));
    CHECK_FALSE(says(pictureOf(4, native), words));
    CHECK(says(pictureOf(4, coronal), words));
    CHECK_FALSE(says(pictureOf(-1, native), words));
    CHECK_FALSE(says(pictureOf(-1, coronal), words));
}

TEST_CASE("Absent and failed images are hatched with the reason and give no numbers", "[render]")
{
    auto table = test::volumeOf<std::int16_t>({}, test::ramp);
    table.entries[1] = {image::SliceState::Absent, nullptr, {}};
    table.entries[2] = {image::SliceState::Failed, nullptr, "could not be decoded: truncated"};
    const auto shared = std::make_shared<const image::SliceTable>(table);
    for (int index = 1; index <= 2; ++index) {
        view::ViewportState state;
        state.plane.index = FrameIndex{index};
        auto scene = sceneOf(shared, state);
        scene.absentText = "loading 3/16";
        const auto picture = renderPlanar(scene);
        CHECK(picture.provenance.touchedAbsent);
        const auto area = std::find_if(picture.overlay.begin(), picture.overlay.end(), [](const Primitive& p) { return std::holds_alternative<HatchArea>(p); });
        REQUIRE(area != picture.overlay.end());
        const auto& hatch = std::get<HatchArea>(*area);
        CHECK(hatch.utf8 == (index == 1 ? "loading 3/16" : "could not be decoded: truncated"));
        CHECK(hatch.height == 203);
        CHECK(hatch.width == Approx(203.0 / 18 * 16.8).margin(1));
        CHECK(std::all_of(picture.grey.begin(), picture.grey.end(), [](std::uint16_t v) { return v == 0; }));
    }
    view::ViewportState coronal;
    coronal.plane = {view::PlaneKind::Coronal, {}, {0, 0, 0}, {}, {}};
    auto scene = sceneOf(shared, coronal);
    scene.absentText = "loading 3/16";
    const auto picture = renderPlanar(scene);
    CHECK(picture.provenance.touchedAbsent);
    CHECK(says(picture, "loading 3/16"));
    view::ViewportState outside;
    outside.plane.index = FrameIndex{99};
    CHECK_FALSE(renderPlanar(sceneOf(shared, outside)).failure.empty());
    CHECK_FALSE(renderPlanar(PlanarScene{}).failure.empty());
}

TEST_CASE("Beside the image is black, inverted or not", "[render]")
{
    const auto table = tableWithMarker(recipeAs(0));
    for (const bool invert : {false, true}) {
        view::ViewportState state;
        state.invert = invert;
        const auto picture = renderPlanar(sceneOf(table, state));
        CHECK(picture.grey[0] == 0);
        CHECK(picture.grey[static_cast<std::size_t>(101 * 241 + 120)] == (invert ? 65535 : 0));
    }
}

TEST_CASE("Overlays scale with the device pixel ratio", "[render]")
{
    const auto table = tableWithMarker(recipeAs(0));
    auto scene = sceneOf(table, {}, 600, 500);
    scene.annotations = {{{"a", "2.25.1", "Lesion 1", measure::Kind::Length, table->displaySet->frames[0].identity, {}, {{2, 3}, {12, 8}}}, "8.1 mm", false}};
    scene.corners = Corners{{"A", "B"}, {}, {"C"}, {}};
    const auto single = renderPlanar(scene);
    scene.width *= 2;
    scene.height *= 2;
    scene.devicePixelRatio = 2;
    const auto twice = renderPlanar(scene);
    REQUIRE(single.overlay.size() == twice.overlay.size());
    int compared = 0;
    for (std::size_t i = 0; i < single.overlay.size(); ++i) {
        if (const auto* a = std::get_if<Line>(&single.overlay[i])) {
            const auto& b = std::get<Line>(twice.overlay[i]);
            CHECK(b.width == Approx(2 * a->width));
            CHECK(b.y1 == Approx(2 * a->y1 + 0.5).margin(1.1));
            ++compared;
        }
        if (const auto* a = std::get_if<Text>(&single.overlay[i])) {
            CHECK(std::get<Text>(twice.overlay[i]).size == a->size); // the painter multiplies
        }
    }
    CHECK(compared >= 4);
    CHECK(says(single, "Lesion 1: 8.1 mm"));
}

TEST_CASE("Annotations of other frames are not drawn, and a prior has its own hue", "[render]")
{
    const auto table = tableWithMarker(recipeAs(0));
    auto scene = sceneOf(table, {}, 600, 500);
    scene.annotations = {{{"a", "2.25.1", "Here", measure::Kind::Ellipse, table->displaySet->frames[0].identity, {}, {{2, 3}, {12, 8}}}, "", true},
                         {{"b", "2.25.2", "Elsewhere", measure::Kind::Length, table->displaySet->frames[1].identity, {}, {{2, 3}, {12, 8}}}, "", false}};
    scene.prior = true;
    const auto picture = renderPlanar(scene);
    CHECK(says(picture, "Here"));
    CHECK_FALSE(says(picture, "Elsewhere"));
    for (const Primitive& p : picture.overlay) {
        if (const auto* line = std::get_if<Polyline>(&p)) {
            CHECK(line->ink == Ink::Prior);
            CHECK(line->width == 2.5);
        }
    }
    scene.state.showOverlays = false;
    scene.state.flipHorizontal = true;
    const auto bare = renderPlanar(scene);
    CHECK(bare.overlay.size() == 1);
    CHECK(says(bare, "FLIPPED"));
}

TEST_CASE("A label stands where it can be read whole, and a picture of one frame counts no others", "[render]")
{
    auto table = test::volumeOf<std::int16_t>({}, test::ramp);
    table.entries[0] = {};
    --table.present;
    PlanarScene scene = sceneOf(std::make_shared<const image::SliceTable>(table), {});
    scene.state.plane.index = FrameIndex{3};
    const auto& frame = table.displaySet->frames[3];
    const auto labelled = [&](double column) {
        measure::Annotation a;
        a.object = frame.identity;
        a.frame = frame.frame;
        a.label = "Lesion 1";
        a.points = {{column, 5}, {column + 2, 6}};
        scene.annotations = {{a, "12.0 mm", false}};
        for (const Primitive& primitive : renderPlanar(scene).overlay) {
            if (const auto* text = std::get_if<Text>(&primitive); text && text->utf8 == "Lesion 1: 12.0 mm") {
                return *text;
            }
        }
        FAIL("no label");
        return Text{};
    };
    CHECK(labelled(3).anchor == Anchor::Left);
    CHECK(labelled(20).anchor == Anchor::Right);
    CHECK(labelled(20).x < view::nativeMapping(frame, scene.state, scene.width, scene.height).toDevice({20, 5}).first);
    CHECK(says(renderPlanar(scene), "15/16"));
    scene.alone = true;
    CHECK_FALSE(says(renderPlanar(scene), "15/16"));
}

TEST_CASE("The scale bar is as long as it says", "[render]")
{
    const auto table = tableWithMarker(recipeAs(0)); // 28 x 0.7 by 24 x 0.9 mm
    const auto picture = renderPlanar(sceneOf(table, {}, 600, 432)); // 20 pixels a millimetre
    CHECK(says(picture, "5 mm"));
    const auto line = std::find_if(picture.overlay.begin(), picture.overlay.end(), [](const Primitive& p) { return std::holds_alternative<Line>(p); });
    REQUIRE(line != picture.overlay.end());
    CHECK(std::get<Line>(*line).y2 - std::get<Line>(*line).y1 == Approx(100));
}

TEST_CASE("The crosshair crosses where the point is", "[render]")
{
    const auto table = tableWithMarker(recipeAs(0));
    view::ViewportState state;
    state.plane = {view::PlaneKind::Coronal, {}, kMarker, {}, {}};
    auto scene = sceneOf(table, state);
    scene.crosshair = kMarker;
    const auto [x, y] = view::mprMapping(*table->displaySet, state, 241, 203).toDevice(kMarker);
    int lines = 0;
    for (const Primitive& p : renderPlanar(scene).overlay) {
        if (const auto* line = std::get_if<Line>(&p); line && line->ink == Ink::Accent) {
            ++lines;
            CHECK((line->y1 == Approx(y) || line->x1 == Approx(x)));
        }
    }
    CHECK(lines == 4);
}

TEST_CASE("Colour is drawn as colour", "[render]")
{
    image::DisplaySet set;
    auto frame = test::frameOf({}, 0);
    frame.plane.reset();
    frame.calibration = image::Calibration::None;
    frame.samplesPerPixel = 3;
    auto slice = std::make_shared<image::Slice>();
    slice->rgb = true;
    std::vector<std::uint8_t> samples;
    for (int i = 0; i < 480; ++i) {
        samples.insert(samples.end(), {200, 10, 60});
    }
    slice->samples = samples;
    slice->attributes = frame;
    set.frames = {frame};
    auto table = std::make_shared<image::SliceTable>();
    table->displaySet = std::make_shared<const image::DisplaySet>(set);
    table->entries = {{image::SliceState::Present, slice, {}}};
    table->present = 1;
    const auto picture = renderPlanar(sceneOf(table, {}, 240, 200));
    REQUIRE(picture.rgb.size() == 240 * 200 * 3);
    CHECK(picture.grey.empty());
    CHECK(picture.rgb[0] == 200);
    CHECK(picture.rgb[1] == 10);
    CHECK(picture.rgb[2] == 60);
}
