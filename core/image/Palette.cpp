#include "core/image/Palette.h"

#include <algorithm>
#include <cmath>

#include "core/dicom/Tags.h"

namespace akari::image {

namespace {

using dicom::Tag;
constexpr std::uint16_t kLutDescriptor = 0x1101, kLutData = 0x1201, kSegmentedLutData = 0x1221;

// The values of a table as they lie in its bytes, 8 or 16 bits each.
std::vector<std::uint16_t> numbersOf(const dicom::DataSet& d, Tag tag, bool wide)
{
    const BytesView raw = d.bytes(tag);
    std::vector<std::uint16_t> values;
    if (!wide) {
        const std::size_t turned = d.bigEndian() && raw.size() % 2 == 0 ? 1 : 0;
        for (std::size_t i = 0; i < raw.size(); ++i) {
            values.push_back(raw[i ^ turned]);
        }
        return values;
    }
    const std::size_t low = d.bigEndian() ? 1 : 0;
    for (std::size_t i = 0; i + 1 < raw.size(); i += 2) {
        values.push_back(static_cast<std::uint16_t>(raw[i + low] | raw[i + 1 - low] << 8));
    }
    return values;
}

// PS3.3 C.7.9.2: discrete, linear and indirect segments. An indirect segment repeats earlier ones, never an indirect one.
class Segments {
public:
    Segments(const std::vector<std::uint16_t>& data, bool wide, std::size_t most) : m_data(data), m_wide(wide), m_most(most) {}

    bool expandAll()
    {
        std::size_t at = 0;
        while (at + 1 < m_data.size()) {
            if (m_out.size() >= m_most) {
                return true; // what follows is padding
            }
            if (!expandOne(at, true)) {
                return false;
            }
        }
        return true;
    }
    std::vector<std::uint16_t> take() { return std::move(m_out); }

private:
    bool expandOne(std::size_t& at, bool indirectAllowed)
    {
        if (at + 1 >= m_data.size()) {
            return false;
        }
        const unsigned code = m_data[at];
        const std::size_t length = m_data[at + 1];
        at += 2;
        switch (code) {
        case 0: return discrete(at, length);
        case 1: return linear(at, length);
        case 2: return indirectAllowed && indirect(at, length);
        default: return false;
        }
    }

    bool discrete(std::size_t& at, std::size_t length)
    {
        // An empty segment would add nothing, and 65 535 of them can be asked for by each indirect one.
        if (length == 0 || length > m_data.size() - at || m_out.size() + length > m_most) {
            return false;
        }
        m_out.insert(m_out.end(), m_data.begin() + static_cast<std::ptrdiff_t>(at), m_data.begin() + static_cast<std::ptrdiff_t>(at + length));
        at += length;
        return true;
    }

    bool linear(std::size_t& at, std::size_t length)
    {
        if (at >= m_data.size() || m_out.empty() || length == 0 || m_out.size() + length > m_most) {
            return false;
        }
        const double from = m_out.back();
        const double to = m_data[at++];
        for (std::size_t i = 1; i <= length; ++i) {
            m_out.push_back(static_cast<std::uint16_t>(std::nearbyint(from + (to - from) * static_cast<double>(i) / static_cast<double>(length))));
        }
        return true;
    }

    bool indirect(std::size_t& at, std::size_t length)
    {
        // The offset takes 32 bits, least significant part first, and counts bytes.
        const std::size_t parts = m_wide ? 2 : 4;
        if (at + parts > m_data.size()) {
            return false;
        }
        std::size_t offset = 0;
        for (std::size_t i = 0; i < parts; ++i) {
            offset |= static_cast<std::size_t>(m_data[at + i]) << (i * (m_wide ? 16 : 8));
        }
        at += parts;
        std::size_t from = m_wide ? offset / 2 : offset;
        for (std::size_t i = 0; i < length; ++i) {
            if (!expandOne(from, false)) {
                return false;
            }
        }
        return true;
    }

    const std::vector<std::uint16_t>& m_data;
    const bool m_wide;
    const std::size_t m_most;
    std::vector<std::uint16_t> m_out;
};

std::optional<Palette::Channel> readChannel(const dicom::DataSet& d, std::uint16_t index)
{
    const Tag descriptor{0x0028, static_cast<std::uint16_t>(kLutDescriptor + index)};
    const auto count = d.integer(descriptor, 0), first = d.integer(descriptor, 1), bits = d.integer(descriptor, 2);
    if (!count || !first || !bits || (*bits != 8 && *bits != 16) || *count < -32768 || *count > 65535) {
        return std::nullopt;
    }
    const std::size_t entries = static_cast<std::size_t>(*count <= 0 ? *count + 65536 : *count);
    Palette::Channel channel;
    channel.firstMapped = *first;
    if (d.integer(dicom::tags::PixelRepresentation) == 1 && channel.firstMapped > 32767) {
        channel.firstMapped -= 65536;
    }
    channel.bits = static_cast<std::uint16_t>(*bits);
    const Tag data{0x0028, static_cast<std::uint16_t>(kLutData + index)}, segmented{0x0028, static_cast<std::uint16_t>(kSegmentedLutData + index)};
    if (!d.bytes(data).empty()) {
        // 8-bit tables are found in 16-bit words, one entry a word, and the other way round; the length tells.
        const bool wide = d.bytes(data).size() >= entries * 2;
        channel.entries = numbersOf(d, data, wide);
        const bool inHighByte = wide && *bits == 8
                                && std::any_of(channel.entries.begin(), channel.entries.end(), [](std::uint16_t v) { return v > 255; });
        channel.bits = wide ? (*bits == 8 && !inHighByte ? 8 : 16) : 8;
    } else {
        const bool wide = *bits == 16;
        const auto numbers = numbersOf(d, segmented, wide);
        Segments segments(numbers, wide, entries);
        if (numbers.empty() || !segments.expandAll()) {
            return std::nullopt;
        }
        channel.entries = segments.take();
    }
    if (channel.entries.size() < entries) {
        return std::nullopt;
    }
    channel.entries.resize(entries);
    return channel;
}

} // namespace

std::uint8_t Palette::Channel::eightBit(std::int64_t stored) const
{
    const auto last = static_cast<std::int64_t>(entries.size()) - 1;
    const std::uint16_t value = entries[static_cast<std::size_t>(std::clamp<std::int64_t>(stored - firstMapped, 0, last))];
    return static_cast<std::uint8_t>(bits == 16 ? value >> 8 : value);
}

Result<Palette> readPalette(const dicom::DataSet& dataSet)
{
    Palette palette;
    for (std::uint16_t i = 0; i < 3; ++i) {
        auto channel = readChannel(dataSet, i);
        if (!channel) {
            return fail("load.palette", "The image's colour palette is missing or damaged; the frame can't be shown.");
        }
        palette.channels[i] = std::move(*channel);
    }
    return palette;
}

std::vector<std::uint8_t> throughPalette(const Samples& indices, const Palette& palette)
{
    std::vector<std::uint8_t> rgb;
    std::visit(
        [&](const auto& values) {
            rgb.reserve(values.size() * 3);
            for (const auto value : values) {
                for (const Palette::Channel& channel : palette.channels) {
                    rgb.push_back(channel.eightBit(static_cast<std::int64_t>(value)));
                }
            }
        },
        indices);
    return rgb;
}

} // namespace akari::image
