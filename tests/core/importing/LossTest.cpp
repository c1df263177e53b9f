// What a damaged, doubled or half described medium must not do to what is held.
#include <set>

#include <zlib.h>

#include "tests/core/importing/ImportSupport.h"

using namespace akari;
using namespace akari::test;

namespace {

Bytes cutShort(Bytes object, std::size_t by)
{
    object.resize(object.size() - by);
    return object;
}

std::string versionOf(const Bytes& object) { return sha256Hex(object).substr(0, 16); }

std::string shownVersion(const Place& place, const std::string& sop)
{
    const auto found = place.cache->findObject(SopInstanceUid(sop));
    REQUIRE(found);
    REQUIRE(found->size() == 1);
    return found->front().identity.contentVersion;
}

std::set<std::string> archivesOf(const Place& place, const std::string& study)
{
    const auto held = place.cache->findStudy(StudyInstanceUid(study));
    REQUIRE(held);
    std::set<std::string> archives;
    for (const auto& record : *held) {
        archives.insert(record.archive);
    }
    return archives;
}

const std::string kPdf = "%PDF-1.4\nthe letter\n%%EOF\n";
const std::string kCutPdf = "%PDF-1.4\nthe lett";

importing::ImportOptions patientBorn(const std::string& date)
{
    importing::ImportOptions options;
    options.patient = importing::ChosenPatient{};
    options.patient->id = "P1";
    options.patient->name = "Test^One";
    options.patient->birthDate = date;
    return options;
}

// As deflated Part 10: the dataset behind the meta header is one raw deflate stream (PS3.5 A.5).
Bytes deflated(const SliceOf& of)
{
    const Bytes plain = slice(of);
    const std::string_view text = asText(plain);
    const std::size_t syntax = text.find(std::string_view("1.2.840.10008.1.2.1\0", 20));
    REQUIRE(syntax != std::string_view::npos);
    Bytes head(plain.begin(), plain.begin() + 144);
    std::uint32_t length = 0;
    for (int i = 3; i >= 0; --i) {
        length = length << 8 | plain[static_cast<std::size_t>(140 + i)];
    }
    const std::size_t data = 144 + length;
    head.insert(head.end(), plain.begin() + 144, plain.begin() + static_cast<std::ptrdiff_t>(data));
    const std::string_view name("1.2.840.10008.1.2.1.99", 22); // two bytes longer
    head.erase(head.begin() + static_cast<std::ptrdiff_t>(syntax), head.begin() + static_cast<std::ptrdiff_t>(syntax + 20));
    head.insert(head.begin() + static_cast<std::ptrdiff_t>(syntax), name.begin(), name.end());
    head[syntax - 2] = 22;
    length += 2;
    for (std::size_t i = 0; i < 4; ++i) {
        head[140 + i] = static_cast<std::uint8_t>(length >> (8 * i) & 0xFF);
    }
    z_stream stream{};
    REQUIRE(deflateInit2(&stream, 1, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    Bytes packed(plain.size());
    stream.next_in = const_cast<Bytef*>(plain.data() + data);
    stream.avail_in = static_cast<uInt>(plain.size() - data);
    stream.next_out = packed.data();
    stream.avail_out = static_cast<uInt>(packed.size());
    REQUIRE(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    head.insert(head.end(), packed.begin(), packed.end());
    return head;
}

std::uint64_t mostKiloBytes()
{
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmHWM:")) {
            return std::stoull(line.substr(6));
        }
    }
    return 0;
}

} // namespace

TEST_CASE("An object that is cut short is refused and does not take the whole one's place", "[core][importing]")
{
    Place place;
    writeSeries(place.media(), 2);
    REQUIRE(place.import().imported == 2);
    SliceOf one;
    one.sop = "1.2.3.4.1001";
    const Bytes whole = slice(one);
    const fs::path copy = place.temp.path() / "copy";
    writeFile(copy / "cut.dcm", cutShort(whole, 100));
    const auto report = place.import({copy});
    CHECK(report.imported == 0);
    CHECK(codesOf(report) == std::vector<std::string>{"cut.dcm import.truncated"});
    CHECK(report.conflicts.empty());
    CHECK(shownVersion(place, one.sop) == versionOf(whole));
    CHECK(place.cache->studies()->front().complete);
}

TEST_CASE("A version that comes again prevails again", "[core][importing]")
{
    Place place;
    SliceOf one;
    one.rows = 32;
    const Bytes good = slice(one);
    one.grey = 8;
    const Bytes other = slice(one);
    writeFile(place.temp.path() / "a" / "1", good);
    writeFile(place.temp.path() / "b" / "1", other);
    REQUIRE(place.import({place.temp.path() / "a"}).imported == 1);
    REQUIRE(place.import({place.temp.path() / "b"}).imported == 1);
    REQUIRE(shownVersion(place, one.sop) == versionOf(other));
    const auto again = place.import({place.temp.path() / "a"});
    CHECK(again.imported == 0);
    CHECK(again.duplicate == 1);
    CHECK(again.conflicts.size() == 1);
    CHECK(again.bytes == 0);
    CHECK(shownVersion(place, one.sop) == versionOf(good));
    CHECK(place.cache->studies()->front().stored == 1);
}

TEST_CASE("No study is complete when an import lost something", "[core][importing]")
{
    Place place;
    writeSeries(place.media(), 3);
    SECTION("an object that is cut short")
    {
        SliceOf lost;
        lost.sop = "1.2.3.4.9";
        writeFile(place.media() / "cut", cutShort(slice(lost), 50));
    }
    SECTION("what begins like an object and is none")
    {
        Bytes broken = cutShort(slice({}), 0);
        broken.resize(150);
        writeFile(place.media() / "broken", broken);
    }
    SECTION("an archive that is damaged") { writeText(place.media() / "a.zip", "PK\x03\x04 and no more of it"); }
    SECTION("an object larger than can be kept") {}
    importing::ImportOptions options;
    const bool small = !fs::exists(place.media() / "cut") && !fs::exists(place.media() / "broken") && !fs::exists(place.media() / "a.zip");
    if (small) {
        SliceOf large;
        large.sop = "1.2.3.4.9";
        large.rows = 4096;
        writeFile(place.media() / "large", slice(large));
        options.limits.memberBytes = 60'000;
    }
    const auto report = place.import({place.media()}, options);
    CHECK(report.imported == 3);
    CHECK(report.rejected.size() == 1);
    REQUIRE(report.studies.size() == 1);
    CHECK_FALSE(report.studies[0].complete);
    CHECK_FALSE(place.cache->studies()->front().complete);
}

TEST_CASE("Within a study an issuer that is left out makes no second patient", "[core][importing]")
{
    Place place;
    const auto put = [&](const std::string& file, const std::string& issuer) {
        SliceOf of;
        of.issuer = issuer;
        of.sop = "1.2.3.4." + file;
        writeFile(place.media() / file, slice(of));
    };
    SECTION("it comes later")
    {
        put("1", "");
        put("2", "CITY");
        put("3", "");
        REQUIRE(place.import().imported == 3);
    }
    SECTION("it comes first")
    {
        put("1", "CITY");
        put("2", "");
        REQUIRE(place.import().imported == 2);
    }
    SECTION("it comes in another import")
    {
        put("1", "");
        REQUIRE(place.import().imported == 1);
        put("2", "CITY");
        REQUIRE(place.import().imported == 1);
    }
    CHECK(archivesOf(place, "1.2.3").size() == 1);
    CHECK(place.cache->studies()->front().issuerOfPatientId == "CITY");
    put("9", "TOWN");
    REQUIRE(place.import().imported == 1);
    CHECK(archivesOf(place, "1.2.3").size() == 2);
}

TEST_CASE("One document goes to each of two patients of one number", "[core][importing]")
{
    Place place;
    writeText(place.media() / "letter.pdf", kPdf);
    REQUIRE(place.import({place.media()}, patientBorn("19600102")).imported == 1);
    const auto other = place.import({place.media()}, patientBorn("19991231"));
    CHECK(other.imported == 1);
    CHECK(other.duplicate == 0);
    const auto studies = place.cache->studies();
    REQUIRE(studies->size() == 2);
    CHECK(studies->at(0).archive != studies->at(1).archive);
    const auto again = place.import({place.media()}, patientBorn("19600102"));
    CHECK(again.imported == 0);
    CHECK(again.duplicate == 1);
    CHECK(place.cache->studies()->size() == 2);
}

TEST_CASE("A document that is refused is refused each time it is met", "[core][importing]")
{
    Place place;
    writeText(place.media() / "1.pdf", kCutPdf);
    writeText(place.media() / "2.pdf", kCutPdf);
    writeText(place.media() / "3.pdf", kPdf);
    writeText(place.media() / "4.pdf", kPdf);
    const auto report = place.import({place.media()}, patientBorn("19600102"));
    CHECK(codesOf(report) == std::vector<std::string>{"1.pdf import.pdf", "2.pdf import.pdf"});
    CHECK(report.imported == 1);
    CHECK(report.duplicate == 1);
    CHECK(report.studies.size() == 1);
}

TEST_CASE("Deflated objects keep no more memory than they are packed in", "[core][importing]")
{
    std::ofstream("/proc/self/clear_refs") << "5";
    const std::uint64_t before = mostKiloBytes();
    if (before == 0) {
        AKARI_SKIP("this system does not say how much memory was used");
    }
    Place place;
    SliceOf of;
    of.rows = 65535; // 1 MB inflated
    for (int i = 0; i < 600; ++i) {
        of.series = "1.2.3." + std::to_string(1000 + i);
        of.sop = of.series + ".1";
        writeFile(place.media() / std::to_string(i), deflated(of));
    }
    importing::ImportOptions options;
    options.underwayBytes = 16'000'000;
    CHECK(place.import({place.media()}, options).imported == 600);
    CHECK(mostKiloBytes() - before < 300'000);
}

TEST_CASE("Of many versions in one folder the last one is shown", "[core][importing]")
{
    Place place;
    std::string last;
    for (int i = 0; i < 200; ++i) {
        SliceOf of;
        of.grey = static_cast<std::uint8_t>(i);
        of.rows = 16 + (199 - i) * 20; // the first take longest
        const Bytes object = slice(of);
        last = versionOf(object);
        writeFile(place.media() / ("IM" + std::to_string(1000 + i)), object);
    }
    const auto report = place.import();
    CHECK(report.imported == 200);
    CHECK(report.conflicts.size() == 199);
    CHECK(shownVersion(place, SliceOf().sop) == last);
    CHECK(place.import().duplicate == 200);
    CHECK(shownVersion(place, SliceOf().sop) == last);
}
