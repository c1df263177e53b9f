// Visual fields (PS3.3 A.65, C.8.26): static perimetry of one eye.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/objects/References.h"

namespace akari::objects {

// Degrees from the fixation point, x to the patient's right in the field as the patient sees it, y up.
struct VisualFieldPoint {
    double x = 0, y = 0;
    std::string result;                       // SEEN, NOT SEEN, BLIND SPOT
    std::optional<double> sensitivity;        // dB
    std::optional<double> retestSensitivity;  // dB
    std::optional<double> ageCorrectedDeviation;            // dB
    std::optional<double> ageCorrectedProbability;          // percent
    std::optional<double> generalizedDefectDeviation;       // dB
    std::optional<double> generalizedDefectProbability;     // percent
};

struct VisualField {
    std::string laterality; // R, L, B
    std::string shape;      // RECTANGLE, CIRCLE, ELLIPSE
    std::optional<double> horizontalExtent, verticalExtent; // degrees
    std::vector<CodedConcept> testModes, strategies;        // screening test mode; performed protocol
    std::optional<double> maximumStimulusLuminance, backgroundLuminance; // cd/m2
    std::optional<double> stimulusArea;                     // mm2
    std::optional<double> testDuration;                     // s
    std::optional<double> meanSensitivity;                  // dB
    std::optional<double> globalDeviation, localizedDeviation; // dB: MD and PSD
    std::optional<double> fovealSensitivity;                // dB
    std::optional<double> falsePositives, falseNegatives;   // percent
    std::optional<std::int32_t> fixationChecks, fixationLosses;
    std::vector<VisualFieldPoint> points;                   // in the object's order
    std::vector<std::string> warnings;                      // "field.point", "field.laterality"
};

// "field.absent" for other objects. A point without a place is left out, with a warning.
Result<VisualField> readVisualField(const dicom::Part10& file);

} // namespace akari::objects
