// The one place where a patient point meets a pixel of a 3D picture: projectToPicture and akari-3d's camera both come from here.
#pragma once

#include "render/VolumeScene.h"

namespace akari::render {

struct VolumeCamera {
    image::Vec3 center;      // patient, LPS mm; falls on the middle of the picture
    image::Vec3 towardsEye;  // unit, from the centre to the camera
    image::Vec3 right;       // unit, to the right in the picture
    image::Vec3 up;          // unit
    double radius = 1;       // mm, of the sphere around the volume's box
    double parallelScale = 1;// mm from the middle to the upper edge
    double mmPerPixel = 1;   // device pixels, square
};

// The identity camera around the origin when the display set is no volume.
VolumeCamera cameraOf(const VolumeScene& scene);

} // namespace akari::render
