// ITU-T T.800 by OpenJPEG.
#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/decode/worker/Codec.h"
#include "core/decode/worker/Jpeg2000Header.h"
#include "core/decode/worker/Jpeg2000Packets.h"

namespace akari::decode::worker {
namespace {

struct Reader {
    BytesView bytes;
    std::size_t at = 0;
};

OPJ_SIZE_T onRead(void* buffer, OPJ_SIZE_T count, void* user)
{
    auto* const reader = static_cast<Reader*>(user);
    const std::size_t take = std::min<std::size_t>(count, reader->bytes.size() - reader->at);
    if (take == 0) {
        return static_cast<OPJ_SIZE_T>(-1);
    }
    std::memcpy(buffer, reader->bytes.data() + reader->at, take);
    reader->at += take;
    return take;
}

OPJ_OFF_T onSkip(OPJ_OFF_T count, void* user)
{
    auto* const reader = static_cast<Reader*>(user);
    if (count < 0 || static_cast<std::uint64_t>(count) > reader->bytes.size() - reader->at) {
        return -1;
    }
    reader->at += static_cast<std::size_t>(count);
    return count;
}

OPJ_BOOL onSeek(OPJ_OFF_T to, void* user)
{
    auto* const reader = static_cast<Reader*>(user);
    if (to < 0 || static_cast<std::uint64_t>(to) > reader->bytes.size()) {
        return OPJ_FALSE;
    }
    reader->at = static_cast<std::size_t>(to);
    return OPJ_TRUE;
}

void onError(const char* text, void* user) { static_cast<std::string*>(user)->assign(text); }
void onNote(const char*, void*) {}

using StreamPtr = std::unique_ptr<opj_stream_t, void (*)(opj_stream_t*)>;
using CodecPtr = std::unique_ptr<opj_codec_t, void (*)(opj_codec_t*)>;
using ImagePtr = std::unique_ptr<opj_image_t, void (*)(opj_image_t*)>;

StreamPtr makeStream(Reader& reader)
{
    StreamPtr stream(opj_stream_create(std::min<std::size_t>(reader.bytes.size(), 1U << 16), OPJ_TRUE), &opj_stream_destroy);
    if (stream) {
        opj_stream_set_user_data(stream.get(), &reader, nullptr);
        opj_stream_set_user_data_length(stream.get(), reader.bytes.size());
        opj_stream_set_read_function(stream.get(), &onRead);
        opj_stream_set_skip_function(stream.get(), &onSkip);
        opj_stream_set_seek_function(stream.get(), &onSeek);
    }
    return stream;
}

// `up`: what makes a signed colour component unsigned, like the others.
template <class Number> void storeComponent(const opj_image_comp_t& from, const Job& job, unsigned component, OPJ_INT32 up)
{
    const unsigned components = job.pixels.samplesPerPixel;
    auto* out = reinterpret_cast<Number*>(job.output.data()) + component;
    const std::size_t area = std::size_t{job.pixels.rows} * job.pixels.columns;
    if (components == 1 && from.dx == 1 && from.dy == 1) { // the loop that vectorises
        const OPJ_INT32* const data = from.data;
        for (std::size_t i = 0; i < area; ++i) {
            out[i] = static_cast<Number>(data[i]);
        }
        return;
    }
    if (from.dx == 1 && from.dy == 1) {
        for (std::size_t i = 0; i < area; ++i) {
            out[i * components] = static_cast<Number>(from.data[i] + up);
        }
        return;
    }
    for (std::size_t y = 0; y < job.pixels.rows; ++y) {
        const OPJ_INT32* const row = from.data + y / from.dy * from.w;
        for (std::size_t x = 0; x < job.pixels.columns; ++x, out += components) {
            *out = static_cast<Number>(row[x / from.dx] + up);
        }
    }
}

bool fits(const opj_image_comp_t& component, const opj_image_t& image, const PixelDescription& pixels)
{
    const bool aligned = component.dx > 0 && component.dy > 0 && image.x0 % component.dx == 0 && image.y0 % component.dy == 0;
    return aligned && component.w == (pixels.columns + component.dx - 1) / component.dx
        && component.h == (pixels.rows + component.dy - 1) / component.dy && component.data != nullptr;
}

CodecResult store(const opj_image_t& image, const Job& job, const Jpeg2000Header& header)
{
    const unsigned components = job.pixels.samplesPerPixel;
    if (image.numcomps != components) {
        return damaged("the codestream changed its components");
    }
    for (unsigned c = 0; c < components; ++c) {
        const opj_image_comp_t& component = image.comps[c];
        if (!fits(component, image, job.pixels)) {
            return damaged("the codestream changed its dimensions");
        }
        const bool lift = components == 3 && component.sgnd != 0 && !job.pixels.isSigned && header.shape.precision < 31;
        const OPJ_INT32 up = lift ? OPJ_INT32{1} << (header.shape.precision - 1) : 0;
        switch (containerBytes(job.pixels)) {
        case 1: storeComponent<std::uint8_t>(component, job, c, up); break;
        case 2: storeComponent<std::uint16_t>(component, job, c, up); break;
        default: storeComponent<std::uint32_t>(component, job, c, up); break;
        }
    }
    // Components of fewer samples can only be chroma, whatever the object says.
    const Colour colour = header.componentTransform ? Colour::Rgb : header.subsampled ? Colour::Ybr : Colour::AsDeclared;
    return Decoded{streamField(header.shape.precision, job.pixels), colour};
}

// Decodes all but `reduce` levels; null, with a reason, when the library says no.
ImagePtr decodeCodestream(BytesView bytes, unsigned reduce, std::string& error)
{
    ImagePtr image(nullptr, &opj_image_destroy);
    Reader reader{bytes, 0};
    const StreamPtr stream = makeStream(reader);
    const CodecPtr codec(opj_create_decompress(OPJ_CODEC_J2K), &opj_destroy_codec);
    if (!stream || !codec) {
        error = "decoding did not start";
        return image;
    }
    opj_set_error_handler(codec.get(), &onError, &error);
    opj_set_warning_handler(codec.get(), &onNote, nullptr);
    opj_set_info_handler(codec.get(), &onNote, nullptr);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    parameters.cp_reduce = reduce;
    opj_image_t* raw = nullptr;
    const bool read = opj_setup_decoder(codec.get(), &parameters) && opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE)
        && opj_read_header(stream.get(), codec.get(), &raw);
    image.reset(raw);
    if (!read || !opj_decode(codec.get(), stream.get(), image.get())) {
        image.reset();
    }
    return image;
}

} // namespace

Status checkPackets(const Jpeg2000Header& header, BytesView bytes)
{
    if (header.packedHeaders || everyPacketIsThere(header, bytes)) {
        return {};
    }
    const Bytes followed = followedByNonsense(header, bytes);
    std::string error;
    if (followed.empty() || decodeCodestream(followed, header.levels, error)) {
        return {};
    }
    return damaged("packets of the codestream are missing");
}

CodecResult decodeJpeg2000(const Job& job)
{
    const auto header = readJpeg2000Header(job.input);
    if (!header) {
        return damaged("no JPEG 2000 header");
    }
    if (auto allowed = checkJpeg2000(*header, job.input, job.pixels); !allowed) {
        return fail(allowed.error());
    }
    // The boxes of a JP2 file say nothing that DICOM does not; the codestream inside is decoded.
    const BytesView codestream = job.input.subspan(header->begin);
    std::string error;
    const ImagePtr image = decodeCodestream(codestream, 0, error);
    if (!image) {
        return damaged("JPEG 2000: " + error);
    }
    if (auto whole = checkPackets(*header, job.input); !whole) {
        return fail(whole.error());
    }
    return store(*image, job, *header);
}

} // namespace akari::decode::worker
