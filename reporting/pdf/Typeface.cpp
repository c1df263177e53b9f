#include "reporting/pdf/Typeface.h"

#include <QFont>

namespace akari::reporting::pdf {

namespace {

bool isSimple(const QString& text)
{
    for (const QChar c : text) {
        const bool rightToLeft = c.direction() == QChar::DirR || c.direction() == QChar::DirAL;
        if (c.isSurrogate() || c.isMark() || rightToLeft) {
            return false;
        }
    }
    return true;
}

quint32 glyphOf(const QRawFont& font, QChar c)
{
    quint32 glyph = 0;
    int count = 1;
    return font.glyphIndexesForChars(&c, 1, &glyph, &count) && count == 1 ? glyph : 0;
}

// Of two characters drawn by one glyph, the one that people type.
bool isOrdinary(char16_t c)
{
    const bool radical = c >= 0x2E80 && c <= 0x2FDF;
    const bool compatibility = c >= 0xF900 && c <= 0xFAFF;
    return !radical && !compatibility && c >= 0x20 && c != 0xA0 && c != 0xAD;
}

} // namespace

Typeface::Face& Typeface::face(const QString& family, int pixelSize, bool bold)
{
    auto& face = m_faces[{family, {pixelSize, bold}}];
    if (!face.font.isValid()) {
        QFont font(family);
        font.setPixelSize(pixelSize);
        font.setWeight(bold ? QFont::Bold : QFont::Normal);
        font.setHintingPreference(QFont::PreferNoHinting);
        font.setStyleStrategy(QFont::PreferOutline);
        face.font = QRawFont::fromFont(font);
    }
    return face;
}

std::optional<Typeface::Shaped> Typeface::shape(const QString& text, int pixelSize, bool bold)
{
    if (!isSimple(text)) {
        return std::nullopt;
    }
    struct Run {
        Face* face;
        QList<quint32> glyphs;
        QString characters;
    };
    std::vector<Run> runs;
    for (const QChar c : text) {
        Run found{nullptr, {}, {}};
        for (const auto& family : m_families) {
            auto& candidate = face(family, pixelSize, bold);
            if (const quint32 glyph = glyphOf(candidate.font, c); glyph != 0) {
                found = {&candidate, {glyph}, c};
                break;
            }
        }
        if (!found.face) {
            return std::nullopt;
        }
        if (runs.empty() || runs.back().face != found.face) {
            runs.push_back(found);
        } else {
            runs.back().glyphs += found.glyphs;
            runs.back().characters += c;
        }
    }
    Shaped out;
    for (auto& run : runs) {
        const auto advances = run.face->font.advancesForGlyphIndexes(run.glyphs, QRawFont::KernedAdvances);
        QList<QPointF> positions;
        for (const auto& advance : advances) {
            positions << QPointF(out.width, 0);
            out.width += advance.x();
        }
        QGlyphRun glyphs;
        glyphs.setRawFont(run.face->font);
        glyphs.setGlyphIndexes(run.glyphs);
        glyphs.setPositions(positions);
        out.runs.push_back(glyphs);
        for (const QChar c : run.characters) {
            run.face->used.insert(c.unicode());
        }
    }
    return out;
}

void Typeface::repair(QByteArray& pdf)
{
    std::map<std::pair<QString, bool>, std::pair<QRawFont, std::set<char16_t>>> files; // sizes of one file share a map
    for (const auto& [key, face] : m_faces) {
        auto& file = files[{key.first, key.second.second}];
        file.first = face.font;
        file.second.insert(face.used.begin(), face.used.end());
    }
    std::map<char16_t, char16_t> meant;
    for (const auto& [key, file] : files) {
        std::map<quint32, char16_t> byGlyph;
        for (const char16_t c : file.second) {
            const auto [it, fresh] = byGlyph.try_emplace(glyphOf(file.first, QChar(c)), c);
            if (!fresh && isOrdinary(c)) {
                it->second = c;
            }
        }
        for (int u = 1; u < 0xFFFF; ++u) {
            const QChar other(static_cast<char16_t>(u));
            if (other.isSurrogate() || file.second.contains(other.unicode())) {
                continue;
            }
            if (const auto it = byGlyph.find(glyphOf(file.first, other)); it != byGlyph.end()) {
                meant.try_emplace(other.unicode(), it->second);
            }
        }
    }
    for (qsizetype start = pdf.indexOf("begincmap"); start >= 0; start = pdf.indexOf("begincmap", start + 1)) {
        const qsizetype end = pdf.indexOf("endcmap", start);
        for (qsizetype list = pdf.indexOf('[', start); list >= 0 && list < end; list = pdf.indexOf('[', list + 1)) {
            const qsizetype last = pdf.indexOf(']', list);
            for (qsizetype at = pdf.indexOf('<', list); at >= 0 && at < last; at = pdf.indexOf('<', at + 1)) {
                bool ok = false;
                const auto value = static_cast<char16_t>(pdf.mid(at + 1, 4).toUShort(&ok, 16));
                if (const auto it = meant.find(value); ok && it != meant.end()) {
                    pdf.replace(at + 1, 4, QByteArray::number(it->second, 16).rightJustified(4, '0').toUpper());
                }
            }
        }
    }
}

} // namespace akari::reporting::pdf
