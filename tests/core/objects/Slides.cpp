#include "core/objects/MicroscopyAnnotations.h"
#include "core/objects/RealWorldValue.h"
#include "core/objects/WholeSlide.h"
#include "tests/core/objects/ObjectFiles.h"

using namespace akari;
using namespace akari::objects;
using namespace akari::test;

namespace {

constexpr const char* kSlideClass = "1.2.840.10008.5.1.4.1.1.77.1.6";

DataSetBuilder slide(std::int64_t columns, std::int64_t rows, int frames)
{
    DataSetBuilder out;
    return out.integers(tag::TotalPixelMatrixColumns, {'U', 'L'}, {columns})
        .integers(tag::TotalPixelMatrixRows, {'U', 'L'}, {rows})
        .integers(tag::Rows, {'U', 'S'}, {2})
        .integers(tag::Columns, {'U', 'S'}, {2})
        .integers(tag::BitsAllocated, {'U', 'S'}, {8})
        .integers(tag::SamplesPerPixel, {'U', 'S'}, {1})
        .text(tag::NumberOfFrames, {'I', 'S'}, std::to_string(frames))
        .text(tag::FrameOfReferenceUID, {'U', 'I'}, "1.2.3")
        .texts(tag::ImageType, {'C', 'S'}, {"ORIGINAL", "PRIMARY", "VOLUME", "NONE"});
}

DataSetBuilder tileAt(std::int64_t column, std::int64_t row, double z)
{
    DataSetBuilder place;
    place.integers(tag::ColumnPositionInTotalImagePixelMatrix, {'S', 'L'}, {column}).integers(tag::RowPositionInTotalImagePixelMatrix, {'S', 'L'}, {row});
    place.decimals(tag::ZOffsetInSlideCoordinateSystem, {z});
    return DataSetBuilder{}.sequence(tag::PlanePositionSlideSequence, {place});
}

} // namespace

TEST_CASE("A whole slide's tiles lie where the standard puts them", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const auto read = readWholeSlide(part10At("17_seg_sr_sm_highdicom/sm_image.dcm"));
    REQUIRE(read.has_value());
    CHECK_FALSE(read->sparse);
    CHECK(read->totalColumns == 50);
    CHECK(read->tileRows == 10);
    CHECK(read->frames == 25);
    CHECK(read->containerId == "S19-1_A_1_1");
    REQUIRE(read->origin.has_value());
    CHECK(read->origin->x == 23.449873);
    CHECK(*read->rowDirection == image::Vec3{0, -1, 0});
    CHECK(read->opticalPaths.at(0).illumination.meaning == "Brightfield illumination");
    CHECK(read->tile(FrameNumber{1})->position == TilePosition{1, 1});
    CHECK(read->tile(FrameNumber{2})->position == TilePosition{11, 1});
    CHECK(read->tile(FrameNumber{6})->position == TilePosition{1, 11});
    CHECK(read->tile(FrameNumber{25})->position == TilePosition{41, 41});
    CHECK_FALSE(read->tile(FrameNumber{26}).has_value());
    CHECK(read->frameAt({50, 50}) == FrameNumber{25});
    CHECK(read->frameAt({11, 10}) == FrameNumber{2});
    CHECK_FALSE(read->frameAt({51, 1}).has_value());
    const auto big = readWholeSlide(part10At("14_fo_dicom_selected/multiframe.dcm"));
    REQUIRE(big.has_value());
    CHECK(big->tile(FrameNumber{140})->position == TilePosition{13 * 240 + 1, 9 * 240 + 1});
}

TEST_CASE("Sparse slides, focal planes and pyramids", "[core][objects]")
{
    DataSetBuilder sparse = slide(4, 4, 3);
    sparse.raw(tag::PixelData, {'O', 'B'}, Bytes(12)).sequence(tag::PerFrameFunctionalGroupsSequence, {tileAt(3, 1, 0), tileAt(1, 3, 0), tileAt(3, 1, 2)});
    const auto read = readWholeSlide(part10Of(sparse, kSlideClass));
    REQUIRE(read.has_value());
    CHECK(read->sparse);
    CHECK(read->focalPlanes == 2);
    CHECK(read->frameAt({4, 2}) == FrameNumber{1});
    CHECK(read->frameAt({4, 2}, 2) == FrameNumber{3});
    CHECK_FALSE(read->frameAt({1, 1}).has_value());

    DataSetBuilder planes = slide(4, 2, 4);
    planes.integers(tag::TotalPixelMatrixFocalPlanes, {'U', 'L'}, {2}).raw(tag::PixelData, {'O', 'B'}, Bytes(16)).text(tag::DimensionOrganizationType, {'C', 'S'}, "TILED_FULL");
    const auto full = readWholeSlide(part10Of(planes, kSlideClass));
    REQUIRE(full.has_value());
    CHECK(full->tile(FrameNumber{4})->focalPlane == 2);
    CHECK(full->tile(FrameNumber{4})->position == TilePosition{3, 1});
    CHECK(full->frameAt({3, 1}, 2) == FrameNumber{4});

    std::vector<WholeSlideImage> images(4);
    for (std::size_t k = 0; k < images.size(); ++k) {
        images[k].frameOfReferenceUid = k == 2 ? "other" : "1.2.3";
        images[k].totalColumns = k == 0 ? 1000 : k == 1 ? 4000 : k == 2 ? 500 : 3000;
        images[k].imageType = {"ORIGINAL", "PRIMARY", k == 3 ? "OVERVIEW" : "VOLUME"};
    }
    const auto levels = pyramidLevels(images);
    REQUIRE(levels.size() == 2);
    CHECK(levels[0].image == 1);
    CHECK(levels[1].image == 0);
    CHECK(levels[1].downsampling == 4);
}

TEST_CASE("Slides with impossible tiles are one error", "[core][objects]")
{
    CHECK(readWholeSlide(part10Of(slide(4, 4, 2000000000).raw(tag::PixelData, {'O', 'B'}, Bytes(16)), kSlideClass)).error().code == "slide.frames");
    CHECK(readWholeSlide(part10Of(slide(4, 4, 2000000000), kSlideClass)).error().code == "slide.tiles");
    CHECK(readWholeSlide(part10Of(slide(0, 4, 4), kSlideClass)).error().code == "slide.tiles");
    CHECK(readWholeSlide(part10Of(slide(4294967295, 4294967295, 4), kSlideClass)).error().code == "slide.tiles");
    CHECK(readWholeSlide(part10Of(slide(4, 4, 1).sequence(tag::PerFrameFunctionalGroupsSequence, {tileAt(5, 1, 0)}), kSlideClass)).error().code == "slide.tiles");
    CHECK(readWholeSlide(part10Of(slide(4, 4, 2).sequence(tag::PerFrameFunctionalGroupsSequence, {tileAt(1, 1, 0)}), kSlideClass)).error().code == "slide.tiles");
}

TEST_CASE("Annotations of a slide", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const auto read = readMicroscopyAnnotations(part10At("17_seg_sr_sm_highdicom/sm_annotations.dcm"));
    REQUIRE(read.has_value());
    CHECK_FALSE(read->threeDimensional);
    const AnnotationGroup& group = read->groups.at(0);
    CHECK(group.label == "nuclei");
    CHECK(group.graphicType == "POINT");
    CHECK(group.count == 2);
    CHECK(group.coordinates == std::vector<double>{34.6, 18.4, 28.7, 34.9});
    CHECK(group.starts == std::vector<std::size_t>{0, 2});
    CHECK(group.measurements.at(0).name.meaning == "Area");
    CHECK(group.measurements[0].values.at(1) == Approx(43.8));
}

TEST_CASE("Annotations whose indices lie are one error", "[core][objects]")
{
    const auto file = [](std::int64_t count, std::vector<std::int64_t> indices) {
        DataSetBuilder group;
        group.text(tag::GraphicType, {'C', 'S'}, "POLYGON").integers(tag::NumberOfAnnotations, {'U', 'L'}, {count}).doubles(tag::DoublePointCoordinatesData, {'F', 'D'}, {0, 0, 1, 0, 1, 1, 5, 5, 6, 6, 7, 5});
        group.integers(tag::LongPrimitivePointIndexList, {'U', 'L'}, indices);
        return part10Of(DataSetBuilder{}.sequence(tag::AnnotationGroupSequence, {group}), "1.2.840.10008.5.1.4.1.1.91.1");
    };
    const auto good = readMicroscopyAnnotations(file(2, {1, 7}));
    REQUIRE(good.has_value());
    CHECK(good->groups[0].starts == std::vector<std::size_t>{0, 6});
    for (const auto& [count, indices] : std::vector<std::pair<std::int64_t, std::vector<std::int64_t>>>{{2, {1, 4000000000}}, {2, {7, 1}}, {4000000000, {1, 7}}, {2, {0, 7}}}) {
        CHECK(readMicroscopyAnnotations(file(count, indices)).error().code == "annotations.points");
    }
}

TEST_CASE("Parametric maps keep floating point values and what they mean", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    for (const bool isDouble : {false, true}) {
        const dicom::Part10 file = part10At(isDouble ? "13_pydicom_data_selected/parametric_map_double_float.dcm" : "13_pydicom_data_selected/parametric_map_float.dcm");
        const auto read = readParametricMap(file);
        REQUIRE(read.has_value());
        CHECK(read->samples == (isDouble ? ParametricMap::Samples::Float64 : ParametricMap::Samples::Float32));
        REQUIRE(read->frames.size() == 1);
        CHECK(read->frames[0].plane->position == image::Vec3{-158.135803, -179.035797, -75.699997});
        const RealWorldMapping& mapping = read->frames[0].mappings.at(0);
        CHECK(mapping.unit == CodedConcept{"1", "UCUM", "no units"});
        CHECK(mapping.explanation == "feature_001");
        CHECK(mapping.valueOf(0.25) == 0.25);
        CHECK_FALSE(mapping.valueOf(1.5).has_value());
        const auto pixels = parametricMapPixels(file, *read, FrameNumber{1});
        REQUIRE(pixels.has_value());
        CHECK(pixels->size() == 128 * 128);
        CHECK(*std::max_element(pixels->begin(), pixels->end()) == Approx(0.9415791875855773).epsilon(isDouble ? 1e-15 : 1e-7));
        double sum = 0;
        for (const double one : *pixels) {
            sum += one;
        }
        CHECK(sum == Approx(9617.085349155637).epsilon(isDouble ? 1e-12 : 1e-6));
        CHECK(parametricMapPixels(file, *read, FrameNumber{2}).error().code == "map.frame");
    }
}

TEST_CASE("Real world value mappings of a PET series", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const auto read = readRealWorldValueMappings(part10At("16_seg_sr_parametric_dcmqi/sr-example/rwvm.dcm"));
    REQUIRE(read.has_value());
    REQUIRE(read->items.size() == 1);
    CHECK(read->items[0].images.size() == 191);
    const RealWorldMapping& mapping = read->items[0].mappings.at(0);
    CHECK(mapping.unit.value == "{SUVbw}g/ml");
    CHECK(mapping.slope == 0.000375125);
    CHECK(mapping.last == 32761);
    CHECK(mapping.valueOf(1000) == Approx(0.375125));
    REQUIRE(mapping.quantities.size() == 2);
    CHECK(mapping.quantities[0].value.meaning == "Standardized Uptake Value");
}

TEST_CASE("A mapping by table, and one whose table has another length", "[core][objects]")
{
    const auto file = [](std::vector<double> table) {
        DataSetBuilder mapping;
        mapping.integers(tag::RealWorldValueFirstValueMapped, {'U', 'S'}, {10}).integers(tag::RealWorldValueLastValueMapped, {'U', 'S'}, {12});
        mapping.doubles(tag::RealWorldValueLUTData, {'F', 'D'}, table);
        DataSetBuilder item;
        item.sequence(tag::RealWorldValueMappingSequence, {mapping});
        return part10Of(DataSetBuilder{}.sequence(tag::ReferencedImageRealWorldValueMappingSequence, {item}), "1.2.840.10008.5.1.4.1.1.67");
    };
    const auto good = readRealWorldValueMappings(file({1.5, 2.5, 9}));
    CHECK(good->items[0].mappings[0].valueOf(11) == 2.5);
    CHECK_FALSE(good->items[0].mappings[0].valueOf(13).has_value());
    const auto bad = readRealWorldValueMappings(file({1.5, 2.5}));
    CHECK_FALSE(bad->items[0].mappings[0].valueOf(11).has_value());
    CHECK(bad->warnings == std::vector<std::string>{"map.table"});
}
