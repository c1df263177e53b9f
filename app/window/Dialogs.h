// Small dialogs: the passphrase at start, an archive, the reader, About.
#pragma once

#include <QCoreApplication>
#include <QDialog>
#include <optional>

#include "core/records/Records.h"

class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace akari::window {

class PassphraseDialog final : public QDialog {
    Q_OBJECT

public:
    // isNew: the folder is being made, so the passphrase is asked for twice.
    PassphraseDialog(bool isNew, const QString& problem, QWidget* parent = nullptr);
    // The passphrase that opens, or the new one where there is a recovery code.
    QString passphrase() const;
    // Empty where the passphrase is to open. Its spelling was looked at; whether it opens is not known here.
    QString recoveryCode() const;
    // As if the button for it had been pressed.
    void askForRecoveryCode();

private:
    void check();
    void showField(QLineEdit* field, bool shown); // with its label
    QLineEdit* m_first;
    QLineEdit* m_second;
    QLineEdit* m_code;
    QLabel* m_problem;
    QLabel* m_title;
    QLabel* m_words;
    QFormLayout* m_form;
    QPushButton* m_recover;
    QPushButton* m_ok;
    bool m_isNew;
    bool m_recovers = false;
};

class ArchiveDialog final : public QDialog {
    Q_OBJECT

public:
    explicit ArchiveDialog(QWidget* parent = nullptr);
    records::ArchiveSettings settings() const;

private:
    void tryOut();
    QLineEdit* m_name;
    QLineEdit* m_url;
    QLineEdit* m_user;
    QLineEdit* m_password;
    QLabel* m_answer;
};

class ReaderDialog final : public QDialog {
    Q_OBJECT

public:
    explicit ReaderDialog(const std::optional<records::Reader>& current, QWidget* parent = nullptr);
    records::Reader reader() const;
    QString secret() const;

private:
    void check();
    QLineEdit* m_alphabetic;
    QLineEdit* m_ideographic;
    QLineEdit* m_phonetic;
    QLineEdit* m_organization;
    QLineEdit* m_login;
    QLineEdit* m_secret;
    QLineEdit* m_again;
    QLabel* m_problem;
};

class AboutBox {
    Q_DECLARE_TR_FUNCTIONS(AboutBox)

public:
    static void show(QWidget* parent);
};

} // namespace akari::window
