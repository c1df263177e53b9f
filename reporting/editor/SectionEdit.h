// A plain text field that is as tall as its text; the panel around it scrolls. GUI thread.
#pragma once

#include <QPlainTextEdit>

namespace akari::reporting {

class SectionEdit : public QPlainTextEdit {
    Q_OBJECT

public:
    explicit SectionEdit(QWidget* parent = nullptr);

    // Inserts at the cursor, apart from a word before it; undoable.
    void insertApart(const QString& text);

Q_SIGNALS:
    void focused();

protected:
    void resizeEvent(QResizeEvent* event) override;
    void wheelEvent(QWheelEvent* event) override;
    void focusInEvent(QFocusEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void fit();
};

} // namespace akari::reporting
