// The small readers: what a file is, what JPEG and MP4 say of themselves, how names compare.
#include "core/importing/Admission.h"
#include "core/importing/DicomDirectory.h"
#include "core/importing/FileKind.h"
#include "core/importing/InputFile.h"
#include "core/importing/JpegFacts.h"
#include "core/importing/Mp4Facts.h"
#include "tests/core/importing/ImportSupport.h"

using namespace akari;
using namespace akari::importing;

namespace {

Bytes bytesOf(std::string_view text) { return {text.begin(), text.end()}; }

std::string number(std::uint64_t value, int width)
{
    std::string text;
    for (int i = width - 1; i >= 0; --i) {
        text += static_cast<char>(value >> (8 * i) & 0xFF);
    }
    return text;
}

std::string box(const std::string& type, const std::string& content) { return number(8 + content.size(), 4) + type + content; }

struct Film {
    std::string codec = "avc1";
    unsigned profile = 100;
    unsigned level = 41;
    std::uint32_t firstOfMatrix = 0x10000;
};

// 30 frames of 640 x 480 in 1.2 s.
Bytes mp4(const Film& film)
{
    std::string matrix;
    for (const std::uint32_t value : {film.firstOfMatrix, 0U, 0U, 0U, 0x10000U, 0U, 0U, 0U, 0x40000000U}) {
        matrix += number(value, 4);
    }
    const std::string entry = std::string(24, '\0') + number(640, 2) + number(480, 2) + std::string(50, '\0')
        + box("avcC", {'\1', static_cast<char>(film.profile), '\0', static_cast<char>(film.level)});
    const std::string table = box("stbl", box("stsd", number(0, 4) + number(1, 4) + box(film.codec, entry)) + box("stsz", number(0, 8) + number(30, 4)));
    const std::string media = box("mdia", box("mdhd", std::string(12, '\0') + number(1000, 4) + number(1200, 4) + number(0, 4))
        + box("hdlr", std::string(8, '\0') + "vide" + std::string(12, '\0')) + box("minf", table));
    const std::string track = box("trak", box("tkhd", std::string(40, '\0') + matrix + number(0, 8)) + media);
    return bytesOf(box("ftyp", "isom") + box("moov", track) + box("mdat", "frames"));
}

struct Photo {
    unsigned char frame = 0xC0;
    unsigned char bits = 8;
    std::string components = std::string("\1\x22\0\2\x11\1\3\x11\1", 9);
    std::string before;
};

Bytes jpeg(const Photo& photo)
{
    const auto segment = [](unsigned char marker, const std::string& content) {
        return std::string("\xFF") + static_cast<char>(marker) + number(2 + content.size(), 2) + content;
    };
    const std::string frame = static_cast<char>(photo.bits) + number(20, 2) + number(30, 2) + static_cast<char>(photo.components.size() / 3) + photo.components;
    return bytesOf("\xFF\xD8" + photo.before + segment(photo.frame, frame) + segment(0xDA, "scan") + "entropy" + "\xFF\xD9");
}

template <class T> std::string codeOf(const Result<T>& result) { return result ? "" : result.error().code; }

} // namespace

TEST_CASE("A file is what its first bytes say", "[core][importing]")
{
    Bytes tar(512, 0);
    std::copy_n("ustar", 5, tar.begin() + 257);
    Bytes part10(132, 0);
    std::copy_n("DICM", 4, part10.begin() + 128);
    CHECK(kindOf(part10) == FileKind::MaybeDicom);
    CHECK(kindOf(bytesOf({"\x08\0\x05\0CS\x0a\0", 8})) == FileKind::MaybeDicom);
    CHECK(kindOf(bytesOf({"\0\x08\0\x05\0\0\0\0", 8})) == FileKind::MaybeDicom);
    CHECK(kindOf(bytesOf({"PK\x03\x04\0\0\0\0", 8})) == FileKind::Archive);
    CHECK(kindOf(tar) == FileKind::Archive);
    CHECK(kindOf(bytesOf("\x1F\x8B\x08")) == FileKind::Archive);
    CHECK(kindOf(jpeg({})) == FileKind::Jpeg);
    CHECK(kindOf(bytesOf("\x89PNG\r\n\x1A\n")) == FileKind::Png);
    CHECK(kindOf(bytesOf("a line\n%PDF-1.4")) == FileKind::Pdf);
    CHECK(kindOf(mp4({})) == FileKind::Mp4);
    CHECK(kindOf(bytesOf("[autorun]\r\nopen=viewer.exe")) == FileKind::Other);
    CHECK(kindOf({}) == FileKind::Other);
}

TEST_CASE("Names of media compare case-blind and without version", "[core][importing]")
{
    CHECK(comparable("a/Images/im1") == comparable("A/IMAGES/IM1;1"));
    CHECK(comparable("A/IM1.") == comparable("a/im1"));
    CHECK(comparable("a;1/b") == "A;1/B");
    CHECK(comparable("A/B") != comparable("A/C"));
    CHECK(shownName("\xE6\xA4\x9C\xE6\x9F\xBB") == "\xE6\xA4\x9C\xE6\x9F\xBB");
    CHECK(shownName("a\xE9\n\xC0\xAF") == "a\\xe9\\x0a\\xc0\\xaf");
    CHECK(shownName("\xED\xA0\x80") == "\\xed\\xa0\\x80"); // a lone surrogate
}

TEST_CASE("Archive ids of media are stable and framed", "[core][importing]")
{
    const StudyInstanceUid study("1.2.3");
    // Written into data folders: a change here would make every medium a new one.
    CHECK(mediaArchive("P1", "", "19600102", study) == "import:" + sha256Hex(asBytes("19:akari media patient2:P10:8:19600102")).substr(0, 12));
    CHECK(mediaArchive("P1", "", "19600102", study) == mediaArchive("P1", "", "19600102", StudyInstanceUid("9.9")));
    CHECK(mediaArchive("P1", "X", "", study) != mediaArchive("P1X", "", "", study));
    CHECK(mediaArchive("", "", "", study) != mediaArchive("", "", "", StudyInstanceUid("9.9")));
    CHECK(isMedia(mediaArchive("", "", "", study)));
    CHECK_FALSE(isMedia("demo"));
}

TEST_CASE("A JPEG's header says how DICOM must call its pixels", "[core][importing]")
{
    const auto plain = readJpeg(jpeg({}));
    REQUIRE(plain);
    CHECK(plain->rows == 20);
    CHECK(plain->columns == 30);
    CHECK(plain->photometric == "YBR_FULL_422");
    CHECK(readJpeg(jpeg({.components = std::string("\1\x11\0\2\x11\1\3\x11\1", 9)}))->photometric == "YBR_FULL_422");
    CHECK(readJpeg(jpeg({.components = std::string("R\x11\0G\x11\1B\x11\1", 9)}))->photometric == "RGB");
    CHECK(readJpeg(jpeg({.before = std::string("\xFF\xEE\0\x0E" "Adobe\0\x64\0\0\0\0\0", 16)}))->photometric == "RGB");
    CHECK(readJpeg(jpeg({.components = std::string("\1\x11\0", 3)}))->photometric == "MONOCHROME2");
    CHECK(codeOf(readJpeg(jpeg({.frame = 0xC2}))) == "import.jpeg");
    CHECK(codeOf(readJpeg(jpeg({.frame = 0xC3}))) == "import.jpeg");
    CHECK(codeOf(readJpeg(jpeg({.bits = 12}))) == "import.jpeg");
    CHECK(codeOf(readJpeg(jpeg({.components = std::string(12, '\1')}))) == "import.jpeg");
    const std::string exif("\xFF\xE1\0\x22" "Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0", 36);
    CHECK(codeOf(readJpeg(jpeg({.before = exif}))) == "import.rotated");
    std::string upright = exif;
    upright[29] = 1;
    CHECK(codeOf(readJpeg(jpeg({.before = upright}))) == "");
    const Bytes whole = jpeg({.before = exif});
    for (std::size_t length = 2; length < whole.size(); ++length) {
        CHECK_FALSE(readJpeg(BytesView(whole).first(length)));
    }
}

TEST_CASE("An MP4's boxes say whether DICOM has a transfer syntax for it", "[core][importing]")
{
    const auto film = readMp4(mp4({}));
    REQUIRE(film);
    CHECK(film->rows == 480);
    CHECK(film->columns == 640);
    CHECK(film->frames == 30);
    CHECK(film->frameTime == Approx(40.0));
    CHECK(film->transferSyntaxUid == "1.2.840.10008.1.2.4.102");
    CHECK(readMp4(mp4({.level = 42}))->transferSyntaxUid == "1.2.840.10008.1.2.4.104");
    CHECK(codeOf(readMp4(mp4({.level = 51}))) == "import.video");
    CHECK(codeOf(readMp4(mp4({.profile = 77}))) == "import.video");
    CHECK(codeOf(readMp4(mp4({.codec = "hvc1"}))) == "import.video");
    CHECK(codeOf(readMp4(mp4({.firstOfMatrix = 0}))) == "import.rotated");
    const Bytes whole = mp4({});
    for (std::size_t length = 0; length < whole.size(); ++length) {
        CHECK_FALSE(readMp4(BytesView(whole).first(length)));
    }
    for (std::size_t at = 0; at < whole.size(); ++at) { // any byte may lie
        Bytes bent = whole;
        bent[at] ^= 0xFF;
        static_cast<void>(readMp4(bent));
    }
}
