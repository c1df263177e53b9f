#include "core/decode/video/PictureToRgb.h"

extern "C" {
#include <libavutil/frame.h>
#include <libavutil/pixdesc.h>
}

#include <algorithm>
#include <cmath>
#include <cstring>
#include <string>

#include "core/decode/Samples.h"

namespace akari::decode::video {
namespace {

struct Weights {
    double red;
    double blue;
};

Weights weightsOf(AVColorSpace space)
{
    switch (space) {
    case AVCOL_SPC_BT709: return {0.2126, 0.0722};
    case AVCOL_SPC_FCC: return {0.30, 0.11};
    case AVCOL_SPC_SMPTE240M: return {0.212, 0.087};
    case AVCOL_SPC_BT2020_NCL:
    case AVCOL_SPC_BT2020_CL: return {0.2627, 0.0593};
    default: return {0.299, 0.114};
    }
}

bool fullRange(const AVFrame& frame)
{
    const auto format = static_cast<AVPixelFormat>(frame.format);
    return frame.color_range == AVCOL_RANGE_JPEG || format == AV_PIX_FMT_YUVJ420P || format == AV_PIX_FMT_YUVJ422P
        || format == AV_PIX_FMT_YUVJ444P || format == AV_PIX_FMT_YUVJ440P;
}

// 16.16 fixed point, for samples of `bits` bits.
struct Matrix {
    std::int64_t luma, redOfCr, greenOfCb, greenOfCr, blueOfCb;
    int black, middle, top;

    Matrix(const AVFrame& frame, int bits)
    {
        const Weights k = weightsOf(frame.colorspace);
        const bool full = fullRange(frame);
        const double y = full ? 1.0 : ((1 << bits) - 1) / (219.0 * (1 << (bits - 8)));
        const double c = full ? 1.0 : ((1 << bits) - 1) / (224.0 * (1 << (bits - 8)));
        const double green = 1 - k.red - k.blue;
        const auto fixed = [](double value) { return static_cast<std::int64_t>(std::lround(value * 65536)); };
        luma = fixed(y);
        redOfCr = fixed(c * 2 * (1 - k.red));
        blueOfCb = fixed(c * 2 * (1 - k.blue));
        greenOfCb = fixed(c * 2 * (1 - k.blue) * k.blue / green);
        greenOfCr = fixed(c * 2 * (1 - k.red) * k.red / green);
        black = full ? 0 : 16 << (bits - 8);
        middle = 1 << (bits - 1);
        top = (1 << bits) - 1;
    }
};

template <class Number> void convert(const AVFrame& frame, const AVPixFmtDescriptor& form, const Matrix& m, std::span<std::uint8_t> output)
{
    const bool grey = form.nb_components < 3;
    const auto rowOf = [&frame](int plane, int y) {
        return reinterpret_cast<const Number*>(frame.data[plane] + static_cast<std::ptrdiff_t>(y) * frame.linesize[plane]);
    };
    auto* out = reinterpret_cast<Number*>(output.data());
    const auto clamped = [&m](std::int64_t value) { return static_cast<Number>(std::clamp<std::int64_t>(value >> 16, 0, m.top)); };
    for (int y = 0; y < frame.height; ++y) {
        const Number* const lumas = rowOf(0, y);
        const Number* const cbs = grey ? nullptr : rowOf(1, y >> form.log2_chroma_h);
        const Number* const crs = grey ? nullptr : rowOf(2, y >> form.log2_chroma_h);
        for (int x = 0; x < frame.width; ++x, out += 3) {
            const std::int64_t luma = m.luma * (lumas[x] - m.black) + 32768;
            const int cb = grey ? 0 : cbs[x >> form.log2_chroma_w] - m.middle;
            const int cr = grey ? 0 : crs[x >> form.log2_chroma_w] - m.middle;
            out[0] = clamped(luma + m.redOfCr * cr);
            out[1] = clamped(luma - m.greenOfCb * cb - m.greenOfCr * cr);
            out[2] = clamped(luma + m.blueOfCb * cb);
        }
    }
}

} // namespace

Status pictureToRgb(const AVFrame& frame, const PixelDescription& pixels, std::span<std::uint8_t> output)
{
    if (frame.width != static_cast<int>(pixels.columns) || frame.height != static_cast<int>(pixels.rows)) {
        return fail("decode.failed", "the video is " + std::to_string(frame.width) + " x " + std::to_string(frame.height) + ", declared are "
            + std::to_string(pixels.columns) + " x " + std::to_string(pixels.rows));
    }
    const AVPixFmtDescriptor* const form = av_pix_fmt_desc_get(static_cast<AVPixelFormat>(frame.format));
    constexpr std::uint64_t kForeign = AV_PIX_FMT_FLAG_RGB | AV_PIX_FMT_FLAG_PAL | AV_PIX_FMT_FLAG_BE | AV_PIX_FMT_FLAG_HWACCEL
        | AV_PIX_FMT_FLAG_BITSTREAM | AV_PIX_FMT_FLAG_FLOAT | AV_PIX_FMT_FLAG_ALPHA;
    const bool planar = form != nullptr && (form->flags & kForeign) == 0
        && (form->nb_components == 1 || (form->nb_components == 3 && (form->flags & AV_PIX_FMT_FLAG_PLANAR) != 0));
    if (!planar || form->comp[0].shift != 0 || frame.colorspace == AVCOL_SPC_RGB) {
        return fail("decode.unsupported", "video whose pictures are neither grey nor planar YUV");
    }
    const int bits = form->comp[0].depth;
    if (bits != pixels.bitsStored || form->comp[0].step != static_cast<int>(containerBytes(pixels))) {
        return fail("decode.failed", "the video has " + std::to_string(bits) + " bits a sample, declared are " + std::to_string(pixels.bitsStored));
    }
    const Matrix matrix(frame, bits);
    if (bits <= 8) {
        convert<std::uint8_t>(frame, *form, matrix, output);
    } else {
        convert<std::uint16_t>(frame, *form, matrix, output);
    }
    return {};
}

} // namespace akari::decode::video
