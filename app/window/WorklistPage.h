// The worklist: one table, the filter on top, the selected study's facts beside it. Enter or double-click opens.
#pragma once

#include <QAbstractTableModel>
#include <QWidget>
#include <memory>
#include <thread>

#include "app/window/ToGui.h"
#include "core/session/Worklist.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace akari::window {

class WorklistModel final : public QAbstractTableModel {
    Q_OBJECT

public:
    enum Column { Patient, Id, Study, Modality, Date, Count, State, Report, Archive, ColumnCount };
    using QAbstractTableModel::QAbstractTableModel;
    void setRows(std::vector<session::WorklistRow> rows);
    const session::WorklistRow* row(int index) const;
    int rowCount(const QModelIndex& parent = {}) const override;
    int columnCount(const QModelIndex& parent = {}) const override;
    QVariant data(const QModelIndex& index, int role) const override;
    QVariant headerData(int section, Qt::Orientation orientation, int role) const override;

private:
    std::vector<session::WorklistRow> m_rows;
};

class WorklistPage final : public QWidget {
    Q_OBJECT

public:
    WorklistPage(session::Engine engine, QWidget* parent = nullptr);
    ~WorklistPage() override;

    void refreshFromArchives(); // in the background
    void refreshRows();         // from what is known
    bool busy() const { return m_busy; }
    std::optional<cache::StudyRecord> selected() const;

Q_SIGNALS:
    void studyChosen(QString archive, QString studyInstanceUid);
    void addArchiveRequested();
    void pathsDropped(QStringList paths);
    void archivesAnswered(QString line, bool allReached);

protected:
    void dragEnterEvent(QDragEnterEvent* event) override;
    void dropEvent(QDropEvent* event) override;

private:
    void showSelected();
    void openSelected();

    session::Engine m_engine;
    session::Worklist m_worklist;
    WorklistModel* m_model;
    QLineEdit* m_filter;
    QTableView* m_table;
    QLabel* m_count;
    QLabel* m_detail;
    QPushButton* m_open;
    QPushButton* m_refresh;
    QStackedWidget* m_stack;
    bool m_busy = false;
    std::thread m_thread;
};

} // namespace akari::window
