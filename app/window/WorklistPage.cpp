#include "app/window/WorklistPage.h"

#include <QComboBox>
#include <QDropEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QSignalBlocker>
#include <QStackedWidget>
#include <QTableView>
#include <QUrl>
#include <QVBoxLayout>

#include "app/window/LinksDialog.h"
#include "app/window/Style.h"
#include "app/window/Words.h"

namespace akari::window {

namespace {

QString dot(const QColor& color, bool full)
{
    return QStringLiteral("<span style='color:%1'>%2</span> ").arg(color.name(), full ? QStringLiteral("●") : QStringLiteral("○"));
}

} // namespace

WorklistPage::WorklistPage(session::Engine engine, QWidget* parent)
    : QWidget(parent), m_engine(engine), m_worklist(engine), m_model(new WorklistModel(m_worklist, this)), m_filter(new QLineEdit(this)),
      m_hospital(new QComboBox(this)), m_table(new QTableView(this)), m_count(new QLabel(this)), m_answers(new QLabel(this)),
      m_detail(new QLabel(this)), m_open(new QPushButton(tr("Open"), this)), m_refresh(new QPushButton(tr("Ask the archives again"), this)),
      m_links(new QPushButton(tr("At other hospitals …"), this)), m_stack(new QStackedWidget(this))
{
    m_stack->addWidget(makeTable());
    m_stack->addWidget(makeEmpty());
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);
    setAcceptDrops(true);
    connect(m_refresh, &QPushButton::clicked, this, &WorklistPage::refreshFromArchives);
    connect(m_filter, &QLineEdit::textChanged, this, &WorklistPage::filterRows);
    connect(m_hospital, &QComboBox::currentIndexChanged, this, &WorklistPage::filterRows);
    connect(m_filter, &QLineEdit::returnPressed, this, &WorklistPage::openSelected);
    connect(m_table, &QTableView::activated, this, &WorklistPage::openSelected);
    connect(m_open, &QPushButton::clicked, this, &WorklistPage::openSelected);
    connect(m_links, &QPushButton::clicked, this, &WorklistPage::showLinks);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &WorklistPage::showSelected);
    readHospitals();
    m_count->setText(tr("Reading the list …"));
    showSelected();
    m_loader = std::thread([this] {
        const auto status = m_worklist.update();
        postToGui(this, [this, status] { loaded(status); });
    });
}

WorklistPage::~WorklistPage()
{
    m_closing.requestStop();
    for (auto* thread : {&m_thread, &m_loader}) {
        if (thread->joinable()) {
            thread->join();
        }
    }
}

QWidget* WorklistPage::makeTable()
{
    m_filter->setObjectName(QStringLiteral("worklist.filter"));
    m_filter->setPlaceholderText(tr("Filter: name, ID, accession, study, modality, date"));
    m_filter->setClearButtonEnabled(true);
    m_hospital->setObjectName(QStringLiteral("worklist.hospital"));
    m_hospital->setToolTip(tr("Show the studies of one hospital only"));
    m_hospital->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    m_table->setObjectName(QStringLiteral("worklist.table"));
    m_table->setModel(m_model);
    m_table->setItemDelegate(new RowDelegate(m_table));
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    m_table->verticalHeader()->setDefaultSectionSize(32);
    auto* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::Interactive);
    const int widths[] = {216, 108, 190, 76, 88, 56, 100, 104, 100};
    for (int i = 0; i < WorklistModel::ColumnCount; ++i) {
        header->resizeSection(i, widths[i]);
    }
    header->setSectionResizeMode(WorklistModel::Study, QHeaderView::Stretch);
    m_count->setProperty("dim", true);
    m_count->setObjectName(QStringLiteral("worklist.count"));
    m_answers->setObjectName(QStringLiteral("worklist.answers"));
    m_answers->setTextFormat(Qt::RichText);
    m_answers->setWordWrap(true);
    m_answers->setProperty("dim", true);
    m_answers->hide();
    m_detail->setObjectName(QStringLiteral("worklist.detail"));
    m_detail->setWordWrap(true);
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setAlignment(Qt::AlignTop);
    m_open->setProperty("primary", true);
    m_open->setObjectName(QStringLiteral("worklist.open"));
    m_links->setObjectName(QStringLiteral("worklist.links"));
    m_links->setToolTip(tr("Whether this patient has studies at another hospital"));

    auto* top = new QHBoxLayout;
    top->addWidget(m_filter, 1);
    top->addWidget(m_hospital);
    top->addWidget(m_count);
    top->addWidget(m_refresh);
    auto* side = new QVBoxLayout;
    side->addWidget(m_detail, 1);
    side->addWidget(m_links);
    side->addWidget(m_open);
    auto* sideBox = new QWidget(this);
    sideBox->setLayout(side);
    sideBox->setFixedWidth(232);
    auto* body = new QHBoxLayout;
    body->addWidget(m_table, 1);
    body->addWidget(sideBox);
    auto* full = new QWidget(this);
    auto* column = new QVBoxLayout(full);
    column->setContentsMargins(12, 12, 12, 8);
    column->addLayout(top);
    column->addWidget(m_answers);
    column->addLayout(body, 1);
    return full;
}

QWidget* WorklistPage::makeEmpty()
{
    auto* empty = new QWidget(this);
    auto* emptyColumn = new QVBoxLayout(empty);
    auto* title = new QLabel(tr("No archive yet"), empty);
    title->setProperty("title", true);
    title->setAlignment(Qt::AlignCenter);
    auto* words = new QLabel(tr("Akari reads studies from a hospital's DICOMweb archive. Add one with its address and your sign-in,\n"
                                "and its studies appear here. Files, folders and CDs can be dropped here as well."), empty);
    words->setAlignment(Qt::AlignCenter);
    words->setProperty("dim", true);
    auto* add = new QPushButton(tr("Add an archive …"), empty);
    add->setProperty("primary", true);
    add->setObjectName(QStringLiteral("worklist.addArchive"));
    emptyColumn->addStretch(2);
    emptyColumn->addWidget(title);
    emptyColumn->addWidget(words);
    emptyColumn->addSpacing(12);
    emptyColumn->addWidget(add, 0, Qt::AlignCenter);
    emptyColumn->addStretch(3);
    connect(add, &QPushButton::clicked, this, &WorklistPage::addArchiveRequested);
    return empty;
}

void WorklistPage::loaded(const Status& status)
{
    m_loaded = true;
    if (!status) {
        Q_EMIT archivesAnswered(Words::error(status.error()), false);
    }
    refreshRows();
}

// Names, colours and prefixes, for the rows and for the choice of one hospital.
void WorklistPage::readHospitals()
{
    if (auto archives = m_engine.records.archives()) {
        m_archives = std::move(*archives);
    }
    QHash<QString, HospitalLook> looks;
    for (const auto& archive : m_archives) {
        looks.insert(text(archive.name), {text(archive.prefix), QColor(text(archive.color))});
    }
    m_model->setHospitals(std::move(looks));
    const QString chosen = m_hospital->currentData().toString();
    const QSignalBlocker quiet(m_hospital);
    m_hospital->clear();
    m_hospital->addItem(tr("All hospitals"), QString());
    for (const auto& archive : m_archives) {
        m_hospital->addItem(hospitalMark(QColor(text(archive.color)), {12, 12}), text(archive.name), text(archive.name));
    }
    m_hospital->setCurrentIndex(std::max(0, m_hospital->findData(chosen)));
    m_hospital->setVisible(m_archives.size() > 1);
}

void WorklistPage::refreshRows()
{
    if (!m_loaded) {
        return; // they come when what is cached has been read
    }
    readHospitals();
    if (const auto status = m_worklist.update(); !status) {
        Q_EMIT archivesAnswered(Words::error(status.error()), false);
    }
    filterRows();
    showAnswers();
}

void WorklistPage::filterRows()
{
    if (!m_loaded) {
        return;
    }
    auto list = m_worklist.find({utf8(m_filter->text()), utf8(m_hospital->currentData().toString())});
    const bool nothing = m_archives.empty() && list.size() == 0 && m_filter->text().isEmpty();
    m_stack->setCurrentIndex(nothing ? 1 : 0);
    m_count->setText(tr("%n studies", nullptr, static_cast<int>(list.size())));
    // The selection stays on its study, or goes: a refresh never moves it to another patient.
    const int current = m_table->currentIndex().row();
    const auto& before = m_model->list();
    const bool any = current >= 0 && static_cast<std::size_t>(current) < before.size();
    const auto keep = any ? (*before.ids)[static_cast<std::size_t>(current)] : 0;
    const bool known = any && before.generation == list.generation;
    m_model->setList(std::move(list));
    if (any) {
        const auto& ids = *m_model->list().ids;
        const auto found = known ? std::find(ids.begin(), ids.end(), keep) : ids.end();
        if (found != ids.end()) {
            m_table->selectRow(static_cast<int>(found - ids.begin()));
        } else {
            m_table->clearSelection();
            m_table->setCurrentIndex({});
        }
    } else if (m_model->rowCount() > 0) {
        m_table->selectRow(0);
    }
    showSelected();
}

void WorklistPage::refreshFromArchives()
{
    if (m_busy) {
        return;
    }
    m_busy = true;
    m_refresh->setEnabled(false);
    if (m_thread.joinable()) {
        m_thread.join();
    }
    m_thread = std::thread([this] {
        auto answers = m_worklist.refresh(
            [this](const session::ArchiveAnswer& answer) { postToGui(this, [this, answer] { answered(answer); }); }, m_closing.token());
        postToGui(this, [this, answers = std::move(answers)] {
            m_busy = false;
            m_refresh->setEnabled(true);
            refreshRows();
            QStringList lines;
            bool all = true;
            for (const auto& answer : answers) {
                all = all && answer.reached;
                lines << answerLine(answer);
            }
            Q_EMIT archivesAnswered(lines.join(QStringLiteral("   ")), all);
        });
    });
}

void WorklistPage::answered(const session::ArchiveAnswer& answer)
{
    m_lastAnswers[answer.archive] = answer;
    showAnswers();
    filterRows();
}

QString WorklistPage::answerLine(const session::ArchiveAnswer& answer) const
{
    if (!answer.reached) {
        return QStringLiteral("%1: %2").arg(text(answer.archive), Words::error(*answer.problem));
    }
    return tr("%1: %n studies", nullptr, static_cast<int>(answer.studies)).arg(text(answer.archive))
           + (answer.incomplete ? tr(" (the archive has more than it lists)") : QString());
}

// One archive's answer is told by the status line; with several, each has its own words here, so that none is hidden by another.
void WorklistPage::showAnswers()
{
    QStringList parts;
    for (const auto& archive : m_archives) {
        const auto found = m_lastAnswers.find(archive.name);
        const bool reached = found != m_lastAnswers.end() && found->second.reached;
        QString words = found == m_lastAnswers.end() ? tr("%1: not asked yet").arg(text(archive.name)) : answerLine(found->second);
        words = words.toHtmlEscaped();
        if (found != m_lastAnswers.end() && (!reached || found->second.incomplete)) {
            words = QStringLiteral("<span style='color:%1'>%2</span>").arg(QString::fromUtf8(Tokens::kWarn), words);
        }
        parts << dot(QColor(text(archive.color)), reached) + words;
    }
    m_answers->setText(parts.join(QStringLiteral("&nbsp;&nbsp;&nbsp; ")));
    m_answers->setVisible(m_archives.size() > 1);
}

void WorklistPage::showSelected()
{
    const auto row = m_model->row(m_table->currentIndex().row());
    m_open->setEnabled(row.has_value());
    m_links->setEnabled(row && !row->study.patientId.empty());
    if (!row) {
        const bool filtered = !m_filter->text().isEmpty() || m_hospital->currentIndex() > 0;
        m_detail->setText(m_model->rowCount() > 0 || !m_loaded ? QString()
                          : filtered                           ? tr("No study matches the filter.")
                                                               : tr("No study is known yet. Ask the archives, or drop files here."));
        return;
    }
    const auto& study = row->study;
    // What is selected may be opened next: the archive's connections are open by then.
    if (const auto scheduler = m_engine.sync ? m_engine.sync->of(study.archive) : Result<std::shared_ptr<archive::SyncScheduler>>(nullptr); scheduler && *scheduler) {
        (*scheduler)->warmUp();
    }
    QStringList lines;
    lines << Words::name(study.patientName) << QString();
    const auto add = [&](const QString& what, const QString& value) {
        if (!value.isEmpty()) {
            lines << QStringLiteral("%1  %2").arg(what, value);
        }
    };
    add(tr("Hospital"), Words::archive(study.archive));
    add(tr("ID"), text(study.patientId));
    add(tr("Born"), Words::date(study.patientBirthDate));
    add(tr("Sex"), Words::sex(study.patientSex));
    add(tr("Study"), text(study.studyDescription));
    add(tr("Date"), Words::date(study.studyDate));
    add(tr("Accession"), text(study.accessionNumber));
    add(tr("Referred by"), text(dicom::PersonName::displayGroup(dicom::PersonName::parse(study.referringPhysician).alphabetic)));
    add(tr("Images"), Words::studyStateInFull(*row));
    add(tr("Report"), Words::reportState(row->report));
    if (!row->reportReason.empty()) {
        lines << text(row->reportReason);
    }
    m_detail->setText(lines.join(QLatin1Char('\n')));
}

std::optional<cache::StudyRecord> WorklistPage::selected() const
{
    const auto row = m_model->row(m_table->currentIndex().row());
    return row ? std::optional(row->study) : std::nullopt;
}

void WorklistPage::dragEnterEvent(QDragEnterEvent* event)
{
    const auto urls = event->mimeData()->urls();
    if (std::any_of(urls.begin(), urls.end(), [](const QUrl& url) { return url.isLocalFile(); })) {
        event->acceptProposedAction();
    }
}

void WorklistPage::dropEvent(QDropEvent* event)
{
    QStringList paths;
    for (const QUrl& url : event->mimeData()->urls()) {
        if (url.isLocalFile()) {
            paths << url.toLocalFile();
        }
    }
    event->setDropAction(Qt::CopyAction); // the files stay where they are
    event->accept();
    Q_EMIT pathsDropped(paths);
}

void WorklistPage::openSelected()
{
    if (const auto row = m_model->row(m_table->currentIndex().row())) {
        Q_EMIT studyChosen(text(row->study.archive), text(row->study.study.value));
    }
}

void WorklistPage::showLinks()
{
    if (const auto study = selected()) {
        auto* dialog = new LinksDialog(m_engine, session::numberOf(*study), this);
        dialog->setAttribute(Qt::WA_DeleteOnClose);
        dialog->open();
    }
}

} // namespace akari::window
