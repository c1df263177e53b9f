#include "core/decode/NativeFrame.h"

#include <cstring>

#include "core/decode/Samples.h"

namespace akari::decode {
namespace {

bool halfChroma(const PixelDescription& pixels)
{
    const bool named = pixels.photometric == Photometric::YbrFull422 || pixels.photometric == Photometric::YbrPartial422;
    return named && pixels.samplesPerPixel == 3 && pixels.bitsAllocated == 8;
}

void swapBytes(Bytes& samples, unsigned bytesPerSample)
{
    for (std::size_t at = 0; at + bytesPerSample <= samples.size(); at += bytesPerSample) {
        for (unsigned k = 0; k < bytesPerSample / 2; ++k) {
            std::swap(samples[at + k], samples[at + bytesPerSample - 1 - k]);
        }
    }
}

// Forms that have no native layout, and those that nobody has defined.
Status checkForm(const PixelDescription& pixels)
{
    switch (pixels.photometric) {
    case Photometric::YbrPartial420:
    case Photometric::YbrIct:
    case Photometric::YbrRct:
    case Photometric::Xyb:
        return fail("decode.unsupported", "This frame's colour form exists only compressed, but the frame is not compressed.");
    case Photometric::YbrPartial422:
        if (pixels.bitsAllocated != 8) {
            return fail("decode.unsupported", "This frame's colours are stored at a depth this program cannot convert.");
        }
        break;
    case Photometric::Other:
        if (pixels.samplesPerPixel != 1) {
            return fail("decode.unsupported", "This frame's photometric interpretation is not one this program can show.");
        }
        break;
    default: break;
    }
    return {};
}

// Undoes 16-bit words written most significant byte first.
Bytes swapWords(BytesView words, bool oddStart)
{
    Bytes out(words.begin(), words.end());
    swapBytes(out, 2);
    if (oddStart && !out.empty()) {
        out.erase(out.begin());
    }
    return out;
}

Bytes unpackWhole(BytesView frame, const PixelDescription& pixels, const NativeLayout& layout)
{
    const unsigned width = containerBytes(pixels);
    const std::size_t size = decodedBytes(pixels);
    // Copy-constructing skips the zero fill that resizing would cost; the samples are then worked on where they lie.
    Bytes samples(frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size));
    if (layout.bigEndian && width > 1) {
        swapBytes(samples, width);
    }
    if (!pixels.isFloat) {
        fitSamples(samples, width, storedField(pixels));
    }
    if (pixels.samplesPerPixel == 3 && pixels.planarConfiguration == 1) {
        Bytes interleaved(size);
        interleavePlanes(samples, interleaved, width);
        samples = std::move(interleaved);
    }
    if (pixels.samplesPerPixel == 3 && (pixels.photometric == Photometric::YbrFull || pixels.photometric == Photometric::YbrFull422)) {
        ybrToRgb(samples, width, pixels.bitsStored);
    }
    return samples;
}

} // namespace

bool isPacked(const PixelDescription& pixels) { return pixels.bitsAllocated <= 8 || pixels.bitsAllocated == 12; }

std::uint64_t nativeFrameBytes(const PixelDescription& pixels, unsigned firstBit)
{
    if (pixels.bitsAllocated == 1 || pixels.bitsAllocated == 12) {
        return (firstBit + pixels.samplesPerFrame() * pixels.bitsAllocated + 7) / 8;
    }
    if (halfChroma(pixels)) {
        return std::uint64_t{pixels.rows} * pixels.columns * 2;
    }
    return decodedBytes(pixels);
}

Result<Bytes> unpackNative(BytesView frame, const PixelDescription& pixels, const NativeLayout& layout)
{
    Bytes swapped;
    if (layout.bigEndian && layout.wordsOfBytes && isPacked(pixels)) {
        swapped = swapWords(frame, layout.oddStart);
        frame = swapped;
    }
    if (frame.size() < nativeFrameBytes(pixels, layout.firstBit)) {
        return fail("decode.failed", "The pixel data of this frame is shorter than its rows and columns say; it may be cut off.",
            std::to_string(frame.size()) + " bytes");
    }
    if (auto shown = checkForm(pixels); !shown) {
        return fail(shown.error());
    }
    if (pixels.bitsAllocated == 12) {
        PixelDescription words = pixels;
        words.bitsAllocated = 16;
        Bytes samples(decodedBytes(words));
        unpack12(frame, layout.firstBit, samples);
        return unpackWhole(samples, words, {});
    }
    if (pixels.bitsAllocated == 1) {
        Bytes samples(decodedBytes(pixels));
        unpackBits(frame, layout.firstBit, samples);
        return samples;
    }
    // Some writers name YBR_FULL_422 over pixels that are not halved: then there are three bytes for each.
    const bool partial = pixels.photometric == Photometric::YbrPartial422;
    if (halfChroma(pixels) && (partial || frame.size() < decodedBytes(pixels))) {
        if (pixels.columns % 2 != 0) {
            return fail("decode.failed", "A frame with halved chroma must have an even number of columns.");
        }
        Bytes samples(decodedBytes(pixels));
        ybr422ToRgb(frame, samples, partial);
        return samples;
    }
    return unpackWhole(frame, pixels, layout);
}

} // namespace akari::decode
