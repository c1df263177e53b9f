// A medium dropped onto the worklist: progress, the list of what became of each file, the study with its mark, opened like any other.
#include <QApplication>
#include <QDir>
#include <QDropEvent>
#include <QLabel>
#include <QMimeData>
#include <QPushButton>
#include <QTableView>
#include <QTableWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QUrl>

#include "app/window/ImportDialog.h"
#include "app/window/MainWindow.h"
#include "app/window/Style.h"
#include "app/workspace/Workspace.h"
#include "core/base/FileIo.h"
#include "core/phantom/Phantom.h"

using namespace akari;

namespace {
constexpr int kLong = 60000;
constexpr int kSlices = 60;
} // namespace

class ImportWindowTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void droppedMediumIsImportedAndListed();
    void importedStudyOpens();
    void cancelKeepsWhatIsThere();

private:
    void shot(QWidget& widget, const QString& name);
    void drop(const QString& path);
    window::ImportDialog* dialog() { return m_window->findChild<window::ImportDialog*>(); }

    QTemporaryDir m_folder;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<window::MainWindow> m_window;
};

void ImportWindowTest::initTestCase()
{
    window::applyStyle(*qApp);
    workspace::Options options;
    options.folder = m_folder.filePath(QStringLiteral("data")).toStdString();
    options.passphrase = "window test passphrase";
    auto workspace = workspace::Workspace::open(options);
    QVERIFY2(workspace.has_value(), workspace ? "" : workspace.error().message.c_str());
    m_workspace = std::move(*workspace);
    const QDir medium(m_folder.filePath(QStringLiteral("CD")));
    QVERIFY(medium.mkpath(QStringLiteral("IMAGES")));
    phantom::ChestOptions chest;
    chest.slices = kSlices;
    int number = 0;
    phantom::chestCt(chest, [&](phantom::GeneratedObject&& object) {
        return writeAtomically(medium.filePath(QStringLiteral("IMAGES/IM%1").arg(++number)).toStdString(), object.part10).has_value();
    });
    const std::string text = "[autorun]";
    QVERIFY(writeAtomically(medium.filePath(QStringLiteral("AUTORUN.INF")).toStdString(), asBytes(text)).has_value());
    m_window = std::make_unique<window::MainWindow>(m_workspace->engine());
    m_window->resize(1440, 900);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
}

void ImportWindowTest::shot(QWidget& widget, const QString& name)
{
    QDir folder(QStringLiteral(AKARI_BINARY_DIR "/screenshots"));
    folder.mkpath(QStringLiteral("."));
    QTest::qWait(50);
    QVERIFY(widget.grab().save(folder.filePath(name + QStringLiteral(".png"))));
}

void ImportWindowTest::drop(const QString& path)
{
    QMimeData data;
    data.setUrls({QUrl::fromLocalFile(path)});
    QDragEnterEvent enter(QPoint(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&m_window->worklist(), &enter);
    QVERIFY(enter.isAccepted());
    QDropEvent event(QPointF(50, 50), Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&m_window->worklist(), &event);
    QVERIFY(event.isAccepted());
}

void ImportWindowTest::droppedMediumIsImportedAndListed()
{
    drop(m_folder.filePath(QStringLiteral("CD")));
    QTRY_VERIFY(dialog() != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(dialog()->finished(), kLong);
    auto* list = dialog()->findChild<QTableWidget*>(QStringLiteral("import.list"));
    QCOMPARE(list->rowCount(), 1);
    QVERIFY(list->item(0, 0)->text().startsWith(QStringLiteral("AUTORUN.INF")));
    QVERIFY(dialog()->findChild<QLabel*>(QStringLiteral("import.counts"))->text().startsWith(QString::number(kSlices)));
    shot(*dialog(), QStringLiteral("20-import-dialog"));
    QTest::mouseClick(dialog()->findChild<QPushButton*>(QStringLiteral("import.button")), Qt::LeftButton);
    QTRY_VERIFY(dialog() == nullptr);

    auto* table = m_window->findChild<QTableView*>(QStringLiteral("worklist.table"));
    QCOMPARE(table->model()->rowCount(), 1);
    const auto archive = table->model()->index(0, window::WorklistModel::Archive);
    QCOMPARE(archive.data().toString(), QStringLiteral("Media"));
    QVERIFY(!archive.data(Qt::DecorationRole).isNull());
    QCOMPARE(table->model()->index(0, window::WorklistModel::Count).data().toString(), QString::number(kSlices));
    shot(*m_window, QStringLiteral("21-worklist-media"));
}

void ImportWindowTest::importedStudyOpens()
{
    const auto studies = m_workspace->cache().studies();
    QVERIFY(studies && studies->size() == 1);
    m_window->openStudy(QString::fromStdString(studies->front().archive), QString::fromStdString(studies->front().study.value));
    auto& pane = m_window->reading().grid().pane(0);
    QTRY_VERIFY_WITH_TIMEOUT(pane.view().displaySet() != nullptr, kLong);
    QTest::qWait(500);
    shot(*m_window, QStringLiteral("22-media-open"));
    m_window->showWorklist();
}

void ImportWindowTest::cancelKeepsWhatIsThere()
{
    drop(m_folder.filePath(QStringLiteral("CD")));
    QTRY_VERIFY(dialog() != nullptr);
    dialog()->close();
    QTRY_VERIFY_WITH_TIMEOUT(dialog() == nullptr || dialog()->finished(), kLong);
    const auto studies = m_workspace->cache().studies();
    QVERIFY(studies && studies->size() == 1);
    QCOMPARE(studies->front().stored, std::int64_t{kSlices});
}

QTEST_MAIN(ImportWindowTest)
#include "ImportWindowTest.moc"
