#include <algorithm>
#include <array>

#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "tests/core/dicom/RawBytes.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::dicom;
using namespace akari::test;

namespace {

struct Layout {
    int rows = 2;
    int columns = 2;
    int bits = 8;
    int frames = 1;
    int samples = 1;
    const char* photometric = "MONOCHROME2";
};

DataSetBuilder described(const Layout& layout)
{
    DataSetBuilder b;
    b.integers(tags::Rows, {'U', 'S'}, {layout.rows})
        .integers(tags::Columns, {'U', 'S'}, {layout.columns})
        .integers(tags::BitsAllocated, {'U', 'S'}, {layout.bits})
        .integers(tags::SamplesPerPixel, {'U', 'S'}, {layout.samples})
        .text(tags::PhotometricInterpretation, {'C', 'S'}, layout.photometric)
        .integers(tags::NumberOfFrames, {'I', 'S'}, {layout.frames});
    return b;
}

Part10 written(const DataSetBuilder& b, const char* syntax)
{
    auto file = readPart10(std::make_shared<const Bytes>(writePart10(b, syntax, "1.2", "1.3")));
    REQUIRE(file.has_value());
    return std::move(*file);
}

// Encapsulated pixels with a chosen basic offset table.
Part10 encapsulated(int frames, const std::vector<std::uint32_t>& table, const std::vector<std::string>& fragments, DataSetBuilder b = {})
{
    b.integers(tags::NumberOfFrames, {'I', 'S'}, {frames});
    const Bytes head = writePart10(b, kJpegBaseline, "1.2", "1.3");
    RawBytes raw;
    raw.text(asText(head)).explicitLong(0x7FE0, 0x10, "OB", 0xFFFFFFFF).item(static_cast<std::uint32_t>(table.size() * 4));
    for (const std::uint32_t offset : table) {
        raw.u32(offset);
    }
    for (const std::string& fragment : fragments) {
        raw.item(static_cast<std::uint32_t>(fragment.size())).text(fragment);
    }
    raw.sequenceEnd();
    auto file = readPart10(raw.shared());
    REQUIRE(file.has_value());
    return std::move(*file);
}

std::vector<std::string> framesOf(const Part10& file)
{
    auto extents = frameExtents(file);
    INFO((extents ? "" : extents.error().code + " " + extents.error().detail));
    REQUIRE(extents.has_value());
    std::vector<std::string> out;
    for (const FrameExtent& extent : *extents) {
        out.emplace_back(asText(frameBytes(file, extent)));
    }
    return out;
}

std::string codeOf(const Part10& file)
{
    auto extents = frameExtents(file);
    return extents ? "fine" : extents.error().code;
}

using Strings = std::vector<std::string>;

} // namespace

TEST_CASE("Native frames lie one after the other", "[core][dicom][frames]")
{
    auto b = described({2, 2, 8, 3});
    b.raw(tags::PixelData, {'O', 'B'}, Bytes{'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'});
    CHECK(framesOf(written(b, kExplicitLittle)) == Strings{"abcd", "efgh", "ijkl"});
    b.integers(tags::NumberOfFrames, {'I', 'S'}, {4});
    CHECK(codeOf(written(b, kExplicitLittle)) == "pixels.short");
    b.integers(tags::NumberOfFrames, {'I', 'S'}, {2000000000});
    CHECK(codeOf(written(b, kExplicitLittle)) == "pixels.undescribed");
    b.integers(tags::NumberOfFrames, {'I', 'S'}, {0});
    CHECK(codeOf(written(b, kExplicitLittle)) == "pixels.undescribed");
    b.integers(tags::NumberOfFrames, {'I', 'S'}, {1}).integers(tags::Rows, {'U', 'S'}, {0});
    CHECK(codeOf(written(b, kExplicitLittle)) == "pixels.undescribed");
    b.integers(tags::Rows, {'U', 'S'}, {65535}).integers(tags::Columns, {'U', 'S'}, {65535}).integers(tags::BitsAllocated, {'U', 'S'}, {64});
    CHECK(codeOf(written(b, kExplicitLittle)) == "pixels.short");
    b.integers(tags::BitsAllocated, {'U', 'S'}, {65535});
    CHECK(codeOf(written(b, kExplicitLittle)) == "pixels.undescribed");
    CHECK(codeOf(written(described({}), kExplicitLittle)) == "pixels.absent");
}

TEST_CASE("One-bit frames that don't start on a byte share their border", "[core][dicom][frames]")
{
    auto b = described({3, 4, 1, 3}); // 12 bits a frame
    b.raw(tags::PixelData, {'O', 'B'}, Bytes{'A', 'B', 'C', 'D', 'E', 0});
    CHECK(framesOf(written(b, kExplicitLittle)) == Strings{"AB", "BC", "DE"});
}

TEST_CASE("Native 4:2:2 has two samples a pixel, unless three are there", "[core][dicom][frames]")
{
    auto b = described({1, 2, 8, 2, 3, "YBR_FULL_422"});
    b.raw(tags::PixelData, {'O', 'B'}, Bytes{'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'});
    CHECK(framesOf(written(b, kExplicitLittle)) == Strings{"abcd", "efgh"});
    b.raw(tags::PixelData, {'O', 'B'}, Bytes{'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k', 'l'});
    CHECK(framesOf(written(b, kExplicitLittle)) == Strings{"abcdef", "ghijkl"});
}

TEST_CASE("Float pixel data has frames too", "[core][dicom][frames]")
{
    auto b = described({1, 1, 32, 2});
    b.doubles(tags::FloatPixelData, {'O', 'F'}, {1, 2});
    const Part10 file = written(b, kExplicitLittle);
    CHECK(framesOf(file).size() == 2);
    CHECK(file.pixelDataOffset > 0);
}

TEST_CASE("Encapsulated frames: one or many fragments, with and without tables", "[core][dicom][frames]")
{
    CHECK(framesOf(encapsulated(1, {}, {"aaaa"})) == Strings{"aaaa"});
    CHECK(framesOf(encapsulated(1, {}, {"aa", "bbbb"})) == Strings{"aabbbb"});
    CHECK(framesOf(encapsulated(1, {0}, {"aa", "bbbb"})) == Strings{"aabbbb"});
    CHECK(framesOf(encapsulated(2, {}, {"aa", "bbbb"})) == Strings{"aa", "bbbb"});
    CHECK(framesOf(encapsulated(2, {0, 20}, {"aa", "bb", "cc"})) == Strings{"aabb", "cc"});
    CHECK(framesOf(encapsulated(2, {0, 10}, {"aa", "bb", "cc"})) == Strings{"aa", "bbcc"});
    // A table that fits no fragment is not believed.
    CHECK(framesOf(encapsulated(2, {0, 11}, {"aa", "bb"})) == Strings{"aa", "bb"});
    CHECK(framesOf(encapsulated(2, {10, 0}, {"aa", "bb"})) == Strings{"aa", "bb"});
    CHECK(codeOf(encapsulated(2, {0, 11}, {"aa", "bb", "cc"})) == "pixels.short");
    CHECK(codeOf(encapsulated(3, {}, {"aa", "bb"})) == "pixels.short");
    CHECK(codeOf(encapsulated(1, {}, {})) == "pixels.short");
    const std::string start = "\xFF\xD8\xFF\xE0";
    CHECK(framesOf(encapsulated(2, {}, {start, "xx", start + "yy"})) == Strings{start + "xx", start + "yy"});
    CHECK(framesOf(encapsulated(2, {}, {start, start, "zz"})) == Strings{start, start + "zz"});
    CHECK(codeOf(encapsulated(3, {}, {start, start, "zz", "yy"})) == "pixels.short");
}

TEST_CASE("The extended offset table is used and cuts the padding", "[core][dicom][frames]")
{
    DataSetBuilder b;
    b.integers(tags::ExtendedOffsetTable, {'O', 'V'}, {0, 12}).integers(tags::ExtendedOffsetTableLengths, {'O', 'V'}, {3, 2});
    CHECK(framesOf(encapsulated(2, {}, {std::string("aaa\0", 4), "bb"}, b)) == Strings{"aaa", "bb"});
    b.integers(tags::ExtendedOffsetTable, {'O', 'V'}, {0, 13});
    CHECK(framesOf(encapsulated(2, {}, {"aaaa", "bb"}, b)) == Strings{"aaaa", "bb"});
}

TEST_CASE("What the builder encapsulates is found again", "[core][dicom][frames]")
{
    DataSetBuilder b;
    b.integers(tags::NumberOfFrames, {'I', 'S'}, {2}).encapsulated(tags::PixelData, {{1, 2, 3}, {4, 5}});
    const Part10 file = written(b, kJpegBaseline);
    CHECK(file.encapsulated);
    CHECK(framesOf(file) == Strings{std::string("\1\2\3\0", 4), "\4\5"});
    CHECK((*file.bytes)[file.pixelDataOffset] == 0xE0);
}

TEST_CASE("Pixel data cut short leaves a readable header and no frames", "[core][dicom][frames]")
{
    auto b = described({2, 2, 8, 3});
    b.raw(tags::PixelData, {'O', 'B'}, Bytes(12, 1));
    Bytes bytes = writePart10(b, kExplicitLittle, "1.2", "1.3");
    bytes.resize(bytes.size() - 3);
    auto file = readPart10(std::make_shared<const Bytes>(bytes));
    REQUIRE(file.has_value());
    CHECK(warned(*file, "pixels.truncated"));
    CHECK(codeOf(*file) == "pixels.short");
    b = described({2, 2, 8, 2});
    b.encapsulated(tags::PixelData, {{1, 2}, {3, 4}});
    bytes = writePart10(b, kJpegBaseline, "1.2", "1.3");
    for (std::size_t cut = 1; cut <= 20; ++cut) {
        auto part = readPart10(std::make_shared<const Bytes>(bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(cut)));
        REQUIRE(part.has_value());
        // Without its delimiter alone everything is still there.
        CHECK((codeOf(*part) == "fine") == (cut == 8));
    }
}

TEST_CASE("Pixels stored otherwise than declared are told apart", "[core][dicom][frames]")
{
    auto b = described({2, 2, 8, 1});
    b.raw(tags::PixelData, {'O', 'W'}, Bytes{1, 2, 3, 4});
    const Part10 native = written(b, kJpegBaseline);
    CHECK_FALSE(native.encapsulated);
    CHECK(native.transferSyntaxUid == kExplicitLittle);
    CHECK(warned(native, "pixels.encapsulation"));
    CHECK(framesOf(native).at(0).size() == 4);
    b.encapsulated(tags::PixelData, {{0xFF, 0xD8, 0xFF, 0xE0, 0x00, 0x02, 0xFF, 0xC0, 0x00, 0x04}});
    const Part10 stream = written(b, kExplicitLittle);
    CHECK(stream.encapsulated);
    CHECK(stream.transferSyntaxUid == kJpegBaseline);
    const Part10 video = written(DataSetBuilder().integers(tags::NumberOfFrames, {'I', 'S'}, {25}).encapsulated(tags::PixelData, {{1, 2}}),
                                 "1.2.840.10008.1.2.4.102");
    // Every frame of a video is the whole stream.
    CHECK(framesOf(video) == Strings(25, std::string("\1\2")));
}

TEST_CASE("A table that contradicts the codestreams is not believed", "[core][dicom][frames]")
{
    const std::string start = "\xFF\xD8\xFF\xE0";
    const std::string boxed = std::string("\0\0\0\x0CJXL ", 8);
    // Fragments of 4 + 8 bytes: the table's second frame would begin in the middle of the first.
    CHECK(framesOf(encapsulated(2, {0, 12}, {start, "xxxx", start + "yyyy"})) == Strings{start + "xxxx", start + "yyyy"});
    CHECK(framesOf(encapsulated(2, {}, {boxed, "xx", boxed + "yy"})) == Strings{boxed + "xx", boxed + "yy"});
    DataSetBuilder b;
    b.integers(tags::ExtendedOffsetTable, {'O', 'V'}, {0, 12}).integers(tags::ExtendedOffsetTableLengths, {'O', 'V'}, {4, 4});
    CHECK(framesOf(encapsulated(2, {}, {start, "xxxx", start + "yyyy"}, b)) == Strings{start + "xxxx", start + "yyyy"});
}

TEST_CASE("Encapsulated pixels without meta information are known by their first bytes", "[core][dicom][frames]")
{
    const auto syntaxOf = [](std::vector<std::uint8_t> begin) {
        begin.resize(70);
        auto b = described({8, 8, 8, 1});
        b.encapsulated(tags::PixelData, {Bytes(begin.begin(), begin.end())});
        // The dataset alone: no preamble, no group 0002.
        const Bytes whole = writePart10(b, kExplicitLittle, "1.2", "1.3");
        const std::array<std::uint8_t, 4> rows{0x28, 0x00, 0x02, 0x00}; // Samples per Pixel is the first element
        const auto at = std::search(whole.begin(), whole.end(), rows.begin(), rows.end());
        auto file = readPart10(std::make_shared<const Bytes>(at, whole.end()));
        REQUIRE(file.has_value());
        CHECK(warned(*file, "meta.missing"));
        return file->transferSyntaxUid;
    };
    CHECK(syntaxOf({0xFF, 0xD8, 0xFF, 0xC3}) == "1.2.840.10008.1.2.4.57");
    CHECK(syntaxOf({0xFF, 0xD8, 0xFF, 0xC2}) == "1.2.840.10008.1.2.4.55");
    CHECK(syntaxOf({0xFF, 0x4F, 0xFF, 0x51}) == "1.2.840.10008.1.2.4.90");
    CHECK(syntaxOf({0xFF, 0x0A, 0x00, 0x00}) == "1.2.840.10008.1.2.4.112");
    CHECK(syntaxOf({2, 0, 0, 0, 64, 0, 0, 0}) == "1.2.840.10008.1.2.5");
    CHECK(syntaxOf({0, 0, 1, 0xB3}) == "1.2.840.10008.1.2.4.100");
    CHECK(syntaxOf({0, 0, 0, 0x20, 'f', 't', 'y', 'p'}) == "1.2.840.10008.1.2.4.102");
}
