#include <algorithm>
#include <cstring>

#include "core/dicom/Tags.h"
#include "core/load/StudyStore.h"

namespace akari::load {

namespace {

template <class T> std::vector<T> samplesAs(const Bytes& bytes)
{
    std::vector<T> out(bytes.size() / sizeof(T));
    if (!out.empty()) {
        std::memcpy(out.data(), bytes.data(), out.size() * sizeof(T));
    }
    return out;
}

template <class To, class From> std::vector<To> converted(const Bytes& bytes)
{
    const std::vector<From> source = samplesAs<From>(bytes);
    return std::vector<To>(source.begin(), source.end());
}

struct PaletteChannel {
    std::int64_t first = 0;
    std::vector<std::uint8_t> entries;
};

// PS3.3 C.7.6.3.1.5 and .6: descriptor {entries, first mapped, bits}; 16-bit entries keep their high byte.
std::optional<PaletteChannel> paletteChannel(const dicom::DataSet& dataSet, dicom::Tag descriptor, dicom::Tag data)
{
    const auto count = dataSet.integer(descriptor, 0);
    const auto first = dataSet.integer(descriptor, 1);
    const auto bits = dataSet.integer(descriptor, 2);
    const BytesView raw = dataSet.bytes(data);
    if (!count || !first || !bits || raw.empty()) {
        return std::nullopt;
    }
    const std::size_t entries = *count == 0 ? 65536 : static_cast<std::size_t>(*count);
    PaletteChannel channel;
    channel.first = *first;
    const bool wide = raw.size() >= entries * 2;
    if (!wide && raw.size() < entries) {
        return std::nullopt;
    }
    const bool bigEndian = dataSet.bigEndian();
    for (std::size_t i = 0; i < entries; ++i) {
        if (!wide) {
            channel.entries.push_back(raw[i]);
        } else {
            const std::uint8_t high = raw[i * 2 + (bigEndian ? 0 : 1)];
            const std::uint8_t low = raw[i * 2 + (bigEndian ? 1 : 0)];
            channel.entries.push_back(*bits == 8 && high == 0 ? low : high);
        }
    }
    return channel;
}

Result<std::vector<std::uint8_t>> throughPalette(const image::Samples& indices, const dicom::DataSet& dataSet)
{
    using namespace dicom::tags;
    const auto red = paletteChannel(dataSet, RedPaletteColorLookupTableDescriptor, RedPaletteColorLookupTableData);
    const auto green = paletteChannel(dataSet, GreenPaletteColorLookupTableDescriptor, GreenPaletteColorLookupTableData);
    const auto blue = paletteChannel(dataSet, BluePaletteColorLookupTableDescriptor, BluePaletteColorLookupTableData);
    if (!red || !green || !blue) {
        return fail("load.palette", "The image's colour palette is missing or damaged; the frame can't be shown.");
    }
    std::vector<std::uint8_t> rgb;
    std::visit(
        [&](const auto& values) {
            rgb.reserve(values.size() * 3);
            for (const auto value : values) {
                for (const auto* channel : {&*red, &*green, &*blue}) {
                    const auto last = static_cast<std::int64_t>(channel->entries.size()) - 1;
                    const auto at = std::clamp<std::int64_t>(static_cast<std::int64_t>(value) - channel->first, 0, last);
                    rgb.push_back(channel->entries[static_cast<std::size_t>(at)]);
                }
            }
        },
        indices);
    return rgb;
}

Result<image::Samples> greySamples(const decode::PixelDescription& pixels, const Bytes& bytes)
{
    if (pixels.isFloat) {
        return pixels.bitsAllocated == 64 ? image::Samples(converted<float, double>(bytes)) : image::Samples(samplesAs<float>(bytes));
    }
    switch (pixels.bitsAllocated) {
    case 1:
    case 8:
        return pixels.isSigned ? image::Samples(converted<std::int16_t, std::int8_t>(bytes)) : image::Samples(samplesAs<std::uint8_t>(bytes));
    case 16:
        return pixels.isSigned ? image::Samples(samplesAs<std::int16_t>(bytes)) : image::Samples(samplesAs<std::uint16_t>(bytes));
    case 32:
        return pixels.isSigned ? image::Samples(samplesAs<std::int32_t>(bytes)) : image::Samples(converted<float, std::uint32_t>(bytes));
    default:
        return fail("load.samples", "This frame's bit depth can't be shown.", std::to_string(pixels.bitsAllocated) + " bits allocated");
    }
}

} // namespace

Result<std::shared_ptr<const image::Slice>> makeSlice(const image::FrameAttributes& attributes, decode::DecodedFrame frame,
                                                      const dicom::Part10& file)
{
    const decode::PixelDescription& pixels = frame.pixels;
    if (pixels.rows != attributes.rows || pixels.columns != attributes.columns) {
        return fail("load.samples", "The decoded frame has another size than its header says.");
    }
    auto slice = std::make_shared<image::Slice>();
    slice->attributes = attributes;
    if (pixels.samplesPerPixel == 3) {
        if (pixels.bitsAllocated != 8) {
            return fail("load.samples", "Colour with more than 8 bits a sample can't be shown.");
        }
        slice->samples = std::move(frame.samples);
        slice->rgb = true;
    } else {
        auto grey = greySamples(pixels, frame.samples);
        if (!grey) {
            return fail(grey.error());
        }
        slice->samples = std::move(*grey);
        if (pixels.photometric == decode::Photometric::PaletteColor) {
            auto rgb = throughPalette(slice->samples, file.dataSet);
            if (!rgb) {
                return fail(rgb.error());
            }
            slice->samples = std::move(*rgb);
            slice->rgb = true;
        }
    }
    const std::size_t wanted = std::size_t{pixels.rows} * pixels.columns * (slice->rgb ? 3 : 1);
    const std::size_t have = std::visit([](const auto& values) { return values.size(); }, slice->samples);
    if (have != wanted) {
        return fail("load.samples", "The decoded frame has fewer or more pixels than its header says.");
    }
    return std::shared_ptr<const image::Slice>(std::move(slice));
}

} // namespace akari::load
