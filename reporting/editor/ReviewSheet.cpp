#include "reporting/editor/ReviewSheet.h"

#include <QFrame>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "reporting/Wording.h"
#include "reporting/editor/PatientLine.h"

namespace akari::reporting {

namespace {

QLabel* label(const QString& text, QWidget* parent, const char* role)
{
    auto* made = new QLabel(text, parent);
    made->setTextFormat(Qt::PlainText);
    made->setWordWrap(true);
    made->setProperty(role, true);
    return made;
}

QString htmlOf(const std::string& text) { return fromUtf8(text).toHtmlEscaped().replace(QChar(u'\n'), QStringLiteral("<br>")); }

QString rendered(const Document& document, const QString& empty)
{
    QString html;
    for (const auto& section : document.sections) {
        const std::string heading = section.heading.empty() ? headingFor(section.kind, document.language) : section.heading;
        html += QStringLiteral("<p style=\"margin:10px 0 2px 0;color:#8b95a3\"><b>%1</b></p>").arg(htmlOf(heading));
        html += section.text.empty() ? QStringLiteral("<p style=\"margin:0;color:#8b95a3\"><i>%1</i></p>").arg(empty.toHtmlEscaped())
                                     : QStringLiteral("<p style=\"margin:0;line-height:140%\">%1</p>").arg(htmlOf(section.text));
    }
    return html;
}

} // namespace

ReviewSheet::ReviewSheet(const Document& document, const QList<ReviewCheck>& checks, int objects, QWidget* parent) : QDialog(parent)
{
    setObjectName(QStringLiteral("signing"));
    setWindowTitle(tr("Sign the report"));
    setModal(true);
    resize(620, 720);
    auto* column = new QVBoxLayout(this);
    column->setContentsMargins(20, 16, 20, 16);
    column->setSpacing(10);
    addPatient(column, document);
    addText(column, document);
    addChecks(column, checks);
    addSecret(column, objects);
    showEnabled();
    m_secret->setFocus();
}

ReviewSheet::~ReviewSheet() { m_secret->clear(); }

void ReviewSheet::addPatient(QVBoxLayout* column, const Document& document)
{
    const auto& s = document.subject;
    auto* name = label(patientLine(s.patientName), this, "title");
    name->setObjectName(QStringLiteral("signing.patient"));
    column->addWidget(name);
    QStringList rest{tr("ID %1").arg(fromUtf8(s.patientId))};
    if (s.studyDate.size() == 8) {
        rest << fromUtf8(s.studyDate.substr(0, 4) + "-" + s.studyDate.substr(4, 2) + "-" + s.studyDate.substr(6, 2));
    }
    for (const auto& text : {s.studyDescription, s.accessionNumber}) {
        if (!text.empty()) {
            rest << fromUtf8(text);
        }
    }
    column->addWidget(label(rest.join(QStringLiteral("  ·  ")), this, "dim"));
}

void ReviewSheet::addText(QVBoxLayout* column, const Document& document)
{
    auto* text = new QTextBrowser(this);
    text->setObjectName(QStringLiteral("signing.text"));
    text->setOpenLinks(false);
    QString html = rendered(document, tr("Nothing written"));
    if (!document.measurements.empty()) {
        html += QStringLiteral("<p style=\"margin:10px 0 2px 0;color:#8b95a3\"><b>%1</b></p>").arg(tr("Measurements").toHtmlEscaped());
        for (std::size_t i = 0; i < document.measurements.size(); ++i) {
            html += QStringLiteral("<p style=\"margin:0\">%1</p>").arg(htmlOf(sentenceOf(document.measurements[i], i, document.language)));
        }
    }
    if (!document.keyImages.empty()) {
        html += QStringLiteral("<p style=\"margin:10px 0 2px 0;color:#8b95a3\"><b>%1</b></p><p style=\"margin:0\">%2</p>")
                    .arg(tr("Key images").toHtmlEscaped(), QString::number(document.keyImages.size()));
    }
    text->setHtml(html);
    column->addWidget(text, 1);
}

void ReviewSheet::addChecks(QVBoxLayout* column, const QList<ReviewCheck>& checks)
{
    auto* frame = new QFrame(this);
    frame->setObjectName(QStringLiteral("signing.checks"));
    auto* rows = new QVBoxLayout(frame);
    rows->setContentsMargins(0, 0, 0, 0);
    rows->setSpacing(4);
    for (const auto& check : checks) {
        const bool refusal = check.severity == ReviewSeverity::Refusal;
        const bool warning = check.severity == ReviewSeverity::Warning;
        m_refused = m_refused || refusal;
        // Never by colour alone: each has its word.
        const QString text = refusal ? tr("✕ Not possible: %1").arg(check.text) : warning ? tr("⚠ Warning: %1").arg(check.text) : tr("• %1").arg(check.text);
        auto* row = label(text, frame, refusal ? "critical" : warning ? "warn" : "dim");
        if (refusal) {
            row->setStyleSheet(QStringLiteral("color: #ff5d52;"));
        }
        rows->addWidget(row);
    }
    if (checks.isEmpty()) {
        rows->addWidget(label(tr("✓ Nothing speaks against signing."), frame, "dim"));
    }
    column->addWidget(frame);
}

void ReviewSheet::addSecret(QVBoxLayout* column, int objects)
{
    auto* count = label(tr("Objects to be written and sent to the archive: %1. A signed report can't be changed, only added to.").arg(objects), this, "dim");
    count->setObjectName(QStringLiteral("signing.objects"));
    column->addWidget(count);
    m_secret = new QLineEdit(this);
    m_secret->setObjectName(QStringLiteral("signing.secret"));
    m_secret->setEchoMode(QLineEdit::Password);
    m_secret->setInputMethodHints(Qt::ImhHiddenText | Qt::ImhSensitiveData | Qt::ImhNoPredictiveText);
    m_secret->setPlaceholderText(tr("Your signing secret"));
    column->addWidget(m_secret);
    auto* buttons = new QHBoxLayout;
    auto* cancel = new QPushButton(tr("Back to the report"), this);
    cancel->setObjectName(QStringLiteral("signing.cancel"));
    m_sign = new QPushButton(tr("Sign"), this);
    m_sign->setObjectName(QStringLiteral("signing.sign"));
    m_sign->setProperty("primary", true);
    for (auto* button : {cancel, m_sign}) {
        button->setAutoDefault(false);
        button->setDefault(false);
        button->installEventFilter(this);
    }
    buttons->addStretch(1);
    buttons->addWidget(cancel);
    buttons->addWidget(m_sign);
    column->addLayout(buttons);
    connect(m_secret, &QLineEdit::textChanged, this, &ReviewSheet::showEnabled);
    connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
    connect(m_sign, &QPushButton::clicked, this, &QDialog::accept);
}

QString ReviewSheet::secret() const { return m_secret->text(); }

void ReviewSheet::showEnabled() { m_sign->setEnabled(!m_refused && !m_secret->text().isEmpty()); }

void ReviewSheet::keyPressEvent(QKeyEvent* event)
{
    if (event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter) {
        event->accept();
        return;
    }
    QDialog::keyPressEvent(event);
}

// Some platforms press a focused button on Enter.
bool ReviewSheet::eventFilter(QObject* watched, QEvent* event)
{
    if (event->type() == QEvent::KeyPress || event->type() == QEvent::KeyRelease) {
        const int key = static_cast<QKeyEvent*>(event)->key();
        if (key == Qt::Key_Return || key == Qt::Key_Enter) {
            return true;
        }
    }
    return QDialog::eventFilter(watched, event);
}

} // namespace akari::reporting
