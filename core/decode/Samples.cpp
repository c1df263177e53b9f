#include "core/decode/Samples.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <type_traits>

namespace akari::decode {
namespace {

static_assert(std::endian::native == std::endian::little, "samples are little-endian and handled as the machine's own numbers");

template <class Number> Number load(const std::uint8_t* at)
{
    Number value;
    std::memcpy(&value, at, sizeof value);
    return value;
}

template <class Number> void store(std::uint8_t* at, Number value) { std::memcpy(at, &value, sizeof value); }

// The field lies at bit 0, as it nearly always does. Compilers make nothing of shifts by a variable in narrow numbers, but much of masks.
template <class Unsigned> void fitLow(std::span<std::uint8_t> samples, const BitField& field)
{
    const auto mask = static_cast<Unsigned>((std::uint64_t{1} << field.bits) - 1U);
    const auto sign = static_cast<Unsigned>(field.isSigned ? std::uint64_t{1} << (field.bits - 1) : 0U);
    const std::size_t count = samples.size() / sizeof(Unsigned);
    std::uint8_t* const data = samples.data();
    for (std::size_t i = 0; i < count; ++i) {
        const auto value = static_cast<Unsigned>(load<Unsigned>(data + i * sizeof(Unsigned)) & mask);
        store(data + i * sizeof(Unsigned), static_cast<Unsigned>(static_cast<Unsigned>(value ^ sign) - sign));
    }
}

template <class Unsigned> void fit(std::span<std::uint8_t> samples, const BitField& field)
{
    if (field.lowBit == 0) {
        fitLow<Unsigned>(samples, field);
        return;
    }
    using Signed = std::make_signed_t<Unsigned>;
    constexpr unsigned kBits = 8 * sizeof(Unsigned);
    const unsigned left = kBits - field.lowBit - field.bits;
    const unsigned right = kBits - field.bits;
    const std::size_t count = samples.size() / sizeof(Unsigned);
    std::uint8_t* const data = samples.data();
    if (field.isSigned) {
        for (std::size_t i = 0; i < count; ++i) {
            const auto up = static_cast<Signed>(static_cast<Unsigned>(load<Unsigned>(data + i * sizeof(Unsigned)) << left));
            store(data + i * sizeof(Unsigned), static_cast<Signed>(up >> right));
        }
    } else {
        for (std::size_t i = 0; i < count; ++i) {
            const auto up = static_cast<Unsigned>(load<Unsigned>(data + i * sizeof(Unsigned)) << left);
            store(data + i * sizeof(Unsigned), static_cast<Unsigned>(up >> right));
        }
    }
}

template <class Number> void interleave(BytesView planar, std::span<std::uint8_t> out)
{
    const std::size_t plane = std::min(planar.size(), out.size()) / sizeof(Number) / 3;
    const std::uint8_t* const first = planar.data();
    const std::uint8_t* const second = first + plane * sizeof(Number);
    const std::uint8_t* const third = second + plane * sizeof(Number);
    std::uint8_t* to = out.data();
    for (std::size_t i = 0; i < plane; ++i, to += 3 * sizeof(Number)) {
        std::memcpy(to, first + i * sizeof(Number), sizeof(Number));
        std::memcpy(to + sizeof(Number), second + i * sizeof(Number), sizeof(Number));
        std::memcpy(to + 2 * sizeof(Number), third + i * sizeof(Number), sizeof(Number));
    }
}

struct Rgb {
    int red;
    int green;
    int blue;
};
// 16.16 fixed point, rounded: 1.402, 0.344136, 0.714136, 1.772.
Rgb convert(int y, int cb, int cr, int top)
{
    constexpr std::int64_t kHalf = 1 << 15;
    const auto at = [top](std::int64_t value) { return static_cast<int>(std::clamp<std::int64_t>(value, 0, top)); };
    return {at(y + ((91881 * std::int64_t{cr} + kHalf) >> 16)), at(y + ((-22553 * std::int64_t{cb} - 46802 * std::int64_t{cr} + kHalf) >> 16)),
        at(y + ((116130 * std::int64_t{cb} + kHalf) >> 16))};
}

// The range of ITU-R BT.601: luma 16 to 235, chroma 16 to 240. 1.164384, 1.596027, 0.391762, 0.812968, 2.017232.
Rgb convertPartial(int y, int cb, int cr)
{
    constexpr std::int64_t kHalf = 1 << 15;
    const std::int64_t luma = 76309 * std::int64_t{y - 16} + kHalf;
    const auto at = [](std::int64_t value) { return static_cast<int>(std::clamp<std::int64_t>(value >> 16, 0, 255)); };
    return {at(luma + 104597 * std::int64_t{cr}), at(luma - 25675 * std::int64_t{cb} - 53279 * std::int64_t{cr}), at(luma + 132201 * std::int64_t{cb})};
}

template <class Number> void convertAll(std::span<std::uint8_t> samples, unsigned bits)
{
    const int top = static_cast<int>((1U << bits) - 1U);
    const int middle = 1 << (bits - 1);
    for (std::size_t at = 0; at + 3 * sizeof(Number) <= samples.size(); at += 3 * sizeof(Number)) {
        std::uint8_t* const p = samples.data() + at;
        const Rgb rgb = convert(load<Number>(p), load<Number>(p + sizeof(Number)) - middle, load<Number>(p + 2 * sizeof(Number)) - middle, top);
        store(p, static_cast<Number>(rgb.red));
        store(p + sizeof(Number), static_cast<Number>(rgb.green));
        store(p + 2 * sizeof(Number), static_cast<Number>(rgb.blue));
    }
}

} // namespace

unsigned containerBytes(const PixelDescription& pixels) { return (pixels.bitsAllocated + 7U) / 8U; }

std::uint64_t decodedBytes(const PixelDescription& pixels) { return pixels.samplesPerFrame() * containerBytes(pixels); }

PixelDescription decodedDescription(const PixelDescription& pixels)
{
    PixelDescription decoded = pixels;
    decoded.bitsAllocated = static_cast<std::uint16_t>(8 * containerBytes(pixels));
    decoded.highBit = static_cast<std::uint16_t>(pixels.bitsStored - 1);
    decoded.planarConfiguration = 0;
    if (pixels.samplesPerPixel == 3 && pixels.photometric != Photometric::Other) {
        decoded.photometric = Photometric::Rgb;
    }
    return decoded;
}

BitField storedField(const PixelDescription& pixels)
{
    return {static_cast<unsigned>(pixels.highBit + 1 - pixels.bitsStored), pixels.bitsStored, pixels.isSigned};
}

void fitSamples(std::span<std::uint8_t> samples, unsigned bytesPerSample, const BitField& field)
{
    if (field.bits == 0 || field.bits >= 8 * bytesPerSample || field.lowBit + field.bits > 8 * bytesPerSample) {
        return;
    }
    switch (bytesPerSample) {
    case 1: fit<std::uint8_t>(samples, field); break;
    case 2: fit<std::uint16_t>(samples, field); break;
    case 4: fit<std::uint32_t>(samples, field); break;
    default: break;
    }
}

void unpackBits(BytesView packed, std::uint64_t firstBit, std::span<std::uint8_t> out)
{
    for (std::size_t i = 0; i < out.size(); ++i) {
        const std::uint64_t bit = firstBit + i;
        out[i] = bit / 8 < packed.size() ? static_cast<std::uint8_t>((packed[bit / 8] >> (bit % 8)) & 1U) : std::uint8_t{0};
    }
}

void interleavePlanes(BytesView planar, std::span<std::uint8_t> out, unsigned bytesPerSample)
{
    switch (bytesPerSample) {
    case 1: interleave<std::uint8_t>(planar, out); break;
    case 2: interleave<std::uint16_t>(planar, out); break;
    case 4: interleave<std::uint32_t>(planar, out); break;
    default: interleave<std::uint64_t>(planar, out); break;
    }
}

void ybrToRgb(std::span<std::uint8_t> samples, unsigned bytesPerSample, unsigned bits)
{
    if (bytesPerSample == 1) {
        convertAll<std::uint8_t>(samples, std::min(bits, 8U));
    } else if (bytesPerSample == 2) {
        convertAll<std::uint16_t>(samples, std::min(bits, 16U));
    }
}

void unpack12(BytesView packed, unsigned firstBit, std::span<std::uint8_t> out)
{
    std::uint64_t bit = firstBit;
    for (std::size_t at = 0; at + 2 <= out.size(); at += 2, bit += 12) {
        const std::size_t byte = bit / 8;
        if (byte + 2 > packed.size()) {
            return;
        }
        const unsigned pair = packed[byte] | (unsigned{packed[byte + 1]} << 8);
        store(out.data() + at, static_cast<std::uint16_t>((pair >> (bit % 8)) & 0x0FFFU));
    }
}

void ybr422ToRgb(BytesView packed, std::span<std::uint8_t> out, bool partialRange)
{
    const std::size_t pairs = std::min(packed.size() / 4, out.size() / 6);
    for (std::size_t i = 0; i < pairs; ++i) {
        const std::uint8_t* const in = packed.data() + 4 * i;
        for (std::size_t k = 0; k < 2; ++k) {
            const Rgb rgb = partialRange ? convertPartial(in[k], in[2] - 128, in[3] - 128) : convert(in[k], in[2] - 128, in[3] - 128, 255);
            out[6 * i + 3 * k] = static_cast<std::uint8_t>(rgb.red);
            out[6 * i + 3 * k + 1] = static_cast<std::uint8_t>(rgb.green);
            out[6 * i + 3 * k + 2] = static_cast<std::uint8_t>(rgb.blue);
        }
    }
}

} // namespace akari::decode
