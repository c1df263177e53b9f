#include "app/paint/Painter.h"

#include <QFontDatabase>
#include <QFontMetricsF>
#include <QPainter>
#include <QPainterPath>
#include <algorithm>
#include <cmath>

namespace akari::paint {

using render::Anchor;
using render::Ink;

QColor color(Ink ink)
{
    switch (ink) {
    case Ink::Text: return {0xd9, 0xde, 0xe5};
    case Ink::Dim: return {0x8b, 0x95, 0xa3};
    case Ink::Accent: return {0x4e, 0xa1, 0xff};
    case Ink::Prior: return {0xc9, 0x9a, 0x3c};
    case Ink::Ok: return {0x4f, 0xbf, 0x7a};
    case Ink::Warn: return {0xe2, 0xa3, 0x3a};
    case Ink::Critical: return {0xff, 0x5d, 0x52};
    case Ink::Hatch: return {0x2a, 0x2f, 0x37};
    case Ink::Overlay: return {0x5f, 0xd3, 0xc6};
    }
    return Qt::white;
}

QFont textFont(double pixelSize, bool bold)
{
    QFont font;
    font.setFamilies({QStringLiteral("Noto Sans"), QStringLiteral("Noto Sans CJK JP")});
    font.setPixelSize(std::max(1, static_cast<int>(std::lround(pixelSize))));
    font.setBold(bold);
    font.setStyleStrategy(QFont::PreferAntialias);
    return font;
}

bool hasJapaneseFont()
{
    return QFontDatabase::families(QFontDatabase::Japanese).contains(QStringLiteral("Noto Sans CJK JP"))
           || !QFontDatabase::families(QFontDatabase::Japanese).isEmpty();
}

namespace {

constexpr int kHatchPeriod = 14;
constexpr QRgb kHatchDark = qRgb(0x0c, 0x0e, 0x11);
constexpr QRgb kHatchLine = qRgb(0x2a, 0x2f, 0x37);

QRgb hatch(int x, int y) { return (x + y) % kHatchPeriod < 2 ? kHatchLine : kHatchDark; }

// 65535 -> 255 with rounding, exactly (v * 255 + 32767) / 65535.
inline int toEight(std::uint16_t v) { return (static_cast<int>(v) - (static_cast<int>(v) >> 8) + 128) >> 8; }

void drawHalo(QPainter& painter, const QPainterPath& path, const QColor& ink, double width, bool dashed)
{
    painter.setBrush(Qt::NoBrush);
    painter.setPen(QPen(QColor(0, 0, 0, 170), width + 2, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(path);
    painter.setPen(QPen(ink, width, dashed ? Qt::DashLine : Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter.drawPath(path);
}

QPointF anchored(const render::Text& text, const QSizeF& size)
{
    double x = text.x;
    double y = text.y;
    switch (text.anchor) {
    case Anchor::Top: case Anchor::Center: case Anchor::Bottom: x -= size.width() / 2; break;
    case Anchor::TopRight: case Anchor::Right: case Anchor::BottomRight: x -= size.width(); break;
    default: break;
    }
    switch (text.anchor) {
    case Anchor::Left: case Anchor::Center: case Anchor::Right: y -= size.height() / 2; break;
    case Anchor::BottomLeft: case Anchor::Bottom: case Anchor::BottomRight: y -= size.height(); break;
    default: break;
    }
    return {x, y};
}

struct OverlayPainter {
    QPainter& painter;
    double ratio;

    void operator()(const render::Line& line) const
    {
        QPainterPath path(QPointF(line.x1 + 0.5, line.y1 + 0.5));
        path.lineTo(line.x2 + 0.5, line.y2 + 0.5);
        drawHalo(painter, path, color(line.ink), line.width, line.dashed);
    }
    void operator()(const render::Polyline& line) const
    {
        if (line.points.empty()) {
            return;
        }
        QPainterPath path(QPointF(line.points.front().first + 0.5, line.points.front().second + 0.5));
        for (const auto& [x, y] : line.points) {
            path.lineTo(x + 0.5, y + 0.5);
        }
        if (line.closed) {
            path.closeSubpath();
        }
        drawHalo(painter, path, color(line.ink), line.width, false);
    }
    void operator()(const render::Text& text) const
    {
        const QFont font = textFont(text.size * ratio);
        const QString words = QString::fromUtf8(text.utf8.data(), static_cast<qsizetype>(text.utf8.size()));
        const QFontMetricsF metrics(font);
        const QSizeF size(metrics.horizontalAdvance(words), metrics.height());
        const QPointF at = anchored(text, size);
        const QPointF baseline(std::round(at.x()), std::round(at.y() + metrics.ascent()));
        painter.setFont(font);
        painter.setPen(QColor(0, 0, 0, 200));
        for (const QPointF& offset : {QPointF(1, 0), QPointF(-1, 0), QPointF(0, 1), QPointF(0, -1)}) {
            painter.drawText(baseline + offset, words);
        }
        painter.setPen(color(text.ink));
        painter.drawText(baseline, words);
    }
    void operator()(const render::HatchArea& area) const
    {
        if (area.utf8.empty()) {
            return;
        }
        const QString words = QString::fromUtf8(area.utf8.data(), static_cast<qsizetype>(area.utf8.size()));
        const QRectF box(area.x, area.y, area.width, area.height);
        painter.setFont(textFont(13 * ratio));
        QRectF used;
        painter.setPen(Qt::NoPen);
        painter.drawText(box.adjusted(12, 12, -12, -12), Qt::AlignCenter | Qt::TextWordWrap, words, &used);
        painter.fillRect(used.adjusted(-8, -4, 8, 4), QColor(0x14, 0x17, 0x1b));
        painter.setPen(color(Ink::Text));
        painter.drawText(box.adjusted(12, 12, -12, -12), Qt::AlignCenter | Qt::TextWordWrap, words);
    }
};

void hatchArea(QImage& image, const render::HatchArea& area)
{
    const int right = std::min(image.width(), area.x + area.width);
    const int bottom = std::min(image.height(), area.y + area.height);
    for (int y = std::max(0, area.y); y < bottom; ++y) {
        auto* row = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = std::max(0, area.x); x < right; ++x) {
            row[x] = hatch(x, y);
        }
    }
}

void drawMarks(QImage& image, const render::Picture& picture)
{
    if (picture.marks.size() != static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height)) {
        return;
    }
    const QRgb ink = color(Ink::Overlay).rgb();
    for (int y = 0; y < picture.height; ++y) {
        auto* row = reinterpret_cast<QRgb*>(image.scanLine(y));
        const std::uint8_t* marks = picture.marks.data() + static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width);
        for (int x = 0; x < picture.width; ++x) {
            row[x] = marks[x] != 0 ? ink : row[x];
        }
    }
}

} // namespace

QImage paintPixels(const render::Picture& picture)
{
    QImage image(picture.width, picture.height, QImage::Format_RGB32);
    image.fill(Qt::black);
    const auto pixels = static_cast<std::size_t>(picture.width) * static_cast<std::size_t>(picture.height);
    const bool grey = picture.grey.size() == pixels;
    const bool rgb = picture.rgb.size() == pixels * 3;
    if (!picture.failure.empty() || (!grey && !rgb)) {
        return image;
    }
    const bool covered = picture.coverage.size() == pixels;
    const auto band = [&](int begin, int end) {
        for (int y = begin; y < end; ++y) {
            auto* row = reinterpret_cast<QRgb*>(image.bits() + static_cast<qsizetype>(y) * image.bytesPerLine());
            const std::size_t start = static_cast<std::size_t>(y) * static_cast<std::size_t>(picture.width);
            if (grey) {
                const std::uint16_t* in = picture.grey.data() + start;
                for (int x = 0; x < picture.width; ++x) {
                    row[x] = 0xff000000U | static_cast<QRgb>(toEight(in[x])) * 0x010101U;
                }
            } else {
                const std::uint8_t* in = picture.rgb.data() + start * 3;
                for (int x = 0; x < picture.width; ++x, in += 3) {
                    row[x] = qRgb(in[0], in[1], in[2]);
                }
            }
            if (!covered) {
                continue;
            }
            const std::uint8_t* cover = picture.coverage.data() + start;
            for (int x = 0; x < picture.width; ++x) {
                if (cover[x] == static_cast<std::uint8_t>(image::Coverage::Present)) {
                    continue;
                }
                row[x] = cover[x] == static_cast<std::uint8_t>(image::Coverage::Outside) ? 0xff000000U : hatch(x, y);
            }
        }
    };
    image.bits(); // detach once, before the threads
    parallelFor(picture.height, 128, band);
    return image;
}

QImage paint(const render::Picture& picture, double devicePixelRatio)
{
    QImage image = paintPixels(picture);
    if (picture.failure.empty()) {
        drawMarks(image, picture);
    }
    for (const auto& primitive : picture.overlay) {
        if (const auto* area = std::get_if<render::HatchArea>(&primitive)) {
            hatchArea(image, *area);
        }
    }
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    const OverlayPainter overlay{painter, devicePixelRatio};
    for (const auto& primitive : picture.overlay) {
        std::visit(overlay, primitive);
    }
    if (!picture.failure.empty()) {
        overlay(render::HatchArea{0, 0, picture.width, picture.height, picture.failure});
    }
    return image;
}

} // namespace akari::paint
