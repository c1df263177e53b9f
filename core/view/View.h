// View state as values: no pixels, no widgets. Everything a picture depends on beside the pixels.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/image/Presentation.h"
#include "core/image/Resample.h"

namespace akari::view {

enum class PlaneKind { Native, Axial, Coronal, Sagittal, Oblique };

// Which plane of the display set. Native: frame `index` as acquired. Others: the plane through `through`, normal along LPS axes as below.
//   Axial: right = +x (L), down = +y (P), seen from the feet.  Coronal: right = +x, down = -z.  Sagittal: right = +y, down = -z.
struct Plane {
    PlaneKind kind = PlaneKind::Native;
    FrameIndex index;
    image::Vec3 through;              // patient point on the plane (MPR)
    image::Vec3 right{1, 0, 0};       // Oblique only: unit screen axes in patient space
    image::Vec3 down{0, 1, 0};
    bool operator==(const Plane&) const = default;
};
struct ScreenAxes {
    image::Vec3 right, down;
};
ScreenAxes axesOf(const Plane& plane);

struct ViewportState {
    std::string displaySetId;
    Plane plane;
    std::optional<image::Window> window;  // absent: the image's own
    int voiTable = -1;                    // index into the frame's VOI tables; -1: none chosen
    std::optional<image::DisplayedArea> area; // fitted instead of the whole image (a presentation state's)
    bool invert = false;
    bool flipHorizontal = false;          // reset at open and badged (hazard 7)
    bool flipVertical = false;
    int quarterTurns = 0;                 // clockwise
    double zoom = 1;                      // 1 = the whole image fits; relative
    double panX = 0, panY = 0;            // device pixels at zoom as drawn, from centred
    image::Slab slab;
    image::Interpolation interpolation = image::Interpolation::Linear;
    bool showOverlays = true;
    bool operator==(const ViewportState&) const;
};

// Window presets by modality, resources may add.
struct WindowPreset {
    std::string name; // "Lung"
    image::Window window;
};
std::vector<WindowPreset> presetsFor(const std::string& modality);

// From device pixel to source and back for the native plane: the same mapping render uses.
struct NativeMapping {
    image::PixelPlane plane;                                     // for resampleSlice
    image::PixelPoint toImage(double x, double y) const;         // device pixel centre coordinates
    std::pair<double, double> toDevice(const image::PixelPoint& p) const;
    double devicePixelsPerMm = 0;                                // 0 when uncalibrated; along screen x
};
// Non-square pixels are shown with their true aspect: by their spacing, else by the displayed area's, else by Pixel Aspect Ratio.
NativeMapping nativeMapping(const image::FrameAttributes& frame, const ViewportState& state, int width, int height);
// The part of the image that a viewport of this size shows, as corners; it may reach beyond the image.
image::DisplayedArea visibleArea(const image::FrameAttributes& frame, const ViewportState& state, int width, int height);

// The same for MPR planes: device pixel <-> patient point.
struct MprMapping {
    image::ResamplePlane plane;
    image::Vec3 toPatient(double x, double y) const;
    std::pair<double, double> toDevice(const image::Vec3& patient) const;
    double devicePixelsPerMm = 0;
};
MprMapping mprMapping(const image::DisplaySet& displaySet, const ViewportState& state, int width, int height);

// Linked scrolling by patient position: the frame of `target` nearest to the plane of `source`'s frame, plus the reader's manual offset in mm.
// nullopt when frames of reference or orientations (> 15 degrees) don't allow it and no `patientOffset` was given.
std::optional<FrameIndex> linkedFrame(const image::DisplaySet& source, FrameIndex index, const image::DisplaySet& target,
                                      double offsetMm, bool acrossFramesOfReference);

} // namespace akari::view
