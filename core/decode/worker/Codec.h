// What every decoder in the worker looks like: one function from a Job to a CodecResult. A codec checks the codestream's own dimensions,
// components and depth against the declared ones before it lets a library allocate anything, and writes interleaved little-endian
// samples into `output`, which has exactly the declared size. Signs, masks and colours are put right afterwards by decodeJob().
#pragma once

#include <cstdint>
#include <span>
#include <string>

#include "core/decode/Decode.h"
#include "core/decode/Samples.h"
#include "core/decode/Syntax.h"

namespace akari::decode::worker {

struct Job {
    PixelDescription pixels;
    Syntax syntax = Syntax::Native;
    BytesView input;
    std::span<std::uint8_t> output;
};

enum class Colour : std::uint8_t { AsDeclared, Rgb, Ybr };

struct Decoded {
    BitField field;                     // where the values lie in their containers
    Colour colour = Colour::AsDeclared; // of three-sample output
};
// Errors: "decode.failed" or "decode.unsupported", the reason in `message`.
using CodecResult = Result<Decoded>;

inline tl::unexpected<Error> damaged(std::string reason) { return fail("decode.failed", std::move(reason)); }
inline tl::unexpected<Error> unsupported(std::string reason) { return fail("decode.unsupported", std::move(reason)); }

// What a codestream says of itself.
struct StreamShape {
    std::uint64_t rows = 0;
    std::uint64_t columns = 0;
    unsigned components = 0;
    unsigned precision = 0; // bits a sample
};
// An error that names what differs from the declared pixels.
Status checkShape(const StreamShape& shape, const PixelDescription& pixels);
// The field of values that a codestream of this precision leaves in the containers.
BitField streamField(unsigned precision, const PixelDescription& pixels);
// Writes one sample into its container at index `at`.
inline void putSample(std::span<std::uint8_t> output, unsigned bytesPerSample, std::size_t at, std::uint32_t value)
{
    std::uint8_t* const to = output.data() + at * bytesPerSample;
    for (unsigned k = 0; k < bytesPerSample; ++k) {
        to[k] = static_cast<std::uint8_t>(value >> (8 * k));
    }
}

// Not a decoder: RGB through an ICC profile to sRGB. The profile's bytes are as hostile as a frame's.
CodecResult applyColourProfile(const Job& job);
CodecResult decodeRle(const Job& job);
CodecResult decodeDeflated(const Job& job);
CodecResult decodeJpeg(const Job& job);
CodecResult decodeJpegLs(const Job& job);
CodecResult decodeJpeg2000(const Job& job);
CodecResult decodeHighThroughput2000(const Job& job);
bool isJpegXl(BytesView bytes);
CodecResult decodeJpegXl(const Job& job);

// Picks the codec, by what the bytes are where they say so themselves, and finishes the samples. Never throws.
Status decodeJob(const Job& job);

} // namespace akari::decode::worker
