#include "core/view/View.h"

#include <cmath>

namespace akari::view {

using image::Vec3;

ScreenAxes axesOf(const Plane& plane)
{
    switch (plane.kind) {
    case PlaneKind::Coronal: return {{1, 0, 0}, {0, 0, -1}};
    case PlaneKind::Sagittal: return {{0, 1, 0}, {0, 0, -1}};
    case PlaneKind::Oblique: {
        const Vec3 right = image::normalized(plane.right);
        // Screen axes are at right angles, whatever was asked for.
        const Vec3 down = image::normalized(plane.down - right * dot(plane.down, right));
        const bool usable = std::abs(length(right) - 1) < 1e-6 && std::abs(length(down) - 1) < 1e-6;
        return usable ? ScreenAxes{right, down} : ScreenAxes{{1, 0, 0}, {0, 1, 0}};
    }
    default: return {{1, 0, 0}, {0, 1, 0}};
    }
}

bool ViewportState::operator==(const ViewportState& o) const
{
    return displaySetId == o.displaySetId && plane == o.plane && window == o.window && voiTable == o.voiTable && area == o.area && invert == o.invert
           && flipHorizontal == o.flipHorizontal && flipVertical == o.flipVertical && quarterTurns == o.quarterTurns && zoom == o.zoom
           && panX == o.panX && panY == o.panY && slab.mode == o.slab.mode && slab.thickness == o.slab.thickness
           && interpolation == o.interpolation && showOverlays == o.showOverlays;
}

std::vector<WindowPreset> presetsFor(const std::string& modality)
{
    if (modality != "CT") {
        return {};
    }
    const auto preset = [](const char* name, double center, double width) {
        return WindowPreset{name, {center, width, image::VoiFunction::Linear, name}};
    };
    // The order is that of the number keys.
    return {preset("Soft tissue", 40, 400), preset("Lung", -600, 1500), preset("Bone", 400, 1800), preset("Brain", 40, 80),
            preset("Liver", 60, 160),       preset("Mediastinum", 50, 350), preset("Angiography", 300, 600), preset("Stroke", 35, 40),
            preset("Temporal bone", 700, 4000)};
}

namespace {

constexpr double kMostTilted = 15.0; // degrees between planes that still scroll together

Vec3 centerOf(const image::FrameAttributes& frame)
{
    return frame.plane->toPatient({(frame.columns - 1) / 2.0, (frame.rows - 1) / 2.0});
}

// The same direction for a normal and its opposite, so that an offset keeps its sign both ways.
Vec3 canonical(const Vec3& n)
{
    const double x = std::abs(n.x), y = std::abs(n.y), z = std::abs(n.z);
    const double leading = z >= x && z >= y ? n.z : y >= x ? n.y : n.x;
    return leading < 0 ? n * -1.0 : n;
}

} // namespace

std::optional<FrameIndex> linkedFrame(const image::DisplaySet& source, FrameIndex index, const image::DisplaySet& target,
                                      double offsetMm, bool acrossFramesOfReference)
{
    if (index.value < 0 || static_cast<std::size_t>(index.value) >= source.frames.size() || !std::isfinite(offsetMm)) {
        return std::nullopt;
    }
    const image::FrameAttributes& from = source.frames[static_cast<std::size_t>(index.value)];
    if (!from.plane) {
        return std::nullopt;
    }
    const Vec3 sourceNormal = image::normalized(from.plane->normal());
    const double leastAlike = std::cos(kMostTilted * 3.14159265358979323846 / 180.0);
    std::optional<FrameIndex> best;
    double bestDistance = 0;
    for (std::size_t i = 0; i < target.frames.size(); ++i) {
        const image::FrameAttributes& to = target.frames[i];
        const bool sameFrame = !from.frameOfReferenceUid.empty() && to.frameOfReferenceUid == from.frameOfReferenceUid;
        if (!to.plane || (!sameFrame && !acrossFramesOfReference)) {
            continue;
        }
        const Vec3 normal = canonical(image::normalized(to.plane->normal()));
        if (std::abs(dot(normal, sourceNormal)) < leastAlike) {
            continue;
        }
        const double distance = std::abs(dot(centerOf(to) - centerOf(from), normal) - offsetMm);
        if (!best || distance < bestDistance - 1e-9) {
            best = FrameIndex{static_cast<std::int32_t>(i)};
            bestDistance = distance;
        }
    }
    return best;
}

} // namespace akari::view
