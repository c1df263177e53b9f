#include <algorithm>
#include <cstring>

#include "core/image/Palette.h"
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

// Screens have 8 bits a colour; the high ones of deeper samples are kept.
std::vector<std::uint8_t> colourSamples(const decode::PixelDescription& pixels, Bytes bytes)
{
    if (pixels.bitsAllocated != 16) {
        return bytes;
    }
    const int shift = std::max(0, static_cast<int>(pixels.bitsStored) - 8);
    std::vector<std::uint8_t> rgb;
    for (const std::uint16_t value : samplesAs<std::uint16_t>(bytes)) {
        rgb.push_back(static_cast<std::uint8_t>(value >> shift));
    }
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
        return pixels.isSigned ? image::Samples(samplesAs<std::int32_t>(bytes)) : image::Samples(samplesAs<std::uint32_t>(bytes));
    default:
        return fail("load.samples", "This frame's bit depth can't be shown.", std::to_string(pixels.bitsAllocated) + " bits allocated");
    }
}

Status fillColour(const decode::PixelDescription& pixels, Bytes samples, image::Slice& slice)
{
    if (pixels.bitsAllocated != 8 && pixels.bitsAllocated != 16) {
        return fail("load.samples", "Colour with more than 16 bits a sample can't be shown.");
    }
    slice.samples = colourSamples(pixels, std::move(samples));
    slice.rgb = true;
    return {};
}

Status fillGrey(const decode::PixelDescription& pixels, const Bytes& samples, const dicom::Part10& file, image::Slice& slice)
{
    auto grey = greySamples(pixels, samples);
    if (!grey) {
        return fail(grey.error());
    }
    slice.samples = std::move(*grey);
    if (pixels.photometric == decode::Photometric::PaletteColor) {
        const auto palette = image::readPalette(file.dataSet);
        if (!palette) {
            return fail(palette.error());
        }
        slice.samples = image::throughPalette(slice.samples, *palette);
        slice.rgb = true;
    }
    return {};
}

} // namespace

Result<std::shared_ptr<image::Slice>> makeSlice(const image::FrameAttributes& attributes, decode::DecodedFrame frame,
                                                const dicom::Part10& file)
{
    const decode::PixelDescription& pixels = frame.pixels;
    if (pixels.rows != attributes.rows || pixels.columns != attributes.columns) {
        return fail("load.samples", "The decoded frame has another size than its header says.");
    }
    auto slice = std::make_shared<image::Slice>();
    slice->attributes = attributes;
    const Status filled = pixels.samplesPerPixel == 3 ? fillColour(pixels, std::move(frame.samples), *slice)
                                                      : fillGrey(pixels, frame.samples, file, *slice);
    if (!filled) {
        return fail(filled.error());
    }
    const std::size_t wanted = std::size_t{pixels.rows} * pixels.columns * (slice->rgb ? 3 : 1);
    const std::size_t have = std::visit([](const auto& values) { return values.size(); }, slice->samples);
    if (have != wanted) {
        return fail("load.samples", "The decoded frame has fewer or more pixels than its header says.");
    }
    std::vector<std::string> told; // while the header was read
    slice->overlays = image::readOverlays(file.dataSet, attributes.frame, told);
    return slice;
}

} // namespace akari::load
