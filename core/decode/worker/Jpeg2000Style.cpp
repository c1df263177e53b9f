#include "core/decode/worker/Jpeg2000Style.h"

#include <algorithm>

#include "core/decode/worker/BigEndian.h"

namespace akari::decode::worker {
namespace {


bool takeSiz(BytesView siz, Jpeg2000Style& style)
{
    if (siz.size() < 38) {
        return false;
    }
    const auto at = [&](std::size_t where) { return std::int64_t{bigEndian32(siz, where)}; };
    style.image = {at(12), at(16), at(4), at(8)};
    style.tileX = at(20);
    style.tileY = at(24);
    style.tileX0 = at(28);
    style.tileY0 = at(32);
    style.components = bigEndian16(siz, 36);
    return !style.image.empty() && style.tileX > 0 && style.tileY > 0 && style.tileX0 <= style.image.x0 && style.tileY0 <= style.image.y0;
}

// A.6.1
bool takeCod(BytesView cod, Jpeg2000Style& style)
{
    if (cod.size() < 12 || cod[3] > 4 || cod[7] > 32 || cod[8] > 8 || cod[9] > 8) {
        return false;
    }
    const bool sized = (cod[2] & 1U) != 0;
    style.markedStarts = (cod[2] & 2U) != 0;
    style.markedEnds = (cod[2] & 4U) != 0;
    style.progression = cod[3];
    style.layers = bigEndian16(cod, 4);
    style.levels = cod[7];
    style.blockX = cod[8] + 2U;
    style.blockY = cod[9] + 2U;
    style.highThroughput = (cod[10] & 0x40U) != 0;
    // Bypass and termination cut a block's bytes into several segments of their own lengths; so do mixed blocks and further layers of HT.
    const bool segments = (cod[10] & 0x85U) != 0 || (style.highThroughput && style.layers != 1);
    if (segments || style.layers == 0 || cod.size() < 12 + (sized ? style.levels + 1U : 0U)) {
        return false;
    }
    for (std::size_t r = 0; r <= style.levels; ++r) {
        style.precincts[r] = sized ? cod[12 + r] : std::uint8_t{0xFF};
    }
    // A precinct of one sample has no room for the bands above the first.
    return std::all_of(style.precincts.begin() + 1, style.precincts.begin() + style.levels + 1,
                       [](std::uint8_t size) { return (size & 15U) != 0 && size >> 4 != 0; });
}

} // namespace

bool readJpeg2000Style(const Jpeg2000Header& header, BytesView bytes, Jpeg2000Style& style)
{
    bool sized = false;
    bool styled = false;
    for (std::size_t at = header.begin + 2; at + 4 <= header.firstTile;) {
        const std::uint8_t marker = bytes[at + 1];
        const BytesView segment = bytes.subspan(at + 2, bigEndian16(bytes, at + 2));
        if (marker == 0x51) {
            sized = takeSiz(segment, style);
        } else if (marker == 0x52) {
            if (styled || !takeCod(segment, style)) {
                return false;
            }
            styled = true;
        } else if (marker == 0x53 || marker == 0x5F || marker == 0x60) { // COC, POC, PPM
            return false;
        }
        at += 2 + segment.size();
    }
    return sized && styled && !header.subsampled;
}

bool collectJpeg2000Tiles(const Jpeg2000Header& header, BytesView bytes, std::vector<Bytes>& tiles)
{
    std::size_t at = header.firstTile;
    while (at + 14 <= bytes.size() && bigEndian16(bytes, at) == 0xFF90) {
        const std::size_t tile = bigEndian16(bytes, at + 4);
        const std::size_t length = bigEndian32(bytes, at + 6);
        if (tile >= tiles.size() || length < 14 || length > bytes.size() - at) {
            return false;
        }
        const BytesView part = bytes.subspan(at, length);
        std::size_t in = 12;
        while (in + 4 <= part.size() && bigEndian16(part, in) != 0xFF93) {
            const unsigned marker = bigEndian16(part, in);
            if (marker == 0xFF52 || marker == 0xFF53 || marker == 0xFF5F || marker == 0xFF61 || marker < 0xFF00) { // COD, COC, POC, PPT
                return false;
            }
            in += 2 + std::size_t{bigEndian16(part, in + 2)};
        }
        if (in + 2 > part.size() || bigEndian16(part, in) != 0xFF93) {
            return false;
        }
        tiles[tile].insert(tiles[tile].end(), part.begin() + static_cast<std::ptrdiff_t>(in + 2), part.end());
        at += length;
    }
    return true;
}

} // namespace akari::decode::worker
