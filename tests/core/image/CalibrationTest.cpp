// What a millimetre rests on: projection radiography and ultrasound, and what several frames and regions say.
#include "tests/support/Catch.h"

#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "core/image/DisplaySet.h"

using namespace akari;
using namespace akari::image;
namespace tags = akari::dicom::tags;
using dicom::DataSetBuilder;
using dicom::Tag;
using dicom::Vr;

namespace {

constexpr Vr CS{'C', 'S'}, UI{'U', 'I'}, US{'U', 'S'}, IS{'I', 'S'}, LO{'L', 'O'}, FD{'F', 'D'}, FL{'F', 'L'}, UL{'U', 'L'}, SH{'S', 'H'}, DT{'D', 'T'},
    DS{'D', 'S'}, TM{'T', 'M'};
constexpr Tag kErmf{0x0018, 0x1114};

DataSetBuilder basic(const std::string& modality, int frames = 1)
{
    DataSetBuilder b;
    b.text(tags::SOPClassUID, UI, "1.2.840.10008.5.1.4.1.1.2").text(tags::SOPInstanceUID, UI, "1.2.3.4.5");
    b.text(tags::StudyInstanceUID, UI, "1.2.3").text(tags::SeriesInstanceUID, UI, "1.2.3.4");
    b.text(tags::Modality, CS, modality).text(tags::PhotometricInterpretation, CS, "MONOCHROME2");
    b.integers(tags::Rows, US, {200}).integers(tags::Columns, US, {300}).integers(tags::SamplesPerPixel, US, {1});
    b.integers(tags::BitsAllocated, US, {16}).integers(tags::BitsStored, US, {12}).integers(tags::PixelRepresentation, US, {0});
    if (frames > 1) {
        b.integers(tags::NumberOfFrames, IS, {frames});
    }
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

DataSetBuilder region(std::vector<std::int64_t> box, int format, int unitX, int unitY, double stepX, double stepY, int flags = 0)
{
    DataSetBuilder b;
    b.integers(tags::RegionSpatialFormat, US, {format}).integers(tags::RegionDataType, US, {1}).integers(tags::RegionFlags, UL, {flags});
    b.integers(tags::RegionLocationMinX0, UL, {box[0]}).integers(tags::RegionLocationMinY0, UL, {box[1]});
    b.integers(tags::RegionLocationMaxX1, UL, {box[2]}).integers(tags::RegionLocationMaxY1, UL, {box[3]});
    b.integers(tags::PhysicalUnitsXDirection, US, {unitX}).integers(tags::PhysicalUnitsYDirection, US, {unitY});
    b.doubles(tags::PhysicalDeltaX, FD, {stepX}).doubles(tags::PhysicalDeltaY, FD, {stepY});
    return b;
}

} // namespace

TEST_CASE("Projection radiography: which spacing counts and on what it rests", "[image][trap]")
{
    struct Row {
        std::vector<double> imager, pixel;
        const char* type;
        double factor;
        Calibration expected;
        double betweenRows, betweenColumns;
    };
    const std::vector<double> none, detector{0.2, 0.16}, other{0.15, 0.12};
    const Row rows[] = {
        {none, none, "", 0, Calibration::None, 0, 0},
        {none, none, "", 1.5, Calibration::None, 0, 0}, // a factor of nothing
        {detector, none, "", 0, Calibration::AtDetector, 0.2, 0.16},
        {detector, none, "", 1, Calibration::AtDetector, 0.2, 0.16},
        {detector, none, "", 1.25, Calibration::EstimatedMagnification, 0.16, 0.128},
        {detector, none, "", 0.5, Calibration::AtDetector, 0.2, 0.16}, // can't be: nothing is drawn smaller than it is
        {detector, none, "", -2, Calibration::AtDetector, 0.2, 0.16},
        {none, detector, "", 0, Calibration::AtDetector, 0.2, 0.16},
        {detector, detector, "", 0, Calibration::AtDetector, 0.2, 0.16},
        {detector, detector, "", 1.25, Calibration::EstimatedMagnification, 0.16, 0.128},
        {detector, other, "", 0, Calibration::Calibrated, 0.15, 0.12},
        {detector, other, "", 1.25, Calibration::Calibrated, 0.15, 0.12}, // corrected already: never twice
        {detector, other, "GEOMETRY", 0, Calibration::EstimatedMagnification, 0.15, 0.12},
        {detector, other, "FIDUCIAL", 0, Calibration::Calibrated, 0.15, 0.12},
        {detector, detector, "FIDUCIAL", 0, Calibration::Calibrated, 0.2, 0.16},
    };
    for (const char* modality : {"CR", "DX", "MG", "XA", "RF", "PX", "IO"}) {
        for (const Row& row : rows) {
            INFO(modality << " row " << (&row - rows));
            auto b = basic(modality);
            if (!row.imager.empty()) {
                b.decimals(tags::ImagerPixelSpacing, row.imager);
            }
            if (!row.pixel.empty()) {
                b.decimals(tags::PixelSpacing, row.pixel);
            }
            if (*row.type) {
                b.text(tags::PixelSpacingCalibrationType, CS, row.type);
            }
            if (row.factor != 0) {
                b.decimals(kErmf, {row.factor});
            }
            const auto frame = read(b).at(0);
            CHECK(frame.calibration == row.expected);
            CHECK(frame.inPlaneSpacing.betweenRows == Approx(row.betweenRows));
            CHECK(frame.inPlaneSpacing.betweenColumns == Approx(row.betweenColumns));
        }
    }
}

TEST_CASE("Ultrasound regions keep their own units and steps", "[image][trap]")
{
    auto b = basic("US");
    b.sequence(tags::SequenceOfUltrasoundRegions, {region({0, 0, 149, 99}, 1, 3, 3, 0.02, 0.03), region({150, 0, 299, 99}, 2, 4, 3, 0.001, 0.05),
                                                   region({0, 100, 299, 199}, 3, 4, 7, 0.002, -1.5, 1)});
    const auto frame = read(b).at(0);
    REQUIRE(frame.regions.size() == 3);
    CHECK(frame.regions[0].inMillimetres());
    CHECK(frame.regions[0].stepX == Approx(0.2));
    CHECK(frame.regions[0].stepY == Approx(0.3));
    CHECK(frame.regions[1].unitX == UltrasoundRegion::Unit::Second);
    CHECK(frame.regions[1].stepX == Approx(0.001));
    CHECK(frame.regions[1].stepY == Approx(0.5));
    CHECK(frame.regions[2].unitY == UltrasoundRegion::Unit::CentimetrePerSecond);
    CHECK(frame.regions[2].stepY == Approx(1.5));
    CHECK(frame.regions[2].lowPriority);
    CHECK(frame.calibration == Calibration::UltrasoundRegion); // one region alone is a picture in millimetres
    CHECK(frame.inPlaneSpacing == PixelSpacing{0.03 * 10, 0.02 * 10});

    auto two = basic("US");
    two.sequence(tags::SequenceOfUltrasoundRegions, {region({0, 0, 149, 199}, 1, 3, 3, 0.02, 0.02), region({150, 0, 299, 199}, 1, 3, 3, 0.01, 0.01)});
    const auto both = read(two).at(0);
    CHECK(both.regions.size() == 2);
    CHECK(both.calibration == Calibration::None); // no scale for the picture as a whole

    auto broken = basic("US");
    broken.sequence(tags::SequenceOfUltrasoundRegions, {region({0, 0, 149, 199}, 1, 3, 3, 0, 0.02)});
    const auto left = read(broken).at(0);
    CHECK(left.regions.empty());
    CHECK(left.calibration == Calibration::None);
    CHECK(left.warnings.size() == 1);
}

TEST_CASE("Ultrasound with a plane in the patient is measured by its regions where it has any", "[image][trap]")
{
    auto b = basic("US");
    b.decimals(tags::ImagePositionPatient, {0, 0, 0})
        .decimals(tags::ImageOrientationPatient, {1, 0, 0, 0, 1, 0})
        .decimals(tags::PixelSpacing, {0.4, 0.4});
    auto regions = b;
    const auto plain = read(b).at(0);
    REQUIRE(plain.plane);
    CHECK(plain.calibration == Calibration::Geometry);
    CHECK(plain.inPlaneSpacing == PixelSpacing{0.4, 0.4});
    regions.sequence(tags::SequenceOfUltrasoundRegions,
                     {region({0, 0, 149, 199}, 1, 3, 3, 0.02, 0.02), region({150, 0, 299, 199}, 1, 3, 3, 0.01, 0.01)});
    const auto two = read(regions).at(0);
    REQUIRE(two.plane);
    CHECK(two.regions.size() == 2);
    CHECK(two.calibration == Calibration::None);
}

TEST_CASE("Reconstructed slices of X-ray devices are in the patient, projections at the detector", "[image][trap]")
{
    for (const auto& [sopClass, expected] :
         std::vector<std::pair<std::string, Calibration>>{{"1.2.840.10008.5.1.4.1.1.13.1.3", Calibration::Geometry},
                                                          {"1.2.840.10008.5.1.4.1.1.13.1.1", Calibration::Geometry},
                                                          {"1.2.840.10008.5.1.4.1.1.1.2", Calibration::AtDetector}}) {
        INFO(sopClass);
        auto b = basic("MG");
        b.text(tags::SOPClassUID, UI, sopClass);
        b.decimals(tags::ImagePositionPatient, {0, 0, 0}).decimals(tags::ImageOrientationPatient, {1, 0, 0, 0, 1, 0});
        b.decimals(tags::PixelSpacing, {0.1, 0.1}).decimals(tags::ImagerPixelSpacing, {0.1, 0.1});
        CHECK(read(b).at(0).calibration == expected);
    }
}

TEST_CASE("A frame's own VOI table is not overruled by a window of the root", "[image][trap]")
{
    auto b = basic("MR", 2);
    b.decimals(tags::WindowCenter, {40}).decimals(tags::WindowWidth, {400});
    DataSetBuilder table, voi, group, other;
    table.integers(tags::LUTDescriptor, US, {4, 0, 8}).integers(tags::LUTData, US, {0, 80, 160, 255});
    voi.sequence(tags::VOILUTSequence, {table});
    group.sequence(tags::FrameVOILUTSequence, {voi});
    b.sequence(tags::PerFrameFunctionalGroupsSequence, {group, other});
    const auto frames = read(b);
    REQUIRE(frames.size() == 2);
    CHECK(frames[0].windows.empty());
    CHECK(frames[0].voiTables.size() == 1);
    REQUIRE(frames[1].windows.size() == 1);
    CHECK(frames[1].windows[0].center == 40);
    CHECK(frames[1].voiTables.empty());
}

TEST_CASE("Ultrasound: a frame's own regions come before the shared and the root's", "[image][trap]")
{
    auto b = basic("US", 3);
    const auto withStep = [](double step) {
        DataSetBuilder group;
        group.sequence(tags::SequenceOfUltrasoundRegions, {region({0, 0, 299, 199}, 1, 3, 3, step, step)});
        return group;
    };
    b.sequence(tags::SequenceOfUltrasoundRegions, {region({0, 0, 299, 199}, 1, 3, 3, 0.09, 0.09)});
    b.sequence(tags::SharedFunctionalGroupsSequence, {withStep(0.02)});
    b.sequence(tags::PerFrameFunctionalGroupsSequence, {withStep(0.03), DataSetBuilder(), withStep(0.05)});
    const auto frames = read(b);
    REQUIRE(frames.size() == 3);
    CHECK(frames[0].regions.at(0).stepX == Approx(0.3));
    CHECK(frames[1].regions.at(0).stepX == Approx(0.2));
    CHECK(frames[2].regions.at(0).stepX == Approx(0.5));
}

TEST_CASE("b-values: the standard's attribute, then the makers' own", "[image][trap]")
{
    const auto bOf = [](const std::function<void(DataSetBuilder&)>& fill) {
        auto b = basic("MR");
        fill(b);
        return read(b).at(0).diffusionBValue;
    };
    CHECK_FALSE(bOf([](DataSetBuilder&) {}));
    const auto siemens = [](DataSetBuilder& b) { b.text({0x0019, 0x0010}, LO, "SIEMENS MR HEADER").integers({0x0019, 0x100C}, IS, {750}); };
    CHECK(bOf(siemens) == 750);
    CHECK(bOf([](DataSetBuilder& b) { b.text({0x0019, 0x0011}, LO, "SIEMENS MR HEADER").raw({0x0019, 0x110C}, Vr{'U', 'N'}, Bytes{'5', '0', ' ', ' '}); }) == 50);
    CHECK_FALSE(bOf([](DataSetBuilder& b) { b.text({0x0019, 0x0010}, LO, "SOMEBODY ELSE").integers({0x0019, 0x100C}, IS, {750}); }));
    CHECK(bOf([](DataSetBuilder& b) { b.text({0x0043, 0x0010}, LO, "GEMS_PARM_01").integers({0x0043, 0x1039}, IS, {1000001000, 8, 0, 0}); }) == 1000);
    CHECK(bOf([](DataSetBuilder& b) { b.text({0x0043, 0x0010}, LO, "GEMS_PARM_01").integers({0x0043, 0x1039}, IS, {600, 8, 0, 0}); }) == 600);
    CHECK(bOf([](DataSetBuilder& b) { b.text({0x2001, 0x0010}, LO, "Philips Imaging DD 001").doubles({0x2001, 0x1003}, FL, {800}); }) == 800);
    CHECK(bOf([&](DataSetBuilder& b) {
              siemens(b);
              b.doubles(tags::DiffusionBValue, FD, {1200});
          }) == 1200);
}

TEST_CASE("Enhanced frames: per-frame over shared over root, stacks, times and dimensions", "[image][trap]")
{
    const auto plane = [](double z) {
        DataSetBuilder p;
        p.decimals(tags::ImagePositionPatient, {-10, 5, z});
        return p;
    };
    const auto frame = [&](double z, const std::string& stack, int time, int b) {
        DataSetBuilder content, group;
        content.text({0x0020, 0x9056}, SH, stack).integers({0x0020, 0x9057}, UL, {1}).integers({0x0020, 0x9128}, UL, {time});
        content.integers(tags::DimensionIndexValues, UL, {1, time, 4}).text({0x0018, 0x9074}, DT, "20260101101500.5");
        group.sequence(tags::FrameContentSequence, {content}).sequence(tags::PlanePositionSequence, {plane(z)});
        if (b > 0) {
            DataSetBuilder diffusion;
            diffusion.doubles(tags::DiffusionBValue, FD, {double(b)});
            group.sequence({0x0018, 0x9117}, {diffusion});
        }
        return group;
    };
    auto b = basic("MR", 4);
    DataSetBuilder orientation, measures, shared, sharedDiffusion;
    orientation.decimals(tags::ImageOrientationPatient, {1, 0, 0, 0, 1, 0});
    measures.decimals(tags::PixelSpacing, {0.8, 0.5});
    sharedDiffusion.doubles(tags::DiffusionBValue, FD, {40});
    shared.sequence(tags::PlaneOrientationSequence, {orientation}).sequence(tags::PixelMeasuresSequence, {measures});
    shared.sequence({0x0018, 0x9117}, {sharedDiffusion});
    b.sequence(tags::SharedFunctionalGroupsSequence, {shared});
    b.sequence(tags::PerFrameFunctionalGroupsSequence, {frame(0, "A", 1, 0), frame(3, "A", 1, 0), frame(0, "B", 2, 900), frame(3, "B", 2, 900)});
    DataSetBuilder stackIndex, timeIndex, placeIndex;
    stackIndex.attributeTags({0x0020, 0x9165}, {Tag{0x0020, 0x9056}});
    timeIndex.attributeTags({0x0020, 0x9165}, {Tag{0x0020, 0x9128}});
    placeIndex.attributeTags({0x0020, 0x9165}, {Tag{0x0020, 0x0032}});
    b.sequence({0x0020, 0x9222}, {stackIndex, timeIndex, placeIndex});
    b.doubles(tags::DiffusionBValue, FD, {7777}).text(tags::AcquisitionTime, TM, "080000");
    b.decimals(tags::ImagePositionPatient, {99, 99, 99});
    const auto frames = read(b);
    REQUIRE(frames.size() == 4);
    CHECK(frames[0].diffusionBValue == 40);
    CHECK(frames[2].diffusionBValue == 900);
    REQUIRE(frames[1].plane);
    CHECK(frames[1].plane->position == Vec3{-10, 5, 3});
    CHECK(frames[1].plane->spacing == PixelSpacing{0.8, 0.5});
    CHECK(frames[3].stackId == "B");
    CHECK(frames[3].temporalPosition == 2);
    CHECK(frames[3].dimensions == "(0020,9128)=2");
    CHECK(frames[0].acquisitionTime == "20260101101500.5");
    const auto sets = makeDisplaySets(frames);
    REQUIRE(sets.size() == 2);
    CHECK(sets[0].splitReason == "stack");
    CHECK(sets[1].frames.size() == 2);
    CHECK(sets[1].spacingBetweenSlices == Approx(3));
}

TEST_CASE("Classic frames: trigger, kernel and contrast are read where they are said", "[image]")
{
    auto b = basic("CT");
    b.text(tags::ConvolutionKernel, SH, "B30f").text({0x0018, 0x0010}, LO, "Iopamidol").text(tags::AcquisitionTime, TM, "101523.5");
    b.decimals(tags::TriggerTime, {430.5});
    const auto frame = read(b).at(0);
    CHECK(frame.convolutionKernel == "B30f");
    CHECK(frame.contrastAgent == "Iopamidol");
    CHECK(frame.acquisitionTime == "101523.5");
    CHECK(frame.triggerTime == 430.5);
    CHECK_FALSE(frame.cardiacPhase);
    CHECK(frame.stackId.empty());
    CHECK_FALSE(frame.monochrome1);
    CHECK(read(b.text(tags::PhotometricInterpretation, CS, "MONOCHROME1")).at(0).monochrome1);
}
