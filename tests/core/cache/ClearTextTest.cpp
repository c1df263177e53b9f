// Nothing that names a patient or an object may stand in the cache folder, in any spelling that a search would find.
#include <algorithm>
#include <set>

#include "core/base/FileIo.h"
#include "core/cache/Cache.h"
#include "tests/core/cache/Batches.h"
#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::cache;
using namespace akari::cache::test;
namespace fs = std::filesystem;

namespace {

std::string wide(std::string_view ascii, bool bigEndian)
{
    std::string text;
    for (const char c : ascii) {
        text += bigEndian ? std::string{'\0', c} : std::string{c, '\0'};
    }
    return text;
}

// Base64 of a text inside something longer looks one of three ways; the characters at the ends depend on the neighbours.
std::vector<std::string> base64Forms(const std::string& text)
{
    std::vector<std::string> forms;
    for (std::size_t shift = 0; shift < 3; ++shift) {
        const std::string padded = std::string(shift, '?') + text;
        std::string coded = base64(asBytes(padded));
        coded = coded.substr(shift == 0 ? 0 : shift + 1, padded.size() / 3 * 4 - (shift == 0 ? 0 : shift + 1));
        forms.push_back(coded);
    }
    return forms;
}

std::vector<std::string> formsOf(const std::string& secret)
{
    std::vector<std::string> forms{secret, wide(secret, false), wide(secret, true), toHex(asBytes(secret))};
    for (std::string& form : base64Forms(secret)) {
        forms.push_back(std::move(form));
    }
    return forms;
}

std::vector<std::string> found(const fs::path& folder, const std::vector<std::string>& secrets)
{
    std::vector<std::string> hits;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
        std::string text = entry.path().filename().string();
        if (entry.is_regular_file()) {
            text += asText(readWholeFile(entry.path()).value());
        }
        for (const std::string& secret : secrets) {
            for (const std::string& form : formsOf(secret)) {
                if (text.find(form) != std::string::npos) {
                    hits.push_back(secret + " in " + entry.path().filename().string());
                }
            }
        }
    }
    return hits;
}

} // namespace

TEST_CASE("no patient field and no UID stands in clear in the cache folder", "[core][cache]")
{
    const akari::test::TempFolder folder;
    const fs::path at = folder.path() / "cache";
    StudyRecord study;
    study.archive = "ward-seven";
    study.study = kStudy;
    study.patientId = "PID-0042-17";
    study.issuerOfPatientId = "St-Elsewhere";
    study.patientName = {"Lighthouse^Wilhelmina", "灯台^花子", "とうだい^はなこ"};
    study.patientBirthDate = "19441231";
    study.studyDescription = "Thorax follow-up";
    study.accessionNumber = "ACC-99120";
    study.referringPhysician = "Quartermain";
    study.studyDate = "20251117";
    std::vector<IncomingObject> batch = batchOf(1, 3);
    const std::string secretHeader = "(0010,0010) Lighthouse^Wilhelmina PID-0042-17 " + kStudy.value;
    for (IncomingObject& object : batch) {
        Bytes bytes = *object.bytes;
        std::copy(secretHeader.begin(), secretHeader.end(), bytes.begin() + 10);
        object = objectOf(std::make_shared<const Bytes>(bytes), object.instanceNumber);
    }
    std::vector<std::string> secrets{"Lighthouse", "Wilhelmina", "PID-0042-17", "Elsewhere", "灯台", "とうだい", "19441231", "20251117",
                                     "follow-up", "ACC-99120", "Quartermain", "ward-seven", kStudy.value, kSeries.value, "1.2.840.99999",
                                     "1.2.840.10008.5.1.4.1.1.2"};
    for (const IncomingObject& object : batch) {
        secrets.push_back(object.identity.sop.value);
        secrets.push_back(object.identity.contentVersion);
    }
    {
        auto cache = Cache::open(at, vault::Key(Bytes(32, 5)), false);
        REQUIRE(cache);
        REQUIRE((*cache)->putStudy(study));
        REQUIRE((*cache)->putSeries("ward-seven", kStudy, {kSeries, "CT", 1, "Thorax follow-up", 3, 0}));
        REQUIRE((*cache)->store(batch));
        CHECK(found(at, secrets) == std::vector<std::string>{}); // with the WAL
    }
    CHECK(found(at, secrets) == std::vector<std::string>{});

    // The search itself can find.
    REQUIRE(writeAtomically(at / "a", asBytes("xx" + base64(asBytes("?" + secretHeader)))));
    REQUIRE(writeAtomically(at / "b", asBytes(wide("Dr Quartermain", true))));
    const auto hits = found(at, secrets);
    CHECK(std::count(hits.begin(), hits.end(), "Lighthouse in a") == 1);
    CHECK(std::count(hits.begin(), hits.end(), "PID-0042-17 in a") == 1);
    CHECK(std::count(hits.begin(), hits.end(), "Quartermain in b") == 1);
}
