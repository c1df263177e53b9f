#include "core/objects/EncapsulatedDocument.h"
#include "core/objects/HangingProtocol.h"
#include "core/objects/ObjectKind.h"
#include "core/objects/ObjectSummary.h"
#include "core/objects/Ophthalmic.h"
#include "core/objects/VisualField.h"
#include "tests/core/objects/ObjectFiles.h"

using namespace akari;
using namespace akari::objects;
using namespace akari::test;

namespace {

constexpr const char* kPhotograph = "1.2.840.10008.5.1.4.1.1.77.1.5.1";
constexpr const char* kTomography = "1.2.840.10008.5.1.4.1.1.77.1.5.4";
constexpr const char* kFieldClass = "1.2.840.10008.5.1.4.1.1.80.1";
constexpr const char* kPdfClass = "1.2.840.10008.5.1.4.1.1.104.1";

DataSetBuilder lineScan(const std::vector<double>& coordinates)
{
    DataSetBuilder location = referenceItem(kPhotograph, "1.2.77");
    location.doubles(tag::ReferenceCoordinates, {'F', 'L'}, coordinates).text(tag::OphthalmicImageOrientation, {'C', 'S'}, "LINEAR");
    DataSetBuilder content;
    content.text(tag::FrameAcquisitionDateTime, {'D', 'T'}, "20240102030405");
    DataSetBuilder anatomy;
    anatomy.text(tag::FrameLaterality, {'C', 'S'}, "L").sequence(tag::AnatomicRegionSequence, {codeItem("5665001", "SCT", "Retina")});
    DataSetBuilder out;
    return out.sequence(tag::OphthalmicFrameLocationSequence, {location}).sequence(tag::FrameContentSequence, {content}).sequence(tag::FrameAnatomySequence, {anatomy});
}

} // namespace

TEST_CASE("A photograph of an eye says which eye, how, and in what state", "[core][objects]")
{
    DataSetBuilder lens;
    lens.doubles(tag::SphericalLensPower, {'F', 'L'}, {-2.5}).doubles(tag::CylinderLensPower, {'F', 'L'}, {0.75}).doubles(tag::CylinderAxis, {'F', 'L'}, {90});
    DataSetBuilder agent;
    agent.sequence(tag::MydriaticAgentCodeSequence, {codeItem("387526001", "SCT", "Tropicamide")});
    DataSetBuilder photo;
    photo.text(tag::ImageLaterality, {'C', 'S'}, "R").sequence(tag::AcquisitionDeviceTypeCodeSequence, {codeItem("409898007", "SCT", "Fundus Camera")});
    photo.doubles(tag::HorizontalFieldOfView, {'F', 'L'}, {45}).text(tag::PupilDilated, {'C', 'S'}, "YES").doubles(tag::IntraOcularPressure, {'F', 'L'}, {15.5});
    photo.sequence(tag::RefractiveStateSequence, {lens}).sequence(tag::MydriaticAgentSequence, {agent});
    const auto read = readOphthalmicImage(part10Of(photo, kPhotograph));
    REQUIRE(read.has_value());
    CHECK_FALSE(read->tomography);
    CHECK(read->laterality == "R");
    CHECK(read->device.meaning == "Fundus Camera");
    CHECK(read->horizontalFieldOfView == 45);
    CHECK(read->intraOcularPressure == 15.5);
    CHECK(read->sphere == -2.5);
    CHECK(read->axis == 90);
    CHECK(read->mydriaticAgents.at(0).meaning == "Tropicamide");
    CHECK(read->warnings.empty());
    CHECK(readOphthalmicImage(part10Of(DataSetBuilder{}, kPhotograph))->warnings == std::vector<std::string>{"eye.laterality"});
    CHECK(readOphthalmicImage(part10Of(photo, "1.2.840.10008.5.1.4.1.1.7")).error().code == "eye.absent");
}

TEST_CASE("A tomography's frames lie on their reference image", "[core][objects]")
{
    DataSetBuilder volume;
    volume.text(tag::NumberOfFrames, {'I', 'S'}, "2").doubles(tag::AxialLengthOfTheEye, {'F', 'L'}, {24.5}).doubles(tag::DepthSpatialResolution, {'F', 'L'}, {7});
    DataSetBuilder damaged = lineScan({1, 2, 3});
    volume.sequence(tag::PerFrameFunctionalGroupsSequence, {lineScan({383, 0, 383, 767}), damaged});
    const auto read = readOphthalmicImage(part10Of(volume, kTomography));
    REQUIRE(read.has_value());
    CHECK(read->tomography);
    CHECK(read->laterality == "L");
    CHECK(read->anatomy.meaning == "Retina");
    CHECK(read->axialLength == 24.5);
    CHECK(read->depthResolution == 7);
    REQUIRE(read->frames.size() == 2);
    CHECK(read->frames[0].acquired == "20240102030405");
    const FrameLocation& line = read->frames[0].locations.at(0);
    CHECK(line.orientation == "LINEAR");
    CHECK(line.image.instance == "1.2.77");
    CHECK(line.coordinates == std::vector<std::pair<double, double>>{{383, 0}, {383, 767}});
    CHECK(read->frames[1].locations.empty());
    CHECK(read->warnings == std::vector<std::string>{"eye.location"});
    volume.text(tag::NumberOfFrames, {'I', 'S'}, "1000000000");
    CHECK(readOphthalmicImage(part10Of(volume, kTomography)).error().code == "eye.frames");
}

TEST_CASE("A visual field's points, indices and reliability", "[core][objects]")
{
    const auto point = [](double x, double y, double sensitivity) {
        DataSetBuilder normals;
        normals.doubles(tag::AgeCorrectedSensitivityDeviationValue, {'F', 'L'}, {-4}).doubles(tag::AgeCorrectedSensitivityDeviationProbabilityValue, {'F', 'L'}, {0.5});
        DataSetBuilder out;
        out.doubles(tag::VisualFieldTestPointXCoordinate, {'F', 'L'}, {x}).doubles(tag::VisualFieldTestPointYCoordinate, {'F', 'L'}, {y});
        out.text(tag::StimulusResults, {'C', 'S'}, "SEEN").doubles(tag::SensitivityValue, {'F', 'L'}, {sensitivity});
        return out.sequence(tag::VisualFieldTestPointNormalsSequence, {normals});
    };
    DataSetBuilder placeless;
    placeless.doubles(tag::SensitivityValue, {'F', 'L'}, {3});
    DataSetBuilder trials;
    trials.doubles(tag::FalsePositivesEstimate, {'F', 'L'}, {4}).doubles(tag::FalseNegativesEstimate, {'F', 'L'}, {7.5});
    DataSetBuilder fixation;
    fixation.integers(tag::FixationCheckedQuantity, {'U', 'S'}, {15}).integers(tag::PatientNotProperlyFixatedQuantity, {'U', 'S'}, {2});
    DataSetBuilder normals;
    normals.doubles(tag::GlobalDeviationFromNormal, {'F', 'L'}, {-6.25}).doubles(tag::LocalizedDeviationFromNormal, {'F', 'L'}, {3.5});
    DataSetBuilder field;
    field.text(tag::MeasurementLaterality, {'C', 'S'}, "R").doubles(tag::VisualFieldHorizontalExtent, {'F', 'L'}, {48}).doubles(tag::StimulusArea, {'F', 'L'}, {4});
    field.sequence(tag::VisualFieldCatchTrialSequence, {trials}).sequence(tag::FixationSequence, {fixation}).sequence(tag::ResultsNormalsSequence, {normals});
    field.sequence(tag::VisualFieldTestPointSequence, {point(-3, 9, 27), placeless, point(15, -3, 0)});
    const auto read = readVisualField(part10Of(field, kFieldClass));
    REQUIRE(read.has_value());
    CHECK(read->laterality == "R");
    CHECK(read->horizontalExtent == 48);
    CHECK(read->falseNegatives == 7.5);
    CHECK(read->fixationLosses == 2);
    CHECK(read->globalDeviation == -6.25);
    CHECK(read->localizedDeviation == 3.5);
    REQUIRE(read->points.size() == 2);
    CHECK(read->points[0].x == -3);
    CHECK(read->points[0].sensitivity == 27);
    CHECK(read->points[0].ageCorrectedDeviation == -4);
    CHECK(read->points[1].y == -3);
    CHECK(read->points[1].sensitivity == 0);
    CHECK(read->warnings == std::vector<std::string>{"field.point"});
    CHECK(summaryOf(part10Of(field, kFieldClass))->line == "eye R, 2 points, mean deviation -6.25 dB");
}

TEST_CASE("A hanging protocol for neurosurgery", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const auto read = readHangingProtocol(part10At("15_presentation_LUT_overlay_GSPS_weasis/NeurosurgeryPlan.dcm"));
    REQUIRE(read.has_value());
    CHECK(read->name == "NeurosurgeryPlan");
    CHECK(read->level == "SITE");
    CHECK(read->creator == "Smith^Joseph");
    CHECK(read->created == "20020101104200");
    CHECK(read->priors == 1);
    REQUIRE(read->definitions.size() == 2);
    CHECK(read->definitions[1].modality == "CT");
    CHECK(read->definitions[1].anatomicRegions.at(0).meaning == "Head");
    CHECK(read->definitions[1].reasons.at(0).meaning == "Cerebral aneurysm");
    REQUIRE(read->imageSets.size() == 3);
    CHECK(read->imageSets[2].label == "Prior CT Head");
    CHECK(read->imageSets[2].category == "ABSTRACT_PRIOR");
    CHECK(read->imageSets[2].abstractPrior == std::array<std::int32_t, 2>{1, 1});
    CHECK_FALSE(read->imageSets[2].relativeTime.has_value());
    CHECK(read->imageSets[0].relativeTime == std::array<std::int32_t, 2>{0, 0});
    REQUIRE(read->imageSets[2].selectors.size() == 2);
    CHECK(read->imageSets[2].selectors[1].attribute == dicom::Tag{0x0008, 0x0060});
    CHECK(read->imageSets[2].selectors[1].values == std::vector<std::string>{"CT"});
    CHECK_FALSE(read->imageSets[2].selectors[1].matchesWhenAbsent);
    REQUIRE(read->screens.size() == 2);
    CHECK(read->screens[1].columns == 2048);
    CHECK(read->screens[1].rows == 2560);
    REQUIRE(read->displaySets.size() == 22);
    CHECK(read->displaySets[0].reformatting == "MPR");
    CHECK(read->displaySets[0].voiType == "BRAIN");
    CHECK(read->displaySets[0].patientOrientation == std::vector<std::string>{"L", "F"});
    CHECK(read->displaySets[3].filters.at(0).operation == "NOT_MEMBER_OF");
    CHECK(read->displaySets[3].filters[0].values == std::vector<std::string>{"LOCALIZER"});
    CHECK(read->displaySets[4].boxes.at(0).tileColumns == 3);
    CHECK(read->displaySets[0].sorting.at(0).category == "ALONG_AXIS");
    CHECK(read->displaySets[0].sorting[0].operation == "INCREASING");
    CHECK(read->displaySets[14].boxes.at(1).place == std::array<double, 4>{0.333333333, 0.5, 1, 0.25});
    CHECK(read->displaySets[16].imageSet == 3);
    CHECK(read->synchronizedScrolling == std::vector<std::vector<std::int32_t>>{{15, 16}, {21, 22}});
    CHECK(read->partialDataHandling == "MAINTAIN_LAYOUT");
    CHECK(read->warnings.empty());
}

TEST_CASE("Encapsulated documents say what they are and where they come from", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const auto pdf = readEncapsulatedDocument(part10At("22_derived/encapsulated_pdf.dcm"));
    REQUIRE(pdf.has_value());
    CHECK(pdf->mimeType == "application/pdf");
    CHECK(pdf->title == "Test report");
    CHECK(pdf->burnedInAnnotation == "YES");
    CHECK(asText(pdf->bytes).substr(0, 5) == "%PDF-");
    DataSetBuilder cda;
    cda.raw(dicom::tags::EncapsulatedDocument, {'O', 'B'}, {'<', 'a', '/', '>'}).text(dicom::tags::MIMETypeOfEncapsulatedDocument, {'L', 'O'}, "TEXT/XML");
    cda.texts(tag::ListOfMIMETypes, {'L', 'O'}, {"text/xml", "image/jpeg"}).text(tag::HL7InstanceIdentifier, {'S', 'T'}, "1.2.3^4");
    cda.sequence(tag::SourceInstanceSequence, {referenceItem("1.2", "1.2.9")}).sequence(tag::ConceptNameCodeSequence, {codeItem("34133-9", "LN", "Summarization of Episode Note")});
    const auto read = readEncapsulatedDocument(part10Of(cda, "1.2.840.10008.5.1.4.1.1.104.2"));
    REQUIRE(read.has_value());
    CHECK(read->mimeType == "text/xml");
    CHECK(read->mimeTypes == std::vector<std::string>{"text/xml", "image/jpeg"});
    CHECK(read->title == "Summarization of Episode Note");
    CHECK(read->hl7InstanceIdentifier == "1.2.3^4");
    CHECK(read->sources.at(0).instance == "1.2.9");
    CHECK(asText(read->bytes) == "<a/>");
}

TEST_CASE("Kinds of objects by their SOP class", "[core][objects]")
{
    CHECK(objectKind("1.2.840.10008.5.1.4.1.1.66.4").name == "Segmentation Storage");
    CHECK(objectKind("1.2.840.10008.5.1.4.1.1.66.7").kind == ObjectKind::Segmentation);
    CHECK(objectKind("1.2.840.10008.5.1.4.1.1.2").kind == ObjectKind::Image);
    CHECK(objectKind("1.2.840.10008.5.1.4.1.1.88.59").kind == ObjectKind::KeyObjectSelection);
    CHECK(objectKind("1.2.840.10008.5.1.4.1.1.88.67").kind == ObjectKind::DoseReport);
    CHECK(objectKind("1.2.840.10008.5.1.4.1.1.11.1").kind == ObjectKind::PresentationState);
    CHECK(objectKind("1.2.840.10008.5.1.4.38.1").kind == ObjectKind::HangingProtocol);
    CHECK(objectKind("1.2.3").kind == ObjectKind::Other);
    CHECK(objectKind("1.2.3").name.empty());
    CHECK(objectKind("").kind == ObjectKind::Other);
    CHECK(isShownAsImage(ObjectKind::WholeSlide));
    CHECK_FALSE(isShownAsImage(ObjectKind::Segmentation));
    CHECK(kindName(ObjectKind::RtDose) == "rtDose");
}

TEST_CASE("One line says what an object holds", "[core][objects][data]")
{
    AKARI_NEEDS_DATA();
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"17_seg_sr_sm_highdicom/seg_image_ct_binary.dcm", "1 segment: first segment"},
        {"16_seg_sr_parametric_dcmqi/sr-example/sr.dcm", "22 measurements in 1 group"},
        {"12_pydicom_core/test_files/rtstruct.dcm", "3 regions: patient, Isocenter 1, Isocenter 2"},
        {"12_pydicom_core/test_files/rtdose.dcm", "15 planes, RELATIVE"},
        {"12_pydicom_core/test_files/rtplan.dcm", "1 beam, 30 fractions"},
        {"12_pydicom_core/test_files/waveform_ecg.dcm", "12 channels, 10 s at 1000 Hz; 12 channels, 1.2 s at 1000 Hz"},
        {"17_seg_sr_sm_highdicom/sm_image.dcm", "50 × 50 pixels in 25 tiles"},
        {"13_pydicom_data_selected/parametric_map_float.dcm", "1 frame, no units"},
        {"16_seg_sr_parametric_dcmqi/sr-example/rwvm.dcm", "mappings for 191 images"},
        {"15_presentation_LUT_overlay_GSPS_weasis/NeurosurgeryPlan.dcm", "22 display sets, 1 prior"},
        {"22_derived/encapsulated_pdf.dcm", "application/pdf, 412 bytes"},
        {"17_seg_sr_sm_highdicom/sm_annotations.dcm", "2 shapes: nuclei"}};
    for (const auto& [path, line] : cases) {
        INFO(path);
        const auto summary = summaryOf(part10At(path));
        REQUIRE(summary.has_value());
        CHECK(summary->line == line);
    }
    CHECK(summaryOf(part10At("22_derived/kos_three_ct_slices.dcm"))->title == "Of Interest");
    CHECK(titleOf(part10Of(DataSetBuilder{}, kPdfClass)) == "Encapsulated PDF");
}
