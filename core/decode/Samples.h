// What happens to samples between a decoder and a DecodedFrame, the same for native frames (in-process) and for the worker.
// Samples are little-endian, in containers of 1, 2, 4 or 8 bytes, interleaved unless said otherwise.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "core/decode/Decode.h"

namespace akari::decode {

// Bytes of one sample of a decoded frame: 1 for 1-bit and 8-bit pixels, 2 for 12-bit ones.
unsigned containerBytes(const PixelDescription& pixels);
// Bytes of the whole decoded frame.
std::uint64_t decodedBytes(const PixelDescription& pixels);
// The description a decoded frame carries: container bits, highBit = bitsStored - 1, interleaved, YBR become RGB.
PixelDescription decodedDescription(const PixelDescription& pixels);

// Where a value lies inside its container.
struct BitField {
    unsigned lowBit = 0;
    unsigned bits = 0;
    bool isSigned = false;
};
BitField storedField(const PixelDescription& pixels);
// Moves the field to bit 0 and masks or sign-extends it, in place. Containers of 8 bytes are left alone.
void fitSamples(std::span<std::uint8_t> samples, unsigned bytesPerSample, const BitField& field);

// One byte (0 or 1) for each bit, least significant bit first (PS3.5 8.1.1), from `firstBit` of `packed` on.
void unpackBits(BytesView packed, std::uint64_t firstBit, std::span<std::uint8_t> out);
// Planes one after another -> interleaved. Both hold 3 planes of the same size.
void interleavePlanes(BytesView planar, std::span<std::uint8_t> out, unsigned bytesPerSample);
// Full-range YBR (PS3.3 C.7.6.3.1.2) -> RGB in place, 8- or 16-bit containers of `bits` stored bits.
void ybrToRgb(std::span<std::uint8_t> samples, unsigned bytesPerSample, unsigned bits);
// Samples of 12 bits one after another, least significant bit first (PS3.5 8.1.1), from bit 0 or 4 of `packed` on -> containers of 16.
void unpack12(BytesView packed, unsigned firstBit, std::span<std::uint8_t> out);
// Y1 Y2 Cb Cr for each pair of pixels -> RGB, 8 bit. `partialRange`: YBR_PARTIAL_422, luma 16 to 235.
void ybr422ToRgb(BytesView packed, std::span<std::uint8_t> out, bool partialRange = false);

} // namespace akari::decode
