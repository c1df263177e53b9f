// JPEG XL made by libjxl's own cjxl from pixels that are known.
#pragma once

#include "tests/core/decode/DecodeSupport.h"
#include "tests/core/decode/Tools.h"

namespace akari::decode::test {

struct Picture {
    PixelDescription pixels;
    Bytes samples; // as decoded: interleaved, little-endian
};

// A ramp with texture, that no transform leaves alone.
inline Picture pictureOf(unsigned bits, unsigned components, std::uint32_t rows = 67, std::uint32_t columns = 131)
{
    Picture picture;
    picture.pixels = grey(rows, columns, bits > 8 ? 16 : 8, static_cast<std::uint16_t>(bits));
    picture.pixels.samplesPerPixel = static_cast<std::uint16_t>(components);
    if (components == 3) {
        picture.pixels.photometric = Photometric::Rgb;
    }
    std::uint32_t noise = 12345;
    for (std::uint32_t i = 0; i < rows * columns * components; ++i) {
        noise = noise * 1664525U + 1013904223U;
        const std::uint32_t value = (i * 37 + (noise >> 20)) & ((1U << bits) - 1U);
        picture.samples.push_back(static_cast<std::uint8_t>(value));
        if (bits > 8) {
            picture.samples.push_back(static_cast<std::uint8_t>(value >> 8));
        }
    }
    return picture;
}

// Portable any map: big-endian samples, the largest value says the depth. cjxl 0.7 takes samples of two bytes as spread over all 16 bits
// (read back by djxl the same way) and keeps as many as the largest value says.
inline void writePnm(const std::filesystem::path& path, const Picture& picture)
{
    const auto& p = picture.pixels;
    const std::string head = (p.samplesPerPixel == 3 ? "P6\n" : "P5\n") + std::to_string(p.columns) + " " + std::to_string(p.rows) + "\n" +
                             std::to_string((1U << p.bitsStored) - 1U) + "\n";
    Bytes bytes(head.begin(), head.end());
    for (std::size_t i = 0; i < picture.samples.size(); i += p.bitsAllocated / 8) {
        if (p.bitsAllocated == 8) {
            bytes.push_back(picture.samples[i]);
            continue;
        }
        const double top = (1U << p.bitsStored) - 1U;
        const auto spread = static_cast<std::uint32_t>((picture.samples[i] | (picture.samples[i + 1] << 8)) * 65535.0 / top + 0.5);
        bytes.push_back(static_cast<std::uint8_t>(spread >> 8));
        bytes.push_back(static_cast<std::uint8_t>(spread));
    }
    writeFile(path, bytes);
}

inline Bytes jxlOf(const Picture& picture, const std::string& options)
{
    const akari::test::TempFolder folder;
    writePnm(folder.path() / "in.pnm", picture);
    REQUIRE(runTool("cjxl " + (folder.path() / "in.pnm").string() + " " + (folder.path() / "out.jxl").string() + " " + options));
    return fileBytes(folder.path() / "out.jxl");
}

} // namespace akari::decode::test
