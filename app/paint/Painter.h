// The one painter: pictures of render become pixels for the window, the PDF and akarictl alike.
#pragma once

#include <QColor>
#include <QFont>
#include <QImage>

#include "core/base/JobQueue.h"
#include "render/Picture.h"

namespace akari::paint {

// Tokens of the look; the window's style sheet uses the same.
QColor color(render::Ink ink);
// Noto Sans with Noto Sans CJK JP; pixel size; tabular figures come with the family.
QFont textFont(double pixelSize, bool bold = false);
// A family that holds kanji is installed. Without one every Japanese name would be boxes, so the window says so at start.
bool hasJapaneseFont();

// RGB32, picture.width x picture.height, device pixel ratio 1. Text sizes are multiplied by devicePixelRatio. Any thread.
QImage paint(const render::Picture& picture, double devicePixelRatio = 1);
// The pixels alone, no overlay.
QImage paintPixels(const render::Picture& picture);

} // namespace akari::paint
