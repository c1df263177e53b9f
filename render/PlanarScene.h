#pragma once

#include <memory>
#include <vector>

#include "core/image/GreyChain.h"
#include "render/Picture.h"

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

// Words of the fidelity badge and the flip badge, in the reader's language; "%1" is a number or a name.
struct Wording {
    std::string flipped = "FLIPPED";
    std::string rotated = "ROTATED %1°";
    std::string lossy = "Lossy";
    std::string lossyRatio = "Lossy %1:1";
    std::string reduced = "Reduced to %1 %";
    std::string atDetector = "Scale at detector";
    std::string estimatedMagnification = "Scale by estimated magnification";
    std::string calibrated = "Scale calibrated";
    std::string mip = "MIP %1 mm";
    std::string minIp = "MinIP %1 mm";
    std::string mean = "Mean %1 mm";
    std::string tiltCorrected = "Tilt corrected";
    std::string unevenSpacing = "Uneven spacing";
    std::string interpolated = "Interpolated";
    std::string provisional = "Lossless copy, original on its way";
    std::string gaps = "Slices missing at %1 places";
    std::string missing = "Slices are missing under this plane";
};

// Immutable input of one planar picture.
struct PlanarScene {
    image::SliceTablePtr table;   // snapshot
    view::ViewportState state;
    int width = 0;                // device pixels
    int height = 0;
    double devicePixelRatio = 1;
    std::shared_ptr<const image::Presentation> presentation; // of the frame shown; null: as the image says. Native plane alone
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
