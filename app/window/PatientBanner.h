// Who is on screen, in every window: name in all groups, ID, birth date and age at the study, sex, study date, hospital with its stripe.
#pragma once

#include <QWidget>

#include "core/cache/Cache.h"

class QLabel;

namespace akari::window {

class PatientBanner final : public QWidget {
    Q_OBJECT

public:
    explicit PatientBanner(QWidget* parent = nullptr);
    void setStudy(const cache::StudyRecord& study, const QColor& stripe);
    void clear();

private:
    QWidget* m_stripe;
    QLabel* m_name;
    QLabel* m_facts;
    QLabel* m_study;
};

} // namespace akari::window
