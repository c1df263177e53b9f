#include "reporting/Document.h"
#include "tests/reporting/Samples.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::reporting;

TEST_CASE("A new document has the five sections in its language", "[reporting]")
{
    const auto ja = newDocument(test::subject(), "ja");
    REQUIRE(ja.sections.size() == 5);
    CHECK(ja.sections[3].heading == "所見");
    CHECK(ja.sections[3].kind == SectionKind::Findings);
    CHECK(ja.title == "画像診断報告書");
    const auto en = newDocument(test::subject(), "en");
    CHECK(en.sections[0].heading == "Indication");
    CHECK(en.title == "Diagnostic Imaging Report");
    for (const auto& section : en.sections) {
        CHECK(kindOfHeading(section.heading) == section.kind);
    }
    for (const auto& section : ja.sections) {
        CHECK(kindOfHeading(section.heading) == section.kind);
    }
}

TEST_CASE("Headings are known in both languages and any case", "[reporting]")
{
    CHECK(kindOfHeading("FINDINGS:") == SectionKind::Findings);
    CHECK(kindOfHeading(" impression ") == SectionKind::Impression);
    CHECK(kindOfHeading("所見：") == SectionKind::Findings);
    CHECK(kindOfHeading("Weather") == SectionKind::Other);
}

TEST_CASE("Every field of a document survives JSON", "[reporting]")
{
    auto document = test::document();
    document.measurements.push_back(test::ellipseOn(2));
    document.measurements[1].image.frame = FrameNumber{7};
    document.measurements[1].annotation.frame = FrameNumber{7};
    document.measurements[1].value.calibration = image::Calibration::AtDetector;
    document.keyImages[0].window->function = image::VoiFunction::Sigmoid;
    document.keyImages[0].turn = Turn{3, true, false};
    document.keyImages[0].area = image::DisplayedArea{};
    document.keyImages[0].area->firstColumn = -12.5;
    document.keyImages[0].area->lastColumn = 99.25;
    document.keyImages[0].area->lastRow = 40;
    document.sections.push_back({SectionKind::Other, "追記", "本文\n二行目"});
    const auto back = fromJson(toJson(document));
    REQUIRE(back);
    CHECK(*back == document);
    REQUIRE(back->measurements.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& a = back->measurements[i];
        const auto& b = document.measurements[i];
        CHECK(a.image == b.image);
        CHECK(a.value.kind == b.value.kind);
        CHECK(a.value.length == b.value.length);
        CHECK(a.value.area == b.value.area);
        CHECK(a.value.unit == b.value.unit);
        CHECK(a.value.areaUnit == b.value.areaUnit);
        CHECK(a.value.calibration == b.value.calibration);
        CHECK(a.value.statistics.has_value() == b.value.statistics.has_value());
    }
    CHECK(back->measurements[1].value.statistics->mean == -650.25);
    CHECK(back->measurements[1].value.statistics->pixels == 100);
    CHECK(back->measurements[1].value.statistics->unit == "[hnsf'U]");
    CHECK(toJson(*back) == toJson(document));
}

TEST_CASE("A key image's part without extent, or turned otherwise than by quarters, is not believed", "[reporting]")
{
    const auto read = fromJson(R"({"keyImages":[{"sop":"1.2.3","turn":{"quarterTurns":7,"flipVertical":true},
        "area":{"firstColumn":5,"firstRow":5,"lastColumn":5,"lastRow":9}}]})");
    REQUIRE(read);
    REQUIRE(read->keyImages.size() == 1);
    CHECK(read->keyImages[0].turn == Turn{0, false, true});
    CHECK_FALSE(read->keyImages[0].area);

    KeyImage key;
    image::DisplayedArea presented;
    presented.aspect = 2;
    CHECK(areaSeen(key, presented) == presented);
    key.area = image::DisplayedArea{};
    key.area->lastColumn = key.area->lastRow = 9;
    CHECK(areaSeen(key, std::nullopt) == key.area);
    CHECK(areaSeen(key, presented)->lastColumn == 9);
    CHECK(areaSeen(key, presented)->aspect == 2); // its pixels keep the shape that the state gives them
}

TEST_CASE("The contract's JSON is read with what it leaves out", "[reporting]")
{
    const auto document = fromJson(R"({"title":"CT chest","language":"ja",
        "sections":[{"heading":"Findings","text":"右肺S6に12 mmの結節を認める。"},{"heading":"Impression","text":"x"}],
        "measurements":[{"type":"length","sop":"1.2.3","frame":1,"points":[{"column":1.5,"row":2},{"column":3,"row":4}]}],
        "keyImages":[{"sop":"1.2.3","frame":1},{"sop":"1.2.4"}]})");
    REQUIRE(document);
    CHECK(document->title == "CT chest");
    CHECK(document->sections[0].kind == SectionKind::Findings);
    CHECK(document->sections[0].text == test::kSentence);
    REQUIRE(document->measurements.size() == 1);
    const auto& m = document->measurements[0];
    CHECK(m.annotation.object.sop.value == "1.2.3");
    CHECK(m.annotation.points[0].column == 1.5);
    CHECK(isValidUid(m.annotation.trackingUid));
    CHECK(!m.annotation.id.empty());
    CHECK(m.image.series.empty());
    CHECK(m.image.sopClassUid.empty());
    CHECK(document->keyImages[0].image.frame == FrameNumber{1});
    CHECK(!document->keyImages[1].image.frame);
    CHECK(fromJson("{}")->sections.empty());
}

TEST_CASE("What is wrong in a report's JSON is named", "[reporting]")
{
    const auto message = [](const char* json) {
        const auto result = fromJson(json);
        REQUIRE(!result);
        CHECK(result.error().code == "report.json");
        return result.error().message;
    };
    using Catch::Matchers::Contains;
    CHECK_THAT(message("{"), Contains("not valid JSON"));
    CHECK_THAT(message("[]"), Contains("object"));
    CHECK_THAT(message(R"({"sections":3})"), Contains("sections must be a list"));
    CHECK_THAT(message(R"({"sections":[{"heading":"Findings","text":"a"},{"heading":"Findings","text":5}]})"), Contains("sections[1].text must be a text"));
    CHECK_THAT(message(R"({"language":"fr"})"), Contains("language"));
    CHECK_THAT(message(R"({"measurements":[{"type":"angle","sop":"1.2","points":[]}]})"), Contains("measurements[0].type must be one of length, ellipse"));
    CHECK_THAT(message(R"({"measurements":[{"type":"length","sop":"1.2","points":[{"column":1,"row":2}]}]})"), Contains("points must hold exactly two"));
    CHECK_THAT(message(R"({"keyImages":[{"frame":1}]})"), Contains("keyImages[0].sop"));
    CHECK_THAT(message(R"({"keyImages":[{"sop":"1.2","frame":0}]})"), Contains("keyImages[0].frame"));
}
