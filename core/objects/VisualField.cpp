#include "core/objects/VisualField.h"

#include "core/objects/Reading.h"

namespace akari::objects {
namespace {

using namespace reading;

std::optional<VisualFieldPoint> pointFrom(const DataSet& item)
{
    const auto x = item.number(tag::VisualFieldTestPointXCoordinate);
    const auto y = item.number(tag::VisualFieldTestPointYCoordinate);
    if (!x || !y) {
        return std::nullopt;
    }
    VisualFieldPoint out;
    out.x = *x;
    out.y = *y;
    out.result = item.textOr(tag::StimulusResults);
    out.sensitivity = item.number(tag::SensitivityValue);
    out.retestSensitivity = item.number(tag::RetestSensitivityValue);
    if (const DataSet* normals = firstItem(item, tag::VisualFieldTestPointNormalsSequence)) {
        out.ageCorrectedDeviation = normals->number(tag::AgeCorrectedSensitivityDeviationValue);
        out.ageCorrectedProbability = normals->number(tag::AgeCorrectedSensitivityDeviationProbabilityValue);
        out.generalizedDefectDeviation = normals->number(tag::GeneralizedDefectCorrectedSensitivityDeviationValue);
        out.generalizedDefectProbability = normals->number(tag::GeneralizedDefectCorrectedSensitivityDeviationProbabilityValue);
    }
    return out;
}

void readReliability(const DataSet& dataSet, VisualField& out)
{
    if (const DataSet* trials = firstItem(dataSet, tag::VisualFieldCatchTrialSequence)) {
        out.falsePositives = trials->number(tag::FalsePositivesEstimate);
        out.falseNegatives = trials->number(tag::FalseNegativesEstimate);
    }
    if (const DataSet* fixation = firstItem(dataSet, tag::FixationSequence)) {
        out.fixationChecks = small(*fixation, tag::FixationCheckedQuantity);
        out.fixationLosses = small(*fixation, tag::PatientNotProperlyFixatedQuantity);
    }
}

void readGlobalResults(const DataSet& dataSet, VisualField& out)
{
    out.meanSensitivity = dataSet.number(tag::VisualFieldMeanSensitivity);
    out.fovealSensitivity = dataSet.number(tag::FovealSensitivity);
    if (const DataSet* normals = firstItem(dataSet, tag::ResultsNormalsSequence)) {
        out.globalDeviation = normals->number(tag::GlobalDeviationFromNormal);
        out.localizedDeviation = normals->number(tag::LocalizedDeviationFromNormal);
    }
}

} // namespace

Result<VisualField> readVisualField(const dicom::Part10& file)
{
    const DataSet& dataSet = file.dataSet;
    if (!dataSet.has(tag::VisualFieldTestPointSequence)) {
        return fail("field.absent", "The object is no visual field.");
    }
    VisualField out;
    for (const Tag where : {tag::MeasurementLaterality, tag::ImageLaterality, tag::Laterality}) {
        out.laterality = out.laterality.empty() ? dataSet.textOr(where) : out.laterality;
    }
    if (out.laterality != "R" && out.laterality != "L" && out.laterality != "B") {
        note(out.warnings, "field.laterality");
    }
    out.shape = dataSet.textOr(tag::VisualFieldShape);
    out.horizontalExtent = dataSet.number(tag::VisualFieldHorizontalExtent);
    out.verticalExtent = dataSet.number(tag::VisualFieldVerticalExtent);
    out.testModes = codes(dataSet, tag::ScreeningTestModeCodeSequence);
    out.strategies = codes(dataSet, tag::PerformedProtocolCodeSequence);
    out.maximumStimulusLuminance = dataSet.number(tag::MaximumStimulusLuminance);
    out.backgroundLuminance = dataSet.number(tag::BackgroundLuminance);
    out.stimulusArea = dataSet.number(tag::StimulusArea);
    out.testDuration = dataSet.number(tag::VisualFieldTestDuration);
    readReliability(dataSet, out);
    readGlobalResults(dataSet, out);
    for (const DataSet& item : dataSet.items(tag::VisualFieldTestPointSequence)) {
        if (auto point = pointFrom(item)) {
            out.points.push_back(std::move(*point));
        } else {
            note(out.warnings, "field.point");
        }
    }
    return out;
}

} // namespace akari::objects
