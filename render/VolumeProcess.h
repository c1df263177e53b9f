// The client's side of akari-3d: starts it with its display, speaks the protocol, watches the clock. Private to the room and its tests.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "core/base/JobQueue.h"
#include "core/base/Process.h"
#include "render/VirtualDisplay.h"
#include "render/volume/Protocol.h"

namespace akari::render {

struct VolumeProcessOptions {
    std::chrono::milliseconds silence{5000};      // neither answer nor heartbeat: the program is hung
    std::chrono::milliseconds start{15000};       // for loading its libraries; heartbeats don't come yet
    std::optional<GraphicsEnvironment> graphics;  // instead of this process's own
    std::optional<std::string> programFolders;    // where Xvfb is looked for
    std::string mapper;                           // "cpu" or "gpu" instead of what GL_RENDERER suggests; for tests
    int maximum3dTexture = 0;                     // instead of GL_MAX_3D_TEXTURE_SIZE; for tests
};

// One running akari-3d. Not thread-safe.
class VolumeProcess {
public:
    explicit VolumeProcess(VolumeProcessOptions options) : m_options(std::move(options)) {}

    // Starts the program without waiting for it; `ownDisplay`: on an Xvfb even where the session has a display.
    Status launch(bool ownDisplay);
    // Waits for its greeting.
    Result<volume::Hello> greeting(const StopToken& stop);
    bool running() { return m_child && m_child->running(); }
    bool greeted() const { return m_hello.has_value(); }
    void kill();
    std::int64_t pid() const { return m_child ? m_child->pid() : -1; }

    Status sendVolume(const volume::Volume& message, int descriptor);
    // Asks and waits. "volume.silent", "process.gone", "stopped", "volume.draw" (the program's own words in the message).
    Result<volume::Drawn> draw(const volume::Draw& message, int pictureDescriptor, const StopToken& stop);

private:
    Result<ReceivedMessage> receive(std::chrono::milliseconds patience, const StopToken& stop);

    VolumeProcessOptions m_options;
    std::unique_ptr<VirtualDisplay> m_display; // outlives the program that draws on it
    std::unique_ptr<ChildProcess> m_child;
    std::optional<volume::Hello> m_hello;
};

} // namespace akari::render
