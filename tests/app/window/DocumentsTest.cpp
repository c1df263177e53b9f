// Objects beside images in the study strip and in their dialog; a picture of each in build/<preset>/screenshots.
#include <QApplication>
#include <QDir>
#include <QHBoxLayout>
#include <QListWidget>
#include <QPlainTextEdit>
#include <QTemporaryDir>
#include <QTest>
#include <cstdio>

#include "app/window/DocumentDialog.h"
#include "app/window/StudyStrip.h"
#include "app/window/Style.h"
#include "app/window/Words.h"
#include "core/base/FileIo.h"
#include "core/dicom/Tags.h"
#include "core/session/ReadingSession.h"
#include "tests/support/TestData.h"

using namespace akari;

namespace {

const std::vector<std::string> kFiles = {"22_derived/kos_three_ct_slices.dcm",
                                         "16_seg_sr_parametric_dcmqi/sr-example/sr.dcm",
                                         "12_pydicom_core/test_files/rtstruct.dcm",
                                         "12_pydicom_core/test_files/rtplan.dcm",
                                         "12_pydicom_core/test_files/waveform_ecg.dcm",
                                         "22_derived/encapsulated_pdf.dcm"};

} // namespace

class DocumentsTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void listsThemByKindAndTitle();
    void opensReportsAsTextAndOthersInALine();

private:
    void store(const std::string& path, int number);
    static void shot(QWidget& widget, const QString& name);

    QTemporaryDir m_folder;
    SystemClock m_clock;
    archive::LineRates m_lines;
    vault::Key m_key = vault::Key::random();
    decode::DecodePool m_pool;
    load::MemoryBudget m_budget{std::uint64_t{64} << 20};
    std::unique_ptr<cache::Cache> m_cache;
    std::unique_ptr<records::Records> m_records;
    bool m_ready = false;
};

void DocumentsTest::shot(QWidget& widget, const QString& name)
{
    const QDir folder(QStringLiteral(AKARI_BINARY_DIR "/screenshots"));
    QVERIFY(folder.mkpath(QStringLiteral(".")));
    QVERIFY(widget.grab().save(folder.filePath(name + QStringLiteral(".png"))));
}

// All as objects of one study, whatever they say themselves.
void DocumentsTest::store(const std::string& path, int number)
{
    const auto bytes = test::readFile(*test::dataFolder() / path);
    const auto file = dicom::readPart10(bytes);
    QVERIFY(file.has_value());
    cache::IncomingObject object;
    object.identity = {"a", StudyInstanceUid("1.2.3"), SeriesInstanceUid("1.2.3." + std::to_string(number)),
                       SopInstanceUid(file->dataSet.textOr(dicom::tags::SOPInstanceUID)), sha256Hex(*bytes).substr(0, 16)};
    object.bytes = bytes;
    object.headerLength = file->pixelDataOffset > 0 ? file->pixelDataOffset : bytes->size();
    object.sopClassUid = file->dataSet.textOr(dicom::tags::SOPClassUID);
    object.modality = file->dataSet.textOr(dicom::tags::Modality);
    QVERIFY(m_cache->store({&object, 1}).has_value());
}

void DocumentsTest::initTestCase()
{
    window::applyStyle(*qApp);
    if (!test::dataFolder()) {
        std::printf("AKARI-SKIPPED: no test data\n");
        return;
    }
    m_cache = std::move(*cache::Cache::openInMemory());
    m_records = std::move(*records::Records::open(m_folder.filePath(QStringLiteral("records")).toStdString(), m_key, false, m_clock));
    cache::StudyRecord study;
    study.archive = "a";
    study.study = StudyInstanceUid("1.2.3");
    study.patientId = "P1";
    study.studyDate = "20260101";
    QVERIFY(m_cache->putStudy(study).has_value());
    for (std::size_t k = 0; k < kFiles.size(); ++k) {
        store(kFiles[k], static_cast<int>(k) + 1);
    }
    m_ready = true;
}

void DocumentsTest::listsThemByKindAndTitle()
{
    if (!m_ready) {
        QSKIP("no test data");
    }
    session::ReadingSession session({*m_cache, *m_records, m_pool, m_budget, m_clock, m_lines}, "a", StudyInstanceUid("1.2.3"), [] {});
    window::StudyStrip strip;
    strip.resize(320, 620);
    strip.setSession(&session);
    strip.show();
    QVERIFY(QTest::qWaitForWindowExposed(&strip));
    auto* list = strip.findChild<QListWidget*>(QStringLiteral("strip.series"));
    QVERIFY(list != nullptr);
    QStringList lines;
    for (int row = 0; row < list->count(); ++row) {
        lines << list->item(row)->text();
    }
    shot(strip, QStringLiteral("documents-strip"));
    QCOMPARE(lines.size(), 6);
    for (const char* expected : {"KO  Key images\nOf Interest", "SR  Structured report\nImaging Measurement Report", "RTSTRUCT  Structure set\nsep30",
                                 "RTPLAN  Treatment plan\nPlan1", "DOC  Document\nTest report"}) {
        QVERIFY2(lines.contains(QString::fromUtf8(expected)), qPrintable(lines.join(QStringLiteral(" | "))));
    }
    strip.setSession(nullptr);
}

void DocumentsTest::opensReportsAsTextAndOthersInALine()
{
    if (!m_ready) {
        QSKIP("no test data");
    }
    const auto textOf = [](const std::string& path) {
        const auto file = dicom::readPart10(test::readFile(*test::dataFolder() / path));
        return file ? window::documentText(*file) : Result<QString>(fail(file.error()));
    };
    const auto report = textOf(kFiles[1]);
    QVERIFY(report.has_value());
    QVERIFY(report->contains(QStringLiteral("SUVbw: 6.01529 ")));
    const auto structures = textOf(kFiles[2]);
    QVERIFY(structures.has_value());
    QCOMPARE(*structures, QStringLiteral("sep30\n\n3 regions: patient, Isocenter 1, Isocenter 2"));
    const auto ecg = textOf(kFiles[4]);
    QVERIFY(ecg.has_value() && ecg->contains(QStringLiteral("12 channels, 10 s at 1000 Hz")));
    QCOMPARE(textOf(kFiles[5]).error().code, std::string("document.undisplayable"));
    window::DocumentDialog dialog(window::documentKind("1.2.840.10008.5.1.4.1.1.88.33"), *report);
    dialog.show();
    QVERIFY(QTest::qWaitForWindowExposed(&dialog));
    QCOMPARE(dialog.findChild<QPlainTextEdit*>(QStringLiteral("document.text"))->toPlainText(), *report);
    shot(dialog, QStringLiteral("documents-report"));
}

QTEST_MAIN(DocumentsTest)
#include "DocumentsTest.moc"
