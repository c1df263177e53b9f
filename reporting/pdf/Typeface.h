// Text as glyphs straight from the fonts' character maps. Qt's PDF engine names a glyph by the first character that maps to it (a Kangxi
// radical for 山, nothing at all for a digit that shaping has replaced), so that a search for the patient's name would find nothing;
// here every glyph drawn is one that a character maps to, and repair() puts the characters back that were meant.
#pragma once

#include <QGlyphRun>
#include <QRawFont>
#include <QStringList>

#include <map>
#include <optional>
#include <set>
#include <utility>
#include <vector>

namespace akari::reporting::pdf {

class Typeface {
public:
    explicit Typeface(QStringList families) : m_families(std::move(families)) {}

    struct Shaped {
        std::vector<QGlyphRun> runs; // positions from the start of the baseline, in device units
        double width = 0;            // device units
    };
    // nullopt: the text needs a font or shaping beyond ours (right to left, combining marks); let Qt draw it.
    std::optional<Shaped> shape(const QString& text, int pixelSize, bool bold);

    // Rewrites the ToUnicode maps of a finished PDF in place; no offset moves.
    void repair(QByteArray& pdf);

private:
    struct Face {
        QRawFont font;
        std::set<char16_t> used;
    };
    Face& face(const QString& family, int pixelSize, bool bold);

    QStringList m_families;
    std::map<std::pair<QString, std::pair<int, bool>>, Face> m_faces;
};

} // namespace akari::reporting::pdf
