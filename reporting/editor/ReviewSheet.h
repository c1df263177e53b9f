// The last look before signing: whose report, its text as it will be sent, what speaks against it, what will be written, and the signing
// secret. Enter never signs: in Japanese it confirms a conversion. GUI thread. Object names: "signing", "signing.patient", "signing.text",
// "signing.checks", "signing.objects", "signing.secret", "signing.sign", "signing.cancel".
#pragma once

#include <QDialog>
#include <QList>
#include <QString>

#include "reporting/Document.h"

class QLabel;
class QLineEdit;
class QPushButton;
class QVBoxLayout;

namespace akari::reporting {

enum class ReviewSeverity { Note, Warning, Refusal }; // a refusal can't be signed past

struct ReviewCheck {
    ReviewSeverity severity = ReviewSeverity::Note;
    QString text;
};

class ReviewSheet : public QDialog {
    Q_OBJECT

public:
    // `objects`: how many DICOM objects signing will write and send.
    ReviewSheet(const Document& document, const QList<ReviewCheck>& checks, int objects, QWidget* parent = nullptr);
    ~ReviewSheet() override;

    QString secret() const;

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    void addPatient(QVBoxLayout* column, const Document& document);
    void addText(QVBoxLayout* column, const Document& document);
    void addChecks(QVBoxLayout* column, const QList<ReviewCheck>& checks);
    void addSecret(QVBoxLayout* column, int objects);
    void showEnabled();

    bool m_refused = false;
    QLineEdit* m_secret = nullptr;
    QPushButton* m_sign = nullptr;
};

} // namespace akari::reporting
