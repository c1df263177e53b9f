// JPEG XL made by libjxl's own cjxl from pixels that are known.
#include "tests/core/decode/JpegXlPictures.h"

using namespace akari;
using namespace akari::decode;
using namespace akari::decode::test;
namespace fs = std::filesystem;

namespace {

const std::string kLossless = "1.2.840.10008.1.2.4.110";
const std::string kPackedJpeg = "1.2.840.10008.1.2.4.111";
const std::string kJpegXl = "1.2.840.10008.1.2.4.112";

} // namespace

TEST_CASE("JPEG XL without loss gives every sample back", "[core][decode][jxl]")
{
    if (!haveTool("cjxl")) {
        AKARI_SKIP("no cjxl to make JPEG XL (package libjxl-tools)");
    }
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    for (const unsigned components : {1U, 3U}) {
        for (const unsigned bits : {8U, 10U, 12U, 16U}) {
            for (const char* container : {"--container=0", "--container=1"}) {
                const Picture picture = pictureOf(bits, components);
                const Bytes encoded = jxlOf(picture, std::string("-d 0 -e 3 ") + container);
                INFO(components << " components of " << bits << " bits " << container);
                const auto frame = decodeFrame(pool, made(kLossless, encoded, picture.pixels));
                INFO((frame ? "" : reasonOf(frame.error())));
                REQUIRE(frame);
                CHECK(frame->samples == picture.samples);
            }
        }
    }
    // Signed samples travel as two's complement of their stored bits.
    Picture picture = pictureOf(12, 1);
    const Bytes encoded = jxlOf(picture, "-d 0 -e 3");
    picture.pixels.isSigned = true;
    const auto frame = decodeFrame(pool, made(kLossless, encoded, picture.pixels));
    REQUIRE(frame);
    for (std::size_t i = 0; i < picture.samples.size(); i += 2) {
        const int raw = picture.samples[i] | (picture.samples[i + 1] << 8);
        std::int16_t got = 0;
        std::memcpy(&got, frame->samples.data() + i, 2);
        REQUIRE(got == (raw < 2048 ? raw : raw - 4096));
    }
}

TEST_CASE("A JPEG packed as JPEG XL decodes as the JPEG it was", "[core][decode][jxl][data]")
{
    if (!haveTool("cjxl")) {
        AKARI_SKIP("no cjxl to make JPEG XL (package libjxl-tools)");
    }
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    for (const char* name : {"SC_rgb_dcmtk_+eb+cy+np.dcm", "SC_rgb_dcmtk_+eb+cy+n2.dcm", "SC_rgb_dcmtk_+eb+cr.dcm"}) {
        fs::path path = *akari::test::dataFolder() / "12_pydicom_core/test_files" / name;
        if (!fs::exists(path)) {
            path = *akari::test::dataFolder() / "13_pydicom_data_selected" / name;
        }
        INFO(name);
        const auto opened = open(path);
        REQUIRE(opened);
        const auto plain = decodeFrame(pool, *opened);
        REQUIRE(plain);
        const akari::test::TempFolder folder;
        writeFile(folder.path() / "in.jpg", dicom::frameBytes(opened->file, opened->frames[0]));
        REQUIRE(runTool("cjxl --lossless_jpeg=1 " + (folder.path() / "in.jpg").string() + " " + (folder.path() / "out.jxl").string()));
        const auto packed = decodeFrame(pool, made(kPackedJpeg, fileBytes(folder.path() / "out.jxl"), opened->pixels));
        INFO((packed ? "" : reasonOf(packed.error())));
        REQUIRE(packed);
        CHECK(packed->samples == plain->samples);
    }
}

TEST_CASE("Lossy JPEG XL is close, refused forms say why, damage is an error", "[core][decode][jxl]")
{
    if (!haveTool("cjxl")) {
        AKARI_SKIP("no cjxl to make JPEG XL (package libjxl-tools)");
    }
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    Picture smooth = pictureOf(8, 3, 64, 64);
    for (std::size_t i = 0; i < smooth.samples.size(); ++i) {
        smooth.samples[i] = static_cast<std::uint8_t>(40 + i / 3 % 64 * 2 + i / 3 / 64);
    }
    const auto lossy = decodeFrame(pool, made(kJpegXl, jxlOf(smooth, "-d 1"), smooth.pixels));
    REQUIRE(lossy);
    int largest = 0;
    for (std::size_t i = 0; i < smooth.samples.size(); ++i) {
        largest = std::max(largest, std::abs(lossy->samples[i] - smooth.samples[i]));
    }
    CHECK(largest > 0);
    CHECK(largest <= 12);

    const Picture picture = pictureOf(12, 1, 64, 64);
    const Bytes encoded = jxlOf(picture, "-d 0 -e 3");
    const auto other = decodeFrame(pool, made(kLossless, encoded, grey(64, 65, 16, 12)));
    REQUIRE_FALSE(other);
    CHECK(other.error().detail == "the codestream is 64 x 64, declared are 65 x 64");
    for (std::size_t size = 2; size < encoded.size(); size += encoded.size() / 200 + 1) {
        const auto cut = decodeFrame(pool, made(kLossless, Bytes(encoded.begin(), encoded.begin() + static_cast<std::ptrdiff_t>(size)), picture.pixels));
        INFO("cut at " << size << " of " << encoded.size());
        REQUIRE_FALSE(cut);
        CHECK(cut.error().code == "decode.failed");
    }
}
