#include <zlib.h>

#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "tests/core/dicom/RawBytes.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::dicom;
using namespace akari::test;

namespace {

Part10 mustRead(const RawBytes& raw, const ReadLimits& limits = {})
{
    auto file = readPart10(raw.shared(), limits);
    INFO((file ? "" : file.error().message + file.error().detail));
    REQUIRE(file.has_value());
    return std::move(*file);
}

std::string word(int low, int high) { return {static_cast<char>(low), static_cast<char>(high)}; }

Bytes deflate(const Bytes& plain, int windowBits)
{
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 1, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    Bytes out(plain.size() + 1024);
    stream.next_in = const_cast<Bytef*>(plain.data());
    stream.avail_in = static_cast<uInt>(plain.size());
    stream.next_out = out.data();
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    deflateEnd(&stream);
    return out;
}

} // namespace

TEST_CASE("Implicit VR takes its VRs from the dictionary", "[core][dicom]")
{
    const Part10 file = mustRead(RawBytes::part10(kImplicitLittle)
                                     .implicitVr(8, 0x18, RawBytes::padded("1.2.3"))
                                     .implicitVr(9, 0x10, "MAKER ")
                                     .implicitVr(9, 0x1001, "ab")
                                     .implicitVr(0x28, 0x10, word(0, 2))
                                     .implicitVr(0x28, 0x103, word(1, 0))
                                     .implicitVr(0x28, 0x120, word(0x30, 0xF8))
                                     .implicitVr(0x6002, 0x10, word(3, 0)));
    const DataSet& d = file.dataSet;
    CHECK(d.find(tags::SOPInstanceUID)->vr == Vr('U', 'I'));
    CHECK(d.find({9, 0x10})->vr == Vr('L', 'O'));
    CHECK(d.find({9, 0x1001})->vr == Vr('U', 'N'));
    CHECK(d.integer(tags::Rows) == 512);
    CHECK(d.find(tags::PixelPaddingValue)->vr == Vr('S', 'S'));
    CHECK(d.integer(tags::PixelPaddingValue) == -2000);
    CHECK(d.integer({0x6002, 0x10}) == 3);
}

TEST_CASE("US or SS follows the pixel representation, in nested items too", "[core][dicom]")
{
    RawBytes lut;
    lut.implicitVr(0x28, 0x3002, word(0, 1) + word(0, 0x80) + word(16, 0));
    RawBytes raw = RawBytes::part10(kImplicitLittle);
    raw.implicitVr(0x28, 0x103, word(1, 0)).tag(0x28, 0x3000).u32(static_cast<std::uint32_t>(lut.size() + 8));
    raw.item(static_cast<std::uint32_t>(lut.size())).text(asText(lut.bytes()));
    CHECK(mustRead(raw).dataSet.items(tags::ModalityLUTSequence)[0].numbers(tags::LUTDescriptor) == std::vector<double>{256, -32768, 16});
    CHECK(mustRead(RawBytes::part10(kImplicitLittle).implicitVr(0x28, 0x103, word(0, 0)).implicitVr(0x28, 0x120, word(0x30, 0xF8)))
              .dataSet.integer(tags::PixelPaddingValue) == 63536);
}

TEST_CASE("Big endian is read", "[core][dicom]")
{
    RawBytes raw = RawBytes::part10(kExplicitBig, true);
    raw.tag(8, 0x18).text("UI").u16(6).text(RawBytes::padded("1.2.3"));
    raw.explicitLong(8, 0x1140, "SQ", 0xFFFFFFFF).item(0xFFFFFFFF).tag(8, 0x1160).text("IS").u16(2).text("7 ").itemEnd().sequenceEnd();
    raw.tag(0x28, 0x10).text("US").u16(2).u16(512);
    raw.tag(0x28, 0x9).text("AT").u16(4).tag(0x18, 0x1063);
    const Part10 file = mustRead(raw);
    CHECK(file.dataSet.bigEndian());
    CHECK(file.dataSet.integer(tags::Rows) == 512);
    CHECK(file.dataSet.attributeTags(tags::FrameIncrementPointer) == std::vector<Tag>{tags::FrameTime});
    CHECK(file.dataSet.items(tags::ReferencedImageSequence)[0].integer(tags::ReferencedFrameNumber) == 7);
}

TEST_CASE("Sequences and items of undefined length, empty items, mixed", "[core][dicom]")
{
    RawBytes raw = RawBytes::part10(kExplicitLittle);
    raw.explicitLong(8, 0x1032, "SQ", 0xFFFFFFFF)
        .item(0xFFFFFFFF)
        .explicitShort(8, 0x100, "SH", "A ")
        .explicitLong(8, 0x1140, "SQ", 0xFFFFFFFF)
        .sequenceEnd()
        .itemEnd()
        .item(0)
        .item(10)
        .explicitShort(8, 0x100, "SH", "B ")
        .item(0xFFFFFFFF)
        .itemEnd()
        .sequenceEnd()
        .explicitShort(0x10, 0x20, "LO", "ID");
    const Part10 file = mustRead(raw);
    const auto& items = file.dataSet.items(tags::ProcedureCodeSequence);
    REQUIRE(items.size() == 4);
    CHECK(items[0].text(tags::CodeValue) == "A");
    CHECK(items[1].elements().empty());
    CHECK(items[2].text(tags::CodeValue) == "B");
    CHECK(file.dataSet.text(tags::PatientID) == "ID");
    CHECK(file.dataSet.find(tags::ProcedureCodeSequence)->undefinedLength);
    CHECK(file.dataSet.find(tags::ProcedureCodeSequence)->length == 8 + 10 + 12 + 8 + 8 + 8 + 8 + 10 + 8 + 8);
    CHECK(file.warnings.empty());
}

TEST_CASE("UN of undefined length is a sequence in implicit VR", "[core][dicom]")
{
    RawBytes raw = RawBytes::part10(kExplicitLittle);
    raw.explicitLong(9, 0x1002, "UN", 0xFFFFFFFF)
        .item(0xFFFFFFFF)
        .implicitVr(0x10, 0x20, "IN")
        .itemEnd()
        .sequenceEnd()
        .explicitShort(0x10, 0x20, "LO", "ID");
    const Part10 file = mustRead(raw);
    REQUIRE(file.dataSet.items({9, 0x1002}).size() == 1);
    CHECK(file.dataSet.items({9, 0x1002})[0].text(tags::PatientID) == "IN");
    CHECK(file.dataSet.text(tags::PatientID) == "ID");
}

TEST_CASE("UN of defined length is a sequence when its bytes are one, in either VR form", "[core][dicom]")
{
    RawBytes raw = RawBytes::part10(kExplicitLittle);
    raw.explicitLong(9, 0x1001, "UN", 18).item(10).implicitVr(0x10, 0x20, "IN");
    raw.explicitLong(9, 0x1002, "UN", 18).item(10).explicitShort(0x10, 0x20, "LO", "EX");
    raw.explicitLong(9, 0x1003, "UN", 10).item(400).text("no");
    raw.explicitLong(0x28, 0x10, "UN", 2).text(word(0, 2));
    const Part10 file = mustRead(raw);
    CHECK(file.dataSet.items({9, 0x1001}).at(0).text(tags::PatientID) == "IN");
    CHECK(file.dataSet.items({9, 0x1002}).at(0).text(tags::PatientID) == "EX");
    CHECK(file.dataSet.items({9, 0x1003}).empty());
    CHECK(file.dataSet.bytes({9, 0x1003}).size() == 10);
    CHECK(file.dataSet.integer(tags::Rows) == 512);
}

TEST_CASE("Stray delimiters, unclosed items and trailing bytes are read past and named", "[core][dicom]")
{
    const Part10 stray = mustRead(RawBytes::part10(kExplicitLittle).explicitShort(8, 0x60, "CS", "CT").itemEnd().explicitShort(0x10, 0x20, "LO", "ID"));
    CHECK(stray.dataSet.text(tags::PatientID) == "ID");
    CHECK(warned(stray, "delimiter.stray"));
    RawBytes unclosed = RawBytes::part10(kExplicitLittle);
    unclosed.explicitLong(8, 0x1032, "SQ", 0xFFFFFFFF).item(0xFFFFFFFF).explicitShort(8, 0x100, "SH", "A ").sequenceEnd();
    unclosed.explicitShort(0x10, 0x20, "LO", "ID");
    const Part10 file = mustRead(unclosed);
    CHECK(file.dataSet.items(tags::ProcedureCodeSequence).at(0).text(tags::CodeValue) == "A");
    CHECK(file.dataSet.text(tags::PatientID) == "ID");
    CHECK(warned(file, "item.unclosed"));
    CHECK(warned(mustRead(RawBytes::part10(kExplicitLittle).explicitShort(8, 0x60, "CS", "CT").text("abc")), "bytes.trailing"));
    CHECK(warned(mustRead(RawBytes::part10(kExplicitLittle).explicitShort(8, 0x60, "CS", "CT").text(std::string(100, '\0'))), "bytes.trailing"));
}

TEST_CASE("An item longer than its sequence is read where the file ends, refused where its rest would become the patient's", "[core][dicom]")
{
    RawBytes last = RawBytes::part10(kExplicitLittle);
    last.explicitShort(0x10, 0x20, "LO", "ID").explicitLong(0x10, 0x1002, "SQ", 18).item(40).explicitShort(0x10, 0x20, "LO", "IN");
    const Part10 file = mustRead(last);
    CHECK(file.dataSet.items({0x10, 0x1002}).at(0).text(tags::PatientID) == "IN");
    CHECK(file.dataSet.text(tags::PatientID) == "ID");
    CHECK(warned(file, "item.overlong"));
    RawBytes inside = RawBytes::part10(kExplicitLittle);
    inside.explicitLong(8, 0x1032, "SQ", 18).item(28).explicitShort(8, 0x100, "SH", "A ").explicitShort(0x10, 0x20, "LO", "IN");
    const auto refused = readPart10(inside.shared());
    REQUIRE(!refused);
    CHECK(refused.error().code == "dicom.unreadable");
    CHECK(refused.error().detail == "(0008,1032) at byte " + std::to_string(inside.size() - 20));
}

TEST_CASE("Odd lengths, disorder and repetition are tolerated with a warning", "[core][dicom]")
{
    const Part10 file = mustRead(RawBytes::part10(kExplicitLittle)
                                     .explicitShort(8, 0x60, "CS", "MR ")
                                     .explicitShort(0x10, 0x20, "LO", "ID")
                                     .explicitShort(8, 0x50, "SH", "AC")
                                     .explicitShort(0x10, 0x20, "LO", "NO"));
    CHECK(file.dataSet.text(tags::Modality) == "MR");
    CHECK(file.dataSet.text(tags::PatientID) == "ID");
    CHECK(file.dataSet.text(tags::AccessionNumber) == "AC");
    CHECK(warned(file, "length.odd"));
    CHECK(warned(file, "order.wrong"));
}

TEST_CASE("Files without preamble, without meta information or with a wrong syntax are recognised", "[core][dicom]")
{
    const Part10 plain = mustRead(RawBytes().explicitShort(8, 0x60, "CS", "CT").explicitShort(0x10, 0x20, "LO", "ID"));
    CHECK(plain.transferSyntaxUid == kExplicitLittle);
    CHECK(warned(plain, "syntax.missing"));
    const Part10 implicitOne = mustRead(RawBytes().implicitVr(8, 0x60, "CT").implicitVr(0x10, 0x20, "ID"));
    CHECK(implicitOne.transferSyntaxUid == kImplicitLittle);
    CHECK(implicitOne.dataSet.text(tags::PatientID) == "ID");
    const Part10 big = mustRead(RawBytes(true).explicitShort(8, 0x60, "CS", "CT"));
    CHECK(big.transferSyntaxUid == kExplicitBig);
    const Part10 noPreamble = mustRead(RawBytes().explicitShort(2, 0x10, "UI", RawBytes::padded(kImplicitLittle)).implicitVr(0x10, 0x20, "ID"));
    CHECK(noPreamble.dataSet.text(tags::PatientID) == "ID");
    CHECK(warned(noPreamble, "preamble.missing"));
    const Part10 implicitMeta = mustRead(RawBytes().implicitVr(2, 0x10, RawBytes::padded(kImplicitLittle)).implicitVr(0x10, 0x20, "ID"));
    CHECK(implicitMeta.dataSet.text(tags::PatientID) == "ID");
    CHECK(implicitMeta.meta.text(tags::TransferSyntaxUID) == kImplicitLittle);
    const Part10 mistaken = mustRead(RawBytes::part10(kExplicitLittle).implicitVr(8, 0x60, "CT").implicitVr(0x10, 0x20, "ID"));
    CHECK(mistaken.dataSet.text(tags::PatientID) == "ID");
    CHECK(mistaken.transferSyntaxUid == kImplicitLittle);
    CHECK(warned(mistaken, "syntax.mismatch"));
    const Part10 mistakenToo = mustRead(RawBytes::part10(kImplicitLittle).explicitShort(8, 0x60, "CS", "CT").explicitShort(0x10, 0x20, "LO", "ID"));
    CHECK(mistakenToo.dataSet.text(tags::PatientID) == "ID");
    CHECK_FALSE(readPart10(RawBytes().text("%PDF-1.4 this is no such thing").shared()).has_value());
    CHECK_FALSE(readPart10(nullptr).has_value());
    CHECK_FALSE(readPart10(RawBytes().shared()).has_value());
}

TEST_CASE("A header block may end anywhere; half a value is no value", "[core][dicom]")
{
    RawBytes raw = RawBytes::part10(kExplicitLittle);
    raw.explicitShort(8, 0x60, "CS", "CT");
    raw.explicitLong(8, 0x1032, "SQ", 0xFFFFFFFF).item(0xFFFFFFFF).explicitShort(8, 0x100, "SH", "A ").itemEnd().sequenceEnd();
    raw.explicitShort(0x10, 0x20, "LO", "PATIENT1");
    const std::size_t pixels = raw.size();
    raw.explicitLong(0x7FE0, 0x10, "OW", 8).text("12345678");
    const Part10 whole = mustRead(raw);
    CHECK(whole.pixelDataOffset == pixels);
    ReadLimits header;
    header.headerOnly = true;
    for (std::size_t cut = 160; cut <= raw.size(); ++cut) {
        const Bytes part(raw.bytes().begin(), raw.bytes().begin() + static_cast<std::ptrdiff_t>(cut));
        auto file = readPart10(std::make_shared<const Bytes>(part), header);
        if (file) {
            const auto id = file->dataSet.text(tags::PatientID);
            CHECK((id == std::nullopt || id == "PATIENT1"));
            CHECK(id.has_value() == (cut >= pixels));
            CHECK(file->pixelDataOffset == (cut >= pixels + 12 ? pixels : file->pixelDataOffset));
        }
        if (cut < pixels) {
            auto strict = readPart10(std::make_shared<const Bytes>(part));
            CHECK((!strict || !strict->dataSet.has(tags::PatientID)));
        }
    }
    const Bytes block(raw.bytes().begin(), raw.bytes().begin() + static_cast<std::ptrdiff_t>(pixels));
    auto file = readPart10(std::make_shared<const Bytes>(block), header);
    REQUIRE(file.has_value());
    CHECK(file->dataSet.elements().size() == whole.dataSet.elements().size() - 1);
    CHECK(file->pixelDataOffset == 0);
}

TEST_CASE("Deflated datasets are inflated within bounds", "[core][dicom]")
{
    DataSetBuilder b;
    b.text(tags::PatientID, {'L', 'O'}, "ID").raw(tags::PixelData, {'O', 'W'}, Bytes(100000, 7));
    for (const int windowBits : {-MAX_WBITS, MAX_WBITS}) {
        const Bytes packed = deflate(b.encode(), windowBits);
        const RawBytes raw = RawBytes::part10(kDeflated).text(asText(packed));
        const Part10 file = mustRead(raw);
        CHECK(file.dataSet.text(tags::PatientID) == "ID");
        CHECK(file.dataSet.bytes(tags::PixelData).size() == 100000);
        CHECK(file.source->size() == raw.size());
        CHECK(file.bytes->size() > 100000);
        const Bytes half(raw.bytes().begin(), raw.bytes().begin() + static_cast<std::ptrdiff_t>(raw.size() - packed.size() / 2));
        CHECK_FALSE(readPart10(std::make_shared<const Bytes>(half)).has_value());
        // The header block of the inflated bytes keeps the meta information, which says deflated.
        const Bytes block(file.bytes->begin(), file.bytes->begin() + static_cast<std::ptrdiff_t>(file.pixelDataOffset));
        ReadLimits header;
        header.headerOnly = true;
        auto again = readPart10(std::make_shared<const Bytes>(block), header);
        REQUIRE(again.has_value());
        CHECK(again->dataSet.text(tags::PatientID) == "ID");
    }
    const Bytes bomb = deflate(Bytes(80U << 20), -MAX_WBITS);
    auto refused = readPart10(RawBytes::part10(kDeflated).text(asText(bomb)).shared());
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == "dicom.unreadable");
}

TEST_CASE("Limits on depth and on elements hold", "[core][dicom]")
{
    RawBytes deep = RawBytes::part10(kExplicitLittle);
    for (int k = 0; k < 40; ++k) {
        deep.explicitLong(8, 0x1140, "SQ", 0xFFFFFFFF).item(0xFFFFFFFF);
    }
    for (int k = 0; k < 40; ++k) {
        deep.itemEnd().sequenceEnd();
    }
    auto refused = readPart10(deep.shared());
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().message.find("too deep") != std::string::npos);
    ReadLimits limits;
    limits.depth = 64;
    CHECK(readPart10(deep.shared(), limits).has_value());
    limits = {};
    limits.elements = 3;
    RawBytes many = RawBytes::part10(kExplicitLittle);
    for (unsigned k = 0; k < 4; ++k) {
        many.explicitShort(0x11, k, "LO", "");
    }
    CHECK_FALSE(readPart10(many.shared(), limits).has_value());
    limits.elements = 4;
    CHECK(readPart10(many.shared(), limits).has_value());
}

TEST_CASE("Errors say tag and offset and no values", "[core][dicom]")
{
    RawBytes raw = RawBytes::part10(kExplicitLittle);
    raw.explicitShort(0x10, 0x10, "PN", "Secret^Name ").tag(0x10, 0x20).text("LO").u16(400).text("SECRETID");
    auto refused = readPart10(raw.shared());
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error().code == "dicom.unreadable");
    CHECK(refused.error().detail == "(0010,0020) at byte " + std::to_string(raw.size() - 8));
    CHECK((refused.error().message + refused.error().detail).find("SECRET") == std::string::npos);
}
