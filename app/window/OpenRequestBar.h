// A study that somebody outside asks to open while another one is being read: parked here until the reader says so (hazard 2).
#pragma once

#include <deque>
#include <QFrame>

class QLabel;

namespace akari::window {

class OpenRequestBar final : public QFrame {
    Q_OBJECT

public:
    explicit OpenRequestBar(QWidget* parent = nullptr);

    // Never takes the focus. One that is parked already is not parked twice; beyond kMost the oldest goes.
    void ask(const QString& archive, const QString& studyInstanceUid, const QString& description);
    std::size_t waiting() const { return m_asked.size(); }

Q_SIGNALS:
    void accepted(QString archive, QString studyInstanceUid);

private:
    static constexpr std::size_t kMost = 8;
    struct Asked {
        QString archive, study, description;
    };
    void answer(bool open);
    void show();

    std::deque<Asked> m_asked;
    QLabel* m_text;
};

} // namespace akari::window
