#include "app/window/MainWindow.h"

#include <QCloseEvent>
#include <QDateTime>
#include <QFile>
#include <QFileDialog>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTimer>

#include "app/window/Dialogs.h"
#include "app/window/ImportDialog.h"
#include "app/window/Style.h"
#include "app/window/Words.h"
#include "app/workspace/Workspace.h"
#include "core/archive/Delivery.h"

namespace akari::window {

namespace {
constexpr int kOutboxRetryMilliseconds = 60000;
constexpr int kLookMilliseconds = 5000;
}

MainWindow::MainWindow(session::Engine engine, QWidget* parent)
    : QMainWindow(parent), m_engine(engine), m_places(new QStackedWidget(this)), m_worklist(new WorklistPage(engine, this)),
      m_reading(new ReadingPage(engine, this)), m_news(new QLabel(this)), m_sync(new QLabel(this)), m_outbox(new QLabel(this)),
      m_archives(new QLabel(this))
{
    setWindowTitle(QStringLiteral("Akari"));
    resize(1440, 900);
    setMinimumSize(1100, 700);
    m_places->addWidget(m_worklist);
    m_places->addWidget(m_reading);
    setCentralWidget(m_places);
    makeMenu();
    m_news->setObjectName(QStringLiteral("status.news"));
    m_outbox->setObjectName(QStringLiteral("status.outbox"));
    m_sync->setObjectName(QStringLiteral("status.sync"));
    m_news->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    statusBar()->setSizeGripEnabled(false);
    statusBar()->addWidget(m_news, 1);
    for (QLabel* label : {m_sync, m_outbox, m_archives}) {
        label->setContentsMargins(12, 0, 4, 0);
        statusBar()->addPermanentWidget(label);
    }
    connect(m_worklist, &WorklistPage::studyChosen, this, &MainWindow::openStudy);
    connect(m_worklist, &WorklistPage::addArchiveRequested, this, &MainWindow::addArchive);
    connect(m_worklist, &WorklistPage::pathsDropped, this, [this](const QStringList& paths) { importFiles(paths); });
    connect(m_worklist, &WorklistPage::archivesAnswered, this, [this](const QString& line, bool all) {
        m_archives->setText(all ? tr("● archives answer") : tr("○ an archive is away"));
        m_archives->setStyleSheet(QStringLiteral("color: %1;").arg(QString::fromUtf8(all ? Tokens::kOk : Tokens::kWarn)));
        news(line);
        sendOutbox();
    });
    connect(m_reading, &ReadingPage::backRequested, this, &MainWindow::showWorklist);
    connect(m_reading, &ReadingPage::statusChanged, this, &MainWindow::status);
    connect(m_reading, &ReadingPage::failed, this, &MainWindow::news);
    connect(&m_reading->report(), &ReportController::delivered, this, [this](bool, const QString& line) {
        news(line);
        m_worklist->refreshRows();
    });
    auto* copies = new QLabel(this);
    copies->setObjectName(QStringLiteral("status.copies"));
    copies->setContentsMargins(12, 0, 4, 0);
    copies->setStyleSheet(QStringLiteral("color: %1;").arg(QString::fromUtf8(Tokens::kWarn)));
    statusBar()->addPermanentWidget(copies);
    auto* look = new QTimer(this);
    connect(look, &QTimer::timeout, this, [this, copies] {
        copies->setText(m_engine.records.copyState().problem ? tr("○ the second copy of reports is behind") : QString());
    });
    look->start(kLookMilliseconds);
    auto* retry = new QTimer(this);
    connect(retry, &QTimer::timeout, this, &MainWindow::sendOutbox);
    retry->start(kOutboxRetryMilliseconds);
    status();
}

MainWindow::~MainWindow()
{
    if (m_sender.joinable()) {
        m_sender.join();
    }
}

void MainWindow::makeMenu()
{
    auto* file = menuBar()->addMenu(tr("&Akari"));
    file->addAction(tr("Add an archive …"), this, &MainWindow::addArchive);
    file->addAction(tr("Import files …"), this, &MainWindow::chooseFiles);
    file->addAction(tr("Import a folder or CD …"), this, &MainWindow::chooseFolder);
    file->addAction(tr("Attach pictures or documents to the selected study …"), this, &MainWindow::attachToSelected);
    file->addAction(tr("The reader …"), this, &MainWindow::enrolReader);
    file->addAction(tr("Ask the archives again"), QKeySequence(Qt::Key_F5), m_worklist, &WorklistPage::refreshFromArchives);
    file->addAction(tr("Send the outbox now"), this, &MainWindow::sendOutbox);
    file->addSeparator();
    file->addAction(tr("About Akari"), this, [this] { AboutBox::show(this); });
    file->addAction(tr("Quit"), QKeySequence::Quit, this, &QWidget::close);
}

void MainWindow::openStudy(const QString& archive, const QString& studyInstanceUid)
{
    m_places->setCurrentWidget(m_reading);
    m_reading->open(utf8(archive), StudyInstanceUid(utf8(studyInstanceUid)));
    status();
}

// Text that can't be saved is not closed away without a word.
void MainWindow::closeEvent(QCloseEvent* event)
{
    if (!m_reading->report().saveNow()
        && QMessageBox::question(this, QStringLiteral("Akari"), tr("The report could not be saved. Close and lose what was typed since?"))
               != QMessageBox::Yes) {
        event->ignore();
        return;
    }
    event->accept();
}

void MainWindow::showWorklist()
{
    m_reading->report().saveNow();
    m_places->setCurrentWidget(m_worklist);
    m_worklist->refreshRows();
    status();
}

void MainWindow::addArchive()
{
    ArchiveDialog dialog(this);
    if (dialog.exec() != QDialog::Accepted) {
        return;
    }
    auto settings = dialog.settings();
    settings.color = workspace::nextStripe(m_engine.records);
    if (const auto put = m_engine.records.putArchive(settings); !put) {
        news(Words::error(put.error()));
        return;
    }
    m_worklist->refreshRows();
    m_worklist->refreshFromArchives();
}

void MainWindow::importFiles(const QStringList& paths, std::optional<importing::ChosenPatient> patient)
{
    std::vector<std::filesystem::path> files;
    for (const QString& path : paths) {
        const QByteArray name = QFile::encodeName(path);
        files.emplace_back(std::string(name.constData(), static_cast<std::size_t>(name.size())));
    }
    if (files.empty()) {
        return;
    }
    importing::ImportOptions options;
    options.patient = std::move(patient);
    auto* dialog = new ImportDialog(m_engine, std::move(files), std::move(options), this);
    dialog->setAttribute(Qt::WA_DeleteOnClose);
    connect(dialog, &ImportDialog::studiesChanged, m_worklist, &WorklistPage::refreshRows);
    connect(dialog, &ImportDialog::imported, this, &MainWindow::news);
    dialog->open();
}

void MainWindow::chooseFiles() { importFiles(QFileDialog::getOpenFileNames(this, tr("Import files"))); }

void MainWindow::chooseFolder()
{
    const QString folder = QFileDialog::getExistingDirectory(this, tr("Import a folder or CD"));
    importFiles(folder.isEmpty() ? QStringList() : QStringList{folder});
}

void MainWindow::attachToSelected()
{
    const auto study = m_worklist->selected();
    if (!study) {
        news(tr("Select a study first; what is attached belongs to its patient."));
        return;
    }
    const QStringList paths = QFileDialog::getOpenFileNames(this, tr("Attach to %1").arg(Words::name(study->patientName)), {},
                                                            tr("Pictures, documents, videos (*.jpg *.jpeg *.png *.pdf *.mp4)"));
    importing::ChosenPatient patient;
    patient.id = study->patientId;
    patient.issuer = study->issuerOfPatientId;
    patient.name = study->patientName.dicom();
    patient.birthDate = study->patientBirthDate;
    patient.sex = study->patientSex;
    patient.study = study->study;
    importFiles(paths, patient);
}

void MainWindow::enrolReader()
{
    const auto current = m_engine.records.reader();
    ReaderDialog dialog(current ? *current : std::nullopt, this);
    if (dialog.exec() != QDialog::Accepted) {
        return;
    }
    const auto set = m_engine.records.setReader(dialog.reader(), utf8(dialog.secret()));
    news(set ? tr("Enrolled.") : Words::error(set.error()));
}

void MainWindow::news(const QString& sentence)
{
    m_news->setText(sentence);
    m_news->setToolTip(sentence);
}

namespace {

// "  ·  1.3 MB/s  ·  1:58 left"; empty while there is nothing to judge by.
QString rateText(const session::SyncState& state)
{
    if (!state.bytesPerSecond) {
        return {};
    }
    QString text = QStringLiteral("  ·  ") + MainWindow::tr("%1 MB/s").arg(*state.bytesPerSecond / 1e6, 0, 'f', 1);
    if (state.secondsLeft && *state.secondsLeft > 2) {
        text += QStringLiteral("  ·  ")
                + MainWindow::tr("%1 left").arg(QStringLiteral("%1:%2").arg(*state.secondsLeft / 60).arg(*state.secondsLeft % 60, 2, 10, QLatin1Char('0')));
    }
    return text;
}

} // namespace

void MainWindow::status()
{
    QString sync;
    if (m_places->currentWidget() == m_reading && m_reading->hasStudy()) {
        const auto state = m_reading->session()->syncState();
        const QString count = state.expected < 0 ? QString::number(state.received) : QStringLiteral("%1/%2").arg(state.received).arg(state.expected);
        if (state.running) {
            sync = tr("syncing %1").arg(count) + rateText(state);
        } else if (state.problem) {
            sync = tr("offline, %1 from the cache").arg(m_reading->session()->store()->displaySets().size());
            news(Words::error(*state.problem));
        } else {
            const auto verified = QDateTime::fromString(QString::fromStdString(state.verifiedAt), Qt::ISODate).toLocalTime();
            sync = !state.complete       ? tr("incomplete %1, %n missing", nullptr, static_cast<int>(state.missing)).arg(count)
                   : verified.isValid() ? tr("✓ complete %1, verified at %2").arg(count, verified.toString(QStringLiteral("HH:mm")))
                                        : tr("✓ complete %1").arg(count);
            if (!state.problems.empty()) {
                news(Words::error(state.problems.front()));
            }
        }
    }
    m_sync->setText(sync);
    int waiting = 0;
    bool failure = false;
    if (const auto items = m_engine.records.outbox()) {
        for (const auto& item : *items) {
            waiting += item.state != records::DeliveryState::Archived;
            failure = failure || item.state == records::DeliveryState::Failed;
        }
    }
    m_outbox->setText(waiting == 0 ? tr("outbox empty") : tr("outbox: %n waiting", nullptr, waiting));
    m_outbox->setStyleSheet(QStringLiteral("color: %1;").arg(QString::fromUtf8(failure ? Tokens::kCritical : waiting > 0 ? Tokens::kWarn : Tokens::kDim)));
}

void MainWindow::sendOutbox()
{
    const auto items = m_engine.records.outbox();
    const bool any = items && std::any_of(items->begin(), items->end(), [](const auto& item) { return item.state != records::DeliveryState::Archived; });
    if (!any || m_sending || m_reading->report().signing()) {
        return;
    }
    m_sending = true;
    if (m_sender.joinable()) {
        m_sender.join();
    }
    m_sender = std::thread([this] {
        const auto sent = archive::deliver(m_engine.records, {});
        postToGui(this, [this, sent] {
            m_sending = false;
            status();
            m_worklist->refreshRows();
            if (sent && sent->archived > 0) {
                news(tr("%n objects proven in the archive", nullptr, static_cast<int>(sent->archived)));
            }
        });
    });
}

} // namespace akari::window
