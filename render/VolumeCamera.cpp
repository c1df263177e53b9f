#include "render/VolumeCamera.h"

#include <algorithm>
#include <numbers>

namespace akari::render {

VolumeCamera cameraOf(const VolumeScene& scene)
{
    VolumeCamera camera;
    if (scene.table && scene.table->displaySet) {
        if (const auto box = image::volumeBox(*scene.table->displaySet)) {
            camera.center = box->center;
            camera.radius = std::max(1e-3, image::length(box->maximum - box->minimum) / 2);
        }
    }
    const double azimuth = scene.azimuth * std::numbers::pi / 180;
    const double elevation = scene.elevation * std::numbers::pi / 180;
    camera.right = {std::cos(azimuth), std::sin(azimuth), 0};
    camera.towardsEye = {std::sin(azimuth) * std::cos(elevation), -std::cos(azimuth) * std::cos(elevation), std::sin(elevation)};
    camera.up = image::cross(camera.towardsEye, camera.right);
    const double width = std::max(1, scene.width);
    const double height = std::max(1, scene.height);
    const double zoom = scene.zoom > 1e-3 ? scene.zoom : 1e-3;
    camera.parallelScale = camera.radius * std::max(1.0, height / width) / zoom;
    camera.mmPerPixel = 2 * camera.parallelScale / height;
    return camera;
}

std::pair<double, double> projectToPicture(const VolumeScene& scene, const image::Vec3& patient)
{
    const VolumeCamera camera = cameraOf(scene);
    const image::Vec3 d = patient - camera.center;
    return {scene.width / 2.0 + image::dot(d, camera.right) / camera.mmPerPixel,
            scene.height / 2.0 - image::dot(d, camera.up) / camera.mmPerPixel};
}

} // namespace akari::render
