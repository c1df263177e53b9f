#include <fstream>

#include "core/dicom/CharacterSet.h"
#include "core/dicom/Tags.h"
#include "tests/core/dicom/RawBytes.h"
#include "tests/support/Catch.h"
#include "tests/support/TestData.h"

using namespace akari;
using namespace akari::dicom;
using namespace akari::test;

namespace {

std::string decodeName(std::vector<std::string> terms, std::string_view bytes, bool* suspicious = nullptr)
{
    return CharacterSet(std::move(terms)).decode(asBytes(bytes), true, suspicious);
}

} // namespace

TEST_CASE("Japanese names of PS3.5 annex H", "[core][dicom][charset]")
{
    bool suspicious = true;
    CHECK(decodeName({"", "ISO 2022 IR 87"},
                     "Yamada^Tarou=\033$B;3ED\033(B^\033$BB@O:\033(B=\033$B$d$^$@\033(B^\033$B$?$m$&\033(B",
                     &suspicious) == "Yamada^Tarou=山田^太郎=やまだ^たろう");
    CHECK_FALSE(suspicious);
    CHECK(decodeName({"ISO 2022 IR 13", "ISO 2022 IR 87"},
                     "\324\317\300\336^\300\333\263=\033$B;3ED\033(J^\033$BB@O:\033(J=\033$B$d$^$@\033(J^\033$B$?$m$&\033(J",
                     &suspicious) == "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう");
    CHECK_FALSE(suspicious);
}

TEST_CASE("Korean and Chinese names of PS3.5 annexes I, J and K", "[core][dicom][charset]")
{
    CHECK(decodeName({"", "ISO 2022 IR 149"},
                     "Hong^Gildong=\033$)C\373\363^\033$)C\321\316\324\327=\033$)C\310\253^\033$)C\261\346\265\277") ==
          "Hong^Gildong=洪^吉洞=홍^길동");
    CHECK(decodeName({"", "ISO 2022 IR 58"}, "Zhang^XiaoDong=\033$)A\325\305^\033$)A\320\241\266\253=") == "Zhang^XiaoDong=张^小东=");
    CHECK(decodeName({"GB18030"}, "Wang^XiaoDong=\315\365^\320\241\266\253") == "Wang^XiaoDong=王^小东");
    CHECK(decodeName({"GBK"}, "Wang^XiaoDong=\315\365^\320\241\226|") == "Wang^XiaoDong=王^小東");
    CHECK(decodeName({"ISO_IR 192"}, "Wang^XiaoDong=王^小東=") == "Wang^XiaoDong=王^小東=");
}

TEST_CASE("JIS X 0212 and four-byte GB18030", "[core][dicom][charset]")
{
    CHECK(decodeName({"", "ISO 2022 IR 87", "ISO 2022 IR 159"}, "\033$(D0!\033(B") == "丂");
    CHECK(decodeName({"GB18030"}, "\x95\x32\x82\x36") == "𠀀");
}

TEST_CASE("Every single-byte set", "[core][dicom][charset]")
{
    const std::vector<std::tuple<const char*, const char*, const char*>> cases = {
        {"ISO_IR 100", "\xC4\xE9", "Äé"}, {"ISO_IR 101", "\xA1\xE8", "Ąč"}, {"ISO_IR 109", "\xA1\xFE", "Ħŝ"}, {"ISO_IR 110", "\xA1\xFE", "Ąū"},
        {"ISO_IR 144", "\xBB\xEE", "Лю"}, {"ISO_IR 127", "\xE2\xC8", "قب"}, {"ISO_IR 126", "\xC4\xE9", "Δι"}, {"ISO_IR 138", "\xF9\xF8", "שר"},
        {"ISO_IR 148", "\xF0\xFD", "ğı"}, {"ISO_IR 203", "\xA4\xBC", "€Œ"}, {"ISO_IR 166", "\xA1\xC1", "กม"}, {"ISO_IR 13", "\xD4\x7E", "ﾔ‾"}};
    for (const auto& [term, bytes, expected] : cases) {
        INFO(term);
        bool suspicious = true;
        CHECK(decodeName({term}, bytes, &suspicious) == expected);
        CHECK_FALSE(suspicious);
        std::string extended = "ISO 2022 IR " + std::string(term).substr(7);
        CHECK(decodeName({extended}, bytes) == expected);
        CHECK(CharacterSet({term}).known());
    }
}

TEST_CASE("Code extensions go back to the first set at delimiters", "[core][dicom][charset]")
{
    // After the caret G1 is Latin-1 again.
    CHECK(decodeName({"ISO 2022 IR 100", "ISO 2022 IR 144"}, "\033-L\xBB^\xC4") == "Л^Ä");
    CHECK(CharacterSet({"ISO 2022 IR 100", "ISO 2022 IR 144"}).decode(asBytes("\033-L\xBB^\xBB"), false) == "Л^Л");
    CHECK(CharacterSet({"ISO 2022 IR 100", "ISO 2022 IR 144"}).decode(asBytes("\033-L\xBB\\\xC4\r\n\033-L\xBB\n\xC4")) == "Л\\Ä\r\nЛ\nÄ");
    // 5C and 5E within a two-byte character are no delimiters.
    CHECK(decodeName({"", "ISO 2022 IR 87"}, "\033$B0\\0^\033(B") == "移緯");
}

TEST_CASE("Misspelled and missing declarations are tolerated", "[core][dicom][charset]")
{
    for (const char* term : {"ISO IR 100", "ISO_IR_100", "iso_ir 100", "ISO-IR 100", "ISO_IR100", "ISO 2022 IR 100", "ISO_2022_IR_100"}) {
        INFO(term);
        CHECK(decodeName({term}, "\xC4") == "Ä");
        CHECK(CharacterSet({term}).known());
    }
    CHECK_FALSE(CharacterSet({"ISO_IR 9999"}).known());
    CHECK_FALSE(CharacterSet({"nonsense"}).known());
    bool suspicious = false;
    CHECK(decodeName({}, "J\303\251r\303\264me", &suspicious) == "Jérôme");
    CHECK(suspicious);
    suspicious = false;
    CHECK(decodeName({"nonsense"}, "J\351r\364me", &suspicious) == "Jérôme");
    CHECK(suspicious);
    suspicious = false;
    CHECK(decodeName({"ISO_IR 192"}, "J\351r\364me", &suspicious) == "Jérôme");
    CHECK(suspicious);
    CHECK(decodeName({}, "plain", &suspicious) == "plain");
    CHECK_FALSE(suspicious);
    // Korean without its escapes, as some archives send it.
    CHECK(decodeName({"ISO 2022 IR 149"}, "\261\350\310\361\301\337") == "김희중");
    CHECK(decodeName({"", "ISO 2022 IR 87"}, "\033$B0", &suspicious).size() > 0);
    CHECK(suspicious);
}

TEST_CASE("Forgotten escapes mean the one declared set they can mean, with a warning", "[core][dicom][charset]")
{
    const auto check = [](std::vector<std::string> terms, std::string_view bytes, std::string_view expected) {
        bool suspicious = false;
        CHECK(decodeName(std::move(terms), bytes, &suspicious) == expected);
        CHECK(suspicious);
    };
    check({"", "ISO 2022 IR 149"}, "Hong^Gildong=\310\253^\261\346\265\277", "Hong^Gildong=홍^길동");
    check({"", "ISO 2022 IR 58"}, "Zhang=\325\305", "Zhang=张");
    check({"", "ISO 2022 IR 144"}, "\xBB\xEE", "Лю");
    check({"", "ISO 2022 IR 100"}, "J\351r\364me", "Jérôme");
    // UTF-8 where it says otherwise.
    check({"", "ISO 2022 IR 100"}, "J\303\251r\303\264me", "Jérôme");
    check({"", "ISO 2022 IR 149"}, "\355\231\215", "홍");
    // Two sets could be meant, so neither is.
    check({"", "ISO 2022 IR 144", "ISO 2022 IR 126"}, "\xC4", "Ä");
}

TEST_CASE("Texts of several lines begin each line anew, as in PS3.5 annexes I and K", "[core][dicom][charset]")
{
    CHECK(CharacterSet({"", "ISO 2022 IR 149"}).decode(asBytes("The 1st.\r\n\033$)C\310\253 line\r\n\033$)C\261\346\265\277\r\n")) ==
          "The 1st.\r\n홍 line\r\n길동\r\n");
    CHECK(CharacterSet({"", "ISO 2022 IR 58"}).decode(asBytes("\033$)A1. \265\332\322\273\320\320\r\n\033$)A2. \265\332\266\376\320\320")) ==
          "1. 第一行\r\n2. 第二行");
    // A line end takes G0 back as well: ASCII follows without an escape.
    CHECK(CharacterSet({"", "ISO 2022 IR 87"}).decode(asBytes("\033$B;3ED\r\nYamada")) == "山田\r\nYamada");
}

TEST_CASE("A backslash inside a Chinese character splits no value", "[core][dicom][charset]")
{
    RawBytes raw = RawBytes::part10(kExplicitLittle);
    raw.explicitShort(8, 5, "CS", "GB18030 ").explicitShort(8, 0x1030, "LO", "\x81\x5C\\b ");
    auto file = readPart10(raw.shared());
    REQUIRE(file.has_value());
    CHECK(file->dataSet.texts(tags::StudyDescription) == std::vector<std::string>{"乗", "b"});
}

TEST_CASE("An item's own character set counts within it alone", "[core][dicom][charset]")
{
    RawBytes item;
    item.explicitShort(8, 5, "CS", "ISO_IR 144").explicitShort(8, 0x104, "LO", "\xBB\xEE");
    RawBytes heir;
    heir.explicitShort(8, 0x104, "LO", "\xC4 ");
    RawBytes raw = RawBytes::part10(kExplicitLittle);
    raw.explicitShort(8, 5, "CS", "ISO_IR 100").explicitLong(8, 0x1032, "SQ", static_cast<std::uint32_t>(item.size() + heir.size() + 16));
    raw.item(static_cast<std::uint32_t>(item.size())).text(asText(item.bytes())).item(static_cast<std::uint32_t>(heir.size())).text(asText(heir.bytes()));
    raw.explicitShort(0x10, 0x20, "LO", "\xE9 ");
    auto file = readPart10(raw.shared());
    REQUIRE(file.has_value());
    CHECK(file->dataSet.items(tags::ProcedureCodeSequence)[0].text(tags::CodeMeaning) == "Лю");
    CHECK(file->dataSet.items(tags::ProcedureCodeSequence)[1].text(tags::CodeMeaning) == "Ä");
    CHECK(file->dataSet.text(tags::PatientID) == "é");
}

TEST_CASE("Real files in many languages", "[core][dicom][charset][data]")
{
    const auto folder = dataFolder();
    if (!folder) {
        AKARI_SKIP("no test data");
    }
    const std::vector<std::pair<const char*, const char*>> cases = {
        {"12_pydicom_core/charset_files/chrArab.dcm", "قباني^لنزار"},
        {"12_pydicom_core/charset_files/chrFren.dcm", "Buc^Jérôme"},
        {"12_pydicom_core/charset_files/chrFrenMulti.dcm", "Buc^Jérôme"},
        {"12_pydicom_core/charset_files/chrGerm.dcm", "Äneas^Rüdiger"},
        {"12_pydicom_core/charset_files/chrGreek.dcm", "Διονυσιος"},
        {"12_pydicom_core/charset_files/chrHbrw.dcm", "שרון^דבורה"},
        {"12_pydicom_core/charset_files/chrRuss.dcm", "Люкceмбypг"},
        {"12_pydicom_core/charset_files/chrH31.dcm", "Yamada^Tarou=山田^太郎=やまだ^たろう"},
        {"12_pydicom_core/charset_files/chrH32.dcm", "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう"},
        {"12_pydicom_core/charset_files/chrI2.dcm", "Hong^Gildong=洪^吉洞=홍^길동"},
        {"12_pydicom_core/charset_files/chrX1.dcm", "Wang^XiaoDong=王^小東"},
        {"12_pydicom_core/charset_files/chrX2.dcm", "Wang^XiaoDong=王^小东"},
        {"12_pydicom_core/charset_files/chrKoreanMulti.dcm", "김희중"},
        {"12_pydicom_core/charset_files/chrJapMulti.dcm", "やまだ^たろう"},
        {"12_pydicom_core/charset_files/chrJapMultiExplicitIR6.dcm", "やまだ^たろう"},
        {"14_fo_dicom_selected/chrGB2312.dcm", "Zhang^XiaoDong=张^小东"},
    };
    for (const auto& [path, expected] : cases) {
        INFO(path);
        auto file = readPart10(loadFile(*folder / path));
        REQUIRE(file.has_value());
        const auto name = file->dataSet.personName(tags::PatientName);
        REQUIRE(name.has_value());
        CHECK(name->dicom() == expected);
    }
    for (const char* path : {"12_pydicom_core/charset_files/chrSQEncoding.dcm", "12_pydicom_core/charset_files/chrSQEncoding1.dcm"}) {
        INFO(path);
        auto file = readPart10(loadFile(*folder / path));
        REQUIRE(file.has_value());
        const auto& items = file->dataSet.items(tags::RequestedProcedureCodeSequence);
        REQUIRE(items.size() == 1);
        CHECK(items[0].personName(tags::PatientName)->dicom() == "ﾔﾏﾀﾞ^ﾀﾛｳ=山田^太郎=やまだ^たろう");
    }
}
