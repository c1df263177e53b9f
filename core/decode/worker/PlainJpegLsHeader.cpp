#include "core/decode/worker/PlainJpegLsHeader.h"

#include <algorithm>
#include <array>

#include "core/decode/worker/BigEndian.h"

namespace akari::decode::worker {
namespace {

// C.2.4.1.1.1, for NEAR = 0.
void setDefaultThresholds(PlainJpegLsHeader& to)
{
    const int limit = std::min(to.maximum, 4095);
    if (to.maximum >= 128) {
        const int factor = (limit + 128) / 256;
        to.t1 = std::clamp(factor + 2, 1, to.maximum);
        to.t2 = std::clamp(factor * 4 + 3, to.t1, to.maximum);
        to.t3 = std::clamp(factor * 17 + 4, to.t2, to.maximum);
    } else {
        const int factor = 256 / (to.maximum + 1);
        to.t1 = std::clamp(std::max(2, 3 / factor), 1, to.maximum);
        to.t2 = std::clamp(std::max(3, 7 / factor), to.t1, to.maximum);
        to.t3 = std::clamp(std::max(4, 21 / factor), to.t2, to.maximum);
    }
}

struct Segments {
    PlainJpegLsHeader parameters;
    bool frame = false;
    std::array<int, 5> presets{}; // MAXVAL, T1, T2, T3, RESET; 0: the default
};

bool takeFrame(BytesView segment, Segments& header)
{
    if (header.frame || segment.size() != 9 || segment[5] != 1 || segment[0] < 2 || segment[0] > 16) {
        return false;
    }
    header.frame = true;
    header.parameters.precision = segment[0];
    header.parameters.rows = bigEndian16(segment, 1);
    header.parameters.columns = bigEndian16(segment, 3);
    return header.parameters.rows != 0 && header.parameters.columns != 0;
}

bool takePresets(BytesView segment, Segments& header)
{
    if (segment.size() != 11 || segment[0] != 1) {
        return false;
    }
    for (std::size_t i = 0; i < header.presets.size(); ++i) {
        header.presets[i] = static_cast<int>(bigEndian16(segment, 1 + 2 * i));
    }
    return true;
}

// One component, no mapping table, lossless, not interleaved, no point transform.
bool takeScan(BytesView segment, Segments& header)
{
    PlainJpegLsHeader& p = header.parameters;
    if (!header.frame || segment.size() != 6 || segment[0] != 1 || segment[2] != 0 || segment[3] != 0 || segment[4] != 0 ||
        segment[5] != 0) {
        return false;
    }
    p.maximum = (1 << p.precision) - 1;
    setDefaultThresholds(p);
    const auto [maximum, t1, t2, t3, reset] = header.presets;
    if (maximum != 0 && maximum != p.maximum) {
        return false;
    }
    p.t1 = t1 != 0 ? t1 : p.t1;
    p.t2 = t2 != 0 ? t2 : p.t2;
    p.t3 = t3 != 0 ? t3 : p.t3;
    p.reset = reset != 0 ? reset : p.reset;
    return p.t1 >= 1 && p.t1 <= p.t2 && p.t2 <= p.t3 && p.t3 <= p.maximum && p.reset >= 3 && p.reset <= 255;
}

} // namespace

std::optional<PlainJpegLsHeader> readPlainJpegLsHeader(BytesView bytes)
{
    Segments header;
    if (bytes.size() < 4 || bytes[0] != 0xFF || bytes[1] != 0xD8) {
        return std::nullopt;
    }
    for (std::size_t at = 2; at + 4 <= bytes.size() && bytes[at] == 0xFF;) {
        const std::uint8_t marker = bytes[at + 1];
        const std::size_t length = bigEndian16(bytes, at + 2);
        if (length < 2 || length > bytes.size() - at - 2) {
            return std::nullopt;
        }
        const BytesView segment = bytes.subspan(at + 4, length - 2);
        at += 2 + length;
        if (marker == 0xDA) {
            header.parameters.data = at;
            return takeScan(segment, header) ? std::optional(header.parameters) : std::nullopt;
        }
        const bool passed = (marker >= 0xE0 && marker <= 0xEF) || marker == 0xFE; // APPn, COM
        if (!passed && !(marker == 0xF7 && takeFrame(segment, header)) && !(marker == 0xF8 && takePresets(segment, header))) {
            return std::nullopt;
        }
    }
    return std::nullopt;
}

} // namespace akari::decode::worker
