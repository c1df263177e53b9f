#include "app/window/OutboxDialog.h"

#include <algorithm>
#include <QDateTime>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLabel>
#include <QMessageBox>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "app/window/Style.h"
#include "app/window/Words.h"

namespace akari::window {

namespace {

enum Column { Kind, Archive, State, Reason, Tries, Next, Columns };

// What core/archive/StowReasons.cpp and Delivery.cpp say, for the translator.
constexpr const char* kReasons[] = {
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive could not process the object."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive has an object of this identity already."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive does not have the object that this one belongs to."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive does not know this kind of object."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive misses an attribute that it needs."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive does not take objects of this kind."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive does not allow this user to store."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive has no resources left for the object."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive has no room for the object."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive finds that the object does not fit its kind."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive does not take the object's transfer syntax."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive can't understand the object."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive took the object but does not list it as stored."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive reports a conflict with what it has."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive refuses to store the object."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The object is larger than the archive takes in one request."),
    QT_TRANSLATE_NOOP("OutboxReasons", "The archive does not have the study of this report; nothing is sent."),
    QT_TRANSLATE_NOOP("OutboxReasons", "At the archive this study belongs to another patient; nothing is sent, ask the hospital."),
    QT_TRANSLATE_NOOP("OutboxReasons", "At the archive this study has another accession number; nothing is sent, ask the hospital."),
};

QString localTime(const std::string& iso)
{
    const QDateTime moment = QDateTime::fromString(text(iso), Qt::ISODate);
    return moment.isValid() ? moment.toLocalTime().toString(QStringLiteral("yyyy-MM-dd HH:mm")) : QString();
}

QTableWidgetItem* cell(const QString& words, const QString& whole = {})
{
    auto* item = new QTableWidgetItem(words);
    item->setToolTip(whole.isEmpty() ? words : whole);
    return item;
}

} // namespace

OutboxDialog::OutboxDialog(session::Engine engine, QWidget* parent)
    : QDialog(parent), m_engine(engine), m_table(new QTableWidget(0, Columns, this)), m_retry(new QPushButton(tr("Try again"), this)),
      m_drop(new QPushButton(tr("Give up …"), this))
{
    setObjectName(QStringLiteral("outbox"));
    setWindowTitle(tr("Outbox"));
    resize(980, 420);
    m_table->setObjectName(QStringLiteral("outbox.items"));
    m_table->setHorizontalHeaderLabels({tr("Object"), tr("Archive"), tr("State"), tr("Reason"), tr("Tries"), tr("Next try")});
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setWordWrap(true);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
    m_table->horizontalHeader()->setSectionResizeMode(Reason, QHeaderView::Stretch);
    m_retry->setObjectName(QStringLiteral("outbox.retry"));
    m_drop->setObjectName(QStringLiteral("outbox.drop"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    buttons->button(QDialogButtonBox::Close)->setText(tr("Close"));
    auto* send = buttons->addButton(tr("Send now"), QDialogButtonBox::ActionRole);
    send->setObjectName(QStringLiteral("outbox.send"));
    buttons->addButton(m_retry, QDialogButtonBox::ActionRole);
    buttons->addButton(m_drop, QDialogButtonBox::ActionRole);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(new QLabel(tr("Each object is sent, fetched back and compared; only then it counts as archived."), this));
    layout->addWidget(m_table, 1);
    layout->addWidget(buttons);
    connect(send, &QPushButton::clicked, this, &OutboxDialog::sendRequested);
    connect(m_retry, &QPushButton::clicked, this, &OutboxDialog::retry);
    connect(m_drop, &QPushButton::clicked, this, &OutboxDialog::drop);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_table, &QTableWidget::itemSelectionChanged, this, &OutboxDialog::selectionChanged);
    refresh();
}

QString OutboxDialog::stateText(records::DeliveryState state)
{
    switch (state) {
    case records::DeliveryState::Queued: return tr("waiting");
    case records::DeliveryState::Sent: return tr("sent, not proven yet");
    case records::DeliveryState::Archived: return tr("archived, proven");
    case records::DeliveryState::Failed: return tr("refused");
    case records::DeliveryState::Dropped: return tr("given up");
    }
    return {};
}

QString OutboxDialog::reasonText(const records::OutboxItem& item)
{
    const auto known =
        std::find_if(std::begin(kReasons), std::end(kReasons), [&](const char* sentence) { return item.reason == sentence; });
    if (known != std::end(kReasons)) {
        return QCoreApplication::translate("OutboxReasons", *known);
    }
    if (item.code == "delivery.altered") {
        return tr("The archive keeps other content under this object's identity. Ask the hospital.");
    }
    return item.reason.empty() ? QString() : Words::error({item.code, item.reason, {}});
}

void OutboxDialog::refresh()
{
    const auto before = selected();
    const auto items = m_engine.records.outbox();
    if (!items) {
        Q_EMIT failed(Words::error(items.error()));
        return;
    }
    // The newest first, and above all what waits for a person.
    auto sorted = *items;
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
        const auto rank = [](records::DeliveryState state) {
            return state == records::DeliveryState::Failed ? 0 : records::isWaiting(state) ? 1 : 2;
        };
        return std::pair(rank(a.state), -a.id) < std::pair(rank(b.state), -b.id);
    });
    m_table->setRowCount(static_cast<int>(sorted.size()));
    for (int row = 0; row < static_cast<int>(sorted.size()); ++row) {
        const auto& item = sorted[static_cast<std::size_t>(row)];
        auto* kind = cell(text(item.kind), text(item.sop.value));
        kind->setData(Qt::UserRole, QVariant::fromValue<qlonglong>(item.id));
        auto* state = cell(stateText(item.state));
        const char* colour = item.state == records::DeliveryState::Failed     ? Tokens::kCritical
                             : item.state == records::DeliveryState::Archived ? Tokens::kOk
                             : records::isWaiting(item.state)                 ? Tokens::kWarn
                                                                              : Tokens::kDim;
        state->setForeground(QColor(QString::fromUtf8(colour)));
        m_table->setItem(row, Kind, kind);
        m_table->setItem(row, Archive, cell(text(item.archive)));
        m_table->setItem(row, State, state);
        m_table->setItem(row, Reason, cell(reasonText(item), text(item.reason)));
        m_table->setItem(row, Tries, cell(QString::number(item.attempts)));
        m_table->setItem(row, Next, cell(localTime(item.nextTry)));
        if (std::find(before.begin(), before.end(), item.id) != before.end()) {
            m_table->selectRow(row);
        }
    }
    m_table->resizeRowsToContents();
    selectionChanged();
}

std::vector<std::int64_t> OutboxDialog::selected() const
{
    std::vector<std::int64_t> ids;
    for (const auto& index : m_table->selectionModel()->selectedRows(Kind)) {
        ids.push_back(index.data(Qt::UserRole).toLongLong());
    }
    return ids;
}

void OutboxDialog::selectionChanged()
{
    bool retryable = false;
    bool droppable = false;
    const auto ids = selected();
    if (const auto items = m_engine.records.outbox()) {
        for (const auto& item : *items) {
            if (std::find(ids.begin(), ids.end(), item.id) != ids.end()) {
                retryable = retryable || item.state != records::DeliveryState::Archived;
                droppable = droppable || item.state == records::DeliveryState::Queued || item.state == records::DeliveryState::Failed;
            }
        }
    }
    m_retry->setEnabled(retryable);
    m_drop->setEnabled(droppable);
}

void OutboxDialog::retry()
{
    for (const auto id : selected()) {
        if (const auto done = m_engine.records.retryDelivery(id); !done && done.error().code != "outbox.archived") {
            Q_EMIT failed(Words::error(done.error()));
        }
    }
    refresh();
    Q_EMIT itemChanged();
}

void OutboxDialog::drop()
{
    const auto ids = selected();
    if (QMessageBox::question(this, tr("Outbox"),
                              tr("Give up sending? The objects stay in the data folder; the archive will not get them.")) !=
        QMessageBox::Yes) {
        return;
    }
    for (const auto id : ids) {
        if (const auto done = m_engine.records.dropDelivery(id); !done) {
            Q_EMIT failed(Words::error(done.error()));
        }
    }
    refresh();
    Q_EMIT itemChanged();
}

} // namespace akari::window
