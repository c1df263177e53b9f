#include "core/measure/Measure.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace akari::measure {

using image::Calibration;
using image::PixelPoint;

namespace {

constexpr double kPi = 3.14159265358979323846;

bool onImage(const PixelPoint& p, const image::FrameAttributes& frame)
{
    constexpr double kRounding = 1e-6;
    // Written so that what is not a number is not on the image.
    return p.column >= -0.5 - kRounding && p.column <= frame.columns - 0.5 + kRounding && p.row >= -0.5 - kRounding
           && p.row <= frame.rows - 0.5 + kRounding;
}

// What a pixel step is worth along each axis where all points lie.
struct Scale {
    double across = 1, down = 1;
    std::string unitAcross = "px", unitDown = "px";
    Calibration calibration = Calibration::None;
};

const char* unitName(image::UltrasoundRegion::Unit unit)
{
    switch (unit) {
    case image::UltrasoundRegion::Unit::Millimetre: return "mm";
    case image::UltrasoundRegion::Unit::Second: return "s";
    case image::UltrasoundRegion::Unit::CentimetrePerSecond: return "cm/s";
    default: return "";
    }
}

// The region that a point counts in: of overlapping ones that of high priority, then the first.
const image::UltrasoundRegion* regionAt(const image::FrameAttributes& frame, const PixelPoint& p)
{
    const image::UltrasoundRegion* found = nullptr;
    for (const image::UltrasoundRegion& region : frame.regions) {
        if (region.where.contains(p) && (!found || (found->lowPriority && !region.lowPriority))) {
            found = &region;
        }
    }
    return found;
}

Result<Scale> scaleOf(const image::FrameAttributes& frame, const std::vector<PixelPoint>& points)
{
    Scale scale;
    if (!frame.regions.empty()) {
        const image::UltrasoundRegion* region = regionAt(frame, points.front());
        for (const PixelPoint& p : points) {
            if (regionAt(frame, p) != region) {
                return fail("measure.regions",
                            "The points lie in different regions of this ultrasound image, and each has its own scale; measure inside one region.");
            }
        }
        if (region && (*unitName(region->unitX) == 0 || *unitName(region->unitY) == 0)) {
            return fail("measure.units", "This region of the ultrasound image has no unit that can be measured in.");
        }
        if (region) {
            return Scale{region->stepX, region->stepY, unitName(region->unitX), unitName(region->unitY), Calibration::UltrasoundRegion};
        }
        return scale;
    }
    if (frame.calibration != Calibration::None && frame.inPlaneSpacing.betweenColumns > 0 && frame.inPlaneSpacing.betweenRows > 0) {
        return Scale{frame.inPlaneSpacing.betweenColumns, frame.inPlaneSpacing.betweenRows, "mm", "mm", frame.calibration};
    }
    return scale;
}

// Time and speed have no common length: only a line along one axis has a value.
Result<Measurement> alongOneAxis(const Scale& scale, const PixelPoint& p, const PixelPoint& q)
{
    constexpr double kStraight = 0.5; // pixels
    const double columns = std::abs(q.column - p.column);
    const double rows = std::abs(q.row - p.row);
    if (columns > kStraight && rows > kStraight) {
        return fail("measure.units", "Across this region lies " + scale.unitAcross + " and down it " + scale.unitDown
                                         + ", so only a level or an upright line has a length.");
    }
    Measurement m;
    m.length = rows <= kStraight ? columns * scale.across : rows * scale.down;
    m.unit = rows <= kStraight ? scale.unitAcross : scale.unitDown;
    m.calibration = scale.calibration;
    return m;
}

std::optional<Statistics> statisticsInside(const PixelPoint& center, double a, double b, const image::Slice& slice)
{
    if (slice.rgb || !(a > 0) || !(b > 0)) {
        return std::nullopt;
    }
    const auto& frame = slice.attributes;
    const auto clampTo = [](double v, std::uint32_t count) {
        return static_cast<std::uint32_t>(std::clamp(v, 0.0, static_cast<double>(count - 1)));
    };
    std::vector<double> values;
    const std::uint32_t lastRow = clampTo(std::floor(center.row + b), frame.rows);
    const std::uint32_t lastColumn = clampTo(std::floor(center.column + a), frame.columns);
    for (std::uint32_t row = clampTo(std::ceil(center.row - b), frame.rows); row <= lastRow; ++row) {
        for (std::uint32_t column = clampTo(std::ceil(center.column - a), frame.columns); column <= lastColumn; ++column) {
            const double x = (column - center.column) / a;
            const double y = (row - center.row) / b;
            if (x * x + y * y > 1 + 1e-12 || slice.isPadding(slice.storedAt(column, row))) {
                continue;
            }
            const double value = slice.modalityAt(column, row);
            if (std::isfinite(value)) {
                values.push_back(value);
            }
        }
    }
    if (values.empty()) {
        return std::nullopt;
    }
    Statistics s;
    s.pixels = values.size();
    const auto n = static_cast<double>(values.size());
    for (const double v : values) {
        s.mean += v;
    }
    s.mean /= n;
    double squares = 0;
    for (const double v : values) {
        squares += (v - s.mean) * (v - s.mean);
    }
    s.standardDeviation = std::sqrt(squares / n);
    const auto [least, most] = std::minmax_element(values.begin(), values.end());
    s.minimum = *least;
    s.maximum = *most;
    s.unit = frame.modalityTransform.unit;
    return s;
}

std::string formatted(const char* format, double value)
{
    char text[64];
    std::snprintf(text, sizeof text, format, value);
    return text;
}

// A rounded -0.3 must not read "-0".
std::string grey(double value, const std::string& unit)
{
    const std::string reading = unitForReading(unit);
    const std::string number = reading == "HU" || std::abs(value) >= 1000 ? std::to_string(std::llround(value)) : formatted("%.4g", value + 0.0);
    return reading.empty() ? number : number + " " + reading;
}

std::string calibrationNote(Calibration calibration, bool japanese)
{
    switch (calibration) {
    case Calibration::AtDetector: return japanese ? "（検出器面）" : " (at detector)";
    case Calibration::EstimatedMagnification: return japanese ? "（拡大率推定）" : " (estimated magnification)";
    case Calibration::Calibrated: return japanese ? "（校正済み）" : " (calibrated)";
    default: return {};
    }
}

} // namespace

std::string unitForReading(const std::string& ucum) { return ucum == "[hnsf'U]" ? "HU" : ucum; }

std::string Measurement::text(const std::string& language) const
{
    const bool japanese = language.rfind("ja", 0) == 0;
    const bool metric = unit == "mm";
    const std::string note = metric ? calibrationNote(calibration, japanese) : std::string{};
    if (kind == Kind::Length) {
        return formatted(unit == "s" ? "%.3f" : "%.1f", length) + " " + unit + note;
    }
    std::string all = formatted("%.1f", area) + (metric ? " mm²" : " px²") + note;
    if (statistics) {
        all += japanese ? "、平均 " : ", mean ";
        all += grey(statistics->mean, statistics->unit);
    }
    return all;
}

bool liesOn(const Annotation& annotation, const image::FrameAttributes& frame)
{
    const bool series = annotation.object.series.empty() || annotation.object.series == frame.identity.series;
    return series && annotation.object.sop == frame.identity.sop && annotation.frame == frame.frame;
}

Result<Measurement> measure(const Annotation& annotation, const image::Slice& slice)
{
    const auto& frame = slice.attributes;
    if (annotation.points.size() != 2) {
        return fail("measure.points", "A length and an ellipse have two points each.", std::to_string(annotation.points.size()) + " points");
    }
    const bool otherObject = !annotation.object.sop.empty() && !frame.identity.sop.empty() && !liesOn(annotation, frame);
    const std::size_t pixels = static_cast<std::size_t>(frame.rows) * frame.columns * (slice.rgb ? 3 : 1);
    const std::size_t held = std::visit([](const auto& v) { return v.size(); }, slice.samples);
    if (otherObject || pixels == 0 || held < pixels) {
        return fail("measure.absent", "The image of this measurement is not there, so nothing can be measured.");
    }
    const PixelPoint& p = annotation.points[0];
    const PixelPoint& q = annotation.points[1];
    if (!onImage(p, frame) || !onImage(q, frame)) {
        return fail("measure.outside", "A point of this measurement lies outside the image.");
    }
    const auto scale = scaleOf(frame, annotation.points);
    if (!scale) {
        return fail(scale.error());
    }
    if (scale->unitAcross != scale->unitDown || scale->unitAcross == "s" || scale->unitAcross == "cm/s") {
        if (annotation.kind == Kind::Length) {
            return alongOneAxis(*scale, p, q);
        }
        return fail("measure.units", "Areas can't be measured in this region of the ultrasound image: its axes are " + scale->unitAcross + " and "
                                         + scale->unitDown + ".");
    }
    const double across = std::abs(q.column - p.column) * scale->across;
    const double down = std::abs(q.row - p.row) * scale->down;
    Measurement m;
    m.kind = annotation.kind;
    m.unit = scale->unitAcross;
    m.areaUnit = m.unit + "2";
    m.calibration = scale->calibration;
    if (annotation.kind == Kind::Length) {
        m.length = std::hypot(across, down);
        return m;
    }
    m.area = kPi * across / 2 * down / 2;
    m.statistics = statisticsInside({(p.column + q.column) / 2, (p.row + q.row) / 2}, std::abs(q.column - p.column) / 2,
                                    std::abs(q.row - p.row) / 2, slice);
    return m;
}

} // namespace akari::measure
