// Overlays and presentation states in the real viewport, on a real image with six overlays; pictures in build/<preset>/screenshots.
#include <QApplication>
#include <QDir>
#include <QMenu>
#include <QTest>
#include <cstdio>

#include "app/paint/Painter.h"
#include "app/window/Style.h"
#include "app/window/ViewportWidget.h"
#include "core/dicom/Tags.h"
#include "tests/support/TestData.h"

using namespace akari;

class PresentationTest final : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void overlaysAreShownAndGoWithO();
    void presentationStateByKeyAndMenu();
    void petShowsItsSuvOrNone();

private:
    void add(const char* name);
    bool bind(window::ViewportWidget& widget);
    void shot(const window::ViewportWidget& widget, const char* name);
    static int coloured(const QImage& image);

    std::unique_ptr<cache::Cache> m_cache;
    std::unique_ptr<decode::DecodePool> m_pool;
    std::unique_ptr<load::MemoryBudget> m_budget;
    std::shared_ptr<load::StudyStore> m_store;
    std::optional<std::filesystem::path> m_root;
};

#define NEED_DATA()                                                                                                                         \
    if (!m_root) {                                                                                                                          \
        std::printf("AKARI-SKIPPED: no test data\n");                                                                                      \
        return;                                                                                                                             \
    }

void PresentationTest::initTestCase()
{
    window::applyStyle(*qApp);
    m_root = test::dataFolder();
    m_pool = std::make_unique<decode::DecodePool>(decode::PoolOptions{1, std::chrono::milliseconds(20000)});
    m_budget = std::make_unique<load::MemoryBudget>(std::uint64_t{256} << 20);
}

void PresentationTest::add(const char* name)
{
    const auto bytes = test::readFile(*m_root / name);
    const auto file = dicom::readPart10(bytes);
    QVERIFY(file.has_value());
    const auto identity = dicom::identityOf(*file, "test");
    QVERIFY(identity.has_value());
    cache::IncomingObject object;
    object.identity = *identity;
    object.bytes = bytes;
    object.headerLength = file->pixelDataOffset > 0 ? file->pixelDataOffset : bytes->size();
    object.sopClassUid = file->dataSet.textOr(dicom::tags::SOPClassUID);
    object.modality = file->dataSet.textOr(dicom::tags::Modality);
    if (!m_store) {
        m_cache = std::move(*cache::Cache::openInMemory());
        m_store = std::make_shared<load::StudyStore>(load::StudyStore::Services{*m_cache, *m_pool, *m_budget}, "test", identity->study,
                                                     [](const std::string&) {});
    }
    QVERIFY(m_cache->store({&object, 1}).has_value());
    QVERIFY(m_store->addFromCache().has_value());
}

bool PresentationTest::bind(window::ViewportWidget& widget)
{
    const auto sets = m_store->displaySets();
    if (sets.size() != 1) {
        return false;
    }
    widget.resize(700, 560);
    widget.view().bind(m_store, sets.front()->id, false);
    m_store->loadAll(sets.front()->id);
    widget.show();
    return QTest::qWaitForWindowExposed(&widget);
}

int PresentationTest::coloured(const QImage& image)
{
    const QRgb ink = paint::color(render::Ink::Overlay).rgb();
    int count = 0;
    for (int y = 0; y < image.height(); ++y) {
        for (int x = 0; x < image.width(); ++x) {
            count += image.pixel(x, y) == ink;
        }
    }
    return count;
}

void PresentationTest::shot(const window::ViewportWidget& widget, const char* name)
{
    const QString folder = QStringLiteral(AKARI_BINARY_DIR "/screenshots");
    QDir().mkpath(folder);
    QVERIFY(widget.shownImage().save(folder + QStringLiteral("/presentation-%1.png").arg(QString::fromUtf8(name))));
}

void PresentationTest::overlaysAreShownAndGoWithO()
{
    NEED_DATA();
    m_store.reset();
    add("15_presentation_LUT_overlay_GSPS_weasis/overlay.dcm");
    add("15_presentation_LUT_overlay_GSPS_weasis/prOverlay.dcm");
    window::ViewportWidget widget;
    QVERIFY(bind(widget));
    widget.repaint();
    shot(widget, "overlays");
    const int four = coloured(widget.shownImage());
    QVERIFY(four > 200);
    QTest::keyClick(&widget, Qt::Key_O);
    widget.repaint();
    QCOMPARE(coloured(widget.shownImage()), 0);
    QTest::keyClick(&widget, Qt::Key_O);
    widget.repaint();
    QCOMPARE(coloured(widget.shownImage()), four);
}

void PresentationTest::presentationStateByKeyAndMenu()
{
    NEED_DATA();
    window::ViewportWidget widget;
    QVERIFY(bind(widget));
    QCOMPARE(widget.view().presentationStates().size(), std::size_t{1});
    widget.repaint();
    const int four = coloured(widget.shownImage());
    QTest::keyClick(&widget, Qt::Key_G);
    QVERIFY(widget.view().presentationState() != nullptr);
    widget.repaint();
    shot(widget, "state");
    QVERIFY(coloured(widget.shownImage()) > four); // two more planes
    QVERIFY(widget.scene().presentation != nullptr);
    QMenu menu;
    widget.fillMenu(menu);
    const auto actions = menu.actions();
    QVERIFY(actions.back()->isChecked());
    actions[actions.size() - 2]->trigger(); // none
    QVERIFY(widget.view().presentationState() == nullptr);
    widget.repaint();
    QCOMPARE(coloured(widget.shownImage()), four);
}

void PresentationTest::petShowsItsSuvOrNone()
{
    NEED_DATA();
    const auto lines = [&](const char* name) {
        m_store.reset();
        add(name);
        window::ViewportWidget widget;
        const bool bound = bind(widget);
        widget.repaint();
        shot(widget, name[0] == '1' && name[1] == '9' ? "pet" : "pet-without");
        std::string all;
        const auto scene = widget.scene();
        for (const auto& line : bound && scene.corners ? scene.corners->bottomRight : std::vector<std::string>{"not bound"}) {
            all += line + "\n";
        }
        return all;
    };
    // 30157 +- 27141 Bq/ml x 0.000594 g/Bq.
    QVERIFY(lines("19_pet_acrin_tiny/1.dcm").find("SUVbw  1.79") != std::string::npos);
    QVERIFY(lines("14_fo_dicom_selected/GH610.dcm").find("SUV") == std::string::npos);
}

QTEST_MAIN(PresentationTest)
#include "PresentationTest.moc"
