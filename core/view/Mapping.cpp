#include <algorithm>
#include <cmath>

#include "core/view/View.h"

namespace akari::view {

using image::PixelPoint;
using image::Vec3;

namespace {

// Screen steps in the content's own right and down directions, in units. The content is turned first, then mirrored on the screen
// (the order of PS3.3 C.10.6).
struct Orientation {
    double xRight, xDown; // one screen step to the right
    double yRight, yDown; // one screen step down
};

Orientation orientationOf(const ViewportState& state)
{
    static constexpr Orientation kTurned[4] = {{1, 0, 0, 1}, {0, -1, 1, 0}, {-1, 0, 0, -1}, {0, 1, -1, 0}};
    Orientation o = kTurned[((state.quarterTurns % 4) + 4) % 4];
    if (state.flipHorizontal) {
        o.xRight = -o.xRight;
        o.xDown = -o.xDown;
    }
    if (state.flipVertical) {
        o.yRight = -o.yRight;
        o.yDown = -o.yDown;
    }
    return o;
}

double positiveOr(double value, double fallback) { return std::isfinite(value) && value > 0 ? value : fallback; }
double finiteOrZero(double value) { return std::isfinite(value) ? value : 0; }

// Device pixels per unit so that content of this size fits, times zoom.
double scaleFor(double contentWidth, double contentHeight, const ViewportState& state, int width, int height)
{
    const bool lying = ((state.quarterTurns % 2) + 2) % 2 == 1;
    const double w = positiveOr(lying ? contentHeight : contentWidth, 1);
    const double h = positiveOr(lying ? contentWidth : contentHeight, 1);
    return std::min(std::max(width, 1) / w, std::max(height, 1) / h) * positiveOr(state.zoom, 1);
}

} // namespace

PixelPoint NativeMapping::toImage(double x, double y) const
{
    return {plane.origin.column + plane.stepX.column * x + plane.stepY.column * y, plane.origin.row + plane.stepX.row * x + plane.stepY.row * y};
}

std::pair<double, double> NativeMapping::toDevice(const PixelPoint& p) const
{
    const double column = p.column - plane.origin.column;
    const double row = p.row - plane.origin.row;
    const double determinant = plane.stepX.column * plane.stepY.row - plane.stepY.column * plane.stepX.row;
    return {(column * plane.stepY.row - row * plane.stepY.column) / determinant, (row * plane.stepX.column - column * plane.stepX.row) / determinant};
}

namespace {

// What is fitted into the viewport, in pixels of the image: middle and size.
struct Content {
    double column, row, columns, rows;
};
Content contentOf(const image::FrameAttributes& frame, const std::optional<image::DisplayedArea>& area)
{
    if (!area) {
        return {(static_cast<double>(frame.columns) - 1) / 2.0, (static_cast<double>(frame.rows) - 1) / 2.0, static_cast<double>(frame.columns),
                static_cast<double>(frame.rows)};
    }
    return {(area->firstColumn + area->lastColumn) / 2, (area->firstRow + area->lastRow) / 2, area->lastColumn - area->firstColumn + 1,
            area->lastRow - area->firstRow + 1};
}

double aspectOf(const image::FrameAttributes& frame, const std::optional<image::DisplayedArea>& area)
{
    if (area && area->spacing) {
        return positiveOr(area->spacing->betweenRows / area->spacing->betweenColumns, 1);
    }
    return positiveOr(area && area->aspect ? *area->aspect : frame.pixelAspect, 1);
}

} // namespace

NativeMapping nativeMapping(const image::FrameAttributes& frame, const ViewportState& state, int width, int height)
{
    const bool calibrated = frame.calibration != image::Calibration::None;
    const double across = calibrated ? positiveOr(frame.inPlaneSpacing.betweenColumns, 1) : 1.0;
    const double down = calibrated ? positiveOr(frame.inPlaneSpacing.betweenRows, 1) : aspectOf(frame, state.area);
    const Content content = contentOf(frame, state.area);
    const bool magnified = state.area && state.area->fit == image::AreaFit::Magnify;
    const double scale = magnified ? positiveOr(state.area->magnification, 1) / across * positiveOr(state.zoom, 1)
                                   : scaleFor(content.columns * across, content.rows * down, state, width, height);
    const Orientation o = orientationOf(state);
    NativeMapping m;
    m.plane.width = width;
    m.plane.height = height;
    m.plane.stepX = {o.xRight / scale / across, o.xDown / scale / down};
    m.plane.stepY = {o.yRight / scale / across, o.yDown / scale / down};
    const double x = (width - 1) / 2.0 + finiteOrZero(state.panX);
    const double y = (height - 1) / 2.0 + finiteOrZero(state.panY);
    m.plane.origin = {content.column - m.plane.stepX.column * x - m.plane.stepY.column * y,
                      content.row - m.plane.stepX.row * x - m.plane.stepY.row * y};
    m.devicePixelsPerMm = calibrated ? scale : 0;
    return m;
}

image::DisplayedArea visibleArea(const image::FrameAttributes& frame, const ViewportState& state, int width, int height)
{
    const NativeMapping mapping = nativeMapping(frame, state, width, height);
    const auto one = mapping.toImage(-0.5, -0.5);
    const auto other = mapping.toImage(width - 0.5, height - 0.5);
    image::DisplayedArea area;
    area.firstColumn = std::min(one.column, other.column) + 0.5;
    area.firstRow = std::min(one.row, other.row) + 0.5;
    area.lastColumn = std::max(one.column, other.column) - 0.5;
    area.lastRow = std::max(one.row, other.row) - 0.5;
    return area;
}

Vec3 MprMapping::toPatient(double x, double y) const { return plane.origin + plane.stepX * x + plane.stepY * y; }

std::pair<double, double> MprMapping::toDevice(const Vec3& patient) const
{
    const Vec3 d = patient - plane.origin;
    return {dot(d, plane.stepX) / dot(plane.stepX, plane.stepX), dot(d, plane.stepY) / dot(plane.stepY, plane.stepY)};
}

MprMapping mprMapping(const image::DisplaySet& displaySet, const ViewportState& state, int width, int height)
{
    const ScreenAxes axes = axesOf(state.plane);
    const auto box = image::volumeBox(displaySet).value_or(image::VolumeBox{});
    const Vec3 size = box.maximum - box.minimum;
    const auto extent = [&](const Vec3& axis) { return std::abs(axis.x) * size.x + std::abs(axis.y) * size.y + std::abs(axis.z) * size.z; };
    const double scale = scaleFor(extent(axes.right), extent(axes.down), state, width, height);
    const Orientation o = orientationOf(state);
    MprMapping m;
    m.plane.width = width;
    m.plane.height = height;
    m.plane.stepX = axes.right * (o.xRight / scale) + axes.down * (o.xDown / scale);
    m.plane.stepY = axes.right * (o.yRight / scale) + axes.down * (o.yDown / scale);
    const Vec3 normal = cross(axes.right, axes.down);
    const Vec3 center = box.center + normal * dot(state.plane.through - box.center, normal);
    const double x = (width - 1) / 2.0 + finiteOrZero(state.panX);
    const double y = (height - 1) / 2.0 + finiteOrZero(state.panY);
    m.plane.origin = center - m.plane.stepX * x - m.plane.stepY * y;
    m.devicePixelsPerMm = scale;
    return m;
}

} // namespace akari::view
