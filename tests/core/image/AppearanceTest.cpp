// What lies between stored values and the screen. Every expected number is worked out by hand from the standard's formulas.
#include <cmath>
#include <limits>

#include "core/image/GreyChain.h"
#include "core/image/LookupTables.h"
#include "core/image/Overlays.h"
#include "core/image/Palette.h"
#include "core/image/Resample.h"
#include "core/image/Shutter.h"
#include "tests/support/DataSets.h"
#include "tests/support/ImageFixtures.h"

using namespace akari;
using namespace akari::image;
using test::vr;

namespace {

std::vector<FrameAttributes> framesIn(const dicom::DataSetBuilder& b)
{
    auto frames = readFrames(test::read(b), {});
    REQUIRE(frames);
    return std::move(*frames);
}

std::shared_ptr<Slice> sliceWith(const FrameAttributes& attributes, std::vector<std::uint16_t> samples)
{
    auto slice = std::make_shared<Slice>();
    slice->attributes = attributes;
    slice->attributes.rows = 1;
    slice->attributes.columns = static_cast<std::uint32_t>(samples.size());
    slice->samples = std::move(samples);
    return slice;
}

dicom::DataSetBuilder windowItem(std::vector<double> centers, std::vector<double> widths, const std::string& function = {})
{
    dicom::DataSetBuilder item;
    item.decimals(dicom::tags::WindowCenter, centers).decimals(dicom::tags::WindowWidth, widths);
    if (!function.empty()) {
        item.text(dicom::tags::VOILUTFunction, vr("CS"), function);
    }
    return item;
}

constexpr dicom::Tag kShutterShape{0x0018, 0x1600};

} // namespace

TEST_CASE("Trap: slope and intercept are of each slice", "[image][trap]")
{
    // Same patient values, stored with another slope in every slice: a slab must see the patient's values.
    test::VolumeRecipe recipe;
    recipe.slopePerSlice = true;
    const auto table = test::volumeOf<float>(recipe, [](const Vec3& p) { return 100 + 10 * p.x + 3 * p.z; });
    const auto slope0 = table.entries.front().slice->attributes.modalityTransform.slope;
    const auto slope9 = table.entries[9].slice->attributes.modalityTransform.slope;
    REQUIRE(slope0 != slope9);
    const Vec3 at = table.displaySet->frames[9].plane->toPatient({5, 6});
    ResamplePlane plane{at, {1, 0, 0}, {0, 1, 0}, 1, 1};
    const auto drawn = resampleVolume(table, plane, {}, Interpolation::Linear);
    REQUIRE(drawn);
    CHECK(static_cast<double>(drawn->values.front()) == Approx(100 + 10 * at.x + 3 * at.z).epsilon(1e-6));
}

TEST_CASE("Trap: tiny slopes and float pixels keep their precision", "[image][trap]")
{
    auto b = test::smallImage("MR");
    b.decimals(dicom::tags::RescaleSlope, {5.94901e-08}).decimals(dicom::tags::RescaleIntercept, {0});
    b.decimals(dicom::tags::WindowCenter, {0.0019}).decimals(dicom::tags::WindowWidth, {0.0038});
    const auto frame = framesIn(b).front();
    REQUIRE(frame.modalityTransform.slope == 5.94901e-08);
    REQUIRE(frame.windows.size() == 1);
    CHECK(frame.windows.front().function == VoiFunction::LinearExact); // LINEAR has no meaning below width 1
    const auto slice = sliceWith(frame, {0, 1, 31938, 31939, 65535});
    CHECK(slice->modalityAt(1, 0) == 5.94901e-08);
    CHECK(slice->modalityAt(3, 0) - slice->modalityAt(2, 0) == Approx(5.94901e-08).epsilon(1e-9));
    const GreyChain chain = greyChainFor(*slice, {});
    CHECK(chain.pValue(slice->modalityAt(0, 0)) == 0);
    CHECK(chain.pValue(slice->modalityAt(2, 0)) == std::floor(31938 * 5.94901e-08 / 0.0038 * 65535 + 0.5));
    CHECK(chain.pValue(slice->modalityAt(4, 0)) == 65535);

    Slice map;
    map.attributes.rows = 1;
    map.attributes.columns = 3;
    map.samples = std::vector<float>{1.25e-7f, 3.5e-4f, std::numeric_limits<float>::quiet_NaN()};
    CHECK(map.modalityAt(0, 0) == static_cast<double>(1.25e-7f));
    CHECK(std::isnan(map.modalityAt(2, 0)));
    CHECK(greyChainFor(map, {}).pValue(map.modalityAt(2, 0)) == 0);
}

TEST_CASE("Trap: windows of the frame come before the shared and the root's, with every function and table", "[image][trap]")
{
    using namespace dicom::tags;
    auto b = test::smallImage("MR");
    b.text(NumberOfFrames, vr("IS"), "3").decimals(WindowCenter, {1000}).decimals(WindowWidth, {2000});
    b.sequence(VOILUTSequence, {test::table(10, 8, {0, 85, 170, 255}, "first"), test::table(0, 12, {4095, 0}, "second")});
    dicom::DataSetBuilder shared, own, none, rescale, value;
    shared.sequence(FrameVOILUTSequence, {windowItem({50, 60}, {100, 200}, "SIGMOID")});
    value.decimals(RescaleSlope, {0.5}).decimals(RescaleIntercept, {-7});
    own.sequence(FrameVOILUTSequence, {windowItem({7}, {9}, "LINEAR_EXACT")}).sequence(PixelValueTransformationSequence, {value});
    b.sequence(SharedFunctionalGroupsSequence, {shared}).sequence(PerFrameFunctionalGroupsSequence, {none, own, none});
    const auto frames = framesIn(b);
    REQUIRE(frames.size() == 3);
    REQUIRE(frames[0].windows.size() == 2);
    CHECK(frames[0].windows[1] == Window{60, 200, VoiFunction::Sigmoid, {}});
    REQUIRE(frames[1].windows.size() == 1);
    CHECK(frames[1].windows[0] == Window{7, 9, VoiFunction::LinearExact, {}});
    CHECK(frames[1].modalityTransform.slope == 0.5);
    CHECK(frames[1].modalityTransform.intercept == -7);
    CHECK(frames[2].modalityTransform.slope == 1);
    CHECK(frames[2].windows == frames[0].windows);
    REQUIRE(frames[2].voiTables.size() == 2);
    CHECK(frames[2].voiTables[1]->explanation == "second");

    // A table of the image's choice, each named by its index: 12 bits stretch over all P-values.
    const auto slice = sliceWith(frames[2], {0, 1, 11, 12, 99});
    const GreyChain first = greyChainFor(*slice, {{}, 0, false});
    const GreyChain second = greyChainFor(*slice, {{}, 1, false});
    CHECK(first.pValue(9) == 0);
    CHECK(first.pValue(11) == 85 * 257);
    CHECK(first.pValue(4711) == 65535);
    CHECK(second.pValue(0) == 65535);
    CHECK(second.pValue(1) == 0);
    // Without a choice the image's own window counts.
    CHECK(greyChainFor(*slice, {}).window == frames[2].windows[0]);
}

TEST_CASE("Trap: MONOCHROME1 x INVERSE x presentation state, all eight", "[image][trap]")
{
    // bright: the P-value of the greatest stored value. The presentation's own shape is IDENTITY in one half of its rows, INVERSE in the
    // other; the photometric interpretation and the image's shape then say nothing (PS3.4 N.2.1.4).
    struct Row {
        bool monochrome1, inverse, presentation;
        int bright;
    };
    const Row rows[] = {{false, false, false, 65535}, {true, false, false, 0}, {false, true, false, 0}, {true, true, false, 0},
                        {false, false, true, 65535},  {true, false, true, 65535}, {false, true, true, 0}, {true, true, true, 0}};
    for (const Row& row : rows) {
        auto b = test::smallImage("DX");
        b.text(dicom::tags::PhotometricInterpretation, vr("CS"), row.monochrome1 ? "MONOCHROME1" : "MONOCHROME2");
        b.decimals(dicom::tags::WindowCenter, {32768}).decimals(dicom::tags::WindowWidth, {65536});
        if (row.inverse && !row.presentation) {
            b.text(dicom::tags::PresentationLUTShape, vr("CS"), "INVERSE");
        }
        const auto slice = sliceWith(framesIn(b).front(), {0, 65535});
        Presentation presentation;
        presentation.inverse = row.inverse;
        const Presentation* said = row.presentation ? &presentation : nullptr;
        for (const bool reader : {false, true}) {
            const GreyChain chain = greyChainFor(*slice, {{}, -1, reader}, said);
            INFO("MONOCHROME1 " << row.monochrome1 << ", INVERSE " << row.inverse << ", presentation " << row.presentation << ", reader " << reader);
            CHECK(chain.pValue(65535) == (reader ? 65535 - row.bright : row.bright));
            CHECK(chain.pValue(0) == (reader ? row.bright : 65535 - row.bright));
        }
    }
}

TEST_CASE("A presentation without VOI shows the whole range, its tables are chained to the integer", "[image]")
{
    auto b = test::smallImage("OT");
    b.integers(dicom::tags::BitsStored, vr("US"), {12}).integers(dicom::tags::HighBit, vr("US"), {11});
    b.decimals(dicom::tags::WindowCenter, {40}).decimals(dicom::tags::WindowWidth, {400});
    const auto slice = sliceWith(framesIn(b).front(), {0, 2048, 4095});
    Presentation presentation;
    const GreyChain whole = greyChainFor(*slice, {}, &presentation);
    CHECK(whole.pValue(0) == 0);
    CHECK(whole.pValue(2048) == std::floor(2048 / 4095.0 * 65535 + 0.5));
    CHECK(whole.pValue(4095) == 65535);

    presentation.voiTable = std::make_shared<const VoiTable>(VoiTable{{0, 8, {0, 128, 255}}, {}});
    presentation.presentationTable = std::make_shared<const LookupTable>(LookupTable{0, 8, std::vector<std::uint16_t>(256, 7)});
    auto reversed = std::make_shared<LookupTable>(LookupTable{0, 8, {}});
    for (int i = 0; i < 256; ++i) {
        reversed->entries.push_back(static_cast<std::uint16_t>(255 - i));
    }
    CHECK(greyChainFor(*slice, {}, &presentation).pValue(1) == 7 * 257);
    presentation.presentationTable = reversed;
    const GreyChain chain = greyChainFor(*slice, {}, &presentation);
    CHECK(chain.pValue(0) == 65535);
    CHECK(chain.pValue(1) == 127 * 257);
    CHECK(chain.pValue(2) == 0);
    std::vector<float> values{0, 1, 2, 3};
    std::vector<std::uint16_t> many(4);
    chain.apply(values, many);
    CHECK(many == std::vector<std::uint16_t>{65535, 127 * 257, 0, 0});
}

TEST_CASE("A presentation's modality transform replaces the image's for drawing alone", "[image]")
{
    auto b = test::smallImage("CT");
    b.decimals(dicom::tags::RescaleSlope, {1}).decimals(dicom::tags::RescaleIntercept, {-1024});
    const std::shared_ptr<const Slice> slice = sliceWith(framesIn(b).front(), {0, 1024, 2048});
    Presentation presentation;
    CHECK(presentedSlice(slice, presentation)->modalityAt(2, 0) == 2048);
    CHECK(slice->modalityAt(2, 0) == 1024);
    presentation.modality.intercept = -1024;
    CHECK(presentedSlice(slice, presentation) == slice);
    presentation.modality.table = LookupTable{1024, 16, {5, 6}};
    CHECK(presentedSlice(slice, presentation)->modalityAt(2, 0) == 6);
}

TEST_CASE("Trap: a lookup table, window or shutter that is not valid gives one warning and the rest shows", "[image][trap]")
{
    using namespace dicom::tags;
    const auto warned = [](const dicom::DataSetBuilder& b) {
        const auto frame = framesIn(b).front();
        return std::count_if(frame.warnings.begin(), frame.warnings.end(), [](const std::string& w) { return w.find("valid") != std::string::npos; });
    };
    auto b = test::smallImage();
    b.text(NumberOfFrames, vr("IS"), "3");
    b.decimals(WindowCenter, {40}).decimals(WindowWidth, {400});
    CHECK(warned(b) == 0);
    auto lut = b;
    dicom::DataSetBuilder shortTable;
    shortTable.integers(LUTDescriptor, vr("US"), {4096, 0, 16}).raw(LUTData, vr("OW"), test::words({1, 2, 3}));
    lut.sequence(VOILUTSequence, {shortTable, test::table(0, 8, {0, 255})});
    CHECK(warned(lut) == 1);
    CHECK(framesIn(lut).front().voiTables.size() == 1);
    auto modality = b;
    modality.sequence(ModalityLUTSequence, {shortTable});
    CHECK(warned(modality) == 1);
    CHECK(framesIn(modality).front().modalityTransform.slope == 1);
    auto bits = b;
    dicom::DataSetBuilder wide;
    wide.integers(LUTDescriptor, vr("US"), {2, 0, 17}).raw(LUTData, vr("OW"), test::words({1, 2}));
    bits.sequence(VOILUTSequence, {wide});
    CHECK(warned(bits) == 1);
    auto shutter = b;
    shutter.text(kShutterShape, vr("CS"), "RECTANGULAR\\CIRCULAR");
    shutter.text({0x0018, 0x1602}, vr("IS"), "7").text({0x0018, 0x1604}, vr("IS"), "2");
    shutter.texts({0x0018, 0x1610}, vr("IS"), {"2", "3"}).text({0x0018, 0x1612}, vr("IS"), "2");
    CHECK(warned(shutter) == 1);
    REQUIRE(framesIn(shutter).front().shutter);
    CHECK_FALSE(framesIn(shutter).front().shutter->rectangle);
    CHECK(framesIn(shutter).front().shutter->circle == Shutter::Circle{2, 1, 2});
    // The second and third frame of the file repeat nothing.
    CHECK(framesIn(shutter)[1].warnings.empty());
    CHECK(framesIn(shutter)[1].shutter != nullptr);
    auto overlay = b;
    overlay.integers({0x6000, 0x0010}, vr("US"), {4}).integers({0x6000, 0x0011}, vr("US"), {8}).raw({0x6000, 0x3000}, vr("OW"), {1, 2});
    CHECK(warned(overlay) == 1);
    auto window = b;
    window.decimals(WindowCenter, {40, 50}).decimals(WindowWidth, {0, 10});
    CHECK(warned(window) == 1);
    CHECK(framesIn(window).front().windows.size() == 1);
}

TEST_CASE("Shutters cover what lies outside their shapes", "[image]")
{
    auto b = test::smallImage();
    b.text(kShutterShape, vr("CS"), "RECTANGULAR").integers({0x0018, 0x1622}, vr("US"), {0x1234});
    b.text({0x0018, 0x1602}, vr("IS"), "2").text({0x0018, 0x1604}, vr("IS"), "5").text({0x0018, 0x1606}, vr("IS"), "2").text({0x0018, 0x1608}, vr("IS"), "3");
    const auto frame = framesIn(b).front();
    REQUIRE(frame.shutter);
    CHECK(frame.shutter->pValue == 0x1234);
    const auto mask = shutterMask(*frame.shutter, 4, 8, 1);
    const std::vector<std::uint8_t> expected{1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    CHECK(mask == expected);
    Shutter circle;
    circle.circle = Shutter::Circle{3, 1, 1};
    CHECK_FALSE(circle.covers(3, 1, 1));
    CHECK_FALSE(circle.covers(4, 1, 1));
    CHECK(circle.covers(4, 2, 1));
    CHECK_FALSE(circle.covers(3, 2, 1));
    CHECK(circle.covers(3, 2, 2)); // tall pixels: one row is two pixels away
    Shutter triangle;
    triangle.polygon = {{0, 0}, {6, 0}, {0, 6}};
    CHECK_FALSE(triangle.covers(1, 1, 1));
    CHECK_FALSE(triangle.covers(2, 3, 1));
    CHECK(triangle.covers(5, 5, 1));
    const auto covered = shutterMask(triangle, 7, 7, 1);
    for (std::int32_t row = 0; row < 7; ++row) {
        for (std::int32_t column = 0; column < 7; ++column) {
            CHECK(covered[static_cast<std::size_t>(row * 7 + column)] == (triangle.covers(column, row, 1) ? 1 : 0));
        }
    }
}

TEST_CASE("Overlay planes: origin, frames, bits that are not byte-aligned", "[image]")
{
    auto b = test::smallImage();
    // 3 rows of 5 columns, two frames: 30 bits. The second begins at bit 15.
    b.integers({0x6002, 0x0010}, vr("US"), {3}).integers({0x6002, 0x0011}, vr("US"), {5}).text({0x6002, 0x0015}, vr("IS"), "2");
    b.text({0x6002, 0x0040}, vr("CS"), "R").integers({0x6002, 0x0050}, vr("SS"), {2, -1}).integers({0x6002, 0x0051}, vr("US"), {2});
    b.integers({0x6002, 0x0100}, vr("US"), {1}).integers({0x6002, 0x0102}, vr("US"), {0});
    b.raw({0x6002, 0x3000}, vr("OW"), {0x01, 0x80, 0x02, 0x00}); // bits 0, 15 and 17
    const auto file = test::read(b);
    std::vector<std::string> warnings;
    CHECK(readOverlays(file.dataSet, FrameNumber{1}, warnings).empty());
    const auto second = readOverlays(file.dataSet, FrameNumber{2}, warnings);
    const auto third = readOverlays(file.dataSet, FrameNumber{3}, warnings);
    CHECK(warnings.empty());
    REQUIRE(second.size() == 1);
    REQUIRE(third.size() == 1);
    CHECK(second[0]->regionOfInterest);
    CHECK(second[0]->set() == 1);
    CHECK(second[0]->at(-2, 1)); // row 2, column -1 of the image, counted from 1
    CHECK(third[0]->set() == 2);
    CHECK(third[0]->at(-2, 1));
    CHECK(third[0]->at(0, 1));
    CHECK_FALSE(third[0]->at(1, 1));

    auto embedded = test::smallImage();
    embedded.integers(dicom::tags::BitsStored, vr("US"), {12}).integers(dicom::tags::HighBit, vr("US"), {11});
    embedded.integers({0x6000, 0x0010}, vr("US"), {4}).integers({0x6000, 0x0011}, vr("US"), {8});
    embedded.integers({0x6000, 0x0100}, vr("US"), {16}).integers({0x6000, 0x0102}, vr("US"), {14});
    const auto hidden = test::read(embedded);
    REQUIRE(hasEmbeddedOverlays(hidden.dataSet));
    std::vector<unsigned> pixels(32, 0x0fff);
    pixels[9] |= 0x4000;
    pixels[31] |= 0xc000;
    const auto planes = readEmbeddedOverlays(hidden.dataSet, test::words(pixels), 4, 8);
    REQUIRE(planes.size() == 1);
    CHECK(planes[0]->set() == 2);
    CHECK(planes[0]->at(1, 1));
    CHECK(planes[0]->at(7, 3));
}

TEST_CASE("Segmented palettes: discrete, linear and indirect segments", "[image]")
{
    using namespace dicom::tags;
    auto b = test::smallImage();
    const Bytes segments = test::words({0, 2, 100, 300, 1, 4, 700, 2, 1, 0, 0}); // 100 300, four steps to 700, the first segment again
    for (const dicom::Tag tag : {RedPaletteColorLookupTableDescriptor, GreenPaletteColorLookupTableDescriptor, BluePaletteColorLookupTableDescriptor}) {
        b.integers(tag, vr("US"), {8, 5, 16});
    }
    for (const auto element : std::initializer_list<std::uint16_t>{0x1221, 0x1222, 0x1223}) {
        b.raw({0x0028, element}, vr("OW"), segments);
    }
    const auto palette = readPalette(test::read(b).dataSet);
    REQUIRE(palette);
    CHECK(palette->channels[0].entries == std::vector<std::uint16_t>{100, 300, 400, 500, 600, 700, 100, 300});
    CHECK(palette->channels[2].eightBit(5 + 5) == 700 >> 8);
    CHECK(palette->channels[2].eightBit(-3) == 0);
    CHECK(palette->channels[2].eightBit(999) == 300 >> 8);
    b.raw({0x0028, 0x1222}, vr("OW"), test::words({2, 1, 2, 0})); // an indirect segment that points at an indirect one
    CHECK_FALSE(readPalette(test::read(b).dataSet));
}

TEST_CASE("Pixel aspect, padding range, RT dose and real-world values", "[image]")
{
    using namespace dicom::tags;
    auto b = test::smallImage("RTDOSE");
    b.texts({0x0028, 0x0034}, vr("IS"), {"4", "3"}).text({0x3004, 0x0002}, vr("CS"), "GY").decimals({0x3004, 0x000E}, {1e-5});
    b.integers({0x0028, 0x0120}, vr("US"), {65000}).integers({0x0028, 0x0121}, vr("US"), {65535});
    const auto frame = framesIn(b).front();
    CHECK(frame.pixelAspect == Approx(4.0 / 3));
    CHECK(frame.modalityTransform.slope == 1e-5);
    CHECK(frame.modalityTransform.unit == "Gy");
    const auto slice = sliceWith(frame, {64999, 65000, 65535});
    CHECK_FALSE(slice->isPadding(64999));
    CHECK(slice->isPadding(65000));
    CHECK(slice->isPadding(65535));

    auto map = test::smallImage("OT");
    dicom::DataSetBuilder mapping, unit;
    unit.text({0x0008, 0x0100}, vr("SH"), "um2/s");
    mapping.doubles({0x0040, 0x9225}, vr("FD"), {0.25}).doubles({0x0040, 0x9224}, vr("FD"), {3}).sequence({0x0040, 0x08EA}, {unit});
    map.sequence({0x0040, 0x9096}, {mapping});
    const auto measured = framesIn(map).front();
    CHECK(measured.modalityTransform.slope == 0.25);
    CHECK(measured.modalityTransform.intercept == 3);
    CHECK(measured.modalityTransform.unit == "um2/s");
}
