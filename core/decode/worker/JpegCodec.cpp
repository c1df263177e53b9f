// ITU-T T.81: which library decodes which process, and what its colours are.
#include "core/decode/worker/IjgJpeg.h"
#include "core/decode/worker/JpegHeader.h"
#include "core/decode/worker/PlainLosslessJpeg.h"

#include <turbojpeg.h>

#include <memory>

namespace akari::decode::worker {
namespace {

// The order of trust is libjpeg's own where the codestream speaks, and the dataset's where it is silent.
Colour colourOf(const JpegHeader& header, const PixelDescription& pixels)
{
    if (pixels.samplesPerPixel != 3) {
        return Colour::AsDeclared;
    }
    const bool declaredRgb = pixels.photometric == Photometric::Rgb;
    if (header.frameMarker == kLosslessFrame) {
        return declaredRgb ? Colour::Rgb : Colour::Ybr;
    }
    if (header.subsampled) {
        return Colour::Ybr;
    }
    if (header.adobeTransform) {
        return *header.adobeTransform == 0 ? Colour::Rgb : Colour::Ybr;
    }
    if (header.jfif) {
        return Colour::Ybr;
    }
    const auto& ids = header.componentIds;
    if (ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B') {
        return Colour::Rgb;
    }
    return declaredRgb ? Colour::Rgb : Colour::Ybr;
}

// What libjpeg would take the colours for, to see whether its conversion is the one wanted.
bool turboWouldConvert(const JpegHeader& header)
{
    if (header.jfif) {
        return true;
    }
    if (header.adobeTransform) {
        return *header.adobeTransform != 0;
    }
    const auto& ids = header.componentIds;
    return !(ids[0] == 'R' && ids[1] == 'G' && ids[2] == 'B');
}

// False when the library warned or failed: the caller then takes the slower way, which can tell harmless from harmful.
bool decodeTurbo(const Job& job)
{
    const std::unique_ptr<void, int (*)(tjhandle)> handle(tjInitDecompress(), &tjDestroy);
    const int format = job.pixels.samplesPerPixel == 3 ? TJPF_RGB : TJPF_GRAY;
    return handle != nullptr
        && tjDecompress2(handle.get(), job.input.data(), job.input.size(), job.output.data(), static_cast<int>(job.pixels.columns), 0,
               static_cast<int>(job.pixels.rows), format, TJFLAG_ACCURATEDCT | TJFLAG_LIMITSCANS | TJFLAG_STOPONWARNING)
        == 0;
}

} // namespace

CodecResult decodeJpeg(const Job& job)
{
    const auto header = readJpegHeader(job.input);
    if (!header) {
        return damaged("no JPEG frame header");
    }
    const unsigned precision = header->shape.precision;
    const std::uint8_t marker = header->frameMarker;
    if (marker > kLosslessFrame) {
        const bool arithmetic = marker >= 0xC9;
        return unsupported(arithmetic ? "JPEG with arithmetic coding, which was retired" : "hierarchical JPEG, which was retired");
    }
    if (auto same = checkShape(header->shape, job.pixels); !same) {
        return fail(same.error());
    }
    const bool lossless = marker == kLosslessFrame;
    if (precision > 16 || precision < 2 || (!lossless && precision != 8 && precision != 12)) {
        return unsupported("JPEG of " + std::to_string(precision) + " bits a sample");
    }
    if (lossless && decodePlainLosslessJpeg(job)) {
        return Decoded{streamField(precision, job.pixels), Colour::AsDeclared};
    }
    const Colour colour = colourOf(*header, job.pixels);
    const bool plain = job.pixels.samplesPerPixel == 1 || (colour == Colour::Ybr && turboWouldConvert(*header));
    if (!lossless && precision == 8 && containerBytes(job.pixels) == 1 && plain && decodeTurbo(job)) {
        return Decoded{streamField(precision, job.pixels), Colour::Rgb};
    }
    const ijg::Target target{job.output.data(), job.pixels.rows, job.pixels.columns, job.pixels.samplesPerPixel, containerBytes(job.pixels)};
    std::array<char, ijg::kMessageBytes> message{};
    const auto decode = precision <= 8 ? ijg::decode8 : precision <= 12 ? ijg::decode12 : ijg::decode16;
    if (!decode(job.input.data(), job.input.size(), target, message.data())) {
        return damaged(message.data());
    }
    return Decoded{streamField(precision, job.pixels), colour};
}

} // namespace akari::decode::worker
