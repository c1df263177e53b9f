#include "app/window/ReadingPage.h"

#include <QAction>
#include <QActionGroup>
#include <QComboBox>
#include <QDate>
#include <QLabel>
#include <QSplitter>
#include <QToolBar>
#include <QVBoxLayout>

#include "app/paint/Painter.h"
#include "app/window/DocumentDialog.h"
#include "app/window/Style.h"
#include "app/window/Words.h"

namespace akari::window {

ReadingPage::ReadingPage(session::Engine engine, QWidget* parent)
    : QWidget(parent), m_engine(engine), m_banner(new PatientBanner(this)), m_tools(new QToolBar(this)), m_strip(new StudyStrip(this)),
      m_grid(new ViewportGrid(this)), m_editor(new reporting::ReportEditor(this)), m_report(new ReportController(engine, m_editor, this)),
      m_changed(this, [this] { contentChanged(); })
{
    auto* body = new QSplitter(Qt::Horizontal, this);
    body->setHandleWidth(1);
    body->setChildrenCollapsible(false);
    body->addWidget(m_strip);
    body->addWidget(m_grid);
    body->addWidget(m_editor);
    m_strip->setMinimumWidth(200);
    m_editor->setMinimumWidth(300);
    body->setStretchFactor(0, 0);
    body->setStretchFactor(1, 1);
    body->setStretchFactor(2, 0);
    body->setSizes({230, 740, 360});
    makeToolBar();
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_banner);
    column->addWidget(m_tools);
    column->addWidget(body, 1);

    connect(m_strip, &StudyStrip::displaySetChosen, this, [this](const QString& id) { m_grid->showDisplaySet(utf8(id)); });
    connect(m_strip, &StudyStrip::priorChosen, this, &ReadingPage::openPrior);
    connect(m_strip, &StudyStrip::documentChosen, this, &ReadingPage::openDocument);
    connect(m_grid, &ViewportGrid::annotationDrawn, this, &ReadingPage::annotationDrawn);
    connect(m_grid, &ViewportGrid::activeChanged, this, [this] { m_strip->setShown(m_grid->active().view().state().displaySetId); });
    connect(m_report, &ReportController::failed, this, &ReadingPage::failed);
    connect(m_report, &ReportController::saved, this, &ReadingPage::statusChanged);
    connect(m_report, &ReportController::delivered, this, &ReadingPage::statusChanged);
    connect(m_editor, &reporting::ReportEditor::insertMeasurementRequested, this, &ReadingPage::insertLastMeasurement);
    connect(m_editor, &reporting::ReportEditor::keyImageActivated, this, [this](int index) {
        const auto& image = m_report->document().keyImages[static_cast<std::size_t>(index)].image;
        showImage(image.series, image.sop, image.frame.value_or(FrameNumber{1}));
    });
    connect(m_editor, &reporting::ReportEditor::measurementActivated, this, [this](int index) {
        const auto& annotation = m_report->document().measurements[static_cast<std::size_t>(index)].annotation;
        showImage(annotation.object.series, annotation.object.sop, annotation.frame);
    });
}

ReadingPage::~ReadingPage()
{
    m_changed.detach();
    closeStudy();
}

QAction* ReadingPage::addAction(QToolBar* bar, const QString& name, const QString& text, const QKeySequence& key, bool checkable)
{
    auto* action = bar->addAction(icon(name), text);
    action->setObjectName(QStringLiteral("tool.") + name);
    action->setCheckable(checkable);
    action->setShortcut(key);
    action->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    action->setToolTip(key.isEmpty() ? text : QStringLiteral("%1  (%2)").arg(text, key.toString(QKeySequence::NativeText)));
    // Single letters belong to the images: in the report they are letters.
    m_grid->addAction(action);
    return action;
}

QAction* ReadingPage::action(const QString& name) const { return findChild<QAction*>(QStringLiteral("tool.") + name); }

void ReadingPage::makeToolBar()
{
    m_tools->setIconSize({20, 20});
    m_tools->setToolButtonStyle(Qt::ToolButtonIconOnly);
    auto* back = addAction(m_tools, QStringLiteral("back"), tr("Worklist"), QKeySequence(Qt::Key_Escape));
    connect(back, &QAction::triggered, this, &ReadingPage::backRequested);
    m_tools->addSeparator();

    auto* tools = new QActionGroup(this);
    const struct {
        const char* name;
        QString text;
        QKeySequence key;
        Tool tool;
    } kTools[] = {{"window", tr("Window"), Qt::Key_W, Tool::Window}, {"length", tr("Length"), Qt::Key_M, Tool::Length},
                  {"ellipse", tr("Ellipse"), Qt::Key_E, Tool::Ellipse}};
    for (const auto& entry : kTools) {
        auto* action = addAction(m_tools, QString::fromUtf8(entry.name), entry.text, entry.key, true);
        tools->addAction(action);
        connect(action, &QAction::triggered, this, [this, tool = entry.tool] { m_grid->setTool(tool); });
        action->setChecked(entry.tool == Tool::Window);
    }
    auto* undoAction = addAction(m_tools, QStringLiteral("undo"), tr("Undo"), QKeySequence::Undo);
    connect(undoAction, &QAction::triggered, this, &ReadingPage::undo);
    auto* redoAction = addAction(m_tools, QStringLiteral("redo"), tr("Redo"), QKeySequence::Redo);
    connect(redoAction, &QAction::triggered, this, &ReadingPage::redo);
    m_tools->addSeparator();

    auto* layouts = new QActionGroup(this);
    const struct {
        const char* name;
        QString text;
        QKeySequence key;
        Layout layout;
    } kLayouts[] = {{"single", tr("One image"), Qt::Key_F2, Layout::Single}, {"side", tr("Side by side"), Qt::Key_F3, Layout::SideBySide},
                    {"mpr", tr("Planes and 3D"), Qt::Key_F4, Layout::Mpr}};
    for (const auto& entry : kLayouts) {
        auto* action = addAction(m_tools, QString::fromUtf8(entry.name), entry.text, entry.key, true);
        layouts->addAction(action);
        connect(action, &QAction::triggered, this, [this, layout = entry.layout] {
            m_grid->setLayoutKind(layout);
            findChild<QComboBox*>(QStringLiteral("tool.slab"))->setCurrentIndex(0); // planes begin without a slab
        });
        action->setChecked(entry.layout == Layout::Single);
    }
    auto* prior = addAction(m_tools, QStringLiteral("prior"), tr("Prior beside"), QKeySequence(Qt::Key_P));
    connect(prior, &QAction::triggered, this, [this] {
        const auto relevant = m_session ? m_session->relevantPrior() : std::nullopt;
        if (!relevant) {
            Q_EMIT failed(tr("No prior of this patient is known."));
        } else {
            openPrior(text(relevant->record.study.value), text(relevant->record.archive));
        }
    });
    auto* link = addAction(m_tools, QStringLiteral("link"), tr("Link scrolling"), QKeySequence(Qt::Key_L), true);
    link->setChecked(true);
    connect(link, &QAction::toggled, m_grid, &ViewportGrid::setLinked);
    m_tools->addSeparator();

    auto* slab = new QComboBox(m_tools);
    slab->setObjectName(QStringLiteral("tool.slab"));
    slab->setToolTip(tr("Slab of the planes"));
    slab->addItem(tr("No slab"), 0);
    for (int millimetres : {5, 10, 20, 40}) {
        slab->addItem(tr("MIP %1 mm").arg(millimetres), millimetres);
    }
    m_tools->addWidget(slab);
    connect(slab, &QComboBox::currentIndexChanged, this, [this, slab] {
        const double thickness = slab->currentData().toDouble();
        m_grid->setSlab({thickness > 0 ? image::SlabMode::Mip : image::SlabMode::None, thickness});
    });
    m_tools->addSeparator();
    auto* key = addAction(m_tools, QStringLiteral("key"), tr("Mark key image"), QKeySequence(Qt::Key_K));
    connect(key, &QAction::triggered, this, &ReadingPage::markKeyImage);
    auto* reset = addAction(m_tools, QStringLiteral("reset"), tr("Reset view"), QKeySequence());
    connect(reset, &QAction::triggered, this, [this] {
        m_grid->active().view().reset();
        m_grid->active().refresh();
    });

    auto* next = new QAction(this);
    next->setShortcut(Qt::Key_Tab);
    next->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(next, &QAction::triggered, m_grid, &ViewportGrid::activateNext);
    auto* oneUp = new QAction(this);
    oneUp->setShortcut(Qt::Key_Space);
    oneUp->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(oneUp, &QAction::triggered, m_grid, &ViewportGrid::toggleOneUp);
    m_grid->addActions({next, oneUp});
    auto* toReport = new QAction(this);
    toReport->setShortcut(Qt::Key_F6);
    toReport->setShortcutContext(Qt::WidgetWithChildrenShortcut);
    connect(toReport, &QAction::triggered, this, [this] { m_editor->isAncestorOf(focusWidget()) ? m_grid->active().setFocus() : m_editor->setFocus(); });
    QWidget::addAction(toReport);
}

bool ReadingPage::open(const std::string& archive, const StudyInstanceUid& study)
{
    if (m_session && m_session->study() == study && m_session->archive() == archive) {
        return true;
    }
    if (m_session && !m_report->saveNow()) {
        return false;
    }
    closeStudy();
    m_imagesShown = false;
    m_settled = false;
    m_prefetched.clear();
    m_session = std::make_unique<session::ReadingSession>(m_engine, archive, study, m_changed);
    action(QStringLiteral("single"))->trigger();
    action(QStringLiteral("window"))->trigger();
    m_grid->setSession(m_session.get());
    m_strip->setSession(m_session.get());
    m_report->setSession(m_session.get());
    contentChanged();
    m_grid->active().setFocus();
    return true;
}

void ReadingPage::closeStudy()
{
    m_report->setSession(nullptr);
    m_grid->setSession(nullptr);
    m_strip->setSession(nullptr);
    m_banner->clear();
    m_session.reset();
    m_priorWanted = false;
}

void ReadingPage::showFirstImages()
{
    const auto sets = m_session->store()->displaySets();
    if (sets.empty()) {
        return;
    }
    // The largest series is what the reader came for; a localizer is not.
    const auto largest = std::max_element(sets.begin(), sets.end(), [](const auto& a, const auto& b) { return a->frames.size() < b->frames.size(); });
    m_imagesShown = true;
    m_grid->showDisplaySet((*largest)->id);
}

void ReadingPage::contentChanged()
{
    if (!m_session) {
        return;
    }
    if (const auto subject = m_session->subject()) {
        const auto archive = m_engine.records.archive(m_session->archive());
        m_banner->setStudy(*subject, QColor(archive && !archive->color.empty() ? text(archive->color) : QString::fromUtf8(Tokens::kAccent)));
    }
    if (!m_imagesShown) {
        showFirstImages();
    }
    if (m_priorWanted && m_session->priorStore()) {
        const auto sets = m_session->priorStore()->displaySets();
        const auto current = m_grid->pane(0).view().displaySet();
        const auto matches = [&](const auto& set) { return current && set->modality == current->modality && set->geometry == current->geometry; };
        auto chosen = std::find_if(sets.begin(), sets.end(), matches);
        if (chosen == sets.end() && !sets.empty() && !m_session->priorSyncing()) {
            chosen = std::max_element(sets.begin(), sets.end(), [](const auto& a, const auto& b) { return a->frames.size() < b->frames.size(); });
        }
        if (chosen != sets.end()) {
            m_priorWanted = false;
            m_grid->showPrior(m_session->priorStore(), (*chosen)->id, priorTag());
            action(QStringLiteral("side"))->setChecked(true);
        }
    }
    m_grid->contentChanged();
    m_strip->contentChanged();
    m_report->contentChanged();
    // Every series is brought into memory, the one on screen first.
    if (!m_session->syncState().running) {
        const auto shown = m_grid->active().view().state().displaySetId;
        for (const auto& set : m_session->store()->displaySets()) {
            const auto table = m_session->store()->table(set->id);
            // Once each: what had to leave memory again must not be brought back in a circle.
            if (set->id != shown && table && table->present + table->failed == 0 && m_prefetched.insert(set->id).second) {
                m_session->store()->want(set->id, FrameIndex{static_cast<std::int32_t>(set->frames.size() / 2)});
            }
        }
        if (const auto place = m_grid->active().view().index(); !shown.empty() && !m_grid->active().view().prior() && !m_settled) {
            m_settled = true;
            m_session->store()->want(shown, place);
        }
    }
    Q_EMIT statusChanged();
}

QString ReadingPage::priorTag() const
{
    const auto prior = m_session->priorSubject();
    const auto current = m_session->subject();
    if (!prior) {
        return tr("PRIOR");
    }
    QString tag = tr("PRIOR %1").arg(Words::date(prior->studyDate));
    if (prior->archive != m_session->archive()) {
        tag += QStringLiteral(" · ") + Words::archive(prior->archive); // another hospital's never looks like this one's
    }
    if (current && current->studyDate.size() == 8 && prior->studyDate.size() == 8) {
        const QDate now = QDate::fromString(text(current->studyDate), QStringLiteral("yyyyMMdd"));
        const QDate then = QDate::fromString(text(prior->studyDate), QStringLiteral("yyyyMMdd"));
        const auto days = then.daysTo(now);
        const QString distance = days >= 365 ? tr("%n y before", nullptr, static_cast<int>((days + 15) / 365))
                                 : days >= 30 ? tr("%n months before", nullptr, static_cast<int>(days / 30))
                                              : tr("%n days before", nullptr, static_cast<int>(days));
        tag += QStringLiteral(" · ") + distance;
    }
    return tag;
}

void ReadingPage::openPrior(const QString& studyInstanceUid, const QString& archive)
{
    m_priorWanted = true;
    m_session->openPrior(StudyInstanceUid(utf8(studyInstanceUid)), utf8(archive));
    contentChanged();
}

void ReadingPage::annotationDrawn(const measure::Annotation& annotation)
{
    const auto value = m_session->measureNow(annotation);
    if (!value) {
        Q_EMIT failed(Words::error(value.error()));
        return;
    }
    measure::Annotation labelled = annotation;
    labelled.label = "Lesion " + std::to_string(m_session->annotations().all().size() + 1);
    m_session->annotations().add(labelled);
    keepAnnotations();
}

void ReadingPage::keepAnnotations()
{
    if (const auto kept = m_session->annotationsChanged(); !kept) {
        Q_EMIT failed(Words::error(kept.error()));
    }
}

void ReadingPage::undo()
{
    if (m_session && m_session->annotations().undo()) {
        keepAnnotations();
        m_grid->active().refresh();
    }
}

void ReadingPage::redo()
{
    if (m_session && m_session->annotations().redo()) {
        keepAnnotations();
        m_grid->active().refresh();
    }
}

void ReadingPage::insertLastMeasurement()
{
    if (!m_session || m_session->annotations().all().empty()) {
        Q_EMIT failed(tr("Measure something first: M for a length, E for an ellipse."));
        return;
    }
    const auto& annotation = m_session->annotations().all().back();
    const auto value = m_session->measureNow(annotation);
    if (!value) {
        Q_EMIT failed(Words::error(value.error()));
        return;
    }
    for (const auto& store : {m_session->store(), m_session->priorStore()}) {
        const auto place = store ? store->locate(annotation.object.sop, annotation.frame, annotation.object.series) : std::nullopt;
        if (place) {
            const auto set = store->displaySet(place->displaySetId);
            m_report->addMeasurement(annotation, *value, set->frames[static_cast<std::size_t>(place->index.value)], place->index.value + 1);
            return;
        }
    }
}

void ReadingPage::markKeyImage()
{
    auto& pane = m_grid->active();
    const auto table = pane.view().table(); // before frame(): it may bring a newer order
    const auto* frame = pane.view().frame();
    if (!m_session || frame == nullptr || pane.view().state().plane.kind != view::PlaneKind::Native) {
        Q_EMIT failed(tr("Key images are marked on acquired images, not on planes cut through them."));
        return;
    }
    if (!table || !table->entries[static_cast<std::size_t>(pane.view().index().value)].slice) {
        Q_EMIT failed(tr("This image is not loaded yet."));
        return;
    }
    auto scene = pane.scene();
    scene.corners.reset();
    reporting::KeyImage seen;
    seen.turn = {((scene.state.quarterTurns % 4) + 4) % 4, scene.state.flipHorizontal, scene.state.flipVertical};
    if (scene.state.zoom != 1 || scene.state.panX != 0 || scene.state.panY != 0) {
        seen.area = view::visibleArea(*frame, scene.state, scene.width, scene.height);
    }
    seen.window = scene.state.window;
    seen.voiTable = scene.state.voiTable;
    seen.invert = scene.state.invert;
    seen.presentationState = scene.presentation ? scene.presentation->sopInstanceUid : std::string();
    // The small picture as the report will draw it.
    scene.state.area = reporting::areaSeen(seen, scene.state.area);
    scene.state.zoom = 1;
    scene.state.panX = scene.state.panY = 0;
    scene.width = scene.height = 256;
    scene.alone = true;
    m_report->addKeyImage(*frame, seen, pane.view().index().value + 1, paint::paint(render::renderPlanar(scene)));
}

void ReadingPage::showImage(const SeriesInstanceUid& series, const SopInstanceUid& sop, FrameNumber frame)
{
    if (const auto place = m_session ? m_session->store()->locate(sop, frame, series) : std::nullopt) {
        m_grid->showPlace(*place);
        m_grid->active().setFocus();
    }
}

void ReadingPage::openDocument(const QString& sopInstanceUid)
{
    for (const auto& document : m_session->store()->documents()) {
        if (text(document.identity.sop.value) != sopInstanceUid) {
            continue;
        }
        const auto bytes = m_engine.cache.read(document.identity);
        const auto file = bytes ? dicom::readPart10(*bytes) : Result<dicom::Part10>(fail(bytes.error()));
        const auto words = file ? documentText(*file) : Result<QString>(fail(file.error()));
        if (!words) {
            Q_EMIT failed(Words::error(words.error()));
            return;
        }
        DocumentDialog dialog(documentKind(document.sopClassUid), *words, window());
        dialog.exec();
    }
}

} // namespace akari::window
