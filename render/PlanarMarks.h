// What covers or marks the pixels of a native picture: padding, display shutter, overlay planes, the graphics of a presentation state.
#pragma once

#include "render/PlanarScene.h"

namespace akari::render {

// Height / width of a pixel, by its spacing or else its declared aspect.
double pixelAspect(const image::FrameAttributes& frame);

// Padded pixels black, for inverted pictures: padding lies below the window, and a white surround would dazzle.
void coverPadding(const image::Slice& slice, const image::PixelPlane& plane, Picture& picture);
void coverShutter(const image::Shutter& shutter, const image::FrameAttributes& frame, const image::PixelPlane& plane, Picture& picture);
// All planes of the image, or with a presentation those that it activates and its own. No set bit is lost when the picture is smaller than the
// image.
void markOverlays(const image::Slice& slice, const image::Presentation* presentation, const view::NativeMapping& mapping, Picture& picture);
void addPresentationGraphics(std::vector<Primitive>& out, const PlanarScene& scene, const image::Presentation& presentation,
                             const image::FrameAttributes& frame, const view::NativeMapping& mapping);

} // namespace akari::render
