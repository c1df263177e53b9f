#include "tests/support/Catch.h"

#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "core/image/Attributes.h"

using namespace akari;
using namespace akari::image;
namespace tags = akari::dicom::tags;
using dicom::DataSetBuilder;
using dicom::Vr;

namespace geometry_test {

namespace {

constexpr Vr CS{'C', 'S'}, UI{'U', 'I'}, US{'U', 'S'}, SS{'S', 'S'}, IS{'I', 'S'}, LO{'L', 'O'}, FD{'F', 'D'}, UL{'U', 'L'}, SL{'S', 'L'}, OW{'O', 'W'};

DataSetBuilder basic(const std::string& modality)
{
    DataSetBuilder b;
    b.text(tags::SOPClassUID, UI, "1.2.840.10008.5.1.4.1.1.2").text(tags::SOPInstanceUID, UI, "1.2.3.4.5");
    b.text(tags::StudyInstanceUID, UI, "1.2.3").text(tags::SeriesInstanceUID, UI, "1.2.3.4");
    b.text(tags::Modality, CS, modality).text(tags::PhotometricInterpretation, CS, "MONOCHROME2");
    b.integers(tags::Rows, US, {20}).integers(tags::Columns, US, {30}).integers(tags::SamplesPerPixel, US, {1});
    b.integers(tags::BitsAllocated, US, {16}).integers(tags::BitsStored, US, {12}).integers(tags::PixelRepresentation, US, {0});
    return b;
}

std::vector<FrameAttributes> read(const DataSetBuilder& b)
{
    const auto bytes = dicom::writePart10(b, "1.2.840.10008.1.2.1", "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4.5");
    const auto file = dicom::readPart10(std::make_shared<const Bytes>(bytes));
    REQUIRE(file);
    const auto frames = readFrames(*file, {});
    REQUIRE(frames);
    return *frames;
}

void addPlane(DataSetBuilder& b)
{
    b.decimals(tags::ImagePositionPatient, {-10, 5, 7});
    b.decimals(tags::ImageOrientationPatient, {0, 1, 0, 0, 0, -1});
    b.decimals(tags::PixelSpacing, {0.8, 0.5});
}

} // namespace

TEST_CASE("A plane's first spacing is between rows, and pixels map both ways", "[image][trap]")
{
    auto b = basic("CT");
    addPlane(b);
    const auto frame = read(b).at(0);
    REQUIRE(frame.plane);
    CHECK(frame.plane->spacing == PixelSpacing{0.8, 0.5});
    CHECK(frame.plane->toPatient({4, 10}) == Vec3{-10, 7, -1});
    const PixelPoint back = frame.plane->toPixel({99, 7, -1});
    CHECK(back.column == Approx(4));
    CHECK(back.row == Approx(10));
    CHECK(frame.plane->normal() == Vec3{-1, 0, 0});
    CHECK(frame.calibration == Calibration::Geometry);
}

TEST_CASE("Cosines that are no orthogonal unit vectors are refused, and the image is still shown", "[image][trap]")
{
    for (const auto& cosines : std::vector<std::vector<double>>{{1, 0, 0, 0.1, 1, 0}, {1, 0, 0, 0.03, 0.99955, 0}, {1.01, 0, 0, 0, 1, 0}, {0, 0, 0, 0, 1, 0}}) {
        auto b = basic("CT");
        addPlane(b);
        b.decimals(tags::ImageOrientationPatient, cosines);
        const auto bytes = dicom::writePart10(b, "1.2.840.10008.1.2.1", "1.2", "1.2.3");
        const auto file = dicom::readPart10(std::make_shared<const Bytes>(bytes));
        const auto plane = readPlane(file->dataSet, FrameNumber{1});
        REQUIRE_FALSE(plane);
        CHECK(plane.error().code == "geometry.orientation");
        const auto frame = read(b).at(0);
        CHECK_FALSE(frame.plane);
        CHECK(frame.warnings.size() == 1);
    }
    auto b = basic("CT");
    addPlane(b);
    b.decimals(tags::PixelSpacing, {0.8, 0});
    const auto bytes = dicom::writePart10(b, "1.2.840.10008.1.2.1", "1.2", "1.2.3");
    CHECK(readPlane(dicom::readPart10(std::make_shared<const Bytes>(bytes))->dataSet, {}).error().code == "geometry.spacing");
}

TEST_CASE("Letters follow the direction and are never invented", "[image]")
{
    CHECK(orientationLetters({1, 0, 0}) == "L");
    CHECK(orientationLetters({-1, 0, 0}) == "R");
    CHECK(orientationLetters({0, 1, 0}) == "P");
    CHECK(orientationLetters({0, -1, 0}) == "A");
    CHECK(orientationLetters({0, 0, 1}) == "H");
    CHECK(orientationLetters({0, 0, -1}) == "F");
    CHECK(orientationLetters({0.6, -0.8, 0}) == "AL");
    CHECK(orientationLetters({0.99, 0.1, 0}) == "L");
    CHECK(orientationLetters({0.6, -0.8, 0}, 1) == "A");
    CHECK(orientationLetters({0, 0, 0}).empty());
    CHECK(orientationLetters({NAN, 0, 0}).empty());
}

TEST_CASE("Hounsfield units only where the standard says so", "[image]")
{
    const auto unit = [](const std::string& modality, std::vector<std::string> type, const std::string& rescaleType) {
        auto b = basic(modality);
        b.texts(tags::ImageType, CS, type).decimals(tags::RescaleSlope, {1}).decimals(tags::RescaleIntercept, {-1024});
        if (!rescaleType.empty()) {
            b.text(tags::RescaleType, LO, rescaleType);
        }
        return read(b).at(0).modalityTransform.unit;
    };
    CHECK(unit("CT", {"ORIGINAL", "PRIMARY", "AXIAL"}, "") == "[hnsf'U]");
    CHECK(unit("CT", {"DERIVED", "SECONDARY"}, "HU") == "[hnsf'U]");
    CHECK(unit("CT", {"DERIVED", "SECONDARY"}, "").empty());
    CHECK(unit("CT", {"ORIGINAL", "PRIMARY", "LOCALIZER"}, "").empty());
    CHECK(unit("CT", {"ORIGINAL", "PRIMARY", "AXIAL"}, "US").empty());
    CHECK(unit("MR", {"ORIGINAL", "PRIMARY"}, "").empty());
}

TEST_CASE("Projection radiography: at the detector until corrected", "[image]")
{
    const auto at = [](std::vector<double> pixel, std::vector<double> imager, const std::string& type, double factor = 0) {
        auto b = basic("DX");
        if (!pixel.empty()) b.decimals(tags::PixelSpacing, pixel);
        if (!imager.empty()) b.decimals(tags::ImagerPixelSpacing, imager);
        if (!type.empty()) b.text(tags::PixelSpacingCalibrationType, CS, type);
        if (factor > 0) b.decimals(tags::EstimatedRadiographicMagnificationFactor, {factor});
        return read(b).at(0);
    };
    CHECK(at({}, {}, "").calibration == Calibration::None);
    CHECK(at({}, {0.2, 0.1}, "").calibration == Calibration::AtDetector);
    CHECK(at({}, {0.2, 0.1}, "").inPlaneSpacing == PixelSpacing{0.2, 0.1});
    CHECK(at({0.2, 0.1}, {0.2, 0.1}, "").calibration == Calibration::AtDetector);
    CHECK(at({0.16, 0.08}, {0.2, 0.1}, "").calibration == Calibration::Calibrated);
    CHECK(at({0.16, 0.08}, {0.2, 0.1}, "").inPlaneSpacing == PixelSpacing{0.16, 0.08});
    CHECK(at({0.16, 0.08}, {0.2, 0.1}, "FIDUCIAL").calibration == Calibration::Calibrated);
    CHECK(at({0.16, 0.08}, {0.2, 0.1}, "GEOMETRY").calibration == Calibration::EstimatedMagnification);
    CHECK(at({}, {0.2, 0.1}, "", 1.25).calibration == Calibration::EstimatedMagnification);
    CHECK(at({}, {0.2, 0.1}, "", 1.25).inPlaneSpacing.betweenRows == Approx(0.16));
}

TEST_CASE("Ultrasound: one region in centimetres calibrates itself, two calibrate nothing", "[image]")
{
    const auto region = [](int x0, int x1, double delta, int units) {
        DataSetBuilder r;
        r.integers(tags::RegionSpatialFormat, US, {1}).integers(tags::PhysicalUnitsXDirection, US, {units});
        r.integers(tags::PhysicalUnitsYDirection, US, {units});
        r.integers(tags::RegionLocationMinX0, UL, {x0}).integers(tags::RegionLocationMaxX1, UL, {x1});
        r.integers(tags::RegionLocationMinY0, UL, {2}).integers(tags::RegionLocationMaxY1, UL, {17});
        r.doubles(tags::PhysicalDeltaX, FD, {delta}).doubles(tags::PhysicalDeltaY, FD, {delta * 2});
        return r;
    };
    auto one = basic("US");
    one.sequence(tags::SequenceOfUltrasoundRegions, {region(0, 20, 0.03, 3)});
    const auto frame = read(one).at(0);
    CHECK(frame.calibration == Calibration::UltrasoundRegion);
    CHECK(frame.inPlaneSpacing.betweenColumns == Approx(0.3));
    CHECK(frame.inPlaneSpacing.betweenRows == Approx(0.6));
    REQUIRE(frame.regions.size() == 1);
    CHECK(frame.regions[0].where.contains({20, 10}));
    CHECK_FALSE(frame.regions[0].where.contains({21, 10}));
    CHECK_FALSE(frame.plane);
    auto two = basic("US");
    two.sequence(tags::SequenceOfUltrasoundRegions, {region(0, 9, 0.03, 3), region(10, 20, 0.05, 3)});
    two.decimals(tags::PixelSpacing, {0.3, 0.3});
    CHECK(read(two).at(0).calibration == Calibration::None);
    auto seconds = basic("US");
    seconds.sequence(tags::SequenceOfUltrasoundRegions, {region(0, 20, 0.03, 4)});
    CHECK(read(seconds).at(0).calibration == Calibration::None);
}

TEST_CASE("Enhanced objects: the frame's own group goes before the shared one", "[image]")
{
    auto b = basic("MR");
    b.integers(tags::NumberOfFrames, IS, {2});
    const auto plane = [](double z) {
        DataSetBuilder position;
        position.decimals(tags::ImagePositionPatient, {1, 2, z});
        return position;
    };
    const auto window = [](double c) {
        DataSetBuilder w;
        w.decimals(tags::WindowCenter, {c}).decimals(tags::WindowWidth, {100});
        return w;
    };
    DataSetBuilder orientation, measures, transform, shared, first, second;
    orientation.decimals(tags::ImageOrientationPatient, {1, 0, 0, 0, 1, 0});
    measures.decimals(tags::PixelSpacing, {0.9, 0.6}).decimals(tags::SliceThickness, {4});
    transform.decimals(tags::RescaleSlope, {0.5}).decimals(tags::RescaleIntercept, {3}).text(tags::RescaleType, LO, "US");
    shared.sequence(tags::PlaneOrientationSequence, {orientation}).sequence(tags::PixelMeasuresSequence, {measures});
    shared.sequence(tags::FrameVOILUTSequence, {window(500)}).sequence(tags::PixelValueTransformationSequence, {transform});
    DataSetBuilder own;
    own.decimals(tags::RescaleSlope, {0.25}).decimals(tags::RescaleIntercept, {-7});
    first.sequence(tags::PlanePositionSequence, {plane(10)});
    second.sequence(tags::PlanePositionSequence, {plane(13)}).sequence(tags::FrameVOILUTSequence, {window(700)});
    second.sequence(tags::PixelValueTransformationSequence, {own});
    b.sequence(tags::SharedFunctionalGroupsSequence, {shared}).sequence(tags::PerFrameFunctionalGroupsSequence, {first, second});
    b.decimals(tags::WindowCenter, {1}).decimals(tags::WindowWidth, {2});
    const auto frames = read(b);
    REQUIRE(frames.size() == 2);
    CHECK(frames[0].plane->position == Vec3{1, 2, 10});
    CHECK(frames[1].plane->position == Vec3{1, 2, 13});
    CHECK(frames[1].inPlaneSpacing == PixelSpacing{0.9, 0.6});
    CHECK(frames[1].sliceThickness == 4);
    CHECK(frames[0].windows.at(0).center == 500);
    CHECK(frames[1].windows.at(0).center == 700);
    CHECK(frames[0].modalityTransform.slope == 0.5);
    CHECK(frames[1].modalityTransform.slope == 0.25);
    CHECK(frames[1].modalityTransform.intercept == -7);
    CHECK(frames[1].frame == FrameNumber{2});
}

TEST_CASE("One position at the root is not given to every frame", "[image]")
{
    auto b = basic("US");
    addPlane(b);
    b.integers(tags::NumberOfFrames, IS, {3});
    const auto frames = read(b);
    REQUIRE(frames.size() == 3);
    CHECK_FALSE(frames[0].plane);
    CHECK_FALSE(frames[2].plane);
}

TEST_CASE("Padding and lookup tables are read as the pixels are signed", "[image]")
{
    auto b = basic("CT");
    b.integers(tags::PixelRepresentation, US, {1}).integers(tags::PixelPaddingValue, US, {63536}); // US where SS was meant: -2000
    DataSetBuilder table;
    table.integers(tags::LUTDescriptor, US, {4, 10, 8});
    table.raw(tags::LUTData, OW, {0, 0, 85, 0, 170, 0, 255, 0});
    b.sequence(tags::VOILUTSequence, {table});
    const auto frame = read(b).at(0);
    CHECK(frame.paddingFirst == -2000);
    CHECK(frame.paddingLast == -2000);
    b.integers(tags::PixelPaddingRangeLimit, US, {63546}); // -1990
    CHECK(read(b).at(0).paddingFirst == -2000);
    CHECK(read(b).at(0).paddingLast == -1990);
    REQUIRE(frame.voiTables.size() == 1);
    const LookupTable& voiTable = frame.voiTables.front()->table;
    CHECK(voiTable.entries == std::vector<std::uint16_t>{0, 85, 170, 255});
    CHECK(voiTable.firstMapped == 10);
    CHECK(voiTable.bits == 8);
}

TEST_CASE("What has no pixels has no frames, and absurd sizes are refused", "[image]")
{
    DataSetBuilder report;
    report.text(tags::Modality, CS, "SR");
    CHECK(read(report).empty());
    auto b = basic("CT");
    b.integers(tags::NumberOfFrames, IS, {2'000'000'000});
    const auto bytes = dicom::writePart10(b, "1.2.840.10008.1.2.1", "1.2", "1.2.3");
    const auto frames = readFrames(*dicom::readPart10(std::make_shared<const Bytes>(bytes)), {});
    REQUIRE_FALSE(frames);
    CHECK(frames.error().code == "image.size");
}

TEST_CASE("Small files that ask for much work or memory are refused quickly", "[image][hostile]")
{
    auto tables = basic("CT");
    DataSetBuilder table;
    table.integers(tags::LUTDescriptor, US, {0, 0, 16});
    table.raw(tags::LUTData, OW, Bytes(131072));
    tables.integers(tags::NumberOfFrames, IS, {100000}).sequence(tags::ModalityLUTSequence, {table});
    const auto file = dicom::readPart10(std::make_shared<const Bytes>(writePart10(tables, "1.2.840.10008.1.2.1", "1.2.840.10008.5.1.4.1.1.2", "1.2.3")));
    REQUIRE(file);
    const auto frames = readFrames(*file, {});
    REQUIRE_FALSE(frames);
    CHECK(frames.error().code == "image.size");

    auto doses = basic("RTDOSE");
    addPlane(doses);
    doses.integers(tags::NumberOfFrames, IS, {100000});
    doses.decimals({0x3004, 0x000C}, std::vector<double>(100000, 0.0));
    for (const auto& frame : {read(doses).front(), read(doses).back()}) {
        CHECK_FALSE(frame.plane);
    }
}

} // namespace geometry_test
