// Metadata, frames, bulk data and pictures made by the archive; what the client remembers of an archive.
#include "core/archive/DicomJson.h"
#include "core/archive/DicomWeb.h"
#include "core/archive/JsonSplitter.h"
#include "core/archive/KnownArchives.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/Gzip.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;
namespace tags = akari::dicom::tags;

namespace pieces_test {

namespace {

const StudyInstanceUid kStudy("1.2.840.99.1");
const SeriesInstanceUid kSeries("1.2.840.99.1.1");

template <class T> std::string codeOf(const Result<T>& result)
{
    return result ? "" : result.error().code;
}

SopInstanceUid sop(int number)
{
    return SopInstanceUid(sopOf(kSeries.value, number));
}

Bytes pixelsOf(int number)
{
    const Bytes slice = makeSlice(number);
    return Bytes(slice.end() - 128, slice.end());
}

// What a series' metadata gives, with the bulk data of each.
struct Metadata {
    std::vector<std::string> sops;
    std::vector<std::string> addresses, uris;
    Result<DicomWebClient::StreamReport> report = fail("", "");
    explicit Metadata(DicomWebClient& client)
    {
        report = client.seriesMetadata(kStudy, kSeries, [&](const JsonDataSet& instance, const std::string& address) -> Status {
            sops.push_back(instance.text(tags::SOPInstanceUID));
            addresses.push_back(address);
            const auto pixels = instance.binary(tags::PixelData);
            uris.push_back(pixels ? pixels->uri : "");
            return {};
        });
    }
};

struct Split {
    std::vector<std::string> objects;
    Status status;
    bool closed = false;
    Split(const std::string& text, std::size_t chunk, JsonSplitter::Limits limits = {})
    {
        JsonSplitter splitter(
            [&](const nlohmann::json& object) -> Status {
                objects.push_back(object.dump());
                return {};
            },
            limits);
        for (std::size_t at = 0; at < text.size() && status; at += chunk) {
            status = splitter.feed(asBytes(std::string_view(text).substr(at, chunk)));
        }
        closed = splitter.closed();
    }
};

} // namespace

TEST_CASE("a JSON array gives its datasets however it is cut into reads", "[core][archive]")
{
    const std::string text = "\xef\xbb\xbf [ {\"a\":\"]}\\\"{[\"} ,\n{\"b\":[1,{\"c\":\"\\\\\"}]},{}] \r\n";
    for (std::size_t chunk = 1; chunk <= text.size(); ++chunk) {
        const Split split(text, chunk);
        REQUIRE(split.status);
        REQUIRE(split.closed);
        REQUIRE(split.objects == std::vector<std::string>{"{\"a\":\"]}\\\"{[\"}", "{\"b\":[1,{\"c\":\"\\\\\"}]}", "{}"});
    }
    CHECK(Split("{\"a\":1}", 3).closed);
    CHECK(Split("[]", 1).closed);
    CHECK_FALSE(Split("[{\"a\":1}", 3).closed);
    CHECK(Split("[{\"a\":1}", 3).objects.size() == 1);
}

TEST_CASE("what is no array of datasets, or larger or deeper than one may be, is refused", "[core][archive]")
{
    for (const char* text :
         {"<html>", "[1]", "[{}{}]", "[{},,{}]", "[,{}]", "{}{}", "[{}]x", "[[{}]]", "[{\"a\":}]", "null", "\"x\"", "[{\"a\":\"\xff\"}]"}) {
        const Split split(text, 2);
        INFO(text);
        CHECK((split.status ? "" : split.status.error().code) == "archive.notdicom");
    }
    JsonSplitter::Limits small;
    small.object = 20;
    small.depth = 4;
    CHECK(Split("[{\"a\":\"" + std::string(30, 'x') + "\"}]", 7, small).status.error().code == "archive.oversized");
    CHECK(Split("[{\"a\":" + std::string(30, ' ') + "1}]", 7, small).status.error().code == "archive.oversized");
    CHECK(Split("[{\"a\":[[[[1]]]]}]", 7, small).status.error().code == "archive.oversized");
    CHECK(Split("[{\"a\":[[[1]]]}]", 7, small).status);
    CHECK(Split(std::string(100'000, '['), 4096).status.error().code == "archive.notdicom");
}

TEST_CASE("bytes in JSON are read in all three forms", "[core][archive]")
{
    const auto document = JsonDocument::parse(asBytes(R"({
        "7FE00010": {"vr": "OW", "BulkDataURI": "../bulk/1"},
        "00420011": {"vr": "OB", "InlineBinary": "AAECAwQ="},
        "00420010": {"vr": "OB", "InlineBinary": "*"},
        "00281201": {"vr": "OW", "Value": [1, 65535]},
        "00281202": {"vr": "OB", "Value": [1, 255]},
        "00281203": {"vr": "OF", "Value": [1.0]},
        "00281204": {"vr": "OW", "Value": ["x"]},
        "00100010": {"vr": "PN", "Value": [{"Alphabetic": "A^B"}]}})"));
    REQUIRE(document);
    const auto set = document->dataSets().front();
    const auto at = [&](std::uint16_t group, std::uint16_t element) { return set.binary(dicom::Tag{group, element}); };
    CHECK(at(0x7fe0, 0x0010)->uri == "../bulk/1");
    CHECK(at(0x0042, 0x0011)->bytes == Bytes{0, 1, 2, 3, 4});
    CHECK_FALSE(at(0x0042, 0x0010));
    CHECK(at(0x0028, 0x1201)->bytes == Bytes{1, 0, 255, 255});
    CHECK(at(0x0028, 0x1202)->bytes == Bytes{1, 255});
    CHECK(at(0x0028, 0x1203)->bytes == Bytes{0, 0, 0x80, 0x3f});
    CHECK_FALSE(at(0x0028, 0x1204));
    CHECK_FALSE(at(0x0010, 0x0010));
    CHECK_FALSE(at(0x0010, 0x0020));
}

TEST_CASE("a series' metadata comes one dataset at a time, compressed, and only its own", "[core][archive]")
{
    FakeArchive fake;
    fake.gzip = &gzip;
    fake.faults.compresses = true;
    fake.addSeries(30);
    DicomWebClient client(fake.settings());
    std::string ideographic;
    const auto report = client.seriesMetadata(kStudy, kSeries, [&](const JsonDataSet& instance, const std::string&) -> Status {
        ideographic = instance.personName(tags::PatientName).ideographic;
        return {};
    });
    REQUIRE(report);
    CHECK(report->closed);
    CHECK(report->parts == 30);
    CHECK(ideographic == "山田^太郎");
    CHECK(codeOf(client.seriesMetadata(kStudy, SeriesInstanceUid("1.2.3"), {})) == "archive.notfound");
    fake.faults.html = true;
    CHECK(codeOf(client.seriesMetadata(kStudy, kSeries, {})) == "archive.notdicom");
    fake.faults.html = false;
    fake.faults.gzipBomb = true;
    CHECK(codeOf(client.seriesMetadata(kStudy, kSeries, [](const JsonDataSet&, const std::string&) -> Status { return {}; })) ==
          "archive.oversized");
    // A handler that has enough ends the transfer.
    fake.faults.gzipBomb = false;
    CHECK(codeOf(client.seriesMetadata(
              kStudy, kSeries, [](const JsonDataSet&, const std::string&) -> Status { return fail("test.enough", ""); })) == "test.enough");
}

TEST_CASE("bulk data is found by relative and absolute references, alone or in parts, at the archive's own origin alone", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    DicomWebClient client(fake.settings());
    const auto fetched = [&](DicomWebClient& by) {
        const Metadata metadata(by);
        REQUIRE(metadata.report);
        REQUIRE(metadata.uris.size() == 2);
        return by.bulkData(metadata.uris[1], metadata.addresses[1], 1000);
    };
    const std::string series = "/dicom-web/studies/" + kStudy.value + "/series/" + kSeries.value + "/";
    fake.faults.bulkMultipart = GENERATE(false, true);
    fake.faults.withoutLength = GENERATE(false, true);
    for (const std::string& base :
         {std::string(), series, fake.origin() + series, std::string("./"), std::string("../") + kSeries.value + "/"}) {
        fake.faults.bulkBase = base;
        INFO(base);
        if (fake.faults.withoutLength && !fake.faults.bulkMultipart) {
            CHECK(codeOf(fetched(client)) == "archive.broken"); // nothing says that this is all
        } else {
            CHECK(fetched(client).value() == pixelsOf(2));
        }
    }
    fake.faults.withoutLength = false;
    fake.faults.bulkBase.clear();
    CHECK(codeOf(client.bulkData("instances/x/bulk/7FE00010", fake.url() + "/studies/1/series/2/metadata", 1000)) == "archive.notfound");
    const Metadata metadata(client);
    CHECK(codeOf(client.bulkData(metadata.uris[0], metadata.addresses[0], 127)) == "archive.oversized");
    CHECK(client.bulkData(metadata.uris[0], metadata.addresses[0], 128));
    for (const std::size_t cut : {0u, 1u, 100u, 127u}) {
        fake.faults.cutStreamAt = cut;
        CHECK(codeOf(client.bulkData(metadata.uris[0], metadata.addresses[0], 1000)) == "archive.broken");
    }
    // Elsewhere: neither asked nor told who we are.
    std::vector<std::string> seen;
    HttpServer elsewhere([&](const HttpRequest& request) -> HttpResponse {
        seen.push_back(request.path);
        return {200, {{"Content-Type", "application/octet-stream"}}, "other bytes"};
    });
    fake.faults.bulkBase = "http://127.0.0.1:" + std::to_string(elsewhere.port()) + series;
    CHECK(codeOf(fetched(client)) == "archive.refused");
    CHECK(seen.empty());
    CHECK(codeOf(client.bulkData("file:///etc/passwd", fake.url(), 1000)) == "archive.refused");
    // A host that the archive knows itself by, behind a proxy; only where the settings say so.
    auto settings = fake.settings();
    settings.bulkFromOwnHost = true;
    DicomWebClient told(settings);
    CHECK(fetched(told).value() == pixelsOf(2));
    CHECK(seen.empty());
}

TEST_CASE("frames come as many as were asked for, or not at all", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    DicomWebClient client(fake.settings());
    const auto frames = client.frames(kStudy, kSeries, sop(2), {1, 1, 1}).value();
    REQUIRE(frames.size() == 3);
    CHECK(frames[2].bytes == pixelsOf(2));
    CHECK(frames[2].mediaType == "application/octet-stream");
    CHECK(codeOf(client.frames(kStudy, kSeries, SopInstanceUid("1.2.9"), {1})) == "archive.notfound");
    fake.faults.duplicateParts = true;
    CHECK(codeOf(client.frames(kStudy, kSeries, sop(2), {1})) == "archive.mismatch");
    fake.faults.duplicateParts = false;
    fake.faults.cutStreamAt = 300;
    fake.faults.silentCut = true;
    CHECK(codeOf(client.frames(kStudy, kSeries, sop(2), {1, 1, 1})) == "archive.broken");
}

TEST_CASE("pictures made by the archive are PNG or JPEG, and bounded", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(1);
    DicomWebClient client(fake.settings());
    const auto rendered = client.rendered(kStudy, kSeries, sop(1)).value();
    CHECK(rendered.mediaType == "image/png");
    CHECK(rendered.bytes.size() == 108);
    CHECK(client.thumbnail(kStudy, kSeries, sop(1)));
    CHECK(codeOf(client.rendered(kStudy, kSeries, sop(9))) == "archive.notfound");
    fake.faults.oversizedPart = 5 << 20;
    CHECK(codeOf(client.thumbnail(kStudy, kSeries, sop(1))) == "archive.oversized");
    CHECK(client.rendered(kStudy, kSeries, sop(1)));
    fake.faults.html = true;
    CHECK(codeOf(client.thumbnail(kStudy, kSeries, sop(1))) == "archive.notdicom");
}

TEST_CASE("a part larger than the archive's own lists allow is refused", "[core][archive][fault]")
{
    FakeArchive fake;
    fake.addSeries(3);
    fake.faults.oversizedPart = 34 << 20;
    fake.faults.partLengths = GENERATE(false, true);
    DicomWebClient client(fake.settings());
    // Nothing is known of this series yet: up to 2 GiB may be an object.
    CHECK(codeOf(client.retrieveInstance(kStudy, kSeries, sop(1))) != "archive.oversized");
    CHECK(client.instances(kStudy, kSeries).value().items[0].pixelBytes > 0);
    CHECK(codeOf(client.retrieveInstance(kStudy, kSeries, sop(1))) == "archive.oversized");
    CHECK(codeOf(client.retrieveSeries(kStudy, kSeries, [](const SharedBytes&) {})) == "archive.oversized");
    fake.faults.oversizedPart = 0;
    CHECK(*client.retrieveInstance(kStudy, kSeries, sop(1)).value() == makeSlice(1));
}

TEST_CASE("what an archive takes is remembered beyond the client that found it", "[core][archive]")
{
    FakeArchive fake;
    fake.addSeries(2);
    fake.faults.refusalStatus = GENERATE(400, 406, 415);
    fake.faults.refusedAccepts = {"multipart/related; type=\"application/dicom\"; transfer-syntax=*",
                                  "multipart/related; type=application/dicom; transfer-syntax=*",
                                  "multipart/related; type=\"application/octet-stream\"; transfer-syntax=*"};
    KnownArchives known;
    CHECK(DicomWebClient(fake.settings(), &known).retrieveInstance(kStudy, kSeries, sop(1)));
    CHECK(fake.log.size() == 3);
    CHECK(DicomWebClient(fake.settings(), &known).retrieveInstance(kStudy, kSeries, sop(1)));
    CHECK(fake.log.size() == 4);
    CHECK(DicomWebClient(fake.settings(), &known).frames(kStudy, kSeries, sop(1), {1}));
    CHECK(fake.log.size() == 6);
    CHECK(DicomWebClient(fake.settings(), &known).frames(kStudy, kSeries, sop(1), {1}));
    CHECK(fake.log.size() == 7);
    auto moved = fake.settings();
    moved.url += "/"; // another address is another archive
    CHECK(known.habitsOf(moved) != known.habitsOf(fake.settings()));
    // Pages that it refuses for their length are asked for shorter, from then on.
    fake.faults.refusesLimitAbove = 150;
    fake.log.clear();
    CHECK(DicomWebClient(fake.settings(), &known).instances(kStudy, kSeries, 2).value().items.size() == 2);
    CHECK(fake.log.size() == 2);
    CHECK(DicomWebClient(fake.settings(), &known).instances(kStudy, kSeries, 2).value().items.size() == 2);
    CHECK(fake.log.size() == 3);
}

} // namespace pieces_test
