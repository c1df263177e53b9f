// ITU-T T.81, annex H.
#include "core/decode/worker/PlainLosslessJpeg.h"

#include <algorithm>
#include <array>
#include <optional>

#include "core/decode/worker/BigEndian.h"
#include "core/decode/worker/EntropyBits.h"

namespace akari::decode::worker {
namespace {

constexpr unsigned kGlanceBits = 11; // most differences are in so many bits, their code included

// 0x00 behind 0xFF is no data (B.1.1.5).
class HuffmanBits : public EntropyBits {
public:
    using EntropyBits::EntropyBits;

    // At most as many as fill() made ready; count: 1 to 32.
    std::uint32_t peek(unsigned count) const { return static_cast<std::uint32_t>(m_cache >> (64 - count)); }

    // At least 48 bits, or as many as there are.
    void fill()
    {
        while (m_count <= 55 && m_count >= 0 && m_at < m_end) {
            const bool stuffed = *m_at == 0xFF;
            if (stuffed && (m_end - m_at < 2 || m_at[1] != 0)) {
                return; // a marker
            }
            push(*m_at, 8);
            m_at += stuffed ? 2 : 1;
        }
    }
    // The data ended where the bits did: the rest of the last byte is ones.
    bool endsHere()
    {
        fill();
        return endMarkerFollows() && (m_count == 0 || peek(static_cast<unsigned>(m_count)) == (1U << m_count) - 1U);
    }
};

// H.1.2.2: the difference of `size` bits; of 16, which has none, the one that is left.
std::int32_t differenceOf(unsigned size, std::uint32_t bits)
{
    if (size == 0) {
        return 0;
    }
    if (size == 16) {
        return 32768;
    }
    const bool negative = bits >> (size - 1) == 0;
    return static_cast<std::int32_t>(bits) - (negative ? (1 << size) - 1 : 0);
}

class HuffmanTable {
public:
    // False unless the lengths make a prefix code and the values are sizes of differences (C.2, H.1.2.2).
    bool build(BytesView counts, BytesView values)
    {
        std::uint32_t code = 0;
        std::size_t value = 0;
        for (unsigned length = 1; length <= 16; ++length) {
            m_first[length] = code;
            m_index[length] = value;
            for (unsigned i = 0; i < counts[length - 1]; ++i, ++code, ++value) {
                if (values[value] > 16 || code >= (1U << length) - 1U) {
                    return false;
                }
                m_values[value] = values[value];
                enter(code, length, values[value]);
            }
            m_end[length] = code;
            code <<= 1;
        }
        return true;
    }

    // A difference, or `bad` set where no code begins with these bits.
    std::int32_t next(HuffmanBits& bits, bool& bad) const
    {
        const Glance& glance = m_glances[bits.peek(kGlanceBits)];
        if (glance.length != 0) [[likely]] {
            bits.drop(glance.length);
            return glance.difference;
        }
        return longer(bits, bad);
    }

private:
    struct Glance {
        std::int16_t difference = 0;
        std::uint16_t length = 0; // of code and difference; 0: they need more bits
    };

    void enter(std::uint32_t code, unsigned length, unsigned size)
    {
        const unsigned extra = size == 16 ? 0 : size;
        if (size == 16 || length + extra > kGlanceBits) {
            return;
        }
        for (std::uint32_t bits = 0; bits < 1U << extra; ++bits) {
            const unsigned free = kGlanceBits - length - extra;
            const std::size_t from = std::size_t{(code << extra) | bits} << free;
            const Glance glance{static_cast<std::int16_t>(differenceOf(size, bits)), static_cast<std::uint16_t>(length + extra)};
            std::fill_n(m_glances.begin() + static_cast<std::ptrdiff_t>(from), std::size_t{1} << free, glance);
        }
    }

    [[gnu::noinline]] std::int32_t longer(HuffmanBits& bits, bool& bad) const
    {
        for (unsigned length = 1; length <= 16; ++length) {
            const std::uint32_t code = bits.peek(length);
            if (code >= m_first[length] && code < m_end[length]) {
                const unsigned size = m_values[m_index[length] + code - m_first[length]];
                bits.drop(length);
                if (size == 0 || size == 16) {
                    return differenceOf(size, 0);
                }
                const std::uint32_t extra = bits.peek(size);
                bits.drop(size);
                return differenceOf(size, extra);
            }
        }
        bad = true;
        return 0;
    }

    std::array<Glance, 1U << kGlanceBits> m_glances{};
    std::array<std::uint32_t, 17> m_first{}, m_end{}; // codes of each length
    std::array<std::size_t, 17> m_index{};
    std::array<std::uint8_t, 256> m_values{};
};

struct LosslessJpegHeader {
    unsigned precision = 0;
    std::uint32_t rows = 0, columns = 0;
    unsigned predictor = 0;
    std::array<std::optional<HuffmanTable>, 4> tables;
    unsigned table = 0;
    std::size_t data = 0; // where the scan's bits begin
};

bool takeFrame(BytesView segment, LosslessJpegHeader& header)
{
    if (header.precision != 0 || segment.size() != 9 || segment[5] != 1 || segment[0] < 2 || segment[0] > 16) {
        return false;
    }
    header.precision = segment[0];
    header.rows = bigEndian16(segment, 1);
    header.columns = bigEndian16(segment, 3);
    return header.rows != 0 && header.columns != 0;
}

bool takeTables(BytesView segment, LosslessJpegHeader& header)
{
    while (segment.size() >= 17) {
        const BytesView counts = segment.subspan(1, 16);
        std::size_t values = 0;
        for (const std::uint8_t count : counts) {
            values += count;
        }
        if (segment[0] > 3 || values > 256 || segment.size() < 17 + values) {
            return false;
        }
        if (!header.tables[segment[0]].emplace().build(counts, segment.subspan(17, values))) {
            return false;
        }
        segment = segment.subspan(17 + values);
    }
    return segment.empty();
}

// One component, no point transform.
bool takeScan(BytesView segment, LosslessJpegHeader& header)
{
    if (header.precision == 0 || segment.size() != 6 || segment[0] != 1 || segment[3] < 1 || segment[3] > 7 || segment[5] != 0) {
        return false;
    }
    header.predictor = segment[3];
    header.table = segment[2] >> 4;
    return header.table < header.tables.size() && header.tables[header.table].has_value();
}

bool readLosslessJpegHeader(BytesView bytes, LosslessJpegHeader& header)
{
    if (bytes.size() < 4 || bytes[0] != 0xFF || bytes[1] != 0xD8) {
        return false;
    }
    for (std::size_t at = 2; at + 4 <= bytes.size() && bytes[at] == 0xFF;) {
        const std::uint8_t marker = bytes[at + 1];
        const std::size_t length = bigEndian16(bytes, at + 2);
        if (length < 2 || length > bytes.size() - at - 2) {
            return false;
        }
        const BytesView segment = bytes.subspan(at + 4, length - 2);
        at += 2 + length;
        if (marker == 0xDA) {
            header.data = at;
            return takeScan(segment, header);
        }
        const bool passed = (marker >= 0xE0 && marker <= 0xEF) || marker == 0xFE; // APPn, COM
        if (!passed && !(marker == 0xC3 && takeFrame(segment, header)) && !(marker == 0xC4 && takeTables(segment, header))) {
            return false;
        }
    }
    return false;
}

// Table H.1
template <unsigned Predictor> std::int32_t predict(std::int32_t ra, std::int32_t rb, std::int32_t rc)
{
    switch (Predictor) {
    case 1: return ra;
    case 2: return rb;
    case 3: return rc;
    case 4: return ra + rb - rc;
    case 5: return ra + ((rb - rc) >> 1);
    case 6: return rb + ((ra - rc) >> 1);
    default: return (ra + rb) >> 1;
    }
}

// `ra`: the first sample's own prediction. False where a code is none or a sample is out of range.
template <unsigned Predictor, class Number>
bool decodeLine(HuffmanBits& shared, const HuffmanTable& table, std::int32_t ra, const Number* above, Number* out, std::size_t width,
                std::int32_t top)
{
    HuffmanBits bits = shared; // in registers
    bool bad = false;
    std::int32_t outside = 0;
    for (std::size_t x = 0; x < width; ++x) {
        if (!bits.fillQuickly()) [[unlikely]] {
            shared = bits;
            shared.fill();
            bits = shared;
        }
        std::int32_t prediction = ra;
        if constexpr (Predictor != 1) {
            prediction = x == 0 ? ra : predict<Predictor>(ra, above[x], above[x - 1]);
        }
        ra = (prediction + table.next(bits, bad)) & 0xFFFF;
        outside |= top - ra;
        out[x] = static_cast<Number>(ra);
    }
    shared = bits;
    return !bad && outside >= 0 && !bits.overrun();
}

template <unsigned Predictor, class Number> bool decodeScan(const LosslessJpegHeader& header, BytesView bytes, Number* out)
{
    HuffmanBits bits(bytes.subspan(header.data));
    const HuffmanTable& table = *header.tables[header.table];
    const std::size_t width = header.columns;
    const std::int32_t top = (1 << header.precision) - 1;
    // The first line knows only what is left of each sample (H.1.2.1).
    if (!decodeLine<1>(bits, table, 1 << (header.precision - 1), out, out, width, top)) {
        return false;
    }
    for (std::uint32_t row = 1; row < header.rows; ++row) {
        const Number* const above = out;
        out += width;
        if (!decodeLine<Predictor>(bits, table, above[0], above, out, width, top)) {
            return false;
        }
    }
    return bits.endsHere();
}

template <class Number> bool decodeSamples(const LosslessJpegHeader& header, BytesView bytes, Number* out)
{
    switch (header.predictor) {
    case 1: return decodeScan<1>(header, bytes, out);
    case 2: return decodeScan<2>(header, bytes, out);
    case 3: return decodeScan<3>(header, bytes, out);
    case 4: return decodeScan<4>(header, bytes, out);
    case 5: return decodeScan<5>(header, bytes, out);
    case 6: return decodeScan<6>(header, bytes, out);
    default: return decodeScan<7>(header, bytes, out);
    }
}

} // namespace

bool decodePlainLosslessJpeg(const Job& job)
{
    const unsigned container = containerBytes(job.pixels);
    LosslessJpegHeader header;
    if (!readLosslessJpegHeader(job.input, header) || header.rows != job.pixels.rows || header.columns != job.pixels.columns ||
        job.pixels.samplesPerPixel != 1 || container > 2 || header.precision > 8 * container) {
        return false;
    }
    return container == 1 ? decodeSamples(header, job.input, job.output.data())
                          : decodeSamples(header, job.input, reinterpret_cast<std::uint16_t*>(job.output.data()));
}

} // namespace akari::decode::worker
