// The end of a contract: which archive goes, what is lost with it, and a word that can't be given by mistake.
#pragma once

#include <QDialog>

#include <thread>

#include "app/workspace/FolderServices.h"
#include "core/session/Engine.h"

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QPushButton;

namespace akari::window {

class RemoveArchiveDialog final : public QDialog {
    Q_OBJECT

public:
    using Remove = std::function<Result<workspace::RemovedArchive>(const std::string& archive, bool shred)>;
    RemoveArchiveDialog(session::Engine engine, Remove remove, QWidget* parent = nullptr);
    ~RemoveArchiveDialog() override;

    // What was done, once the dialog was accepted.
    const workspace::RemovedArchive& removed() const { return m_removed; }
    QString name() const;

protected:
    void reject() override; // not in the middle of it

private:
    void showLost(const QString& name);
    void allow();
    void remove();
    void say(const QString& sentence);

    const session::Engine m_engine;
    const Remove m_remove;
    workspace::RemovedArchive m_removed;
    bool m_possible = false;
    bool m_removing = false;
    QComboBox* m_names;
    QLabel* m_lost;
    QLabel* m_problem;
    QCheckBox* m_shred;
    QLineEdit* m_typed;
    QPushButton* m_ok;
    std::thread m_thread;
};

} // namespace akari::window
