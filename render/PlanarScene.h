#pragma once

#include <memory>
#include <vector>

#include "core/image/GreyChain.h"
#include "render/Picture.h"
#include "render/Wording.h"

namespace akari::render {

// Words for the corners, made by the presenter (already translated); render only places them.
struct Corners {
    std::vector<std::string> topLeft, topRight, bottomLeft, bottomRight;
};

struct MeasuredAnnotation {
    measure::Annotation annotation;
    std::string text;             // value with unit
    bool selected = false;
};

// Immutable input of one planar picture.
struct PlanarScene {
    image::SliceTablePtr table;   // snapshot
    view::ViewportState state;
    int width = 0;                // device pixels
    int height = 0;
    double devicePixelRatio = 1;
    std::shared_ptr<const image::Presentation> presentation; // of the frame shown; null: as the image says. Native plane alone
    bool alone = false;           // a picture of one frame, not of a stack: how many of its slices are here is left out
    bool prior = false;           // drawn in the prior's hue
    std::vector<MeasuredAnnotation> annotations; // those of the frame shown are drawn
    std::optional<image::Vec3> crosshair;        // patient point, drawn as two lines on MPR planes
    std::optional<Corners> corners;
    std::string absentText;       // "loading 12/300": written over hatching
    Wording wording;
};

// Any thread. Never fails: what can't be drawn becomes Picture::failure or hatching with its reason.
Picture renderPlanar(const PlanarScene& scene);

// The frame shown, as `pixels --stage display`: P-values 1:1, shutter covered, padding of inverted images black, no overlay, no scaling.
// Empty for colour.
std::vector<std::uint16_t> displayValues(const image::Slice& slice, const image::VoiChoice& choice,
                                         const image::Presentation* presentation = nullptr);
inline std::vector<std::uint16_t> displayValues(const image::Slice& slice, const std::optional<image::Window>& window, bool invert)
{
    return displayValues(slice, image::VoiChoice{window, -1, invert});
}

} // namespace akari::render
