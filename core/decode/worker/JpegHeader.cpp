#include "core/decode/worker/JpegHeader.h"

#include <cstring>

namespace akari::decode::worker {
namespace {

constexpr std::uint8_t kHierarchical = 0xDE; // DHP

bool isFrame(std::uint8_t marker)
{
    return marker == kJpegLsFrame || (marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC);
}

bool readFrame(BytesView segment, JpegHeader& header)
{
    if (segment.size() < 6) {
        return false;
    }
    header.shape = {(std::uint64_t{segment[1]} << 8) | segment[2], (std::uint64_t{segment[3]} << 8) | segment[4], segment[5], segment[0]};
    if (segment.size() < 6 + 3 * std::size_t{segment[5]}) {
        return false;
    }
    for (std::size_t i = 0; i < segment[5]; ++i) {
        if (i < header.componentIds.size()) {
            header.componentIds[i] = segment[6 + 3 * i];
        }
        header.subsampled = header.subsampled || segment[7 + 3 * i] != segment[7];
    }
    return true;
}

} // namespace

std::optional<JpegHeader> readJpegHeader(BytesView bytes)
{
    JpegHeader header;
    if (bytes.size() < 4 || bytes[0] != 0xFF || bytes[1] != 0xD8) {
        return std::nullopt;
    }
    std::size_t at = 2;
    bool frameSeen = false;
    while (at + 4 <= bytes.size()) {
        if (bytes[at] != 0xFF) {
            ++at;
            continue;
        }
        const std::uint8_t marker = bytes[at + 1];
        if (marker == 0xFF || marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD8)) {
            at += marker == 0xFF ? 1 : 2;
            continue;
        }
        if (marker == 0xDA || marker == 0xD9) {
            break;
        }
        const std::size_t length = (std::size_t{bytes[at + 2]} << 8) | bytes[at + 3];
        if (length < 2 || at + 2 + length > bytes.size()) {
            return std::nullopt;
        }
        const BytesView segment = bytes.subspan(at + 4, length - 2);
        if (marker == kHierarchical) {
            header.frameMarker = 0xC5; // any of the differential frames: the first frame alone would be a reduced picture
            header.shape = {};
            return header;
        }
        if (isFrame(marker)) {
            if (frameSeen || !readFrame(segment, header)) {
                return std::nullopt;
            }
            frameSeen = true;
            header.frameMarker = marker;
        } else if (marker == 0xE0 && segment.size() >= 5 && std::memcmp(segment.data(), "JFIF", 5) == 0) {
            header.jfif = true;
        } else if (marker == 0xEE && segment.size() >= 12 && std::memcmp(segment.data(), "Adobe", 5) == 0) {
            header.adobeTransform = segment[11];
        }
        at += 2 + length;
    }
    return frameSeen ? std::optional(header) : std::nullopt;
}

} // namespace akari::decode::worker
