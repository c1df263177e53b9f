#include "app/window/RemoveArchiveDialog.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QLineEdit>
#include <QLocale>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/window/Fields.h"
#include "app/window/ToGui.h"
#include "app/window/Words.h"

namespace akari::window {

RemoveArchiveDialog::RemoveArchiveDialog(session::Engine engine, Remove remove, QWidget* parent)
    : QDialog(parent), m_engine(std::move(engine)), m_remove(std::move(remove)), m_names(new QComboBox(this)),
      m_lost(wordsLabel({}, this, false)), m_problem(wordsLabel({}, this, false)), m_shred(new QCheckBox(tr("Destroy its key too"), this)),
      m_typed(new QLineEdit(this))
{
    setWindowTitle(tr("Remove an archive"));
    auto* column = new QVBoxLayout(this);
    column->setSpacing(12);
    column->setSizeConstraint(QLayout::SetMinAndMaxSize);
    m_names->setObjectName(QStringLiteral("remove.archive"));
    m_names->setMinimumWidth(560);
    m_lost->setObjectName(QStringLiteral("remove.lost"));
    m_problem->setObjectName(QStringLiteral("remove.problem"));
    m_problem->setProperty("warn", true);
    m_shred->setObjectName(QStringLiteral("remove.shred"));
    m_typed->setObjectName(QStringLiteral("remove.name"));
    column->addWidget(m_names);
    column->addWidget(m_lost);
    column->addWidget(m_shred);
    column->addWidget(
        wordsLabel(tr("Then no copy of the cache opens its studies any more, wherever the copy is. Use it when the contract says "
                      "that everything has to be erased."),
                   this, true));
    column->addWidget(wordsLabel(tr("This can't be undone. Type the archive's name to go on:"), this, false));
    column->addWidget(m_typed);
    column->addWidget(m_problem);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setObjectName(QStringLiteral("remove.ok"));
    m_ok->setText(tr("Remove"));
    m_ok->setAutoDefault(false);
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    column->addWidget(buttons);
    const auto archives = m_engine.records.archives();
    for (const auto& one : archives ? *archives : std::vector<records::ArchiveSettings>()) {
        m_names->addItem(text(one.name));
    }
    connect(m_names, &QComboBox::currentTextChanged, this, &RemoveArchiveDialog::showLost);
    connect(m_typed, &QLineEdit::textChanged, this, &RemoveArchiveDialog::allow);
    connect(buttons, &QDialogButtonBox::accepted, this, &RemoveArchiveDialog::remove);
    connect(buttons, &QDialogButtonBox::rejected, this, &RemoveArchiveDialog::reject);
    showLost(m_names->currentText());
}

RemoveArchiveDialog::~RemoveArchiveDialog()
{
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

QString RemoveArchiveDialog::name() const
{
    return m_names->currentText();
}

void RemoveArchiveDialog::reject()
{
    if (!m_removing) {
        QDialog::reject();
    }
}

void RemoveArchiveDialog::say(const QString& sentence)
{
    m_problem->setText(sentence);
    m_problem->setVisible(!sentence.isEmpty());
}

void RemoveArchiveDialog::showLost(const QString& name)
{
    std::uint64_t bytes = 0;
    int studies = 0;
    // From memory: reading all that is cached would hold up the window.
    static_cast<void>(m_engine.index->update(m_engine.cache, m_engine.records));
    const auto here = [archive = utf8(name)](const cache::StudyRecord& study) { return study.archive == archive && study.stored > 0; };
    for (const auto& study : m_engine.index->select(here)) {
        ++studies;
        bytes += study.storedBytes;
    }
    m_lost->setText(
        tr("What goes from this computer: %n studies in the cache (%1), the drawings on them, the archive's address and its sign-in. "
           "The hospital keeps its studies, and signed reports stay here.",
           nullptr, studies)
            .arg(QLocale().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat)));
    const Status may = m_engine.records.archiveRemovable(utf8(name));
    m_possible = may.has_value();
    say(may ? QString() : Words::error(may.error()));
    m_typed->clear();
    allow();
}

void RemoveArchiveDialog::allow()
{
    m_typed->setEnabled(m_possible && !m_removing);
    m_ok->setEnabled(m_possible && !m_removing && !name().isEmpty() && m_typed->text().trimmed() == name());
}

void RemoveArchiveDialog::remove()
{
    if (!m_ok->isEnabled()) {
        return; // Return in the field
    }
    m_removing = true;
    for (QWidget* part : std::initializer_list<QWidget*>{m_names, m_shred}) {
        part->setEnabled(false);
    }
    allow();
    say(tr("Removing …"));
    m_thread = std::thread([this, archive = utf8(name()), shred = m_shred->isChecked()] {
        auto removed = m_remove(archive, shred);
        postToGui(this, [this, removed = std::move(removed)] {
            m_thread.join();
            m_removing = false;
            if (removed) {
                m_removed = *removed;
                accept();
                return;
            }
            m_names->setEnabled(true);
            m_shred->setEnabled(true);
            say(Words::error(removed.error()));
            allow();
        });
    });
}

} // namespace akari::window
