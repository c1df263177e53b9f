// The chest CT, its prior and the whole-body CT: three scans of one anatomy.
#include <cmath>

#include "core/dicom/Tags.h"
#include "core/phantom/Header.h"
#include "core/phantom/Noise.h"
#include "core/phantom/Rasterizer.h"

namespace akari::phantom {

namespace {

namespace tags = dicom::tags;
using dicom::DataSetBuilder;
using dicom::Tag;

constexpr double kNoduleDiameter = 12;
constexpr double kPriorNoduleDiameter = 8;
// Where the anatomy's origin lies for the scanner, and how the patient lay a year earlier.
constexpr Point kCurrentOffset{3.5, -142.0, -881.5};
constexpr Point kPriorShift{6, -4, 9};

struct Scan {
    StudyPlan study;
    SeriesPlan series;
    int columns = 0, rows = 0, slices = 0;
    double betweenColumns = 0, betweenRows = 0, betweenSlices = 0;
    double noise = 0;
    Rigid toAnatomy; // scanner LPS to anatomy
    Point firstPixel; // scanner LPS
    Point couch;     // scanner LPS of the couch's origin
    std::string contrast;
};

void putCt(DataSetBuilder& data, const Scan& scan)
{
    data.texts(tags::ImageType, vr::CS, {"ORIGINAL", "PRIMARY", "AXIAL"});
    data.integers(tags::AcquisitionNumber, vr::IS, {1});
    data.decimals(tags::KVP, {120});
    data.text(tags::PatientPosition, vr::CS, "HFS");
    data.text(tags::ConvolutionKernel, vr::SH, "STANDARD");
    data.text(tags::ScanOptions, vr::CS, "HELICAL");
    data.decimals(tags::GantryDetectorTilt, {0});
    data.text(Tag{0x0018, 0x0010}, vr::LO, scan.contrast);          // ContrastBolusAgent
    data.text(Tag{0x0018, 0x1140}, vr::CS, "CW");                   // RotationDirection
    data.decimals(Tag{0x0018, 0x1100}, {scan.columns * scan.betweenColumns}); // ReconstructionDiameter
    data.integers(Tag{0x0018, 0x1150}, vr::IS, {500});              // ExposureTime
    data.integers(Tag{0x0018, 0x1151}, vr::IS, {240});              // XRayTubeCurrent
    data.integers(Tag{0x0018, 0x1152}, vr::IS, {120});              // Exposure
    data.decimals(tags::RescaleIntercept, {-1024});
    data.decimals(tags::RescaleSlope, {1});
    data.text(tags::RescaleType, vr::LO, "HU");
    data.decimals(tags::WindowCenter, {40, -600});
    data.decimals(tags::WindowWidth, {400, 1500});
    data.texts(tags::WindowCenterWidthExplanation, vr::LO, {"MEDIASTINUM", "LUNG"});
}

std::vector<std::uint16_t> storedPixels(const Anatomy& anatomy, const Scan& scan, int slice)
{
    const Point first{scan.firstPixel.x, scan.firstPixel.y, scan.firstPixel.z + slice * scan.betweenSlices};
    const auto& r = scan.toAnatomy.rotation;
    Raster raster;
    raster.anatomy.origin = toVec(scan.toAnatomy.apply(first));
    raster.anatomy.columnStep = toVec({r[0] * scan.betweenColumns, r[3] * scan.betweenColumns, r[6] * scan.betweenColumns});
    raster.anatomy.rowStep = toVec({r[1] * scan.betweenRows, r[4] * scan.betweenRows, r[7] * scan.betweenRows});
    raster.anatomy.columns = scan.columns;
    raster.anatomy.rows = scan.rows;
    raster.couch = true;
    raster.couchOrigin = toVec({first.x - scan.couch.x, first.y - scan.couch.y, 0});
    thread_local std::vector<float> values;
    rasterize(anatomy, raster, values);
    std::uint64_t study = 0;
    for (const char c : scan.study.key) {
        study = hash64(study ^ static_cast<unsigned char>(c));
    }
    addGaussian(values.data(), static_cast<int>(values.size()), static_cast<float>(scan.noise), hash64(study ^ static_cast<std::uint64_t>(slice)));
    std::vector<std::uint16_t> stored(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        const float v = values[i] + 1024.5F;
        stored[i] = static_cast<std::uint16_t>(v < 0 ? 0.0F : (v > 4095.0F ? 4095.0F : v));
    }
    return stored;
}

GeneratedObject makeSlice(const Anatomy& anatomy, const Scan& scan, int number)
{
    DataSetBuilder data = header(scan.study, scan.series, kCtImageStorage, number);
    putCt(data, scan);
    PlaneGeometry plane;
    plane.firstPixel = {scan.firstPixel.x, scan.firstPixel.y, scan.firstPixel.z + (number - 1) * scan.betweenSlices};
    plane.betweenColumns = scan.betweenColumns;
    plane.betweenRows = scan.betweenRows;
    plane.thickness = scan.betweenSlices;
    putPlane(data, plane, plane.firstPixel.z);
    PixelPlan pixels;
    pixels.columns = scan.columns;
    pixels.rows = scan.rows;
    putPixelModule(data, pixels);
    data.raw(tags::PixelData, vr::OW, wordBytes(storedPixels(anatomy, scan, number - 1)));
    return finish(scan.study, scan.series, data, kCtImageStorage, number);
}

std::vector<TissueSample> tissuesOf(const Rigid& fromAnatomy)
{
    // Balls that no vessel, fissure or neighbour touches.
    const std::vector<TissueSample> samples{{"lung right", {-75, 11, 8}, 7, hu::kLung},      {"lung left", {111, -35, -30}, 7, hu::kLung},
                                            {"liver", {-75, -39, -80}, 16, hu::kLiver},      {"aorta", {7, -35, -22}, 9, hu::kBlood},
                                            {"spleen", {93, 37, -126}, 16, hu::kSpleen},     {"stomach fluid", {57, -13, -126}, 15, hu::kFluid},
                                            {"stomach gas", {53, -43, -104}, 10, hu::kGas},  {"trachea", {-1, 7, 92}, 6, hu::kGas},
                                            {"abdominal fat", {47, 31, -98}, 12, hu::kFat}, {"muscle", {-103, -25, 80}, 9, hu::kMuscle}};
    std::vector<TissueSample> out;
    for (TissueSample sample : samples) {
        sample.centre = fromAnatomy.apply(sample.centre);
        out.push_back(sample);
    }
    return out;
}

GroundTruth run(const Scan& scan, const AnatomyOptions& options, const Sink& sink)
{
    GroundTruth truth = truthOf(scan.study);
    SeriesTruth series = truthOf(scan.study, scan.series, scan.slices);
    series.columns = scan.columns;
    series.rows = scan.rows;
    series.betweenColumns = scan.betweenColumns;
    series.betweenRows = scan.betweenRows;
    series.betweenSlices = scan.betweenSlices;
    series.firstPixel = scan.firstPixel;
    truth.series.push_back(std::move(series));
    const Rigid fromAnatomy = scan.toAnatomy.inverse();
    truth.nodule = Nodule{fromAnatomy.apply(toPoint(kNoduleCentre)), options.noduleDiameter, hu::kNodule};
    truth.noise = scan.noise;
    truth.tissues = tissuesOf(fromAnatomy);
    truth.toCurrent = scan.toAnatomy;
    truth.toCurrent.translation.x += kCurrentOffset.x;
    truth.toCurrent.translation.y += kCurrentOffset.y;
    truth.toCurrent.translation.z += kCurrentOffset.z;
    for (const Vec marker : options.markers) {
        truth.markers.push_back(fromAnatomy.apply(toPoint(marker)));
    }
    truth.markerDiameterMm = options.markers.empty() ? 0 : 2 * kMarkerRadius;
    if (sink) {
        const Anatomy anatomy(options);
        deliver(scan.slices, [&](int number) { return makeSlice(anatomy, scan, number); }, sink);
    }
    return truth;
}

Scan scanOf(const ChestOptions& options)
{
    Scan scan;
    scan.columns = options.columns;
    scan.rows = options.rows;
    scan.slices = options.slices;
    scan.betweenColumns = options.betweenColumns;
    scan.betweenRows = options.betweenRows;
    scan.betweenSlices = options.betweenSlices;
    scan.noise = options.noise;
    scan.contrast = "IOPAMIDOL 370";
    return scan;
}

// Centred on the anatomy in the plane; the lowest slice at `bottom` mm below its origin.
Point firstPixelOf(const Scan& scan, Point centre, double bottom)
{
    const auto tidy = [](double v) { return std::round(v * 100) / 100; };
    return {tidy(centre.x - scan.betweenColumns * (scan.columns - 1) / 2), tidy(centre.y - scan.betweenRows * (scan.rows - 1) / 2),
            tidy(centre.z - bottom)};
}

SeriesPlan ctSeries(std::string description, std::string bodyPart, std::string time)
{
    SeriesPlan series;
    series.key = "ct";
    series.number = 2;
    series.modality = "CT";
    series.description = std::move(description);
    series.bodyPart = std::move(bodyPart);
    series.protocol = "CT 1.0 mm";
    series.time = std::move(time);
    series.station = "CT01";
    series.model = "Phantom CT";
    series.frameOfReference = true;
    return series;
}

} // namespace

ChestOptions priorOptions()
{
    ChestOptions options;
    options.slices = 280;
    options.betweenColumns = 0.72;
    options.betweenRows = 0.70;
    options.betweenSlices = 1.05;
    return options;
}

GroundTruth chestCt(const ChestOptions& options, const Sink& sink)
{
    Scan scan = scanOf(options);
    scan.study = currentChestPlan();
    scan.series = ctSeries("胸部造影 1mm", "CHEST", "101830");
    scan.toAnatomy.translation = {-kCurrentOffset.x, -kCurrentOffset.y, -kCurrentOffset.z};
    scan.couch = kCurrentOffset;
    scan.firstPixel = firstPixelOf(scan, kCurrentOffset, options.slices * options.betweenSlices / 2);
    AnatomyOptions anatomy;
    anatomy.noduleDiameter = kNoduleDiameter;
    return run(scan, anatomy, sink);
}

GroundTruth chestCtPrior(const ChestOptions& options, const Sink& sink)
{
    Scan scan = scanOf(options);
    scan.study = priorChestPlan();
    scan.series = ctSeries("胸部造影 1mm", "CHEST", "143310");
    // Anatomy seen by the prior scanner: turned about the anatomy's origin, then shifted to where the patient lay.
    const Point centre{kCurrentOffset.x + kPriorShift.x, kCurrentOffset.y + kPriorShift.y, kCurrentOffset.z + kPriorShift.z};
    scan.toAnatomy = rotationAbout({0.25, -0.35, 0.90}, 3, centre).inverse();
    scan.couch = centre;
    scan.firstPixel = firstPixelOf(scan, kCurrentOffset, options.slices * options.betweenSlices / 2 - 2.3);
    AnatomyOptions anatomy;
    anatomy.noduleDiameter = kPriorNoduleDiameter;
    return run(scan, anatomy, sink);
}

GroundTruth wholeBodyCt(int slices, const Sink& sink)
{
    constexpr double kLength = 1740;
    constexpr double kFeet = 1312;
    ChestOptions options;
    options.slices = std::max(slices, 1);
    options.betweenColumns = 0.92;
    options.betweenRows = 0.90;
    options.betweenSlices = std::floor(kLength / options.slices * 1000) / 1000;
    Scan scan = scanOf(options);
    scan.study = wholeBodyPlan();
    scan.series = ctSeries("全身 造影", "WHOLEBODY", "022310");
    scan.toAnatomy.translation = {-kCurrentOffset.x, -kCurrentOffset.y, -kCurrentOffset.z};
    scan.couch = kCurrentOffset;
    scan.firstPixel = firstPixelOf(scan, kCurrentOffset, kFeet);
    AnatomyOptions anatomy;
    anatomy.noduleDiameter = kNoduleDiameter;
    anatomy.wholeBody = true;
    anatomy.markers = {{150, -150, 210}, {-195, -120, -60}, {175, 60, -700}};
    return run(scan, anatomy, sink);
}

} // namespace akari::phantom
