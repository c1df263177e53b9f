// One video, kept open from job to job: pictures by number, in the order in which they are shown. Reading on costs one picture; a jump goes
// back to the nearest picture that needs no other. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <vector>

#include "core/decode/video/Demuxer.h"

struct AVCodecContext;
struct AVFrame;

namespace akari::decode::video {

struct FreeFrame {
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
};
using FramePtr = std::unique_ptr<AVFrame, FreeFrame>;

class VideoStream {
public:
    // "decode.failed" when the bytes hold no video that can be opened.
    static Result<std::unique_ptr<VideoStream>> open(BytesView bytes);

    // Picture `index`, 0-based; null when `until` came first: ask again, what was done is not lost. "decode.failed" when there is no such
    // picture, or when the stream is damaged at or before it: what a decoder invents is never shown.
    Result<const AVFrame*> picture(std::int64_t index, std::chrono::steady_clock::time_point until);

private:
    struct FreeCodec {
        void operator()(AVCodecContext* codec) const { avcodec_free_context(&codec); }
    };
    using CodecPtr = std::unique_ptr<AVCodecContext, FreeCodec>;
    static constexpr std::int64_t kUnknown = -1;

    VideoStream(Packets packets, CodecPtr codec);
    const AVFrame* cached(std::int64_t index) const;
    void jumpFor(std::int64_t index);
    Status step();
    Status send();
    void take(FramePtr frame);
    void damaged() { m_damagedFrom = std::min(m_damagedFrom, m_next == kUnknown ? m_skipBefore : m_next); }
    Error damage() const;
    bool startsAfresh(std::size_t packet) const;

    Packets m_packets;
    CodecPtr m_codec;
    std::vector<std::int64_t> m_shownAt;  // of each packet: the number of its picture, as far as learnt
    std::vector<std::size_t> m_fresh;     // packets of pictures that need no other
    std::size_t m_feed = 0;               // next packet
    std::int64_t m_next = 0;              // number of the next picture to come out; kUnknown right after a jump
    std::int64_t m_skipBefore = 0;        // after a jump: pictures shown before this one lack what they refer to
    std::optional<std::int64_t> m_count;  // of pictures, known at the end
    std::int64_t m_damagedFrom = INT64_MAX;
    struct Kept {
        std::int64_t index;
        FramePtr frame;
    };
    std::deque<Kept> m_kept;
    std::size_t m_keptBytes = 0;
};

} // namespace akari::decode::video
