// Whose word counts about colours: the codestream's where it speaks, the object's where it is silent. And forms that few files have.
#include <array>
#include <cmath>

#include "tests/core/decode/DecodeSupport.h"
#include "tests/core/decode/Tools.h"

using namespace akari;
using namespace akari::decode;
using namespace akari::decode::test;
namespace fs = std::filesystem;

namespace {

Bytes codestreamOf(const std::string& name)
{
    const auto opened = open(realFile(name));
    REQUIRE(opened);
    return dicom::frameBytes(opened->file, opened->frames[0]);
}

// Without its APP0 (JFIF) and APP14 (Adobe) segments.
Bytes withoutNames(const Bytes& jpeg)
{
    Bytes out{0xFF, 0xD8};
    std::size_t at = 2;
    while (jpeg[at + 1] != 0xDA) {
        const std::size_t length = 2 + (std::size_t{jpeg[at + 2]} << 8 | jpeg[at + 3]);
        if (jpeg[at + 1] != 0xE0 && jpeg[at + 1] != 0xEE) {
            out.insert(out.end(), jpeg.begin() + static_cast<std::ptrdiff_t>(at), jpeg.begin() + static_cast<std::ptrdiff_t>(at + length));
        }
        at += length;
    }
    out.insert(out.end(), jpeg.begin() + static_cast<std::ptrdiff_t>(at), jpeg.end());
    return out;
}

Bytes withAdobe(const Bytes& jpeg, std::uint8_t transform)
{
    Bytes out{0xFF, 0xD8, 0xFF, 0xEE, 0, 14, 'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, transform};
    out.insert(out.end(), jpeg.begin() + 2, jpeg.end());
    return out;
}

// Components named 1, 2, 3 instead of R, G, B, in frame and scan header.
Bytes withNumbers(Bytes jpeg)
{
    for (std::size_t at = 2; at + 20 < jpeg.size(); at += 2 + (std::size_t{jpeg[at + 2]} << 8 | jpeg[at + 3])) {
        const bool scan = jpeg[at + 1] == 0xDA;
        if (jpeg[at + 1] == 0xC0 || scan) {
            for (std::size_t c = 0; c < 3; ++c) {
                jpeg[at + (scan ? 5 + 2 * c : 10 + 3 * c)] = static_cast<std::uint8_t>(c + 1);
            }
        }
        if (scan) {
            break;
        }
    }
    return jpeg;
}

// The red bar of the picture, as it came out.
std::array<int, 3> red(DecodePool& pool, const Bytes& jpeg, Photometric declared)
{
    const auto frame = decodeFrame(pool, made("1.2.840.10008.1.2.4.50", jpeg, colour(100, 100, declared)));
    INFO((frame ? "" : reasonOf(frame.error())));
    REQUIRE(frame);
    const std::uint8_t* const at = frame->samples.data() + (5 * 100 + 50) * 3;
    return {at[0], at[1], at[2]};
}

bool near(const std::array<int, 3>& a, const std::array<int, 3>& b)
{
    return std::abs(a[0] - b[0]) <= 5 && std::abs(a[1] - b[1]) <= 5 && std::abs(a[2] - b[2]) <= 5;
}

} // namespace

TEST_CASE("JPEG colours: codec transform against declared photometric interpretation", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    constexpr std::array<int, 3> kRed{255, 0, 0};
    constexpr std::array<int, 3> kRedAsYbr{76, 85, 255};
    const Bytes rgb = codestreamOf("SC_rgb_dcmtk_+eb+cr.dcm"); // Adobe: no transform; components R, G, B
    const Bytes ybr = codestreamOf("SC_rgb_jpeg_dcmtk.dcm");   // JFIF; components 1, 2, 3
    for (const Photometric declared : {Photometric::Rgb, Photometric::YbrFull, Photometric::YbrFull422}) {
        // The codestream says it, whatever the object says.
        CHECK(near(red(pool, rgb, declared), kRed));
        CHECK(near(red(pool, withoutNames(rgb), declared), kRed));
        CHECK(near(red(pool, withAdobe(withNumbers(withoutNames(rgb)), 0), declared), kRed));
        CHECK(near(red(pool, ybr, declared), kRed));
        CHECK(near(red(pool, withAdobe(withoutNames(ybr), 1), declared), kRed));
    }
    // Nobody says it but the object.
    CHECK(near(red(pool, withNumbers(withoutNames(rgb)), Photometric::Rgb), kRed));
    CHECK(near(red(pool, withoutNames(ybr), Photometric::YbrFull), kRed));
    CHECK(near(red(pool, withoutNames(ybr), Photometric::YbrFull422), kRed));
    CHECK(near(red(pool, withoutNames(ybr), Photometric::Rgb), kRedAsYbr));
}

TEST_CASE("JPEG 2000 and HTJ2K colours: the codestream's transform counts, whatever the object says", "[core][decode][data][trap]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    const std::vector<std::pair<std::string, std::string>> files{
        {"11_zoo_NEMA_WG04_subset/compsamples_j2k/J2KR/US1_J2KR", "1.2.840.10008.1.2.4.90"},
        {"10_zoo_HTJ2K/htj2k/US1_JPH", "1.2.840.10008.1.2.4.201"}};
    for (const auto& file : files) {
        const auto& name = file.first;
        const auto& syntax = file.second; // clang 14 captures no structured binding
        INFO(name);
        const auto opened = open(*akari::test::dataFolder() / name);
        REQUIRE(opened);
        REQUIRE(opened->pixels.samplesPerPixel == 3);
        const Bytes transformed = dicom::frameBytes(opened->file, opened->frames[0]);
        Bytes plain = transformed;
        // COD: marker, length, Scod, progression, layers, then whether components are transformed (T.800 A.6.1).
        std::size_t cod = 0;
        while (cod + 8 < plain.size() && !(plain[cod] == 0xFF && plain[cod + 1] == 0x52)) {
            ++cod;
        }
        REQUIRE(plain[cod + 8] == 1);
        plain[cod + 8] = 0;
        const auto as = [&](const Bytes& codestream, Photometric declared, std::uint16_t planar) {
            PixelDescription pixels = colour(opened->pixels.rows, opened->pixels.columns, declared);
            pixels.planarConfiguration = planar;
            const auto frame = decodeFrame(pool, made(syntax, codestream, pixels));
            INFO((frame ? "" : reasonOf(frame.error())));
            REQUIRE(frame);
            return frame->samples;
        };
        const Bytes right = mustDecode(pool, *akari::test::dataFolder() / name).samples;
        const Bytes untouched = as(plain, Photometric::Rgb, 0);
        CHECK(untouched != right);
        for (const std::uint16_t planar : {std::uint16_t{0}, std::uint16_t{1}}) {
            for (const Photometric declared :
                 {Photometric::Rgb, Photometric::YbrRct, Photometric::YbrIct, Photometric::YbrFull, Photometric::YbrFull422}) {
                CHECK(as(transformed, declared, planar) == right);
            }
            // No transform in the codestream: its components are red, green and blue unless the object says they are YBR_FULL.
            for (const Photometric declared : {Photometric::Rgb, Photometric::YbrRct, Photometric::YbrIct}) {
                CHECK(as(plain, declared, planar) == untouched);
            }
            CHECK(as(plain, Photometric::YbrFull, planar) != untouched);
        }
    }
}

TEST_CASE("JPEG processes that were retired are refused by name", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    const auto refusal = [&](std::uint8_t marker) {
        const Bytes jpeg{0xFF, 0xD8, 0xFF, marker, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0, 0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0, 0, 0xFF, 0xD9};
        const auto frame = decodeFrame(pool, made("1.2.840.10008.1.2.4.52", jpeg, grey(8, 8, 8, 8)));
        REQUIRE_FALSE(frame);
        return frame.error().code + ": " + frame.error().detail;
    };
    CHECK(refusal(0xC9) == "decode.unsupported: JPEG with arithmetic coding, which was retired");
    CHECK(refusal(0xCB) == "decode.unsupported: JPEG with arithmetic coding, which was retired");
    CHECK(refusal(0xC5) == "decode.unsupported: hierarchical JPEG, which was retired");
    CHECK(refusal(0xDE) == "decode.unsupported: hierarchical JPEG, which was retired");
}

TEST_CASE("RLE of 16 and 32 bits in three samples equals pydicom's reading", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    if (!runTool("/usr/bin/python3 -c 'import pydicom, numpy'")) {
        AKARI_SKIP("no pydicom to compare with (packages python3-pydicom, python3-numpy)");
    }
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    for (const auto& [name, type] : std::vector<std::pair<std::string, std::string>>{{"SC_rgb_rle_32bit.dcm", "<u4"}, {"SC_rgb_rle_32bit_2frame.dcm", "<u4"},
             {"SC_rgb_rle_16bit.dcm", "<u2"}, {"SC_rgb_rle_16bit_2frame.dcm", "<u2"}}) {
        INFO(name);
        const akari::test::TempFolder folder;
        const fs::path out = folder.path() / "reference";
        REQUIRE(runTool("/usr/bin/python3 -c \"import pydicom; d=pydicom.dcmread('" + realFile(name).string() + "'); open('" + out.string()
            + "','wb').write(d.pixel_array.astype('" + type + "').tobytes())\""));
        const auto opened = open(realFile(name));
        REQUIRE(opened);
        Bytes all;
        for (std::size_t frame = 1; frame <= opened->frames.size(); ++frame) {
            const auto decoded = decodeFrame(pool, *opened, static_cast<std::int32_t>(frame));
            REQUIRE(decoded);
            all.insert(all.end(), decoded->samples.begin(), decoded->samples.end());
        }
        CHECK(all == fileBytes(out));
    }
}

TEST_CASE("JPEG 2000: signs that the object contradicts, chroma of fewer samples", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    // Unsigned codestream under a signed description: two's complement of its bits. The values are those of the original, as published with the file.
    const auto mismatch = mustDecode(pool, realFile("J2K_pixelrep_mismatch.dcm"));
    const auto valueAt = [&](std::size_t row, std::size_t column) {
        std::int16_t value = 0;
        std::memcpy(&value, mismatch.samples.data() + 2 * (row * mismatch.pixels.columns + column), 2);
        return int{value};
    };
    CHECK(valueAt(0, 0) == -2000);
    const std::array<int, 10> expected{621, 412, 138, -193, -520, -767, -907, -966, -988, -995};
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(valueAt(47 + i, 279) == expected[i]);
    }
    if (!haveTool("ffmpeg")) {
        AKARI_SKIP("no ffmpeg program to make subsampled JPEG 2000 (package ffmpeg)");
    }
    const akari::test::TempFolder folder;
    const std::string raw = (folder.path() / "p.yuv").string();
    REQUIRE(runTool("ffmpeg -v error -y -f lavfi -i testsrc2=size=64x48 -frames:v 1 -pix_fmt yuv420p -f rawvideo " + raw));
    REQUIRE(runTool("ffmpeg -v error -y -f rawvideo -pix_fmt yuv420p -s 64x48 -i " + raw + " -c:v libopenjpeg -format j2k -f image2 "
        + (folder.path() / "p.j2k").string()));
    const Bytes yuv = fileBytes(raw);
    const auto frame = decodeFrame(pool, made("1.2.840.10008.1.2.4.90", fileBytes(folder.path() / "p.j2k"), colour(48, 64, Photometric::YbrFull)));
    INFO((frame ? "" : reasonOf(frame.error())));
    REQUIRE(frame);
    double largest = 0;
    for (std::size_t i = 0; i < 48 * 64; ++i) {
        const std::size_t chroma = 48 * 64 + i / 64 / 2 * 32 + i % 64 / 2;
        const double y = yuv[i], cb = yuv[chroma] - 128.0, cr = yuv[chroma + 24 * 32] - 128.0;
        const std::array<double, 3> rgb{y + 1.402 * cr, y - 0.344136 * cb - 0.714136 * cr, y + 1.772 * cb};
        for (std::size_t c = 0; c < 3; ++c) {
            largest = std::max(largest, std::abs(std::clamp(rgb[c], 0.0, 255.0) - frame->samples[3 * i + c]));
        }
    }
    CHECK(largest <= 1.0);
}
