#include "render/PlanarMarks.h"

#include <algorithm>
#include <cmath>

#include "core/base/JobQueue.h"

namespace akari::render {

using image::Coverage;

namespace {

std::int32_t nearest(double at) { return static_cast<std::int32_t>(std::floor(at + 0.5)); }

// Calls function(index of the device pixel, column, row) for every device pixel whose centre lies on the image.
template <class Function> void eachImagePixel(const Picture& picture, const image::FrameAttributes& frame, const image::PixelPlane& plane, Function&& function)
{
    const auto columns = static_cast<std::int32_t>(frame.columns);
    const auto rows = static_cast<std::int32_t>(frame.rows);
    parallelFor(picture.height, 64, [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            for (int x = 0; x < picture.width; ++x) {
                const std::int32_t column = nearest(plane.origin.column + plane.stepX.column * x + plane.stepY.column * y);
                const std::int32_t row = nearest(plane.origin.row + plane.stepX.row * x + plane.stepY.row * y);
                if (column >= 0 && row >= 0 && column < columns && row < rows) {
                    function(static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(x), column, row);
                }
            }
        }
    });
}

void markPlane(const image::OverlayPlane& plane, const view::NativeMapping& mapping, const image::FrameAttributes& frame, Picture& picture)
{
    eachImagePixel(picture, frame, mapping.plane, [&](std::size_t index, std::int32_t column, std::int32_t row) {
        if (plane.at(column, row)) {
            picture.marks[index] = 1;
        }
    });
    const double reduced = std::max(std::hypot(mapping.plane.stepX.column, mapping.plane.stepX.row),
                                    std::hypot(mapping.plane.stepY.column, mapping.plane.stepY.row));
    if (reduced <= 1) {
        return;
    }
    // A line of one pixel would fall between the samples.
    for (std::int32_t row = std::max(0, plane.firstRow); row < std::min(static_cast<std::int32_t>(frame.rows), plane.firstRow + plane.rows); ++row) {
        for (std::int32_t column = std::max(0, plane.firstColumn);
             column < std::min(static_cast<std::int32_t>(frame.columns), plane.firstColumn + plane.columns); ++column) {
            if (!plane.at(column, row)) {
                continue;
            }
            const auto [x, y] = mapping.toDevice({static_cast<double>(column), static_cast<double>(row)});
            if (x >= -0.5 && y >= -0.5 && x < picture.width - 0.5 && y < picture.height - 0.5) {
                picture.marks[static_cast<std::size_t>(nearest(y)) * static_cast<std::size_t>(picture.width) + static_cast<std::size_t>(nearest(x))] = 1;
            }
        }
    }
}

bool activated(const image::Presentation* presentation, std::uint16_t group)
{
    return presentation == nullptr
           || std::find(presentation->imageOverlays.begin(), presentation->imageOverlays.end(), group) != presentation->imageOverlays.end();
}

// Where points of a presentation state lie on the screen.
class Placer {
public:
    Placer(const image::Presentation& presentation, const image::FrameAttributes& frame, const view::NativeMapping& mapping) : m_mapping(mapping)
    {
        const image::DisplayedArea whole{0, 0, frame.columns - 1.0, frame.rows - 1.0, {}, 1, {}, {}};
        const image::DisplayedArea& area = presentation.area ? *presentation.area : whole;
        const auto [x1, y1] = mapping.toDevice({area.firstColumn - 0.5, area.firstRow - 0.5});
        const auto [x2, y2] = mapping.toDevice({area.lastColumn + 0.5, area.lastRow + 0.5});
        m_left = std::min(x1, x2);
        m_top = std::min(y1, y2);
        m_width = std::abs(x2 - x1);
        m_height = std::abs(y2 - y1);
    }
    std::pair<double, double> operator()(const image::PixelPoint& p, bool ofArea) const
    {
        return ofArea ? std::pair(m_left + p.column * m_width, m_top + p.row * m_height) : m_mapping.toDevice(p);
    }

private:
    const view::NativeMapping& m_mapping;
    double m_left = 0, m_top = 0, m_width = 0, m_height = 0;
};

constexpr int kCurveSteps = 12;
constexpr int kRoundSteps = 72;
constexpr double kTextSize = 13;

// A curve through all points (Catmull-Rom).
std::vector<image::PixelPoint> curve(const std::vector<image::PixelPoint>& p)
{
    std::vector<image::PixelPoint> out{p.front()};
    for (std::size_t i = 0; i + 1 < p.size(); ++i) {
        const image::PixelPoint &a = p[i > 0 ? i - 1 : i], &b = p[i], &c = p[i + 1], &d = p[i + 2 < p.size() ? i + 2 : i + 1];
        for (int k = 1; k <= kCurveSteps; ++k) {
            const double t = static_cast<double>(k) / kCurveSteps;
            const auto at = [t](double q0, double q1, double q2, double q3) {
                return 0.5 * (2 * q1 + (q2 - q0) * t + (2 * q0 - 5 * q1 + 4 * q2 - q3) * t * t + (3 * q1 - q0 - 3 * q2 + q3) * t * t * t);
            };
            out.push_back({at(a.column, b.column, c.column, d.column), at(a.row, b.row, c.row, d.row)});
        }
    }
    return out;
}

std::vector<image::PixelPoint> around(const image::PixelPoint& middle, const image::PixelPoint& first, const image::PixelPoint& second)
{
    std::vector<image::PixelPoint> out;
    for (int i = 0; i < kRoundSteps; ++i) {
        const double angle = 2 * 3.14159265358979323846 * i / kRoundSteps;
        out.push_back({middle.column + std::cos(angle) * first.column + std::sin(angle) * second.column,
                       middle.row + std::cos(angle) * first.row + std::sin(angle) * second.row});
    }
    return out;
}

std::pair<std::vector<image::PixelPoint>, bool> outline(const image::GraphicShape& shape)
{
    const auto& p = shape.points;
    switch (shape.kind) {
    case image::ShapeKind::Interpolated: return {curve(p), shape.filled};
    case image::ShapeKind::Circle: {
        const double radius = std::hypot(p[1].column - p[0].column, p[1].row - p[0].row);
        return {around(p[0], {radius, 0}, {0, radius}), true};
    }
    case image::ShapeKind::Ellipse: {
        const image::PixelPoint middle{(p[0].column + p[1].column) / 2, (p[0].row + p[1].row) / 2};
        return {around(middle, {p[1].column - middle.column, p[1].row - middle.row}, {(p[3].column - p[2].column) / 2, (p[3].row - p[2].row) / 2}), true};
    }
    default: return {p, shape.filled};
    }
}

void addShape(std::vector<Primitive>& out, const image::GraphicShape& shape, const Placer& place, double ratio)
{
    if (shape.kind == image::ShapeKind::Point) {
        const auto [x, y] = place(shape.points.front(), shape.ofArea);
        const double arm = 5 * ratio;
        out.emplace_back(Line{x - arm, y, x + arm, y, Ink::Overlay, 1.5 * ratio});
        out.emplace_back(Line{x, y - arm, x, y + arm, Ink::Overlay, 1.5 * ratio});
        return;
    }
    auto [points, closed] = outline(shape);
    Polyline line{{}, closed, Ink::Overlay, 1.5 * ratio};
    for (const image::PixelPoint& p : points) {
        line.points.push_back(place(p, shape.ofArea));
    }
    out.emplace_back(std::move(line));
}

std::vector<std::string> linesOf(const std::string& text)
{
    std::vector<std::string> lines{{}};
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '\r' || text[i] == '\n') {
            i += text[i] == '\r' && i + 1 < text.size() && text[i + 1] == '\n' ? 1 : 0;
            lines.emplace_back();
        } else {
            lines.back() += text[i];
        }
    }
    return lines;
}

void addText(std::vector<Primitive>& out, const image::GraphicText& text, const Placer& place, double ratio)
{
    double x = 0, y = 0;
    Anchor anchor = Anchor::TopLeft;
    if (text.boxFirst) {
        const auto [x1, y1] = place(*text.boxFirst, text.boxOfArea);
        const auto [x2, y2] = text.boxLast ? place(*text.boxLast, text.boxOfArea) : std::pair(x1, y1);
        const double left = std::min(x1, x2), right = std::max(x1, x2);
        x = text.justification == "RIGHT" ? right : text.justification == "CENTER" ? (left + right) / 2 : left;
        y = std::min(y1, y2);
        anchor = text.justification == "RIGHT" ? Anchor::TopRight : text.justification == "CENTER" ? Anchor::Top : Anchor::TopLeft;
        if (text.anchor && text.anchorVisible) {
            const auto [ax, ay] = place(*text.anchor, text.anchorOfArea);
            out.emplace_back(Line{(left + right) / 2, (y1 + y2) / 2, ax, ay, Ink::Overlay, ratio});
        }
    } else {
        std::tie(x, y) = place(*text.anchor, text.anchorOfArea);
    }
    for (const std::string& line : linesOf(text.utf8)) {
        out.emplace_back(Text{x, y, anchor, line, Ink::Overlay, kTextSize});
        y += (kTextSize + 4) * ratio;
    }
}

} // namespace

double pixelAspect(const image::FrameAttributes& frame)
{
    if (frame.calibration != image::Calibration::None && frame.inPlaneSpacing.betweenColumns > 0 && frame.inPlaneSpacing.betweenRows > 0) {
        return frame.inPlaneSpacing.betweenRows / frame.inPlaneSpacing.betweenColumns;
    }
    return frame.pixelAspect > 0 ? frame.pixelAspect : 1.0;
}

void coverPadding(const image::Slice& slice, const image::PixelPlane& plane, Picture& picture)
{
    if (!slice.attributes.paddingFirst && !slice.attributes.floatPaddingFirst) {
        return;
    }
    eachImagePixel(picture, slice.attributes, plane, [&](std::size_t index, std::int32_t column, std::int32_t row) {
        if (slice.isPadding(slice.storedAt(static_cast<std::uint32_t>(column), static_cast<std::uint32_t>(row)))) {
            picture.grey[index] = 0;
        }
    });
}

void coverShutter(const image::Shutter& shutter, const image::FrameAttributes& frame, const image::PixelPlane& plane, Picture& picture)
{
    const auto mask = image::shutterMask(shutter, frame.rows, frame.columns, pixelAspect(frame));
    const bool grey = !picture.grey.empty();
    eachImagePixel(picture, frame, plane, [&](std::size_t index, std::int32_t column, std::int32_t row) {
        if (mask[static_cast<std::size_t>(row) * frame.columns + static_cast<std::size_t>(column)] == 0) {
            return;
        }
        if (grey) {
            picture.grey[index] = shutter.pValue;
        } else if (3 * index + 2 < picture.rgb.size()) {
            std::fill_n(picture.rgb.begin() + static_cast<std::ptrdiff_t>(3 * index), 3, static_cast<std::uint8_t>(shutter.pValue >> 8));
        }
    });
}

void markOverlays(const image::Slice& slice, const image::Presentation* presentation, const view::NativeMapping& mapping, Picture& picture)
{
    std::vector<image::OverlayPtr> planes;
    for (const image::OverlayPtr& plane : slice.overlays) {
        if (activated(presentation, plane->group)) {
            planes.push_back(plane);
        }
    }
    if (presentation != nullptr) {
        planes.insert(planes.end(), presentation->overlays.begin(), presentation->overlays.end());
    }
    if (planes.empty()) {
        return;
    }
    picture.marks.assign(static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height), 0);
    for (const image::OverlayPtr& plane : planes) {
        markPlane(*plane, mapping, slice.attributes, picture);
    }
}

void addPresentationGraphics(std::vector<Primitive>& out, const PlanarScene& scene, const image::Presentation& presentation,
                             const image::FrameAttributes& frame, const view::NativeMapping& mapping)
{
    const double ratio = scene.devicePixelRatio > 0 ? scene.devicePixelRatio : 1.0;
    const Placer place(presentation, frame, mapping);
    for (const image::Graphic& graphic : presentation.graphics) {
        for (const image::GraphicShape& shape : graphic.shapes) {
            addShape(out, shape, place, ratio);
        }
        for (const image::GraphicText& text : graphic.texts) {
            addText(out, text, place, ratio);
        }
    }
}

} // namespace akari::render
