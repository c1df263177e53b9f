// Small dialogs: the passphrase at start, an archive, the reader, About.
#pragma once

#include <QCoreApplication>
#include <QDialog>
#include <optional>

#include "core/records/Records.h"

class QLabel;
class QLineEdit;

namespace akari::window {

class PassphraseDialog final : public QDialog {
    Q_OBJECT

public:
    // isNew: the folder is being made, so the passphrase is asked for twice.
    PassphraseDialog(bool isNew, const QString& problem, QWidget* parent = nullptr);
    QString passphrase() const;

private:
    void check();
    QLineEdit* m_first;
    QLineEdit* m_second;
    QLabel* m_problem;
    bool m_isNew;
};

class ArchiveDialog final : public QDialog {
    Q_OBJECT

public:
    explicit ArchiveDialog(QWidget* parent = nullptr);
    records::ArchiveSettings settings() const;

private:
    void tryOut();
    QLineEdit* m_name;
    QLineEdit* m_prefix;
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
