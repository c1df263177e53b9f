#include "render/VolumeOverlay.h"

#include "render/VolumeCamera.h"

namespace akari::render {

std::vector<Primitive> volumeOverlay(const VolumeScene& scene, const Provenance& provenance)
{
    constexpr double kLetter = 15;
    constexpr double kSmall = 12;
    const VolumeCamera camera = cameraOf(scene);
    const double margin = 6 * scene.devicePixelRatio;
    const double width = scene.width;
    const double height = scene.height;
    const auto letters = [](const image::Vec3& direction) { return image::orientationLetters(direction); };

    std::vector<Primitive> overlay;
    const auto put = [&](double x, double y, Anchor anchor, std::string text, Ink ink, double size) {
        if (!text.empty()) {
            overlay.emplace_back(Text{x, y, anchor, std::move(text), ink, size});
        }
    };
    put(width - margin, height / 2, Anchor::Right, letters(camera.right), Ink::Text, kLetter);
    put(margin, height / 2, Anchor::Left, letters(camera.right * -1), Ink::Text, kLetter);
    put(width / 2, margin, Anchor::Top, letters(camera.up), Ink::Text, kLetter);
    put(width / 2, height - margin, Anchor::Bottom, letters(camera.up * -1), Ink::Text, kLetter);
    // From where to where one looks: "A→P".
    put(margin, height - margin, Anchor::BottomLeft, letters(camera.towardsEye) + "→" + letters(camera.towardsEye * -1), Ink::Dim, kSmall);
    const bool warn = provenance.reduced || provenance.touchedAbsent;
    put(margin, margin, Anchor::TopLeft, provenance.quality, warn ? Ink::Warn : Ink::Dim, kSmall);
    return overlay;
}

} // namespace akari::render
