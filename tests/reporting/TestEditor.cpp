#include <QLabel>
#include <QLineEdit>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTest>

#include "reporting/editor/ReportEditor.h"
#include "reporting/editor/ReviewSheet.h"
#include "tests/reporting/Application.h"
#include "tests/reporting/Samples.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::reporting;

namespace {

template <class T> T* child(QWidget& parent, const char* name)
{
    auto* found = parent.findChild<T*>(QString::fromUtf8(name));
    INFO(name);
    REQUIRE(found);
    return found;
}

struct Shown {
    ReportEditor editor;
    std::vector<Document> edits;
    Shown()
    {
        QObject::connect(&editor, &ReportEditor::edited, [this](const Document& d) { edits.push_back(d); });
        editor.setDocument(test::document());
        editor.resize(360, 800);
        editor.show();
        QTest::qWait(0);
    }
};

} // namespace

TEST_CASE("The editor shows the document and emits nothing for it", "[reporting][editor]")
{
    test::application();
    Shown shown;
    CHECK(shown.edits.empty());
    CHECK(shown.editor.document() == test::document());
    CHECK(child<QPlainTextEdit>(shown.editor, "section.findings")->toPlainText() == QString::fromUtf8((test::kSentence + "\n左肺に異常なし。").c_str()));
    CHECK(child<QLabel>(shown.editor, "report.subject.id")->text().contains(QStringLiteral("P-001")));
    CHECK(child<QListWidget>(shown.editor, "report.measurements")->count() == 1);
    CHECK(child<QListWidget>(shown.editor, "report.keyImages")->count() == 2);
    for (const char* name : {"section.indication", "section.technique", "section.comparison", "section.impression"}) {
        CHECK(!child<QPlainTextEdit>(shown.editor, name)->toPlainText().isEmpty());
    }
}

TEST_CASE("What is typed is in the document at once", "[reporting][editor]")
{
    test::application();
    Shown shown;
    auto* impression = child<QPlainTextEdit>(shown.editor, "section.impression");
    impression->setFocus();
    impression->moveCursor(QTextCursor::End);
    QTest::keyClicks(impression, QStringLiteral(" ok"));
    REQUIRE(shown.edits.size() == 3);
    CHECK(shown.edits.back().sections[4].text == "肺癌疑い。 ok");
    CHECK(shown.editor.document() == shown.edits.back());
}

TEST_CASE("Setting the same text keeps the cursor", "[reporting][editor]")
{
    test::application();
    Shown shown;
    auto* findings = child<QPlainTextEdit>(shown.editor, "section.findings");
    QTextCursor cursor = findings->textCursor();
    cursor.setPosition(5);
    findings->setTextCursor(cursor);
    auto document = test::document();
    document.measurements.push_back(test::ellipseOn(2));
    shown.editor.setDocument(document);
    CHECK(findings->textCursor().position() == 5);
    CHECK(child<QListWidget>(shown.editor, "report.measurements")->count() == 2);
    CHECK(shown.edits.empty());
}

TEST_CASE("A field is as tall as its text", "[reporting][editor]")
{
    test::application();
    Shown shown;
    auto* findings = child<QPlainTextEdit>(shown.editor, "section.findings");
    const int before = findings->height();
    findings->setPlainText(QString(QStringLiteral("line\n")).repeated(20));
    QTest::qWait(0);
    CHECK(findings->height() > before + 15 * findings->fontMetrics().lineSpacing());
    CHECK(findings->height() < 24 * findings->fontMetrics().lineSpacing());
}

TEST_CASE("A measurement goes into the text where the cursor is", "[reporting][editor]")
{
    test::application();
    Shown shown;
    child<QPushButton>(shown.editor, "report.measurementToText")->click();
    REQUIRE(shown.edits.size() == 1);
    CHECK(shown.edits[0].sections[3].text == test::kSentence + "\n左肺に異常なし。Lesion 1: 12.3 mm");
    int asked = 0;
    QObject::connect(&shown.editor, &ReportEditor::insertMeasurementRequested, [&] { ++asked; });
    child<QPushButton>(shown.editor, "report.insertMeasurement")->click();
    CHECK(asked == 1);
}

TEST_CASE("Measurements and key images can be removed", "[reporting][editor]")
{
    test::application();
    Shown shown;
    child<QPushButton>(shown.editor, "report.removeMeasurement")->click();
    CHECK(shown.editor.document().measurements.empty());
    QImage picture(8, 8, QImage::Format_RGB32);
    picture.fill(Qt::red);
    shown.editor.setKeyImageThumbnail(1, picture);
    auto* images = child<QListWidget>(shown.editor, "report.keyImages");
    CHECK(!images->item(1)->icon().isNull());
    images->setCurrentRow(0);
    child<QPushButton>(shown.editor, "report.removeKeyImage")->click();
    REQUIRE(shown.editor.document().keyImages.size() == 1);
    CHECK(shown.editor.document().keyImages[0].image == test::imageOf(2));
    CHECK(!images->item(0)->icon().isNull());
    CHECK(shown.edits.size() == 2);
}

TEST_CASE("A final report can't be edited or signed again", "[reporting][editor]")
{
    test::application();
    Shown shown;
    shown.editor.setReadOnly(true);
    shown.editor.setSavedText(QStringLiteral("final"));
    auto* findings = child<QPlainTextEdit>(shown.editor, "section.findings");
    QTest::keyClicks(findings, QStringLiteral("x"));
    shown.editor.appendToCurrentSection(QStringLiteral("x"));
    CHECK(shown.edits.empty());
    CHECK(!child<QPushButton>(shown.editor, "report.sign")->isEnabled());
    CHECK(!child<QPushButton>(shown.editor, "report.removeKeyImage")->isEnabled());
    CHECK(child<QLabel>(shown.editor, "report.state")->text() == QStringLiteral("final"));
}

TEST_CASE("Without a study there is nothing to sign", "[reporting][editor]")
{
    test::application();
    Shown shown;
    shown.editor.setDocument({});
    CHECK(!child<QPushButton>(shown.editor, "report.sign")->isEnabled());
    CHECK(shown.editor.findChild<QListWidget*>(QStringLiteral("report.keyImages"))->count() == 0);
}

TEST_CASE("Enter never signs", "[reporting][editor]")
{
    test::application();
    ReviewSheet sheet(test::document(), {{ReviewSeverity::Warning, QStringLiteral("2 of 300 images are missing")}}, 3);
    sheet.show();
    int accepted = 0;
    QObject::connect(&sheet, &QDialog::accepted, [&] { ++accepted; });
    auto* secret = child<QLineEdit>(sheet, "signing.secret");
    auto* sign = child<QPushButton>(sheet, "signing.sign");
    CHECK(!sign->isEnabled());
    QTest::keyClicks(secret, QStringLiteral("open sesame"));
    CHECK(sign->isEnabled());
    for (QWidget* target : std::initializer_list<QWidget*>{secret, sign, &sheet}) {
        target->setFocus();
        QTest::keyClick(target, Qt::Key_Return);
        QTest::keyClick(target, Qt::Key_Enter);
        QTest::keyClick(target, Qt::Key_Return, Qt::ControlModifier);
    }
    CHECK(accepted == 0);
    CHECK(sheet.isVisible());
    QTest::mouseClick(sign, Qt::LeftButton);
    CHECK(accepted == 1);
    CHECK(sheet.secret() == QStringLiteral("open sesame"));
}

TEST_CASE("What is refused can't be signed", "[reporting][editor]")
{
    test::application();
    ReviewSheet sheet(test::document(), {{ReviewSeverity::Refusal, QStringLiteral("wrong patient")}}, 3);
    child<QLineEdit>(sheet, "signing.secret")->setText(QStringLiteral("x"));
    CHECK(!child<QPushButton>(sheet, "signing.sign")->isEnabled());
    CHECK(child<QLabel>(sheet, "signing.objects")->text().contains(QStringLiteral("3")));
}

TEST_CASE("Pictures of the panel and the sheet", "[.][picture]")
{
    test::application().setStyle(QStringLiteral("Fusion"));
    if (QFile sheet(qEnvironmentVariable("AKARI_TEST_SHEET")); sheet.open(QIODevice::ReadOnly)) {
        test::application().setStyleSheet(QString::fromUtf8(sheet.readAll()));
    }
    Shown shown;
    QImage picture(128, 128, QImage::Format_RGB32);
    picture.fill(QColor(60, 60, 60));
    shown.editor.setKeyImageThumbnail(0, picture);
    shown.editor.setSubjectColor(QColor("#c99a3c"));
    shown.editor.setSavedText(QStringLiteral("Draft saved 02:13"));
    QTest::qWait(50);
    shown.editor.grab().save(QString::fromStdString((test::scratch("picture") / "panel.png").string()));
    ReviewSheet sheet(test::document(), {{ReviewSeverity::Warning, QStringLiteral("2 of 300 images are missing")}, {ReviewSeverity::Note, QStringLiteral("Series 4 was never displayed")}}, 3);
    sheet.show();
    QTest::qWait(50);
    sheet.grab().save(QString::fromUtf8(AKARI_BINARY_DIR) + QStringLiteral("/test-reporting/picture/sheet.png"));
}
