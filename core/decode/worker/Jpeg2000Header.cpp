#include "core/decode/worker/Jpeg2000Header.h"

#include <algorithm>
#include <array>
#include <vector>

#include "core/decode/worker/BigEndian.h"

namespace akari::decode::worker {
namespace {

// No scanner writes more; each tile costs a decoder some kilobytes before it has seen a pixel.
constexpr std::uint64_t kMaximumTiles = 16384;


std::optional<std::size_t> findStart(BytesView bytes, bool& boxed)
{
    static constexpr std::array<std::uint8_t, 8> kBox{0x00, 0x00, 0x00, 0x0C, 0x6A, 0x50, 0x20, 0x20};
    static constexpr std::array<std::uint8_t, 4> kStart{0xFF, 0x4F, 0xFF, 0x51};
    boxed = bytes.size() > kBox.size() && std::equal(kBox.begin(), kBox.end(), bytes.begin());
    const auto found = std::search(bytes.begin(), boxed ? bytes.end() : bytes.begin() + std::min<std::ptrdiff_t>(4, std::ssize(bytes)),
        kStart.begin(), kStart.end());
    const auto at = static_cast<std::size_t>(found - bytes.begin());
    return at + 4 <= bytes.size() && std::equal(kStart.begin(), kStart.end(), found) ? std::optional(at) : std::nullopt;
}

// `siz` begins at Lsiz.
bool readSiz(BytesView siz, Jpeg2000Header& header)
{
    const std::size_t components = siz.size() >= 38 ? bigEndian16(siz, 36) : 0;
    if (components == 0 || siz.size() < 38 + 3 * components) {
        return false;
    }
    const std::uint64_t x1 = bigEndian32(siz, 4), y1 = bigEndian32(siz, 8), x0 = bigEndian32(siz, 12), y0 = bigEndian32(siz, 16);
    const std::uint64_t tileX = bigEndian32(siz, 20), tileY = bigEndian32(siz, 24), tx0 = bigEndian32(siz, 28), ty0 = bigEndian32(siz, 32);
    if (x1 <= x0 || y1 <= y0 || tileX == 0 || tileY == 0 || tx0 > x0 || ty0 > y0) {
        return false;
    }
    header.shape = {y1 - y0, x1 - x0, static_cast<unsigned>(components), 0};
    header.tiles = ((x1 - tx0 + tileX - 1) / tileX) * ((y1 - ty0 + tileY - 1) / tileY);
    const std::uint8_t first = siz[38];
    header.signedSamples = (first & 0x80U) != 0;
    for (std::size_t i = 0; i < components; ++i) {
        header.shape.precision = std::max(header.shape.precision, (siz[38 + 3 * i] & 0x7FU) + 1U);
        header.sameDepth = header.sameDepth && (siz[38 + 3 * i] & 0x7FU) == (first & 0x7FU);
        header.mixedSigns = header.mixedSigns || siz[38 + 3 * i] != first;
        header.subsampled = header.subsampled || siz[39 + 3 * i] != 1 || siz[40 + 3 * i] != 1;
    }
    return true;
}

// Where the codestream's data ends: before its end marker, which may have padding behind it.
std::size_t endOfData(BytesView bytes)
{
    static constexpr std::array<std::uint8_t, 2> kEnd{0xFF, 0xD9};
    const auto tail = bytes.end() - std::min<std::ptrdiff_t>(16, std::ssize(bytes));
    return static_cast<std::size_t>(std::search(tail, bytes.end(), kEnd.begin(), kEnd.end()) - bytes.begin());
}

// Walks the tile-parts by the lengths they state (A.4.2) and ticks off their tiles.
Status checkTiles(const Jpeg2000Header& header, BytesView bytes)
{
    std::vector<bool> seen(header.tiles, false);
    std::size_t at = header.firstTile;
    while (at + 12 <= bytes.size() && bigEndian16(bytes, at) == 0xFF90) {
        const std::uint32_t tile = bigEndian16(bytes, at + 4);
        const std::uint32_t length = bigEndian32(bytes, at + 6);
        if (tile >= seen.size() || (length != 0 && length < 14)) {
            return damaged("a tile of the codestream is malformed");
        }
        seen[tile] = true;
        if (length == 0) { // the last one, up to the end of the codestream, which only its marker shows
            if (endOfData(bytes) == bytes.size()) {
                return damaged("the codestream ends early");
            }
            break;
        }
        if (length > bytes.size() - at) {
            return damaged("the codestream ends within tile " + std::to_string(tile + 1) + " of " + std::to_string(seen.size()));
        }
        at += length;
    }
    const auto missing = std::count(seen.begin(), seen.end(), false);
    return missing == 0 ? Status{} : damaged(std::to_string(missing) + " of " + std::to_string(seen.size()) + " tiles are missing");
}

} // namespace

Bytes followedByNonsense(const Jpeg2000Header& header, BytesView bytes)
{
    struct Part {
        std::size_t begin;
        std::size_t end;
    };
    std::vector<Part> parts;
    std::vector<std::size_t> lastOf(header.tiles, SIZE_MAX);
    for (std::size_t at = header.firstTile; at + 12 <= bytes.size() && bigEndian16(bytes, at) == 0xFF90;) {
        const std::uint32_t tile = bigEndian16(bytes, at + 4);
        const std::uint32_t length = bigEndian32(bytes, at + 6);
        const std::size_t end = length == 0 ? endOfData(bytes) : at + length;
        if (tile >= lastOf.size() || end <= at + 12 || end > bytes.size()) {
            return {};
        }
        lastOf[tile] = parts.size();
        parts.push_back({at, end});
        at = end;
    }
    // All ones: a packet with every block in it, with more passes and longer lengths than there can be.
    static constexpr std::array<std::uint8_t, 32> kNonsense{0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF,
        0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F, 0xFF, 0x7F};
    Bytes out(bytes.begin() + static_cast<std::ptrdiff_t>(header.begin), bytes.begin() + static_cast<std::ptrdiff_t>(header.firstTile));
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const std::size_t at = out.size();
        const BytesView part = bytes.subspan(parts[i].begin, parts[i].end - parts[i].begin);
        out.insert(out.end(), part.begin(), part.end());
        if (lastOf[bigEndian16(bytes, parts[i].begin + 4)] == i) {
            out.insert(out.end(), kNonsense.begin(), kNonsense.end());
        }
        const std::size_t length = out.size() - at;
        for (std::size_t k = 0; k < 4; ++k) {
            out[at + 6 + k] = static_cast<std::uint8_t>(length >> (24 - 8 * k));
        }
    }
    out.insert(out.end(), {0xFF, 0xD9});
    return out;
}

std::optional<Jpeg2000Header> readJpeg2000Header(BytesView bytes)
{
    Jpeg2000Header header;
    const auto begin = findStart(bytes, header.boxed);
    if (!begin) {
        return std::nullopt;
    }
    header.begin = *begin;
    std::size_t at = *begin + 2;
    bool sized = false;
    while (at + 4 <= bytes.size() && bytes[at] == 0xFF) {
        const std::uint8_t marker = bytes[at + 1];
        const std::size_t length = bigEndian16(bytes, at + 2);
        if (marker == 0x90 || length < 2 || length > bytes.size() - at - 2) {
            break;
        }
        const BytesView segment = bytes.subspan(at + 2, length);
        if (marker == 0x51) {
            sized = readSiz(segment, header);
            if (!sized) {
                return std::nullopt;
            }
        } else if (marker == 0x50 && length >= 6) {
            header.highThroughput = (bigEndian32(segment, 2) & 0x00020000U) != 0;
        } else if (marker == 0x52 && length >= 8) {
            header.componentTransform = segment[6] != 0;
            header.levels = segment[7];
        } else if (marker == 0x53 && length >= 6) {
            const std::size_t wide = header.shape.components > 256 ? 2 : 1; // Ccoc
            header.levels = std::min<unsigned>(header.levels, segment[3 + wide]);
        } else if (marker == 0x60) {
            header.packedHeaders = true;
        }
        at += 2 + length;
    }
    header.firstTile = at;
    return sized ? std::optional(header) : std::nullopt;
}

Status checkJpeg2000(const Jpeg2000Header& header, BytesView bytes, const PixelDescription& pixels)
{
    if (auto same = checkShape(header.shape, pixels); !same) {
        return same;
    }
    if (!header.sameDepth) {
        return unsupported("JPEG 2000 components of different depth");
    }
    if (header.tiles > kMaximumTiles) {
        return damaged("the codestream is cut into " + std::to_string(header.tiles) + " tiles");
    }
    return checkTiles(header, bytes);
}

} // namespace akari::decode::worker
