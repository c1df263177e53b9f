// Ophthalmic photography and tomography (PS3.3 A.41, A.52, C.8.17): which eye, how it was taken, and where tomographic frames lie on the
// reference image.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "core/base/Result.h"
#include "core/dicom/DataSet.h"
#include "core/objects/References.h"

namespace akari::objects {

// A tomographic frame's line or area on a reference image (C.8.17.10).
struct FrameLocation {
    ReferencedSop image;
    std::string orientation; // LINEAR, NONLINEAR, TRANSVERSE
    // {row, column} of the reference image, as they are written: both ends of a line, each point of a nonlinear scan, or two corners.
    std::vector<std::pair<double, double>> coordinates;
    CodedConcept purpose;
};

struct OphthalmicFrame {
    FrameNumber number;
    std::string acquired; // DICOM DT
    std::vector<FrameLocation> locations;
};

struct OphthalmicImage {
    bool tomography = false;
    std::string laterality; // R, L, B; empty where the object doesn't say
    CodedConcept device;    // "Fundus Camera", "Optical Coherence Tomography Scanner", ...
    CodedConcept anatomy;
    std::vector<CodedConcept> illuminations, channels, imageFilters, lightFilters;
    CodedConcept relativePosition; // "DRS 1", "Macula centered", ...
    std::optional<double> horizontalFieldOfView;   // degrees
    std::optional<double> emmetropicMagnification;
    std::optional<double> intraOcularPressure;     // mmHg
    std::string pupilDilated;                      // YES, NO; empty where it is not known
    std::optional<double> degreeOfDilation;        // mm
    std::vector<CodedConcept> mydriaticAgents;
    std::optional<double> sphere, cylinder, axis;  // dioptres, dioptres, degrees
    std::optional<double> axialLength;             // mm
    // Tomography: resolution in the tissue.
    std::optional<double> depthResolution;         // µm
    std::optional<double> alongScanResolution, acrossScanResolution; // µm
    std::vector<OphthalmicFrame> frames;           // tomography alone
    std::vector<std::string> warnings;             // "eye.laterality", "eye.location"
};

// "eye.absent" for other objects; "eye.frames" when the frames that are described are not those that are counted.
Result<OphthalmicImage> readOphthalmicImage(const dicom::Part10& file);

} // namespace akari::objects
