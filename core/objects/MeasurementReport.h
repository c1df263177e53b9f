// Measurement reports (PS3.16 TID 1500, 1410, 1411, 1501): findings that are tracked, with their numbers and where they were measured.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/objects/SrTree.h"

namespace akari::objects {

struct ReportedRegion {
    std::string valueType;             // SCOORD or SCOORD3D
    std::string graphicType;           // POINT, POLYLINE, ...
    std::vector<double> graphicData;   // SCOORD: column\row from the image's top left corner; SCOORD3D: LPS mm
    std::string frameOfReferenceUid;   // SCOORD3D
    std::vector<ReferencedSop> images; // SCOORD: what it was drawn on
};

struct ReportedMeasurement {
    CodedConcept name;
    std::optional<Quantity> quantity; // nullopt where the report gives a qualifier in its place
    CodedConcept qualifier;           // why there is no number
    CodedConcept derivation;          // mean, standard deviation, ...
    CodedConcept method;
    std::vector<ReportedRegion> regions;  // its own
    std::vector<ReferencedSop> images;
};

struct ReportedEvaluation {
    CodedConcept name;
    CodedConcept value; // its meaning alone for an answer in words
};

struct MeasurementGroup {
    std::string trackingId;
    std::string trackingUid;
    CodedConcept category;               // 276214006 SCT
    CodedConcept finding;                // 121071 DCM
    std::vector<CodedConcept> findingSites;
    CodedConcept laterality;
    CodedConcept method;                 // of all its measurements
    std::string session;                 // activity session
    std::string timePoint;
    std::vector<ReportedMeasurement> measurements;
    std::vector<ReportedEvaluation> evaluations;
    std::vector<ReportedRegion> regions;
    std::vector<ReferencedSop> segments; // referenced segments and segmentation frames
    std::vector<ReferencedSop> images;   // images and source images
    std::vector<ReferencedSop> valueMaps; // real world value maps used
    std::string sourceSeriesUid;         // of a segmentation: Source series for segmentation
};

struct MeasurementReport {
    CodedConcept title;
    std::vector<CodedConcept> procedures;
    std::vector<MeasurementGroup> groups;
    std::vector<ReportedEvaluation> evaluations; // of the whole report
    std::vector<std::string> warnings;
};

// "measurements.absent" when the report holds no measurement groups, else as readSr.
Result<MeasurementReport> readMeasurementReport(const dicom::Part10& file);

} // namespace akari::objects
