// Studies made by arithmetic: DICOM objects whose anatomy, noise and geometry are known exactly. The demo archive is filled from
// here, and tests measure against the truth that each generator returns.
//
// Coordinates: LPS, mm (x to the patient's left, y to the back, z to the head). Every object is a complete Part 10 file in explicit
// little endian. The same call gives the same bytes on every run and with any number of threads. All functions are thread-safe.
#pragma once

#include <array>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "core/base/Bytes.h"

namespace akari::phantom {

struct Point {
    double x = 0;
    double y = 0;
    double z = 0;
};

// q = rotation * p + translation; rotation row by row.
struct Rigid {
    std::array<double, 9> rotation{1, 0, 0, 0, 1, 0, 0, 0, 1};
    Point translation;

    Point apply(Point p) const;
    Rigid inverse() const;
};

struct GeneratedObject {
    std::string studyInstanceUid;
    std::string seriesInstanceUid;
    std::string sopInstanceUid;
    Bytes part10;
};

// Receives objects one at a time, in series order, on the thread that called the generator. Return false to stop generating.
// An empty sink computes no pixels: the call then only returns the truth, at once.
using Sink = std::function<bool(GeneratedObject&&)>;

// A ball inside which the tissue is homogeneous: the mean of many voxels is `value` (HU for CT, stored value for MR).
struct TissueSample {
    std::string tissue;
    Point centre;
    double radiusMm = 0;
    double value = 0;
};

struct Nodule {
    Point centre;
    double diameterMm = 0;
    double hounsfield = 0;
};

struct SeriesTruth {
    std::string seriesInstanceUid;
    std::string modality;
    std::string description;
    std::string frameOfReferenceUid;          // empty where the IOD has none
    std::vector<std::string> sopInstanceUids; // in the order generated; along +normal for volumes
    int columns = 0;
    int rows = 0;
    int frames = 0;               // of each object
    double betweenColumns = 0;    // mm, or cm for ultrasound
    double betweenRows = 0;
    double betweenSlices = 0;
    Point firstPixel;             // centre of the top-left pixel of the first slice
    Point alongRow{1, 0, 0};      // direction of growing column index
    Point alongColumn{0, 1, 0};   // direction of growing row index
};

struct GroundTruth {
    std::string studyInstanceUid;
    std::string studyDate;
    std::string accessionNumber;
    std::string patientName; // three groups, UTF-8
    std::string patientId;
    std::string issuerOfPatientId;
    std::vector<SeriesTruth> series;

    std::optional<Nodule> nodule;
    double noise = 0;                     // standard deviation of the added Gaussian noise
    std::vector<TissueSample> tissues;
    std::vector<Point> markers;           // centres of bright balls in the air around a whole-body phantom
    double markerDiameterMm = 0;
    Rigid toCurrent;                      // this study's LPS to the current chest CT's LPS
};

struct ChestOptions {
    int columns = 512;
    int rows = 512;
    int slices = 300;
    double betweenColumns = 0.70; // mm
    double betweenRows = 0.72;
    double betweenSlices = 1.0;
    double noise = 12;            // HU
};

GroundTruth chestCt(const ChestOptions& options, const Sink& sink);
// The same chest a year earlier: nodule of 8 mm, turned by 3 degrees and shifted, other noise, another frame of reference.
GroundTruth chestCtPrior(const ChestOptions& options, const Sink& sink);
ChestOptions priorOptions();
GroundTruth wholeBodyCt(int slices, const Sink& sink);
// PA (DX, MONOCHROME2) and lateral (DX, MONOCHROME1).
GroundTruth chestCr(const Sink& sink);
// Localizer in three planes, T1 and T2 axial-oblique, FLAIR coronal; names and texts in ISO 2022 IR 87.
GroundTruth brainMr(const Sink& sink);
GroundTruth ultrasoundClip(const Sink& sink);
// An encapsulated PDF in the study of chestCt.
GroundTruth requestForm(const Sink& sink);
Bytes requestFormPdf();

// One part of the demo archive: what it is, in words without a patient, and its generator.
struct DemoPart {
    std::string title;
    std::function<GroundTruth(const Sink&)> generate;
};
// Everything above, current studies first; largeSlices > 0 adds wholeBodyCt(largeSlices).
std::vector<DemoPart> demoParts(int largeSlices);
// All parts in one go; the request form counts to the chest CT's study.
std::vector<GroundTruth> demoStudies(int largeSlices, const Sink& sink);

} // namespace akari::phantom
