// The worklist's rows for Qt: a list of row numbers; what a row says is made when it is painted, for as many rows as fit the screen.
#pragma once

#include <QAbstractTableModel>
#include <QColor>
#include <QHash>
#include <QStyledItemDelegate>

#include "core/session/Worklist.h"

namespace akari::window {

// How a hospital is shown.
struct HospitalLook {
    QString prefix; // before its PatientIDs
    QColor color;
};

class WorklistModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Patient, Id, Study, Modality, Date, Count, State, Report, Archive, ColumnCount };
    enum Role { StripeRole = Qt::UserRole }; // the hospital's colour
    explicit WorklistModel(const session::Worklist& worklist, QObject* parent) : QAbstractTableModel(parent), m_worklist(worklist) {}

    // Rows that are the same keep selection and scroll position: only the cells change.
    void setList(session::StudyList list);
    const session::StudyList& list() const { return m_list; }
    void setHospitals(QHash<QString, HospitalLook> hospitals) { m_hospitals = std::move(hospitals); }
    std::optional<session::WorklistRow> row(int index) const;

    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    struct Cells {
        session::WorklistRow row;
        QString texts[ColumnCount];
        QColor stripe;
    };
    const Cells* cells(int row) const;
    QVariant color(const Cells& cells, int column) const;

    const session::Worklist& m_worklist;
    session::StudyList m_list;
    QHash<QString, HospitalLook> m_hospitals;
    mutable QHash<int, Cells> m_made; // of the rows that were painted last
};

// A cell's words on the row's ground, drawn straight: a style sheet takes ten times as long for each of them, and every keystroke of the filter
// paints a screenful. The first column carries the hospital's stripe at its left edge.
class RowDelegate final : public QStyledItemDelegate {
    Q_OBJECT

public:
    using QStyledItemDelegate::QStyledItemDelegate;
    void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
    static constexpr int kStripe = 4;
};

} // namespace akari::window
