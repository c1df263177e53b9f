#include <numeric>

#include "core/objects/Segmentation.h"
#include "tests/core/objects/ObjectFiles.h"

using namespace akari;
using namespace akari::objects;
using namespace akari::test;

namespace {

struct Read {
    dicom::Part10 file;
    Segmentation segmentation;
};

Read segmentationAt(const std::string& path)
{
    Read out{part10At(path), {}};
    auto read = readSegmentation(out.file);
    INFO(path);
    REQUIRE(read.has_value());
    out.segmentation = std::move(*read);
    return out;
}

std::vector<std::uint64_t> sums(const Read& read)
{
    std::vector<std::uint64_t> out;
    for (const SegmentationFrame& frame : read.segmentation.frames) {
        const auto pixels = segmentationPixels(read.file, read.segmentation, frame.number);
        REQUIRE(pixels.has_value());
        out.push_back(std::accumulate(pixels->begin(), pixels->end(), std::uint64_t{0}));
    }
    return out;
}

DataSetBuilder small(int frames, int groups)
{
    DataSetBuilder segment;
    segment.integers(tag::SegmentNumber, {'U', 'S'}, {1}).text(tag::SegmentLabel, {'L', 'O'}, "one");
    std::vector<DataSetBuilder> perFrame(static_cast<std::size_t>(groups));
    DataSetBuilder out;
    return out.text(tag::SegmentationType, {'C', 'S'}, "BINARY")
        .sequence(tag::SegmentSequence, {segment})
        .integers(tag::Rows, {'U', 'S'}, {3})
        .integers(tag::Columns, {'U', 'S'}, {3})
        .integers(tag::BitsAllocated, {'U', 'S'}, {1})
        .text(tag::NumberOfFrames, {'I', 'S'}, std::to_string(frames))
        .sequence(tag::PerFrameFunctionalGroupsSequence, perFrame)
        .raw(tag::PixelData, {'O', 'B'}, {0x01, 0x82, 0x00, 0x00}); // pixel 0 of frame 1; pixels 0 and 6 of frame 2
}

constexpr const char* kSegmentationClass = "1.2.840.10008.5.1.4.1.1.66.4";

} // namespace

TEST_CASE("A binary segmentation gives segments, planes and sources", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const Read read = segmentationAt("17_seg_sr_sm_highdicom/seg_image_ct_binary.dcm");
    const Segmentation& seg = read.segmentation;
    CHECK(seg.kind == SegmentationKind::Binary);
    CHECK(seg.overlap == "NO");
    CHECK(seg.frameOfReferenceUid == "1.3.6.1.4.1.5962.1.1.0.0.0.1196530851.28319.0.4");
    REQUIRE(seg.segments.size() == 1);
    CHECK(seg.segments[0].label == "first segment");
    CHECK(seg.segments[0].category == CodedConcept{"85756007", "SCT", "Tissue"});
    CHECK(seg.segments[0].type == CodedConcept{"272673000", "SCT", "Bone"});
    CHECK(seg.segments[0].algorithmType == "AUTOMATIC");
    CHECK(seg.segments[0].algorithmName == "test");
    CHECK(seg.segments[0].trackingUid == "1.2.826.0.1.3680043.10.511.3.10019350872562748248892382642075888");
    REQUIRE(seg.frames.size() == 3);
    CHECK(seg.frames[0].segment == 1);
    CHECK(seg.frames[0].dimensionIndices == std::vector<std::int32_t>{1, 2});
    REQUIRE(seg.frames[1].plane.has_value());
    CHECK(seg.frames[1].plane->position == image::Vec3{-125.0, -128.100006, 104.269997});
    CHECK(seg.frames[1].plane->spacing == image::PixelSpacing{0.488281, 0.488281});
    REQUIRE(seg.frames[1].sources.size() == 1);
    CHECK(seg.frames[1].sources[0].instance == "1.3.6.1.4.1.5962.1.1.0.0.0.1196530851.28319.0.95");
    REQUIRE(seg.references.size() == 1);
    CHECK(seg.references[0].instances.size() == 4);
    CHECK(sums(read) == std::vector<std::uint64_t>{127, 256, 255});
    CHECK(seg.warnings.empty());
}

TEST_CASE("Frames that begin within a byte, and words of big endian", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const std::vector<std::uint64_t> expected = {36233, 35645, 35220};
    const Read plain = segmentationAt("13_pydicom_data_selected/liver.dcm");
    CHECK(sums(plain) == expected);
    // 510 × 510 pixels are no whole number of bytes.
    CHECK(sums(segmentationAt("13_pydicom_data_selected/liver_nonbyte_aligned.dcm")) == expected);
    const Read big = segmentationAt("13_pydicom_data_selected/liver_expb.dcm");
    for (int frame = 1; frame <= 3; ++frame) {
        CHECK(segmentationPixels(big.file, big.segmentation, FrameNumber{frame}).value() == segmentationPixels(plain.file, plain.segmentation, FrameNumber{frame}).value());
    }
    REQUIRE(plain.segmentation.segments[0].colour.has_value());
    // CIELab 41661\41167\40792 is L 63.57, a 32.18, b 30.72 in D50.
    CHECK(*plain.segmentation.segments[0].colour == DisplayColour{217, 130, 101});
}

TEST_CASE("Fractional, labelmap, tiled and overlapping segmentations", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const Read fractional = segmentationAt("17_seg_sr_sm_highdicom/seg_image_ct_binary_fractional.dcm");
    CHECK(fractional.segmentation.kind == SegmentationKind::Fractional);
    CHECK(fractional.segmentation.fractionalType == "PROBABILITY");
    CHECK(fractional.segmentation.maximumFractionalValue == 255);
    CHECK(sums(fractional) == std::vector<std::uint64_t>{32385, 65280, 65025});

    const Read labelmap = segmentationAt("17_seg_sr_sm_highdicom/seg_image_sm_control_labelmap.dcm");
    CHECK(labelmap.segmentation.kind == SegmentationKind::Labelmap);
    CHECK(labelmap.segmentation.segments.size() == 21);
    CHECK(labelmap.segmentation.segments[0].label == "Background");
    CHECK(labelmap.segmentation.backgroundValue == 0);
    CHECK(labelmap.segmentation.tiled);
    CHECK(labelmap.segmentation.totalRows == 50);
    CHECK(labelmap.segmentation.frames[1].tile == TilePosition{11, 1});
    const auto all = sums(labelmap);
    CHECK(all[2] == 527);
    CHECK(std::accumulate(all.begin(), all.end(), std::uint64_t{0}) == 6064);

    const Read tiled = segmentationAt("17_seg_sr_sm_highdicom/seg_image_sm_control.dcm");
    CHECK(tiled.segmentation.segments.size() == 20);
    CHECK(tiled.segmentation.frames[0].tile == TilePosition{41, 41});
    CHECK(tiled.segmentation.frames[1].segment == 3);
    CHECK_FALSE(tiled.segmentation.frames[0].plane.has_value());
    CHECK(tiled.segmentation.frames[0].sources.at(0).frames == std::vector<std::int32_t>{25});

    const Read overlapping = segmentationAt("16_seg_sr_parametric_dcmqi/segmentations/partial_overlaps.dcm");
    CHECK(overlapping.segmentation.overlap == "UNDEFINED");
    CHECK(overlapping.segmentation.segments.size() == 5);
    CHECK(overlapping.segmentation.segments[3].type.meaning == "Edema");
    CHECK(sums(overlapping) == std::vector<std::uint64_t>{9602, 11888, 117, 117, 10509, 6693, 4713});
}

TEST_CASE("Every segmentation of the data is read, compressed ones without pixels", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    for (const char* name : {"liver_rle", "liver_j2k", "liver_deflate", "liver_nonbyte_aligned_rle", "liver_nonbyte_aligned_j2k", "liver_nonbyte_aligned_deflate"}) {
        const Read read = segmentationAt(std::string("13_pydicom_data_selected/") + name + ".dcm");
        CHECK(read.segmentation.frames.size() == 3);
        if (read.file.encapsulated) {
            CHECK(segmentationPixels(read.file, read.segmentation, FrameNumber{1}).error().code == "seg.encapsulated");
        }
    }
    const Read cut = segmentationAt("12_pydicom_core/test_files/liver_1frame.dcm");
    CHECK(cut.segmentation.frames.size() == 1);
    CHECK(cut.segmentation.warnings == std::vector<std::string>{"seg.frames.more"});
    CHECK(sums(cut) == std::vector<std::uint64_t>{36233});
    CHECK_FALSE(segmentationAt("17_seg_sr_sm_highdicom/seg_image_cr_binary.dcm").segmentation.frames[0].plane.has_value());
    CHECK(segmentationAt("16_seg_sr_parametric_dcmqi/sr-example/seg.dcm").segmentation.frames.size() == 13);
}

TEST_CASE("Bits run on from frame to frame", "[core][objects]")
{
    const dicom::Part10 file = part10Of(small(2, 2), kSegmentationClass);
    const auto seg = readSegmentation(file);
    REQUIRE(seg.has_value());
    CHECK(*segmentationPixels(file, *seg, FrameNumber{1}) == std::vector<std::uint16_t>{1, 0, 0, 0, 0, 0, 0, 0, 0});
    CHECK(*segmentationPixels(file, *seg, FrameNumber{2}) == std::vector<std::uint16_t>{1, 0, 0, 0, 0, 0, 1, 0, 0});
    CHECK(segmentationPixels(file, *seg, FrameNumber{3}).error().code == "seg.frame");
    CHECK(segmentationPixels(file, *seg, FrameNumber{0}).error().code == "seg.frame");
    CHECK(seg->warnings == std::vector<std::string>{"seg.segment.unknown"});
}

TEST_CASE("Trap: a segmentation in another plane than its source keeps its own, and its rows of 11 bits", "[core][objects][trap]")
{
    // Sagittal frames 2 mm apart, made from an axial image.
    std::vector<DataSetBuilder> frames;
    for (const double x : {10.0, 12.0}) {
        DataSetBuilder position, orientation, measures, segment, source, derivation, frame;
        position.decimals(dicom::tags::ImagePositionPatient, {x, -40, 90});
        orientation.decimals(dicom::tags::ImageOrientationPatient, {0, 1, 0, 0, 0, -1});
        measures.decimals(tag::PixelSpacing, {1.5, 0.5});
        segment.integers(tag::ReferencedSegmentNumber, {'U', 'S'}, {1});
        source.text(tag::ReferencedSOPClassUID, {'U', 'I'}, "1.2.840.10008.5.1.4.1.1.2").text(tag::ReferencedSOPInstanceUID, {'U', 'I'}, "1.2.3.4");
        derivation.sequence(tag::SourceImageSequence, {source});
        frame.sequence(dicom::tags::PlanePositionSequence, {position}).sequence(dicom::tags::PlaneOrientationSequence, {orientation});
        frame.sequence(tag::PixelMeasuresSequence, {measures}).sequence(tag::SegmentIdentificationSequence, {segment});
        frames.push_back(frame.sequence(tag::DerivationImageSequence, {derivation}));
    }
    DataSetBuilder whole = small(2, 2).integers(tag::Columns, {'U', 'S'}, {11}).sequence(tag::PerFrameFunctionalGroupsSequence, frames);
    whole.raw(tag::PixelData, {'O', 'B'}, {0, 0, 0, 0, 0x03, 0x80, 0, 0, 0, 0}); // bits 32, 33 and 47
    const dicom::Part10 file = part10Of(whole, kSegmentationClass);
    const auto seg = readSegmentation(file);
    REQUIRE(seg.has_value());
    CHECK(seg->warnings.empty());
    REQUIRE(seg->frames.size() == 2);
    for (int i = 0; i < 2; ++i) {
        const SegmentationFrame& frame = seg->frames[static_cast<std::size_t>(i)];
        REQUIRE(frame.plane.has_value());
        CHECK(frame.plane->normal() == image::Vec3{-1, 0, 0});
        CHECK(frame.plane->toPatient({10, 2}) == image::Vec3{10.0 + 2 * i, -35, 87});
        REQUIRE(frame.sources.size() == 1);
        CHECK(frame.sources[0].instance == "1.2.3.4");
    }
    std::vector<std::uint16_t> first(33), second(33);
    first[32] = second[0] = second[14] = 1; // {column 10, row 2}; {0, 0} and {3, 1}
    CHECK(*segmentationPixels(file, *seg, FrameNumber{1}) == first);
    CHECK(*segmentationPixels(file, *seg, FrameNumber{2}) == second);
}

TEST_CASE("Tiles of a full matrix lie in order, segment by segment", "[core][objects]")
{
    DataSetBuilder first;
    first.integers(tag::SegmentNumber, {'U', 'S'}, {1});
    DataSetBuilder second;
    second.integers(tag::SegmentNumber, {'U', 'S'}, {2});
    DataSetBuilder full = small(12, 0).sequence(tag::SegmentSequence, {first, second}).integers(tag::Rows, {'U', 'S'}, {16}).integers(tag::Columns, {'U', 'S'}, {16});
    full.integers(tag::TotalPixelMatrixColumns, {'U', 'L'}, {40}).integers(tag::TotalPixelMatrixRows, {'U', 'L'}, {32});
    full.text(tag::DimensionOrganizationType, {'C', 'S'}, "TILED_FULL").raw(tag::PixelData, {'O', 'B'}, Bytes(384));
    const auto seg = readSegmentation(part10Of(full, kSegmentationClass));
    REQUIRE(seg.has_value());
    CHECK(seg->frames[2].tile == TilePosition{33, 1});
    CHECK(seg->frames[3].tile == TilePosition{1, 17});
    CHECK(seg->frames[5].segment == 1);
    CHECK(seg->frames[6].segment == 2);
    CHECK(seg->frames[6].tile == TilePosition{1, 1});
}

TEST_CASE("Hostile counts of a segmentation are one error", "[core][objects]")
{
    CHECK(readSegmentation(part10Of(small(2147483647, 2), kSegmentationClass)).error().code == "seg.frames");
    CHECK(readSegmentation(part10Of(small(4, 4), kSegmentationClass)).error().code == "seg.frames"); // 36 pixels in 32 bits
    DataSetBuilder deep = small(2, 2);
    CHECK(readSegmentation(part10Of(deep.integers(tag::BitsAllocated, {'U', 'S'}, {64}), kSegmentationClass)).error().code == "seg.type");
    CHECK(readSegmentation(part10Of(small(2, 2).integers(tag::Rows, {'U', 'S'}, {0}), kSegmentationClass)).error().code == "seg.size");
    // Described by nothing, two bits each: a megabyte would become gigabytes.
    DataSetBuilder full = small(400000, 0).integers(tag::Rows, {'U', 'S'}, {1}).integers(tag::Columns, {'U', 'S'}, {2});
    full.text(tag::DimensionOrganizationType, {'C', 'S'}, "TILED_FULL").raw(tag::PixelData, {'O', 'B'}, Bytes(100000));
    CHECK(readSegmentation(part10Of(full, kSegmentationClass)).error().code == "seg.frames");
    CHECK(readSegmentation(part10Of(DataSetBuilder{}, kSegmentationClass)).error().code == "seg.absent");
}
