#include "app/window/ArchiveDialog.h"

#include <algorithm>
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QFileDialog>
#include <QFormLayout>
#include <QPushButton>
#include <QStyle>
#include <QVBoxLayout>

#include "app/platform/Browser.h"
#include "app/window/Fields.h"
#include "app/window/ToGui.h"
#include "app/window/Words.h"
#include "core/archive/DicomWeb.h"
#include "core/archive/OpenIdSignIn.h"
#include "core/archive/PeerSeen.h"

namespace akari::window {

namespace {

enum Proxy { System, NoProxy, Own };

QLineEdit* field(QWidget* parent, const char* name, const QString& hint = {})
{
    auto* line = new QLineEdit(parent);
    line->setObjectName(QString::fromUtf8(name));
    line->setPlaceholderText(hint);
    return line;
}

// What its properties say counts from now on.
void restyle(QWidget* widget)
{
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
}

// Two forms below each other look like one.
void alignLabels(const QFormLayout* first, const QFormLayout* second)
{
    int widest = 0;
    for (const bool measures : {true, false}) {
        for (const QFormLayout* form : {first, second}) {
            for (int row = 0; row < form->rowCount(); ++row) {
                const QLayoutItem* label = form->itemAt(row, QFormLayout::LabelRole);
                if (label != nullptr && label->widget() != nullptr) {
                    widest = std::max(widest, label->widget()->sizeHint().width());
                    if (!measures) {
                        label->widget()->setMinimumWidth(widest);
                    }
                }
            }
        }
    }
}

bool isWeb(const QString& url)
{
    return url.startsWith(QStringLiteral("http://")) || url.startsWith(QStringLiteral("https://"));
}

} // namespace

ArchiveDialog::ArchiveDialog(archive::KnownArchives* known, const std::optional<records::ArchiveSettings>& current, QWidget* parent)
    : QDialog(parent), m_known(known), m_isNew(!current)
{
    setWindowTitle(m_isNew ? tr("Add an archive") : tr("Change an archive"));
    auto* column = new QVBoxLayout(this);
    column->setSpacing(12);
    column->setSizeConstraint(QLayout::SetMinAndMaxSize);
    column->addWidget(makePlain());
    m_moreButton = new QPushButton(tr("More ▾"), this);
    m_moreButton->setObjectName(QStringLiteral("archive.more"));
    m_moreButton->setCheckable(true);
    m_moreButton->setFlat(true);
    column->addWidget(m_moreButton, 0, Qt::AlignLeft);
    m_more = makeMore();
    m_more->setVisible(false);
    column->addWidget(m_more);
    m_answer = wordsLabel({}, this, true);
    m_answer->setObjectName(QStringLiteral("archive.answer"));
    m_answer->setTextInteractionFlags(Qt::TextSelectableByMouse);
    m_answer->setMinimumHeight(40);
    m_answer->setAlignment(Qt::AlignTop | Qt::AlignLeft);
    column->addWidget(m_answer);
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Ok | QDialogButtonBox::Cancel, this);
    m_ok = buttons->button(QDialogButtonBox::Ok);
    m_ok->setText(m_isNew ? tr("Add") : tr("Save"));
    m_ok->setProperty("primary", true);
    m_cancel = buttons->button(QDialogButtonBox::Cancel);
    m_cancel->setText(tr("Cancel"));
    m_try = buttons->addButton(tr("Try it"), QDialogButtonBox::ActionRole);
    m_try->setObjectName(QStringLiteral("archive.try"));
    column->addWidget(buttons);
    connect(m_moreButton, &QPushButton::toggled, this, [this](bool open) {
        m_more->setVisible(open);
        m_moreButton->setText(open ? tr("Less ▴") : tr("More ▾"));
    });
    connect(m_signIn, &QComboBox::currentIndexChanged, this, &ArchiveDialog::showSignIn);
    connect(m_proxyKind, &QComboBox::currentIndexChanged, this, &ArchiveDialog::showProxy);
    connect(m_signInButton, &QPushButton::clicked, this, &ArchiveDialog::signIn);
    connect(m_try, &QPushButton::clicked, this, &ArchiveDialog::tryOut);
    connect(buttons, &QDialogButtonBox::accepted, this, &ArchiveDialog::check);
    connect(buttons, &QDialogButtonBox::rejected, this, [this] {
        if (m_asking) {
            stopAsking();
        } else {
            reject();
        }
    });
    if (current) {
        m_before = *current;
        fill(*current);
    }
    alignLabels(m_plainForm, m_moreForm);
    restyle(m_ok);
    showSignIn();
    showProxy();
}

ArchiveDialog::~ArchiveDialog()
{
    m_stop.requestStop();
    if (m_thread.joinable()) {
        m_thread.join();
    }
    // A sign-in at an archive that was not added after all is nobody's.
    if (m_signedInHere && m_isNew && result() != QDialog::Accepted) {
        if (const auto signIn = m_known->signInOf(settings())) {
            static_cast<void>(signIn->signOut());
        }
    }
}

QWidget* ArchiveDialog::makePlain()
{
    auto* plain = new QWidget(this);
    plain->setMinimumWidth(580);
    m_plainForm = new QFormLayout(plain);
    m_plainForm->setContentsMargins(0, 0, 0, 0);
    m_name = field(this, "archive.name", tr("The hospital, as you call it"));
    m_prefix = field(this, "archive.prefix", tr("Short, before its patient IDs on screen (optional)"));
    m_prefix->setMaxLength(8);
    m_url = field(this, "archive.url", QStringLiteral("https://pacs.example.org/dicom-web"));
    m_signIn = new QComboBox(this);
    m_signIn->setObjectName(QStringLiteral("archive.signIn"));
    m_signIn->addItems({tr("None"), tr("User and password"), tr("In the browser (OpenID Connect)")});
    m_signIn->setCurrentIndex(Password);
    m_user = field(this, "archive.user");
    m_password = secretField(this, "archive.password");
    m_issuer = field(this, "archive.issuer", QStringLiteral("https://login.example.org/realms/pacs"));
    m_client = field(this, "archive.client", tr("From the hospital's IT"));
    m_signInButton = new QPushButton(tr("Sign in …"), this);
    m_signInButton->setObjectName(QStringLiteral("archive.signInNow"));
    m_plainForm->addRow(tr("Name"), m_name);
    m_plainForm->addRow(tr("Prefix"), m_prefix);
    m_plainForm->addRow(tr("DICOMweb address"), m_url);
    m_plainForm->addRow(tr("Sign-in"), m_signIn);
    m_plainForm->addRow(tr("User"), m_user);
    m_plainForm->addRow(tr("Password"), m_password);
    m_plainForm->addRow(tr("Sign-in service"), m_issuer);
    m_plainForm->addRow(tr("Client id"), m_client);
    m_plainForm->addRow(QString(), m_signInButton);
    return plain;
}

QWidget* ArchiveDialog::makeMore()
{
    auto* more = new QWidget(this);
    m_moreForm = new QFormLayout(more);
    m_moreForm->setContentsMargins(0, 0, 0, 0);
    m_authority = field(this, "archive.authority", tr("The system's own"));
    m_certificate = field(this, "archive.certificate", tr("None"));
    m_certificatePassword = secretField(this, "archive.certificatePassword");
    m_pin = field(this, "archive.pin", QStringLiteral("sha256//…"));
    m_proxyKind = new QComboBox(this);
    m_proxyKind->setObjectName(QStringLiteral("archive.proxyKind"));
    m_proxyKind->addItems({tr("As the system says"), tr("None"), tr("This one")});
    m_proxy = field(this, "archive.proxy", QStringLiteral("http://proxy.example.org:3128"));
    m_proxyUser = field(this, "archive.proxyUser");
    m_proxyPassword = secretField(this, "archive.proxyPassword");
    m_ownHost = new QCheckBox(tr("Ask this address for everything, whatever host the archive names"), this);
    m_losslessFirst = new QCheckBox(tr("On a slow line, show compressed copies without loss until the originals are here"), this);
    m_losslessFirst->setObjectName(QStringLiteral("archive.losslessFirst"));
    m_moreForm->addRow(tr("Certificate authority"), fileField(m_authority, tr("Certificates (*.pem *.crt *.cer)")));
    m_moreForm->addRow(tr("Client certificate"), fileField(m_certificate, tr("Certificates with key (*.pem *.p12 *.pfx)")));
    m_moreForm->addRow(tr("Its password"), m_certificatePassword);
    m_moreForm->addRow(tr("Pin of the server's key"), m_pin);
    m_moreForm->addRow(tr("Proxy"), m_proxyKind);
    m_moreForm->addRow(tr("Proxy address"), m_proxy);
    m_moreForm->addRow(tr("Proxy user"), m_proxyUser);
    m_moreForm->addRow(tr("Proxy password"), m_proxyPassword);
    m_moreForm->addRow(QString(), m_ownHost);
    m_moreForm->addRow(QString(), m_losslessFirst);
    return more;
}

QWidget* ArchiveDialog::fileField(QLineEdit* line, const QString& filter)
{
    auto* both = new QWidget(this);
    auto* row = new QHBoxLayout(both);
    row->setContentsMargins(0, 0, 0, 0);
    auto* choose = new QPushButton(tr("Choose …"), both);
    row->addWidget(line, 1);
    row->addWidget(choose);
    connect(choose, &QPushButton::clicked, this, [this, line, filter] {
        const QString file = QFileDialog::getOpenFileName(this, QString(), line->text(), filter);
        if (!file.isEmpty()) {
            line->setText(file);
        }
    });
    return both;
}

void ArchiveDialog::fill(const records::ArchiveSettings& settings)
{
    m_name->setText(text(settings.name));
    m_prefix->setText(text(settings.prefix));
    m_name->setReadOnly(true); // what is cached is kept by it
    m_url->setText(text(settings.url));
    m_user->setText(text(settings.user));
    m_password->setText(text(settings.password));
    m_issuer->setText(text(settings.openId.issuer));
    m_client->setText(text(settings.openId.clientId));
    m_signIn->setCurrentIndex(!settings.openId.issuer.empty() ? Browser : settings.user.empty() ? None : Password);
    m_authority->setText(text(settings.certificateAuthority));
    m_certificate->setText(text(settings.clientCertificate));
    m_certificatePassword->setText(text(settings.clientKeyPassword));
    m_pin->setText(text(settings.pin));
    m_proxyKind->setCurrentIndex(settings.proxy.empty() ? System : settings.proxy == "none" ? NoProxy : Own);
    m_proxy->setText(settings.proxy == "none" ? QString() : text(settings.proxy));
    m_proxyUser->setText(text(settings.proxyUser));
    m_proxyPassword->setText(text(settings.proxyPassword));
    m_ownHost->setChecked(settings.bulkFromOwnHost);
    m_losslessFirst->setChecked(settings.losslessFirst);
}

records::ArchiveSettings ArchiveDialog::settings() const
{
    records::ArchiveSettings settings = m_before;
    const auto word = [](const QLineEdit* line) { return utf8(line->text().trimmed()); };
    settings.name = word(m_name);
    settings.prefix = word(m_prefix);
    settings.url = word(m_url);
    while (settings.url.ends_with('/')) {
        settings.url.pop_back();
    }
    const int way = m_signIn->currentIndex();
    settings.user = way == Password ? utf8(m_user->text()) : std::string();
    settings.password = way == Password ? utf8(m_password->text()) : std::string();
    settings.openId.issuer = way == Browser ? word(m_issuer) : std::string();
    settings.openId.clientId = way == Browser ? word(m_client) : std::string();
    settings.certificateAuthority = word(m_authority);
    settings.clientCertificate = word(m_certificate);
    settings.clientKeyPassword = utf8(m_certificatePassword->text());
    settings.pin = word(m_pin);
    const int proxy = m_proxyKind->currentIndex();
    settings.proxy = proxy == Own ? word(m_proxy) : proxy == NoProxy ? "none" : "";
    settings.proxyUser = proxy == NoProxy ? std::string() : word(m_proxyUser);
    settings.proxyPassword = proxy == NoProxy ? std::string() : utf8(m_proxyPassword->text());
    settings.bulkFromOwnHost = m_ownHost->isChecked();
    settings.losslessFirst = m_losslessFirst->isChecked();
    return settings;
}

void ArchiveDialog::showSignIn()
{
    const int way = m_signIn->currentIndex();
    for (QWidget* row : {m_user, m_password}) {
        m_plainForm->setRowVisible(row, way == Password);
    }
    for (QWidget* row : {m_issuer, m_client}) {
        m_plainForm->setRowVisible(row, way == Browser);
    }
    m_plainForm->setRowVisible(m_signInButton, way == Browser && m_known != nullptr);
}

void ArchiveDialog::showProxy()
{
    const bool own = m_proxyKind->currentIndex() == Own;
    for (QWidget* row : {m_proxy, m_proxyUser, m_proxyPassword}) {
        m_moreForm->setRowVisible(row, own);
    }
}

void ArchiveDialog::say(const QString& sentence, bool warns)
{
    m_answer->setText(sentence);
    m_answer->setProperty("dim", !warns);
    m_answer->setProperty("warn", warns);
    restyle(m_answer);
}

void ArchiveDialog::check()
{
    const auto given = settings();
    if (given.name.empty() || !isWeb(text(given.url))) {
        say(tr("A name and a web address (https://…) are needed."), true);
    } else if (m_signIn->currentIndex() == Browser && (!isWeb(text(given.openId.issuer)) || given.openId.clientId.empty())) {
        say(tr("The sign-in service's web address and a client id are needed."), true);
    } else if (!given.pin.empty() && !archive::isPin(given.pin)) {
        say(tr("A pin begins with sha256// and has 44 more characters."), true);
    } else if (m_proxyKind->currentIndex() == Own && !isWeb(text(given.proxy))) {
        say(tr("The proxy's web address (http://…) is needed."), true);
    } else {
        stopAsking();
        accept();
    }
}

void ArchiveDialog::ask(const QString& meanwhile, std::function<Status(StopToken)> question, std::function<void(const Status&)> done)
{
    if (m_asking) {
        return;
    }
    if (m_thread.joinable()) {
        m_thread.join();
    }
    m_stop = StopSource();
    m_asking = true;
    say(meanwhile, false);
    for (QPushButton* button : {m_try, m_signInButton, m_ok}) {
        button->setEnabled(false);
    }
    m_thread = std::thread([this, question = std::move(question), done = std::move(done), stop = m_stop.token()] {
        const Status answer = question(stop);
        postToGui(this, [this, answer, done] {
            m_asking = false;
            for (QPushButton* button : {m_try, m_signInButton, m_ok}) {
                button->setEnabled(true);
            }
            if (answer || answer.error().code != "stopped") {
                done(answer);
            } else {
                say(tr("Stopped."), false);
            }
        });
    });
}

void ArchiveDialog::stopAsking()
{
    m_stop.requestStop();
}

void ArchiveDialog::tryOut()
{
    const auto given = settings();
    auto* known = m_known;
    ask(
        tr("Asking the archive …"),
        [given, known](StopToken stop) -> Status {
            const auto answer = archive::DicomWebClient(given, known).probe(stop);
            return answer ? Status() : fail(answer.error());
        },
        [this](const Status& answer) {
            if (answer) {
                say(tr("✓ The archive answers."), false);
                return;
            }
            // What was shown can be compared with what the hospital's IT says.
            const bool shown = answer.error().code == "archive.tls";
            say(Words::error(answer.error()) + (shown ? QStringLiteral("\n") + text(answer.error().detail) : QString()), true);
        });
}

void ArchiveDialog::signIn()
{
    const auto given = settings();
    const auto signIn = m_known != nullptr ? m_known->signInOf(given) : nullptr;
    if (!signIn || given.name.empty()) {
        say(tr("A name, the sign-in service's web address and a client id are needed."), true);
        return;
    }
    ask(
        tr("Sign in in the browser that opens. Cancel gives up."),
        [signIn](StopToken stop) {
            platform::SystemBrowser browser;
            return signIn->signIn(browser, stop);
        },
        [this](const Status& answer) {
            if (answer) {
                m_signedInHere = true;
                m_name->setReadOnly(true); // the sign-in is kept by it
            }
            say(answer ? tr("✓ Signed in.") : Words::error(answer.error()), !answer);
        });
}

} // namespace akari::window
