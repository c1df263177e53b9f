#include "core/decode/video/VideoStream.h"

#include <algorithm>
#include <string>

namespace akari::decode::video {
namespace {

// Pictures kept for going back a little; part of what videoMemoryLimit() counts.
constexpr std::size_t kKeptBytes = std::size_t{48} << 20;

std::size_t bytesOf(const AVFrame& frame)
{
    std::size_t bytes = 0;
    for (const AVBufferRef* const buffer : frame.buf) {
        bytes += buffer != nullptr ? static_cast<std::size_t>(buffer->size) : 0;
    }
    return bytes;
}

// Walks the units of an H.264 or HEVC access unit, behind start codes (Annex B) or lengths of four bytes (MP4).
template <class Visit> void eachUnit(BytesView bytes, bool lengths, const Visit& visit)
{
    std::size_t at = 0;
    while (at + 5 <= bytes.size()) {
        if (lengths) {
            const std::size_t size = (std::size_t{bytes[at]} << 24) | (std::size_t{bytes[at + 1]} << 16) | (std::size_t{bytes[at + 2]} << 8) | bytes[at + 3];
            visit(bytes[at + 4]);
            if (size > bytes.size() - at - 4) {
                return;
            }
            at += 4 + size;
        } else if (bytes[at] == 0 && bytes[at + 1] == 0 && bytes[at + 2] == 1) {
            visit(bytes[at + 3]);
            at += 3;
        } else {
            ++at;
        }
    }
}

} // namespace

VideoStream::VideoStream(Packets packets, CodecPtr codec) : m_packets(std::move(packets)), m_codec(std::move(codec))
{
    m_shownAt.assign(m_packets.all.size(), kUnknown);
    for (std::size_t i = 0; i < m_packets.all.size(); ++i) {
        if (startsAfresh(i)) {
            m_fresh.push_back(i);
        }
    }
}

Result<std::unique_ptr<VideoStream>> VideoStream::open(BytesView bytes)
{
    auto packets = takeApart(bytes);
    if (!packets) {
        return fail(packets.error());
    }
    const AVCodec* const decoder = avcodec_find_decoder(packets->codec->codec_id);
    CodecPtr codec(decoder != nullptr ? avcodec_alloc_context3(decoder) : nullptr);
    if (!codec || avcodec_parameters_to_context(codec.get(), packets->codec.get()) < 0) {
        return fail("decode.failed", "the video's codec can't be opened");
    }
    codec->thread_count = 1;
    codec->err_recognition = AV_EF_EXPLODE | AV_EF_CRCCHECK;
    if (avcodec_open2(codec.get(), decoder, nullptr) < 0) {
        return fail("decode.failed", "the video's codec can't be opened");
    }
    return std::unique_ptr<VideoStream>(new VideoStream(std::move(*packets), std::move(codec)));
}

// Marked as key alone is not enough: H.264 and HEVC also mark pictures after which some still refer to earlier ones.
bool VideoStream::startsAfresh(std::size_t packet) const
{
    const AVPacket& p = *m_packets.all[packet];
    if ((p.flags & AV_PKT_FLAG_KEY) == 0) {
        return false;
    }
    const AVCodecID id = m_packets.codec->codec_id;
    if (id != AV_CODEC_ID_H264 && id != AV_CODEC_ID_HEVC) {
        return true;
    }
    // MP4 keeps avcC or hvcC here, which says how wide the lengths are.
    const AVCodecParameters& codec = *m_packets.codec;
    const bool lengths = codec.extradata_size > 0 && codec.extradata[0] == 1;
    const int widthAt = id == AV_CODEC_ID_H264 ? 4 : 21;
    if (lengths && (codec.extradata_size <= widthAt || (codec.extradata[widthAt] & 3) != 3)) {
        return false;
    }
    bool fresh = false;
    eachUnit({p.data, static_cast<std::size_t>(p.size)}, lengths, [&](std::uint8_t head) {
        const int type = id == AV_CODEC_ID_H264 ? head & 0x1F : (head >> 1) & 0x3F;
        fresh = fresh || (id == AV_CODEC_ID_H264 ? type == 5 : type == 19 || type == 20);
    });
    return fresh;
}

const AVFrame* VideoStream::cached(std::int64_t index) const
{
    const auto found = std::find_if(m_kept.begin(), m_kept.end(), [index](const Kept& kept) { return kept.index == index; });
    return found == m_kept.end() ? nullptr : found->frame.get();
}

// Moves to the best packet to start from, if reading on is not better.
void VideoStream::jumpFor(std::int64_t index)
{
    std::size_t best = 0;
    std::int64_t shown = 0;
    for (const std::size_t packet : m_fresh) {
        if (m_shownAt[packet] != kUnknown && m_shownAt[packet] <= index && m_shownAt[packet] >= shown) {
            best = packet;
            shown = m_shownAt[packet];
        }
    }
    const bool behind = m_next != kUnknown && m_next <= index;
    if (behind && shown <= m_next) {
        return;
    }
    avcodec_flush_buffers(m_codec.get());
    m_feed = best;
    m_next = best == 0 ? 0 : kUnknown;
    m_skipBefore = shown;
}

Status VideoStream::send()
{
    const bool end = m_feed == m_packets.all.size();
    const int sent = avcodec_send_packet(m_codec.get(), end ? nullptr : m_packets.all[m_feed].get());
    if (!end) {
        ++m_feed;
    }
    // Right after a jump pictures that lack what they refer to may be refused; those that count come later.
    if (sent < 0 && sent != AVERROR_EOF && m_next != kUnknown) {
        damaged();
    }
    return {};
}

void VideoStream::take(FramePtr frame)
{
    const bool broken = frame->decode_error_flags != 0 || (frame->flags & AV_FRAME_FLAG_CORRUPT) != 0;
    const auto packet = frame->pts >= 0 && frame->pts < static_cast<std::int64_t>(m_shownAt.size()) ? static_cast<std::size_t>(frame->pts) : SIZE_MAX;
    const std::int64_t known = packet != SIZE_MAX ? m_shownAt[packet] : kUnknown;
    if (m_next == kUnknown) {
        if (known == kUnknown || known < m_skipBefore) {
            return;
        }
        m_next = known;
    } else if (known != kUnknown && known != m_next) {
        damaged(); // pictures came in another order than the first time
    }
    if (broken) {
        damaged();
    }
    const std::int64_t index = m_next++;
    if (packet != SIZE_MAX && known == kUnknown) {
        m_shownAt[packet] = index;
    }
    m_keptBytes += bytesOf(*frame);
    m_kept.push_back({index, std::move(frame)});
    while (m_keptBytes > kKeptBytes && m_kept.size() > 1) {
        m_keptBytes -= bytesOf(*m_kept.front().frame);
        m_kept.pop_front();
    }
}

// One picture out, or one packet in.
Status VideoStream::step()
{
    FramePtr frame(av_frame_alloc());
    if (!frame) {
        return fail("decode.failed", "there is not enough memory for the video");
    }
    const int got = avcodec_receive_frame(m_codec.get(), frame.get());
    if (got >= 0) {
        take(std::move(frame));
        return {};
    }
    if (got == AVERROR(EAGAIN)) {
        return send();
    }
    if (got == AVERROR_EOF && m_next != kUnknown) {
        m_count = m_next;
    } else {
        damaged();
    }
    return {};
}

Error VideoStream::damage() const
{
    return {"decode.failed", "the video is damaged at picture " + std::to_string(m_damagedFrom + 1) + "; it is shown up to there", {}};
}

Result<const AVFrame*> VideoStream::picture(std::int64_t index, std::chrono::steady_clock::time_point until)
{
    const AVFrame* kept = cached(index);
    if (kept == nullptr) {
        jumpFor(index);
    }
    while (kept == nullptr) {
        if (m_next > index) {
            m_damagedFrom = std::min(m_damagedFrom, index); // it came the first time and did not now
        }
        if (index >= m_damagedFrom) {
            return fail(damage());
        }
        if (m_count && index >= *m_count) {
            return fail("decode.failed", "the video has " + std::to_string(*m_count) + " pictures");
        }
        if (std::chrono::steady_clock::now() >= until) {
            return nullptr;
        }
        if (auto stepped = step(); !stepped) {
            return fail(stepped.error());
        }
        kept = cached(index);
    }
    if (index >= m_damagedFrom) {
        return fail(damage());
    }
    return kept;
}

} // namespace akari::decode::video
