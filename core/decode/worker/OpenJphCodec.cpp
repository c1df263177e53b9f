// ITU-T T.814 (HTJ2K) by OpenJPH.
#include <openjph/ojph_arch.h>
#include <openjph/ojph_codestream.h>
#include <openjph/ojph_file.h>
#include <openjph/ojph_mem.h>
#include <openjph/ojph_params.h>

#include <algorithm>

#include "core/decode/worker/Codec.h"
#include "core/decode/worker/Jpeg2000Header.h"

namespace akari::decode::worker {
namespace {

// Lossy reconstruction overshoots the range of the samples.
template <class Number> void storeLine(const ojph::line_buf& line, const Job& job, std::size_t row, unsigned component, std::int32_t low, std::int32_t high)
{
    const unsigned components = job.pixels.samplesPerPixel;
    const std::size_t columns = job.pixels.columns;
    auto* const out = reinterpret_cast<Number*>(job.output.data()) + row * columns * components + component;
    const ojph::si32* const samples = line.i32;
    if (components == 1) { // the loop that vectorises
        for (std::size_t x = 0; x < columns; ++x) {
            out[x] = static_cast<Number>(std::min(std::max(samples[x], low), high));
        }
        return;
    }
    for (std::size_t x = 0; x < columns; ++x) {
        out[x * components] = static_cast<Number>(std::min(std::max(samples[x], low), high));
    }
}

} // namespace

CodecResult decodeHighThroughput2000(const Job& job)
{
    const auto header = readJpeg2000Header(job.input);
    if (!header) {
        return damaged("no JPEG 2000 header");
    }
    if (auto allowed = checkJpeg2000(*header, job.input, job.pixels); !allowed) {
        return fail(allowed.error());
    }
    const unsigned precision = header->shape.precision;
    if (precision > 24) {
        return unsupported("HTJ2K of more than 24 bits a sample, which OpenJPH's 32-bit arithmetic can't hold");
    }
    if (header->mixedSigns) {
        return unsupported("HTJ2K components of which some are signed and others not");
    }
    const BytesView bytes = job.input.subspan(header->begin);
    ojph::mem_infile file;
    file.open(bytes.data(), bytes.size());
    ojph::codestream codestream;
    codestream.read_headers(&file);
    codestream.set_planar(false);
    codestream.create();
    const std::int32_t low = header->signedSamples ? -(std::int32_t{1} << (precision - 1)) : 0;
    const std::int32_t high = low + (std::int32_t{1} << precision) - 1;
    const std::size_t lines = std::size_t{job.pixels.rows} * job.pixels.samplesPerPixel;
    for (std::size_t i = 0; i < lines; ++i) {
        ojph::ui32 component = 0;
        const ojph::line_buf* const line = codestream.pull(component);
        if (line == nullptr || component >= job.pixels.samplesPerPixel || line->size < job.pixels.columns) {
            return damaged("HTJ2K: a line is missing");
        }
        const std::size_t row = i / job.pixels.samplesPerPixel;
        switch (containerBytes(job.pixels)) {
        case 1: storeLine<std::uint8_t>(*line, job, row, component, low, high); break;
        case 2: storeLine<std::uint16_t>(*line, job, row, component, low, high); break;
        default: storeLine<std::uint32_t>(*line, job, row, component, low, high); break;
        }
    }
    codestream.close();
    if (auto whole = checkPackets(*header, job.input); !whole) {
        return fail(whole.error());
    }
    return Decoded{streamField(precision, job.pixels), header->componentTransform ? Colour::Rgb : Colour::AsDeclared};
}

} // namespace akari::decode::worker
