// The recovery code, said once: to be written down or printed, and kept away from this computer.
#pragma once

#include <QDialog>

class QPagedPaintDevice;
class QPushButton;

namespace akari::window {

class RecoveryCodeDialog final : public QDialog {
    Q_OBJECT

public:
    explicit RecoveryCodeDialog(const QString& code, QWidget* parent = nullptr);
    // One page with the code and what it is for.
    void paintOn(QPagedPaintDevice& device) const;

protected:
    void reject() override; // not before it was said to be kept

private:
    void print();
    const QString m_code;
    QPushButton* m_close;
};

} // namespace akari::window
