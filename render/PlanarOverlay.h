// What is written and drawn over a planar picture, in device coordinates. Lengths in `scene` pixels are device pixels; everything here
// scales with scene.devicePixelRatio.
#pragma once

#include "render/PlanarScene.h"

namespace akari::render {

// How the picture lies in the patient and on the screen.
struct ScreenFrame {
    std::optional<image::Vec3> right, down; // patient directions of the screen's axes; absent where the image has no plane
    double devicePixelsPerMm = 0;           // 0: uncalibrated
};

// Letters, scale bar, corners and badges.
std::vector<Primitive> planarOverlay(const PlanarScene& scene, const ScreenFrame& frame, const Provenance& provenance);
// The annotations of one frame.
void addAnnotations(std::vector<Primitive>& out, const PlanarScene& scene, const image::FrameAttributes& frame,
                    const view::NativeMapping& mapping);
// The crosshair on an MPR plane.
void addCrosshair(std::vector<Primitive>& out, const PlanarScene& scene, const view::MprMapping& mapping);
// "FLIPPED", "ROTATED 90°" or nothing: shown even where overlays are off, because it says which side is which.
std::string orientationBadge(const view::ViewportState& state, const Wording& wording);

} // namespace akari::render
