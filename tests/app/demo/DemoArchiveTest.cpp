#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>

#include "app/cli/demo/DemoArchive.h"
#include "app/cli/demo/OrthancClient.h"
#include "core/base/Bytes.h"
#include "core/phantom/Phantom.h"
#include "tests/support/Catch.h"

using namespace akari;
namespace fs = std::filesystem;
using nlohmann::json;

namespace {

struct Folder {
    Folder() : path(fs::temp_directory_path() / ("akari-demo-" + toHex(randomBytes(8)))) {}
    ~Folder()
    {
        std::error_code ignored;
        fs::remove_all(path, ignored);
    }
    fs::path path;
};

json listed(demo::DemoArchive& archive, const std::string& query)
{
    demo::OrthancClient rest(archive.url(), archive.user(), archive.password());
    const auto reply = rest.get(query);
    REQUIRE(reply);
    REQUIRE(reply->status == 200);
    return json::parse(reply->body);
}

std::string value(const json& item, const char* tag) { return item.at(tag).at("Value").at(0).get<std::string>(); }
int count(const json& item, const char* tag) { return item.at(tag).at("Value").at(0).get<int>(); }

std::size_t objectsIn(const phantom::GroundTruth& truth)
{
    std::size_t sum = 0;
    for (const auto& series : truth.series) {
        sum += series.sopInstanceUids.size();
    }
    return sum;
}

} // namespace

TEST_CASE("Demo archive serves every generated study, and fills itself once only", "[app][archive]")
{
    const Folder folder;
    demo::DemoOptions options;
    options.storageFolder = folder.path;
    options.largeSlices = 4;
    int lines = 0;
    options.progress = [&](const std::string& line) {
        ++lines;
        CHECK(line.find('^') == std::string::npos);
    };
    auto started = demo::DemoArchive::start(options);
    if (!started && started.error().code == "demo.not_installed") {
        AKARI_SKIP("Orthanc and its DICOMweb plugin are not installed");
    }
    REQUIRE(started);
    CHECK(lines > 3);
    auto& archive = **started;
    CHECK(archive.running());
    const auto expected = phantom::demoStudies(4, {});
    CHECK(expected.size() == 6);

    const json studies = listed(archive, "/studies?includefield=00201208&includefield=00100010");
    CHECK(studies.size() == expected.size());
    std::map<std::string, json> byUid;
    for (const json& study : studies) {
        byUid[value(study, "0020000D")] = study;
    }
    std::size_t total = 0;
    for (const auto& truth : expected) {
        REQUIRE(byUid.contains(truth.studyInstanceUid));
        const json& study = byUid[truth.studyInstanceUid];
        CHECK(count(study, "00201208") == static_cast<int>(objectsIn(truth)));
        CHECK(value(study, "00080020") == truth.studyDate);
        CHECK(value(study, "00100020") == truth.patientId);
        const json& name = study.at("00100010").at("Value").at(0);
        CHECK(name.at("Alphabetic").get<std::string>() + "=" + name.at("Ideographic").get<std::string>() + "=" +
                  name.at("Phonetic").get<std::string>() ==
              truth.patientName);
        total += objectsIn(truth);
    }
    CHECK(archive.uploaded() == static_cast<int>(total));

    demo::OrthancClient stranger(archive.url(), "akari", "wrong");
    const auto refused = stranger.get("/studies");
    REQUIRE(refused);
    CHECK(refused->status == 401);

    const auto second = demo::DemoArchive::start(options);
    REQUIRE_FALSE(second);
    CHECK(second.error().code == "demo.running");

    archive.stop();
    CHECK_FALSE(archive.running());

    // Same folder again: same password, nothing sent, all still there.
    const std::string password = archive.password();
    auto again = demo::DemoArchive::start(options);
    REQUIRE(again);
    CHECK((*again)->uploaded() == 0);
    CHECK((*again)->password() == password);
    CHECK(listed(**again, "/studies").size() == expected.size());
}

TEST_CASE("Demo archive says what to do when its folder can't be made", "[app][archive]")
{
    demo::DemoOptions options;
    options.storageFolder = "/proc/none/akari";
    const auto started = demo::DemoArchive::start(options);
    REQUIRE_FALSE(started);
    if (started.error().code == "demo.not_installed") {
        AKARI_SKIP("Orthanc and its DICOMweb plugin are not installed");
    }
    CHECK(started.error().code == "demo.folder");
}
