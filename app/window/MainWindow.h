// The window: worklist and reading as two places, one status line below both.
#pragma once

#include <QMainWindow>

#include "app/window/ReadingPage.h"
#include "app/window/WorklistPage.h"
#include "core/session/ImportJob.h"

class QLabel;
class QStackedWidget;

namespace akari::window {

class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(session::Engine engine, QWidget* parent = nullptr);
    ~MainWindow() override;

    WorklistPage& worklist() { return *m_worklist; }
    ReadingPage& reading() { return *m_reading; }
    void openStudy(const QString& archive, const QString& studyInstanceUid);
    void showWorklist();
    // In a dialog that shows what becomes of each file. Pictures, documents and videos need a patient.
    void importFiles(const QStringList& paths, std::optional<importing::ChosenPatient> patient = {});

protected:
    void closeEvent(QCloseEvent* event) override;

private:
    void makeMenu();
    void addArchive();
    void changeArchive();
    void keepArchive(records::ArchiveSettings settings, bool isNew);
    void enrolReader();
    void chooseFiles();
    void chooseFolder();
    void attachToSelected();
    void status();
    void news(const QString& sentence);
    void sendOutbox();

    const session::Engine m_engine;
    QStackedWidget* m_places;
    WorklistPage* m_worklist;
    ReadingPage* m_reading;
    QLabel* m_news;
    QLabel* m_sync;
    QLabel* m_outbox;
    QLabel* m_archives;
    bool m_sending = false;
    std::thread m_sender;
};

} // namespace akari::window
