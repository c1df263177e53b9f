// What a presentation state says of one frame, as plain values that drawing needs (PS3.3 A.33, PS3.4 annex N). Points of the image are
// {column, row}, 0-based at pixel centres; points "of the area" are fractions {across, down} of the displayed area.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/image/Overlays.h"
#include "core/image/Shutter.h"

namespace akari::image {

enum class AreaFit { ScaleToFit, TrueSize, Magnify };

// PS3.3 C.10.4. Pixel indices of the corners' pixels, both inside; the first lies at the top left of the image as stored.
struct DisplayedArea {
    double firstColumn = 0, firstRow = 0, lastColumn = 0, lastRow = 0;
    AreaFit fit = AreaFit::ScaleToFit;
    double magnification = 1;              // Magnify: screen pixels an image pixel
    std::optional<PixelSpacing> spacing;   // mm, as the state says; for its aspect
    std::optional<double> aspect;          // height / width of a pixel
    bool operator==(const DisplayedArea&) const = default;
};

enum class ShapeKind { Point, Polyline, Interpolated, Circle, Ellipse };
struct GraphicShape {
    ShapeKind kind = ShapeKind::Polyline;
    bool filled = false;
    bool ofArea = false;             // fractions of the displayed area instead of the image's pixels
    std::vector<PixelPoint> points;  // circle: centre, a point on it; ellipse: the two ends of the major, of the minor axis
};
struct GraphicText {
    std::string utf8;
    bool boxOfArea = false, anchorOfArea = false;
    std::optional<PixelPoint> boxFirst, boxLast; // corners
    std::optional<PixelPoint> anchor;
    bool anchorVisible = false;
    std::string justification; // LEFT, CENTER, RIGHT
};
// In the order of their layers.
struct Graphic {
    std::string layer;
    std::vector<GraphicShape> shapes;
    std::vector<GraphicText> texts;
};

struct Presentation {
    SopInstanceUid object;      // the frame that it was made for; drawing ignores it for any other
    FrameNumber frame;
    std::string sopInstanceUid; // of the state
    std::string label;
    ModalityTransform modality; // instead of the image's; identity where the state has none
    std::optional<Window> window;
    std::shared_ptr<const VoiTable> voiTable;
    std::shared_ptr<const LookupTable> presentationTable;
    bool inverse = false;       // instead of the photometric interpretation
    std::shared_ptr<const Shutter> shutter;             // instead of the image's
    std::optional<DisplayedArea> area;
    int quarterTurns = 0;       // clockwise, before the flip
    bool flipHorizontal = false;
    std::vector<std::shared_ptr<const OverlayPlane>> overlays; // the state's own
    std::vector<std::uint16_t> imageOverlays;           // groups of the image's overlays that the state activates
    std::vector<Graphic> graphics;
};

} // namespace akari::image
