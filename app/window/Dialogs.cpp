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
#include "core/vault/RecoveryCode.h"

namespace akari::window {

namespace {

constexpr int kShortestPassphrase = 8;
constexpr int kWidthOfACode = 580;

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
      m_code(new QLineEdit(this)), m_problem(words(problem, this, false)), m_title(new QLabel(this)), m_words(words({}, this, true)),
      m_form(new QFormLayout), m_recover(new QPushButton(tr("Passphrase lost …"), this)), m_isNew(isNew)
{
    setWindowTitle(QStringLiteral("Akari"));
    setMinimumWidth(440);
    m_problem->setProperty("warn", true);
    m_problem->setObjectName(QStringLiteral("passphrase.problem"));
    m_code->setObjectName(QStringLiteral("passphrase.code"));
    m_code->setPlaceholderText(QStringLiteral("XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX-XXXX"));
    m_recover->setObjectName(QStringLiteral("passphrase.recover"));
    m_recover->setAutoDefault(false);
    m_form->addRow(tr("Recovery code"), m_code);
    m_form->addRow(tr("Passphrase"), m_first);
    m_form->addRow(tr("Once more"), m_second);
    showField(m_code, false);
    showField(m_second, isNew);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(isNew ? tr("Create") : tr("Unlock"));
    m_ok->setProperty("primary", true);
    buttons->button(QDialogButtonBox::Cancel)->setText(tr("Cancel"));
    if (isNew) {
        m_recover->hide();
    } else {
        buttons->addButton(m_recover, QDialogButtonBox::ActionRole);
    }
    auto* column = new QVBoxLayout(this);
    m_title->setText(isNew ? tr("A passphrase for your data") : tr("Unlock your data"));
    m_title->setProperty("title", true);
    m_words->setText(isNew ? tr("Everything Akari keeps on this computer is encrypted. This passphrase opens it, and signs your reports. "
                                "If it is lost, only the recovery code that is shown next opens your data.")
                           : tr("The data folder is encrypted."));
    column->addWidget(m_title);
    column->addWidget(m_words);
    column->addLayout(m_form);
    column->addWidget(m_problem);
    column->addWidget(buttons);
    connect(buttons, &QDialogButtonBox::accepted, this, &PassphraseDialog::check);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    connect(m_recover, &QPushButton::clicked, this, &PassphraseDialog::askForRecoveryCode);
}

void PassphraseDialog::askForRecoveryCode()
{
    m_recovers = true;
    m_recover->hide();
    m_title->setText(tr("Open with the recovery code"));
    m_words->setText(tr("The code that you wrote down opens your data, and a new passphrase takes the place of the lost one. "
                        "The signing passphrase stays as it was."));
    m_problem->clear();
    qobject_cast<QLabel*>(m_form->labelForField(m_first))->setText(tr("New passphrase"));
    showField(m_code, true);
    showField(m_second, true);
    setMinimumWidth(kWidthOfACode);
    adjustSize();
    m_code->setFocus();
}

void PassphraseDialog::showField(QLineEdit* field, bool shown)
{
    field->setVisible(shown);
    m_form->labelForField(field)->setVisible(shown);
}

void PassphraseDialog::check()
{
    const bool sets = m_isNew || m_recovers;
    if (m_recovers && !vault::isRecoveryCode(utf8(m_code->text()))) {
        m_problem->setText(tr("This is not a recovery code, or it was mistyped: it has eight groups of four letters and digits."));
    } else if (sets && m_first->text().size() < kShortestPassphrase) {
        m_problem->setText(tr("At least %n characters, please.", nullptr, kShortestPassphrase));
    } else if (sets && m_first->text() != m_second->text()) {
        m_problem->setText(tr("The two are not the same."));
    } else {
        accept();
    }
    adjustSize();
}

QString PassphraseDialog::recoveryCode() const { return m_recovers ? m_code->text() : QString(); }

QString PassphraseDialog::passphrase() const { return m_first->text(); }

ArchiveDialog::ArchiveDialog(QWidget* parent)
    : QDialog(parent), m_name(new QLineEdit(this)), m_url(new QLineEdit(this)), m_user(new QLineEdit(this)),
      m_password(secretField(this, "archive.password")), m_answer(words({}, this, true))
{
    setWindowTitle(tr("Add an archive"));
    setMinimumWidth(520);
    m_name->setObjectName(QStringLiteral("archive.name"));
    m_url->setObjectName(QStringLiteral("archive.url"));
    m_url->setPlaceholderText(QStringLiteral("https://pacs.example.org/dicom-web"));
    m_name->setPlaceholderText(tr("The hospital, as you call it"));
    auto* form = new QFormLayout;
    form->addRow(tr("Name"), m_name);
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
