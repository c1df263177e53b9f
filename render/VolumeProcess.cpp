#include "render/VolumeProcess.h"

#include <algorithm>

#include "core/base/Log.h"

namespace akari::render {
namespace {

using Steady = std::chrono::steady_clock;

tl::unexpected<Error> stopped()
{
    return fail("stopped", "The 3D picture was not drawn because it is no longer asked for.");
}

} // namespace

Status VolumeProcess::launch(bool ownDisplay)
{
    kill();
    const auto program = siblingProgram("akari-3d");
    if (!program) {
        return fail(program.error());
    }
    GraphicsEnvironment graphics = m_options.graphics ? *m_options.graphics : graphicsEnvironment();
    if (graphics.display.empty() || ownDisplay) {
        if (!m_display || !m_display->running()) {
            auto display = VirtualDisplay::start(m_options.programFolders.value_or(defaultProgramFolders()));
            if (!display) {
                return fail(display.error());
            }
            m_display = std::move(*display);
        }
        graphics.display = m_display->display();
        graphics.authority = m_display->authority();
    }
    ChildOptions options;
    options.program = *program;
    if (!m_options.mapper.empty()) {
        options.arguments.push_back("--mapper=" + m_options.mapper);
    }
    if (m_options.maximum3dTexture > 0) {
        options.arguments.push_back("--texture=" + std::to_string(m_options.maximum3dTexture));
    }
    options.environment = graphics.gl;
    options.environment.push_back("DISPLAY=" + graphics.display);
    if (!graphics.authority.empty()) {
        options.environment.push_back("XAUTHORITY=" + graphics.authority);
    }
    // Otherwise Mesa leaves a folder in the user's home.
    options.environment.push_back("MESA_SHADER_CACHE_DISABLE=true");
    auto child = ChildProcess::start(options);
    if (!child) {
        return fail(child.error());
    }
    m_child = std::move(*child);
    return {};
}

void VolumeProcess::kill()
{
    m_child.reset();
    m_hello.reset();
}

Result<volume::Hello> VolumeProcess::greeting(const StopToken& stop)
{
    if (m_hello) {
        return *m_hello;
    }
    if (!m_child) {
        return fail("process.gone", "The 3D program is not running.");
    }
    auto message = receive(m_options.start, stop);
    if (!message) {
        return fail(message.error());
    }
    m_hello = volume::parse<volume::Hello>(message->bytes);
    if (!m_hello) {
        return fail("volume.protocol", "The 3D program does not fit this version; reinstall Akari.");
    }
    log::info("render", "3D draws with " + std::string(volume::getText(m_hello->renderer)));
    return *m_hello;
}

Status VolumeProcess::sendVolume(const volume::Volume& message, int descriptor)
{
    if (!m_child) {
        return fail("process.gone", "The 3D program is not running.");
    }
    return m_child->channel().send(volume::asMessage(message), {descriptor});
}

Result<volume::Drawn> VolumeProcess::draw(const volume::Draw& message, int pictureDescriptor, const StopToken& stop)
{
    if (!m_child) {
        return fail("process.gone", "The 3D program is not running.");
    }
    const auto sent = m_child->channel().send(
        volume::asMessage(message), message.newPicture != 0 ? std::vector<int>{pictureDescriptor} : std::vector<int>{});
    if (!sent) {
        return fail(sent.error());
    }
    for (;;) {
        auto answer = receive(m_options.silence, stop);
        if (!answer) {
            return fail(answer.error());
        }
        const auto drawn = volume::parse<volume::Drawn>(answer->bytes);
        if (!drawn || drawn->job != message.job) {
            continue; // a heartbeat, or the answer to a picture that was given up
        }
        if (drawn->token != message.token || drawn->generation != message.generation || drawn->serial != message.serial
            || drawn->width != message.width || drawn->height != message.height) {
            return fail("volume.mismatch", "The 3D program answered with another picture than asked for; it was not shown.");
        }
        if (drawn->ok == 0) {
            return fail("volume.draw", "The graphics driver could not draw the 3D picture; choose a smaller series or restart Akari.",
                        std::string(volume::getText(drawn->text)));
        }
        return *drawn;
    }
}

Result<ReceivedMessage> VolumeProcess::receive(std::chrono::milliseconds patience, const StopToken& stop)
{
    constexpr std::chrono::milliseconds kSlice{50};
    const auto deadline = Steady::now() + patience;
    for (;;) {
        auto message = m_child->channel().receive(kSlice);
        if (message || message.error().code != "process.timeout") {
            return message;
        }
        if (stop.stopRequested()) {
            return stopped();
        }
        if (Steady::now() >= deadline) {
            return fail("volume.silent", "The 3D program gave no sign of life for "
                                             + std::to_string(std::max<std::int64_t>(1, patience.count() / 1000)) + " seconds.");
        }
    }
}

} // namespace akari::render
