// ITU-T T.87, annex A. Names in capitals there are in comments here.
#include "core/decode/worker/PlainJpegLs.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdlib>
#include <vector>

#include "core/decode/worker/EntropyBits.h"
#include "core/decode/worker/PlainJpegLsHeader.h"

namespace akari::decode::worker {
namespace {

// A byte after 0xFF has seven bits (A.1).
class JpegLsBits : public EntropyBits {
public:
    using EntropyBits::EntropyBits;

    std::uint64_t cache() const { return m_cache; }
    // count: 0 to 32
    std::uint32_t take(unsigned count)
    {
        const auto value = static_cast<std::uint32_t>((m_cache >> 1) >> (63 - count));
        drop(count);
        return value;
    }

    // At least 48 bits, or as many as there are.
    void fill()
    {
        while (m_count <= 48 && m_count >= 0 && m_at < m_end) {
            if (*m_at != 0xFF) {
                push(*m_at++, 8);
                continue;
            }
            if (m_end - m_at < 2 || m_at[1] >= 0x80) {
                return; // a marker
            }
            push(0xFF, 8);
            push(m_at[1], 7);
            m_at += 2;
        }
    }
    // The data ended where the bits did: the rest of the last byte is zeros.
    bool endsHere()
    {
        fill();
        return endMarkerFollows() && m_cache == 0;
    }
};

constexpr std::array<std::uint8_t, 32> kRunOrders{0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2,  2,  3,  3,  3,  3,
                                                  4, 4, 5, 5, 6, 6, 7, 7, 8, 9, 10, 11, 12, 13, 14, 15}; // J

// What follows is written without branches: which way they go is as hard to foresee as the samples. -1 where it is true, else 0.
constexpr std::int32_t isNegative(std::int32_t value)
{
    return value >> 31;
}

// The least k for which n << k reaches a (A.5.1). n: 1 to 255; a: below 2^25.
std::int32_t golombOrder(std::int32_t n, std::int32_t a)
{
    const std::int32_t more = std::countl_zero(static_cast<unsigned>(n)) - std::countl_zero(static_cast<unsigned>(a | 1));
    const std::int32_t k = more & ~isNegative(more);
    return k - isNegative((n << k) - a);
}

struct Context {
    std::int32_t a;
    std::int32_t b = 0;
    std::int32_t n = 1;
    std::int16_t c = 0;
    std::int8_t k;        // golombOrder(n, a)
    std::int8_t flip = 0; // -1 where the error's map is turned (A.5.2): k = 0 and 2 b <= -n
};

struct RunContext {
    std::int32_t a;
    std::int32_t n = 1;
    std::int32_t negative = 0; // Nn
};

class Scan {
public:
    Scan(const PlainJpegLsHeader& parameters, BytesView bytes)
        : m_p(parameters), m_bits(bytes.subspan(parameters.data)), m_width(parameters.columns),
          m_limit(2 * (std::max(2U, parameters.precision) + std::max(8U, parameters.precision))),
          m_glance(std::min(m_limit - parameters.precision - 1, 30U)), m_quantised(2 * static_cast<std::size_t>(parameters.maximum) + 1),
          m_lines(2 * (std::size_t{parameters.columns} + 2))
    {
        const std::int32_t a = std::max(2, (parameters.maximum + 1 + 32) / 64);
        m_contexts.fill({a, 0, 1, 0, static_cast<std::int8_t>(golombOrder(1, a)), 0});
        m_run.fill({a, 1, 0});
        for (int d = -parameters.maximum; d <= parameters.maximum; ++d) {
            const int size = std::abs(d);
            const int region = (size >= 1 ? 1 : 0) + (size >= m_p.t1 ? 1 : 0) + (size >= m_p.t2 ? 1 : 0) + (size >= m_p.t3 ? 1 : 0);
            m_quantised[static_cast<std::size_t>(d + m_p.maximum)] = static_cast<std::int8_t>(d < 0 ? -region : region);
        }
    }

    template <class Number> bool decode(Number* out)
    {
        std::int32_t* previous = m_lines.data() + 1;
        std::int32_t* line = previous + m_width + 2;
        for (std::uint32_t row = 0; row < m_p.rows; ++row, out += m_width) {
            previous[m_width] = previous[m_width - 1];
            line[-1] = previous[0];
            if (!decodeLine(previous, line)) {
                return false;
            }
            for (std::size_t x = 0; x < m_width; ++x) {
                out[x] = static_cast<Number>(line[x]);
            }
            std::swap(previous, line);
        }
        return m_bits.endsHere();
    }

private:
    bool decodeLine(const std::int32_t* previous, std::int32_t* line);
    std::size_t decodeRun(const std::int32_t* previous, std::int32_t* line, std::size_t x);
    std::int32_t regular(JpegLsBits& bits, std::int32_t region, std::int32_t ra, std::int32_t rb, std::int32_t rc);
    void refill();
    std::uint32_t longCode(unsigned k, unsigned limit);
    std::int32_t interruption(RunContext& context, std::int32_t type);
    void update(Context& context, std::int32_t error);
    // Keeps what the bits of a damaged codestream say within the range that the sums are made for.
    std::uint32_t possible(std::uint32_t mapped)
    {
        if (mapped >> m_p.precision >> 1 != 0) [[unlikely]] {
            m_bad = true;
            return 0;
        }
        return mapped;
    }

    const PlainJpegLsHeader m_p;
    JpegLsBits m_bits;
    const std::size_t m_width;
    const unsigned m_limit;  // LIMIT
    const unsigned m_glance; // of fewer zeros than this the code is in what fill() gives: they, their end and k bits, at most 16
    unsigned m_runIndex = 0;
    bool m_bad = false;
    std::vector<std::int8_t> m_quantised; // of a difference + MAXVAL
    std::vector<std::int32_t> m_lines;    // two, each with one sample more at both ends
    std::array<Context, 365> m_contexts{};
    std::array<RunContext, 2> m_run{};
};

// A.6
inline void Scan::update(Context& context, std::int32_t error)
{
    std::int32_t a = context.a + std::abs(error);
    std::int32_t b = context.b + error;
    std::int32_t n = context.n;
    if (n == m_p.reset) {
        a >>= 1;
        b >>= 1;
        n >>= 1;
    }
    ++n;
    const std::int32_t low = isNegative(b + n - 1);
    const std::int32_t high = isNegative(-b);
    const std::int32_t c = context.c + low - high;
    // Without low or high b lies between the two bounds already.
    b = std::min(std::max(b + (n & low) - (n & high), 1 - n), 0);
    const std::int32_t k = golombOrder(n, a);
    context.a = a;
    context.b = b;
    context.n = n;
    context.c = static_cast<std::int16_t>(std::min(std::max(c, -128), 127));
    context.k = static_cast<std::int8_t>(k);
    context.flip = static_cast<std::int8_t>(isNegative(k - 1) & isNegative(2 * b + n - 1));
}

[[gnu::noinline]] void Scan::refill()
{
    m_bits.fill();
}

// A.5.3: a code that escapes, or one longer than what a glance holds.
[[gnu::noinline]] std::uint32_t Scan::longCode(unsigned k, unsigned limit)
{
    const unsigned most = limit - m_p.precision - 1;
    unsigned zeros = 0;
    for (;;) {
        m_bits.fill();
        const auto here = std::min(static_cast<unsigned>(std::countl_zero(m_bits.cache())), 32U);
        zeros += here;
        if (here < 32 || zeros > most) {
            m_bits.drop(here);
            break;
        }
        m_bits.drop(32);
    }
    if (zeros > most || m_bits.overrun()) {
        m_bad = true;
        return 0;
    }
    m_bits.drop(1);
    m_bits.fill();
    return zeros < most ? (zeros << k) + m_bits.take(k) : m_bits.take(m_p.precision) + 1;
}

// A.4 and A.5. `bits` is a copy that lives in registers; m_bits takes it over where a function that is no part of this one goes on.
inline std::int32_t Scan::regular(JpegLsBits& bits, std::int32_t region, std::int32_t ra, std::int32_t rb, std::int32_t rc)
{
    const std::int32_t sign = isNegative(region);
    Context& context = m_contexts[static_cast<std::size_t>((region ^ sign) - sign)];
    const std::int32_t less = (ra - rb) & isNegative(ra - rb);
    const std::int32_t plane = std::min(std::max(ra + rb - rc, rb + less), ra - less);
    const std::int32_t predicted = std::min(std::max(plane + ((context.c ^ sign) - sign), 0), m_p.maximum);
    if (!bits.fillQuickly()) [[unlikely]] {
        m_bits = bits;
        refill();
        bits = m_bits;
    }
    const auto k = static_cast<unsigned>(context.k);
    const auto zeros = static_cast<unsigned>(std::countl_zero(bits.cache() | 1));
    std::uint32_t mapped = 0;
    if (zeros < m_glance) [[likely]] {
        const std::uint64_t rest = bits.cache() << zeros << 1;
        mapped = (zeros << k) | static_cast<std::uint32_t>((rest >> 1) >> (63 - k));
        bits.drop(zeros + 1 + k);
    } else {
        m_bits = bits;
        mapped = longCode(k, m_limit);
        bits = m_bits;
    }
    mapped = possible(mapped);
    const std::int32_t error = (static_cast<std::int32_t>(mapped >> 1) ^ -static_cast<std::int32_t>(mapped & 1)) ^ context.flip;
    update(context, error);
    return (predicted + ((error ^ sign) - sign)) & m_p.maximum;
}

// A.7.2: the sample that ends a run; `type` is RItype.
std::int32_t Scan::interruption(RunContext& context, std::int32_t type)
{
    const auto k = static_cast<unsigned>(golombOrder(context.n, context.a + (type != 0 ? context.n >> 1 : 0)));
    const std::uint32_t mapped = possible(longCode(k, m_limit - kRunOrders[m_runIndex] - 1));
    const auto both = static_cast<std::int32_t>(mapped) + type;
    const std::int32_t odd = both & 1;
    const std::int32_t size = (both + odd) / 2;
    const bool turned = k != 0 || 2 * context.negative >= context.n;
    const std::int32_t error = turned == (odd != 0) ? -size : size;
    context.negative += error < 0 ? 1 : 0;
    context.a += (static_cast<std::int32_t>(mapped) + 1 - type) >> 1;
    if (context.n == m_p.reset) {
        context.a >>= 1;
        context.n >>= 1;
        context.negative >>= 1;
    }
    ++context.n;
    return error;
}

// A.7.1: where the line goes on.
std::size_t Scan::decodeRun(const std::int32_t* previous, std::int32_t* line, std::size_t x)
{
    const std::int32_t ra = line[static_cast<std::ptrdiff_t>(x) - 1];
    const std::size_t first = x;
    for (;;) {
        m_bits.fill();
        if (m_bits.take(1) == 0) {
            break;
        }
        const std::size_t whole = std::size_t{1} << kRunOrders[m_runIndex];
        if (whole <= m_width - x) {
            m_runIndex = std::min(m_runIndex + 1, 31U);
        }
        x += std::min(whole, m_width - x);
        if (x == m_width) {
            std::fill(line + first, line + x, ra);
            return x;
        }
    }
    x += m_bits.take(kRunOrders[m_runIndex]);
    if (x >= m_width) {
        m_bad = true;
        return m_width;
    }
    std::fill(line + first, line + x, ra);
    const std::int32_t rb = previous[x];
    if (ra == rb) {
        line[x] = (ra + interruption(m_run[1], 1)) & m_p.maximum;
    } else {
        const std::int32_t error = interruption(m_run[0], 0);
        line[x] = (rb + (ra > rb ? -error : error)) & m_p.maximum;
    }
    m_runIndex -= m_runIndex > 0 ? 1 : 0;
    return x + 1;
}

bool Scan::decodeLine(const std::int32_t* previous, std::int32_t* line)
{
    const std::int8_t* const quantised = m_quantised.data() + m_p.maximum;
    JpegLsBits bits = m_bits;
    std::int32_t ra = line[-1], rc = previous[-1], rb = previous[0];
    for (std::size_t x = 0; x < m_width;) {
        const std::int32_t rd = previous[x + 1];
        const std::int32_t region = 81 * quantised[rd - rb] + 9 * quantised[rb - rc] + quantised[rc - ra];
        if (region != 0) {
            ra = regular(bits, region, ra, rb, rc);
            line[x++] = ra;
            rc = rb;
            rb = rd;
        } else {
            m_bits = bits;
            x = decodeRun(previous, line, x);
            bits = m_bits;
            ra = line[static_cast<std::ptrdiff_t>(x) - 1];
            rc = previous[static_cast<std::ptrdiff_t>(x) - 1];
            rb = previous[x];
        }
    }
    m_bits = bits;
    return !m_bad && !m_bits.overrun();
}

} // namespace

bool decodePlainJpegLs(const Job& job)
{
    const auto parameters = readPlainJpegLsHeader(job.input);
    const unsigned container = containerBytes(job.pixels);
    if (!parameters || parameters->rows != job.pixels.rows || parameters->columns != job.pixels.columns ||
        job.pixels.samplesPerPixel != 1 || container > 2 || parameters->precision > 8 * container) {
        return false;
    }
    Scan scan(*parameters, job.input);
    return container == 1 ? scan.decode(job.output.data()) : scan.decode(reinterpret_cast<std::uint16_t*>(job.output.data()));
}

} // namespace akari::decode::worker
