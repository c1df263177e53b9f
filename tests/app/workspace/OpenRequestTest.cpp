#include "app/workspace/OpenRequest.h"

#include "tests/support/Catch.h"
#include "tests/support/TempFolder.h"

using namespace akari;
using namespace akari::workspace;

TEST_CASE("a link names one study, and perhaps its archive", "[app][workspace]")
{
    const auto plain = parseOpenUrl("akari://open?study=1.2.840.99.1").value();
    CHECK(plain.study.value == "1.2.840.99.1");
    CHECK(plain.archive.empty());
    CHECK(parseOpenUrl("akari://open?study=1.2.3&archive=City%20Hospital").value().archive == "City Hospital");
    CHECK(parseOpenUrl("akari://open?archive=%E5%B8%82%E6%B0%91%E7%97%85%E9%99%A2&study=1.2.3").value().archive == "市民病院");
    CHECK(parseOpenUrl("akari://open?archive=a%26b%3Dc&study=1.2.3").value().archive == "a&b=c");
    CHECK(parseOpenUrl("akari://open?study=" + std::string(64, '1')).has_value());
}

TEST_CASE("a link that is anything else is refused", "[app][workspace]")
{
    const std::string url = GENERATE(
        as<std::string>(), "", "akari://", "akari://open", "akari://open?", "akari://open?study=", "akari://open?study",
        "akari://open/?study=1.2", "akari:open?study=1.2", "AKARI://open?study=1.2", "http://open?study=1.2", "akari://open?study=1.2&",
        "akari://open?&study=1.2", "akari://open?study=1.2&&archive=a", "akari://open?archive=a", "akari://open?study=1.2&study=1.3",
        "akari://open?study=1.2&patient=7", "akari://open?study=1.2#x", "akari://open?study=%31.2", "akari://open?study=1..2",
        "akari://open?study=.1", "akari://open?study=1.", "akari://open?study=1.2 ", "akari://open?study=1.2;ls",
        "akari://open?study=1.2/../3", "akari://open?study=--data", "akari://open?study=1.2&archive=", "akari://open?study=1.2&archive=%",
        "akari://open?study=1.2&archive=%4", "akari://open?study=1.2&archive=%zz", "akari://open?study=1.2&archive=a%00b",
        "akari://open?study=1.2&archive=a%0Ab", "akari://open?study=1.2&archive=%ff", "akari://open?study=1.2&archive=%c0%af",
        "akari://open?study=1.2&archive=%ed%a0%80", "akari://open?study=1.2&archive=%c2%85", "akari://open?study=1.2&archive=%e3%81");
    INFO(url);
    const auto parsed = parseOpenUrl(url);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().code == "open.url");
    CHECK_FALSE(parseOpenUrl("akari://open?study=" + std::string(65, '1')));
    CHECK_FALSE(parseOpenUrl("akari://open?study=1.2&archive=" + std::string(65, 'a')));
}

TEST_CASE("a link goes to an archive that is known here, and is never guessed between two", "[app][workspace]")
{
    const test::TempFolder folder;
    const SystemClock clock;
    const auto records = records::Records::open(folder.path(), vault::Key(Bytes(32, 7)), false, clock).value();
    const auto cache = cache::Cache::openInMemory().value();
    const StudyInstanceUid study("1.2.3");
    const auto code = [&](const std::string& archive) {
        const auto found = resolveOpen({archive, study}, *records, *cache);
        return found ? "=" + found->archive : found.error().code;
    };
    CHECK(code("") == "open.archive");
    REQUIRE(records->putArchive({"North", "https://north.example.org", "", "", "", "", ""}));
    CHECK(code("") == "=North");
    CHECK(code("North") == "=North");
    CHECK(code("South") == "open.archive");
    REQUIRE(records->putArchive({"South", "https://south.example.org", "", "", "", "", ""}));
    CHECK(code("") == "study.ambiguous");
    cache::StudyRecord copy;
    copy.study = study;
    copy.archive = "import:0123456789ab";
    REQUIRE(cache->putStudy(copy));
    CHECK(code("") == "=import:0123456789ab");
    CHECK(code("import:0123456789ab") == "=import:0123456789ab");
    CHECK(code("import:ffffffffffff") == "open.archive");
    copy.archive = "South";
    REQUIRE(cache->putStudy(copy));
    CHECK(code("") == "study.ambiguous");
    CHECK(resolveOpen({"", {}}, *records, *cache)); // only to the front
    CHECK(resolveOpen({"North", {}}, *records, *cache).error().code == "open.url");
    CHECK(resolveOpen({"", StudyInstanceUid("1.2; 3")}, *records, *cache).error().code == "open.url");
}
