// Native (uncompressed) frames, unpacked by our own code. Pure functions, any thread, safe on any bytes.
#pragma once

#include "core/decode/Decode.h"

namespace akari::decode {

// How the bytes of one native frame lie.
struct NativeLayout {
    unsigned firstBit = 0;   // of a 1-bit frame within its first byte: frames need not start on a byte
    bool bigEndian = false;
    bool wordsOfBytes = false; // 8-bit samples in 16-bit words (OW), swapped when big-endian: `frame` then holds whole words
    bool oddStart = false;   // and this frame starts with the second sample of its first word
};

// Bytes a native frame takes in the file.
std::uint64_t nativeFrameBytes(const PixelDescription& pixels, unsigned firstBit = 0);
// "decode.failed" when `frame` is too short or the photometric interpretation has no native form.
Result<Bytes> unpackNative(BytesView frame, const PixelDescription& pixels, const NativeLayout& layout);

} // namespace akari::decode
