// What comes from outside into the window: a link while something is read, and what an archive says of the outbox.
#include <QApplication>
#include <QDir>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QTranslator>

#include "app/window/MainWindow.h"
#include "app/window/Style.h"
#include "app/workspace/Workspace.h"
#include "core/archive/OutboxObject.h"
#include "tests/support/FakeArchive.h"

using namespace akari;

namespace {
constexpr int kLong = 60000;
const StudyInstanceUid kFirst("1.2.840.99.1");
const StudyInstanceUid kSecond("1.2.840.99.2");
} // namespace

class HandOverWindowTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void opensFromTheWorklist();
    void parksWhileAnotherStudyIsRead();
    void leavesTheFocusInTheReport();
    void outboxSaysWhatTheArchiveRefused();
    void outboxGivesUpAndTriesAgain();

private:
    void shot(QWidget& widget, const QString& name);
    bool reads(const StudyInstanceUid& study) { return m_window->reading().hasStudy() && m_window->reading().session()->study() == study; }
    QTableWidget* list() { return m_window->findChild<QTableWidget*>(QStringLiteral("outbox.items")); }
    void press(const char* name) { QTest::mouseClick(m_window->findChild<QPushButton*>(QString::fromLatin1(name)), Qt::LeftButton); }

    QTemporaryDir m_folder;
    test::FakeArchive m_archive;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<window::MainWindow> m_window;
};

void HandOverWindowTest::shot(QWidget& widget, const QString& name)
{
    QDir folder(QStringLiteral(AKARI_BINARY_DIR "/screenshots"));
    folder.mkpath(QStringLiteral("."));
    QTest::qWait(50);
    QVERIFY(widget.grab().save(folder.filePath(name + QStringLiteral(".png"))));
}

void HandOverWindowTest::initTestCase()
{
    window::applyStyle(*qApp);
    m_archive.addSeries(3, {kFirst.value, "1.2.840.99.1.1", "P-100"});
    m_archive.addSeries(3, {kSecond.value, "1.2.840.99.2.1", "P-200"});
    workspace::Options options;
    options.folder = m_folder.filePath(QStringLiteral("data")).toStdString();
    options.passphrase = "window test passphrase";
    m_workspace = std::move(*workspace::Workspace::open(options));
    QVERIFY(m_workspace->records().putArchive(m_archive.settings()).has_value());
    m_window = std::make_unique<window::MainWindow>(m_workspace->engine());
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void HandOverWindowTest::opensFromTheWorklist()
{
    m_window->receive({}); // only to the front
    QVERIFY(!m_window->reading().hasStudy());
    m_window->receive({"Fake", kFirst});
    QVERIFY(reads(kFirst));
    QCOMPARE(m_window->parked().waiting(), std::size_t{0});
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->reading().session()->syncState().running, kLong);
}

void HandOverWindowTest::parksWhileAnotherStudyIsRead()
{
    m_window->receive({"Fake", kFirst});
    QCOMPARE(m_window->parked().waiting(), std::size_t{0}); // it is on screen
    m_window->receive({"Fake", kSecond});
    m_window->receive({"Fake", kSecond});
    QVERIFY(reads(kFirst));
    QCOMPARE(m_window->parked().waiting(), std::size_t{1});
    QVERIFY(m_window->parked().isVisible());
    m_window->receive({"Fake", StudyInstanceUid("1.2.840.99.3")});
    QCOMPARE(m_window->parked().waiting(), std::size_t{2});
    shot(*m_window, QStringLiteral("30-asked-from-outside"));
    press("openRequest.open");
    QVERIFY(reads(kSecond));
    QCOMPARE(m_window->parked().waiting(), std::size_t{1});
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->reading().session()->syncState().running, kLong);
    press("openRequest.later");
    QVERIFY(reads(kSecond));
    QVERIFY(!m_window->parked().isVisible());
}

void HandOverWindowTest::leavesTheFocusInTheReport()
{
    m_window->activateWindow();
    QPlainTextEdit* text = nullptr; // the sections are made when the archive has said whose study it is
    QTRY_VERIFY_WITH_TIMEOUT((text = m_window->reading().editor().findChild<QPlainTextEdit*>()) != nullptr, kLong);
    text->setFocus();
    QTRY_COMPARE(QApplication::focusWidget(), text);
    QTest::keyClicks(text, QStringLiteral("no"));
    m_window->receive({"Fake", kFirst});
    QTest::keyClicks(QApplication::focusWidget(), QStringLiteral("thing"));
    QCOMPARE(QApplication::focusWidget(), text);
    QVERIFY(text->toPlainText().contains(QStringLiteral("nothing")));
    QVERIFY(reads(kSecond));
    press("openRequest.later");
    QCOMPARE(QApplication::focusWidget(), text);
}

void HandOverWindowTest::outboxSaysWhatTheArchiveRefused()
{
    auto& records = m_workspace->records();
    // A slice stands for whatever object: its place is a study that the archive has.
    test::SliceOptions slice{kFirst.value, "1.2.840.99.1.9", "P-100"};
    auto first = archive::outboxObject(test::makeSlice(1, slice), "Fake", kFirst);
    auto second = archive::outboxObject(test::makeSlice(2, slice), "Fake", kFirst);
    QVERIFY(first && second);
    QVERIFY(records.queueObjects({*first, *second}).has_value());
    m_archive.faults.stow = test::StowMode::Refused;
    m_archive.faults.stowReason = 0xa701;
    auto* label = m_window->findChild<QLabel*>(QStringLiteral("status.outbox"));
    QTest::mouseClick(label, Qt::LeftButton);
    QTRY_VERIFY(list() != nullptr);
    QCOMPARE(list()->rowCount(), 2);
    press("outbox.send");
    QTRY_COMPARE_WITH_TIMEOUT(list()->item(0, 2)->text(), QStringLiteral("refused"), kLong);
    QTRY_COMPARE_WITH_TIMEOUT(list()->item(1, 2)->text(), QStringLiteral("refused"), kLong);
    QCOMPARE(list()->item(0, 3)->text(), QStringLiteral("The archive has no room for the object."));
    QVERIFY(label->text().contains(QLatin1Char('2')));
    shot(*list()->window(), QStringLiteral("31-outbox"));
}

void HandOverWindowTest::outboxGivesUpAndTriesAgain()
{
    m_archive.faults.stow = test::StowMode::Good;
    const auto items = m_workspace->records().outbox();
    QVERIFY(m_workspace->records().dropDelivery(items->back().id).has_value());
    m_window->dataChanged();
    QTRY_COMPARE(list()->item(1, 2)->text(), QStringLiteral("given up"));
    list()->selectRow(1);
    QVERIFY(!m_window->findChild<QPushButton*>(QStringLiteral("outbox.drop"))->isEnabled());
    list()->clearSelection();
    list()->selectRow(0);
    press("outbox.retry");
    QTRY_COMPARE_WITH_TIMEOUT(m_workspace->records().outbox()->front().state, records::DeliveryState::Archived, kLong);
    QTranslator japanese;
    QVERIFY(japanese.load(QStringLiteral(":/translations/akari_ja")));
    QApplication::installTranslator(&japanese);
    window::OutboxDialog dialog(m_workspace->engine());
    dialog.show();
    QCOMPARE(dialog.findChild<QTableWidget*>(QStringLiteral("outbox.items"))->item(0, 3)->text(),
             QStringLiteral("アーカイブに空き容量がありません。"));
    shot(dialog, QStringLiteral("32-outbox-ja"));
    QApplication::removeTranslator(&japanese);
}

QTEST_MAIN(HandOverWindowTest)
#include "HandOverWindowTest.moc"
