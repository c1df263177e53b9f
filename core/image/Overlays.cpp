#include "core/image/Overlays.h"

#include <bit>
#include <cstdio>

#include "core/dicom/Tags.h"

namespace akari::image {

namespace {

constexpr std::uint16_t kRows = 0x0010, kColumns = 0x0011, kFrames = 0x0015, kDescription = 0x0022, kType = 0x0040, kOrigin = 0x0050,
                        kFrameOrigin = 0x0051, kBitsAllocated = 0x0100, kBitPosition = 0x0102, kLabel = 0x1500, kOverlayData = 0x3000;
constexpr std::int64_t kLargestOverlaySide = 65'535;

std::string name(std::uint16_t group)
{
    char text[32];
    std::snprintf(text, sizeof text, "Overlay %04X", group);
    return text;
}

struct Header {
    OverlayPlane plane;
    std::int64_t frames = 1;
    bool perFrame = false;
    std::int64_t frameOrigin = 1;
    std::int64_t bitsAllocated = 1, bitPosition = 0;
    bool hasData = false;
    bool valid = false;
    bool embedded() const { return !hasData && bitsAllocated > 1; }
};

Header readHeader(const dicom::DataSet& d, std::uint16_t group)
{
    const auto whole = [&](std::uint16_t element, std::int64_t fallback) { return d.integer({group, element}).value_or(fallback); };
    Header header;
    OverlayPlane& plane = header.plane;
    plane.group = group;
    const std::int64_t rows = whole(kRows, 0);
    const std::int64_t columns = whole(kColumns, 0);
    header.valid = rows > 0 && columns > 0 && rows <= kLargestOverlaySide && columns <= kLargestOverlaySide;
    plane.rows = static_cast<std::int32_t>(header.valid ? rows : 0);
    plane.columns = static_cast<std::int32_t>(header.valid ? columns : 0);
    plane.firstRow = static_cast<std::int32_t>(d.integer({group, kOrigin}, 0).value_or(1)) - 1;
    plane.firstColumn = static_cast<std::int32_t>(d.integer({group, kOrigin}, 1).value_or(1)) - 1;
    plane.regionOfInterest = d.textOr({group, kType}) == "R";
    plane.label = d.textOr({group, kLabel});
    plane.description = d.textOr({group, kDescription});
    header.perFrame = d.has({group, kFrames});
    header.frames = whole(kFrames, 1);
    header.frameOrigin = whole(kFrameOrigin, 1);
    header.bitsAllocated = whole(kBitsAllocated, 1);
    header.bitPosition = whole(kBitPosition, 0);
    header.hasData = d.has({group, kOverlayData});
    return header;
}

template <class Function> void eachGroup(const dicom::DataSet& d, Function&& function)
{
    for (std::uint16_t group = 0x6000; group <= 0x60FE; group = static_cast<std::uint16_t>(group + 2)) {
        if (d.has({group, kRows}) || d.has({group, kOverlayData})) {
            function(readHeader(d, group));
        }
    }
}

// Copies `count` bits from bit `first` on to bit 0 of the result.
std::vector<std::uint8_t> cutBits(BytesView data, std::size_t first, std::size_t count, bool swapped)
{
    const auto byteAt = [&](std::size_t i) -> unsigned { return i < data.size() ? data[swapped ? i ^ 1 : i] : 0u; };
    std::vector<std::uint8_t> bits((count + 7) / 8);
    const unsigned shift = first % 8;
    for (std::size_t i = 0; i < bits.size(); ++i) {
        const std::size_t at = first / 8 + i;
        bits[i] = static_cast<std::uint8_t>((byteAt(at) >> shift) | (shift ? byteAt(at + 1) << (8 - shift) : 0u));
    }
    if (count % 8 != 0) {
        bits.back() = static_cast<std::uint8_t>(bits.back() & ((1u << (count % 8)) - 1u));
    }
    return bits;
}

} // namespace

std::size_t OverlayPlane::set() const
{
    std::size_t count = 0;
    for (const std::uint8_t byte : bits) {
        count += static_cast<std::size_t>(std::popcount(byte));
    }
    return count;
}

std::vector<OverlayPtr> readOverlays(const dicom::DataSet& d, FrameNumber frame, std::vector<std::string>& warnings)
{
    std::vector<OverlayPtr> planes;
    eachGroup(d, [&](Header header) {
        if (header.valid && header.embedded()) {
            return;
        }
        const std::uint16_t group = header.plane.group;
        const std::size_t bits = static_cast<std::size_t>(header.plane.rows) * static_cast<std::size_t>(header.plane.columns);
        const BytesView data = d.bytes({group, kOverlayData});
        const bool countable = header.frames >= 1 && header.frames <= 100'000;
        if (!header.valid || !countable || data.size() < (bits * static_cast<std::size_t>(header.frames) + 7) / 8) {
            warnings.push_back(name(group) + " of this image is not valid and is left out.");
            return;
        }
        // Without a count of its own, one plane belongs to every frame.
        const std::int64_t at = header.perFrame ? frame.value - header.frameOrigin : 0;
        if (at < 0 || at >= header.frames) {
            return;
        }
        const auto* element = d.find({group, kOverlayData});
        const bool swapped = d.bigEndian() && element != nullptr && element->vr.is('O', 'W') && data.size() % 2 == 0;
        header.plane.bits = cutBits(data, bits * static_cast<std::size_t>(at), bits, swapped);
        planes.push_back(std::make_shared<const OverlayPlane>(std::move(header.plane)));
    });
    return planes;
}

bool hasEmbeddedOverlays(const dicom::DataSet& d)
{
    bool found = false;
    eachGroup(d, [&](const Header& header) { found = found || (header.valid && header.embedded()); });
    return found;
}

std::vector<OverlayPtr> readEmbeddedOverlays(const dicom::DataSet& d, BytesView containers, std::uint32_t rows, std::uint32_t columns)
{
    std::vector<OverlayPtr> planes;
    const std::size_t pixels = static_cast<std::size_t>(rows) * columns;
    const std::size_t width = pixels > 0 ? containers.size() / pixels : 0;
    if (width != 1 && width != 2) {
        return planes;
    }
    eachGroup(d, [&](Header header) {
        const auto position = static_cast<std::size_t>(header.bitPosition);
        if (!header.valid || !header.embedded() || header.bitPosition < 0 || position >= 8 * width) {
            return;
        }
        header.plane.rows = static_cast<std::int32_t>(rows); // such a plane is as large as the image, whatever it says
        header.plane.columns = static_cast<std::int32_t>(columns);
        header.plane.firstRow = header.plane.firstColumn = 0;
        header.plane.bits.assign((pixels + 7) / 8, 0);
        for (std::size_t i = 0; i < pixels; ++i) {
            if ((containers[i * width + position / 8] >> (position % 8) & 1) != 0) {
                header.plane.bits[i / 8] = static_cast<std::uint8_t>(header.plane.bits[i / 8] | 1u << (i % 8));
            }
        }
        planes.push_back(std::make_shared<const OverlayPlane>(std::move(header.plane)));
    });
    return planes;
}

} // namespace akari::image
