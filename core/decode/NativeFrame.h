// Native (uncompressed) frames, unpacked by our own code. Pure functions, any thread, safe on any bytes.
#pragma once

#include "core/decode/Decode.h"

namespace akari::decode {

// How the bytes of one native frame lie.
struct NativeLayout {
    unsigned firstBit = 0;   // of a frame of 1 or 12 bits a sample within its first byte: frames need not start on a byte
    bool bigEndian = false;
    bool wordsOfBytes = false; // samples of other than 16 or 32 bits in 16-bit words (OW), swapped when big-endian: `frame` then holds whole words
    bool oddStart = false;   // and this frame starts with the second sample of its first word
};

// Samples that share 16-bit words with others, so that the words' byte order moves them (PS3.5 8.1.1).
bool isPacked(const PixelDescription& pixels);
// Bytes a native frame takes in the file.
std::uint64_t nativeFrameBytes(const PixelDescription& pixels, unsigned firstBit = 0);
// "decode.failed" when `frame` is too short or the photometric interpretation has no native form.
Result<Bytes> unpackNative(BytesView frame, const PixelDescription& pixels, const NativeLayout& layout);

} // namespace akari::decode
