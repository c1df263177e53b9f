#include <QPainter>

#include "reporting/pdf/Pdf.h"
#include "tests/reporting/Application.h"
#include "tests/reporting/Judges.h"
#include "tests/reporting/Samples.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::reporting;
using Catch::Matchers::Contains;

namespace {

QImage picture(int width, int height)
{
    QImage image(width, height, QImage::Format_RGB32);
    image.fill(Qt::black);
    QPainter painter(&image);
    painter.setRenderHint(QPainter::Antialiasing);
    painter.setBrush(QColor(90, 90, 90));
    painter.drawEllipse(QRectF(width * 0.1, height * 0.2, width * 0.8, height * 0.6));
    painter.setPen(QPen(QColor("#4ea1ff"), 3));
    painter.drawLine(width / 2, height / 2, width * 2 / 3, height / 2);
    return image;
}

PdfContext context()
{
    test::application();
    PdfContext c;
    c.reader = test::signature().reader;
    c.clock = &test::kClock;
    c.hospital = "あかり総合病院";
    c.keyImages = {{picture(512, 512), "右肺S6の結節、最大径の断面"}, {picture(600, 400), ""}, {picture(300, 500), "冠状断"}};
    return c;
}

std::filesystem::path rendered(const std::string& name, const Document& document, const PdfContext& c)
{
    const auto bytes = renderPdf(document, c);
    REQUIRE(bytes);
    return test::save(test::scratch(name) / "report.pdf", *bytes);
}

Document longReport()
{
    auto document = test::document();
    document.measurements.push_back(test::ellipseOn(2));
    document.measurements.push_back(test::lengthOn(2));
    document.measurements[2].value.calibration = image::Calibration::AtDetector;
    for (int i = 0; i < 45; ++i) {
        document.sections[3].text += "\n両側肺野に、その他の明らかな結節影や浸潤影は指摘できない。縦隔および肺門に有意なリンパ節腫大を認めない。胸水なし。 " + std::to_string(i);
    }
    return document;
}

} // namespace

TEST_CASE("Every font of the PDF is embedded", "[reporting][pdf]")
{
    if (!test::present("pdffonts")) {
        AKARI_SKIP("pdffonts (poppler-utils) is not installed");
    }
    for (const char* language : {"ja", "en"}) {
        auto document = test::document();
        document.language = language;
        const auto judgement = test::judge("pdffonts " + rendered(std::string("fonts-") + language, document, context()).string());
        INFO(judgement.text);
        REQUIRE(judgement.status == 0);
        std::size_t fonts = 0;
        std::istringstream lines(judgement.text);
        for (std::string line; std::getline(lines, line);) {
            if (line.starts_with("name ") || line.starts_with("---")) {
                continue;
            }
            ++fonts;
            // The columns are emb, sub, uni, object ID.
            CHECK((line.find(" yes no  yes ") != std::string::npos || line.find(" yes yes yes ") != std::string::npos));
        }
        CHECK(fonts >= 2);
    }
}

TEST_CASE("The PDF's text is the report's, verbatim", "[reporting][pdf]")
{
    if (!test::present("pdftotext")) {
        AKARI_SKIP("pdftotext (poppler-utils) is not installed");
    }
    auto document = test::document();
    document.measurements.push_back(test::ellipseOn(2));
    for (const char* language : {"ja", "en"}) {
        document.language = language;
        const auto path = rendered(std::string("text-") + language, document, context());
        const auto judgement = test::judge("pdftotext -layout " + path.string() + " -");
        INFO(judgement.text);
        for (const char* expected : {"山田 太郎", "Yamada Taro", "やまだ たろう", "P-001", "1960-01-01", "2026-03-03", "胸部CT 単純", "A0001",
                                     "右肺S6に12 mmの結節を認める。", "左肺に異常なし。", "肺癌疑い。", "咳嗽。結節の経過観察。", "12.3 mm", "遠隔読影センター",
                                     "2026-03-04 02:13 (UTC+09:00)", "あかり総合病院", "右肺S6の結節、最大径の断面"}) {
            CHECK_THAT(judgement.text, Contains(expected));
        }
        CHECK_THAT(judgement.text, Contains(std::string(language) == "ja" ? "鈴木 花子" : "Suzuki Hanako"));
        CHECK_THAT(judgement.text, Contains(std::string(language) == "ja" ? "所見" : "Key images"));
    }
}

TEST_CASE("A long report goes on over pages that name the patient", "[reporting][pdf]")
{
    if (!test::present("pdftotext")) {
        AKARI_SKIP("pdftotext (poppler-utils) is not installed");
    }
    const auto path = rendered("long", longReport(), context());
    const auto all = test::judge("pdftotext -layout " + path.string() + " -").text;
    for (int i = 0; i < 45; ++i) {
        CHECK_THAT(all, Contains("胸水なし。 " + std::to_string(i)));
    }
    const auto second = test::judge("pdftotext -layout -f 2 -l 2 " + path.string() + " -").text;
    CHECK_THAT(second, Contains("山田 太郎"));
    CHECK_THAT(second, Contains("P-001"));
    CHECK_THAT(second, Contains("2 / "));
    CHECK_THAT(all, Contains("検出器面での値、拡大率未補正"));
}

TEST_CASE("A draft says that it is one and names no signer", "[reporting][pdf]")
{
    if (!test::present("pdftotext")) {
        AKARI_SKIP("pdftotext (poppler-utils) is not installed");
    }
    auto c = context();
    c.draft = true;
    const auto text = test::judge("pdftotext " + rendered("draft", test::document(), c).string() + " -").text;
    CHECK_THAT(text, Contains("下書き"));
    CHECK_THAT(text, !Contains("鈴木"));
}
