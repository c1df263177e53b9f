// Frames made to take the machine down: each may cost itself, nothing else.
#include <cstdio>

#include "tests/core/decode/DecodeSupport.h"

using namespace akari;
using namespace akari::decode;
using namespace akari::decode::test;

namespace {

void put16(Bytes& out, std::uint32_t value)
{
    out.push_back(static_cast<std::uint8_t>(value >> 8));
    out.push_back(static_cast<std::uint8_t>(value));
}
void put32(Bytes& out, std::uint32_t value)
{
    put16(out, value >> 16);
    put16(out, value & 0xFFFFU);
}

struct Shape {
    std::uint32_t width;
    std::uint32_t height;
    std::uint32_t tile;
    std::uint32_t components = 1;
    std::uint8_t depth = 15; // bits - 1
    bool tinyPrecincts = false;
};

// SOC, SIZ, COD, QCD and an empty tile-part for each tile.
Bytes jpeg2000Of(const Shape& shape)
{
    Bytes out{0xFF, 0x4F, 0xFF, 0x51};
    put16(out, 38 + 3 * shape.components);
    put16(out, 0);
    for (const std::uint32_t value : {shape.width, shape.height, 0U, 0U, shape.tile, shape.tile, 0U, 0U}) {
        put32(out, value);
    }
    put16(out, shape.components);
    for (std::uint32_t i = 0; i < shape.components; ++i) {
        out.insert(out.end(), {shape.depth, 1, 1});
    }
    if (shape.tinyPrecincts) {
        out.insert(out.end(), {0xFF, 0x52, 0, 18, 1, 0, 0, 1, 0, 5, 4, 4, 0, 1, 0x11, 0x11, 0x11, 0x11, 0x11, 0x11});
    } else {
        out.insert(out.end(), {0xFF, 0x52, 0, 12, 0, 0, 0, 1, 0, 5, 4, 4, 0, 1});
    }
    out.insert(out.end(), {0xFF, 0x5C, 0, 19, 0x40});
    out.insert(out.end(), 16, 0x80);
    const std::uint32_t across = (shape.width - 1) / shape.tile + 1;
    const std::uint32_t down = (shape.height - 1) / shape.tile + 1;
    for (std::uint32_t tile = 0; tile < std::min(across * down, 65535U); ++tile) {
        out.insert(out.end(), {0xFF, 0x90, 0, 10});
        put16(out, tile);
        put32(out, 16);
        out.insert(out.end(), {0, 1, 0xFF, 0x93, 0, 0});
    }
    out.insert(out.end(), {0xFF, 0xD9});
    return out;
}

// SOI and a frame header, then nothing.
Bytes jpegOf(std::uint8_t marker, std::uint32_t width, std::uint32_t height, std::uint8_t precision, std::uint8_t components)
{
    Bytes out{0xFF, 0xD8, 0xFF, marker};
    put16(out, 8 + 3U * components);
    out.push_back(precision);
    put16(out, height);
    put16(out, width);
    out.push_back(components);
    for (std::uint8_t i = 1; i <= components; ++i) {
        out.insert(out.end(), {i, 0x11, 0});
    }
    out.insert(out.end(), {0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 0, 0, 0xFF, 0xD9});
    return out;
}

std::string codeOf(DecodePool& pool, const Opened& job)
{
    const auto frame = decodeFrame(pool, job);
    return frame ? "decoded" : frame.error().code;
}

} // namespace

TEST_CASE("A codestream of other dimensions than declared is refused before it is decoded", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    const auto declared = grey(512, 512, 16, 16);
    for (const char* syntax : {"1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.201"}) {
        const auto job = made(syntax, jpeg2000Of({60000, 60000, 60000}), declared);
        const auto frame = decodeFrame(pool, job);
        REQUIRE_FALSE(frame);
        CHECK(frame.error().code == "decode.failed");
        CHECK(frame.error().detail == "the codestream is 60000 x 60000, declared are 512 x 512");
    }
    for (const int marker : {0xC0, 0xC1, 0xC2, 0xC3, 0xF7}) {
        const auto frame = decodeFrame(pool, made("1.2.840.10008.1.2.4.70", jpegOf(static_cast<std::uint8_t>(marker), 65535, 65535, 8, 1), declared));
        REQUIRE_FALSE(frame);
        CHECK(frame.error().code == "decode.failed");
    }
    CHECK(codeOf(pool, made(kJpeg2000, jpeg2000Of({512, 512, 512, 3}), declared)) == "decode.failed");
    CHECK(codeOf(pool, made(kJpeg2000, jpeg2000Of({512, 512, 512, 1, 23}), declared)) == "decode.failed");
    CHECK(codeOf(pool, made(kJpeg2000, jpeg2000Of({512, 512, 1}), declared)) == "decode.failed");
    REQUIRE(decodeFrame(pool, flat(3)));
}

TEST_CASE("A JPEG 2000 codestream that is cut off or lacks tiles is refused", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    const auto declared = grey(64, 64, 16, 16);
    Bytes bytes = jpeg2000Of({64, 64, 32});
    bytes.resize(bytes.size() - 4);
    const auto cut = decodeFrame(pool, made(kJpeg2000, bytes, declared));
    REQUIRE_FALSE(cut);
    CHECK(cut.error().detail == "the codestream ends within tile 4 of 4");
    bytes.resize(bytes.size() - 14);
    const auto missing = decodeFrame(pool, made(kJpeg2000, bytes, declared));
    REQUIRE_FALSE(missing);
    CHECK(missing.error().detail == "1 of 4 tiles are missing");
}

TEST_CASE("A frame declared as large as the standard allows costs nothing but itself", "[core][decode]")
{
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    CHECK(codeOf(pool, made(kJpeg2000, jpeg2000Of({65535, 65535, 65535}), grey(65535, 65535, 16, 16))) == "decode.failed");
    CHECK(codeOf(pool, made(kRle, rleOf({Bytes(10), Bytes(10)}), grey(16384, 16384, 16, 16))) == "decode.failed");
    CHECK(pool.workers().at(0).jobs == 1);
    REQUIRE(decodeFrame(pool, flat(3)));
}

TEST_CASE("A decoder that wants too much memory meets its limit", "[core][decode]")
{
#ifdef AKARI_SANITIZED
    AKARI_SKIP("sanitizers need the address space that the limit takes");
#endif
    const auto hostile = {Shape{512, 512, 4}, Shape{512, 512, 0x7FFFFFFF}, Shape{4096, 4096, 32}, Shape{8192, 8192, 8192},
        Shape{1024, 1024, 1024, 1, 15, true}};
    for (const Shape& shape : hostile) {
        for (const char* syntax : {"1.2.840.10008.1.2.4.90", "1.2.840.10008.1.2.4.201"}) {
            DecodePool pool({1, std::chrono::milliseconds(60000)});
            const auto declared = grey(shape.height, shape.width, 16, 16);
            Bytes bytes = jpeg2000Of(shape);
            if (std::string(syntax).ends_with("201")) {
                // CAP with bit 15 of Pcap and a high-throughput block style, so that OpenJPH takes it.
                const Bytes cap{0xFF, 0x50, 0, 8, 0, 2, 0, 0, 0, 0};
                bytes.insert(bytes.begin() + 4 + 41, cap.begin(), cap.end());
                bytes[6] = 0x40;
                bytes[4 + 41 + 10 + 12] = 0x40;
            }
            const auto code = codeOf(pool, made(syntax, bytes, declared));
            INFO(shape.width << " tiles of " << shape.tile << " " << syntax << ": " << code);
            // Whole tiles without a packet are a picture of one grey: an odd one, but all there.
            CHECK((code == "decode.failed" || code == "decode.died" || code == "decoded"));
            const WorkerInfo info = pool.workers().at(0);
            std::printf("%u x %u, tiles of %u%s: %s, peak %.0f MB of %.0f MB\n", shape.width, shape.height, shape.tile,
                shape.tinyPrecincts ? ", tiny precincts" : "", code.c_str(), static_cast<double>(info.peakResident) / 1e6,
                static_cast<double>(info.addressSpaceLimit) / 1e6);
            CHECK(info.peakResident <= info.addressSpaceLimit);
            if (shape.tinyPrecincts && !std::string(syntax).ends_with("201")) {
                CHECK(code != "decoded"); // millions of precincts do not fit
            }
            const auto next = decodeFrame(pool, flat(9));
            REQUIRE(next);
            REQUIRE(next->samples == Bytes(64 * 64, 9));
        }
    }
}
