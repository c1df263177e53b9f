// ITU-T T.800 by OpenJPEG.
#include <openjpeg.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "core/decode/worker/Codec.h"
#include "core/decode/worker/Jpeg2000Header.h"

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

template <class Number> void storeComponent(const OPJ_INT32* from, const Job& job, unsigned component)
{
    const unsigned components = job.pixels.samplesPerPixel;
    const std::size_t area = std::size_t{job.pixels.rows} * job.pixels.columns;
    auto* const out = reinterpret_cast<Number*>(job.output.data()) + component;
    for (std::size_t i = 0; i < area; ++i) {
        out[i * components] = static_cast<Number>(from[i]);
    }
}

CodecResult store(const opj_image_t& image, const Job& job, const Jpeg2000Header& header)
{
    const unsigned components = job.pixels.samplesPerPixel;
    if (image.numcomps != components) {
        return damaged("the codestream changed its components");
    }
    for (unsigned c = 0; c < components; ++c) {
        const opj_image_comp_t& component = image.comps[c];
        if (component.w != job.pixels.columns || component.h != job.pixels.rows || component.data == nullptr) {
            return damaged("the codestream changed its dimensions");
        }
        switch (containerBytes(job.pixels)) {
        case 1: storeComponent<std::uint8_t>(component.data, job, c); break;
        case 2: storeComponent<std::uint16_t>(component.data, job, c); break;
        default: storeComponent<std::uint32_t>(component.data, job, c); break;
        }
    }
    return Decoded{streamField(header.shape.precision, job.pixels), header.componentTransform ? Colour::Rgb : Colour::AsDeclared};
}

} // namespace

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
    Reader reader{job.input.subspan(header->begin), 0};
    std::string error;
    const StreamPtr stream = makeStream(reader);
    const CodecPtr codec(opj_create_decompress(OPJ_CODEC_J2K), &opj_destroy_codec);
    if (!stream || !codec) {
        return damaged("JPEG 2000 decoding did not start");
    }
    opj_set_error_handler(codec.get(), &onError, &error);
    opj_set_warning_handler(codec.get(), &onNote, nullptr);
    opj_set_info_handler(codec.get(), &onNote, nullptr);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    opj_image_t* raw = nullptr;
    if (!opj_setup_decoder(codec.get(), &parameters) || !opj_decoder_set_strict_mode(codec.get(), OPJ_TRUE)
        || !opj_read_header(stream.get(), codec.get(), &raw)) {
        opj_image_destroy(raw);
        return damaged("JPEG 2000 header: " + error);
    }
    const ImagePtr image(raw, &opj_image_destroy);
    if (!opj_decode(codec.get(), stream.get(), image.get())) {
        return damaged("JPEG 2000: " + error);
    }
    return store(*image, job, *header);
}

} // namespace akari::decode::worker
