#include "app/window/Dialogs.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/window/Words.h"
#include "core/archive/DicomWeb.h"

namespace akari::window {

namespace {

constexpr int kShortestPassphrase = 8;

QLineEdit* secretField(QWidget* parent, const char* name)
{
    auto* field = new QLineEdit(parent);
    field->setEchoMode(QLineEdit::Password);
    field->setObjectName(QString::fromUtf8(name));
    return field;
}

QLabel* words(const QString& text, QWidget* parent, bool dim)
{
    auto* label = new QLabel(text, parent);
    label->setWordWrap(true);
    label->setProperty("dim", dim);
    return label;
}

} // namespace

PassphraseDialog::PassphraseDialog(bool isNew, const QString& problem, QWidget* parent)
    : QDialog(parent), m_first(secretField(this, "passphrase.first")), m_second(secretField(this, "passphrase.second")),
      m_problem(words(problem, this, false)), m_isNew(isNew)
{
    setWindowTitle(QStringLiteral("Akari"));
    setMinimumWidth(440);
    m_problem->setProperty("warn", true);
    auto* form = new QFormLayout;
    form->addRow(tr("Passphrase"), m_first);
    if (isNew) {
        form->addRow(tr("Once more"), m_second);
    }
    m_second->setVisible(isNew);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setText(isNew ? tr("Create") : tr("Unlock"));
    buttons->button(QDialogButtonBox::Ok)->setProperty("primary", true);
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    auto* column = new QVBoxLayout(this);
    auto* title = new QLabel(isNew ? tr("A passphrase for your data") : tr("Unlock your data"), this);
    title->setProperty("title", true);
    column->addWidget(title);
    column->addWidget(words(isNew ? tr("Everything Akari keeps on this computer is encrypted. This passphrase opens it, and signs your reports. "
                                       "It can't be recovered: keep it safe.")
                                  : tr("The data folder is encrypted."), this, true));
    column->addLayout(form);
    column->addWidget(m_problem);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &PassphraseDialog::check);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void PassphraseDialog::check()
{
    if (m_isNew && m_first->text().size() < kShortestPassphrase) {
        m_problem->setText(tr("At least %n characters, please.", nullptr, kShortestPassphrase));
    } else if (m_isNew && m_first->text() != m_second->text()) {
        m_problem->setText(tr("The two are not the same."));
    } else {
        accept();
    }
}

QString PassphraseDialog::passphrase() const { return m_first->text(); }

ArchiveDialog::ArchiveDialog(QWidget* parent)
    : QDialog(parent), m_name(new QLineEdit(this)), m_prefix(new QLineEdit(this)), m_url(new QLineEdit(this)), m_user(new QLineEdit(this)),
      m_password(secretField(this, "archive.password")), m_answer(words({}, this, true))
{
    setWindowTitle(tr("Add an archive"));
    setMinimumWidth(520);
    m_name->setObjectName(QStringLiteral("archive.name"));
    m_url->setObjectName(QStringLiteral("archive.url"));
    m_url->setPlaceholderText(QStringLiteral("https://pacs.example.org/dicom-web"));
    m_name->setPlaceholderText(tr("The hospital, as you call it"));
    m_prefix->setObjectName(QStringLiteral("archive.prefix"));
    m_prefix->setMaxLength(8);
    m_prefix->setPlaceholderText(tr("Short, before its patient IDs on screen (optional)"));
    auto* form = new QFormLayout;
    form->addRow(tr("Name"), m_name);
    form->addRow(tr("Prefix"), m_prefix);
    form->addRow(tr("DICOMweb address"), m_url);
    form->addRow(tr("User"), m_user);
    form->addRow(tr("Password"), m_password);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Add"));
    buttons->button(QDialogButtonBox::Ok)->setProperty("primary", true);
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    auto* test = buttons->addButton(tr("Try it"), QDialogButtonBox::ActionRole);
    auto* column = new QVBoxLayout(this);
    column->addLayout(form);
    column->addWidget(m_answer);
    column->addWidget(buttons);
    connect(test, &QPushButton::clicked, this, &ArchiveDialog::tryOut);
    connect(buttons, &QDialogButtonBox::accepted, this, [this] {
        const QString url = m_url->text().trimmed();
        if (m_name->text().trimmed().isEmpty() || !(url.startsWith(QStringLiteral("http://")) || url.startsWith(QStringLiteral("https://")))) {
            m_answer->setText(tr("A name and a web address (https://…) are needed."));
            return;
        }
        accept();
    });
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

records::ArchiveSettings ArchiveDialog::settings() const
{
    records::ArchiveSettings settings;
    settings.name = utf8(m_name->text().trimmed());
    settings.prefix = utf8(m_prefix->text().trimmed());
    settings.url = utf8(m_url->text().trimmed());
    while (settings.url.ends_with('/')) {
        settings.url.pop_back();
    }
    settings.user = utf8(m_user->text());
    settings.password = utf8(m_password->text());
    return settings;
}

void ArchiveDialog::tryOut()
{
    archive::DicomWebClient client(settings());
    const auto answer = client.probe();
    m_answer->setText(answer ? tr("✓ The archive answers.") : Words::error(answer.error()));
}

ReaderDialog::ReaderDialog(const std::optional<records::Reader>& current, QWidget* parent)
    : QDialog(parent), m_alphabetic(new QLineEdit(this)), m_ideographic(new QLineEdit(this)), m_phonetic(new QLineEdit(this)),
      m_organization(new QLineEdit(this)), m_login(new QLineEdit(this)), m_secret(secretField(this, "reader.secret")),
      m_again(secretField(this, "reader.again")), m_problem(words({}, this, false))
{
    setWindowTitle(tr("The reader of this computer"));
    setMinimumWidth(480);
    m_problem->setProperty("warn", true);
    m_alphabetic->setObjectName(QStringLiteral("reader.alphabetic"));
    m_alphabetic->setPlaceholderText(tr("Family^Given, in Latin letters"));
    m_ideographic->setPlaceholderText(tr("Family^Given, in kanji (optional)"));
    m_phonetic->setPlaceholderText(tr("Family^Given, in kana (optional)"));
    m_organization->setObjectName(QStringLiteral("reader.organization"));
    m_login->setObjectName(QStringLiteral("reader.login"));
    if (current) {
        m_alphabetic->setText(text(current->name.alphabetic));
        m_ideographic->setText(text(current->name.ideographic));
        m_phonetic->setText(text(current->name.phonetic));
        m_organization->setText(text(current->organization));
        m_login->setText(text(current->login));
    }
    auto* form = new QFormLayout;
    form->addRow(tr("Name"), m_alphabetic);
    form->addRow(tr("Kanji"), m_ideographic);
    form->addRow(tr("Kana"), m_phonetic);
    form->addRow(tr("Organization"), m_organization);
    form->addRow(tr("Login"), m_login);
    form->addRow(tr("Signing passphrase"), m_secret);
    form->addRow(tr("Once more"), m_again);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    buttons->button(QDialogButtonBox::Ok)->setText(tr("Enrol"));
    buttons->button(QDialogButtonBox::Ok)->setProperty("primary", true);
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    auto* column = new QVBoxLayout(this);
    column->addWidget(words(tr("Your reports carry this name. The signing passphrase is asked for every time you sign."), this, true));
    column->addLayout(form);
    column->addWidget(m_problem);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &ReaderDialog::check);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
}

void ReaderDialog::check()
{
    if (m_alphabetic->text().trimmed().isEmpty() || m_organization->text().trimmed().isEmpty() || m_login->text().trimmed().isEmpty()) {
        m_problem->setText(tr("Name, organization and login are needed."));
    } else if (m_secret->text().size() < kShortestPassphrase) {
        m_problem->setText(tr("A signing passphrase of at least %n characters, please.", nullptr, kShortestPassphrase));
    } else if (m_secret->text() != m_again->text()) {
        m_problem->setText(tr("The two passphrases are not the same."));
    } else {
        accept();
    }
}

records::Reader ReaderDialog::reader() const
{
    records::Reader reader;
    reader.name.alphabetic = utf8(m_alphabetic->text().trimmed());
    reader.name.ideographic = utf8(m_ideographic->text().trimmed());
    reader.name.phonetic = utf8(m_phonetic->text().trimmed());
    reader.organization = utf8(m_organization->text().trimmed());
    reader.login = utf8(m_login->text().trimmed());
    return reader;
}

QString ReaderDialog::secret() const { return m_secret->text(); }

void AboutBox::show(QWidget* parent)
{
    QMessageBox box(parent);
    box.setWindowTitle(tr("About Akari"));
    box.setTextFormat(Qt::PlainText);
    box.setText(QStringLiteral("Akari %1").arg(QStringLiteral(AKARI_VERSION)));
    box.setInformativeText(tr("A workstation for reading medical images away from the hospital.\n\n"
                              "Akari is not a cleared medical device and must not be used for primary diagnosis.\n\n"
                              "Apache License 2.0. Third-party notices are in the file THIRD-PARTY-NOTICES.md."));
    box.exec();
}

} // namespace akari::window
