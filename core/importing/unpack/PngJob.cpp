#include <png.h>

#include <algorithm>
#include <array>
#include <bit>
#include <csetjmp>
#include <cstring>
#include <vector>

#include "core/importing/unpack/Jobs.h"

namespace akari::importing::unpack {
namespace {

// Everything that lives across libpng's longjmp; made before setjmp, destroyed after it.
struct Picture {
    Input& input;
    std::uint64_t position = 0;
    std::string reason = "no picture";
    std::vector<std::uint8_t> pixels; // with alpha, as libpng gives them
    std::vector<png_bytep> rows;
    unsigned channels = 0;
    unsigned bits = 0;
};

[[noreturn]] void onError(png_structp png, png_const_charp why)
{
    static_cast<Picture*>(png_get_error_ptr(png))->reason = why;
    png_longjmp(png, 1);
}

void onWarning(png_structp, png_const_charp) {}

void onRead(png_structp png, png_bytep into, png_size_t count)
{
    Picture& picture = *static_cast<Picture*>(png_get_io_ptr(png));
    if (picture.input.read(picture.position, {into, count}) != static_cast<std::int64_t>(count)) {
        png_error(png, "the file ends early");
    }
    picture.position += count;
}

// Samples of one size: grey or RGB, with alpha where there is transparency, 8 bits or 16 in this machine's order.
void askForPlainSamples(png_structp png, png_infop info)
{
    const int type = png_get_color_type(png, info);
    if (type == PNG_COLOR_TYPE_PALETTE) {
        png_set_palette_to_rgb(png);
    }
    if (type == PNG_COLOR_TYPE_GRAY && png_get_bit_depth(png, info) < 8) {
        png_set_expand_gray_1_2_4_to_8(png);
    }
    if (png_get_valid(png, info, PNG_INFO_tRNS) != 0) {
        png_set_tRNS_to_alpha(png);
    }
    if (png_get_bit_depth(png, info) == 16 && std::endian::native == std::endian::little) {
        png_set_swap(png);
    }
    png_set_interlace_handling(png);
    png_read_update_info(png, info);
}

// True when the picture was read whole. No object with a destructor may live in here.
bool readAll(png_structp png, png_infop info, Picture& picture)
{
    if (setjmp(png_jmpbuf(png)) != 0) {
        return false;
    }
    png_set_user_limits(png, 65535, 65535);
    png_set_chunk_cache_max(png, 64);
    png_set_chunk_malloc_max(png, 8 << 20);
    png_set_read_fn(png, &picture, onRead);
    png_read_info(png, info);
    askForPlainSamples(png, info);
    const std::size_t line = png_get_rowbytes(png, info);
    const std::size_t height = png_get_image_height(png, info);
    picture.channels = png_get_channels(png, info);
    picture.bits = png_get_bit_depth(png, info);
    picture.pixels.resize(line * height);
    picture.rows.resize(height);
    for (std::size_t y = 0; y < height; ++y) {
        picture.rows[y] = picture.pixels.data() + y * line;
    }
    png_read_image(png, picture.rows.data());
    png_read_end(png, nullptr);
    return true;
}

// What is transparent is laid on black, as on a light box without a film. True when any pixel was.
template <class Sample> bool layOnBlack(const Picture& picture, std::span<std::uint8_t> into)
{
    constexpr std::uint32_t kOpaque = static_cast<Sample>(~Sample{0});
    const bool alpha = picture.channels % 2 == 0;
    const unsigned colours = picture.channels - (alpha ? 1 : 0);
    const std::size_t count = picture.pixels.size() / sizeof(Sample) / picture.channels;
    bool blended = false;
    for (std::size_t i = 0; i < count; ++i) {
        std::array<Sample, 4> pixel{};
        std::memcpy(pixel.data(), picture.pixels.data() + i * picture.channels * sizeof(Sample), picture.channels * sizeof(Sample));
        const std::uint32_t cover = alpha ? pixel[colours] : kOpaque;
        for (unsigned c = 0; c < colours && cover != kOpaque; ++c) {
            pixel[c] = static_cast<Sample>((std::uint64_t{pixel[c]} * cover + kOpaque / 2) / kOpaque);
            blended = true;
        }
        std::memcpy(into.data() + i * colours * sizeof(Sample), pixel.data(), colours * sizeof(Sample));
    }
    return blended;
}

} // namespace

UnpackEvent decodePng(Input& input, std::span<std::uint8_t> block)
{
    Picture picture{input};
    png_structp png = png_create_read_struct(PNG_LIBPNG_VER_STRING, &picture, onError, onWarning);
    png_infop info = png != nullptr ? png_create_info_struct(png) : nullptr;
    const bool read = info != nullptr && readAll(png, info, picture);
    png_destroy_read_struct(&png, &info, nullptr);
    if (!read) {
        return failedEvent(UnpackEventKind::Failed, picture.reason);
    }
    const unsigned colours = picture.channels - (picture.channels % 2 == 0 ? 1 : 0);
    if (picture.pixels.size() / picture.channels * colours != block.size()) {
        return failedEvent(UnpackEventKind::Failed, "the place for the samples has the wrong size");
    }
    UnpackEvent done;
    done.blended = (picture.bits == 16 ? layOnBlack<std::uint16_t>(picture, block) : layOnBlack<std::uint8_t>(picture, block)) ? 1 : 0;
    done.channels = static_cast<std::uint8_t>(colours);
    done.bits = static_cast<std::uint8_t>(picture.bits);
    return done;
}

} // namespace akari::importing::unpack
