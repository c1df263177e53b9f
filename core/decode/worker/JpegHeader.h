// The markers of an ITU-T T.81 (or T.87) codestream up to its first scan, read by our own code before any library sees it.
#pragma once

#include <array>
#include <cstdint>
#include <optional>

#include "core/base/Bytes.h"
#include "core/decode/worker/Codec.h"

namespace akari::decode::worker {

inline constexpr std::uint8_t kJpegLsFrame = 0xF7;
inline constexpr std::uint8_t kLosslessFrame = 0xC3;

struct JpegHeader {
    StreamShape shape;
    std::uint8_t frameMarker = 0; // second byte of SOFn: 0xC0 baseline … 0xC3 lossless, 0xF7 JPEG-LS
    bool jfif = false;
    std::optional<int> adobeTransform;
    bool subsampled = false;      // components of different sampling
    std::array<std::uint8_t, 4> componentIds{};
    std::size_t begin = 0;        // of SOI in the bytes
};
// nullopt when the bytes hold no start of image, or no frame header before a scan. A hierarchical sequence shows as a differential frame.
std::optional<JpegHeader> readJpegHeader(BytesView bytes);

} // namespace akari::decode::worker
