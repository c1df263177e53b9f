// The decoders of our own for JPEG-LS and lossless JPEG: what an encoder of someone else, or a plain one here, made of known samples.
#include <array>
#include <cstdio>

#include "tests/core/decode/DecodeSupport.h"
#include "tests/core/decode/Tools.h"

using namespace akari;
using namespace akari::decode;
using namespace akari::decode::test;

namespace {

enum class Kind { Flat, Smooth, Noise, Edges };

// Little-endian samples of `bits`, in as many bytes as they need.
Bytes picture(Kind kind, std::uint32_t columns, std::uint32_t rows, unsigned bits)
{
    const std::uint32_t top = (1U << bits) - 1;
    std::uint32_t state = 12345;
    Bytes samples;
    for (std::uint32_t i = 0; i < columns * rows; ++i) {
        state = state * 1664525 + 1013904223;
        const std::uint32_t x = i % columns, y = i / columns;
        std::uint32_t value = 0;
        switch (kind) {
        case Kind::Flat: value = y % 9 == 8 && x % 31 == 3 ? top : top / 3; break;
        case Kind::Smooth: value = (x * 5 + y * 3 + (state >> 30)) & top; break;
        case Kind::Noise: value = state >> (32 - bits); break;
        case Kind::Edges: value = (x / 5 + y / 3) % 2 != 0 ? top - (state >> 31) : state >> 31; break;
        }
        samples.push_back(static_cast<std::uint8_t>(value));
        if (bits > 8) {
            samples.push_back(static_cast<std::uint8_t>(value >> 8));
        }
    }
    return samples;
}

constexpr std::array<Kind, 4> kKinds{Kind::Flat, Kind::Smooth, Kind::Noise, Kind::Edges};

class BitWriter {
public:
    void put(std::uint32_t value, unsigned count)
    {
        while (count-- > 0) {
            m_byte = (m_byte << 1) | ((value >> count) & 1U);
            if (++m_bits == 8) {
                bytes.push_back(static_cast<std::uint8_t>(m_byte));
                if (bytes.back() == 0xFF) {
                    bytes.push_back(0);
                }
                m_byte = m_bits = 0;
            }
        }
    }
    void finish()
    {
        while (m_bits != 0) {
            put(1, 1);
        }
    }
    Bytes bytes;

private:
    unsigned m_byte = 0, m_bits = 0;
};

// A prefix code for the sizes 0 to 16: all of five bits, or the longer the larger.
struct Code {
    std::array<std::uint8_t, 16> counts{};
    std::array<std::uint32_t, 17> words{};
    std::array<unsigned, 17> lengths{};
};

Code makeCode(bool even)
{
    Code code;
    if (even) {
        code.counts[4] = 17;
    } else {
        std::fill(code.counts.begin(), code.counts.begin() + 14, std::uint8_t{1});
        code.counts[15] = 3;
    }
    std::uint32_t word = 0;
    std::size_t size = 0;
    for (unsigned length = 1; length <= 16; ++length, word <<= 1) {
        for (unsigned i = 0; i < code.counts[length - 1]; ++i, ++word, ++size) {
            code.words[size] = word;
            code.lengths[size] = length;
        }
    }
    return code;
}

// ITU-T T.81, process 14, one component.
Bytes losslessJpeg(const Bytes& samples, std::uint32_t columns, std::uint32_t rows, unsigned bits, unsigned predictor, const Code& code)
{
    const auto at = [&](std::uint32_t x, std::uint32_t y) {
        const std::size_t i = std::size_t{y} * columns + x;
        return bits > 8 ? samples[2 * i] | (samples[2 * i + 1] << 8) : int{samples[i]};
    };
    BitWriter writer;
    for (std::uint32_t y = 0; y < rows; ++y) {
        for (std::uint32_t x = 0; x < columns; ++x) {
            const int a = x > 0 ? at(x - 1, y) : 0, b = y > 0 ? at(x, y - 1) : 0, c = x > 0 && y > 0 ? at(x - 1, y - 1) : 0;
            const std::array<int, 8> predictions{0, a, b, c, a + b - c, a + ((b - c) >> 1), b + ((a - c) >> 1), (a + b) >> 1};
            const int predicted = y == 0 ? (x == 0 ? 1 << (bits - 1) : a) : x == 0 ? b : predictions[predictor];
            const int around = (at(x, y) - predicted) & 0xFFFF;
            const int difference = around > 32768 ? around - 65536 : around;
            unsigned size = 0;
            while (std::abs(difference) >> size != 0) {
                ++size;
            }
            writer.put(code.words[size], code.lengths[size]);
            if (size < 16) {
                writer.put(static_cast<std::uint32_t>(difference < 0 ? difference + (1 << size) - 1 : difference), size);
            }
        }
    }
    writer.finish();
    const auto high = [](std::uint32_t value) { return static_cast<std::uint8_t>(value >> 8); };
    const auto low = [](std::uint32_t value) { return static_cast<std::uint8_t>(value); };
    Bytes out{0xFF,         0xD8, 0xFF, 0xC3, 0, 11,   low(bits), high(rows), low(rows), high(columns),
              low(columns), 1,    1,    0x11, 0, 0xFF, 0xC4,      0,          19 + 17,   0};
    out.insert(out.end(), code.counts.begin(), code.counts.end());
    for (std::uint8_t size = 0; size <= 16; ++size) {
        out.push_back(size);
    }
    out.insert(out.end(), {0xFF, 0xDA, 0, 8, 1, 1, 0, low(predictor), 0, 0});
    out.insert(out.end(), writer.bytes.begin(), writer.bytes.end());
    out.insert(out.end(), {0xFF, 0xD9});
    return out;
}

PixelDescription greyOf(std::uint32_t rows, std::uint32_t columns, unsigned bits)
{
    return grey(rows, columns, bits > 8 ? 16 : 8, static_cast<std::uint16_t>(bits));
}

} // namespace

TEST_CASE("Lossless JPEG of every predictor, depth and code comes out as it went in", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    int wrong = 0;
    for (unsigned predictor = 1; predictor <= 7; ++predictor) {
        for (const unsigned bits : {2U, 8U, 12U, 16U}) {
            for (const Kind kind : kKinds) {
                const bool even = (predictor + bits / 4) % 2 == 0;
                const Bytes samples = picture(kind, 37, 23, bits);
                const auto frame =
                    decodeFrame(pool, made("1.2.840.10008.1.2.4.57", losslessJpeg(samples, 37, 23, bits, predictor, makeCode(even)),
                                           greyOf(23, 37, bits)));
                INFO("predictor " << predictor << ", " << bits << " bits, kind " << static_cast<int>(kind)
                                  << (frame ? "" : reasonOf(frame.error())));
                REQUIRE(frame);
                wrong += frame->samples == samples ? 0 : 1;
            }
        }
    }
    CHECK(wrong == 0);
}

TEST_CASE("Lossless JPEG that goes on behind its picture, or ends before, is no picture", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    const Bytes samples = picture(Kind::Noise, 37, 23, 12);
    const Bytes whole = losslessJpeg(samples, 37, 23, 12, 1, makeCode(true));
    // Half of the bits, then the end marker.
    Bytes cut(whole.begin(), whole.begin() + std::ssize(whole) / 2);
    cut.insert(cut.end(), {0xFF, 0xD9});
    CHECK_FALSE(decodeFrame(pool, made("1.2.840.10008.1.2.4.70", cut, greyOf(23, 37, 12))));
    // A picture of other dimensions.
    CHECK_FALSE(decodeFrame(pool, made("1.2.840.10008.1.2.4.70", whole, greyOf(24, 37, 12))));
    REQUIRE(decodeFrame(pool, made("1.2.840.10008.1.2.4.70", whole, greyOf(23, 37, 12))));
}

TEST_CASE("JPEG-LS of every roughness and shape comes out as it went in", "[core][decode]")
{
    if (!haveTool("ffmpeg")) {
        AKARI_SKIP("no ffmpeg");
    }
    const akari::test::TempFolder folder;
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    constexpr std::array<std::array<std::uint32_t, 2>, 5> kShapes{{{1, 1}, {1, 9}, {300, 2}, {37, 23}, {64, 64}}};
    int wrong = 0, seen = 0;
    for (const unsigned bits : {8U, 16U}) {
        for (const auto& [columns, rows] : kShapes) {
            const Kind kind = kKinds[static_cast<std::size_t>(seen++) % kKinds.size()];
            for (const Kind one : {kind, columns == 64 ? Kind::Edges : kind, columns == 64 ? Kind::Flat : kind}) {
                const Bytes samples = picture(one, columns, rows, bits);
                const auto raw = folder.path() / "in.raw", coded = folder.path() / "out.jls";
                writeFile(raw, samples);
                REQUIRE(runTool("ffmpeg -y -f rawvideo -pix_fmt " + std::string(bits > 8 ? "gray16le" : "gray") + " -s " +
                                std::to_string(columns) + "x" + std::to_string(rows) + " -i " + raw.string() +
                                " -c:v jpegls -f image2 -update 1 " + coded.string()));
                const auto frame = decodeFrame(pool, made("1.2.840.10008.1.2.4.80", fileBytes(coded), greyOf(rows, columns, bits)));
                INFO(columns << " x " << rows << ", " << bits << " bits, kind " << static_cast<int>(one)
                             << (frame ? "" : reasonOf(frame.error())));
                REQUIRE(frame);
                wrong += frame->samples == samples ? 0 : 1;
            }
        }
    }
    CHECK(wrong == 0);
}
