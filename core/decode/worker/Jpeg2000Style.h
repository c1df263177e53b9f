// What a codestream of ITU-T T.800 or T.814 says of how its packets lie, for the walk over them.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/decode/worker/Jpeg2000Header.h"

namespace akari::decode::worker {

struct Jpeg2000Area {
    std::int64_t x0 = 0, y0 = 0, x1 = 0, y1 = 0;
    bool empty() const { return x1 <= x0 || y1 <= y0; }
};

struct Jpeg2000Style {
    Jpeg2000Area image;
    std::int64_t tileX = 0, tileY = 0, tileX0 = 0, tileY0 = 0;
    unsigned components = 0;
    unsigned progression = 0;
    unsigned layers = 0;
    unsigned levels = 0;
    unsigned blockX = 0, blockY = 0; // exponents
    bool markedStarts = false;       // SOP may stand before a packet
    bool markedEnds = false;         // EPH stands behind a packet's header
    bool highThroughput = false;
    std::array<std::uint8_t, 33> precincts{}; // of each resolution: exponent of the width, and << 4 of the height
};
// False where packets lie in a way that the walk does not follow.
bool readJpeg2000Style(const Jpeg2000Header& header, BytesView bytes, Jpeg2000Style& style);
// The bytes of every tile, its parts one after another; false when a part brings what the walk does not follow.
// `tiles`: as many as header.tiles.
bool collectJpeg2000Tiles(const Jpeg2000Header& header, BytesView bytes, std::vector<Bytes>& tiles);

} // namespace akari::decode::worker
