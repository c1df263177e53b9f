// The VTK half of akari-3d: one volume, one off-screen window. Main thread only. VTK's own errors come back as text.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "core/base/Process.h"
#include "render/volume/Protocol.h"

namespace akari::render::volume {

struct PainterOptions {
    std::string mapper;        // "cpu", "gpu", or empty: by GL_RENDERER
    int maximum3dTexture = 0;  // 0: GL_MAX_3D_TEXTURE_SIZE
};

class Painter {
public:
    // `progress` is called now and then during long steps, on this thread.
    Painter(PainterOptions options, std::function<void()> progress);
    ~Painter();

    Hello hello() const;
    // The voxels stay mapped until the next volume.
    void setVolume(const Volume& volume, std::unique_ptr<SharedMemory> voxels);
    // Top row first, RGB, into `target`. Empty on success, else why not.
    std::string draw(const Draw& draw, std::uint8_t* target);

private:
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace akari::render::volume
