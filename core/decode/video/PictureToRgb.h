// A decoded picture of a video, in whatever YUV form the stream has, as interleaved RGB.
#pragma once

#include <cstdint>
#include <span>

#include "core/base/Result.h"
#include "core/decode/Decode.h"

struct AVFrame;

namespace akari::decode::video {

// Writes rows x columns x 3 samples in containers of `pixels`. The matrix (BT.601, BT.709, BT.2020) and the range are the stream's; where
// it is silent they are BT.601 and 16 to 235, as YBR_PARTIAL_420 is defined (PS3.3 C.7.6.3.1.2). Chroma is repeated, not interpolated.
// "decode.failed" when size or depth are not those declared, "decode.unsupported" for forms other than grey and planar YUV.
Status pictureToRgb(const AVFrame& frame, const PixelDescription& pixels, std::span<std::uint8_t> output);

} // namespace akari::decode::video
