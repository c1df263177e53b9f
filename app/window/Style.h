// The look: tokens of the dark room as one style sheet.
#pragma once

#include <QColor>
#include <QIcon>
#include <QSize>
#include <QString>

class QApplication;

namespace akari::window {

struct Tokens {
    static constexpr const char* kPanel = "#14171b";
    static constexpr const char* kRaised = "#1c2026";
    static constexpr const char* kLine = "#2a2f37";
    static constexpr const char* kText = "#d9dee5";
    static constexpr const char* kDim = "#8b95a3";
    static constexpr const char* kDisabled = "#565e69";
    static constexpr const char* kAccent = "#4ea1ff";
    static constexpr const char* kPrior = "#c99a3c";
    static constexpr const char* kOk = "#4fbf7a";
    static constexpr const char* kWarn = "#e2a33a";
    static constexpr const char* kCritical = "#ff5d52";
};

void applyStyle(QApplication& application);
// An icon of our own by name ("length"), drawn in the text colour.
QIcon icon(const QString& name);
// A patch of a hospital's colour; the name always stands beside it.
QIcon hospitalMark(const QColor& color, const QSize& size);

} // namespace akari::window
