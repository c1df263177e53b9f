// Shutters, overlays, padding, pixel aspect and presentation states on the screen.
#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "core/image/Grey.h"
#include "core/measure/Measure.h"
#include "render/PlanarScene.h"
#include "tests/support/Catch.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::render;

namespace {

constexpr std::uint32_t kSide = 16;

// A picture of 16 x 16 pixels whose stored value is 16 x row + column.
image::Slice ramp()
{
    test::VolumeRecipe r;
    r.columns = r.rows = kSide;
    auto attributes = test::frameOf(r, 0);
    attributes.calibration = image::Calibration::None;
    attributes.plane.reset();
    attributes.storedHighest = 255;
    attributes.windows = {{127.5, 255, image::VoiFunction::LinearExact, {}}};
    image::Slice slice;
    slice.attributes = attributes;
    std::vector<std::uint16_t> samples;
    for (std::uint32_t i = 0; i < kSide * kSide; ++i) {
        samples.push_back(static_cast<std::uint16_t>(i));
    }
    slice.samples = std::move(samples);
    return slice;
}

PlanarScene sceneOf(const image::Slice& slice, int size = 16)
{
    auto set = std::make_shared<image::DisplaySet>();
    set->frames = {slice.attributes};
    auto table = std::make_shared<image::SliceTable>();
    table->displaySet = set;
    table->entries = {{image::SliceState::Present, std::make_shared<const image::Slice>(slice), {}}};
    table->present = 1;
    PlanarScene scene;
    scene.table = table;
    scene.width = scene.height = size;
    scene.state.interpolation = image::Interpolation::Nearest;
    return scene;
}

std::uint16_t at(const Picture& p, int column, int row) { return p.grey[static_cast<std::size_t>(row * p.width + column)]; }
bool marked(const Picture& p, int column, int row) { return !p.marks.empty() && p.marks[static_cast<std::size_t>(row * p.width + column)] != 0; }

std::shared_ptr<image::OverlayPlane> planeWith(std::uint16_t group, std::vector<std::pair<int, int>> points)
{
    auto plane = std::make_shared<image::OverlayPlane>();
    plane->group = group;
    plane->rows = plane->columns = kSide;
    plane->bits.assign(kSide * kSide / 8, 0);
    for (const auto& [column, row] : points) {
        const int bit = row * static_cast<int>(kSide) + column;
        plane->bits[static_cast<std::size_t>(bit / 8)] = static_cast<std::uint8_t>(plane->bits[static_cast<std::size_t>(bit / 8)] | 1u << (bit % 8));
    }
    return plane;
}

std::shared_ptr<image::Presentation> presentationOf(const image::Slice& slice)
{
    auto p = std::make_shared<image::Presentation>();
    p->object = slice.attributes.identity.sop;
    p->frame = slice.attributes.frame;
    return p;
}

} // namespace

TEST_CASE("A shutter covers with its P-value, on the screen as in the display values", "[render][trap]")
{
    auto slice = ramp();
    auto shutter = std::make_shared<image::Shutter>();
    shutter->rectangle = image::Shutter::Rectangle{4, 2, 11, 13};
    shutter->pValue = 0x2020;
    slice.attributes.shutter = shutter;
    const auto picture = renderPlanar(sceneOf(slice));
    const auto values = displayValues(slice, image::VoiChoice{});
    CHECK(picture.grey == values);
    CHECK(at(picture, 3, 5) == 0x2020);
    CHECK(at(picture, 4, 2) == image::applyWindow(2 * 16 + 4, slice.attributes.windows[0], false));
    CHECK(at(picture, 11, 13) == image::applyWindow(13 * 16 + 11, slice.attributes.windows[0], false));
    CHECK(at(picture, 11, 14) == 0x2020);
}

TEST_CASE("Padding never shines: an inverted image keeps it black", "[render]")
{
    auto slice = ramp();
    slice.attributes.paddingFirst = 0;
    slice.attributes.paddingLast = 20;
    slice.attributes.monochrome1 = true;
    const auto picture = renderPlanar(sceneOf(slice));
    CHECK(at(picture, 4, 1) == 0);
    CHECK(at(picture, 5, 1) == 65535 - image::applyWindow(21, slice.attributes.windows[0], false));
    CHECK(picture.grey == displayValues(slice, image::VoiChoice{}));
    slice.attributes.monochrome1 = false; // as any other value
    CHECK(at(renderPlanar(sceneOf(slice)), 4, 1) == image::applyWindow(20, slice.attributes.windows[0], false));
}

TEST_CASE("Overlay planes are drawn, survive reduction, and go with the toggle", "[render]")
{
    auto slice = ramp();
    slice.overlays = {planeWith(0x6000, {{3, 5}, {14, 1}})};
    auto scene = sceneOf(slice);
    auto picture = renderPlanar(scene);
    CHECK(marked(picture, 3, 5));
    CHECK(marked(picture, 14, 1));
    CHECK(std::count(picture.marks.begin(), picture.marks.end(), 1) == 2);
    scene.state.flipHorizontal = true;
    CHECK(marked(renderPlanar(scene), 12, 5));
    scene.state.flipHorizontal = false;
    const auto tiny = renderPlanar(sceneOf(slice, 5));
    CHECK(std::count(tiny.marks.begin(), tiny.marks.end(), 1) == 2);
    const auto large = renderPlanar(sceneOf(slice, 64));
    CHECK(std::count(large.marks.begin(), large.marks.end(), 1) == 32);
    scene.state.showOverlays = false;
    CHECK(renderPlanar(scene).marks.empty());
}

TEST_CASE("A presentation state changes grey chain, area, turn, overlays and graphics of its own frame alone", "[render]")
{
    auto slice = ramp();
    slice.overlays = {planeWith(0x6000, {{1, 1}}), planeWith(0x6002, {{2, 2}})};
    auto p = presentationOf(slice);
    p->inverse = true;
    p->imageOverlays = {0x6002};
    p->overlays = {planeWith(0x6004, {{9, 9}})};
    p->graphics = {{"A", {{image::ShapeKind::Polyline, false, false, {{4, 4}, {8, 4}}}, {image::ShapeKind::Circle, false, true, {{0.5, 0.5}, {0.5, 0.75}}}},
                    {{"two\r\nlines", true, false, image::PixelPoint{0.25, 0.25}, image::PixelPoint{0.5, 0.5}, {}, false, "LEFT"}}}};
    auto scene = sceneOf(slice);
    scene.presentation = p;
    const auto picture = renderPlanar(scene);
    CHECK(at(picture, 0, 0) == 65535); // no VOI in the state: its whole range, inverted
    CHECK(at(picture, 15, 15) == 0);
    CHECK(at(picture, 10, 0) == 65535 - static_cast<int>(10 / 255.0 * 65535 + 0.5));
    CHECK_FALSE(marked(picture, 1, 1));
    CHECK(marked(picture, 2, 2));
    CHECK(marked(picture, 9, 9));
    std::vector<Polyline> lines;
    std::vector<Text> texts;
    for (const Primitive& primitive : picture.overlay) {
        if (const auto* line = std::get_if<Polyline>(&primitive); line && line->ink == Ink::Overlay) {
            lines.push_back(*line);
        } else if (const auto* text = std::get_if<Text>(&primitive); text && text->ink == Ink::Overlay) {
            texts.push_back(*text);
        }
    }
    REQUIRE(lines.size() == 2);
    CHECK(lines[0].points == std::vector<std::pair<double, double>>{{4, 4}, {8, 4}});
    CHECK(lines[1].closed);
    CHECK(lines[1].points.front().first == Approx(-0.5 + 0.75 * 16));
    REQUIRE(texts.size() == 2);
    CHECK(texts[0].utf8 == "two");
    CHECK(texts[1].y > texts[0].y);
    CHECK(displayValues(slice, image::VoiChoice{}, p.get()) == picture.grey);

    p->frame = FrameNumber{2}; // made for another frame: it has no say
    scene.presentation = p;
    const auto other = renderPlanar(scene);
    CHECK(other.grey == displayValues(slice, image::VoiChoice{}));
    CHECK(marked(other, 1, 1));
}

TEST_CASE("The displayed area fills the viewport, and pixels keep their aspect without a calibration", "[render]")
{
    auto slice = ramp();
    auto scene = sceneOf(slice, 8);
    scene.state.area = image::DisplayedArea{4, 4, 11, 11, image::AreaFit::ScaleToFit, 1, {}, {}};
    const auto picture = renderPlanar(scene);
    CHECK(at(picture, 0, 0) == image::applyWindow(4 * 16 + 4, slice.attributes.windows[0], false));
    CHECK(at(picture, 7, 7) == image::applyWindow(11 * 16 + 11, slice.attributes.windows[0], false));
    scene.state.area->fit = image::AreaFit::Magnify;
    scene.state.area->magnification = 4;
    const auto magnified = view::nativeMapping(slice.attributes, scene.state, 8, 8);
    CHECK(magnified.plane.stepX.column == Approx(0.25));

    slice.attributes.pixelAspect = 4.0 / 3;
    view::ViewportState state;
    const auto mapping = view::nativeMapping(slice.attributes, state, 300, 300);
    const auto [x1, y1] = mapping.toDevice({0, 0});
    const auto [x2, y2] = mapping.toDevice({1, 1});
    CHECK((y2 - y1) / (x2 - x1) == Approx(4.0 / 3));
    CHECK(mapping.devicePixelsPerMm == 0); // an aspect is no size
}

TEST_CASE("Trap: ROI statistics are finite and the same after every change of table, window and polarity", "[render][trap]")
{
    auto slice = ramp();
    slice.attributes.paddingFirst = slice.attributes.paddingLast = 255;
    measure::Annotation roi;
    roi.kind = measure::Kind::Ellipse;
    roi.points = {{2, 2}, {15.4, 15.4}};
    const auto statistics = [&] {
        const auto measured = measure::measure(roi, slice);
        REQUIRE(measured);
        REQUIRE(measured->statistics);
        return *measured->statistics;
    };
    const auto first = statistics();
    CHECK(std::isfinite(first.mean));
    const std::vector<std::function<void()>> changes{
        [&] { slice.attributes.windows = {{1, 0.001, image::VoiFunction::LinearExact, {}}}; },
        [&] { slice.attributes.windows = {{100, 10, image::VoiFunction::Sigmoid, {}}}; },
        [&] { slice.attributes.windows.clear(); },
        [&] { slice.attributes.voiTables = {std::make_shared<const image::VoiTable>(image::VoiTable{{0, 8, {0, 255}}, {}})}; },
        [&] { slice.attributes.monochrome1 = true; },
        [&] { slice.attributes.shapeInverse = false; },
        [&] { slice.attributes.shutter = std::make_shared<image::Shutter>(); }};
    for (const auto& change : changes) {
        change();
        const auto shown = displayValues(slice, image::VoiChoice{});
        CHECK(shown.size() == kSide * kSide);
        CHECK(statistics().mean == first.mean);
        CHECK(statistics().maximum == first.maximum);
        CHECK(statistics().pixels == first.pixels);
    }
    // A modality table is another matter: numbers are what it says, for every stored value.
    slice.attributes.modalityTransform.table = image::LookupTable{0, 16, std::vector<std::uint16_t>(256, 1234)};
    CHECK(statistics().mean == 1234);
    CHECK(statistics().standardDeviation == 0);
    slice.attributes.modalityTransform.table.reset();
    // Float pixels with holes: what is not a number does not count.
    std::vector<float> floats(kSide * kSide, 2.5e-6f);
    floats[5 * 16 + 5] = std::numeric_limits<float>::quiet_NaN();
    floats[6 * 16 + 5] = std::numeric_limits<float>::infinity();
    slice.samples = floats;
    slice.attributes.paddingFirst.reset();
    CHECK(statistics().mean == Approx(static_cast<double>(2.5e-6f)).epsilon(1e-12));
    CHECK(std::isfinite(statistics().maximum));
}
