// Fields that several dialogs have.
#pragma once

#include <QLabel>
#include <QLineEdit>

namespace akari::window {

// What is typed stays hidden.
inline QLineEdit* secretField(QWidget* parent, const char* name)
{
    auto* field = new QLineEdit(parent);
    field->setEchoMode(QLineEdit::Password);
    field->setObjectName(QString::fromUtf8(name));
    return field;
}

inline QLabel* wordsLabel(const QString& text, QWidget* parent, bool dim)
{
    auto* label = new QLabel(text, parent);
    label->setWordWrap(true);
    label->setProperty("dim", dim);
    return label;
}

} // namespace akari::window
