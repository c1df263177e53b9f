// Uncompressed frames of every layout, with too few and too many bytes.
#include <array>

#include "core/decode/NativeFrame.h"
#include "core/decode/Samples.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    fuzz::Input input(data, size);
    decode::PixelDescription pixels;
    constexpr std::array<std::uint16_t, 6> kAllocated{1, 8, 12, 16, 32, 64};
    pixels.rows = 1u + input.byte();
    pixels.columns = 1u + input.byte();
    const std::uint8_t kind = input.byte();
    pixels.samplesPerPixel = (kind & 1) != 0 ? 3 : 1;
    pixels.bitsAllocated = kAllocated[(kind >> 1) % kAllocated.size()];
    pixels.bitsStored = static_cast<std::uint16_t>(1 + input.byte() % pixels.bitsAllocated);
    pixels.highBit = static_cast<std::uint16_t>(pixels.bitsStored - 1 + input.byte() % (pixels.bitsAllocated - pixels.bitsStored + 1));
    const std::uint8_t flags = input.byte();
    pixels.isSigned = (flags & 1) != 0;
    pixels.isFloat = (flags & 2) != 0 && pixels.bitsAllocated >= 32;
    pixels.planarConfiguration = (flags >> 2) & 1;
    pixels.photometric = static_cast<decode::Photometric>(input.byte() % 10);
    decode::NativeLayout layout;
    layout.firstBit = (flags >> 3) & 7;
    layout.bigEndian = (flags & 64) != 0;
    layout.wordsOfBytes = (flags & 128) != 0;
    layout.oddStart = (input.byte() & 1) != 0;
    const Bytes frame = input.restCopy();
    static_cast<void>(decode::nativeFrameBytes(pixels, layout.firstBit));
    const auto out = decode::unpackNative(frame, pixels, layout);
    if (out) {
        fuzz::require(out->size() == decode::decodedBytes(pixels), "a frame has its declared size");
    } else {
        fuzz::checkError(out.error().code, out.error().message);
    }
    return 0;
}
