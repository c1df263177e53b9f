#include "reporting/editor/SectionEdit.h"

#include <QAbstractTextDocumentLayout>
#include <QTextBlock>
#include <QWheelEvent>

#include <algorithm>
#include <cmath>

namespace akari::reporting {

namespace {
constexpr double kLeastLines = 2;
}

SectionEdit::SectionEdit(QWidget* parent) : QPlainTextEdit(parent)
{
    setVerticalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setTabChangesFocus(true);
    setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    connect(document()->documentLayout(), &QAbstractTextDocumentLayout::documentSizeChanged, this, &SectionEdit::fit);
    fit();
}

void SectionEdit::fit()
{
    // The layout of a plain text edit counts lines, not pixels.
    const double lines = std::max(kLeastLines, document()->size().height());
    const int frame = height() - viewport()->height(); // borders and the style sheet's padding
    const int margins = static_cast<int>(std::ceil(2 * document()->documentMargin())) + std::clamp(frame, 2, 40);
    const int wanted = static_cast<int>(std::ceil(lines * fontMetrics().lineSpacing())) + margins;
    if (wanted != height() || minimumHeight() != wanted) {
        setFixedHeight(wanted);
    }
}

void SectionEdit::insertApart(const QString& text)
{
    QTextCursor cursor = textCursor();
    const QString before = cursor.block().text().left(cursor.positionInBlock());
    const bool apart = !before.isEmpty() && !before.back().isSpace() && before.back() != QChar(u'。') && before.back() != QChar(u'、');
    cursor.insertText(apart ? QStringLiteral(" ") + text : text);
    setTextCursor(cursor);
}

void SectionEdit::resizeEvent(QResizeEvent* event)
{
    QPlainTextEdit::resizeEvent(event);
    fit();
}

void SectionEdit::wheelEvent(QWheelEvent* event) { event->ignore(); }

void SectionEdit::focusInEvent(QFocusEvent* event)
{
    QPlainTextEdit::focusInEvent(event);
    Q_EMIT focused();
}

void SectionEdit::changeEvent(QEvent* event)
{
    QPlainTextEdit::changeEvent(event);
    if (event->type() == QEvent::FontChange || event->type() == QEvent::StyleChange) {
        fit();
    }
}

} // namespace akari::reporting
