#include "app/window/WorklistPage.h"

#include <QApplication>
#include <QDropEvent>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMimeData>
#include <QPushButton>
#include <QStackedWidget>
#include <QStyle>
#include <QTableView>
#include <QUrl>
#include <QVBoxLayout>

#include "app/window/Style.h"
#include "app/window/Words.h"
#include "core/session/ImportJob.h"

namespace akari::window {

void WorklistModel::setRows(std::vector<session::WorklistRow> rows)
{
    // The same rows in the same order keep selection and scroll position: only the cells change.
    const bool same = rows.size() == m_rows.size()
                      && std::equal(rows.begin(), rows.end(), m_rows.begin(), [](const auto& a, const auto& b) {
                             return a.study.study == b.study.study && a.study.archive == b.study.archive;
                         });
    if (same) {
        m_rows = std::move(rows);
        if (!m_rows.empty()) {
            Q_EMIT dataChanged(index(0, 0), index(static_cast<int>(m_rows.size()) - 1, ColumnCount - 1));
        }
        return;
    }
    beginResetModel();
    m_rows = std::move(rows);
    endResetModel();
}

const session::WorklistRow* WorklistModel::row(int index) const
{
    return index >= 0 && index < static_cast<int>(m_rows.size()) ? &m_rows[static_cast<std::size_t>(index)] : nullptr;
}

int WorklistModel::rowCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : static_cast<int>(m_rows.size()); }
int WorklistModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

QVariant WorklistModel::data(const QModelIndex& index, int role) const
{
    const auto* row = this->row(index.row());
    if (row == nullptr) {
        return {};
    }
    const auto& study = row->study;
    if (role == Qt::DisplayRole || role == Qt::ToolTipRole) {
        switch (index.column()) {
        case Patient: return Words::name(study.patientName);
        case Id: return text(study.patientId);
        case Study: return text(study.studyDescription);
        case Modality: {
            QStringList all;
            for (const auto& modality : study.modalities) {
                all << text(modality);
            }
            return all.join(QLatin1Char('/'));
        }
        case Date: return Words::date(study.studyDate);
        case Count: return QString::number(std::max<std::int64_t>(study.expected, study.stored));
        case State: return Words::studyState(*row);
        case Report: return role == Qt::ToolTipRole && !row->reportReason.empty() ? text(row->reportReason) : Words::reportState(row->report);
        case Archive: return Words::archive(study.archive);
        default: return {};
        }
    }
    if (role == Qt::DecorationRole && index.column() == Archive && importing::isMedia(study.archive)) {
        return QApplication::style()->standardIcon(QStyle::SP_DriveCDIcon);
    }
    if (role == Qt::ForegroundRole) {
        if (index.column() == Report) {
            switch (row->report) {
            case session::ReportState::Delivered: return QColor(Tokens::kOk);
            case session::ReportState::Failed: return QColor(Tokens::kCritical);
            case session::ReportState::Queued: return QColor(Tokens::kWarn);
            default: return {};
            }
        }
        if (index.column() == State && row->state == session::StudyState::Partial) {
            return QColor(Tokens::kWarn);
        }
        if (index.column() == Archive || index.column() == Id) {
            return QColor(Tokens::kDim);
        }
    }
    if (role == Qt::TextAlignmentRole && index.column() == Count) {
        return QVariant(Qt::AlignRight | Qt::AlignVCenter);
    }
    return {};
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

WorklistPage::WorklistPage(session::Engine engine, QWidget* parent)
    : QWidget(parent), m_engine(engine), m_worklist(engine), m_model(new WorklistModel(this)), m_filter(new QLineEdit(this)),
      m_table(new QTableView(this)), m_count(new QLabel(this)), m_detail(new QLabel(this)), m_open(new QPushButton(tr("Open"), this)),
      m_refresh(new QPushButton(tr("Ask the archives again"), this)), m_stack(new QStackedWidget(this))
{
    m_filter->setObjectName(QStringLiteral("worklist.filter"));
    m_filter->setPlaceholderText(tr("Filter: name, ID, accession, study, modality, date"));
    m_filter->setClearButtonEnabled(true);
    m_table->setObjectName(QStringLiteral("worklist.table"));
    m_table->setModel(m_model);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setShowGrid(false);
    m_table->setAlternatingRowColors(true);
    m_table->setWordWrap(false);
    m_table->verticalHeader()->hide();
    m_table->verticalHeader()->setDefaultSectionSize(32);
    auto* header = m_table->horizontalHeader();
    header->setHighlightSections(false);
    header->setSectionResizeMode(QHeaderView::Interactive);
    const int widths[] = {256, 96, 190, 84, 88, 100, 96, 152, 84};
    for (int i = 0; i < WorklistModel::ColumnCount; ++i) {
        header->resizeSection(i, widths[i]);
    }
    header->setSectionResizeMode(WorklistModel::Study, QHeaderView::Stretch);
    m_count->setProperty("dim", true);
    m_detail->setObjectName(QStringLiteral("worklist.detail"));
    m_detail->setWordWrap(true);
    m_detail->setTextFormat(Qt::PlainText);
    m_detail->setAlignment(Qt::AlignTop);
    m_open->setProperty("primary", true);
    m_open->setObjectName(QStringLiteral("worklist.open"));

    auto* top = new QHBoxLayout;
    top->addWidget(m_filter, 1);
    top->addWidget(m_count);
    top->addWidget(m_refresh);
    auto* side = new QVBoxLayout;
    side->addWidget(m_detail, 1);
    side->addWidget(m_open);
    auto* sideBox = new QWidget(this);
    sideBox->setLayout(side);
    sideBox->setFixedWidth(280);
    auto* body = new QHBoxLayout;
    body->addWidget(m_table, 1);
    body->addWidget(sideBox);
    auto* full = new QWidget(this);
    auto* column = new QVBoxLayout(full);
    column->setContentsMargins(12, 12, 12, 8);
    column->addLayout(top);
    column->addLayout(body, 1);

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
    m_stack->addWidget(full);
    m_stack->addWidget(empty);
    auto* all = new QVBoxLayout(this);
    all->setContentsMargins(0, 0, 0, 0);
    all->addWidget(m_stack);

    setAcceptDrops(true);
    connect(add, &QPushButton::clicked, this, &WorklistPage::addArchiveRequested);
    connect(m_refresh, &QPushButton::clicked, this, &WorklistPage::refreshFromArchives);
    connect(m_filter, &QLineEdit::textChanged, this, &WorklistPage::refreshRows);
    connect(m_filter, &QLineEdit::returnPressed, this, &WorklistPage::openSelected);
    connect(m_table, &QTableView::activated, this, &WorklistPage::openSelected);
    connect(m_open, &QPushButton::clicked, this, &WorklistPage::openSelected);
    connect(m_table->selectionModel(), &QItemSelectionModel::selectionChanged, this, &WorklistPage::showSelected);
    refreshRows();
}

WorklistPage::~WorklistPage()
{
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void WorklistPage::refreshRows()
{
    const auto archives = m_engine.records.archives();
    const auto rows = m_worklist.rows(utf8(m_filter->text()));
    const bool nothing = archives && archives->empty() && rows.empty() && m_filter->text().isEmpty();
    m_stack->setCurrentIndex(nothing ? 1 : 0);
    m_count->setText(tr("%n studies", nullptr, static_cast<int>(rows.size())));
    // The selection stays on its study, or goes: a refresh never moves it to another patient.
    const auto* current = m_model->row(m_table->currentIndex().row());
    const auto keep = current != nullptr ? std::optional(std::pair(current->study.archive, current->study.study)) : std::nullopt;
    m_model->setRows(rows);
    if (keep) {
        int found = -1;
        for (int i = 0; const auto* row = m_model->row(i); ++i) {
            if (row->study.archive == keep->first && row->study.study == keep->second) {
                found = i;
                break;
            }
        }
        if (found >= 0) {
            m_table->selectRow(found);
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
        auto answers = m_worklist.refresh();
        postToGui(this, [this, answers = std::move(answers)] {
            m_busy = false;
            m_refresh->setEnabled(true);
            refreshRows();
            QStringList lines;
            bool all = true;
            for (const auto& answer : answers) {
                all = all && answer.reached;
                lines << (answer.reached ? tr("%1: %n studies", nullptr, static_cast<int>(answer.studies)).arg(text(answer.archive))
                                               + (answer.incomplete ? tr(" (the archive has more than it lists)") : QString())
                                         : QStringLiteral("%1: %2").arg(text(answer.archive), Words::error(*answer.problem)));
            }
            Q_EMIT archivesAnswered(lines.join(QStringLiteral("   ")), all);
        });
    });
}

void WorklistPage::showSelected()
{
    const auto* row = m_model->row(m_table->currentIndex().row());
    m_open->setEnabled(row != nullptr);
    if (row == nullptr) {
        m_detail->setText(m_filter->text().isEmpty() ? QString() : tr("No study matches the filter."));
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
    add(tr("Born"), Words::date(study.patientBirthDate));
    add(tr("Sex"), Words::sex(study.patientSex));
    add(tr("Study"), text(study.studyDescription));
    add(tr("Date"), Words::date(study.studyDate));
    add(tr("Accession"), text(study.accessionNumber));
    add(tr("Referred by"), text(dicom::PersonName::displayGroup(dicom::PersonName::parse(study.referringPhysician).alphabetic)));
    add(tr("Images"), Words::studyState(*row));
    add(tr("Report"), Words::reportState(row->report));
    if (!row->reportReason.empty()) {
        lines << text(row->reportReason);
    }
    m_detail->setText(lines.join(QLatin1Char('\n')));
}

std::optional<cache::StudyRecord> WorklistPage::selected() const
{
    const auto* row = m_model->row(m_table->currentIndex().row());
    return row != nullptr ? std::optional(row->study) : std::nullopt;
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
    if (const auto* row = m_model->row(m_table->currentIndex().row())) {
        Q_EMIT studyChosen(text(row->study.archive), text(row->study.study.value));
    }
}

} // namespace akari::window
