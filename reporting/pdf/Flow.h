// Puts text, tables and pictures one under the other on pages, and remembers what to draw where; page numbers are known only at the end.
// Lengths in points (1/72 inch) from the page's top left corner.
#pragma once

#include <QColor>
#include <QFont>
#include <QImage>
#include <QString>

#include "reporting/pdf/Typeface.h"

#include <functional>
#include <vector>

class QPainter;
class QPagedPaintDevice;

namespace akari::reporting::pdf {

inline constexpr double kUnitsPerPoint = 10; // device units; keeps font sizes whole numbers
inline constexpr double kPageWidth = 595.3;
inline constexpr double kPageHeight = 841.9;
inline constexpr double kLeft = 51;
inline constexpr double kRight = kPageWidth - 51;
inline constexpr double kTop = 46;
inline constexpr double kBottom = kPageHeight - 62; // the footer lies below
inline constexpr double kWidth = kRight - kLeft;

namespace ink {
inline const QColor kText{0x1d, 0x23, 0x2b};
inline const QColor kQuiet{0x5c, 0x67, 0x75};
inline const QColor kLine{0xd3, 0xd9, 0xe0};
inline const QColor kPanel{0xf4, 0xf6, 0xf8};
inline const QColor kAccent{0x1d, 0x4f, 0x80};
} // namespace ink

struct TextStyle {
    double size = 10;       // points
    bool bold = false;
    QColor color = ink::kText;
    double lineHeight = 1.55; // of the size
    Qt::Alignment alignment = Qt::AlignLeft;
};

class Flow {
public:
    // `continued` is called for every page after the first, to draw its head; it returns the y where content begins.
    Flow(const QStringList& families, std::function<double(Flow&)> continued);

    double y() const { return m_y; }
    void setY(double y) { m_y = y; }
    void space(double points) { m_y += points; }
    // Begins a new page unless `points` are left on this one.
    void need(double points);

    // Lines from `top` down in a box [x, x + width]; returns their height. Never breaks the page.
    double textAt(double x, double top, double width, const QString& text, const TextStyle& style);
    double heightOf(double width, const QString& text, const TextStyle& style) const;
    double widthOf(const QString& text, const TextStyle& style);
    // The same in the flow, breaking pages between lines. `bar` draws an accent bar at the left of every line.
    void paragraphs(const QString& text, const TextStyle& style, double indent = 0, bool bar = false);

    void line(double x1, double y1, double x2, double y2, const QColor& color, double width);
    void fill(double x, double y, double width, double height, const QColor& color, double radius = 0);
    void picture(double x, double y, double width, double height, const QImage& image);

    int pages() const { return static_cast<int>(m_pages.size()); }
    // Draws on what lies behind and after the pages' content.
    // Once the PDF is finished.
    void repair(QByteArray& pdf) { m_typeface.repair(pdf); }
    void paint(QPagedPaintDevice& device, QPainter& painter, const std::function<void(Flow&, int page, int pages)>& footer);

private:
    using Draw = std::function<void(QPainter&)>;
    QFont fontOf(const TextStyle& style) const;
    QStringList wrap(double width, const QString& text, const TextStyle& style) const;
    void drawLine(double x, double top, double width, const QString& line, const TextStyle& style);
    void nextPage();
    void add(Draw draw) { m_pages[m_current].push_back(std::move(draw)); }

    QStringList m_families;
    Typeface m_typeface;
    std::function<double(Flow&)> m_continued;
    std::vector<std::vector<Draw>> m_pages;
    std::size_t m_current = 0;
    double m_y = kTop;
};

} // namespace akari::reporting::pdf
