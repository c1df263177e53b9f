// akari-video: one video at a time, its bytes in shared memory; each job asks for one picture by number. Knows nothing else: no files, no
// network. A program of its own because Debian builds FFmpeg under the GPL, and so that it can be left out.
extern "C" {
#include <libavutil/log.h>
}

#include <exception>
#include <memory>

#include "core/decode/child/JobLoop.h"
#include "core/decode/video/PictureToRgb.h"
#include "core/decode/video/VideoStream.h"

namespace {

using namespace akari;
using namespace akari::decode;

// A picture far into a video is reached in steps, so that the asker can change its mind and no step meets a limit.
constexpr std::chrono::seconds kStep{2};

class Session {
public:
    Result<child::Outcome> decode(const child::Task& task)
    {
        const auto until = std::chrono::steady_clock::now() + kStep;
        const PixelDescription& pixels = task.message.pixels;
        if (task.message.syntax != Syntax::Video || pixels.samplesPerPixel != 3 || task.message.frame < 1) {
            return fail("decode.unsupported", "video that is not declared as colour");
        }
        if (task.newInput) {
            m_stream.reset();
            auto opened = video::VideoStream::open(task.input);
            if (!opened) {
                return fail(opened.error());
            }
            m_stream = std::move(*opened);
        }
        if (!m_stream) {
            return fail("decode.failed", "there is no video");
        }
        const auto picture = m_stream->picture(task.message.frame - 1, until);
        if (!picture) {
            return fail(picture.error());
        }
        if (*picture == nullptr) {
            return child::Outcome::Unfinished;
        }
        const Status shown = video::pictureToRgb(**picture, pixels, task.output);
        return shown ? Result<child::Outcome>(child::Outcome::Decoded) : fail(shown.error());
    }

private:
    std::unique_ptr<video::VideoStream> m_stream;
};

} // namespace

int main()
{
    av_log_set_level(AV_LOG_QUIET);
    Session session;
    child::Program program;
    program.streams = true;
    program.onOpen = child::OnOpen::Refuse;
    program.decode = [&session](const child::Task& task) -> Result<child::Outcome> {
        try {
            return session.decode(task);
        } catch (const std::exception&) {
            return fail("decode.failed", "the video needs more memory than it may take");
        }
    };
    return child::run(program);
}
