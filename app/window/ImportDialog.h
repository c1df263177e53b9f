// An import while it runs and what became of each file: progress, cancel, then the list. Closing it while it runs cancels it.
#pragma once

#include <QDialog>
#include <memory>

#include "app/window/ToGui.h"
#include "core/session/ImportJob.h"

class QLabel;
class QProgressBar;
class QPushButton;
class QTableWidget;

namespace akari::window {

class ImportDialog final : public QDialog {
    Q_OBJECT

public:
    ImportDialog(session::Engine engine, std::vector<std::filesystem::path> paths, importing::ImportOptions options, QWidget* parent = nullptr);
    ~ImportDialog() override;
    bool finished() const { return m_finished; }

Q_SIGNALS:
    void studiesChanged(); // something new is in the cache
    void imported(QString line);

protected:
    void reject() override;

private:
    void show(const importing::ImportProgress& progress);
    void finish(const importing::ImportReport& report);
    void addRow(const std::string& path, const QString& what, bool bad);

    QLabel* m_counts;
    QProgressBar* m_bar;
    QLabel* m_result;
    QTableWidget* m_list;
    QPushButton* m_button;
    bool m_finished = false;
    std::size_t m_shown = 0; // objects imported when the worklist was told last
    Coalesced m_changed;
    std::unique_ptr<session::ImportJob> m_job; // last: it calls m_changed until it is gone
};

} // namespace akari::window
