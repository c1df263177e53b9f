// Videos against the ffmpeg program: the same pictures under the same numbers, in whatever order they are asked for.
#include <array>
#include <cmath>
#include <cstdio>

#include "core/decode/VideoSessions.h"
#include "tests/core/decode/DecodeSupport.h"
#include "tests/core/decode/Tools.h"

using namespace akari;
using namespace akari::decode;
using namespace akari::decode::test;
namespace fs = std::filesystem;

namespace {

const std::string kMpeg2 = "1.2.840.10008.1.2.4.100";
const std::string kH264 = "1.2.840.10008.1.2.4.102";
const std::string kHevc = "1.2.840.10008.1.2.4.107";
const std::string kHevc10 = "1.2.840.10008.1.2.4.108";

// What ffmpeg makes of a stream: planes of YUV 4:2:0, 8 or 16 bits a sample.
struct Reference {
    Bytes yuv;
    std::uint32_t rows;
    std::uint32_t columns;
    unsigned bits;

    std::size_t bytesPerSample() const { return bits > 8 ? 2 : 1; }
    std::size_t frameBytes() const { return std::size_t{rows} * columns * 3 / 2 * bytesPerSample(); }
    std::size_t frames() const { return yuv.size() / frameBytes(); }
    int sample(std::size_t frame, std::size_t at) const
    {
        const std::uint8_t* const p = yuv.data() + frame * frameBytes() + at * bytesPerSample();
        return bits > 8 ? p[0] | (p[1] << 8) : p[0];
    }
    // PS3.3 C.7.6.3.1.2 (ITU-R BT.601, luma 16 to 235), each chroma sample for its four pixels.
    std::array<double, 3> rgb(std::size_t frame, std::uint32_t row, std::uint32_t column) const
    {
        const std::size_t area = std::size_t{rows} * columns;
        const std::size_t chroma = std::size_t{row / 2} * (columns / 2) + column / 2;
        const double scale = std::pow(2.0, bits - 8.0);
        const double top = std::pow(2.0, bits) - 1;
        const double y = (sample(frame, std::size_t{row} * columns + column) - 16 * scale) / (219 * scale);
        const double cb = (sample(frame, area + chroma) - 128 * scale) / (112 * scale);
        const double cr = (sample(frame, area + area / 4 + chroma) - 128 * scale) / (112 * scale);
        const double red = y + 0.701 * cr;
        const double blue = y + 0.886 * cb;
        const double green = (y - 0.299 * red - 0.114 * blue) / 0.587;
        const auto in = [top](double v) { return std::clamp(v, 0.0, 1.0) * top; };
        return {in(red), in(green), in(blue)};
    }
};

Reference referenceOf(const fs::path& stream, const fs::path& folder, std::uint32_t rows, std::uint32_t columns, unsigned bits = 8)
{
    const fs::path out = folder / "reference.yuv";
    REQUIRE(runTool("ffmpeg -v error -y -i " + stream.string() + " -an -vsync passthrough -f rawvideo -pix_fmt "
        + (bits > 8 ? "yuv420p10le " : "yuv420p ") + out.string()));
    return {fileBytes(out), rows, columns, bits};
}

// The largest difference of any sample from the reference's colours.
double difference(const Reference& reference, std::size_t frame, const DecodedFrame& decoded)
{
    double largest = 0;
    for (std::uint32_t row = 0; row < reference.rows; row += 3) {
        for (std::uint32_t column = 0; column < reference.columns; column += 3) {
            const auto wanted = reference.rgb(frame, row, column);
            for (std::size_t c = 0; c < 3; ++c) {
                const std::size_t at = (std::size_t{row} * reference.columns + column) * 3 + c;
                const double got = reference.bits > 8 ? decoded.samples[2 * at] | (decoded.samples[2 * at + 1] << 8) : decoded.samples[at];
                largest = std::max(largest, std::abs(got - wanted[c]));
            }
        }
    }
    return largest;
}

Opened video(const std::string& syntax, Bytes stream, std::uint32_t rows, std::uint32_t columns, std::size_t frames, unsigned bits = 8)
{
    auto pixels = colour(rows, columns, Photometric::YbrPartial420);
    if (bits > 8) {
        pixels.bitsAllocated = 16;
        pixels.bitsStored = static_cast<std::uint16_t>(bits);
        pixels.highBit = static_cast<std::uint16_t>(bits - 1);
    }
    pixels.numberOfFrames = static_cast<std::int32_t>(frames);
    Opened opened = made(syntax, std::move(stream), pixels);
    opened.frames.resize(frames, opened.frames.front());
    return opened;
}

} // namespace

TEST_CASE("Videos of the data have the pictures that ffmpeg finds in them", "[core][decode][data][video]")
{
    if (!akari::test::dataFolder()) {
        AKARI_SKIP("no test data");
    }
    if (!haveTool("ffmpeg")) {
        AKARI_SKIP("no ffmpeg program to compare with (package ffmpeg)");
    }
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    for (const char* name : {"video_mpeg2_MPML_4.100.dcm", "video_h264_HP41_4.102.dcm"}) {
        INFO(name);
        const auto opened = open(*akari::test::dataFolder() / "22_derived" / name);
        REQUIRE(opened);
        REQUIRE(opened->frames.size() == static_cast<std::size_t>(opened->pixels.numberOfFrames));
        const akari::test::TempFolder folder;
        const fs::path stream = folder.path() / "stream";
        writeFile(stream, dicom::frameBytes(opened->file, opened->frames.front()));
        const auto reference = referenceOf(stream, folder.path(), opened->pixels.rows, opened->pixels.columns);
        REQUIRE(reference.frames() == opened->frames.size());
        double largest = 0;
        for (std::size_t frame = 0; frame < opened->frames.size(); ++frame) {
            const auto decoded = decodeFrame(pool, *opened, static_cast<std::int32_t>(frame + 1));
            INFO("frame " << frame + 1 << (decoded ? "" : reasonOf(decoded.error())));
            REQUIRE(decoded);
            largest = std::max(largest, difference(reference, frame, *decoded));
        }
        std::printf("video: %zu pictures, largest difference from ffmpeg %.2f  %s\n", opened->frames.size(), largest, name);
        CHECK(largest <= 1.0);
        // Backwards and in leaps, against what came in order.
        for (const std::size_t frame : {opened->frames.size() - 1, std::size_t{0}, std::size_t{40}, std::size_t{39}, std::size_t{5}, std::size_t{70}, std::size_t{12}}) {
            const auto decoded = decodeFrame(pool, *opened, static_cast<std::int32_t>(frame + 1));
            INFO("leap to " << frame + 1);
            REQUIRE(decoded);
            CHECK(difference(reference, frame, *decoded) <= 1.0);
        }
    }
}

TEST_CASE("Videos of every codec and container, long enough to have to go back in", "[core][decode][video]")
{
    if (!haveTool("ffmpeg")) {
        AKARI_SKIP("no ffmpeg program to make and read videos (package ffmpeg)");
    }
    struct Kind {
        const char* name;
        std::string syntax;
        const char* encoder;
        unsigned bits;
    };
    const std::vector<Kind> kinds{{"h264.mp4", kH264, "-c:v libx264 -preset ultrafast -bf 2 -g 40 -pix_fmt yuv420p", 8},
        {"h264.ts", kH264, "-c:v libx264 -preset ultrafast -bf 3 -g 25 -pix_fmt yuv420p -metadata service_name=Endoskopie", 8},
        {"stream.264", kH264, "-c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p", 8},
        {"mpeg2.mpg", kMpeg2, "-c:v mpeg2video -q:v 4 -bf 2 -g 15 -pix_fmt yuv420p", 8},
        {"hevc.mp4", kHevc, "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=30 -pix_fmt yuv420p", 8},
        {"hevc10.ts", kHevc10, "-c:v libx265 -preset ultrafast -x265-params log-level=none:keyint=30 -pix_fmt yuv420p10le", 10}};
    constexpr std::size_t kFrames = 100;
    constexpr std::uint32_t kRows = 240, kColumns = 320;
    for (const Kind& kind : kinds) {
        INFO(kind.name);
        const akari::test::TempFolder folder;
        const fs::path stream = folder.path() / kind.name;
        REQUIRE(runTool("ffmpeg -v error -y -f lavfi -i testsrc2=size=320x240:rate=25 -frames:v 100 " + std::string(kind.encoder)
            + " -colorspace smpte170m -color_range tv " + stream.string()));
        const auto reference = referenceOf(stream, folder.path(), kRows, kColumns, kind.bits);
        REQUIRE(reference.frames() == kFrames);
        DecodePool pool({1, std::chrono::milliseconds(20000)});
        const auto opened = video(kind.syntax, fileBytes(stream), kRows, kColumns, kFrames, kind.bits);
        double largest = 0;
        for (const std::size_t frame : {7U, 0U, 99U, 98U, 60U, 61U, 3U, 50U, 49U, 48U, 26U, 25U, 24U, 99U, 40U}) {
            const auto decoded = decodeFrame(pool, opened, static_cast<std::int32_t>(frame + 1));
            INFO("frame " << frame + 1 << (decoded ? "" : reasonOf(decoded.error())));
            REQUIRE(decoded);
            largest = std::max(largest, difference(reference, frame, *decoded));
        }
        CHECK(largest <= 1.0);
        CHECK(pool.workers().size() == 1); // one process has served them all
        auto beyond = opened;
        beyond.frames.push_back(beyond.frames.front());
        const auto none = decodeFrame(pool, beyond, 101);
        REQUIRE_FALSE(none);
        CHECK(none.error().detail == "the video has 100 pictures");
    }
}

TEST_CASE("A video that is cut off is shown up to the cut, never with invented pictures", "[core][decode][video]")
{
    if (!haveTool("ffmpeg")) {
        AKARI_SKIP("no ffmpeg program to make and read videos (package ffmpeg)");
    }
    const akari::test::TempFolder folder;
    for (const auto& [name, syntax, encoder] : std::vector<std::array<std::string, 3>>{
             {"whole.m2v", kMpeg2, "-c:v mpeg2video -q:v 4 -g 15"}, {"whole.264", kH264, "-c:v libx264 -preset ultrafast -g 50 -pix_fmt yuv420p"}}) {
        const fs::path stream = folder.path() / name;
        REQUIRE(runTool("ffmpeg -v error -y -f lavfi -i testsrc2=size=320x240:rate=25 -frames:v 30 " + encoder + " " + stream.string()));
        const auto reference = referenceOf(stream, folder.path(), 240, 320);
        const Bytes whole = fileBytes(stream);
        for (std::size_t part = 1; part < 10; ++part) {
            Bytes bad = whole;
            bad.resize(whole.size() * part / 10 + part);
            DecodePool pool({1, std::chrono::milliseconds(20000)});
            const auto opened = video(syntax, bad, 240, 320, 30);
            std::size_t shown = 0, refused = 0, wrong = 0;
            for (std::size_t frame = 0; frame < 30; ++frame) {
                const auto decoded = decodeFrame(pool, opened, static_cast<std::int32_t>(frame + 1));
                if (!decoded) {
                    CHECK(decoded.error().code == "decode.failed");
                    ++refused;
                } else {
                    ++shown;
                    wrong += difference(reference, frame, *decoded) > 1.0 ? 1 : 0;
                }
            }
            INFO(name << " part " << part << ": " << shown << " shown, " << refused << " refused");
            CHECK(wrong == 0);
            CHECK(refused > 0);
        }
    }
}

TEST_CASE("A video runs behind limits and a filter, and only as declared", "[core][decode][video]")
{
    if (!haveTool("ffmpeg")) {
        AKARI_SKIP("no ffmpeg program to make a video (package ffmpeg)");
    }
    const akari::test::TempFolder folder;
    const fs::path stream = folder.path() / "v.mp4";
    REQUIRE(runTool("ffmpeg -v error -y -f lavfi -i testsrc2=size=320x240:rate=25 -frames:v 5 -c:v libx264 -pix_fmt yuv420p " + stream.string()));
    DecodePool pool({1, std::chrono::milliseconds(20000)});
    const Bytes bytes = fileBytes(stream);
    REQUIRE(decodeFrame(pool, video(kH264, bytes, 240, 320, 5), 5));
#ifndef AKARI_SANITIZED
    CHECK(pool.workers().at(0).seccomp);
    CHECK(pool.workers().at(0).addressSpaceLimit > videoMemoryLimit(colour(240, 320, Photometric::Rgb), bytes.size()));
    CHECK(pool.workers().at(0).peakResident < pool.workers().at(0).addressSpaceLimit);
#endif
    const auto other = decodeFrame(pool, video(kH264, bytes, 240, 319, 5), 1);
    REQUIRE_FALSE(other);
    CHECK(other.error().detail == "the video is 320 x 240, declared are 319 x 240");
    const auto nothing = decodeFrame(pool, video(kH264, Bytes(5000, 7), 240, 320, 5), 1);
    REQUIRE_FALSE(nothing);
    CHECK(nothing.error().detail == "the bytes hold no MPEG-2, H.264 or HEVC video");
    // Containers and codecs beside those of DICOM are not tried at all.
    const fs::path avi = folder.path() / "v.avi";
    REQUIRE(runTool("ffmpeg -v error -y -f lavfi -i testsrc2=size=320x240:rate=25 -frames:v 5 -c:v mjpeg " + avi.string()));
    CHECK_FALSE(decodeFrame(pool, video(kH264, fileBytes(avi), 240, 320, 5), 1));
    auto grey = video(kH264, bytes, 240, 320, 5);
    grey.pixels.samplesPerPixel = 1;
    CHECK(decodeFrame(pool, grey, 1).error().code == "decode.unsupported");
}
