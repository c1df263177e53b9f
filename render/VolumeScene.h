// 3D pictures by akari-3d, a process of its own (DESIGN decision 3): volume and picture in shared memory, killed after 5 s of silence,
// restarted once, then the pane says why.
#pragma once

#include <chrono>
#include <memory>

#include "core/base/JobQueue.h"
#include "render/Picture.h"
#include "render/Wording.h"

namespace akari::render {

enum class VolumePreset { CtBone, CtSoftTissue, Mip };
std::optional<VolumePreset> volumePresetNamed(std::string_view name); // "bone", "soft", "mip"

// Camera around the volume's centre. azimuth 0, elevation 0: seen from the front (anterior), head up, patient's left on the right.
// Positive azimuth moves the camera towards the patient's left; positive elevation towards the head. Degrees.
struct VolumeScene {
    image::SliceTablePtr table;
    VolumePreset preset = VolumePreset::CtBone;
    double azimuth = 0;
    double elevation = 0;
    double zoom = 1;          // 1: the bounding sphere fits
    int width = 512;
    int height = 512;
    double devicePixelRatio = 1;
    Wording wording;
    bool interactive = false; // a coarser, faster picture while dragging
};

// Where a patient point lands in the picture, analytically (parallel projection): for tests, crosshair and letters. Device pixels from
// the upper left corner; pixel (i, j) covers [i, i + 1) x [j, j + 1).
std::pair<double, double> projectToPicture(const VolumeScene& scene, const image::Vec3& patient);

struct VolumeProcessOptions; // render/VolumeProcess.h, for tests

// Owns the akari-3d process. One caller at a time per instance; draw() blocks. The volume is sent once per (token, generation).
class VolumeRenderer {
public:
    VolumeRenderer();
    explicit VolumeRenderer(const VolumeProcessOptions& options);
    ~VolumeRenderer();
    // Picture::failure says why there is none ("3D needs an X server ..."). Reduction is in provenance.quality ("3D reduced to 256x256x192").
    Picture draw(const VolumeScene& scene, StopToken stop = {});
    // "OpenGL renderer" string of the running process, empty before the first draw.
    std::string glRenderer() const;
    // After draw(): a further draw of the same scene that is not interactive would be finer. Ask for it when the reader rests.
    bool canRefine() const;
    // Of the running akari-3d, -1 before the first draw; for diagnostics.
    std::int64_t processId() const;

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace akari::render
