// The worklist: one table, the filter and the hospitals on top, the selected study's facts beside it. Enter or double-click opens.
#pragma once

#include <QWidget>
#include <map>
#include <memory>
#include <thread>

#include "app/window/ToGui.h"
#include "app/window/WorklistModel.h"

class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QStackedWidget;
class QTableView;

namespace akari::window {

class WorklistPage final : public QWidget {
    Q_OBJECT

public:
    // What is cached is read in the background and shown when it is there; nothing waits for it.
    WorklistPage(session::Engine engine, QWidget* parent = nullptr);
    ~WorklistPage() override;

    void refreshFromArchives(); // in the background; each hospital's studies appear when it has answered
    void refreshRows();         // from what cache and records hold now
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
    QWidget* makeTable();
    QWidget* makeEmpty();
    void loaded(const Status& status);
    void readHospitals();
    void filterRows(); // what a keystroke does
    void answered(const session::ArchiveAnswer& answer);
    void showAnswers();
    QString answerLine(const session::ArchiveAnswer& answer) const;
    void showSelected();
    void openSelected();
    void showLinks();

    session::Engine m_engine;
    session::Worklist m_worklist;
    WorklistModel* m_model;
    QLineEdit* m_filter;
    QComboBox* m_hospital;
    QTableView* m_table;
    QLabel* m_count;
    QLabel* m_answers;
    QLabel* m_detail;
    QPushButton* m_open;
    QPushButton* m_refresh;
    QPushButton* m_links;
    QStackedWidget* m_stack;
    std::vector<records::ArchiveSettings> m_archives;
    std::map<std::string, session::ArchiveAnswer> m_lastAnswers;
    bool m_busy = false;
    bool m_loaded = false;
    StopSource m_closing; // an archive that is being asked is not waited for
    std::thread m_thread;
    std::thread m_loader;
};

} // namespace akari::window
