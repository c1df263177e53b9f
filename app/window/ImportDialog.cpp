#include "app/window/ImportDialog.h"

#include <QHeaderView>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QTableWidget>
#include <QVBoxLayout>

#include "app/window/Words.h"

namespace akari::window {

namespace {

constexpr std::size_t kTellEvery = 200; // objects
constexpr std::size_t kMostRows = 5000;

} // namespace

ImportDialog::ImportDialog(session::Engine engine, std::vector<std::filesystem::path> paths, importing::ImportOptions options, QWidget* parent)
    : QDialog(parent), m_counts(new QLabel(this)), m_bar(new QProgressBar(this)), m_result(new QLabel(this)), m_list(new QTableWidget(0, 2, this)),
      m_button(new QPushButton(tr("Cancel"), this)), m_changed(this, [this] {
          if (m_finished || m_job == nullptr) {
              return;
          }
          if (const auto report = m_job->report()) {
              finish(*report);
          } else {
              show(m_job->progress());
          }
      })
{
    setObjectName(QStringLiteral("import.dialog"));
    setWindowTitle(tr("Import"));
    setMinimumSize(820, 460);
    m_counts->setObjectName(QStringLiteral("import.counts"));
    m_result->setObjectName(QStringLiteral("import.result"));
    m_result->setWordWrap(true);
    m_list->setObjectName(QStringLiteral("import.list"));
    m_list->setHorizontalHeaderLabels({tr("File"), tr("What became of it")});
    m_list->horizontalHeader()->setSectionResizeMode(0, QHeaderView::Interactive);
    m_list->horizontalHeader()->setStretchLastSection(true);
    m_list->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_list->horizontalHeader()->resizeSection(0, 260);
    m_list->setWordWrap(true);
    m_list->verticalHeader()->hide();
    m_list->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_list->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_button->setObjectName(QStringLiteral("import.button"));
    m_bar->setRange(0, 0); // how many files there are is known at the end
    m_bar->setTextVisible(false);
    auto* column = new QVBoxLayout(this);
    column->addWidget(m_counts);
    column->addWidget(m_bar);
    column->addWidget(m_result);
    column->addWidget(m_list, 1);
    column->addWidget(m_button, 0, Qt::AlignRight);
    connect(m_button, &QPushButton::clicked, this, &ImportDialog::reject);
    show(importing::ImportProgress());
    m_job = std::make_unique<session::ImportJob>(engine, std::move(paths), std::move(options), m_changed);
}

ImportDialog::~ImportDialog()
{
    m_changed.detach();
    m_job.reset();
}

// The first press cancels and waits for what is on its way to the disk; then the list is there to be read.
void ImportDialog::reject()
{
    if (m_finished) {
        QDialog::reject();
        return;
    }
    m_job->cancel();
    m_button->setEnabled(false);
    m_result->setText(tr("Cancelling …"));
}

void ImportDialog::show(const importing::ImportProgress& progress)
{
    m_counts->setText(tr("%1 files looked at, %2 imported, %3 known already, %4 refused")
                          .arg(progress.looked).arg(progress.imported).arg(progress.duplicate).arg(progress.rejected));
    if (progress.imported >= m_shown + kTellEvery) {
        m_shown = progress.imported;
        Q_EMIT studiesChanged();
    }
}

void ImportDialog::addRow(const std::string& path, const QString& what, bool bad)
{
    const int row = m_list->rowCount();
    if (static_cast<std::size_t>(row) >= kMostRows) {
        return;
    }
    m_list->insertRow(row);
    // The name first: what is cut off is the folder.
    const QString whole = text(path);
    const auto slash = whole.lastIndexOf(QLatin1Char('/'));
    auto* file = new QTableWidgetItem(slash <= 0 ? whole : whole.mid(slash + 1) + QStringLiteral("   ") + whole.left(slash));
    file->setToolTip(whole);
    auto* became = new QTableWidgetItem(what);
    became->setToolTip(what);
    became->setForeground(palette().color(bad ? QPalette::Text : QPalette::PlaceholderText));
    m_list->setItem(row, 0, file);
    m_list->setItem(row, 1, became);
}

void ImportDialog::finish(const importing::ImportReport& report)
{
    m_finished = true;
    m_bar->setRange(0, 1);
    m_bar->setValue(1);
    const QString counts = tr("%1 imported, %2 known already, %3 refused, %4 missing")
                               .arg(report.imported).arg(report.duplicate).arg(report.rejected.size()).arg(report.missing.size());
    m_counts->setText(counts);
    QString result;
    if (report.stopped) {
        result = Words::error(*report.stopped) + QLatin1Char(' ') + tr("What was imported stays; import again to go on.");
    } else if (report.cancelled) {
        result = tr("Cancelled. What was imported stays; import again to go on.");
    } else if (report.rejected.empty() && report.missing.empty()) {
        result = report.conflicts.empty() ? tr("Everything was imported.") : tr("Everything was imported; some objects came with other content than before.");
    } else {
        result = tr("The rest was imported; these files were not:");
    }
    m_result->setText(result);
    for (const auto& one : report.conflicts) {
        addRow(one.path, tr("The same object with other content is kept already. Both are kept; the one that came last is shown."), true);
    }
    for (const auto& one : report.missing) {
        addRow(one.path, tr("A DICOMDIR lists this file, but it is not there."), true);
    }
    for (const auto& one : report.rejected) {
        addRow(one.path, Words::error(one.why), true);
    }
    m_button->setEnabled(true);
    m_list->resizeRowsToContents();
    m_button->setText(tr("Close"));
    m_button->setProperty("primary", true);
    Q_EMIT studiesChanged();
    Q_EMIT imported(counts);
}

} // namespace akari::window
