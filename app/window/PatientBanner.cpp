#include "app/window/PatientBanner.h"

#include <QHBoxLayout>
#include <QLabel>

#include "app/window/Words.h"

namespace akari::window {

PatientBanner::PatientBanner(QWidget* parent)
    : QWidget(parent), m_stripe(new QWidget(this)), m_name(new QLabel(this)), m_facts(new QLabel(this)), m_study(new QLabel(this))
{
    setFixedHeight(40);
    setObjectName(QStringLiteral("banner"));
    m_stripe->setFixedWidth(6);
    m_name->setObjectName(QStringLiteral("banner.name"));
    m_name->setProperty("heading", true);
    m_facts->setObjectName(QStringLiteral("banner.facts"));
    m_study->setObjectName(QStringLiteral("banner.study"));
    m_study->setProperty("dim", true);
    for (QLabel* label : {m_name, m_facts, m_study}) {
        label->setTextFormat(Qt::PlainText);
        label->setTextInteractionFlags(Qt::NoTextInteraction);
    }
    m_study->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    m_study->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins(0, 0, 12, 0);
    row->setSpacing(16);
    row->addWidget(m_stripe);
    row->addWidget(m_name);
    row->addWidget(m_facts);
    row->addWidget(m_study, 1);
}

void PatientBanner::setStudy(const cache::StudyRecord& study, const QColor& stripe)
{
    m_stripe->setStyleSheet(QStringLiteral("background: %1;").arg(stripe.name()));
    m_name->setText(Words::name(study.patientName));
    QStringList facts{tr("ID %1").arg(text(study.patientId))};
    if (!study.patientBirthDate.empty()) {
        const QString age = Words::age(study.patientBirthDate, study.studyDate);
        facts << tr("born %1").arg(Words::date(study.patientBirthDate)) + (age.isEmpty() ? QString() : QStringLiteral(" (%1)").arg(age));
    }
    if (const QString sex = Words::sex(study.patientSex); !sex.isEmpty()) {
        facts << sex;
    }
    m_facts->setText(facts.join(QStringLiteral("  ·  ")));
    m_study->setText(QStringList{Words::date(study.studyDate), text(study.studyDescription), Words::archive(study.archive)}.join(QStringLiteral("  ·  ")));
}

void PatientBanner::clear()
{
    m_stripe->setStyleSheet({});
    for (QLabel* label : {m_name, m_facts, m_study}) {
        label->clear();
    }
}

} // namespace akari::window
