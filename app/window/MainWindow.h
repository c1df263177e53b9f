// The window: worklist and reading as two places, one status line below both.
#pragma once

#include <QMainWindow>
#include <QPointer>

#include "app/window/OpenRequestBar.h"
#include "app/window/OutboxDialog.h"
#include "app/window/ReadingPage.h"
#include "app/window/WorklistPage.h"
#include "app/workspace/FolderServices.h"
#include "app/workspace/OpenRequest.h"
#include "core/session/ImportJob.h"

class QLabel;
class QStackedWidget;

namespace akari::window {

class MainWindow final : public QMainWindow {
    Q_OBJECT

public:
    explicit MainWindow(session::Engine engine, workspace::FolderServices folder = {}, QWidget* parent = nullptr);
    ~MainWindow() override;

    WorklistPage& worklist() { return *m_worklist; }
    ReadingPage& reading() { return *m_reading; }
    void openStudy(const QString& archive, const QString& studyInstanceUid);
    void showWorklist();
    // A study asked for from outside: a link, or a second start (an empty one only wants to see the window). The request has been resolved.
    // Never takes the focus from a report that is being written. While another study is open, or a dialog is up, it is parked in a bar above
    // until the reader says so (hazard 2).
    void receive(const workspace::OpenRequest& request);
    OpenRequestBar& parked() { return *m_parked; }
    void news(const QString& sentence);
    // Another program's command has changed what the data folder holds.
    void dataChanged();
    // In a dialog that shows what becomes of each file. Pictures, documents and videos need a patient.
    void importFiles(const QStringList& paths, std::optional<importing::ChosenPatient> patient = {});

    void showOutbox();
    // Each asks first.
    void removeArchive();
    void discardDraft();
    void makeRecoveryCode();

protected:
    void closeEvent(QCloseEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

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
    // A person's word sends everything; an archive's answer what waits; the clock what is due.
    enum class Occasion { Asked, Answer, Timer };
    void sendOutbox(Occasion occasion);

    const session::Engine m_engine;
    const workspace::FolderServices m_folder;
    OpenRequestBar* m_parked;
    QStackedWidget* m_places;
    WorklistPage* m_worklist;
    ReadingPage* m_reading;
    QLabel* m_news;
    QLabel* m_sync;
    QLabel* m_outbox;
    QLabel* m_archives;
    QPointer<OutboxDialog> m_outboxList;
    bool m_sending = false;
    StopSource m_closing;
    std::thread m_sender;
};

} // namespace akari::window
