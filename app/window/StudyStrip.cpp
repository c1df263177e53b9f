#include "app/window/StudyStrip.h"

#include <QDrag>
#include <QLabel>
#include <QMenu>
#include <QMimeData>
#include <QPainter>
#include <QVBoxLayout>

#include <algorithm>

#include "app/paint/Painter.h"
#include "app/window/DocumentDialog.h"
#include "app/window/Style.h"
#include "app/window/Words.h"
#include "render/PlanarScene.h"

namespace akari::window {

namespace {

constexpr int kThumbnail = 64;
enum Roles { kDisplaySet = Qt::UserRole + 1, kDocument, kPrior, kPriorArchive };

// A list whose items can be dragged into a viewport.
class CardList final : public QListWidget {
public:
    using QListWidget::QListWidget;

protected:
    void startDrag(Qt::DropActions) override
    {
        const auto* item = currentItem();
        if (item == nullptr || item->data(kDisplaySet).toString().isEmpty()) {
            return;
        }
        auto* carried = new QMimeData;
        carried->setData(QStringLiteral("application/x-akari-display-set"), item->data(kDisplaySet).toString().toUtf8());
        auto* drag = new QDrag(this);
        drag->setMimeData(carried);
        drag->setPixmap(item->icon().pixmap(kThumbnail, kThumbnail));
        drag->exec(Qt::CopyAction);
    }
};

QListWidget* makeList(QWidget* parent, const QString& name)
{
    auto* list = new CardList(parent);
    list->setObjectName(name);
    list->setIconSize({kThumbnail, kThumbnail});
    list->setTextElideMode(Qt::ElideRight);
    list->setSpacing(2);
    list->setUniformItemSizes(false);
    list->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    list->setDragEnabled(true);
    return list;
}

} // namespace

StudyStrip::StudyStrip(QWidget* parent)
    : QWidget(parent), m_series(makeList(this, QStringLiteral("strip.series"))), m_priors(makeList(this, QStringLiteral("strip.priors"))),
      m_priorsTitle(new QLabel(tr("Priors"), this))
{
    auto* title = new QLabel(tr("This study"), this);
    for (QLabel* label : {title, m_priorsTitle}) {
        label->setProperty("dim", true);
        label->setContentsMargins(8, 8, 8, 4);
    }
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(title);
    column->addWidget(m_series, 3);
    column->addWidget(m_priorsTitle);
    column->addWidget(m_priors, 1);
    connect(m_series, &QListWidget::itemDoubleClicked, this, [this](QListWidgetItem* item) {
        if (!item->data(kDisplaySet).toString().isEmpty()) {
            Q_EMIT displaySetChosen(item->data(kDisplaySet).toString());
        } else {
            Q_EMIT documentChosen(item->data(kDocument).toString());
        }
    });
    m_series->setContextMenuPolicy(Qt::CustomContextMenu);
    connect(m_series, &QListWidget::customContextMenuRequested, this, &StudyStrip::splitMenu);
    connect(m_priors, &QListWidget::itemDoubleClicked, this, [this](QListWidgetItem* item) { 
        Q_EMIT priorChosen(item->data(kPrior).toString(), item->data(kPriorArchive).toString());
    });
}

// Whether a key splits the series of the item under the pointer; the store tells the change to everybody who shows it.
void StudyStrip::splitMenu(const QPoint& at)
{
    const auto* item = m_series->itemAt(at);
    const auto set = item == nullptr || m_session == nullptr ? nullptr : m_session->store()->displaySet(utf8(item->data(kDisplaySet).toString()));
    if (!set) {
        return;
    }
    const auto store = m_session->store();
    const auto series = set->series;
    const auto rule = store->splitOf(series);
    auto* menu = new QMenu(this);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setObjectName(QStringLiteral("strip.split"));
    menu->addSection(tr("Split this series by"));
    for (const auto& name : image::splitKeyNames()) {
        const auto holds = [&](const std::vector<std::string>& keys) { return std::find(keys.begin(), keys.end(), name.key) != keys.end(); };
        auto* action = menu->addAction(Words::splitKey(name.key));
        action->setCheckable(true);
        action->setChecked(holds(rule.always) || holds(rule.whereTheyOverlap));
        connect(action, &QAction::toggled, this, [store, series, rule, key = std::string(name.key)](bool on) {
            store->setSplit(series, image::withKey(rule, key, on, store->usualSplitOf(series)));
        });
    }
    menu->addSeparator();
    connect(menu->addAction(tr("As the rules say")), &QAction::triggered, this, [store, series] { store->setSplit(series, std::nullopt); });
    menu->popup(m_series->viewport()->mapToGlobal(at));
}

void StudyStrip::setSession(session::ReadingSession* session)
{
    m_session = session;
    m_thumbnails.clear();
    m_series->clear();
    m_priors->clear();
    contentChanged();
}

void StudyStrip::contentChanged()
{
    if (m_session != nullptr) {
        fillSeries();
        fillPriors();
    }
}

namespace {

// Of the slices in memory; others may still travel.
std::optional<std::int32_t> nearestToMiddle(const image::SliceTable& table)
{
    const auto count = static_cast<std::int32_t>(table.entries.size());
    std::optional<std::int32_t> best;
    for (std::int32_t i = 0; i < count; ++i) {
        const bool nearer = !best || std::abs(i - count / 2) < std::abs(*best - count / 2);
        if (table.entries[static_cast<std::size_t>(i)].slice && nearer) {
            best = i;
        }
    }
    return best;
}

} // namespace

QIcon StudyStrip::thumbnail(const image::DisplaySet& set)
{
    const auto known = m_thumbnails.find(set.id);
    if (known != m_thumbnails.end()) {
        return known->second;
    }
    const auto table = m_session->store()->table(set.id);
    QPixmap pixmap(kThumbnail, kThumbnail);
    pixmap.fill(Qt::black);
    const auto shown = table ? nearestToMiddle(*table) : std::nullopt;
    if (!shown) {
        return pixmap;
    }
    render::PlanarScene scene;
    scene.table = table;
    scene.state.displaySetId = set.id;
    scene.state.plane.index.value = *shown;
    scene.state.showOverlays = false;
    scene.width = scene.height = kThumbnail;
    QIcon icon;
    // The same picture when selected: a thumbnail must not turn blue.
    const QPixmap drawn = QPixmap::fromImage(paint::paintPixels(render::renderPlanar(scene)));
    icon.addPixmap(drawn, QIcon::Normal);
    icon.addPixmap(drawn, QIcon::Selected);
    const auto progress = m_session->store()->progressOf(set.series);
    if (progress.complete() || progress.expected < 0) {
        m_thumbnails[set.id] = icon;
    }
    return icon;
}

void StudyStrip::fillSeries()
{
    const auto sets = m_session->store()->displaySets();
    const auto documents = m_session->store()->documents();
    const int wanted = static_cast<int>(sets.size() + documents.size());
    while (m_series->count() > wanted) {
        delete m_series->takeItem(m_series->count() - 1);
    }
    while (m_series->count() < wanted) {
        m_series->addItem(new QListWidgetItem);
    }
    int row = 0;
    for (const auto& set : sets) {
        auto* item = m_series->item(row++);
        const auto progress = m_session->store()->progressOf(set->series);
        QString count = tr("%n images", nullptr, static_cast<int>(set->frames.size()));
        if (progress.expected > 0 && !progress.complete()) {
            count = tr("%1 of %2").arg(progress.arrived).arg(progress.expected);
        }
        item->setText(QStringLiteral("%1  %2\n%3").arg(text(set->modality), text(set->label), count));
        item->setIcon(thumbnail(*set));
        item->setSizeHint({0, kThumbnail + 8});
        item->setData(kDisplaySet, text(set->id));
        QStringList tips{tr("Double-click or drag into a viewport")};
        if (!set->splitReason.empty()) {
            tips << tr("Split off by: %1").arg(text(set->splitReason));
        }
        for (const auto& warning : set->warnings) {
            tips << QStringLiteral("⚠ ") + text(warning);
        }
        item->setToolTip(tips.join(QLatin1Char('\n')));
    }
    for (const auto& document : documents) {
        auto* item = m_series->item(row++);
        item->setText(QStringLiteral("%1  %2\n%3").arg(text(document.modality), documentKind(document.sopClassUid), text(document.title)));
        QPixmap canvas(kThumbnail, 28);
        canvas.fill(Qt::transparent);
        QPainter painter(&canvas);
        icon(QStringLiteral("document")).paint(&painter, QRect((kThumbnail - 20) / 2, 4, 20, 20));
        painter.end();
        item->setIcon(canvas);
        item->setSizeHint({0, 48});
        item->setData(kDisplaySet, QString());
        item->setData(kDocument, text(document.identity.sop.value));
        item->setToolTip(tr("Double-click to open"));
    }
}

void StudyStrip::fillPriors()
{
    const auto priors = m_session->priors();
    m_priorsTitle->setText(priors.empty() ? tr("No priors known") : tr("Priors"));
    m_priors->setVisible(!priors.empty());
    while (m_priors->count() > static_cast<int>(priors.size())) {
        delete m_priors->takeItem(m_priors->count() - 1);
    }
    while (m_priors->count() < static_cast<int>(priors.size())) {
        m_priors->addItem(new QListWidgetItem);
    }
    for (std::size_t i = 0; i < priors.size(); ++i) {
        const auto& record = priors[i].record;
        auto* item = m_priors->item(static_cast<int>(i));
        QStringList modalities;
        for (const auto& modality : record.modalities) {
            modalities << text(modality);
        }
        QString words = QStringLiteral("%1  %2  %3\n%4").arg(Words::date(record.studyDate), modalities.join(QLatin1Char('/')),
                                                              priors[i].cached ? tr("✓ here") : tr("in archive"), text(record.studyDescription));
        QString hint = tr("Double-click to open beside the current study");
        if (priors[i].link) {
            words += QStringLiteral("\n") + Words::archive(record.archive);
            hint = (*priors[i].link == session::LinkGround::Issuer ? tr("Of another hospital: both give the same issuer and patient ID.")
                                                                   : tr("Of another hospital: linked by a person."))
                   + QLatin1Char('\n') + hint;
        }
        item->setText(words);
        item->setIcon(priors[i].link ? hospitalMark(QColor(text(priors[i].color)), {6, kThumbnail}) : QIcon());
        item->setSizeHint({0, priors[i].link ? 88 : 68});
        item->setForeground(QColor(Tokens::kPrior));
        item->setData(kPrior, text(record.study.value));
        item->setData(kPriorArchive, text(record.archive));
        item->setToolTip(hint);
    }
}

void StudyStrip::setShown(const std::string& displaySetId)
{
    for (int i = 0; i < m_series->count(); ++i) {
        if (m_series->item(i)->data(kDisplaySet).toString() == text(displaySetId)) {
            m_series->setCurrentRow(i);
        }
    }
}

} // namespace akari::window
