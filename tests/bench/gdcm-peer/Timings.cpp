#include <gdcmImageReader.h>
#include <gdcmSequenceOfFragments.h>

#include <openjpeg.h>

#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <vector>

#include "tests/bench/gdcm-peer/Peer.h"

namespace peer {
namespace fs = std::filesystem;
namespace {

Timing timed(int frames, const std::function<void()>& all)
{
    using Clock = std::chrono::steady_clock;
    constexpr double kLeastMilliseconds = 200; // as on the other side
    const auto since = [](Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); };
    all();
    const auto begin = Clock::now();
    double best = 1e12;
    while (since(begin) < kLeastMilliseconds) {
        const auto start = Clock::now();
        all();
        best = std::min(best, since(start));
    }
    return {best, frames};
}

std::vector<std::unique_ptr<gdcm::ImageReader>> readAll(const fs::path& folder)
{
    std::vector<std::unique_ptr<gdcm::ImageReader>> readers;
    for (const auto& entry : fs::directory_iterator(folder)) {
        auto reader = std::make_unique<gdcm::ImageReader>();
        reader->SetFileName(entry.path().c_str());
        if (reader->Read()) {
            readers.push_back(std::move(reader));
        }
    }
    return readers;
}

struct Source {
    const std::vector<char>& bytes;
    std::size_t at;
};

OPJ_SIZE_T onRead(void* to, OPJ_SIZE_T count, void* user)
{
    auto* const source = static_cast<Source*>(user);
    const std::size_t take = std::min<std::size_t>(count, source->bytes.size() - source->at);
    std::memcpy(to, source->bytes.data() + source->at, take);
    source->at += take;
    return take == 0 ? static_cast<OPJ_SIZE_T>(-1) : take;
}

OPJ_OFF_T onSkip(OPJ_OFF_T count, void* user)
{
    static_cast<Source*>(user)->at += static_cast<std::size_t>(count);
    return count;
}

void decodeOpenJpeg(const std::vector<char>& bytes, std::vector<std::int16_t>& out)
{
    Source source{bytes, 0};
    opj_stream_t* const stream = opj_stream_create(1U << 16, OPJ_TRUE);
    opj_stream_set_user_data(stream, &source, nullptr);
    opj_stream_set_user_data_length(stream, bytes.size());
    opj_stream_set_read_function(stream, &onRead);
    opj_stream_set_skip_function(stream, &onSkip);
    opj_codec_t* const codec = opj_create_decompress(OPJ_CODEC_J2K);
    opj_dparameters_t parameters;
    opj_set_default_decoder_parameters(&parameters);
    opj_setup_decoder(codec, &parameters);
    opj_image_t* image = nullptr;
    if (opj_read_header(stream, codec, &image) && opj_decode(codec, stream, image)) {
        const std::size_t area = std::size_t{image->comps[0].w} * image->comps[0].h;
        out.resize(area);
        for (std::size_t i = 0; i < area; ++i) {
            out[i] = static_cast<std::int16_t>(image->comps[0].data[i]);
        }
    }
    opj_image_destroy(image);
    opj_destroy_codec(codec);
    opj_stream_destroy(stream);
}

void decodeOpenJph(const std::vector<char>& bytes, std::vector<std::int16_t>& out)
{
    ojph::mem_infile file;
    file.open(reinterpret_cast<const ojph::ui8*>(bytes.data()), bytes.size());
    ojph::codestream codestream;
    codestream.read_headers(&file);
    codestream.set_planar(false);
    codestream.create();
    const auto extent = codestream.access_siz().get_image_extent();
    out.resize(std::size_t{extent.x} * extent.y);
    for (ojph::ui32 row = 0; row < extent.y; ++row) {
        ojph::ui32 component = 0;
        const ojph::line_buf* const line = codestream.pull(component);
        for (ojph::ui32 x = 0; x < extent.x; ++x) {
            out[std::size_t{row} * extent.x + x] = static_cast<std::int16_t>(line->i32[x]);
        }
    }
    codestream.close();
}

Timing timeStreams(const std::vector<std::vector<char>>& streams, const std::function<void(const std::vector<char>&, std::vector<std::int16_t>&)>& decode)
{
    return timed(static_cast<int>(streams.size()), [&] {
        for (const auto& stream : streams) {
            std::vector<std::int16_t> out;
            decode(stream, out);
        }
    });
}

} // namespace

Timing timeGdcm(const fs::path& folder)
{
    const auto readers = readAll(folder);
    return timed(static_cast<int>(readers.size()), [&] {
        for (const auto& reader : readers) {
            std::vector<char> out(reader->GetImage().GetBufferLength());
            reader->GetImage().GetBuffer(out.data());
        }
    });
}

Timing timeOpenJpeg(const fs::path& folder)
{
    std::vector<std::vector<char>> streams;
    for (const auto& reader : readAll(folder)) {
        const auto* const fragments = reader->GetFile().GetDataSet().GetDataElement(gdcm::Tag(0x7FE0, 0x0010)).GetSequenceOfFragments();
        std::vector<char> bytes(fragments->ComputeByteLength());
        fragments->GetBuffer(bytes.data(), bytes.size());
        streams.push_back(std::move(bytes));
    }
    return timeStreams(streams, &decodeOpenJpeg);
}

Timing timeOpenJph(const fs::path& folder)
{
    std::vector<std::vector<char>> streams;
    for (const auto& entry : fs::directory_iterator(folder)) {
        std::ifstream in(entry.path(), std::ios::binary);
        streams.emplace_back(std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>());
    }
    return timeStreams(streams, &decodeOpenJph);
}

} // namespace peer
