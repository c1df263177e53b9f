#include <cmath>

#include "core/dicom/Tags.h"
#include "core/phantom/Brain.h"
#include "core/phantom/Header.h"
#include "core/phantom/Noise.h"

namespace akari::phantom {

namespace {

namespace tags = dicom::tags;
using dicom::DataSetBuilder;
using dicom::Tag;

constexpr Point kHeadOffset{-2.4, 11.8, 36.5}; // middle of the brain, scanner LPS
constexpr double kNoise = 11;

struct Sequence {
    SeriesPlan series;
    Contrast contrast;
    int columns, rows, slices;
    double betweenColumns, betweenRows, betweenSlices, thickness;
    std::string scanning, variant, options;
    double repetition, echo, inversion, flip;
    int echoTrain;
    double windowCenter, windowWidth;
};

struct Orientation {
    Point alongRow, alongColumn;
};

constexpr Orientation kAxial{{1, 0, 0}, {0, 1, 0}};
constexpr Orientation kCoronal{{1, 0, 0}, {0, 0, -1}};
constexpr Orientation kSagittal{{0, 1, 0}, {0, 0, -1}};

Point cross(Point a, Point b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
Point along(Point p, Point direction, double distance)
{
    return {p.x + direction.x * distance, p.y + direction.y * distance, p.z + direction.z * distance};
}

// Tilted as along the line between the commissures, and turned a little, as patients lie.
Orientation tilted(Orientation plane, double turn)
{
    const Rigid tilt = rotationAbout({1, 0.06, turn}, 8, {});
    return {tilt.apply(plane.alongRow), tilt.apply(plane.alongColumn)};
}

PlaneGeometry planeOf(const Sequence& s, const Orientation& o, double offset)
{
    PlaneGeometry plane;
    plane.alongRow = o.alongRow;
    plane.alongColumn = o.alongColumn;
    plane.betweenColumns = s.betweenColumns;
    plane.betweenRows = s.betweenRows;
    plane.thickness = s.thickness;
    Point first = along(kHeadOffset, cross(o.alongRow, o.alongColumn), offset);
    first = along(first, o.alongRow, -s.betweenColumns * (s.columns - 1) / 2);
    plane.firstPixel = along(first, o.alongColumn, -s.betweenRows * (s.rows - 1) / 2);
    return plane;
}

// The slice is thick: the mean of two planes within it.
std::vector<std::uint16_t> pixelsOf(const Sequence& s, const PlaneGeometry& plane, std::uint64_t seed)
{
    const Point normal = cross(plane.alongRow, plane.alongColumn);
    std::vector<float> values(static_cast<std::size_t>(s.columns) * s.rows, 0.0F);
    for (const double shift : {-0.25, 0.25}) {
        const Point first = along(plane.firstPixel, normal, shift * s.thickness);
        const Vec origin = toVec({first.x - kHeadOffset.x, first.y - kHeadOffset.y, first.z - kHeadOffset.z});
        const Vec dx = toVec(plane.alongRow) * static_cast<float>(plane.betweenColumns);
        const Vec dy = toVec(plane.alongColumn) * static_cast<float>(plane.betweenRows);
        for (int j = 0; j < s.rows; ++j) {
            for (int i = 0; i < s.columns; ++i) {
                const Vec p = origin + dx * static_cast<float>(i) + dy * static_cast<float>(j);
                values[static_cast<std::size_t>(j) * s.columns + i] += brainSignal(p, s.contrast) * 0.5F;
            }
        }
    }
    addGaussian(values.data(), static_cast<int>(values.size()), static_cast<float>(kNoise), seed);
    std::vector<std::uint16_t> stored(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        stored[i] = static_cast<std::uint16_t>(std::min(std::fabs(values[i]) + 0.5F, 4095.0F)); // magnitude: noise is never negative
    }
    return stored;
}

GeneratedObject makeImage(const StudyPlan& study, const Sequence& s, const PlaneGeometry& plane, int number)
{
    DataSetBuilder data = header(study, s.series, kMrImageStorage, number);
    const bool isLocalizer = s.series.key == "localizer";
    data.texts(tags::ImageType, vr::CS, {"ORIGINAL", "PRIMARY", isLocalizer ? "LOCALIZER" : "M"});
    data.texts(tags::ScanningSequence, vr::CS, {s.scanning});
    data.texts(tags::SequenceVariant, vr::CS, {s.variant});
    data.text(tags::ScanOptions, vr::CS, s.options);
    data.text(tags::MRAcquisitionType, vr::CS, "2D");
    data.decimals(tags::RepetitionTime, {s.repetition});
    data.decimals(tags::EchoTime, {s.echo});
    data.integers(Tag{0x0018, 0x0091}, vr::IS, {s.echoTrain}); // EchoTrainLength
    if (s.inversion > 0) {
        data.decimals(Tag{0x0018, 0x0082}, {s.inversion}); // InversionTime
    }
    data.decimals(Tag{0x0018, 0x1314}, {s.flip}); // FlipAngle
    data.decimals(tags::MagneticFieldStrength, {3});
    data.decimals(Tag{0x0018, 0x0083}, {1}); // NumberOfAverages
    data.decimals(tags::SpacingBetweenSlices, {s.betweenSlices});
    data.text(tags::PatientPosition, vr::CS, "HFS");
    data.integers(tags::AcquisitionNumber, vr::IS, {1});
    const Point normal = cross(plane.alongRow, plane.alongColumn);
    putPlane(data, plane, plane.firstPixel.x * normal.x + plane.firstPixel.y * normal.y + plane.firstPixel.z * normal.z);
    PixelPlan pixels;
    pixels.columns = s.columns;
    pixels.rows = s.rows;
    putPixelModule(data, pixels);
    data.decimals(tags::WindowCenter, {s.windowCenter});
    data.decimals(tags::WindowWidth, {s.windowWidth});
    std::uint64_t seed = static_cast<std::uint64_t>(number);
    for (const char c : s.series.key) {
        seed = hash64(seed ^ static_cast<unsigned char>(c));
    }
    data.raw(tags::PixelData, vr::OW, wordBytes(pixelsOf(s, plane, seed)));
    return finish(study, s.series, data, kMrImageStorage, number);
}

SeriesPlan mrSeries(std::string key, int number, std::string description, std::string time)
{
    SeriesPlan series;
    series.key = std::move(key);
    series.number = number;
    series.modality = "MR";
    series.description = std::move(description);
    series.bodyPart = "HEAD";
    series.protocol = "BRAIN ROUTINE";
    series.time = std::move(time);
    series.station = "MR01";
    series.model = "Phantom MR";
    series.frameOfReference = true;
    series.frameOfReferenceKey = "head";
    return series;
}

constexpr Contrast kT1{900, 330, 40, 430, 150, 430, 640, 500, 380, 180};
constexpr Contrast kT2{640, 210, 40, 330, 1150, 540, 370, 430, 860, 1100};
constexpr Contrast kFlair{540, 230, 40, 260, 90, 540, 400, 450, 930, 110};

struct Planned {
    Sequence sequence;
    std::vector<PlaneGeometry> planes;
};

Planned stack(Sequence s, const Orientation& orientation)
{
    Planned plan{std::move(s), {}};
    for (int k = 0; k < plan.sequence.slices; ++k) {
        plan.planes.push_back(planeOf(plan.sequence, orientation, plan.sequence.betweenSlices * (k - (plan.sequence.slices - 1) / 2.0)));
    }
    return plan;
}

std::vector<Planned> plannedSeries()
{
    std::vector<Planned> all;
    Sequence scout{mrSeries("localizer", 1, "位置決め 3-plane", "084610"), kT1, 256, 256, 9, 1.05, 1.0, 20, 8, "GR", "SP", "", 8.6, 4, 0, 20, 1, 420, 900};
    Planned localizer{scout, {}};
    for (const Orientation& plane : {kAxial, kCoronal, kSagittal}) {
        for (const double offset : {-20.0, 0.0, 20.0}) {
            localizer.planes.push_back(planeOf(scout, plane, offset));
        }
    }
    all.push_back(std::move(localizer));
    all.push_back(stack({mrSeries("t1", 2, "T1 横断", "085000"), kT1, 256, 288, 26, 0.86, 0.82, 5.5, 5, "SE", "SK", "", 520, 11, 0, 90, 1, 420, 900},
                        tilted(kAxial, 0.18)));
    all.push_back(stack({mrSeries("t2", 3, "T2 横断", "085420"), kT2, 320, 352, 28, 0.70, 0.68, 5.2, 4.7, "SE", "SK", "", 4200, 98, 0, 90, 15, 560, 1200},
                        tilted(kAxial, 0.18)));
    Sequence flair{mrSeries("flair", 4, "FLAIR 冠状", "090040"), kFlair, 272, 256, 30, 0.86, 0.90, 6.0, 5, "SE", "SK", "", 9000, 118, 2500, 150, 16, 420, 900};
    flair.scanning = "IR";
    all.push_back(stack(flair, tilted(kCoronal, 0.15)));
    return all;
}

} // namespace

GroundTruth brainMr(const Sink& sink)
{
    const StudyPlan study = brainPlan();
    GroundTruth truth = truthOf(study);
    truth.noise = kNoise;
    bool wanted = true;
    for (const Planned& plan : plannedSeries()) {
        const Sequence& s = plan.sequence;
        SeriesTruth series = truthOf(study, s.series, s.slices);
        series.columns = s.columns;
        series.rows = s.rows;
        series.betweenColumns = s.betweenColumns;
        series.betweenRows = s.betweenRows;
        series.betweenSlices = s.betweenSlices;
        series.firstPixel = plan.planes.front().firstPixel;
        series.alongRow = plan.planes.front().alongRow;
        series.alongColumn = plan.planes.front().alongColumn;
        truth.series.push_back(std::move(series));
        if (s.series.key == "t2") {
            const Point centre{kVentricle.x + kHeadOffset.x, kVentricle.y + kHeadOffset.y, kVentricle.z + kHeadOffset.z};
            truth.tissues.push_back({"lateral ventricle on T2", centre, 3, s.contrast.fluid});
        }
        wanted = wanted && deliver(s.slices, [&](int number) { return makeImage(study, s, plan.planes[number - 1], number); }, sink);
    }
    return truth;
}

} // namespace akari::phantom
