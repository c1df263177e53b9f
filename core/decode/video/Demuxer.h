// A video's bytes (elementary stream, program stream, transport stream or MP4) taken apart into the packets of its one picture stream.
#pragma once

extern "C" {
#include <libavcodec/avcodec.h>
}

#include <memory>
#include <vector>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::decode::video {

struct FreeParameters {
    void operator()(AVCodecParameters* parameters) const { avcodec_parameters_free(&parameters); }
};
struct FreePacket {
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
};

struct Packets {
    std::unique_ptr<AVCodecParameters, FreeParameters> codec;
    std::vector<std::unique_ptr<AVPacket, FreePacket>> all; // in decoding order; pts is the packet's own index, dts is absent
};

// Reads the whole stream. `bytes` need not outlive the result. "decode.failed" when there is no MPEG-2, H.264 or HEVC stream in it.
Result<Packets> takeApart(BytesView bytes);

} // namespace akari::decode::video
