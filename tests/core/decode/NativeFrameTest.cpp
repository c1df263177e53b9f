#include "core/decode/NativeFrame.h"
#include "core/decode/Samples.h"
#include "tests/core/decode/DecodeSupport.h"

using namespace akari;
using namespace akari::decode;
using akari::decode::test::colour;
using akari::decode::test::grey;

TEST_CASE("Native 16-bit samples are masked or sign-extended to their stored bits", "[core][decode]")
{
    const Bytes frame{0xFF, 0xF7, 0x01, 0x08, 0x00, 0x80, 0x34, 0x12};
    CHECK(*unpackNative(frame, grey(1, 4, 16, 16), {}) == frame);
    CHECK(*unpackNative(frame, grey(1, 4, 16, 12), {}) == Bytes{0xFF, 0x07, 0x01, 0x08, 0x00, 0x00, 0x34, 0x02});
    CHECK(*unpackNative(frame, grey(1, 4, 16, 12, true), {}) == Bytes{0xFF, 0x07, 0x01, 0xF8, 0x00, 0x00, 0x34, 0x02});
    CHECK(*unpackNative(frame, grey(1, 4, 16, 16), {0, true, true, false}) == Bytes{0xF7, 0xFF, 0x08, 0x01, 0x80, 0x00, 0x12, 0x34});
    auto high = grey(1, 4, 16, 12);
    high.highBit = 15;
    CHECK(*unpackNative(frame, high, {}) == Bytes{0x7F, 0x0F, 0x80, 0x00, 0x00, 0x08, 0x23, 0x01});
}

TEST_CASE("Native 8-bit and 32-bit samples", "[core][decode]")
{
    CHECK(*unpackNative(Bytes{0xFF, 0x12}, grey(1, 2, 8, 6), {}) == Bytes{0x3F, 0x12});
    CHECK(*unpackNative(Bytes{0x78, 0x56, 0x34, 0x12}, grey(1, 1, 32, 32), {0, true, true, false}) == Bytes{0x12, 0x34, 0x56, 0x78});
    CHECK(*unpackNative(Bytes{0xFF, 0xFF, 0xFF, 0x00}, grey(1, 1, 32, 24, true), {}) == Bytes{0xFF, 0xFF, 0xFF, 0xFF});
    // 8-bit samples in big-endian words come out in reading order.
    CHECK(*unpackNative(Bytes{2, 1, 4, 3}, grey(1, 4, 8, 8), {0, true, true, false}) == Bytes{1, 2, 3, 4});
    CHECK(*unpackNative(Bytes{2, 1, 4, 3}, grey(1, 4, 8, 8), {0, true, false, false}) == Bytes{2, 1, 4, 3});
    CHECK(*unpackNative(Bytes{2, 1, 4, 3}, grey(1, 3, 8, 8), {0, true, true, true}) == Bytes{2, 3, 4});
}

TEST_CASE("1-bit frames may start within a byte", "[core][decode]")
{
    const auto pixels = grey(1, 5, 1, 1);
    CHECK(*unpackNative(Bytes{0b10110101}, pixels, {}) == Bytes{1, 0, 1, 0, 1});
    CHECK(*unpackNative(Bytes{0b10110101, 0b00000001}, pixels, {5, false, false, false}) == Bytes{1, 0, 1, 1, 0});
    CHECK_FALSE(unpackNative(Bytes{0b10110101}, pixels, {5, false, false, false}));
    const auto decoded = decodedDescription(pixels);
    CHECK(decoded.bitsAllocated == 8);
    CHECK(decoded.bitsStored == 1);
    CHECK(decoded.highBit == 0);
}

TEST_CASE("Planes become interleaved, YBR becomes RGB", "[core][decode]")
{
    auto rgb = colour(1, 2, Photometric::Rgb);
    rgb.planarConfiguration = 1;
    CHECK(*unpackNative(Bytes{1, 2, 3, 4, 5, 6}, rgb, {}) == Bytes{1, 3, 5, 2, 4, 6});
    // Red, green, blue, white by the equations of PS3.3 C.7.6.3.1.2.
    const Bytes ybr{76, 85, 255, 150, 44, 21, 29, 255, 107, 255, 128, 128};
    CHECK(*unpackNative(ybr, colour(1, 4, Photometric::YbrFull), {}) == Bytes{254, 0, 0, 0, 255, 1, 0, 0, 254, 255, 255, 255});
    CHECK(*unpackNative(Bytes{100, 200, 128, 128}, colour(1, 2, Photometric::YbrFull422), {}) == Bytes{100, 100, 100, 200, 200, 200});
    // The same name over three bytes a pixel.
    CHECK(*unpackNative(Bytes{100, 128, 128, 200, 128, 128}, colour(1, 2, Photometric::YbrFull422), {}) == Bytes{100, 100, 100, 200, 200, 200});
}

TEST_CASE("A native frame that is cut off is an error", "[core][decode]")
{
    const auto cut = unpackNative(Bytes(7), grey(1, 4, 16, 16), {});
    REQUIRE_FALSE(cut);
    CHECK(cut.error().code == "decode.failed");
    CHECK(unpackNative(Bytes(12), colour(1, 4, Photometric::YbrRct), {}).error().code == "decode.unsupported");
}

TEST_CASE("12-bit samples, two in three bytes", "[core][decode]")
{
    // 0x123 0x456 0x789, least significant bit first.
    const Bytes packed{0x23, 0x61, 0x45, 0x89, 0x07};
    const auto pixels = grey(1, 3, 12, 12);
    CHECK(*unpackNative(packed, pixels, {}) == Bytes{0x23, 0x01, 0x56, 0x04, 0x89, 0x07});
    CHECK(nativeFrameBytes(pixels) == 5);
    // The second of two frames of three samples starts in the middle of a byte.
    CHECK(*unpackNative(Bytes{0x37, 0x12, 0x56, 0x94, 0x78}, pixels, {4, false, false, false}) == Bytes{0x23, 0x01, 0x56, 0x04, 0x89, 0x07});
    CHECK(nativeFrameBytes(pixels, 4) == 5);
    // Big-endian words swap the bytes of the stream.
    CHECK(*unpackNative(Bytes{0x61, 0x23, 0x89, 0x45, 0x00, 0x07}, pixels, {0, true, true, false}) == Bytes{0x23, 0x01, 0x56, 0x04, 0x89, 0x07});
    // Signed, and fewer bits stored than allocated.
    CHECK(*unpackNative(Bytes{0xFF, 0x0F, 0x80}, grey(1, 2, 12, 12, true), {}) == Bytes{0xFF, 0xFF, 0x00, 0xF8});
    auto high = grey(1, 2, 12, 8);
    high.highBit = 11;
    CHECK(*unpackNative(Bytes{0x23, 0x61, 0x45}, high, {}) == Bytes{0x12, 0x00, 0x45, 0x00});
    const auto decoded = decodedDescription(pixels);
    CHECK(decoded.bitsAllocated == 16);
    CHECK(decoded.bitsStored == 12);
    CHECK_FALSE(unpackNative(Bytes(4), pixels, {}));
}

TEST_CASE("YBR_PARTIAL_422 has the range of BT.601, YBR_PARTIAL_420 has no native form", "[core][decode]")
{
    const auto partial = colour(1, 2, Photometric::YbrPartial422);
    // Black, white; the red of BT.601 is 81, 90, 240.
    CHECK(*unpackNative(Bytes{16, 235, 128, 128}, partial, {}) == Bytes{0, 0, 0, 255, 255, 255});
    CHECK(*unpackNative(Bytes{81, 81, 90, 240}, partial, {}) == Bytes{254, 0, 0, 254, 0, 0});
    CHECK(unpackNative(Bytes(12), colour(2, 2, Photometric::YbrPartial420), {}).error().code == "decode.unsupported");
    CHECK(unpackNative(Bytes(12), colour(2, 2, Photometric::Xyb), {}).error().code == "decode.unsupported");
}
