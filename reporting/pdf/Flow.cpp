#include "reporting/pdf/Flow.h"

#include <QFontMetricsF>
#include <QPagedPaintDevice>
#include <QPainter>
#include <QTextLayout>

#include <cmath>

namespace akari::reporting::pdf {

using namespace Qt::StringLiterals;

namespace {

double units(double points) { return points * kUnitsPerPoint; }

} // namespace

Flow::Flow(const QStringList& families, std::function<double(Flow&)> continued)
    : m_families(families), m_typeface(families), m_continued(std::move(continued)), m_pages(1)
{
}

QFont Flow::fontOf(const TextStyle& style) const
{
    QFont font;
    font.setFamilies(m_families);
    font.setPixelSize(static_cast<int>(std::lround(units(style.size))));
    font.setWeight(style.bold ? QFont::Bold : QFont::Normal);
    font.setHintingPreference(QFont::PreferNoHinting);
    font.setStyleStrategy(QFont::PreferOutline);
    return font;
}

QStringList Flow::wrap(double width, const QString& text, const TextStyle& style) const
{
    QStringList out;
    QString plain = text;
    plain.replace(u"\r\n"_s, u"\n"_s).replace(QChar(u'\r'), QChar(u'\n')).replace(QChar(u'\t'), u"    "_s);
    for (const QString& paragraph : plain.split(QChar(u'\n'))) {
        QTextLayout layout(paragraph, fontOf(style));
        QTextOption option;
        option.setWrapMode(QTextOption::WrapAtWordBoundaryOrAnywhere);
        layout.setTextOption(option);
        layout.beginLayout();
        bool any = false;
        for (QTextLine line = layout.createLine(); line.isValid(); line = layout.createLine()) {
            line.setLineWidth(units(width));
            out << paragraph.mid(line.textStart(), line.textLength());
            any = true;
        }
        layout.endLayout();
        if (!any) {
            out << QString();
        }
    }
    return out;
}

double Flow::heightOf(double width, const QString& text, const TextStyle& style) const
{
    return static_cast<double>(wrap(width, text, style).size()) * style.size * style.lineHeight;
}

double Flow::widthOf(const QString& text, const TextStyle& style)
{
    const QFont font = fontOf(style);
    if (const auto shaped = m_typeface.shape(text, font.pixelSize(), style.bold)) {
        return shaped->width / kUnitsPerPoint;
    }
    return QFontMetricsF(font).horizontalAdvance(text) / kUnitsPerPoint;
}

void Flow::drawLine(double x, double top, double width, const QString& line, const TextStyle& style)
{
    if (line.isEmpty()) {
        return;
    }
    const double natural = style.alignment == Qt::AlignLeft ? 0 : widthOf(line, style);
    double left = x;
    if (style.alignment & Qt::AlignRight) {
        left = x + width - natural;
    } else if (style.alignment & Qt::AlignHCenter) {
        left = x + (width - natural) / 2;
    }
    // The same baseline for every line of a size, whatever fonts its characters come from.
    const double baseline = top + style.size * (style.lineHeight / 2 + 0.36);
    const QFont font = fontOf(style);
    add([line, font, color = style.color, at = QPointF(units(left), units(baseline)),
         shaped = m_typeface.shape(line, font.pixelSize(), style.bold)](QPainter& painter) {
        painter.setPen(color);
        if (shaped) {
            for (const auto& run : shaped->runs) {
                painter.drawGlyphRun(at, run);
            }
        } else {
            painter.setFont(font);
            painter.drawText(at, line);
        }
    });
}

double Flow::textAt(double x, double top, double width, const QString& text, const TextStyle& style)
{
    double at = top;
    for (const auto& line : wrap(width, text, style)) {
        drawLine(x, at, width, line, style);
        at += style.size * style.lineHeight;
    }
    return at - top;
}

void Flow::paragraphs(const QString& text, const TextStyle& style, double indent, bool bar)
{
    const double height = style.size * style.lineHeight;
    for (const auto& line : wrap(kWidth - indent, text, style)) {
        need(height);
        if (bar) {
            fill(kLeft, m_y, 2, height, ink::kAccent);
        }
        drawLine(kLeft + indent, m_y, kWidth - indent, line, style);
        m_y += height;
    }
}

void Flow::need(double points)
{
    if (m_y + points > kBottom) {
        nextPage();
    }
}

void Flow::nextPage()
{
    m_pages.emplace_back();
    m_current = m_pages.size() - 1;
    m_y = m_continued(*this);
}

void Flow::line(double x1, double y1, double x2, double y2, const QColor& color, double width)
{
    add([=](QPainter& painter) {
        painter.setPen(QPen(color, units(width)));
        painter.drawLine(QPointF(units(x1), units(y1)), QPointF(units(x2), units(y2)));
    });
}

void Flow::fill(double x, double y, double width, double height, const QColor& color, double radius)
{
    add([=](QPainter& painter) {
        painter.setPen(Qt::NoPen);
        painter.setBrush(color);
        painter.drawRoundedRect(QRectF(units(x), units(y), units(width), units(height)), units(radius), units(radius));
    });
}

void Flow::picture(double x, double y, double width, double height, const QImage& image)
{
    add([=](QPainter& painter) { painter.drawImage(QRectF(units(x), units(y), units(width), units(height)), image); });
}

void Flow::paint(QPagedPaintDevice& device, QPainter& painter, const std::function<void(Flow&, int, int)>& footer)
{
    for (int page = 0; page < pages(); ++page) {
        m_current = static_cast<std::size_t>(page);
        footer(*this, page + 1, pages());
        if (page > 0) {
            device.newPage();
        }
        for (const auto& draw : m_pages[m_current]) {
            draw(painter);
        }
    }
}

} // namespace akari::reporting::pdf
