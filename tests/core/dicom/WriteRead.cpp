#include <cmath>
#include <limits>

#include "core/dicom/DataSetBuilder.h"
#include "core/dicom/Tags.h"
#include "tests/core/dicom/RawBytes.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::dicom;
using namespace akari::test;

namespace {

Part10 readBack(const DataSetBuilder& builder)
{
    auto file = readPart10(std::make_shared<const Bytes>(writePart10(builder, kExplicitLittle, "1.2.3", "1.2.3.4")));
    REQUIRE(file.has_value());
    return std::move(*file);
}

} // namespace

TEST_CASE("The writer's bytes are exactly those of PS3.5 7.1", "[core][dicom]")
{
    DataSetBuilder item;
    item.text(tags::CodeValue, {'S', 'H'}, "abc");
    DataSetBuilder builder;
    builder.raw(tags::PixelData, {'O', 'B'}, {1, 2, 3})
        .sequence(tags::ProcedureCodeSequence, {item})
        .text(tags::SOPInstanceUID, {'U', 'I'}, "1.2.3")
        .integers(tags::Rows, {'U', 'S'}, {512});
    const Bytes expected = RawBytes()
                               .explicitShort(8, 0x18, "UI", std::string_view("1.2.3\0", 6))
                               .explicitLong(8, 0x1032, "SQ", 20)
                               .item(12)
                               .explicitShort(8, 0x100, "SH", "abc ")
                               .explicitShort(0x28, 0x10, "US", std::string_view("\x00\x02", 2))
                               .explicitLong(0x7FE0, 0x10, "OB", 4)
                               .text(std::string_view("\1\2\3\0", 4))
                               .bytes();
    CHECK(builder.encode() == expected);
}

TEST_CASE("A written file has preamble, meta information of the right length and the dataset", "[core][dicom]")
{
    DataSetBuilder builder;
    builder.text(tags::PatientID, {'L', 'O'}, "42");
    const Bytes bytes = writePart10(builder, kExplicitLittle, "1.2.840.10008.5.1.4.1.1.2", "1.2.3.4.5");
    auto file = readPart10(std::make_shared<const Bytes>(bytes));
    REQUIRE(file.has_value());
    CHECK(file->warnings.empty());
    CHECK(file->transferSyntaxUid == kExplicitLittle);
    CHECK(file->meta.integer(tags::FileMetaInformationGroupLength) ==
          static_cast<std::int64_t>(bytes.size() - 132 - 12 - builder.encode().size()));
    CHECK(file->meta.text(tags::MediaStorageSOPInstanceUID) == "1.2.3.4.5");
    CHECK(file->meta.text(tags::ImplementationClassUID) == std::string(kImplementationClassUid));
    CHECK(kImplementationVersionName.size() <= 16);
    CHECK(file->dataSet.text(tags::PatientID) == "42");
    CHECK(file->pixelDataOffset == 0);
}

TEST_CASE("Every VR is read back as it was written", "[core][dicom]")
{
    DataSetBuilder b;
    const auto privateTag = [](unsigned n) { return Tag{0x0009, static_cast<std::uint16_t>(0x1000 + n)}; };
    unsigned n = 0;
    std::vector<std::pair<Tag, std::string>> textual;
    for (const char* vr : {"AE", "AS", "CS", "DA", "DS", "DT", "IS", "LO", "LT", "PN", "SH", "ST", "TM", "UC", "UI", "UR", "UT"}) {
        textual.emplace_back(privateTag(n), vr);
        b.text(privateTag(n++), {vr[0], vr[1]}, "12");
    }
    const Tag us{0x0011, 1}, ss{0x0011, 2}, ul{0x0011, 3}, sl{0x0011, 4}, uv{0x0011, 5}, sv{0x0011, 6}, fl{0x0011, 7}, fd{0x0011, 8},
        at{0x0011, 9}, ow{0x0011, 10}, ob{0x0011, 11}, un{0x0011, 12}, of{0x0011, 13}, od{0x0011, 14}, ol{0x0011, 15}, ov{0x0011, 16};
    b.integers(us, {'U', 'S'}, {0, 65535}).integers(ss, {'S', 'S'}, {-32768, 7}).integers(ul, {'U', 'L'}, {4294967295});
    b.integers(sl, {'S', 'L'}, {-2147483648LL}).integers(uv, {'U', 'V'}, {INT64_MAX}).integers(sv, {'S', 'V'}, {INT64_MIN});
    b.doubles(fl, {'F', 'L'}, {0.1F, -2}).doubles(fd, {'F', 'D'}, {0.1, 1e300}).attributeTags(at, {{0x0028, 0x0009}, {0x7FE0, 0x0010}});
    b.integers(ow, {'O', 'W'}, {1, 2, 65535}).raw(ob, {'O', 'B'}, {9, 8}).raw(un, {'U', 'N'}, {1, 2, 3});
    b.doubles(of, {'O', 'F'}, {0.5}).doubles(od, {'O', 'D'}, {0.25}).integers(ol, {'O', 'L'}, {70000}).integers(ov, {'O', 'V'}, {5});
    const Part10 file = readBack(b);
    const DataSet& d = file.dataSet;
    for (const auto& [tag, vr] : textual) {
        INFO(vr);
        CHECK(d.text(tag) == "12");
        CHECK(d.find(tag)->vr == Vr(vr[0], vr[1]));
        CHECK(d.integer(tag) == 12);
    }
    CHECK(d.numbers(us) == std::vector<double>{0, 65535});
    CHECK(d.integer(ss) == -32768);
    CHECK(d.integer(ss, 1) == 7);
    CHECK(d.integer(ss, 2) == std::nullopt);
    CHECK(d.integer(ul) == 4294967295);
    CHECK(d.integer(sl) == -2147483648LL);
    CHECK(d.integer(uv) == INT64_MAX);
    CHECK(d.integer(sv) == INT64_MIN);
    CHECK(d.number(fl) == static_cast<double>(0.1F));
    CHECK(d.numbers(fd) == std::vector<double>{0.1, 1e300});
    CHECK(d.attributeTags(at) == std::vector<Tag>{{0x0028, 0x0009}, {0x7FE0, 0x0010}});
    CHECK(d.numbers(ow) == std::vector<double>{1, 2, 65535});
    CHECK(d.bytes(ob).size() == 2);
    CHECK(d.bytes(un).size() == 4);
    CHECK(d.number(un) == std::nullopt);
    CHECK(d.number(of) == 0.5);
    CHECK(d.number(od) == 0.25);
    CHECK(d.number(ol) == 70000);
    CHECK(d.number(ov) == 5);
}

TEST_CASE("Decimals take at most 16 characters and read back where that is possible", "[core][dicom]")
{
    const std::vector<double> values = {0, -0.5, 0.1, 1.0 / 3, -1234567.890123456, 1e-300, -1.7976931348623157e308, 123456789012345678.0};
    DataSetBuilder b;
    b.decimals(tags::ImagePositionPatient, values);
    const Part10 file = readBack(b);
    const auto texts = file.dataSet.texts(tags::ImagePositionPatient);
    REQUIRE(texts.size() == values.size());
    for (std::size_t k = 0; k < values.size(); ++k) {
        CHECK(texts[k].size() <= 16);
        CHECK(std::abs(*file.dataSet.number(tags::ImagePositionPatient, k) - values[k]) <= 1e-8 * std::abs(values[k]));
    }
    CHECK(texts[2] == "0.1");
    CHECK(std::abs(*file.dataSet.number(tags::ImagePositionPatient, 3) - 1.0 / 3) < 1e-13);
}

TEST_CASE("Values are split, trimmed and left whole as their VR wants", "[core][dicom]")
{
    DataSetBuilder b;
    b.text(tags::ImageType, {'C', 'S'}, "ORIGINAL\\ PRIMARY \\\\AXIAL");
    b.text(tags::TextValue, {'U', 'T'}, "  a\\b \r\n c  ");
    b.text(tags::PatientID, {'L', 'O'}, "   ");
    b.empty(tags::StudyID, {'S', 'H'});
    b.text(tags::WindowCenter, {'D', 'S'}, " +40 \\-1e2");
    b.text(tags::PixelSpacing, {'D', 'S'}, "0.5\\");
    b.text(tags::SliceThickness, {'D', 'S'}, "1,5");
    b.text(tags::InstanceNumber, {'I', 'S'}, "12.0");
    b.doubles(tags::DiffusionBValue, {'F', 'D'}, {std::numeric_limits<double>::quiet_NaN()});
    const Part10 file = readBack(b);
    const DataSet& d = file.dataSet;
    CHECK(d.texts(tags::ImageType) == std::vector<std::string>{"ORIGINAL", "PRIMARY", "", "AXIAL"});
    CHECK(d.text(tags::ImageType) == "ORIGINAL");
    CHECK(d.text(tags::TextValue) == "  a\\b \r\n c");
    CHECK(d.text(tags::PatientID) == std::nullopt);
    CHECK(d.texts(tags::PatientID).empty());
    CHECK(d.has(tags::StudyID));
    CHECK(d.text(tags::StudyID) == std::nullopt);
    CHECK(d.textOr(tags::StudyID, "x") == "x");
    CHECK(d.numbers(tags::WindowCenter) == std::vector<double>{40, -100});
    CHECK(d.number(tags::PixelSpacing) == 0.5);
    CHECK(d.number(tags::PixelSpacing, 1) == std::nullopt);
    CHECK(d.numbers(tags::PixelSpacing).empty());
    CHECK(d.number(tags::SliceThickness) == std::nullopt);
    CHECK(d.integer(tags::InstanceNumber) == 12);
    CHECK(d.number(tags::DiffusionBValue) == std::nullopt);
    CHECK(d.number(tags::EchoTime) == std::nullopt);
}

TEST_CASE("Nested sequences come back item by item", "[core][dicom]")
{
    DataSetBuilder leaf;
    leaf.text(tags::CodeMeaning, {'L', 'O'}, "leaf");
    DataSetBuilder middle;
    middle.sequence(tags::ConceptNameCodeSequence, {leaf, DataSetBuilder(), leaf});
    DataSetBuilder root;
    root.sequence(tags::ContentSequence, {middle}).sequence(tags::ReferencedStudySequence, {});
    const Part10 file = readBack(root);
    REQUIRE(file.dataSet.items(tags::ContentSequence).size() == 1);
    const auto& inner = file.dataSet.items(tags::ContentSequence)[0].items(tags::ConceptNameCodeSequence);
    REQUIRE(inner.size() == 3);
    CHECK(inner[0].text(tags::CodeMeaning) == "leaf");
    CHECK(inner[1].elements().empty());
    CHECK(inner[2].text(tags::CodeMeaning) == "leaf");
    CHECK(file.dataSet.has(tags::ReferencedStudySequence));
    CHECK(file.dataSet.items(tags::ReferencedStudySequence).empty());
    CHECK(file.dataSet.items(tags::SourceImageSequence).empty());
}

TEST_CASE("A value too long for a 16-bit length is written as UN and read back", "[core][dicom]")
{
    DataSetBuilder b;
    b.text(tags::PatientComments, {'L', 'T'}, std::string(70000, 'x'));
    const Part10 file = readBack(b);
    CHECK(file.dataSet.textOr(tags::PatientComments).size() == 70000);
}

TEST_CASE("Identity is checked and its version follows the bytes", "[core][dicom]")
{
    DataSetBuilder b;
    b.text(tags::StudyInstanceUID, {'U', 'I'}, "1.2.3").text(tags::SeriesInstanceUID, {'U', 'I'}, "1.2.3.04");
    CHECK(identityOf(readBack(b), "a").error().code == "dicom.identity");
    b.text(tags::SOPInstanceUID, {'U', 'I'}, "1.2.3.4");
    const Part10 file = readBack(b);
    auto identity = identityOf(file, "archive");
    REQUIRE(identity.has_value());
    CHECK(identity->archive == "archive");
    CHECK(identity->study.value == "1.2.3");
    CHECK(identity->series.value == "1.2.3.04");
    CHECK(identity->sop.value == "1.2.3.4");
    CHECK(identity->contentVersion == sha256Hex(*file.bytes).substr(0, 16));
    b.text(tags::PatientID, {'L', 'O'}, "other");
    CHECK(identityOf(readBack(b), "archive")->contentVersion != identity->contentVersion);
    b.text(tags::StudyInstanceUID, {'U', 'I'}, "../../etc");
    CHECK_FALSE(identityOf(readBack(b), "a").has_value());
}

TEST_CASE("Copies of datasets share their elements", "[core][dicom]")
{
    DataSetBuilder b;
    b.text(tags::PatientID, {'L', 'O'}, "x");
    const Part10 file = readBack(b);
    const DataSet copy = file.dataSet;
    CHECK(copy.find(tags::PatientID) == file.dataSet.find(tags::PatientID));
    CHECK(copy.bytes(tags::PatientID).data() == file.bytes->data() + file.dataSet.find(tags::PatientID)->offset);
}

TEST_CASE("Person names have three groups", "[core][dicom]")
{
    using dicom::PersonName;
    const PersonName name = PersonName::parse("Yamada^Taro^^^ =山田^太郎=やまだ^たろう^^");
    CHECK(name.alphabetic == "Yamada^Taro");
    CHECK(name.ideographic == "山田^太郎");
    CHECK(name.phonetic == "やまだ^たろう");
    CHECK(name.dicom() == "Yamada^Taro=山田^太郎=やまだ^たろう");
    CHECK(name.display("ja") == "山田 太郎");
    CHECK(name.display("en") == "Yamada Taro");
    CHECK(PersonName::parse("A==C").dicom() == "A==C");
    CHECK(PersonName::parse("=B").dicom() == "=B");
    CHECK(PersonName::parse("^^").empty());
    CHECK(PersonName::parse("=B").display("en") == "B");
    CHECK(PersonName::displayGroup("Doe^^John^ ^Dr") == "Doe John Dr");
}
