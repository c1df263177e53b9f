// One patient at several hospitals: what is linked and why, what contradicts, what might be; a person confirms and takes back.
#pragma once

#include <QDialog>

#include "core/session/Engine.h"
#include "core/session/PatientLinks.h"

class QLabel;
class QVBoxLayout;

namespace akari::window {

class LinksDialog final : public QDialog {
    Q_OBJECT

public:
    LinksDialog(session::Engine engine, records::PatientNumber patient, QWidget* parent = nullptr);

private:
    void fill();
    void addRow(const records::PatientNumber& other, const QString& standing, const QString& action, bool link);
    void change(const records::PatientNumber& other, bool link);
    QString describe(const records::PatientNumber& number) const;

    session::Engine m_engine;
    records::PatientNumber m_patient;
    QVBoxLayout* m_rows;
    QLabel* m_problem;
};

} // namespace akari::window
