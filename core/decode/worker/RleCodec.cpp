// RLE Lossless, PS3.5 annex G.
#include <array>
#include <cstring>

#include "core/decode/worker/Codec.h"

namespace akari::decode::worker {
namespace {

constexpr std::size_t kHeaderBytes = 64;

std::uint32_t littleEndian32(const std::uint8_t* at)
{
    return at[0] | (std::uint32_t{at[1]} << 8) | (std::uint32_t{at[2]} << 16) | (std::uint32_t{at[3]} << 24);
}

// PackBits (G.3.1) until `plane` is full; false when the segment ends before.
bool unpackSegment(BytesView segment, std::span<std::uint8_t> plane)
{
    std::size_t in = 0;
    std::size_t out = 0;
    while (out < plane.size()) {
        if (in >= segment.size()) {
            return false;
        }
        const std::uint8_t control = segment[in++];
        if (control == 128) {
            continue;
        }
        if (control < 128) {
            const std::size_t run = control + std::size_t{1};
            const std::size_t take = std::min(run, plane.size() - out);
            if (take > segment.size() - in) {
                return false;
            }
            std::memcpy(plane.data() + out, segment.data() + in, take);
            in += run;
            out += take;
        } else {
            const std::size_t take = std::min<std::size_t>(std::size_t{257} - control, plane.size() - out);
            if (in >= segment.size()) {
                return false;
            }
            std::memset(plane.data() + out, segment[in++], take);
            out += take;
        }
    }
    return true;
}

// One byte plane into every stride-th byte.
void scatter(BytesView plane, std::uint8_t* to, std::size_t stride)
{
    for (const std::uint8_t value : plane) {
        *to = value;
        to += stride;
    }
}

void mergePairs(const Bytes& high, const Bytes& low, std::span<std::uint8_t> out)
{
    for (std::size_t i = 0; i < high.size(); ++i) {
        out[2 * i] = low[i];
        out[2 * i + 1] = high[i];
    }
}

} // namespace

CodecResult decodeRle(const Job& job)
{
    const PixelDescription& pixels = job.pixels;
    const bool packed = pixels.bitsAllocated == 1;
    const unsigned bytesPerSample = containerBytes(pixels);
    const unsigned expected = pixels.samplesPerPixel * bytesPerSample;
    if (job.input.size() < kHeaderBytes) {
        return damaged("the RLE header is cut off");
    }
    const std::uint32_t segments = littleEndian32(job.input.data());
    if (segments != expected || segments > 15) {
        return damaged("RLE has " + std::to_string(segments) + " segments, " + std::to_string(expected) + " are needed");
    }
    const std::size_t area = std::size_t{pixels.rows} * pixels.columns;
    std::array<Bytes, 2> planes{Bytes(packed ? (area + 7) / 8 : area), Bytes(bytesPerSample == 2 ? area : 0)};
    for (std::uint32_t s = 0; s < segments; ++s) {
        const std::size_t begin = littleEndian32(job.input.data() + 4 + 4 * s);
        const std::size_t next = s + 1 < segments ? littleEndian32(job.input.data() + 8 + 4 * s) : job.input.size();
        if (begin < kHeaderBytes || begin > next || next > job.input.size()) {
            return damaged("RLE segment offsets are out of order");
        }
        const BytesView segment = job.input.subspan(begin, next - begin);
        // Most significant byte first (G.2).
        const unsigned sample = s / bytesPerSample;
        const unsigned byte = s % bytesPerSample;
        Bytes& plane = planes[bytesPerSample == 2 ? byte : 0];
        if (!unpackSegment(segment, plane)) {
            return damaged("RLE segment " + std::to_string(s + 1) + " ends early");
        }
        if (packed) {
            unpackBits(plane, 0, job.output);
        } else if (expected == 2) {
            if (byte == 1) {
                mergePairs(planes[0], planes[1], job.output);
            }
        } else {
            const std::size_t stride = expected;
            scatter(plane, job.output.data() + sample * bytesPerSample + (bytesPerSample - 1 - byte), stride);
        }
    }
    return Decoded{packed ? BitField{0, 8, false} : storedField(pixels), Colour::AsDeclared};
}

} // namespace akari::decode::worker
