// One archive: its address and sign-in, and behind "More" how it is reached. Tries it out and signs in, in words.
#pragma once

#include <functional>
#include <optional>
#include <QDialog>
#include <thread>

#include "core/archive/KnownArchives.h"
#include "core/base/JobQueue.h"

class QCheckBox;
class QComboBox;
class QFormLayout;
class QLabel;
class QLineEdit;
class QPushButton;

namespace akari::window {

class ArchiveDialog final : public QDialog {
    Q_OBJECT

public:
    // `current`: the archive to be changed; a new one where there is none. `known` outlives the dialog; without it nobody signs in.
    ArchiveDialog(archive::KnownArchives* known, const std::optional<records::ArchiveSettings>& current, QWidget* parent = nullptr);
    ~ArchiveDialog() override;
    records::ArchiveSettings settings() const;

    enum SignIn { None, Password, Browser };

private:
    QWidget* makePlain();
    QWidget* makeMore();
    QWidget* fileField(QLineEdit* field, const QString& filter);
    void fill(const records::ArchiveSettings& settings);
    void showSignIn();
    void showProxy();
    void check();
    void tryOut();
    void signIn();
    // On a thread of its own, one at a time; the words it gives stand below the fields. `done` runs on the window's thread.
    void ask(const QString& meanwhile, std::function<Status(StopToken)> question, std::function<void(const Status&)> done);
    void say(const QString& sentence, bool warns);
    void stopAsking();

    archive::KnownArchives* m_known;
    records::ArchiveSettings m_before; // of the archive that is changed
    bool m_isNew;
    std::thread m_thread;
    StopSource m_stop;
    bool m_asking = false;
    bool m_signedInHere = false;

    QLineEdit *m_name, *m_prefix, *m_url, *m_user, *m_password, *m_issuer, *m_client;
    QComboBox *m_signIn, *m_proxyKind;
    QFormLayout *m_plainForm, *m_moreForm;
    QLineEdit *m_authority, *m_certificate, *m_certificatePassword, *m_pin, *m_proxy, *m_proxyUser, *m_proxyPassword;
    QCheckBox *m_ownHost, *m_losslessFirst;
    QWidget* m_more;
    QPushButton *m_moreButton, *m_try, *m_signInButton, *m_ok, *m_cancel;
    QLabel* m_answer;
};

} // namespace akari::window
