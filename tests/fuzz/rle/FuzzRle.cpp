// Our own decoders and header readers inside the worker: RLE, plain JPEG-LS and lossless JPEG, JPEG 2000's packets, and what JPEG and JPEG 2000
// codestreams say of themselves.
#include <array>

#include "core/decode/worker/Codec.h"
#include "core/decode/worker/Jpeg2000Header.h"
#include "core/decode/worker/Jpeg2000Packets.h"
#include "core/decode/worker/JpegHeader.h"
#include "core/decode/worker/PlainJpegLs.h"
#include "core/decode/worker/PlainLosslessJpeg.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::Input input(data, size);
    decode::PixelDescription pixels;
    constexpr std::array<std::uint16_t, 4> kAllocated{1, 8, 16, 32};
    pixels.rows = 1u + input.byte();
    pixels.columns = 1u + input.byte();
    const std::uint8_t kind = input.byte();
    pixels.samplesPerPixel = (kind & 1) != 0 ? 3 : 1;
    pixels.bitsAllocated = kAllocated[(kind >> 1) % 4];
    pixels.bitsStored = pixels.bitsAllocated;
    pixels.highBit = static_cast<std::uint16_t>(pixels.bitsStored - 1);
    const Bytes frame = input.restCopy();
    Bytes output(decode::decodedBytes(pixels));
    decode::worker::Job job{pixels, decode::Syntax::Rle, frame, output};
    if (const auto done = decode::worker::decodeRle(job); !done) {
        fuzz::checkError(done.error().code, done.error().message);
    }
    if (const auto header = decode::worker::readJpegHeader(frame)) {
        fuzz::require(header->begin < frame.size(), "a codestream begins inside its bytes");
        static_cast<void>(decode::worker::checkShape(header->shape, pixels));
        // The shape of most inputs is not that of their first two bytes; here it is.
        if (header->shape.rows * header->shape.columns <= 1U << 16) {
            pixels.rows = static_cast<std::uint32_t>(header->shape.rows);
            pixels.columns = static_cast<std::uint32_t>(header->shape.columns);
            output.resize(decode::decodedBytes(pixels));
            const decode::worker::Job shaped{pixels, decode::Syntax::Jpeg, frame, output};
            static_cast<void>(decode::worker::decodePlainJpegLs(shaped));
            static_cast<void>(decode::worker::decodePlainLosslessJpeg(shaped));
        }
    }
    if (const auto header = decode::worker::readJpeg2000Header(frame)) {
        fuzz::require(header->begin < frame.size() && header->firstTile <= frame.size(), "a codestream lies inside its bytes");
        static_cast<void>(decode::worker::checkJpeg2000(*header, frame, pixels));
        static_cast<void>(decode::worker::everyPacketIsThere(*header, frame));
    }
    return 0;
}
