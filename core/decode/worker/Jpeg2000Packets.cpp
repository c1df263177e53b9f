#include "core/decode/worker/Jpeg2000Packets.h"

#include <algorithm>
#include <array>
#include <bit>
#include <climits>
#include <tuple>
#include <utility>
#include <vector>

#include "core/decode/worker/Jpeg2000Style.h"

namespace akari::decode::worker {
namespace {

// Beyond these the walk would cost more than it saves.
constexpr std::uint64_t kMostPrecincts = 1U << 16;
constexpr std::uint64_t kMostBlocks = 1U << 20;

std::int64_t ceilShift(std::int64_t value, unsigned bits)
{
    return (value + (std::int64_t{1} << bits) - 1) >> bits;
}

using Area = Jpeg2000Area;
using Style = Jpeg2000Style;

// Bits of packet headers (B.10.1): a byte after 0xFF has seven.
class HeaderBits {
public:
    HeaderBits(BytesView bytes, std::size_t at) : m_bytes(bytes), m_at(at) {}

    unsigned one()
    {
        if (m_left == 0) {
            next();
        }
        --m_left;
        return (m_byte >> m_left) & 1U;
    }
    std::uint32_t some(unsigned count)
    {
        std::uint32_t value = 0;
        for (unsigned i = 0; i < count; ++i) {
            value = (value << 1) | one();
        }
        return value;
    }
    // Where the header ends.
    std::size_t end()
    {
        if (m_byte == 0xFF) {
            next();
        }
        return m_at;
    }
    bool overrun() const { return m_overrun; }

private:
    void next()
    {
        m_left = m_byte == 0xFF ? 7 : 8;
        m_overrun = m_overrun || m_at >= m_bytes.size();
        m_byte = m_overrun ? 0U : unsigned{m_bytes[m_at++]};
    }

    BytesView m_bytes;
    std::size_t m_at;
    unsigned m_byte = 0;
    unsigned m_left = 0;
    bool m_overrun = false;
};

// B.10.2
class TagTree {
public:
    TagTree(std::size_t width, std::size_t height)
    {
        for (std::size_t first = 0;; first = m_nodes.size()) {
            const bool root = width * height <= 1;
            const std::size_t above = first + width * height;
            for (std::size_t y = 0; y < height; ++y) {
                for (std::size_t x = 0; x < width; ++x) {
                    m_nodes.push_back({root ? SIZE_MAX : above + y / 2 * ((width + 1) / 2) + x / 2, INT_MAX, 0});
                }
            }
            if (root) {
                return;
            }
            width = (width + 1) / 2;
            height = (height + 1) / 2;
        }
    }

    // Whether the leaf's value is below `threshold`, as far as bits are needed to know.
    bool below(HeaderBits& bits, std::size_t leaf, int threshold)
    {
        std::array<std::size_t, 24> path{};
        std::size_t depth = 0;
        for (std::size_t at = leaf; at != SIZE_MAX && depth < path.size(); at = m_nodes[at].parent) {
            path[depth++] = at;
        }
        int low = 0;
        while (depth > 0) {
            Node& node = m_nodes[path[--depth]];
            low = std::max(low, node.low);
            while (low < threshold && low < node.value) {
                if (bits.one() != 0) {
                    node.value = low;
                } else {
                    ++low;
                }
            }
            node.low = low;
        }
        return m_nodes[leaf].value < threshold;
    }

private:
    struct Node {
        std::size_t parent;
        int value;
        int low; // the value is not below it
    };
    std::vector<Node> m_nodes;
};

struct Block {
    bool included = false;
    std::uint8_t lengthBits = 3; // Lblock
};

// The code-blocks of one band in one precinct.
struct Blocks {
    Blocks(std::size_t width, std::size_t height) : inclusion(width, height), zeroPlanes(width, height), all(width * height) {}
    TagTree inclusion;
    TagTree zeroPlanes;
    std::vector<Block> all;
};

struct Precinct {
    unsigned resolution = 0;
    unsigned component = 0;
    std::int64_t x = 0, y = 0; // of its corner, on the reference grid
    std::size_t index = 0;
    std::vector<Blocks> bands;
};

// B.10.6
unsigned readPasses(HeaderBits& bits)
{
    if (bits.one() == 0) {
        return 1;
    }
    if (bits.one() == 0) {
        return 2;
    }
    if (const unsigned few = bits.some(2); few < 3) {
        return 3 + few;
    }
    if (const unsigned more = bits.some(5); more < 31) {
        return 6 + more;
    }
    return 37 + bits.some(7);
}

// The bytes that this packet holds of a block which is in it (B.10.7). HT: all passes of a layer that is the only one, in one segment for
// the first of the last up to three passes and those left out before it, and one for the others (T.814 B.2).
std::uint64_t readLength(HeaderBits& bits, Block& block, bool highThroughput)
{
    constexpr unsigned kMostLengthBits = 32 - 8;
    const unsigned passes = readPasses(bits);
    while (bits.one() != 0) {
        if (++block.lengthBits > kMostLengthBits) {
            return UINT32_MAX;
        }
    }
    const auto segment = [&](unsigned count) {
        return std::uint64_t{bits.some(block.lengthBits + static_cast<unsigned>(std::bit_width(count)) - 1U)};
    };
    if (!highThroughput) {
        return segment(passes);
    }
    const unsigned leftOut = (passes - 1) / 3 * 3;
    const std::uint64_t first = segment(leftOut + 1);
    return passes - leftOut > 1 ? first + segment(passes - leftOut - 1) : first;
}

class TileWalk {
public:
    TileWalk(const Style& style, std::uint64_t tile) : m_style(style)
    {
        const std::int64_t across = (style.image.x1 - style.tileX0 + style.tileX - 1) / style.tileX;
        const auto number = static_cast<std::int64_t>(tile);
        const std::int64_t left = style.tileX0 + number % across * style.tileX;
        const std::int64_t top = style.tileY0 + number / across * style.tileY;
        m_tile = {std::max(left, style.image.x0), std::max(top, style.image.y0), std::min(left + style.tileX, style.image.x1),
                  std::min(top + style.tileY, style.image.y1)};
    }

    // False when there are too many.
    bool layOut();
    // The tile's bytes are its packets and nothing else.
    bool walk(BytesView bytes);

private:
    struct Grid {
        std::size_t columns = 0, rows = 0; // of code-blocks
    };
    bool addResolution(unsigned component, unsigned resolution);
    Grid blocksOf(unsigned resolution, unsigned band, const Area& precinct) const;
    bool packet(BytesView bytes, std::size_t& at, Precinct& precinct, int layer) const;
    void sortPrecincts();

    const Style& m_style;
    Area m_tile;
    std::vector<Precinct> m_precincts;
    std::uint64_t m_blocks = 0;
};

// `precinct` in the band's own coordinates (B.5, B.7). Bands of the first resolution: LL; of the others: HL, LH, HH.
TileWalk::Grid TileWalk::blocksOf(unsigned resolution, unsigned band, const Area& precinct) const
{
    const unsigned depth = resolution == 0 ? m_style.levels : m_style.levels - resolution + 1;
    const std::int64_t half = depth == 0 ? 0 : std::int64_t{1} << (depth - 1);
    const std::int64_t right = resolution != 0 && (band & 1U) == 0 ? half : 0; // HL and HH
    const std::int64_t down = resolution != 0 && band != 0 ? half : 0;         // LH and HH
    const Area area{std::max(precinct.x0, ceilShift(m_tile.x0 - right, depth)), std::max(precinct.y0, ceilShift(m_tile.y0 - down, depth)),
                    std::min(precinct.x1, ceilShift(m_tile.x1 - right, depth)), std::min(precinct.y1, ceilShift(m_tile.y1 - down, depth))};
    if (area.empty()) {
        return {0, 0};
    }
    const unsigned less = resolution == 0 ? 0U : 1U;
    const unsigned x = std::min(m_style.blockX, (m_style.precincts[resolution] & 15U) - less);
    const unsigned y = std::min(m_style.blockY, (m_style.precincts[resolution] >> 4) - less);
    return {static_cast<std::size_t>(ceilShift(area.x1, x) - (area.x0 >> x)),
            static_cast<std::size_t>(ceilShift(area.y1, y) - (area.y0 >> y))};
}

bool TileWalk::addResolution(unsigned component, unsigned resolution)
{
    const unsigned below = m_style.levels - resolution;
    const Area area{ceilShift(m_tile.x0, below), ceilShift(m_tile.y0, below), ceilShift(m_tile.x1, below), ceilShift(m_tile.y1, below)};
    if (area.empty()) {
        return true;
    }
    const unsigned sizeX = m_style.precincts[resolution] & 15U;
    const unsigned sizeY = m_style.precincts[resolution] >> 4;
    const std::int64_t firstX = area.x0 >> sizeX, firstY = area.y0 >> sizeY;
    const std::int64_t endX = ceilShift(area.x1, sizeX), endY = ceilShift(area.y1, sizeY);
    if (static_cast<std::uint64_t>((endX - firstX) * (endY - firstY)) + m_precincts.size() > kMostPrecincts) {
        return false;
    }
    const unsigned less = resolution == 0 ? 0U : 1U;
    std::size_t index = 0;
    for (std::int64_t y = firstY; y < endY; ++y) {
        for (std::int64_t x = firstX; x < endX; ++x) {
            Precinct precinct;
            precinct.resolution = resolution;
            precinct.component = component;
            precinct.x = std::max(m_tile.x0, x << (sizeX + below));
            precinct.y = std::max(m_tile.y0, y << (sizeY + below));
            precinct.index = index++;
            const Area inBand{x << (sizeX - less), y << (sizeY - less), (x + 1) << (sizeX - less), (y + 1) << (sizeY - less)};
            for (unsigned band = 0; band < (resolution == 0 ? 1U : 3U); ++band) {
                const Grid grid = blocksOf(resolution, band, inBand);
                m_blocks += static_cast<std::uint64_t>(grid.columns) * grid.rows;
                if (m_blocks > kMostBlocks) { // before there is room for them: a header may name any number
                    return false;
                }
                precinct.bands.emplace_back(grid.columns, grid.rows);
            }
            m_precincts.push_back(std::move(precinct));
        }
    }
    return true;
}

bool TileWalk::layOut()
{
    for (unsigned component = 0; component < m_style.components; ++component) {
        for (unsigned resolution = 0; resolution <= m_style.levels; ++resolution) {
            if (!addResolution(component, resolution)) {
                return false;
            }
        }
    }
    sortPrecincts();
    return true;
}

// B.12.1, as far as layers do not come into it.
void TileWalk::sortPrecincts()
{
    const auto key = [order = m_style.progression](const Precinct& p) {
        const std::int64_t resolution = p.resolution, component = p.component;
        const auto index = static_cast<std::int64_t>(p.index);
        switch (order) {
        case 2: return std::tuple(resolution, p.y, p.x, component, index);
        case 3: return std::tuple(p.y, p.x, component, resolution, index);
        case 4: return std::tuple(component, p.y, p.x, resolution, index);
        default: return std::tuple(resolution, component, index, std::int64_t{0}, std::int64_t{0});
        }
    };
    std::sort(m_precincts.begin(), m_precincts.end(), [&](const Precinct& a, const Precinct& b) { return key(a) < key(b); });
}

bool TileWalk::packet(BytesView bytes, std::size_t& at, Precinct& precinct, int layer) const
{
    if (m_style.markedStarts && at + 6 <= bytes.size() && bytes[at] == 0xFF && bytes[at + 1] == 0x91) {
        at += 6;
    }
    constexpr int kMostPlanes = 80;
    HeaderBits bits(bytes, at);
    std::uint64_t body = 0;
    if (bits.one() != 0) {
        for (Blocks& band : precinct.bands) {
            for (std::size_t i = 0; i < band.all.size() && !bits.overrun(); ++i) {
                Block& block = band.all[i];
                const bool here = block.included ? bits.one() != 0 : band.inclusion.below(bits, i, layer + 1);
                if (!here) {
                    continue;
                }
                for (int planes = 1; !block.included && !band.zeroPlanes.below(bits, i, planes); ++planes) {
                    if (planes > kMostPlanes) {
                        return false;
                    }
                }
                block.included = true;
                body += readLength(bits, block, m_style.highThroughput);
            }
        }
    }
    at = bits.end();
    if (m_style.markedEnds) {
        if (at + 2 > bytes.size() || bytes[at] != 0xFF || bytes[at + 1] != 0x92) {
            return false;
        }
        at += 2;
    }
    if (bits.overrun() || body > bytes.size() - at) {
        return false;
    }
    at += body;
    return true;
}

bool TileWalk::walk(BytesView bytes)
{
    std::size_t at = 0;
    const int layers = static_cast<int>(m_style.layers);
    const auto all = [&](auto begin, auto end, int first, int last) {
        for (auto precinct = begin; precinct != end; ++precinct) {
            for (int layer = first; layer < last; ++layer) {
                if (!packet(bytes, at, *precinct, layer)) {
                    return false;
                }
            }
        }
        return true;
    };
    bool whole = true;
    if (m_style.progression == 0) { // layer by layer
        for (int layer = 0; layer < layers && whole; ++layer) {
            whole = all(m_precincts.begin(), m_precincts.end(), layer, layer + 1);
        }
    } else if (m_style.progression == 1) { // layer by layer within each resolution
        for (auto begin = m_precincts.begin(); begin != m_precincts.end() && whole;) {
            const auto end = std::find_if(begin, m_precincts.end(), [&](const Precinct& p) { return p.resolution != begin->resolution; });
            for (int layer = 0; layer < layers && whole; ++layer) {
                whole = all(begin, end, layer, layer + 1);
            }
            begin = end;
        }
    } else {
        whole = all(m_precincts.begin(), m_precincts.end(), 0, layers);
    }
    return whole && at == bytes.size();
}

} // namespace

bool everyPacketIsThere(const Jpeg2000Header& header, BytesView bytes)
{
    Style style;
    // Each tile has a header of 14 bytes at least.
    if (header.tiles > bytes.size() / 14 || !readJpeg2000Style(header, bytes, style)) {
        return false;
    }
    std::vector<Bytes> tiles(header.tiles);
    if (!collectJpeg2000Tiles(header, bytes, tiles)) {
        return false;
    }
    for (std::uint64_t tile = 0; tile < header.tiles; ++tile) {
        TileWalk walk(style, tile);
        if (!walk.layOut() || !walk.walk(tiles[tile])) {
            return false;
        }
    }
    return true;
}

} // namespace akari::decode::worker
