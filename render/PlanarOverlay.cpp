#include "render/PlanarOverlay.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace akari::render {

namespace {

constexpr double kSheetMargin = 8;
constexpr double kCornerTextSize = 12;
constexpr double kLetterSize = 15;
constexpr double kLineHeight = 16;

struct Sheet {
    std::vector<Primitive>& out;
    double ratio;
    double width, height; // device pixels
    Ink ink;

    void text(double x, double y, Anchor anchor, std::string words, Ink color, double size = kCornerTextSize) const
    {
        if (!words.empty()) {
            out.emplace_back(Text{x, y, anchor, std::move(words), color, size});
        }
    }
};

void addLetters(const Sheet& s, const ScreenFrame& frame)
{
    if (!frame.right || !frame.down) {
        return;
    }
    const double m = kSheetMargin * s.ratio;
    const image::Vec3 left = *frame.right * -1.0;
    const image::Vec3 up = *frame.down * -1.0;
    s.text(m, s.height / 2, Anchor::Left, image::orientationLetters(left), s.ink, kLetterSize);
    s.text(s.width - m, s.height / 2, Anchor::Right, image::orientationLetters(*frame.right), s.ink, kLetterSize);
    s.text(s.width / 2, m, Anchor::Top, image::orientationLetters(up), s.ink, kLetterSize);
    s.text(s.width / 2, s.height - m, Anchor::Bottom, image::orientationLetters(*frame.down), s.ink, kLetterSize);
}

// The longest of 1, 2, 5, 10, 20, 50, ... mm that takes at most a quarter of the picture's height.
double barLength(double pixelsPerMm, double height)
{
    const double most = height / 4 / pixelsPerMm;
    double best = 0;
    for (double decade = 0.01; decade <= 1000; decade *= 10) {
        for (const double step : {1.0, 2.0, 5.0}) {
            if (decade * step <= most) {
                best = decade * step;
            }
        }
    }
    return best;
}

void addScaleBar(const Sheet& s, const ScreenFrame& frame)
{
    if (!(frame.devicePixelsPerMm > 0) || !std::isfinite(frame.devicePixelsPerMm)) {
        return;
    }
    const double mm = barLength(frame.devicePixelsPerMm, s.height);
    if (!(mm > 0)) {
        return;
    }
    // Beside the right edge, above the letter's row and the corner texts.
    const double size = mm * frame.devicePixelsPerMm;
    const double x = s.width - 26 * s.ratio;
    const double top = s.height / 2 - size - 24 * s.ratio > 0 ? s.height / 2 + 24 * s.ratio : (s.height - size) / 2;
    const double thick = 1.5 * s.ratio;
    s.out.emplace_back(Line{x, top, x, top + size, s.ink, thick});
    const int ticks = mm >= 20 ? static_cast<int>(std::lround(mm / 10)) : 1; // one a centimetre
    for (int i = 0; i <= ticks; ++i) {
        const double y = top + size * i / ticks;
        const bool end = i == 0 || i == ticks;
        s.out.emplace_back(Line{x - (end ? 6 : 4) * s.ratio, y, x, y, s.ink, thick});
    }
    char words[32];
    std::snprintf(words, sizeof words, mm >= 10 ? "%.0f cm" : "%.4g mm", mm >= 10 ? mm / 10 : mm);
    s.text(x + 16 * s.ratio, top + size + 4 * s.ratio, Anchor::TopRight, words, s.ink);
}

void addCorners(const Sheet& s, const Corners& corners)
{
    const double m = kSheetMargin * s.ratio;
    const double step = kLineHeight * s.ratio;
    const auto downwards = [&](const std::vector<std::string>& lines, double x, Anchor anchor) {
        for (std::size_t i = 0; i < lines.size(); ++i) {
            s.text(x, m + step * static_cast<double>(i), anchor, lines[i], s.ink);
        }
    };
    const auto upwards = [&](const std::vector<std::string>& lines, double x, Anchor anchor) {
        for (std::size_t i = 0; i < lines.size(); ++i) {
            s.text(x, s.height - m - step * static_cast<double>(lines.size() - 1 - i), anchor, lines[i], s.ink);
        }
    };
    downwards(corners.topLeft, m, Anchor::TopLeft);
    downwards(corners.topRight, s.width - m, Anchor::TopRight);
    upwards(corners.bottomLeft, m, Anchor::BottomLeft);
    upwards(corners.bottomRight, s.width - m, Anchor::BottomRight);
}

// Below the top letter: what the reader must know before trusting sides and detail.
void addBadges(const Sheet& s, const PlanarScene& scene, const Provenance& provenance)
{
    double y = (kSheetMargin + kLetterSize + 8) * s.ratio;
    const auto badge = [&](const std::string& words) {
        if (!words.empty()) {
            s.text(s.width / 2, y, Anchor::Top, words, Ink::Warn);
            y += kLineHeight * s.ratio;
        }
    };
    badge(orientationBadge(scene.state, scene.wording));
    if (scene.state.showOverlays) {
        badge(provenance.quality);
    }
}

Polyline handle(double x, double y, double half, Ink ink, double width)
{
    return {{{x - half, y - half}, {x + half, y - half}, {x + half, y + half}, {x - half, y + half}}, true, ink, width};
}

} // namespace

std::string orientationBadge(const view::ViewportState& state, const Wording& wording)
{
    const int turns = ((state.quarterTurns % 4) + 4) % 4;
    std::string words;
    if (state.flipHorizontal || state.flipVertical) {
        words = wording.flipped;
    }
    if (turns != 0) {
        std::string turned = wording.rotated;
        if (const auto at = turned.find("%1"); at != std::string::npos) {
            turned.replace(at, 2, std::to_string(turns * 90));
        }
        words += (words.empty() ? "" : " · ") + turned;
    }
    return words;
}

std::vector<Primitive> planarOverlay(const PlanarScene& scene, const ScreenFrame& frame, const Provenance& provenance)
{
    std::vector<Primitive> out;
    const Sheet sheet{out, scene.devicePixelRatio > 0 ? scene.devicePixelRatio : 1.0, static_cast<double>(scene.width),
                      static_cast<double>(scene.height), scene.prior ? Ink::Prior : Ink::Text};
    if (scene.state.showOverlays) {
        addLetters(sheet, frame);
        addScaleBar(sheet, frame);
        if (scene.corners) {
            addCorners(sheet, *scene.corners);
        }
    }
    addBadges(sheet, scene, provenance);
    return out;
}

namespace {

// About as wide as a sans serif draws it: kanji an em, letters less.
double widthOf(const std::string& utf8, double size)
{
    double ems = 0;
    for (const char c : utf8) {
        const auto byte = static_cast<unsigned char>(c);
        ems += byte < 0x80 ? 0.6 : byte >= 0xC0 ? 1 : 0;
    }
    return ems * size;
}

// To the right of what it names; to the left where the right has no room and the left has more.
Text labelBeside(const std::pair<double, double>& one, const std::pair<double, double>& other, const std::string& words, Ink ink, double ratio, int width)
{
    const auto& [left, right] = std::minmax(one, other);
    const double gap = 10 * ratio;
    const double room = width - right.first - gap;
    if (widthOf(words, kCornerTextSize * ratio) > room && left.first - gap > room) {
        return {left.first - gap, left.second, Anchor::Right, words, ink, kCornerTextSize};
    }
    return {right.first + gap, right.second, Anchor::Left, words, ink, kCornerTextSize};
}

} // namespace

void addAnnotations(std::vector<Primitive>& out, const PlanarScene& scene, const image::FrameAttributes& frame,
                    const view::NativeMapping& mapping)
{
    const double ratio = scene.devicePixelRatio > 0 ? scene.devicePixelRatio : 1.0;
    const Ink ink = scene.prior ? Ink::Prior : Ink::Accent;
    for (const MeasuredAnnotation& shown : scene.annotations) {
        const measure::Annotation& a = shown.annotation;
        if (!measure::liesOn(a, frame) || a.points.size() != 2) {
            continue;
        }
        const double width = (shown.selected ? 2.5 : 1.5) * ratio;
        const auto [x1, y1] = mapping.toDevice(a.points[0]);
        const auto [x2, y2] = mapping.toDevice(a.points[1]);
        if (a.kind == measure::Kind::Length) {
            out.emplace_back(Line{x1, y1, x2, y2, ink, width});
        } else {
            Polyline ellipse{{}, true, ink, width};
            constexpr int kCorners = 72;
            for (int i = 0; i < kCorners; ++i) {
                const double angle = 2 * 3.14159265358979323846 * i / kCorners;
                // Axis-aligned on the image, so on the screen too: only quarter turns and flips lie between.
                ellipse.points.emplace_back((x1 + x2) / 2 + std::cos(angle) * (x2 - x1) / 2, (y1 + y2) / 2 + std::sin(angle) * (y2 - y1) / 2);
            }
            out.emplace_back(std::move(ellipse));
        }
        const double half = (shown.selected ? 4 : 3) * ratio;
        out.emplace_back(handle(x1, y1, half, ink, width));
        out.emplace_back(handle(x2, y2, half, ink, width));
        const std::string words = a.label.empty() || shown.text.empty() ? a.label + shown.text : a.label + ": " + shown.text;
        if (!words.empty()) {
            out.emplace_back(labelBeside({x1, y1}, {x2, y2}, words, ink, ratio, scene.width));
        }
    }
}

void addCrosshair(std::vector<Primitive>& out, const PlanarScene& scene, const view::MprMapping& mapping)
{
    if (!scene.crosshair || !scene.state.showOverlays) {
        return;
    }
    const double ratio = scene.devicePixelRatio > 0 ? scene.devicePixelRatio : 1.0;
    const auto [x, y] = mapping.toDevice(*scene.crosshair);
    const double gap = 12 * ratio; // the point itself stays free
    const auto line = [&](double x1, double y1, double x2, double y2) { out.emplace_back(Line{x1, y1, x2, y2, Ink::Accent, ratio}); };
    line(0, y, x - gap, y);
    line(x + gap, y, scene.width - 1.0, y);
    line(x, 0, x, y - gap);
    line(x, y + gap, x, scene.height - 1.0);
}

} // namespace akari::render
