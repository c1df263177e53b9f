// ITU-T T.87 by CharLS.
#include <charls/charls.h>

#include <algorithm>
#include <array>

#include "core/decode/worker/Codec.h"
#include "core/decode/worker/JpegHeader.h"
#include "core/decode/worker/PlainJpegLs.h"

namespace akari::decode::worker {
namespace {

// CharLS spends many seconds on a codestream that is cut off before it says so; the end marker, which it wants too, tells at once.
bool endsWhole(BytesView bytes)
{
    static constexpr std::array<std::uint8_t, 2> kEnd{0xFF, 0xD9};
    const auto tail = bytes.end() - std::min<std::ptrdiff_t>(16, std::ssize(bytes));
    return std::search(tail, bytes.end(), kEnd.begin(), kEnd.end()) != bytes.end();
}

} // namespace

CodecResult decodeJpegLs(const Job& job)
{
    const auto header = readJpegHeader(job.input);
    if (header && decodePlainJpegLs(job)) {
        return Decoded{streamField(header->shape.precision, job.pixels), Colour::AsDeclared};
    }
    charls::jpegls_decoder decoder;
    decoder.source(job.input.data(), job.input.size());
    decoder.read_header();
    const auto& info = decoder.frame_info();
    const StreamShape shape{info.height, info.width, static_cast<unsigned>(info.component_count), static_cast<unsigned>(info.bits_per_sample)};
    if (auto same = checkShape(shape, job.pixels); !same) {
        return fail(same.error());
    }
    if (!endsWhole(job.input)) {
        return damaged("the codestream ends early");
    }
    if (decoder.color_transformation() != charls::color_transformation::none) {
        return unsupported("a JPEG-LS colour transform of one vendor's own");
    }
    const unsigned bytesPerSample = containerBytes(job.pixels);
    const unsigned streamBytes = shape.precision > 8 ? 2 : 1;
    const bool planar = shape.components == 3 && decoder.interleave_mode() == charls::interleave_mode::none;
    const std::size_t samples = job.pixels.samplesPerFrame();
    if (decoder.destination_size() != samples * streamBytes) {
        return damaged("the codestream needs another amount of memory than declared");
    }
    const Decoded decoded{streamField(shape.precision, job.pixels), Colour::AsDeclared};
    if (!planar && streamBytes == bytesPerSample) {
        decoder.decode(job.output.data(), job.output.size());
        return decoded;
    }
    Bytes raw(samples * streamBytes);
    decoder.decode(raw.data(), raw.size());
    const std::size_t area = samples / shape.components;
    for (std::size_t i = 0; i < samples; ++i) {
        const std::size_t from = planar ? (i % 3) * area + i / 3 : i;
        const std::uint32_t value = streamBytes == 2 ? raw[2 * from] | (std::uint32_t{raw[2 * from + 1]} << 8) : raw[from];
        putSample(job.output, bytesPerSample, i, value);
    }
    return decoded;
}

} // namespace akari::decode::worker
