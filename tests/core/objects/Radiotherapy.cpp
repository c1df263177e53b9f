#include <cmath>

#include "core/objects/RtDose.h"
#include "core/objects/RtPlan.h"
#include "core/objects/StructureSet.h"
#include "tests/core/objects/ObjectFiles.h"

using namespace akari;
using namespace akari::objects;
using namespace akari::test;

namespace {

constexpr const char* kDoseClass = "1.2.840.10008.5.1.4.1.1.481.2";

// Two planes of 1 × 2 pixels: 1 2 | 3 4.
DataSetBuilder dose(const std::vector<double>& orientation, const std::vector<double>& offsets)
{
    DataSetBuilder out;
    return out.text(tag::DoseUnits, {'C', 'S'}, "GY")
        .decimals(tag::DoseGridScaling, {0.5})
        .decimals(dicom::tags::ImagePositionPatient, {10, 20, -30})
        .decimals(dicom::tags::ImageOrientationPatient, orientation)
        .decimals(tag::PixelSpacing, {2, 3})
        .decimals(tag::GridFrameOffsetVector, offsets)
        .text(tag::NumberOfFrames, {'I', 'S'}, "2")
        .integers(tag::Rows, {'U', 'S'}, {1})
        .integers(tag::Columns, {'U', 'S'}, {2})
        .integers(tag::BitsAllocated, {'U', 'S'}, {16})
        .integers(tag::PixelRepresentation, {'U', 'S'}, {0})
        .raw(tag::PixelData, {'O', 'W'}, {1, 0, 2, 0, 3, 0, 4, 0});
}

RtDose doseOf(const DataSetBuilder& builder)
{
    const auto read = readRtDose(part10Of(builder, kDoseClass));
    INFO((read ? std::string{} : read.error().code + " " + read.error().detail));
    REQUIRE(read.has_value());
    return *read;
}

} // namespace

TEST_CASE("A structure set gives regions with contours, colours and types", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const auto set = readStructureSet(part10At("12_pydicom_core/test_files/rtstruct.dcm"));
    REQUIRE(set.has_value());
    CHECK(set->label == "sep30");
    CHECK(set->date == "20091223");
    REQUIRE(set->regions.size() == 3);
    const RegionOfInterest& patient = set->regions[0];
    CHECK(patient.number == 1);
    CHECK(patient.name == "patient");
    CHECK(patient.generationAlgorithm == "MANUAL");
    CHECK(patient.interpretedType == "EXTERNAL");
    CHECK(patient.colour == DisplayColour{220, 160, 120});
    REQUIRE(patient.contours.size() == 3);
    CHECK(patient.contours[0].geometricType == "CLOSED_PLANAR");
    REQUIRE(patient.contours[0].points.size() == 5);
    CHECK(patient.contours[0].points[0] == image::Vec3{-200, 150, -200});
    CHECK(patient.contours[1].points.size() == 6);
    CHECK(set->regions[1].contours.at(0).geometricType == "POINT");
    CHECK(set->regions[1].interpretedType == "ISOCENTER");
    REQUIRE(set->framesOfReference.size() == 1);
    CHECK(set->framesOfReference[0].series.at(0).series.value == "1.2.826.0.1.3680043.8.498.2010020400001.2.1.1");
    CHECK(set->warnings.empty());

    const auto drawn = readStructureSet(part10At("18_rtstruct_rt_utils/tests/mock_data/rt.dcm"));
    REQUIRE(drawn.has_value());
    CHECK(drawn->regions.at(0).contours.at(1).points.size() == 8);
    CHECK(drawn->regions[0].contours[0].images.at(0).instance.ends_with("471.893.87"));
    CHECK(drawn->framesOfReference.at(0).series.at(0).instances.size() == 2);
    const auto many = readStructureSet(part10At("18_rtstruct_rt_utils/tests/mock_data/non_existent_reference_rt.dcm"));
    REQUIRE(many.has_value());
    CHECK(many->regions.at(3).contours.at(0).points.size() == 355);
    CHECK(many->regions[3].colour == DisplayColour{255, 0, 0});
    CHECK(many->regions[3].contours[0].points[0] == image::Vec3{44.678, 20.019, 70});
}

TEST_CASE("Contours without whole points are left out, with a warning", "[core][objects]")
{
    DataSetBuilder roi;
    roi.integers(tag::ROINumber, {'I', 'S'}, {7}).text(tag::ROIName, {'L', 'O'}, "liver");
    DataSetBuilder good;
    good.decimals(tag::ContourData, {1, 2, 3}).text(tag::NumberOfContourPoints, {'I', 'S'}, "1");
    DataSetBuilder ragged;
    ragged.decimals(tag::ContourData, {1, 2, 3, 4});
    DataSetBuilder counted;
    counted.decimals(tag::ContourData, {1, 2, 3}).text(tag::NumberOfContourPoints, {'I', 'S'}, "2000000000");
    DataSetBuilder contours;
    contours.integers(tag::ReferencedROINumber, {'I', 'S'}, {7}).sequence(tag::ContourSequence, {good, ragged, counted});
    DataSetBuilder stray;
    stray.integers(tag::ReferencedROINumber, {'I', 'S'}, {8}).sequence(tag::ContourSequence, {good});
    DataSetBuilder set;
    set.sequence(tag::StructureSetROISequence, {roi}).sequence(tag::ROIContourSequence, {contours, stray});
    const auto read = readStructureSet(part10Of(set, "1.2.840.10008.5.1.4.1.1.481.3"));
    REQUIRE(read.has_value());
    CHECK(read->regions.at(0).contours.size() == 1);
    CHECK(read->warnings == std::vector<std::string>{"rtstruct.contour.points", "rtstruct.roi.unknown"});
    CHECK(readStructureSet(part10Of(DataSetBuilder{}, "1.2.840.10008.5.1.4.1.1.481.3")).error().code == "rtstruct.absent");
}

TEST_CASE("A dose grid's doses and planes", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    for (const char* name : {"rtdose.dcm", "rtdose_expb.dcm"}) {
        INFO(name);
        const dicom::Part10 file = part10At(std::string("12_pydicom_core/test_files/") + name);
        const auto read = readRtDose(file);
        REQUIRE(read.has_value());
        CHECK(read->units == "RELATIVE");
        CHECK(read->summationType == "BEAM");
        REQUIRE(read->grid.has_value());
        CHECK(read->grid->framePositions.size() == 15);
        CHECK(read->grid->frameOffsets[14] == 70);
        CHECK(read->grid->bitsAllocated == 32);
        double sum = 0;
        for (int frame = 1; frame <= 15; ++frame) {
            const auto doses = dosesOfFrame(file, *read, FrameNumber{frame});
            REQUIRE(doses.has_value());
            for (const double one : *doses) {
                sum += one;
            }
            if (frame == 1) {
                CHECK(doses->at(0) == Approx(1.249).epsilon(1e-12));
            }
        }
        CHECK(sum == Approx(1519.91).epsilon(1e-9));
    }
    const auto one = readRtDose(part10At("12_pydicom_core/test_files/rtdose_1frame.dcm"));
    REQUIRE(one.has_value());
    CHECK(one->grid->framePositions.size() == 1);
    CHECK(one->warnings == std::vector<std::string>{"rtdose.offsets.more"});
    const dicom::Part10 packed = part10At("12_pydicom_core/test_files/rtdose_rle.dcm");
    CHECK(dosesOfFrame(packed, *readRtDose(packed), FrameNumber{1}).error().code == "rtdose.encapsulated");
}

TEST_CASE("Both forms of the dose grid's offsets give the same planes", "[core][objects]")
{
    const std::vector<double> axial = {1, 0, 0, 0, 1, 0};
    const RtDose relative = doseOf(dose(axial, {0, 4}));
    CHECK(relative.grid->framePositions[1] == image::Vec3{10, 20, -26});
    const RtDose absolute = doseOf(dose(axial, {-30, -26}));
    CHECK(absolute.grid->framePositions[1] == image::Vec3{10, 20, -26});
    CHECK(absolute.warnings.empty());
    // The normal points to the feet: offsets run along it, z coordinates stay what they are.
    const std::vector<double> mirrored = {1, 0, 0, 0, -1, 0};
    CHECK(doseOf(dose(mirrored, {0, 4})).grid->framePositions[1] == image::Vec3{10, 20, -34});
    CHECK(doseOf(dose(mirrored, {-30, -26})).grid->framePositions[1] == image::Vec3{10, 20, -26});
    // Offsets of neither form place nothing.
    CHECK(readRtDose(part10Of(dose(axial, {5, 9}), kDoseClass)).error().code == "rtdose.grid");
    const dicom::Part10 file = part10Of(dose(axial, {0, 4}), kDoseClass);
    CHECK(*dosesOfFrame(file, *readRtDose(file), FrameNumber{2}) == std::vector<double>{1.5, 2});
}

TEST_CASE("Dose grids that can't be are one error", "[core][objects]")
{
    const std::vector<double> axial = {1, 0, 0, 0, 1, 0};
    CHECK(readRtDose(part10Of(dose(axial, {0}), kDoseClass)).error().code == "rtdose.frames");
    CHECK(readRtDose(part10Of(dose(axial, {0, 4}).text(tag::NumberOfFrames, {'I', 'S'}, "2000000000"), kDoseClass)).error().code == "rtdose.frames");
    CHECK(readRtDose(part10Of(dose(axial, {0, 4}).integers(tag::BitsAllocated, {'U', 'S'}, {8}), kDoseClass)).error().code == "rtdose.grid");
    CHECK(readRtDose(part10Of(dose(axial, {0, 4}).empty(tag::DoseGridScaling, {'D', 'S'}), kDoseClass)).error().code == "rtdose.grid");
    CHECK(readRtDose(part10Of(DataSetBuilder{}, kDoseClass)).error().code == "rtdose.absent");
}

TEST_CASE("Dose-volume histograms add up their bins", "[core][objects]")
{
    DataSetBuilder region;
    region.integers(tag::ReferencedROINumber, {'I', 'S'}, {3}).text(tag::DVHROIContributionType, {'C', 'S'}, "INCLUDED");
    DataSetBuilder histogram;
    histogram.text(tag::DVHType, {'C', 'S'}, "CUMULATIVE").text(tag::DoseUnits, {'C', 'S'}, "GY").text(tag::DVHVolumeUnits, {'C', 'S'}, "CM3");
    histogram.decimals(tag::DVHDoseScaling, {2}).decimals(tag::DVHMeanDose, {1.75}).integers(tag::DVHNumberOfBins, {'I', 'S'}, {3});
    histogram.decimals(tag::DVHData, {0.5, 10, 0.5, 8, 1, 2}).sequence(tag::DVHReferencedROISequence, {region});
    DataSetBuilder object;
    const RtDose read = doseOf(object.text(tag::DoseUnits, {'C', 'S'}, "GY").sequence(tag::DVHSequence, {histogram}));
    CHECK_FALSE(read.grid.has_value());
    const DoseVolumeHistogram& one = read.histograms.at(0);
    REQUIRE(one.bins.size() == 3);
    CHECK(one.bins[0].dose == 1);
    CHECK(one.bins[2].dose == 4);
    CHECK(one.bins[2].volume == 2);
    CHECK(one.mean == 1.75);
    CHECK(one.regions.at(0).number == 3);
    CHECK(read.warnings.empty());
}

TEST_CASE("A plan's beams, fractions and dose references", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const auto plan = readRtPlan(part10At("12_pydicom_core/test_files/rtplan.dcm"));
    REQUIRE(plan.has_value());
    CHECK(plan->label == "Plan1");
    CHECK(plan->approvalStatus == "UNAPPROVED");
    CHECK_FALSE(plan->ion);
    REQUIRE(plan->beams.size() == 1);
    CHECK(plan->beams[0].name == "Field 1");
    CHECK(plan->beams[0].machine == "unit001");
    CHECK(plan->beams[0].radiationType == "PHOTON");
    CHECK(plan->beams[0].controlPoints == 2);
    CHECK(plan->beams[0].nominalEnergy == 6);
    CHECK(plan->beams[0].gantryStart == 0);
    REQUIRE(plan->beams[0].isocentre.has_value());
    CHECK(plan->beams[0].isocentre->x == Approx(235.711172833292));
    REQUIRE(plan->fractionGroups.size() == 1);
    CHECK(plan->fractionGroups[0].fractionsPlanned == 30);
    CHECK(plan->fractionGroups[0].beams.at(0).dose == 1.0275401);
    CHECK(plan->fractionGroups[0].beams.at(0).meterset == 116.0036697);
    REQUIRE(plan->doseReferences.size() == 2);
    CHECK(plan->doseReferences[1].type == "TARGET");
    CHECK(plan->doseReferences[1].targetPrescriptionDose == 30.826203);
    CHECK(plan->doseReferences[0].organMaximumDose == 75);
    CHECK(plan->structureSets.at(0).instance == "1.2.333.444.55.6.7777.88888");
    CHECK(plan->warnings.empty());
    CHECK(readRtPlan(part10Of(DataSetBuilder{}, "1.2.840.10008.5.1.4.1.1.481.5")).error().code == "rtplan.absent");
}
