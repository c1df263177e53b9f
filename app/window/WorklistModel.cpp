#include "app/window/WorklistModel.h"

#include <QApplication>
#include <QPainter>
#include <QStyle>

#include "app/window/Style.h"
#include "app/window/Words.h"
#include "core/session/ImportJob.h"

namespace akari::window {

namespace {
constexpr qsizetype kMostMade = 400; // several screens of rows
}

void WorklistModel::setList(session::StudyList list)
{
    m_made.clear();
    const bool same = list.generation == m_list.generation && list.ids && m_list.ids && *list.ids == *m_list.ids;
    if (same) {
        m_list = std::move(list);
        if (m_list.size() > 0) {
            Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
        }
        return;
    }
    beginResetModel();
    m_list = std::move(list);
    endResetModel();
}

std::optional<session::WorklistRow> WorklistModel::row(int index) const
{
    return index >= 0 ? m_worklist.row(m_list, static_cast<std::size_t>(index)) : std::nullopt;
}

int WorklistModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_list.size()); }
int WorklistModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

const WorklistModel::Cells* WorklistModel::cells(int index) const
{
    if (const auto found = m_made.constFind(index); found != m_made.constEnd()) {
        return &*found;
    }
    auto row = this->row(index);
    if (!row) {
        return nullptr;
    }
    const auto& study = row->study;
    const auto look = m_hospitals.value(text(study.archive));
    QStringList modalities;
    for (const auto& modality : study.modalities) {
        modalities << text(modality);
    }
    Cells cells;
    cells.texts[Patient] = Words::name(study.patientName);
    cells.texts[Id] = look.prefix.isEmpty() ? text(study.patientId) : look.prefix + QLatin1Char(' ') + text(study.patientId);
    cells.texts[Study] = text(study.studyDescription);
    cells.texts[Modality] = modalities.join(QLatin1Char('/'));
    cells.texts[Date] = Words::date(study.studyDate);
    cells.texts[Count] = QString::number(std::max<std::int64_t>({study.expected, study.stored, 0}));
    cells.texts[State] = Words::studyState(*row);
    cells.texts[Report] = Words::reportState(row->report);
    cells.texts[Archive] = Words::archive(study.archive);
    cells.stripe = look.color;
    cells.row = std::move(*row);
    if (m_made.size() >= kMostMade) {
        m_made.clear();
    }
    return &*m_made.insert(index, std::move(cells));
}

QVariant WorklistModel::color(const Cells& cells, int column) const
{
    if (column == Report) {
        switch (cells.row.report) {
        case session::ReportState::Delivered: return QColor(Tokens::kOk);
        case session::ReportState::Failed: return QColor(Tokens::kCritical);
        case session::ReportState::Queued: return QColor(Tokens::kWarn);
        default: return {};
        }
    }
    const auto& server = cells.row.study.server;
    if (column == State && (server.withdrawn || server.changed || cells.row.state == session::StudyState::Partial)) {
        return QColor(Tokens::kWarn);
    }
    return column == Archive || column == Id ? QVariant(QColor(Tokens::kDim)) : QVariant();
}

QVariant WorklistModel::data(const QModelIndex& index, int role) const
{
    if (role == Qt::TextAlignmentRole) {
        return index.column() == Count ? QVariant(Qt::AlignRight | Qt::AlignVCenter) : QVariant();
    }
    const bool asked = role == Qt::DisplayRole || role == Qt::ToolTipRole || role == Qt::DecorationRole || role == Qt::ForegroundRole || role == StripeRole;
    const Cells* cells = asked ? this->cells(index.row()) : nullptr;
    if (cells == nullptr || index.column() < 0 || index.column() >= ColumnCount) {
        return {};
    }
    switch (role) {
    case Qt::DisplayRole: return cells->texts[index.column()];
    case Qt::ToolTipRole:
        if (index.column() == State) {
            return Words::studyStateInFull(cells->row);
        }
        return index.column() == Report && !cells->row.reportReason.empty() ? text(cells->row.reportReason) : cells->texts[index.column()];
    case Qt::DecorationRole:
        return index.column() == Archive && importing::isMedia(cells->row.study.archive) ? QVariant(QApplication::style()->standardIcon(QStyle::SP_DriveCDIcon))
                                                                                          : QVariant();
    case Qt::ForegroundRole: return color(*cells, index.column());
    default: return cells->stripe.isValid() ? QVariant(cells->stripe) : QVariant();
    }
}

QVariant WorklistModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || (role != Qt::DisplayRole && role != Qt::TextAlignmentRole)) {
        return {};
    }
    if (role == Qt::TextAlignmentRole) {
        return QVariant((section == Count ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter);
    }
    switch (section) {
    case Patient: return tr("Patient");
    case Id: return tr("ID");
    case Study: return tr("Study");
    case Modality: return tr("Modality");
    case Date: return tr("Date");
    case Count: return tr("Objects");
    case State: return tr("Images");
    case Report: return tr("Report");
    case Archive: return tr("Hospital");
    default: return {};
    }
}

void RowDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    constexpr int kPadding = 6;
    constexpr int kIcon = 16;
    const bool selected = (option.state & QStyle::State_Selected) != 0;
    // The grounds of Style.cpp's table; even rows are the viewport's own.
    if (selected || index.row() % 2 != 0) {
        painter->fillRect(option.rect, selected ? QColor(0x1f, 0x35, 0x50) : QColor(0x12, 0x15, 0x1a));
    }
    QRect words = option.rect.adjusted(kPadding, 0, -kPadding, 0);
    if (index.column() == WorklistModel::Patient) {
        if (const auto stripe = index.data(WorklistModel::StripeRole).value<QColor>(); stripe.isValid()) {
            painter->fillRect(QRect(option.rect.left(), option.rect.top() + 2, kStripe, option.rect.height() - 4), stripe);
        }
        words.adjust(kStripe, 0, 0, 0);
    }
    if (const auto icon = index.data(Qt::DecorationRole).value<QIcon>(); !icon.isNull()) {
        icon.paint(painter, words.left(), words.top(), kIcon, words.height());
        words.adjust(kIcon + kPadding, 0, 0, 0);
    }
    const auto color = index.data(Qt::ForegroundRole).value<QColor>();
    const auto alignment = index.data(Qt::TextAlignmentRole);
    painter->setPen(selected ? QColor(Qt::white) : color.isValid() ? color : QColor(Tokens::kText));
    painter->setFont(option.font);
    painter->drawText(words, alignment.isValid() ? alignment.toInt() : int{Qt::AlignLeft | Qt::AlignVCenter},
                      option.fontMetrics.elidedText(index.data(Qt::DisplayRole).toString(), Qt::ElideRight, words.width()));
}

} // namespace akari::window
