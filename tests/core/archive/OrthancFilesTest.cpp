// An Orthanc's own lists and files: taken where they are what was asked for, and nothing is lost or mistaken where they are not.
#include <cstdio>

#include "core/archive/Sync.h"
#include "core/dicom/Tags.h"
#include "tests/core/archive/KeptSlices.h"
#include "tests/support/Catch.h"
#include "tests/support/FakeArchive.h"
#include "tests/support/Orthanc.h"

using namespace akari;
using namespace akari::archive;
using namespace akari::test;

namespace orthanc_files_test {

namespace {

using Json = nlohmann::json;

const StudyInstanceUid kStudy("1.2.840.99.1");
const SeriesInstanceUid kSeries("1.2.840.99.1.1");

enum class Lie {
    None,
    NoOrthanc,
    TwoSeries,
    NamelessSeries,
    OneShort,
    OneTwice,
    WildName,
    OtherParent,
    NoJson,
    OtherFile,
    ForeignFile,
    Forbidden,
    Gone,
    Longer,
    Cut,
    Page
};

// Orthanc's names: five groups of eight digits.
std::string named(int number)
{
    char text[45];
    std::snprintf(text, sizeof text, "%08x-00000000-00000000-00000000-00000000", static_cast<unsigned>(number));
    return text;
}

struct OwnDoor {
    FakeArchive& fake;
    int count = 0;
    Lie lie = Lie::None;

    HttpResponse operator()(const HttpRequest& request) const
    {
        const auto json = [](const Json& body) { return HttpResponse{200, {{"Content-Type", "application/json"}}, body.dump()}; };
        if (request.path == "/system" && lie != Lie::NoOrthanc) {
            return json({{"ApiVersion", 18}, {"DatabaseVersion", 6}});
        }
        if (request.path == "/tools/lookup" && request.method == "POST" && request.body == kSeries.value) {
            Json found = Json::array({{{"Type", "Study"}, {"ID", named(7777)}}, {{"Type", "Series"}, {"ID", named(9999)}}});
            if (lie == Lie::TwoSeries) {
                found.push_back({{"Type", "Series"}, {"ID", named(8888)}});
            }
            if (lie == Lie::NamelessSeries) {
                found[1]["ID"] = "../../dicom-web";
            }
            return json(found);
        }
        if (request.path == "/series/" + named(9999)) {
            Json names = Json::array();
            for (int number = 1; number <= count; ++number) {
                names.push_back(named(number));
            }
            return json({{"Instances", names}});
        }
        if (request.path == "/series/" + named(9999) + "/instances") {
            return lie == Lie::NoJson ? HttpResponse{200, {{"Content-Type", "text/html"}}, "<html>[{"} : json(rows());
        }
        return file(request.path);
    }
    Json rows() const
    {
        Json all = Json::array();
        for (int number = 1; number <= count - (lie == Lie::OneShort ? 1 : 0); ++number) {
            const int meant = lie == Lie::OneTwice && number == count ? 1 : number;
            all.push_back({{"ID", lie == Lie::WildName && number == 5 ? "../statistics?" + named(5).substr(14) : named(number)},
                           {"ParentSeries", named(lie == Lie::OtherParent && number == 5 ? 8888 : 9999)},
                           {"FileSize", makeSlice(number).size()},
                           {"MainDicomTags", {{"SOPInstanceUID", sopOf(kSeries.value, meant)}, {"InstanceNumber", std::to_string(number)},
                                              {"ImagePositionPatient", "-1.5\\2\\" + std::to_string(number)}}}});
        }
        return all;
    }
    HttpResponse file(const std::string& path) const
    {
        int number = 0;
        while (++number <= count && path != "/instances/" + named(number) + "/file") {
        }
        if (number > count) {
            return {404, {}, ""};
        }
        Bytes bytes = makeSlice(lie == Lie::OtherFile ? number % count + 1 : number);
        SliceOptions foreign;
        foreign.study = "1.2.840.99.2";
        bytes = lie == Lie::ForeignFile ? makeSlice(number, foreign) : bytes;
        bytes.resize(bytes.size() + (lie == Lie::Longer ? 2 : 0));
        HttpResponse response{200, {{"Content-Type", lie == Lie::Page ? "text/html" : "application/dicom"}}, std::string(bytes.begin(), bytes.end())};
        response.status = lie == Lie::Forbidden ? 403 : lie == Lie::Gone ? 404 : 200;
        if (lie == Lie::Cut) {
            response.cutAt = bytes.size() / 2;
        }
        return response;
    }
};

struct Bench {
    explicit Bench(int count, Lie lie = Lie::None)
    {
        fake.addSeries(count);
        fake.beside = OwnDoor{fake, count, lie};
        lines.note("Fake", 30e6); // so that instances come one by one
    }
    SyncReport sync()
    {
        DicomWebClient client(fake.settings());
        SyncOptions options;
        options.retry.pause = std::chrono::milliseconds(1);
        options.lines = &lines;
        return syncStudy(client, *cache, kStudy, options, {}, clock).value();
    }
    std::size_t wrong() { return wrongIn(*cache); }
    FakeArchive fake;
    LineRates lines;
    SystemClock clock;
    std::unique_ptr<cache::Cache> cache = cache::Cache::openInMemory().value();
};

} // namespace

TEST_CASE("An Orthanc's own list and files bring a series without a question by DICOMweb for each", "[core][archive]")
{
    Bench bench(60);
    const auto report = bench.sync();
    CHECK(report.complete);
    CHECK(report.stored == 60);
    CHECK(report.problems.empty());
    CHECK(bench.wrong() == 0);
    CHECK(bench.fake.requests("/dicom-web/studies/1.2.840.99.1/series/1.2.840.99.1.1/instances") == 0);
    CHECK(bench.fake.requests("/file") == 60);
    CHECK(bench.fake.requests("/system") == 1);
}

TEST_CASE("Whatever is wrong beside DICOMweb, the study arrives whole and right", "[core][archive]")
{
    const Lie lie = GENERATE(Lie::NoOrthanc, Lie::TwoSeries, Lie::NamelessSeries, Lie::OneShort, Lie::OneTwice, Lie::WildName, Lie::OtherParent,
                             Lie::NoJson, Lie::OtherFile, Lie::ForeignFile, Lie::Forbidden, Lie::Gone, Lie::Longer, Lie::Cut, Lie::Page);
    Bench bench(60, lie);
    const auto report = bench.sync();
    INFO("lie " << static_cast<int>(lie));
    CHECK(report.complete);
    CHECK(report.stored == 60);
    CHECK(report.problems.empty());
    CHECK(bench.wrong() == 0);
    CHECK(bench.fake.requests("statistics") == 0);
    // The files of those that its short list names are what was asked for.
    CHECK(bench.fake.requests("/dicom-web/studies/1.2.840.99.1/series/1.2.840.99.1.1/instances/") == (lie == Lie::OneShort ? 1 : 60));
    if (lie == Lie::Forbidden) {
        CHECK(bench.fake.requests("/file") <= 8); // one a connection: files are not for us
    }
}

TEST_CASE("A first answer that gets lost makes an Orthanc no other archive; one that never answers is asked three times", "[core][archive]")
{
    Bench bench(60);
    const OwnDoor door{bench.fake, 60};
    int lost = GENERATE(1, 2, 3);
    const bool found = lost < 3;
    bench.fake.beside = [&, left = lost](const HttpRequest& request) mutable {
        if (request.path == "/system" && left-- > 0) {
            HttpResponse broken{200, {{"Content-Type", "application/json"}}, "{\"ApiVersion\": 18, \"DatabaseVersion\": 6}"};
            broken.cutAt = 10;
            return left % 2 == 0 ? broken : HttpResponse{503, {}, ""};
        }
        return door(request);
    };
    DicomWebClient client(bench.fake.settings());
    for (int question = 0; question < 5; ++question) {
        CHECK(client.instances(kStudy, kSeries, 60).value().items.size() == 60);
    }
    CHECK(bench.fake.requests("/system") == static_cast<std::size_t>(std::min(lost + 1, 3)));
    CHECK((bench.fake.requests("/tools/lookup") > 0) == found);
}

TEST_CASE("A slice from the middle of a long series comes ahead of its list", "[core][archive]")
{
    const bool orthanc = GENERATE(false, true);
    Bench bench(500, orthanc ? Lie::None : Lie::NoOrthanc);
    DicomWebClient client(bench.fake.settings());
    REQUIRE(client.probe()); // as when the row was selected
    const auto middle = client.retrieveMiddle(kStudy, kSeries, 500).value();
    const auto number = middle.dataSet.integer(dicom::tags::InstanceNumber).value_or(0);
    CHECK(std::abs(number - 250) <= 1);
    CHECK(*middle.bytes == makeSlice(static_cast<int>(number)));
    CHECK(bench.fake.requests("/file") == (orthanc ? 1 : 0));

    std::vector<std::int32_t> came;
    std::mutex mutex;
    SyncOptions options;
    options.lines = &bench.lines;
    SyncEvents events;
    events.received = [&](const cache::IncomingObject& object) {
        const std::lock_guard lock(mutex);
        came.push_back(object.instanceNumber);
    };
    CHECK(syncStudy(client, *bench.cache, kStudy, options, events, bench.clock).value().complete);
    REQUIRE(came.size() == 500);
    CHECK(came.front() == number);
    CHECK(bench.wrong() == 0);
}

TEST_CASE("A real Orthanc lists the same beside DICOMweb as by it, and its files are what was stored", "[core][archive][orthanc]")
{
    const auto orthanc = Orthanc::start();
    if (!orthanc) {
        AKARI_SKIP("no Orthanc");
    }
    constexpr int kCount = 40;
    for (int number = 1; number <= kCount; ++number) {
        REQUIRE(orthanc->upload(makeSlice(number)));
    }
    DicomWebClient client(orthanc->settings());
    const auto byUid = [](std::vector<InstanceResult> items) {
        std::sort(items.begin(), items.end(), [](const auto& a, const auto& b) { return a.sop.value < b.sop.value; });
        return items;
    };
    const auto standard = byUid(client.instances(kStudy, kSeries).value().items);
    const auto found = client.instances(kStudy, kSeries, kCount).value();
    const auto own = byUid(found.items);
    CHECK_FALSE(found.incomplete);
    REQUIRE(standard.size() == kCount);
    REQUIRE(own.size() == kCount);
    for (std::size_t i = 0; i < kCount; ++i) {
        CHECK(own[i].sop == standard[i].sop);
        CHECK(own[i].number == standard[i].number);
        CHECK(own[i].frames == standard[i].frames);
        CHECK(own[i].position == standard[i].position);
        CHECK(own[i].orientation == standard[i].orientation);
        CHECK(own[i].pixelBytes == 0); // the list came from beside
        CHECK(*client.retrieveInstance(kStudy, kSeries, own[i].sop).value() == makeSlice(own[i].number));
    }
    CHECK(client.retrieveMiddle(kStudy, kSeries, kCount));
}

} // namespace orthanc_files_test
