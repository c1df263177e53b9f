#include <cstring>
#include <type_traits>

#include <zstd.h>

#include "core/cache/Twin.h"

namespace akari::cache {
namespace {

constexpr int kLevel = 1; // the point is to be read faster than the codec decodes; higher levels cost more than they save
constexpr std::uint32_t kMagic = 0x314e5754; // "TWN1"
constexpr std::uint64_t kMostBytes = std::uint64_t{1} << 31;

// Stands before the zstd frame.
struct Header {
    std::uint32_t magic = kMagic;
    std::uint32_t rows = 0;
    std::uint32_t columns = 0;
    std::uint16_t samplesPerPixel = 0;
    std::uint16_t bytesPerSample = 0;
};
constexpr std::size_t kHeaderBytes = 16;

template <class T> void put(Bytes& out, T value)
{
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        out.push_back(static_cast<std::uint8_t>(static_cast<std::uint64_t>(value) >> (8 * i)));
    }
}

template <class T> T take(BytesView& in)
{
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(T); ++i) {
        value |= static_cast<std::uint64_t>(in[i]) << (8 * i);
    }
    in = in.subspan(sizeof(T));
    return static_cast<T>(value);
}

std::uint64_t sampleCount(const Header& h)
{
    return std::uint64_t{h.rows} * h.columns * h.samplesPerPixel;
}

bool sensible(const Header& h)
{
    const bool container = h.bytesPerSample == 1 || h.bytesPerSample == 2 || h.bytesPerSample == 4;
    return container && h.rows > 0 && h.columns > 0 && (h.samplesPerPixel == 1 || h.samplesPerPixel == 3) && h.rows <= 65535 &&
           h.columns <= 65535 && sampleCount(h) * h.bytesPerSample <= kMostBytes;
}

template <class T> T fold(T difference)
{
    using Signed = std::make_signed_t<T>;
    const auto sign = static_cast<T>(static_cast<Signed>(difference) < 0 ? ~T{0} : T{0});
    return static_cast<T>(static_cast<T>(difference << 1) ^ sign);
}

template <class T> T unfold(T folded)
{
    return static_cast<T>((folded >> 1) ^ static_cast<T>(T{0} - static_cast<T>(folded & 1)));
}

// Byte k of sample i goes to planes[k * count + i].
template <class T> void split(const std::uint8_t* samples, std::uint8_t* planes, std::size_t rows, std::size_t perRow, std::size_t step)
{
    const std::size_t count = rows * perRow;
    const auto at = [&](std::size_t i) {
        T value;
        std::memcpy(&value, samples + i * sizeof(T), sizeof(T));
        return value;
    };
    for (std::size_t row = 0; row < rows; ++row) {
        for (std::size_t column = 0; column < perRow; ++column) {
            const std::size_t i = row * perRow + column;
            const T before = column >= step ? at(i - step) : row > 0 ? at(i - perRow) : T{0};
            const T folded = fold(static_cast<T>(at(i) - before));
            for (std::size_t k = 0; k < sizeof(T); ++k) {
                planes[k * count + i] = static_cast<std::uint8_t>(folded >> (8 * k));
            }
        }
    }
}

template <class T> void join(const std::uint8_t* planes, std::uint8_t* samples, std::size_t rows, std::size_t perRow, std::size_t step)
{
    const std::size_t count = rows * perRow;
    const auto folded = [&](std::size_t i) {
        T value = planes[i];
        for (std::size_t k = 1; k < sizeof(T); ++k) {
            value = static_cast<T>(value | static_cast<T>(static_cast<T>(planes[k * count + i]) << (8 * k)));
        }
        return value;
    };
    const auto keep = [&](std::size_t i, T value) { std::memcpy(samples + i * sizeof(T), &value, sizeof(T)); };
    for (std::size_t row = 0; row < rows; ++row) {
        const std::size_t start = row * perRow;
        T before[3]{};
        for (std::size_t column = 0; column < perRow; ++column) {
            const std::size_t i = start + column;
            T base = before[column % step];
            if (column < step) {
                base = T{0};
                if (row > 0) {
                    std::memcpy(&base, samples + (i - perRow) * sizeof(T), sizeof(T));
                }
            }
            const T value = static_cast<T>(base + unfold(folded(i)));
            before[column % step] = value;
            keep(i, value);
        }
    }
}

// Grey, the usual case: one running sum a row over differences that are unfolded beforehand, so that the compiler can do many at once.
template <class T> void joinGrey(const std::uint8_t* planes, std::uint8_t* samples, std::size_t rows, std::size_t perRow)
{
    const std::size_t count = rows * perRow;
    std::vector<T> line(perRow);
    T first = 0;
    for (std::size_t row = 0; row < rows; ++row) {
        const std::uint8_t* plane = planes + row * perRow;
        for (std::size_t i = 0; i < perRow; ++i) {
            T value = plane[i];
            for (std::size_t k = 1; k < sizeof(T); ++k) {
                value = static_cast<T>(value | static_cast<T>(static_cast<T>(plane[k * count + i]) << (8 * k)));
            }
            line[i] = unfold(value);
        }
        first = static_cast<T>(first + line[0]);
        T sum = first;
        line[0] = sum;
        for (std::size_t i = 1; i < perRow; ++i) {
            sum = static_cast<T>(sum + line[i]);
            line[i] = sum;
        }
        std::memcpy(samples + row * perRow * sizeof(T), line.data(), perRow * sizeof(T));
    }
}

template <class T> void joinAny(const Bytes& planes, Bytes& samples, const Header& h)
{
    if (h.samplesPerPixel == 1) {
        joinGrey<T>(planes.data(), samples.data(), h.rows, h.columns);
    } else {
        join<T>(planes.data(), samples.data(), h.rows, std::size_t{h.columns} * h.samplesPerPixel, h.samplesPerPixel);
    }
}

} // namespace

Bytes packTwin(const TwinImage& image)
{
    const Header h{kMagic, image.rows, image.columns, image.samplesPerPixel, image.bytesPerSample};
    if (!sensible(h) || image.samples.size() != sampleCount(h) * h.bytesPerSample) {
        return {};
    }
    Bytes planes(image.samples.size());
    const std::size_t perRow = std::size_t{h.columns} * h.samplesPerPixel;
    switch (h.bytesPerSample) {
    case 1: split<std::uint8_t>(image.samples.data(), planes.data(), h.rows, perRow, h.samplesPerPixel); break;
    case 2: split<std::uint16_t>(image.samples.data(), planes.data(), h.rows, perRow, h.samplesPerPixel); break;
    default: split<std::uint32_t>(image.samples.data(), planes.data(), h.rows, perRow, h.samplesPerPixel); break;
    }
    Bytes out;
    put(out, h.magic);
    put(out, h.rows);
    put(out, h.columns);
    put(out, h.samplesPerPixel);
    put(out, h.bytesPerSample);
    const std::size_t begin = out.size();
    out.resize(begin + ZSTD_compressBound(planes.size()));
    const std::size_t size = ZSTD_compress(out.data() + begin, out.size() - begin, planes.data(), planes.size(), kLevel);
    if (ZSTD_isError(size)) {
        return {};
    }
    out.resize(begin + size);
    return out;
}

bool unpackTwin(BytesView packed, TwinImage& image)
{
    if (packed.size() < kHeaderBytes) {
        return false;
    }
    Header h;
    h.magic = take<std::uint32_t>(packed);
    h.rows = take<std::uint32_t>(packed);
    h.columns = take<std::uint32_t>(packed);
    h.samplesPerPixel = take<std::uint16_t>(packed);
    h.bytesPerSample = take<std::uint16_t>(packed);
    if (h.magic != kMagic || !sensible(h)) {
        return false;
    }
    const std::uint64_t length = sampleCount(h) * h.bytesPerSample;
    if (ZSTD_getFrameContentSize(packed.data(), packed.size()) != length) {
        return false;
    }
    thread_local Bytes planes;
    planes.resize(length);
    if (ZSTD_decompress(planes.data(), planes.size(), packed.data(), packed.size()) != length) {
        return false;
    }
    image.rows = h.rows;
    image.columns = h.columns;
    image.samplesPerPixel = h.samplesPerPixel;
    image.bytesPerSample = h.bytesPerSample;
    image.samples.resize(length);
    switch (h.bytesPerSample) {
    case 1: joinAny<std::uint8_t>(planes, image.samples, h); break;
    case 2: joinAny<std::uint16_t>(planes, image.samples, h); break;
    default: joinAny<std::uint32_t>(planes, image.samples, h); break;
    }
    return true;
}

} // namespace akari::cache
