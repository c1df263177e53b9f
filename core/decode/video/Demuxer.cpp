#include "core/decode/video/Demuxer.h"

extern "C" {
#include <libavformat/avformat.h>
}

#include <algorithm>
#include <cstring>
#include <string>

namespace akari::decode::video {
namespace {

constexpr int kBufferBytes = 1 << 16;
constexpr std::size_t kMostPackets = 4'000'000;

struct Source {
    BytesView bytes;
    std::size_t at = 0;
};

int onRead(void* user, std::uint8_t* to, int count)
{
    auto* const source = static_cast<Source*>(user);
    const std::size_t take = std::min<std::size_t>(static_cast<std::size_t>(count), source->bytes.size() - source->at);
    if (take == 0) {
        return AVERROR_EOF;
    }
    std::memcpy(to, source->bytes.data() + source->at, take);
    source->at += take;
    return static_cast<int>(take);
}

std::int64_t onSeek(void* user, std::int64_t offset, int whence)
{
    auto* const source = static_cast<Source*>(user);
    const auto size = static_cast<std::int64_t>(source->bytes.size());
    if (whence == AVSEEK_SIZE) {
        return size;
    }
    whence &= ~AVSEEK_FORCE;
    const std::int64_t base = whence == SEEK_SET ? 0 : whence == SEEK_CUR ? static_cast<std::int64_t>(source->at) : size;
    if (offset < -base || offset > size - base) {
        return AVERROR(EINVAL);
    }
    source->at = static_cast<std::size_t>(base + offset);
    return static_cast<std::int64_t>(source->at);
}

// Some containers can name other files; none is ever opened.
int onOpen(AVFormatContext*, AVIOContext**, const char*, int, AVDictionary**) { return AVERROR(EPERM); }

class Container {
public:
    explicit Container(BytesView bytes) : m_source{bytes, 0} {}
    ~Container()
    {
        avformat_close_input(&m_format);
        if (m_io != nullptr) {
            av_freep(&m_io->buffer);
            avio_context_free(&m_io);
        }
    }
    Container(const Container&) = delete;
    Container& operator=(const Container&) = delete;

    bool open()
    {
        auto* const buffer = static_cast<unsigned char*>(av_malloc(kBufferBytes));
        m_io = avio_alloc_context(buffer, kBufferBytes, 0, &m_source, &onRead, nullptr, &onSeek);
        m_format = avformat_alloc_context();
        if (buffer == nullptr || m_io == nullptr || m_format == nullptr) {
            return false;
        }
        m_format->pb = m_io;
        m_format->io_open = &onOpen;
        m_format->flags |= AVFMT_FLAG_CUSTOM_IO;
        m_format->format_whitelist = av_strdup("mpegvideo,mpeg,mpegts,mov,mp4,m4a,3gp,3g2,mj2,h264,hevc");
        m_format->codec_whitelist = av_strdup("mpeg1video,mpeg2video,h264,hevc");
        if (avformat_open_input(&m_format, nullptr, nullptr, nullptr) < 0 || avformat_find_stream_info(m_format, nullptr) < 0) {
            return false;
        }
        m_video = av_find_best_stream(m_format, AVMEDIA_TYPE_VIDEO, -1, -1, nullptr, 0);
        return m_video >= 0;
    }

    Result<Packets> packets()
    {
        Packets out;
        out.codec.reset(avcodec_parameters_alloc());
        if (!out.codec || avcodec_parameters_copy(out.codec.get(), m_format->streams[m_video]->codecpar) < 0) {
            return fail("decode.failed", "there is not enough memory for the video");
        }
        for (;;) {
            std::unique_ptr<AVPacket, FreePacket> packet(av_packet_alloc());
            const int read = packet ? av_read_frame(m_format, packet.get()) : AVERROR(ENOMEM);
            if (read == AVERROR_EOF) {
                return out;
            }
            if (read < 0 || out.all.size() >= kMostPackets) {
                return fail("decode.failed", "the video's container is damaged at packet " + std::to_string(out.all.size() + 1));
            }
            if (packet->stream_index == m_video && av_packet_make_refcounted(packet.get()) >= 0) {
                // Decoders hand the time of a packet on to its picture: this is how a picture is known again after a jump.
                packet->pts = static_cast<std::int64_t>(out.all.size());
                packet->dts = AV_NOPTS_VALUE;
                out.all.push_back(std::move(packet));
            }
        }
    }

private:
    Source m_source;
    AVIOContext* m_io = nullptr;
    AVFormatContext* m_format = nullptr;
    int m_video = -1;
};

} // namespace

Result<Packets> takeApart(BytesView bytes)
{
    Container container(bytes);
    if (!container.open()) {
        return fail("decode.failed", "the bytes hold no MPEG-2, H.264 or HEVC video");
    }
    return container.packets();
}

} // namespace akari::decode::video
