#include "app/window/MainWindow.h"

#include <QApplication>
#include <QCloseEvent>
#include <QDateTime>
#include <QFile>
#include <QFileDialog>
#include <QInputDialog>
#include <QLabel>
#include <QMenuBar>
#include <QMessageBox>
#include <QPushButton>
#include <QStackedWidget>
#include <QStatusBar>
#include <QTimer>
#include <QVBoxLayout>

#include "app/window/ArchiveDialog.h"
#include "app/window/Dialogs.h"
#include "app/window/ImportDialog.h"
#include "app/window/RecoveryCodeDialog.h"
#include "app/window/RemoveArchiveDialog.h"
#include "app/window/Style.h"
#include "app/window/Words.h"
#include "app/workspace/Workspace.h"
#include "core/archive/Delivery.h"

namespace akari::window {

namespace {
constexpr int kOutboxRetryMilliseconds = 15000; // only looks whether anything is due
constexpr int kLookMilliseconds = 5000;
}

MainWindow::MainWindow(session::Engine engine, workspace::FolderServices folder, QWidget* parent)
    : QMainWindow(parent), m_engine(engine), m_folder(std::move(folder)), m_parked(new OpenRequestBar(this)),
      m_places(new QStackedWidget(this)), m_worklist(new WorklistPage(engine, this)), m_reading(new ReadingPage(engine, this)),
      m_news(new QLabel(this)), m_sync(new QLabel(this)), m_outbox(new QLabel(this)), m_archives(new QLabel(this))
{
    setWindowTitle(QStringLiteral("Akari"));
    resize(1440, 900);
    setMinimumSize(1100, 700);
    m_places->addWidget(m_worklist);
    m_places->addWidget(m_reading);
    auto* centre = new QWidget(this);
    auto* column = new QVBoxLayout(centre);
    column->setContentsMargins(0, 0, 0, 0);
    column->setSpacing(0);
    column->addWidget(m_parked);
    column->addWidget(m_places, 1);
    setCentralWidget(centre);
    connect(m_parked, &OpenRequestBar::accepted, this, &MainWindow::openStudy);
    makeMenu();
    m_news->setObjectName(QStringLiteral("status.news"));
    m_outbox->setObjectName(QStringLiteral("status.outbox"));
    m_sync->setObjectName(QStringLiteral("status.sync"));
    m_outbox->setCursor(Qt::PointingHandCursor);
    m_outbox->setToolTip(tr("Shows the outbox"));
    m_outbox->installEventFilter(this);
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
        sendOutbox(Occasion::Answer);
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
    connect(retry, &QTimer::timeout, this, [this] { sendOutbox(Occasion::Timer); });
    retry->start(kOutboxRetryMilliseconds);
    status();
}

MainWindow::~MainWindow()
{
    m_closing.requestStop();
    if (m_sender.joinable()) {
        m_sender.join();
    }
    // While all is still here: a draft that is saved now tells the status line.
    m_reading->closeStudy();
}

void MainWindow::makeMenu()
{
    auto* file = menuBar()->addMenu(tr("&Akari"));
    file->addAction(tr("Add an archive …"), this, &MainWindow::addArchive);
    file->addAction(tr("Change an archive, or sign in …"), this, &MainWindow::changeArchive);
    auto* remove = file->addAction(tr("Remove an archive …"), this, &MainWindow::removeArchive);
    file->addAction(tr("Import files …"), this, &MainWindow::chooseFiles);
    file->addAction(tr("Import a folder or CD …"), this, &MainWindow::chooseFolder);
    file->addAction(tr("Attach pictures or documents to the selected study …"), this, &MainWindow::attachToSelected);
    file->addAction(tr("The reader …"), this, &MainWindow::enrolReader);
    auto* code = file->addAction(tr("New recovery code …"), this, &MainWindow::makeRecoveryCode);
    code->setVisible(m_folder.makeRecoveryCode != nullptr);
    remove->setVisible(m_folder.removeArchive != nullptr);
    auto* discard = file->addAction(tr("Discard the draft of this study …"), this, &MainWindow::discardDraft);
    connect(file, &QMenu::aboutToShow, this, [this, discard, remove] {
        discard->setEnabled(m_reading->report().hasDraft() && m_places->currentWidget() == m_reading);
        const auto archives = m_engine.records.archives();
        remove->setEnabled(archives && !archives->empty());
    });
    file->addAction(tr("Ask the archives again"), QKeySequence(Qt::Key_F5), m_worklist, &WorklistPage::refreshFromArchives);
    file->addAction(tr("Send the outbox now"), this, [this] { sendOutbox(Occasion::Asked); });
    file->addAction(tr("Outbox …"), this, &MainWindow::showOutbox);
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

namespace {

// For the bar: whose study it is, as far as it is known here.
QString describe(const cache::Cache& cache, const workspace::OpenRequest& request)
{
    const auto record = cache.study(request.archive, request.study);
    if (!record || !*record) {
        return MainWindow::tr("a study of %1 that is not here yet").arg(Words::archive(request.archive));
    }
    return QStringLiteral("%1  ·  %2  ·  %3  ·  %4").arg(Words::name((*record)->patientName), Words::date((*record)->studyDate),
                                                        text((*record)->studyDescription), Words::archive(request.archive));
}

} // namespace

void MainWindow::receive(const workspace::OpenRequest& request)
{
    QWidget* focus = QApplication::focusWidget();
    const bool writing = focus != nullptr && m_reading->editor().isAncestorOf(focus);
    if (writing) {
        QApplication::alert(this);
    } else {
        if (isMinimized()) {
            showNormal();
        }
        raise();
        activateWindow();
    }
    if (request.study.empty()) {
        return;
    }
    const bool reading = m_places->currentWidget() == m_reading && m_reading->hasStudy();
    if (reading && m_reading->session()->archive() == request.archive && m_reading->session()->study() == request.study) {
        return;
    }
    if (reading || QApplication::activeModalWidget() != nullptr) {
        m_parked->ask(text(request.archive), text(request.study.value), describe(m_engine.cache, request));
        return;
    }
    openStudy(text(request.archive), text(request.study.value));
}

void MainWindow::dataChanged()
{
    m_worklist->refreshRows();
    status();
    if (m_outboxList) {
        m_outboxList->refresh();
    }
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
    ArchiveDialog dialog(m_engine.known, std::nullopt, this);
    if (dialog.exec() == QDialog::Accepted) {
        auto settings = dialog.settings();
        settings.color = workspace::nextStripe(m_engine.records);
        keepArchive(std::move(settings), true);
    }
}

void MainWindow::changeArchive()
{
    const auto archives = m_engine.records.archives();
    if (!archives || archives->empty()) {
        addArchive();
        return;
    }
    QStringList names;
    for (const auto& one : *archives) {
        names << text(one.name);
    }
    bool chosen = true;
    const QString name = names.size() == 1 ? names.front() : QInputDialog::getItem(this, tr("Change an archive"), tr("Archive"), names, 0, false, &chosen);
    if (!chosen) {
        return;
    }
    ArchiveDialog dialog(m_engine.known, (*archives)[static_cast<std::size_t>(names.indexOf(name))], this);
    if (dialog.exec() == QDialog::Accepted) {
        keepArchive(dialog.settings(), false);
    }
}

void MainWindow::removeArchive()
{
    RemoveArchiveDialog dialog(m_engine, m_folder.removeArchive, this);
    if (dialog.exec() == QDialog::Accepted) {
        news(dialog.removed().shredded ? tr("%1 was removed, and its key destroyed.").arg(dialog.name())
                                       : tr("%1 was removed.").arg(dialog.name()));
        m_worklist->refreshRows();
        m_worklist->refreshFromArchives();
    }
}

void MainWindow::discardDraft()
{
    if (!m_reading->report().hasDraft()) {
        return;
    }
    QMessageBox ask(QMessageBox::Question, tr("Discard the draft"),
                    tr("Throw away what was written about this study? It can't be brought back from here. Drawings on the images stay."),
                    QMessageBox::NoButton, this);
    auto* yes = ask.addButton(tr("Discard"), QMessageBox::DestructiveRole);
    ask.setDefaultButton(ask.addButton(tr("Keep it"), QMessageBox::RejectRole));
    ask.exec();
    if (ask.clickedButton() == yes) {
        m_reading->report().discard();
        m_worklist->refreshRows();
    }
}

void MainWindow::makeRecoveryCode()
{
    QMessageBox ask(QMessageBox::Question, tr("New recovery code"),
                    tr("Make a new recovery code? A code that was written down before opens nothing any more."), QMessageBox::NoButton,
                    this);
    auto* yes = ask.addButton(tr("Make it"), QMessageBox::AcceptRole);
    ask.addButton(tr("Cancel"), QMessageBox::RejectRole);
    ask.exec();
    if (ask.clickedButton() != yes) {
        return;
    }
    const auto made = m_folder.makeRecoveryCode();
    if (!made) {
        news(Words::error(made.error()));
        return;
    }
    if (!made->kept) {
        news(Words::error(made->kept.error()));
    }
    RecoveryCodeDialog(text(made->code), this).exec();
}

void MainWindow::keepArchive(records::ArchiveSettings settings, bool isNew)
{
    const auto put = isNew ? m_engine.records.putArchive(settings) : m_engine.records.replaceArchive(settings);
    if (!put) {
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
        const QString again = state.asksAgain ? QStringLiteral("  ·  ") + tr("asks again by itself") : QString();
        if (state.running) {
            sync = tr("syncing %1").arg(count) + rateText(state);
        } else if (state.problem) {
            sync = tr("offline, %1 series from the cache").arg(m_reading->session()->store()->displaySets().size()) + again;
            news(Words::error(*state.problem));
        } else {
            const auto verified = QDateTime::fromString(QString::fromStdString(state.verifiedAt), Qt::ISODate).toLocalTime();
            sync = !state.complete       ? tr("incomplete %1, %n missing", nullptr, static_cast<int>(state.missing)).arg(count) + again
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
            waiting += records::isWaiting(item.state);
            failure = failure || item.state == records::DeliveryState::Failed;
        }
    }
    m_outbox->setText(waiting == 0 ? tr("outbox empty") : tr("outbox: %n waiting", nullptr, waiting));
    m_outbox->setStyleSheet(QStringLiteral("color: %1;").arg(QString::fromUtf8(failure ? Tokens::kCritical : waiting > 0 ? Tokens::kWarn : Tokens::kDim)));
}

void MainWindow::sendOutbox(Occasion occasion)
{
    const auto items = m_engine.records.outbox();
    const bool any = items && std::any_of(items->begin(), items->end(), [](const auto& item) { return records::isWaiting(item.state); });
    if (!any || m_sending || m_reading->report().signing()) {
        return;
    }
    m_sending = true;
    if (m_sender.joinable()) {
        m_sender.join();
    }
    m_sender = std::thread([this, occasion] {
        const auto stop = m_closing.token();
        const auto sent = occasion == Occasion::Asked
                              ? archive::deliver(m_engine.records, {}, stop, m_engine.known)
                              : archive::deliverUnasked(m_engine.records, occasion == Occasion::Answer ? archive::Which::Waiting : archive::Which::Due,
                                                        m_engine.clock, stop, m_engine.known);
        postToGui(this, [this, sent] {
            m_sending = false;
            status();
            m_worklist->refreshRows();
            if (m_outboxList) {
                m_outboxList->refresh();
            }
            if (sent && sent->archived > 0) {
                news(tr("%n objects proven in the archive", nullptr, static_cast<int>(sent->archived)));
            }
        });
    });
}

void MainWindow::showOutbox()
{
    if (!m_outboxList) {
        m_outboxList = new OutboxDialog(m_engine, this);
        m_outboxList->setAttribute(Qt::WA_DeleteOnClose);
        connect(m_outboxList, &OutboxDialog::sendRequested, this, [this] { sendOutbox(Occasion::Asked); });
        connect(m_outboxList, &OutboxDialog::failed, this, &MainWindow::news);
        connect(m_outboxList, &OutboxDialog::itemChanged, this, [this] {
            dataChanged();
            sendOutbox(Occasion::Timer);
        });
    }
    m_outboxList->refresh();
    m_outboxList->show();
    m_outboxList->raise();
}

bool MainWindow::eventFilter(QObject* watched, QEvent* event)
{
    if (watched == m_outbox && event->type() == QEvent::MouseButtonRelease) {
        showOutbox();
        return true;
    }
    return QMainWindow::eventFilter(watched, event);
}

} // namespace akari::window
