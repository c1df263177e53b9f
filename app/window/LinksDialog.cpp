#include "app/window/LinksDialog.h"

#include <QDialogButtonBox>
#include <QLabel>
#include <QPushButton>
#include <QVBoxLayout>

#include "app/window/Style.h"
#include "app/window/Words.h"

namespace akari::window {

LinksDialog::LinksDialog(session::Engine engine, records::PatientNumber patient, QWidget* parent)
    : QDialog(parent), m_engine(std::move(engine)), m_patient(std::move(patient)), m_rows(new QVBoxLayout), m_problem(new QLabel(this))
{
    setWindowTitle(tr("This patient at other hospitals"));
    setMinimumWidth(560);
    auto* who = new QLabel(describe(m_patient), this);
    who->setProperty("heading", true);
    who->setWordWrap(true);
    auto* rule = new QLabel(tr("Hospitals count their patients each for itself: the same number or name elsewhere may be another person. Studies of another "
                               "hospital are shown as priors only where both give the same issuer and number, or where you confirm it here."), this);
    rule->setWordWrap(true);
    rule->setProperty("dim", true);
    m_problem->setWordWrap(true);
    m_problem->setProperty("warn", true);
    m_problem->setObjectName(QStringLiteral("links.problem"));
    auto* buttons = new QDialogButtonBox(this);
    buttons->addButton(tr("Close"), QDialogButtonBox::RejectRole);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* column = new QVBoxLayout(this);
    column->addWidget(who);
    column->addWidget(rule);
    column->addLayout(m_rows);
    column->addWidget(m_problem);
    column->addWidget(buttons);
    fill();
}

QString LinksDialog::describe(const records::PatientNumber& number) const
{
    const auto facts = session::factsOf(number, *m_engine.index);
    QStringList parts{Words::archive(number.archive), text(number.patientId)};
    if (!number.issuer.empty()) {
        parts << tr("issued by %1").arg(text(number.issuer));
    }
    if (!facts.names.empty()) {
        parts << Words::name(facts.names.front());
    }
    for (const auto& date : facts.birthDates) {
        parts << tr("born %1").arg(Words::date(date));
    }
    for (const auto& sex : facts.sexes) {
        parts << Words::sex(sex);
    }
    return parts.join(QStringLiteral(" · "));
}

void LinksDialog::fill()
{
    while (auto* item = m_rows->takeAt(0)) {
        delete item->widget();
        delete item;
    }
    const auto links = session::linksOf(m_patient, *m_engine.index, m_engine.records);
    for (const auto& one : links.linked) {
        const bool confirmed = one.ground == session::LinkGround::Confirmed;
        addRow(one.number, confirmed ? tr("✓ The same patient, confirmed by %1 on %2").arg(text(one.by), text(one.at.substr(0, 10)))
                                     : tr("✓ The same patient: same issuer and number"),
               confirmed ? tr("Take back") : QString(), false);
    }
    for (const auto& one : links.blocked) {
        const bool confirmed = one.ground == session::LinkGround::Confirmed;
        addRow(one.number, QStringLiteral("✗ ") + Words::error(one.why), confirmed ? tr("Take back") : QString(), false);
    }
    for (const auto& one : links.suggested) {
        addRow(one, tr("? Same birth date, sex and name. Not linked."), tr("It is the same patient"), true);
    }
    if (links.linked.empty() && links.blocked.empty() && links.suggested.empty()) {
        auto* none = new QLabel(tr("No other hospital has studies that might be this patient's."), this);
        none->setProperty("dim", true);
        m_rows->addWidget(none);
    }
}

void LinksDialog::addRow(const records::PatientNumber& other, const QString& standing, const QString& action, bool link)
{
    auto* row = new QWidget(this);
    auto* line = new QHBoxLayout(row);
    line->setContentsMargins(0, 8, 0, 0);
    const auto settings = m_engine.records.archive(other.archive);
    auto* stripe = new QLabel(row);
    stripe->setFixedWidth(4);
    stripe->setStyleSheet(QStringLiteral("background: %1;").arg(settings ? text(settings->color) : QString::fromUtf8(Tokens::kDim)));
    auto* words = new QLabel(describe(other) + QLatin1Char('\n') + standing, row);
    words->setTextFormat(Qt::PlainText);
    words->setWordWrap(true);
    line->addWidget(stripe);
    line->addWidget(words, 1);
    if (!action.isEmpty()) {
        auto* button = new QPushButton(action, row);
        button->setObjectName(link ? QStringLiteral("links.confirm") : QStringLiteral("links.takeBack"));
        button->setAutoDefault(false); // never by Enter alone
        connect(button, &QPushButton::clicked, this, [this, other, link] { change(other, link); });
        line->addWidget(button, 0, Qt::AlignTop);
    }
    m_rows->addWidget(row);
}

void LinksDialog::change(const records::PatientNumber& other, bool link)
{
    const auto done = link ? session::confirmLink(m_patient, other, *m_engine.index, m_engine.records) : m_engine.records.unlinkPatients(m_patient, other);
    m_problem->setText(done ? QString() : Words::error(done.error()));
    // The button that was pressed is still at work.
    QMetaObject::invokeMethod(this, [this] { fill(); }, Qt::QueuedConnection);
}

} // namespace akari::window
