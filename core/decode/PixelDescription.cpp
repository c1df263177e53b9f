#include "core/decode/Decode.h"

#include <array>
#include <utility>

#include "core/dicom/Tags.h"

namespace akari::decode {
namespace {

namespace tags = dicom::tags;
constexpr dicom::Tag kHighBit{0x0028, 0x0102};

tl::unexpected<Error> contradiction(std::string detail)
{
    return fail("pixels.description",
        "The description of this object's pixels is incomplete or contradicts itself, so the picture cannot be shown safely.", std::move(detail));
}

Photometric photometricOf(const std::string& text)
{
    static const std::array<std::pair<const char*, Photometric>, 11> kNames{{
        {"MONOCHROME1", Photometric::Monochrome1}, {"MONOCHROME2", Photometric::Monochrome2}, {"RGB", Photometric::Rgb},
        {"PALETTE COLOR", Photometric::PaletteColor}, {"YBR_FULL", Photometric::YbrFull}, {"YBR_FULL_422", Photometric::YbrFull422},
        {"YBR_PARTIAL_422", Photometric::YbrPartial422}, {"XYB", Photometric::Xyb},
        {"YBR_PARTIAL_420", Photometric::YbrPartial420}, {"YBR_ICT", Photometric::YbrIct}, {"YBR_RCT", Photometric::YbrRct}}};
    for (const auto& [name, value] : kNames) {
        if (text == name) {
            return value;
        }
    }
    return Photometric::Other;
}

bool isColour(Photometric photometric)
{
    switch (photometric) {
    case Photometric::Rgb:
    case Photometric::YbrFull:
    case Photometric::YbrFull422:
    case Photometric::YbrPartial422:
    case Photometric::Xyb:
    case Photometric::YbrPartial420:
    case Photometric::YbrIct:
    case Photometric::YbrRct: return true;
    default: return false;
    }
}

// Reads a whole number in [low, high]; nullopt when absent or outside.
std::optional<std::int64_t> bounded(const dicom::DataSet& dataSet, dicom::Tag tag, std::int64_t low, std::int64_t high)
{
    const auto value = dataSet.integer(tag);
    return value && *value >= low && *value <= high ? value : std::nullopt;
}

Status describeDepth(const dicom::DataSet& dataSet, PixelDescription& pixels)
{
    const auto allocated = bounded(dataSet, tags::BitsAllocated, 1, 64);
    if (!allocated) {
        return contradiction("Bits Allocated (0028,0100)");
    }
    pixels.bitsAllocated = static_cast<std::uint16_t>(*allocated);
    if (pixels.isFloat) {
        const unsigned expected = dataSet.has(tags::FloatPixelData) ? 32 : 64;
        if (pixels.bitsAllocated != expected) {
            return contradiction("Bits Allocated (0028,0100) of floating point pixels");
        }
        pixels.bitsStored = pixels.bitsAllocated;
        pixels.highBit = static_cast<std::uint16_t>(pixels.bitsStored - 1);
        pixels.isSigned = true;
        return {};
    }
    if (*allocated != 1 && *allocated != 8 && *allocated != 12 && *allocated != 16 && *allocated != 32) {
        return contradiction("Bits Allocated (0028,0100) is none of 1, 8, 12, 16, 32");
    }
    const auto stored = bounded(dataSet, tags::BitsStored, 1, *allocated);
    if (!stored) {
        return contradiction("Bits Stored (0028,0101)");
    }
    pixels.bitsStored = static_cast<std::uint16_t>(*stored);
    // A missing High Bit has one sensible reading, a wrong one has none.
    const auto high = dataSet.has(kHighBit) ? bounded(dataSet, kHighBit, *stored - 1, *allocated - 1) : std::optional<std::int64_t>(*stored - 1);
    if (!high) {
        return contradiction("High Bit (0028,0102)");
    }
    pixels.highBit = static_cast<std::uint16_t>(*high);
    const auto representation = bounded(dataSet, tags::PixelRepresentation, 0, 1);
    if (!representation && (pixels.samplesPerPixel == 1 || dataSet.has(tags::PixelRepresentation))) {
        return contradiction("Pixel Representation (0028,0103)");
    }
    pixels.isSigned = representation.value_or(0) == 1;
    return {};
}

Status describeColour(const dicom::DataSet& dataSet, PixelDescription& pixels)
{
    const auto samples = bounded(dataSet, tags::SamplesPerPixel, 1, 3);
    if (!samples || *samples == 2) {
        return contradiction("Samples per Pixel (0028,0002) is neither 1 nor 3");
    }
    pixels.samplesPerPixel = static_cast<std::uint16_t>(*samples);
    const auto photometric = dataSet.text(tags::PhotometricInterpretation);
    if (!photometric || photometric->empty()) {
        return contradiction("Photometric Interpretation (0028,0004) is absent");
    }
    pixels.photometric = photometricOf(*photometric);
    if (pixels.photometric != Photometric::Other && isColour(pixels.photometric) != (*samples == 3)) {
        return contradiction("Photometric Interpretation (0028,0004) against Samples per Pixel (0028,0002)");
    }
    if (*samples == 3 && dataSet.has(tags::PlanarConfiguration)) {
        const auto planar = bounded(dataSet, tags::PlanarConfiguration, 0, 1);
        if (!planar) {
            return contradiction("Planar Configuration (0028,0006)");
        }
        pixels.planarConfiguration = static_cast<std::uint16_t>(*planar);
    }
    return {};
}

} // namespace

Result<PixelDescription> describePixels(const dicom::DataSet& dataSet)
{
    PixelDescription pixels;
    const auto rows = bounded(dataSet, tags::Rows, 1, 65535);
    const auto columns = bounded(dataSet, tags::Columns, 1, 65535);
    if (!rows || !columns) {
        return contradiction("Rows (0028,0010) or Columns (0028,0011)");
    }
    pixels.rows = static_cast<std::uint32_t>(*rows);
    pixels.columns = static_cast<std::uint32_t>(*columns);
    pixels.isFloat = !dataSet.has(tags::PixelData) && (dataSet.has(tags::FloatPixelData) || dataSet.has(tags::DoubleFloatPixelData));
    if (auto colour = describeColour(dataSet, pixels); !colour) {
        return fail(colour.error());
    }
    if (auto depth = describeDepth(dataSet, pixels); !depth) {
        return fail(depth.error());
    }
    const auto* frames = dataSet.find(tags::NumberOfFrames);
    if (frames != nullptr && frames->length > 0) {
        const auto count = bounded(dataSet, tags::NumberOfFrames, 1, INT32_MAX);
        if (!count) {
            return contradiction("Number of Frames (0028,0008)");
        }
        pixels.numberOfFrames = static_cast<std::int32_t>(*count);
    }
    return pixels;
}

} // namespace akari::decode
