// The main job as its user does it, in the real window against a real Orthanc: open, scroll, measure, compare, report, sign.
#include <QApplication>
#include <QComboBox>
#include <QDialog>
#include <QDir>
#include <QFile>
#include <QLineEdit>
#include <QListWidget>
#include <QMenu>
#include <QPlainTextEdit>
#include <QProcess>
#include <QPushButton>
#include <QStandardPaths>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>
#include <QTimer>
#include <QTranslator>
#include <QWheelEvent>
#include <cmath>
#include <cstdio>

#include "app/cli/demo/DemoArchive.h"
#include "app/paint/Painter.h"
#include "app/report/ReportService.h"
#include "app/window/MainWindow.h"
#include "app/window/Style.h"
#include "app/window/Words.h"
#include "app/workspace/Workspace.h"
#include "core/phantom/Phantom.h"

using namespace akari;

namespace {
constexpr const char* kSecret = "window test passphrase";
constexpr int kLong = 60000;
constexpr const char* kTyped = "右肺に結節を認め";

// What the killed window does: opens a study, types, and says so when the draft is saved. Never ends by itself.
int typeUntilKilled(const QStringList& arguments)
{
    workspace::Options options;
    options.folder = arguments[0].toStdString();
    options.passphrase = kSecret;
    auto workspace = workspace::Workspace::open(options);
    records::ArchiveSettings settings;
    settings.name = "demo";
    settings.url = arguments[1].toStdString();
    settings.user = arguments[2].toStdString();
    settings.password = arguments[3].toStdString();
    if (!workspace || !(*workspace)->records().putArchive(settings)) {
        return 1;
    }
    window::MainWindow window((*workspace)->engine());
    window.show();
    window.openStudy(QStringLiteral("demo"), arguments[4]);
    QTimer watch;
    bool typed = false;
    bool said = false;
    QObject::connect(&watch, &QTimer::timeout, &window, [&] {
        auto* findings = window.findChild<QPlainTextEdit*>(QStringLiteral("section.findings"));
        if (!typed && window.reading().hasStudy() && window.reading().report().hasDocument()) {
            findings->insertPlainText(QString::fromUtf8(kTyped));
            typed = true;
        }
        if (typed && !said && !window.reading().session()->draftId().empty()) {
            const auto draft = (*workspace)->records().draft(window.reading().session()->draftId());
            said = draft && draft->json.find(kTyped) != std::string::npos;
            if (said) {
                std::printf("saved\n");
                std::fflush(stdout);
            }
        }
    });
    watch.start(50);
    return QApplication::exec();
}
} // namespace

class WindowTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void worklistListsAndFilters();
    void opensAndShowsThePictureOfAkarictl();
    void wheelAndKeysScroll();
    void windowZoomAndReset();
    void measuresTheNodule();
    void undoTakesTheMeasurementBack();
    void planesAndThreeD();
    void priorBesideScrollsLinked();
    void readerSplitsTheSeries();
    void draftsAreSavedByThemselves();
    void draftsSurviveAKilledWindow();
    void reportsSignsAndProves();
    void japaneseGlyphsAreThere();
    void cleanupTestCase();

private:
    void shot(const QString& name);
    window::ViewportWidget& pane() { return m_window->reading().grid().pane(0); }
    QPoint devicePoint(const image::PixelPoint& p);
    void dragTo(const image::PixelPoint& from, const image::PixelPoint& to);
    QByteArray python(const QString& code, const QStringList& arguments);
    void keyImageIsAsSeen();

    QTemporaryDir m_folder;
    std::unique_ptr<demo::DemoArchive> m_archive;
    std::unique_ptr<workspace::Workspace> m_workspace;
    std::unique_ptr<window::MainWindow> m_window;
    phantom::GroundTruth m_truth;
    int m_nodule = 0;
    bool m_ready = false;
};

#define NEED_ARCHIVE()                                                                                                 \
    if (!m_ready) {                                                                                                    \
        QSKIP("Orthanc is not installed");                                                                             \
    }

void WindowTest::initTestCase()
{
    QLocale::setDefault(QLocale(QLocale::Japanese));
    static QTranslator translator;
    QVERIFY(translator.load(QLocale(), QStringLiteral("akari"), QStringLiteral("_"), QStringLiteral(":/translations")));
    QApplication::installTranslator(&translator);
    window::applyStyle(*qApp);
    demo::DemoOptions options;
    options.storageFolder = m_folder.filePath(QStringLiteral("archive")).toStdString();
    auto archive = demo::DemoArchive::start(options);
    if (!archive && archive.error().code == "demo.not_installed") {
        std::printf("AKARI-SKIPPED: Orthanc is not installed\n");
        return;
    }
    QVERIFY2(archive.has_value(), archive ? "" : archive.error().message.c_str());
    m_archive = std::move(*archive);
    workspace::Options workspaceOptions;
    workspaceOptions.folder = m_folder.filePath(QStringLiteral("data")).toStdString();
    workspaceOptions.passphrase = kSecret;
    auto workspace = workspace::Workspace::open(workspaceOptions);
    QVERIFY2(workspace.has_value(), workspace ? "" : workspace.error().message.c_str());
    m_workspace = std::move(*workspace);
    records::ArchiveSettings settings;
    settings.name = "demo";
    settings.url = m_archive->url();
    settings.user = m_archive->user();
    settings.password = m_archive->password();
    settings.color = "#4ea1ff";
    QVERIFY(m_workspace->records().putArchive(settings).has_value());
    records::Reader reader;
    reader.name = dicom::PersonName::parse("Suzuki^Hanako=鈴木^花子=すずき^はなこ");
    reader.organization = "Remote Reading Center";
    reader.login = "hanako";
    QVERIFY(m_workspace->records().setReader(reader, kSecret).has_value());
    m_truth = phantom::chestCt({}, {});
    m_nodule = static_cast<int>(std::lround((m_truth.nodule->centre.z - m_truth.series.front().firstPixel.z) / m_truth.series.front().betweenSlices));
    m_window = std::make_unique<window::MainWindow>(m_workspace->engine());
    m_window->resize(1440, 900);
    m_window->show();
    QVERIFY(QTest::qWaitForWindowExposed(m_window.get()));
    shot(QStringLiteral("00-empty"));
    m_ready = true;
}

void WindowTest::shot(const QString& name)
{
    QDir folder(QStringLiteral(AKARI_BINARY_DIR "/screenshots"));
    folder.mkpath(QStringLiteral("."));
    QTest::qWait(50);
    QVERIFY(m_window->grab().save(folder.filePath(name + QStringLiteral(".png"))));
}

void WindowTest::worklistListsAndFilters()
{
    NEED_ARCHIVE();
    m_window->worklist().refreshFromArchives();
    auto* table = m_window->findChild<QTableView*>(QStringLiteral("worklist.table"));
    QVERIFY(table != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->worklist().busy() && table->model()->rowCount() >= 5, kLong);
    shot(QStringLiteral("01-worklist"));
    QCOMPARE(table->model()->headerData(window::WorklistModel::Patient, Qt::Horizontal).toString(), QStringLiteral("患者"));
    const int all = table->model()->rowCount();
    auto* filter = m_window->findChild<QLineEdit*>(QStringLiteral("worklist.filter"));
    filter->setText(QStringLiteral("山田 CT"));
    QTRY_VERIFY(table->model()->rowCount() < all && table->model()->rowCount() >= 2);
    for (int row = 0; row < table->model()->rowCount(); ++row) {
        QVERIFY(table->model()->index(row, 0).data().toString().contains(QStringLiteral("山田")));
    }
    shot(QStringLiteral("02-filtered"));
    filter->clear();
    QTRY_COMPARE(table->model()->rowCount(), all);
}

void WindowTest::opensAndShowsThePictureOfAkarictl()
{
    NEED_ARCHIVE();
    m_window->openStudy(QStringLiteral("demo"), QString::fromStdString(m_truth.studyInstanceUid));
    QTRY_VERIFY_WITH_TIMEOUT(pane().view().table() && pane().view().table()->present > 0, kLong);
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->reading().session()->syncState().running, kLong);
    QTRY_VERIFY_WITH_TIMEOUT(pane().view().count() == 300 && pane().view().table()->complete(), kLong);
    QVERIFY(m_window->reading().session()->syncState().complete);
    pane().view().showFrame(FrameIndex{m_nodule});
    pane().refresh();
    shot(QStringLiteral("03-opened"));

    // The same state through akarictl, which reads the sealed cache beside the running window.
    const auto scene = pane().scene();
    const QString file = m_folder.filePath(QStringLiteral("render.png"));
    QProcess ctl;
    auto environment = QProcessEnvironment::systemEnvironment();
    environment.insert(QStringLiteral("AKARI_PASSPHRASE"), QString::fromUtf8(kSecret));
    ctl.setProcessEnvironment(environment);
    ctl.start(QStringLiteral(AKARI_BINARY_DIR "/bin/akarictl"),
              {QStringLiteral("--data"), m_folder.filePath(QStringLiteral("data")), QStringLiteral("render"), QStringLiteral("--series"),
               QString::fromStdString(m_truth.series.front().seriesInstanceUid), QStringLiteral("--slice"), QString::number(m_nodule),
               QStringLiteral("--size"), QStringLiteral("%1x%2").arg(scene.width).arg(scene.height), QStringLiteral("--window"),
               QStringLiteral("%1/%2").arg(scene.state.window->center).arg(scene.state.window->width), QStringLiteral("--bare"), QStringLiteral("-o"), file});
    QVERIFY(ctl.waitForFinished(kLong));
    QVERIFY2(ctl.exitCode() == 0, ctl.readAllStandardError().constData());
    const QImage theirs = QImage(file).convertToFormat(QImage::Format_RGB32);
    const QImage ours = paint::paintPixels(pane().picture());
    QCOMPARE(theirs.size(), ours.size());
    QVERIFY(theirs == ours);
}

void WindowTest::wheelAndKeysScroll()
{
    NEED_ARCHIVE();
    const auto wheel = [&](int delta) {
        QWheelEvent event(QPointF(200, 200), pane().mapToGlobal(QPointF(200, 200)), {}, QPoint(0, delta), Qt::NoButton, Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(&pane(), &event);
    };
    pane().view().showFrame(FrameIndex{100});
    wheel(-120);
    QCOMPARE(pane().view().index().value, 101);
    wheel(240);
    QCOMPARE(pane().view().index().value, 99);
    QTest::keyClick(&pane(), Qt::Key_PageDown);
    QCOMPARE(pane().view().index().value, 109);
    QTest::keyClick(&pane(), Qt::Key_End);
    QCOMPARE(pane().view().index().value, 299);
    QTest::keyClick(&pane(), Qt::Key_Home);
    QCOMPARE(pane().view().index().value, 0);
    QTRY_COMPARE(pane().picture().provenance.object.sop.value, m_truth.series.front().sopInstanceUids.front());
}

void WindowTest::windowZoomAndReset()
{
    NEED_ARCHIVE();
    QTest::keyClick(&pane(), Qt::Key_2);
    QCOMPARE(pane().view().window().width, 1500.0);
    shot(QStringLiteral("04-lung-window"));
    QTest::mousePress(&pane(), Qt::LeftButton, {}, {200, 200});
    QTest::mouseMove(&pane(), {240, 200});
    QMouseEvent move(QEvent::MouseMove, QPointF(260, 200), pane().mapToGlobal(QPointF(260, 200)), Qt::LeftButton, Qt::LeftButton, Qt::NoModifier);
    QApplication::sendEvent(&pane(), &move);
    QTest::mouseRelease(&pane(), Qt::LeftButton, {}, {260, 200});
    QVERIFY(pane().view().window().width > 1500.0);
    QTest::keyClick(&pane(), Qt::Key_F);
    QVERIFY(pane().view().state().flipHorizontal);
    QTest::keyClick(&pane(), Qt::Key_R);
    QVERIFY(!pane().view().state().flipHorizontal);
    QCOMPARE(pane().view().state().zoom, 1.0);
}

QPoint WindowTest::devicePoint(const image::PixelPoint& p)
{
    const double ratio = pane().devicePixelRatioF();
    const auto mapping = view::nativeMapping(*pane().view().frame(), pane().view().state(), static_cast<int>(std::lround(pane().width() * ratio)),
                                             static_cast<int>(std::lround(pane().height() * ratio)));
    const auto [x, y] = mapping.toDevice(p);
    return {static_cast<int>(std::lround((x + 0.5) / ratio)), static_cast<int>(std::lround((y + 0.5) / ratio))};
}

void WindowTest::dragTo(const image::PixelPoint& from, const image::PixelPoint& to)
{
    const QPoint a = devicePoint(from);
    const QPoint b = devicePoint(to);
    QVERIFY(pane().rect().contains(a) && pane().rect().contains(b));
    QTest::mousePress(&pane(), Qt::LeftButton, {}, a);
    for (const QPoint& at : {(a + b) / 2, b}) {
        QMouseEvent move(QEvent::MouseMove, QPointF(at), pane().mapToGlobal(QPointF(at)), Qt::LeftButton, Qt::LeftButton, Qt::NoModifier);
        QApplication::sendEvent(&pane(), &move);
    }
    QTest::mouseRelease(&pane(), Qt::LeftButton, {}, b);
}

void WindowTest::measuresTheNodule()
{
    NEED_ARCHIVE();
    auto& grid = m_window->reading().grid();
    pane().view().showFrame(FrameIndex{m_nodule});
    const auto& series = m_truth.series.front();
    const image::PixelPoint centre{(m_truth.nodule->centre.x - series.firstPixel.x) / series.betweenColumns,
                                   (m_truth.nodule->centre.y - series.firstPixel.y) / series.betweenRows};
    // Close enough that one device pixel is a fraction of a millimetre, with the nodule in the middle.
    pane().view().zoomBy(6);
    const QPoint at = devicePoint(centre);
    const double ratio = pane().devicePixelRatioF();
    pane().view().pan((pane().width() / 2.0 - at.x()) * ratio, (pane().height() / 2.0 - at.y()) * ratio);
    pane().refresh();
    const double halfColumns = m_truth.nodule->diameterMm / 2 / series.betweenColumns;
    const double halfRows = m_truth.nodule->diameterMm / 2 / series.betweenRows;

    m_window->reading().action(QStringLiteral("length"))->trigger();
    dragTo({centre.column - halfColumns, centre.row}, {centre.column + halfColumns, centre.row});
    auto& book = m_window->reading().session()->annotations();
    QCOMPARE(book.all().size(), std::size_t{1});
    const auto length = m_window->reading().session()->measureNow(book.all().back());
    QVERIFY(length.has_value());
    QCOMPARE(QString::fromStdString(length->unit), QStringLiteral("mm"));
    const double devicePixel = series.betweenColumns / 6 ;
    QVERIFY2(std::abs(length->length - m_truth.nodule->diameterMm) <= devicePixel, qPrintable(QString::number(length->length)));

    m_window->reading().action(QStringLiteral("ellipse"))->trigger();
    dragTo({centre.column - halfColumns / 2, centre.row - halfRows / 2}, {centre.column + halfColumns / 2, centre.row + halfRows / 2});
    QCOMPARE(book.all().size(), std::size_t{2});
    const auto ellipse = m_window->reading().session()->measureNow(book.all().back());
    QVERIFY(ellipse.has_value() && ellipse->statistics.has_value());
    const double radius = m_truth.nodule->diameterMm / 4;
    QVERIFY2(std::abs(ellipse->area - M_PI * radius * radius) < 2.5, qPrintable(QString::number(ellipse->area)));
    // 12 HU of noise over so many pixels: three standard errors.
    const double error = 3 * m_truth.noise / std::sqrt(static_cast<double>(ellipse->statistics->pixels));
    QVERIFY2(std::abs(ellipse->statistics->mean - m_truth.nodule->hounsfield) < error + 1, qPrintable(QString::number(ellipse->statistics->mean)));
    m_window->reading().action(QStringLiteral("window"))->trigger();
    QCOMPARE(grid.layoutKind(), window::Layout::Single);
    shot(QStringLiteral("05-measured"));
}

void WindowTest::undoTakesTheMeasurementBack()
{
    NEED_ARCHIVE();
    auto& book = m_window->reading().session()->annotations();
    const auto before = book.all();
    m_window->reading().action(QStringLiteral("undo"))->trigger();
    QCOMPARE(book.all().size(), before.size() - 1);
    m_window->reading().action(QStringLiteral("redo"))->trigger();
    QVERIFY(book.all() == before);
    m_window->reading().action(QStringLiteral("undo"))->trigger(); // the length is the last again, for the report
    QCOMPARE(book.all().size(), std::size_t{1});
}

void WindowTest::planesAndThreeD()
{
    NEED_ARCHIVE();
    auto& grid = m_window->reading().grid();
    m_window->reading().action(QStringLiteral("mpr"))->trigger();
    QCOMPARE(grid.layoutKind(), window::Layout::Mpr);
    QTRY_VERIFY(grid.pane(1).picture().width > 0 && grid.pane(1).picture().failure.empty());
    // A click in the axial plane moves the shared point: all three planes go through it.
    QTest::mouseClick(&grid.pane(0), Qt::LeftButton, {}, {150, 120});
    const auto clicked = grid.pane(0).view().point();
    QVERIFY(clicked.has_value());
    for (int i = 1; i < 3; ++i) {
        const auto other = grid.pane(i).view().point();
        QVERIFY(other && std::abs(other->x - clicked->x) < 1e-6 && std::abs(other->y - clicked->y) < 1e-6 && std::abs(other->z - clicked->z) < 1e-6);
    }
    auto* slab = m_window->findChild<QComboBox*>(QStringLiteral("tool.slab"));
    slab->setCurrentIndex(2);
    QCOMPARE(grid.pane(1).view().state().slab.thickness, 10.0);
    if (QStandardPaths::findExecutable(QStringLiteral("Xvfb")).isEmpty() && qEnvironmentVariableIsEmpty("DISPLAY")) {
        std::printf("AKARI-SKIPPED: no X server for 3D\n");
    } else {
        QTRY_VERIFY_WITH_TIMEOUT(grid.volume().picture().width > 0, kLong);
        QVERIFY2(grid.volume().picture().failure.empty(), grid.volume().picture().failure.c_str());
    }
    shot(QStringLiteral("06-planes"));
    slab->setCurrentIndex(0);
    m_window->reading().action(QStringLiteral("single"))->trigger();
    QCOMPARE(pane().view().state().plane.kind, view::PlaneKind::Native);
}

void WindowTest::priorBesideScrollsLinked()
{
    NEED_ARCHIVE();
    auto& grid = m_window->reading().grid();
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->reading().session()->priors().empty(), kLong);
    const auto truth = phantom::chestCtPrior(phantom::priorOptions(), {});
    m_window->reading().openPrior(QString::fromStdString(truth.studyInstanceUid));
    QTRY_VERIFY_WITH_TIMEOUT(grid.pane(1).view().prior() && grid.pane(1).view().count() == static_cast<int>(truth.series.front().sopInstanceUids.size()), kLong);
    QTRY_VERIFY_WITH_TIMEOUT(grid.pane(1).view().table()->complete(), kLong);
    pane().view().showFrame(FrameIndex{m_nodule - 1});
    pane().refresh();
    QTest::keyClick(&pane(), Qt::Key_Down);
    const auto here = pane().view().frame()->plane->position.z;
    const auto there = grid.pane(1).view().frame()->plane->position.z;
    QVERIFY2(std::abs(here - there) <= truth.series.front().betweenSlices, qPrintable(QStringLiteral("%1 %2").arg(here).arg(there)));
    shot(QStringLiteral("07-prior"));
    m_window->reading().action(QStringLiteral("single"))->trigger();
}

// The series list's own menu: what it says is what the store does, and "As the rules say" takes it back.
void WindowTest::readerSplitsTheSeries()
{
    NEED_ARCHIVE();
    auto* list = m_window->findChild<QListWidget*>(QStringLiteral("strip.series"));
    QVERIFY(list != nullptr && list->count() > 0);
    const auto store = m_window->reading().session()->store();
    const auto series = store->displaySet(pane().view().state().displaySetId)->series;
    int row = 0;
    while (row < list->count() && list->item(row)->data(Qt::UserRole + 1).toString().toStdString() != pane().view().state().displaySetId) {
        ++row;
    }
    QVERIFY(row < list->count());
    const auto openMenu = [&]() -> QMenu* {
        Q_EMIT list->customContextMenuRequested(list->visualItemRect(list->item(row)).center());
        return m_window->findChild<QMenu*>(QStringLiteral("strip.split"));
    };
    const auto before = store->splitOf(series);
    QMenu* menu = openMenu();
    QVERIFY(menu != nullptr);
    shot(QStringLiteral("07b-split"));
    QAction* checked = nullptr;
    for (QAction* action : menu->actions()) {
        checked = checked == nullptr && action->isCheckable() && action->isChecked() ? action : checked;
    }
    QVERIFY(checked != nullptr);
    checked->trigger();
    QVERIFY(store->splitOf(series) != before);
    QVERIFY(store->splitOf(series).always.size() + store->splitOf(series).whereTheyOverlap.size() ==
            before.always.size() + before.whereTheyOverlap.size() - 1);
    menu->close();
    QTRY_VERIFY(m_window->findChild<QMenu*>(QStringLiteral("strip.split")) == nullptr);
    menu = openMenu();
    QVERIFY(menu != nullptr);
    menu->actions().last()->trigger();
    menu->close();
    QCOMPARE(store->splitOf(series) == before, true);
}

void WindowTest::draftsAreSavedByThemselves()
{
    NEED_ARCHIVE();
    auto* findings = m_window->findChild<QPlainTextEdit*>(QStringLiteral("section.findings"));
    QVERIFY(findings != nullptr);
    QTRY_VERIFY_WITH_TIMEOUT(m_window->reading().report().hasDocument(), kLong);
    findings->setFocus();
    findings->insertPlainText(QStringLiteral("右肺S6に12 mmの結節を認める。"));
    // Nothing is pressed: it is saved by itself, and stands in another process's view of the records.
    QTRY_VERIFY_WITH_TIMEOUT(!m_window->reading().session()->draftId().empty(), 8000);
    const auto draft = m_workspace->records().draft(m_window->reading().session()->draftId());
    QVERIFY(draft && draft->json.find("右肺S6に12 mmの結節を認める。") != std::string::npos);
}

// A window of a process of its own is killed in mid-sentence; the next window has the sentence.
void WindowTest::draftsSurviveAKilledWindow()
{
    NEED_ARCHIVE();
    const QString data = m_folder.filePath(QStringLiteral("killed"));
    QProcess victim;
    victim.start(QCoreApplication::applicationFilePath(),
                 {QStringLiteral("--type"), data, QString::fromStdString(m_archive->url()), QString::fromStdString(m_archive->user()),
                  QString::fromStdString(m_archive->password()), QString::fromStdString(m_truth.studyInstanceUid)});
    QByteArray said;
    QTRY_VERIFY_WITH_TIMEOUT((said += victim.readAllStandardOutput()).contains("saved"), kLong);
    victim.kill();
    QVERIFY(victim.waitForFinished(kLong));
    QCOMPARE(victim.exitStatus(), QProcess::CrashExit);

    workspace::Options options;
    options.folder = data.toStdString();
    options.passphrase = kSecret;
    auto reopened = workspace::Workspace::open(options);
    QVERIFY2(reopened.has_value(), reopened ? "" : reopened.error().message.c_str());
    window::MainWindow window((*reopened)->engine());
    window.show();
    window.openStudy(QStringLiteral("demo"), QString::fromStdString(m_truth.studyInstanceUid));
    auto* findings = window.findChild<QPlainTextEdit*>(QStringLiteral("section.findings"));
    QVERIFY(findings != nullptr);
    QTRY_COMPARE_WITH_TIMEOUT(findings->toPlainText(), QString::fromUtf8(kTyped), kLong);
}

QByteArray WindowTest::python(const QString& code, const QStringList& arguments)
{
    QProcess process;
    process.start(QStringLiteral("/usr/bin/python3"), QStringList{QStringLiteral("-c"), code} + arguments);
    process.waitForFinished(kLong);
    if (process.exitCode() != 0) {
        qWarning("%s", process.readAllStandardError().constData());
    }
    return process.exitCode() == 0 ? process.readAllStandardOutput() : QByteArray();
}

// Flipped and zoomed as it was marked: the report's picture is the mirror image of one that is not flipped, of the part that was seen.
void WindowTest::keyImageIsAsSeen()
{
    const auto& document = m_window->reading().report().document();
    QCOMPARE(document.keyImages.size(), std::size_t{1});
    reporting::KeyImage key = document.keyImages[0];
    QVERIFY(key.turn && key.turn->flipHorizontal && !key.turn->flipVertical && key.turn->quarterTurns == 0);
    QVERIFY(key.area);
    const report::ReportService service(m_workspace->engine());
    const auto drawn = [&] {
        const auto picture = service.keyImage(document, key, 256);
        return picture ? picture->convertToFormat(QImage::Format_RGB32) : QImage();
    };
    const auto alike = [](const QImage& a, const QImage& b) {
        int same = 0;
        for (int y = 0; y < a.height(); ++y) {
            for (int x = 0; x < a.width(); ++x) {
                same += std::abs(qGray(a.pixel(x, y)) - qGray(b.pixel(x, y))) < 8;
            }
        }
        return static_cast<double>(same) / (a.width() * a.height());
    };
    const QImage flipped = drawn();
    QVERIFY(flipped.save(QStringLiteral(AKARI_BINARY_DIR "/screenshots/08-key-image.png")));
    key.turn = reporting::Turn{};
    const QImage straight = drawn();
    key.area.reset();
    const QImage whole = drawn();
    QVERIFY(!flipped.isNull() && !straight.isNull() && !whole.isNull());
    QVERIFY2(alike(flipped, straight.mirrored(true, false)) > 0.9, "the flipped picture is no mirror image");
    QVERIFY2(alike(flipped, straight) < 0.9, "the flip was lost");
    QVERIFY2(alike(straight, whole) < 0.9, "the part that was seen was lost");
}

void WindowTest::reportsSignsAndProves()
{
    NEED_ARCHIVE();
    pane().view().reset();
    pane().view().showFrame(FrameIndex{m_nodule});
    pane().refresh();
    m_window->reading().insertLastMeasurement();
    pane().view().flipHorizontal();
    pane().view().zoomBy(1.5);
    pane().view().pan(20, -10);
    m_window->reading().markKeyImage();
    keyImageIsAsSeen();
    pane().view().reset();
    auto* impression = m_window->findChild<QPlainTextEdit*>(QStringLiteral("section.impression"));
    QVERIFY(impression != nullptr);
    impression->insertPlainText(QStringLiteral("右肺S6結節、増大。"));
    QTRY_COMPARE(m_window->reading().report().document().keyImages.size(), std::size_t{1});
    QCOMPARE(m_window->reading().report().document().measurements.size(), std::size_t{1});
    shot(QStringLiteral("08-report"));

    QTimer::singleShot(500, this, [this] {
        auto* sheet = qobject_cast<QDialog*>(QApplication::activeModalWidget());
        QVERIFY(sheet != nullptr);
        auto* secret = sheet->findChild<QLineEdit*>(QStringLiteral("signing.secret"));
        QVERIFY(secret != nullptr);
        QVERIFY(sheet->grab().save(QStringLiteral(AKARI_BINARY_DIR "/screenshots/09-review.png")));
        secret->setText(QString::fromUtf8(kSecret));
        // Enter confirms kana conversion and must never sign.
        QTest::keyClick(secret, Qt::Key_Return);
        QVERIFY(sheet->isVisible());
        auto* button = sheet->findChild<QPushButton*>(QStringLiteral("signing.sign"));
        QVERIFY(button != nullptr);
        QTest::mouseClick(button, Qt::LeftButton);
    });
    bool all = false;
    bool answered = false;
    QString line;
    connect(&m_window->reading().report(), &window::ReportController::delivered, this, [&](bool everything, const QString& words) {
        all = everything;
        answered = true;
        line = words;
    });
    m_window->reading().report().sign();
    QTRY_VERIFY_WITH_TIMEOUT(answered, kLong);
    QVERIFY2(all, qPrintable(line));
    shot(QStringLiteral("10-signed"));

    const auto outbox = m_workspace->records().outbox();
    QCOMPARE(outbox->size(), std::size_t{3});
    for (const auto& item : *outbox) {
        QCOMPARE(item.state, records::DeliveryState::Archived);
        if (item.kind != "TID1500") {
            continue;
        }
        const auto object = m_workspace->records().signedObject(item.sop);
        const QString file = m_folder.filePath(QStringLiteral("tid1500.dcm"));
        QFile out(file);
        QVERIFY(out.open(QIODevice::WriteOnly));
        out.write(reinterpret_cast<const char*>(object->part10.data()), static_cast<qsizetype>(object->part10.size()));
        out.close();
        const QByteArray read = python(QStringLiteral(R"(
import sys, pydicom
d = pydicom.dcmread(sys.argv[1])
found = []
def walk(i):
    if getattr(i, 'ValueType', '') == 'NUM':
        found.append(float(i.MeasuredValueSequence[0].NumericValue))
    for c in getattr(i, 'ContentSequence', []):
        walk(c)
walk(d)
print(found[0], d.PatientName.ideographic)
)"), {file});
        const auto words = QString::fromUtf8(read).trimmed().split(QLatin1Char(' '));
        QCOMPARE(words.size(), 2);
        QVERIFY2(std::abs(words[0].toDouble() - m_truth.nodule->diameterMm) < 0.2, qPrintable(words[0]));
        QCOMPARE(words[1], QStringLiteral("山田^太郎"));
    }
    m_window->showWorklist();
    auto* table = m_window->findChild<QTableView*>(QStringLiteral("worklist.table"));
    bool green = false;
    for (int row = 0; row < table->model()->rowCount(); ++row) {
        green = green || table->model()->index(row, window::WorklistModel::Report).data().toString() == window::Words::reportState(session::ReportState::Delivered);
    }
    QVERIFY(green);
    shot(QStringLiteral("11-worklist-green"));
}

void WindowTest::japaneseGlyphsAreThere()
{
    QVERIFY(paint::hasJapaneseFont());
    // A missing glyph is a box: the same box for every character.
    const auto drawn = [](const QString& text) {
        render::Picture picture;
        picture.width = picture.height = 48;
        picture.grey.assign(48 * 48, 0);
        picture.overlay.push_back(render::Text{24, 24, render::Anchor::Center, text.toStdString(), render::Ink::Text, 32});
        return paint::paint(picture);
    };
    const QStringList characters{QStringLiteral("山"), QStringLiteral("田"), QStringLiteral("太"), QStringLiteral("郎"), QStringLiteral("や")};
    for (const QString& a : characters) {
        QVERIFY(drawn(a) != drawn(QStringLiteral("\uE000")));
        for (const QString& b : characters) {
            QVERIFY(a == b || drawn(a) != drawn(b));
        }
    }
}

void WindowTest::cleanupTestCase()
{
    m_window.reset();
    m_workspace.reset();
    m_archive.reset();
}

int main(int argc, char** argv)
{
    QApplication application(argc, argv);
    const auto arguments = QCoreApplication::arguments();
    if (arguments.size() == 7 && arguments[1] == QStringLiteral("--type")) {
        return typeUntilKilled(arguments.mid(2));
    }
    WindowTest test;
    return QTest::qExec(&test, argc, argv);
}
#include "WindowTest.moc"
