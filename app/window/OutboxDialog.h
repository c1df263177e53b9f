// The outbox: what waits, what was refused and why, what is proven in its archive. Sends, tries again, gives up.
#pragma once

#include <QDialog>

#include "core/session/Engine.h"

class QPushButton;
class QTableWidget;

namespace akari::window {

class OutboxDialog final : public QDialog {
    Q_OBJECT

public:
    explicit OutboxDialog(session::Engine engine, QWidget* parent = nullptr);
    // As records say now; keeps what is selected.
    void refresh();

    static QString stateText(records::DeliveryState state);
    // In the window's language where there is a translation; the core's English sentence else.
    static QString reasonText(const records::OutboxItem& item);

Q_SIGNALS:
    void sendRequested(); // everything that waits, failed items too
    void itemChanged();   // one was put back or given up
    void failed(QString sentence);

private:
    void retry();
    void drop();
    void selectionChanged();
    std::vector<std::int64_t> selected() const;

    const session::Engine m_engine;
    QTableWidget* m_table;
    QPushButton* m_retry;
    QPushButton* m_drop;
};

} // namespace akari::window
