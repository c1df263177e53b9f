#include "core/objects/PresentationState.h"

#include "tests/support/DataSets.h"
#include "tests/support/TestData.h"

using namespace akari;
using namespace akari::objects;
using dicom::DataSetBuilder;
using test::vr;

namespace {

DataSetBuilder reference(const std::string& sop, std::vector<std::int64_t> frames = {})
{
    DataSetBuilder item;
    item.text({0x0008, 0x1150}, vr("UI"), "1.2.840.10008.5.1.4.1.1.2").text({0x0008, 0x1155}, vr("UI"), sop);
    if (!frames.empty()) {
        item.integers({0x0008, 0x1160}, vr("IS"), frames);
    }
    return item;
}

DataSetBuilder stateOf()
{
    DataSetBuilder b, series;
    b.text({0x0008, 0x0016}, vr("UI"), "1.2.840.10008.5.1.4.1.1.11.1").text({0x0008, 0x0018}, vr("UI"), "1.2.9");
    b.text({0x0070, 0x0080}, vr("CS"), "WET READ").text({0x0070, 0x0082}, vr("DA"), "20260102").text({0x0070, 0x0083}, vr("TM"), "1011");
    b.text({0x2050, 0x0020}, vr("CS"), "INVERSE");
    series.text({0x0020, 0x000E}, vr("UI"), "1.2.3.4").sequence({0x0008, 0x1140}, {reference("1.1"), reference("1.2", {2, 3})});
    b.sequence({0x0008, 0x1115}, {series});
    return b;
}

Result<PresentationState> readState(const DataSetBuilder& b)
{
    const auto file = dicom::readPart10(std::make_shared<const Bytes>(test::part10(b, "1.2.840.10008.5.1.4.1.1.11.1", "1.2.9")));
    REQUIRE(file);
    return readPresentationState(*file, {});
}

DataSetBuilder windowFor(double center, double width, const std::string& sop)
{
    DataSetBuilder item;
    item.decimals({0x0028, 0x1050}, {center}).decimals({0x0028, 0x1051}, {width});
    if (!sop.empty()) {
        item.sequence({0x0008, 0x1140}, {reference(sop)});
    }
    return item;
}

DataSetBuilder areaFor(std::vector<std::int64_t> first, std::vector<std::int64_t> last, const std::string& mode)
{
    DataSetBuilder item;
    item.integers({0x0070, 0x0052}, vr("SL"), first).integers({0x0070, 0x0053}, vr("SL"), last).text({0x0070, 0x0100}, vr("CS"), mode);
    item.doubles({0x0070, 0x0103}, vr("FL"), {2.5});
    return item;
}

DataSetBuilder shape(const std::string& type, const std::string& units, const std::vector<double>& data)
{
    DataSetBuilder item;
    item.text({0x0070, 0x0005}, vr("CS"), units).integers({0x0070, 0x0020}, vr("US"), {2});
    item.integers({0x0070, 0x0021}, vr("US"), {static_cast<std::int64_t>(data.size() / 2)}).doubles({0x0070, 0x0022}, vr("FL"), data);
    item.text({0x0070, 0x0023}, vr("CS"), type).text({0x0070, 0x0024}, vr("CS"), "N");
    return item;
}

} // namespace

TEST_CASE("A presentation state speaks of the frames it names", "[objects]")
{
    const auto state = readState(stateOf());
    REQUIRE(state);
    CHECK(state->label == "WET READ");
    CHECK(state->created == "202601021011");
    CHECK(state->inverse == true);
    REQUIRE(state->references.size() == 2);
    CHECK(state->references[1].series.value == "1.2.3.4");
    CHECK(state->refersTo(SopInstanceUid("1.1"), FrameNumber{7}));
    CHECK_FALSE(state->refersTo(SopInstanceUid("1.2"), FrameNumber{1}));
    CHECK(state->forFrame(SopInstanceUid("1.2"), FrameNumber{3})->inverse);
    CHECK_FALSE(state->forFrame(SopInstanceUid("1.3"), FrameNumber{1}));
    DataSetBuilder none = stateOf();
    none.sequence({0x0008, 0x1115}, {});
    CHECK(readState(none).error().code == "presentation.references");
}

TEST_CASE("Windows, tables and areas hold for the images they name", "[objects]")
{
    auto b = stateOf();
    auto table = test::table(0, 8, {0, 255}, "bone");
    DataSetBuilder voi;
    voi.sequence({0x0028, 0x3010}, {table}).sequence({0x0008, 0x1140}, {reference("1.2", {3})});
    b.sequence({0x0028, 0x3110}, {windowFor(40, 400, "1.1"), voi});
    b.sequence({0x0070, 0x005A}, {areaFor({11, 21}, {110, 70}, "MAGNIFY")});
    b.decimals({0x0028, 0x1053}, {2}).decimals({0x0028, 0x1052}, {-1024});
    b.text({0x0070, 0x0041}, vr("CS"), "Y").integers({0x0070, 0x0042}, vr("US"), {270});
    const auto state = readState(b);
    REQUIRE(state);
    const auto first = state->forFrame(SopInstanceUid("1.1"), FrameNumber{1});
    CHECK(first->window == image::Window{40, 400, image::VoiFunction::Linear, {}});
    CHECK(first->modality.slope == 2);
    CHECK(first->modality.intercept == -1024);
    CHECK(first->quarterTurns == 3);
    CHECK(first->flipHorizontal);
    REQUIRE(first->area);
    CHECK(first->area->firstColumn == 10);
    CHECK(first->area->lastRow == 69);
    CHECK(first->area->fit == image::AreaFit::Magnify);
    CHECK(first->area->magnification == 2.5);
    const auto second = state->forFrame(SopInstanceUid("1.2"), FrameNumber{3});
    CHECK_FALSE(second->window);
    REQUIRE(second->voiTable);
    CHECK(second->voiTable->explanation == "bone");
    const auto third = state->forFrame(SopInstanceUid("1.2"), FrameNumber{2});
    CHECK_FALSE(third->window);
    CHECK_FALSE(third->voiTable);
}

TEST_CASE("Graphics lie by layer order, in the image's own coordinates", "[objects]")
{
    auto b = stateOf();
    DataSetBuilder below, above, low, high, text;
    low.text({0x0070, 0x0002}, vr("CS"), "LOW").integers({0x0070, 0x0062}, vr("IS"), {1}).integers({0x0070, 0x0066}, vr("US"), {65535});
    high.text({0x0070, 0x0002}, vr("CS"), "HIGH").integers({0x0070, 0x0062}, vr("IS"), {5});
    text.text({0x0070, 0x0006}, vr("ST"), "nodule\r\n4 mm").text({0x0070, 0x0003}, vr("CS"), "DISPLAY").text({0x0070, 0x0012}, vr("CS"), "RIGHT");
    text.doubles({0x0070, 0x0010}, vr("FL"), {0.25, 0.5}).doubles({0x0070, 0x0011}, vr("FL"), {0.75, 0.625});
    text.text({0x0070, 0x0004}, vr("CS"), "PIXEL").doubles({0x0070, 0x0014}, vr("FL"), {10, 20}).text({0x0070, 0x0015}, vr("CS"), "Y");
    above.text({0x0070, 0x0002}, vr("CS"), "HIGH").sequence({0x0070, 0x0008}, {text});
    below.text({0x0070, 0x0002}, vr("CS"), "LOW").sequence({0x0008, 0x1140}, {reference("1.1")});
    below.sequence({0x0070, 0x0009}, {shape("CIRCLE", "PIXEL", {10, 20, 10, 25}), shape("ELLIPSE", "PIXEL", {1, 2}), shape("POLYLINE", "DISPLAY", {0, 0, 1, 1})});
    b.sequence({0x0070, 0x0001}, {above, below}).sequence({0x0070, 0x0060}, {high, low});
    const auto state = readState(b);
    REQUIRE(state);
    CHECK(state->warnings.size() == 1); // the ellipse of one point
    REQUIRE(state->layers.size() == 2);
    CHECK(state->layers[0].name == "LOW");
    CHECK(state->layers[0].greyPValue == 65535);
    const auto graphics = state->forFrame(SopInstanceUid("1.1"), FrameNumber{1})->graphics;
    REQUIRE(graphics.size() == 2);
    CHECK(graphics[0].layer == "LOW");
    REQUIRE(graphics[0].shapes.size() == 2);
    CHECK(graphics[0].shapes[0].kind == image::ShapeKind::Circle);
    CHECK(graphics[0].shapes[0].points[0] == image::PixelPoint{9.5, 19.5}); // the file counts from the pixel's corner
    CHECK(graphics[0].shapes[1].ofArea);
    CHECK(graphics[0].shapes[1].points[1] == image::PixelPoint{1, 1});
    REQUIRE(graphics[1].texts.size() == 1);
    CHECK(graphics[1].texts[0].utf8 == "nodule\r\n4 mm");
    CHECK(graphics[1].texts[0].boxOfArea);
    CHECK(graphics[1].texts[0].anchor == image::PixelPoint{9.5, 19.5});
    CHECK(state->forFrame(SopInstanceUid("1.2"), FrameNumber{2})->graphics.size() == 1);
}

TEST_CASE("Overlays are shown when activated, a bitmap shutter covers and is no overlay", "[objects]")
{
    auto b = stateOf();
    const auto plane = [&](std::uint16_t group) {
        b.integers({group, 0x0010}, vr("US"), {4}).integers({group, 0x0011}, vr("US"), {8}).text({group, 0x0040}, vr("CS"), "G");
        b.integers({group, 0x0050}, vr("SS"), {1, 1}).integers({group, 0x0100}, vr("US"), {1}).integers({group, 0x0102}, vr("US"), {0});
        b.raw({group, 0x3000}, vr("OW"), {0x01, 0x00, 0x00, 0x80});
    };
    plane(0x6002);
    plane(0x6004);
    b.text({0x6000, 0x1001}, vr("CS"), "A").text({0x6002, 0x1001}, vr("CS"), "B").text({0x6004, 0x1001}, vr("CS"), "C");
    b.text({0x0018, 0x1600}, vr("CS"), "BITMAP").integers({0x0018, 0x1623}, vr("US"), {0x6004}).integers({0x0018, 0x1622}, vr("US"), {100});
    const auto state = readState(b);
    REQUIRE(state);
    const auto said = state->forFrame(SopInstanceUid("1.1"), FrameNumber{1});
    CHECK(said->imageOverlays == std::vector<std::uint16_t>{0x6000});
    REQUIRE(said->overlays.size() == 1);
    CHECK(said->overlays[0]->group == 0x6002);
    CHECK(said->overlays[0]->layer == "B");
    REQUIRE(said->shutter);
    CHECK(said->shutter->pValue == 100);
    CHECK(said->shutter->covers(0, 0, 1));
    CHECK(said->shutter->covers(7, 3, 1));
    CHECK_FALSE(said->shutter->covers(1, 0, 1));
}

TEST_CASE("The real presentation states are read whole", "[objects][data]")
{
    const auto root = test::dataFolder();
    if (!root) {
        AKARI_SKIP("no test data");
    }
    const auto stateIn = [&](const char* name) {
        const auto file = dicom::readPart10(test::readFile(*root / "15_presentation_LUT_overlay_GSPS_weasis" / name));
        REQUIRE(file);
        auto state = readPresentationState(*file, {});
        REQUIRE(state);
        CHECK(state->warnings.empty());
        return *state;
    };
    const auto tables = stateIn("prLUTs.dcm");
    REQUIRE(tables.modality);
    CHECK(tables.modality->table->entries.size() == 256);
    CHECK(tables.vois.size() == 1);
    CHECK(tables.presentationTable->entries.size() == 256);
    CHECK_FALSE(tables.inverse);
    CHECK(tables.areas.size() == 1);
    const auto planes = stateIn("prOverlay.dcm");
    CHECK(planes.layers.size() == 6);
    CHECK(planes.activations.size() == 6);
    CHECK(planes.overlays.size() == 2);
    CHECK(planes.overlays[0]->group == 0x6008);
    CHECK(planes.inverse == false);
}
