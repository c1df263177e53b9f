// RLE Lossless, PS3.5 annex G.
#include <array>
#include <cstring>
#include <memory>

#include "core/decode/worker/Codec.h"

namespace akari::decode::worker {
namespace {

constexpr std::size_t kHeaderBytes = 64;

std::uint32_t littleEndian32(const std::uint8_t* at)
{
    return at[0] | (std::uint32_t{at[1]} << 8) | (std::uint32_t{at[2]} << 16) | (std::uint32_t{at[3]} << 24);
}

std::uint64_t load64(const std::uint8_t* at)
{
    std::uint64_t value = 0;
    std::memcpy(&value, at, sizeof value);
    return value;
}

void store128(std::uint8_t* at, std::uint64_t first, std::uint64_t second)
{
    std::memcpy(at, &first, sizeof first);
    std::memcpy(at + sizeof first, &second, sizeof second);
}

// Where reading and writing have come to.
struct Places {
    std::size_t in = 0;
    std::size_t out = 0;
};

// The most that a run reads and writes; steps of 16 bytes may go past its end as long as as much is left.
constexpr std::size_t kLongestRun = 128;

// PackBits (G.3.1) as far as no run can reach an end. In noise runs are short and their kinds alternate without order, so both kinds go the
// same way: 16 bytes of either, the rest where there is one.
void unpackRuns(BytesView segment, std::span<std::uint8_t> plane, Places& places)
{
    constexpr std::uint64_t kEveryByte = 0x0101010101010101U;
    std::size_t in = places.in;
    std::size_t out = places.out;
    while (segment.size() - in > kLongestRun + 1 && plane.size() - out >= kLongestRun) {
        const std::uint8_t* const from = segment.data() + in + 1;
        std::uint8_t* const to = plane.data() + out;
        const unsigned control = from[-1];
        const std::uint64_t same = control >> 7 != 0 ? ~std::uint64_t{0} : 0;
        const std::uint64_t repeated = from[0] * kEveryByte;
        const unsigned length = control >> 7 != 0 ? 257 - control : control + 1;
        if (control == 128) [[unlikely]] {
            ++in;
            continue;
        }
        store128(to, (load64(from) & ~same) | (repeated & same), (load64(from + 8) & ~same) | (repeated & same));
        if (length > 16) {
            for (unsigned k = 16; k < length; k += 16) {
                store128(to + k, (load64(from + k) & ~same) | (repeated & same), (load64(from + k + 8) & ~same) | (repeated & same));
            }
        }
        in += control >> 7 != 0 ? 2 : length + 1;
        out += length;
    }
    places = {in, out};
}

// PackBits until `plane` is full; false when the segment ends before.
bool unpackSegment(BytesView segment, std::span<std::uint8_t> plane)
{
    Places places;
    unpackRuns(segment, plane, places);
    auto [in, out] = places;
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
void scatter(std::span<const std::uint8_t> plane, std::uint8_t* to, std::size_t stride)
{
    for (const std::uint8_t value : plane) {
        *to = value;
        to += stride;
    }
}

void mergePairs(std::span<const std::uint8_t> high, std::span<const std::uint8_t> low, std::span<std::uint8_t> out)
{
    for (std::size_t i = 0; i < high.size(); ++i) {
        out[2 * i] = low[i];
        out[2 * i + 1] = high[i];
    }
}

// Not zeroed: a segment fills its plane or the frame is refused.
struct Plane {
    explicit Plane(std::size_t bytes) : memory(std::make_unique_for_overwrite<std::uint8_t[]>(bytes)), size(bytes) {}
    std::span<std::uint8_t> all() const { return {memory.get(), size}; }

    std::unique_ptr<std::uint8_t[]> memory;
    std::size_t size;
};

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
    const std::array<Plane, 2> planes{Plane(packed ? (area + 7) / 8 : area), Plane(bytesPerSample == 2 ? area : 0)};
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
        const std::span<std::uint8_t> plane = planes[bytesPerSample == 2 ? byte : 0].all();
        if (!unpackSegment(segment, plane)) {
            return damaged("RLE segment " + std::to_string(s + 1) + " ends early");
        }
        if (packed) {
            unpackBits(plane, 0, job.output);
        } else if (expected == 2) {
            if (byte == 1) {
                mergePairs(planes[0].all(), planes[1].all(), job.output);
            }
        } else {
            const std::size_t stride = expected;
            scatter(plane, job.output.data() + sample * bytesPerSample + (bytesPerSample - 1 - byte), stride);
        }
    }
    return Decoded{packed ? BitField{0, 8, false} : storedField(pixels), Colour::AsDeclared};
}

} // namespace akari::decode::worker
