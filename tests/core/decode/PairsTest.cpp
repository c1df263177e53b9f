// Small files of many kinds, in pairs that must come out alike, and colours that are known.
#include <array>

#include "tests/core/decode/DecodeSupport.h"

using namespace akari;
using namespace akari::decode;
using namespace akari::decode::test;
namespace fs = std::filesystem;

namespace pairs_test {

namespace {

// Every frame of both files alike; the number of frames compared.
std::size_t alike(DecodePool& pool, const std::string& a, const std::string& b)
{
    INFO(a << " and " << b);
    const auto one = open(realFile(a));
    const auto other = open(realFile(b));
    REQUIRE(one);
    REQUIRE(other);
    const std::size_t frames = std::min(one->frames.size(), other->frames.size());
    for (std::size_t f = 1; f <= frames; ++f) {
        const auto left = decodeFrame(pool, *one, static_cast<std::int32_t>(f));
        const auto right = decodeFrame(pool, *other, static_cast<std::int32_t>(f));
        INFO("frame " << f << (left ? "" : reasonOf(left.error())) << (right ? "" : reasonOf(right.error())));
        REQUIRE(left);
        REQUIRE(right);
        REQUIRE(left->samples == right->samples);
    }
    return frames;
}

} // namespace

TEST_CASE("Small files in pairs", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    DecodePool pool({2, std::chrono::milliseconds(20000)});
    for (const auto& [a, b] : std::vector<std::pair<std::string, std::string>>{{"MR_small.dcm", "MR_small_RLE.dcm"},
             {"MR_small.dcm", "MR_small_bigendian.dcm"}, {"MR_small.dcm", "MR_small_jpeg_ls_lossless.dcm"},
             {"emri_small.dcm", "emri_small_RLE.dcm"}, {"emri_small.dcm", "emri_small_jpeg_2k_lossless.dcm"},
             {"emri_small.dcm", "emri_small_jpeg_ls_lossless.dcm"}, {"liver.dcm", "liver_rle.dcm"}, {"liver.dcm", "liver_deflate.dcm"},
             {"liver.dcm", "liver_j2k.dcm"}, {"liver.dcm", "liver_expb.dcm"}, {"liver.dcm", "liver_1frame.dcm"},
             {"liver_nonbyte_aligned.dcm", "liver_nonbyte_aligned_rle.dcm"},
             {"liver_nonbyte_aligned.dcm", "liver_nonbyte_aligned_deflate.dcm"},
             {"liver_nonbyte_aligned.dcm", "liver_nonbyte_aligned_j2k.dcm"}, {"rtdose.dcm", "rtdose_rle.dcm"},
             {"OBXXXX1A.dcm", "OBXXXX1A_rle.dcm"}, {"SC_rgb_16bit.dcm", "SC_rgb_rle_16bit.dcm"},
             {"SC_rgb_2frame.dcm", "SC_rgb_rle_2frame.dcm"}, {"emri_small.dcm", "emri_small_jpeg_2k_lossless_too_short.dcm"},
             {"OBXXXX1A_2frame.dcm", "OBXXXX1A_rle_2frame.dcm"}, {"emri_small.dcm", "emri_small_big_endian.dcm"},
             {"rtdose.dcm", "rtdose_expb.dcm"}, {"MR_small.dcm", "MR_small_jp2klossless.dcm"}, {"MR_small.dcm", "MR_small_expb.dcm"},
             {"OBXXXX1A.dcm", "OBXXXX1A_expb.dcm"}, {"SC_rgb_16bit.dcm", "SC_rgb_expb_16bit.dcm"},
             {"SC_rgb_2frame.dcm", "SC_rgb_expb_2frame.dcm"}, {"SC_rgb_small_odd.dcm", "SC_rgb_small_odd_big_endian.dcm"}}) {
        CHECK(alike(pool, a, b) >= 1);
    }
}

TEST_CASE("Known colours come out of every colour form", "[core][decode][data]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    using Rgb = std::array<int, 3>;
    const std::array<Rgb, 10> bars{Rgb{255, 0, 0}, Rgb{255, 128, 128}, Rgb{0, 255, 0}, Rgb{128, 255, 128}, Rgb{0, 0, 255},
        Rgb{128, 128, 255}, Rgb{0, 0, 0}, Rgb{64, 64, 64}, Rgb{192, 192, 192}, Rgb{255, 255, 255}};
    for (const auto& [name, tolerance] : std::vector<std::pair<std::string, int>>{{"SC_rgb_rle.dcm", 0}, {"SC_rgb_expb.dcm", 0},
             {"SC_rgb_jpeg_gdcm.dcm", 0}, {"SC_rgb_gdcm_KY.dcm", 0}, {"SC_rgb_rle_2frame.dcm", 0},
             {"SC_ybr_full_422_uncompressed.dcm", 5}, {"SC_ybr_full_uncompressed.dcm", 5}, {"SC_rgb_jpeg_dcmtk.dcm", 5},
             {"SC_rgb_jpeg_lossy_gdcm.dcm", 5}, {"SC_rgb_dcmtk_+eb+cr.dcm", 5}, {"SC_rgb_dcmtk_+eb+cy+np.dcm", 5},
             {"SC_rgb_dcmtk_+eb+cy+n1.dcm", 5}, {"SC_rgb_dcmtk_+eb+cy+n2.dcm", 5}, {"SC_rgb_dcmtk_+eb+cy+s2.dcm", 5},
             {"SC_rgb_dcmtk_+eb+cy+s4.dcm", 5}}) {
        const auto frame = mustDecode(pool, realFile(name));
        REQUIRE(frame.pixels.photometric == Photometric::Rgb);
        for (std::size_t bar = 0; bar < bars.size(); ++bar) {
            const std::uint8_t* const at = frame.samples.data() + ((5 + 10 * bar) * frame.pixels.columns + 50) * 3;
            INFO(name << " bar " << bar << ": " << int{at[0]} << ' ' << int{at[1]} << ' ' << int{at[2]});
            for (std::size_t c = 0; c < 3; ++c) {
                CHECK(std::abs(at[c] - bars[bar][c]) <= tolerance);
            }
        }
    }
}

} // namespace pairs_test
