// akari-3d: draws volumes for one client over descriptor 3 and ends when the client does. One thread, which owns GL.
#include <chrono>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "core/base/Process.h"
#include "render/volume/Painter.h"
#include "render/volume/Protocol.h"

namespace {

using namespace akari;
using namespace akari::render::volume;
using Steady = std::chrono::steady_clock;

constexpr int kChannel = 3;

class Server {
public:
    Server(Channel& channel, const PainterOptions& options) : m_channel(channel), m_painter(options, [this] { beat(); }) {}

    bool greet() { return bool(m_channel.send(asMessage(m_painter.hello()))); }

    // False when the client is gone or speaks nonsense.
    bool serveOne()
    {
        auto message = m_channel.receive(std::chrono::minutes(10));
        if (!message) {
            return message.error().code == "process.timeout";
        }
        if (const auto volume = parse<Volume>(message->bytes)) {
            return take(*volume, message->descriptors);
        }
        if (const auto draw = parse<Draw>(message->bytes)) {
            return take(*draw, message->descriptors);
        }
        return false;
    }

private:
    void beat()
    {
        if (Steady::now() - m_lastBeat > std::chrono::milliseconds(200)) {
            m_lastBeat = Steady::now();
            (void)m_channel.send(asMessage(Heartbeat{}));
        }
    }

    bool take(const Volume& volume, const std::vector<int>& descriptors)
    {
        std::size_t bytes = sizeof(std::int16_t);
        for (const std::int32_t size : volume.size) {
            if (size < 1 || size > 65536 || bytes > (std::size_t(1) << 36) / std::size_t(size)) {
                return false;
            }
            bytes *= std::size_t(size);
        }
        if (descriptors.size() != 1) {
            return false;
        }
        // Writable because VTK asks for it; nothing here writes.
        auto voxels = SharedMemory::adopt(descriptors.front(), bytes, true);
        if (!voxels) {
            return false;
        }
        m_painter.setVolume(volume, std::move(*voxels));
        m_volume = volume;
        return true;
    }

    bool take(const Draw& draw, const std::vector<int>& descriptors)
    {
        if (draw.newPicture != 0) {
            if (descriptors.size() != 1) {
                return false;
            }
            auto picture = SharedMemory::adopt(descriptors.front(), std::size_t(draw.pictureBytes), true);
            if (!picture) {
                return false;
            }
            m_picture = std::move(*picture);
        }
        const bool fits = draw.width > 0 && draw.height > 0 && draw.width <= kMaximumPictureSide && draw.height <= kMaximumPictureSide
                          && m_picture && m_picture->size() >= std::size_t(draw.width) * std::size_t(draw.height) * 3;
        if (!fits) {
            return false;
        }
        Drawn drawn;
        drawn.job = draw.job;
        drawn.token = m_volume.token;
        drawn.generation = m_volume.generation;
        drawn.serial = m_volume.serial;
        drawn.width = draw.width;
        drawn.height = draw.height;
        const auto begin = Steady::now();
        const std::string failure = m_painter.draw(draw, m_picture->data());
        drawn.ok = failure.empty() ? 1 : 0;
        setText(drawn.text, failure);
        drawn.milliseconds = std::chrono::duration<double, std::milli>(Steady::now() - begin).count();
        return bool(m_channel.send(asMessage(drawn)));
    }

    Channel& m_channel;
    Painter m_painter;
    Volume m_volume;
    std::unique_ptr<SharedMemory> m_picture;
    Steady::time_point m_lastBeat;
};

} // namespace

int main(int argc, char** argv)
{
    PainterOptions options;
    for (int i = 1; i < argc; ++i) {
        const std::string_view argument = argv[i];
        if (argument.starts_with("--mapper=")) {
            options.mapper = argument.substr(9);
        } else if (argument.starts_with("--texture=")) {
            options.maximum3dTexture = std::atoi(argv[i] + 10);
        }
    }
    Channel channel(kChannel);
    Server server(channel, options);
    if (!server.greet()) {
        return 1;
    }
    while (server.serveOne()) {
    }
    return 0;
}
