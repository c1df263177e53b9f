// render is a function of values: scene in, picture out. One painter (app/paint) rasterises pictures for window, PDF and akarictl.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "core/image/SliceTable.h"
#include "core/measure/Measure.h"
#include "core/view/View.h"

namespace akari::render {

enum class Ink : std::uint8_t { Text, Dim, Accent, Prior, Ok, Warn, Critical, Hatch, Overlay };
enum class Anchor : std::uint8_t { TopLeft, Top, TopRight, Left, Center, Right, BottomLeft, Bottom, BottomRight };

struct Line { double x1, y1, x2, y2; Ink ink; double width; bool dashed = false; };
struct Polyline { std::vector<std::pair<double, double>> points; bool closed; Ink ink; double width; };
struct Text { double x, y; Anchor anchor; std::string utf8; Ink ink; double size; };  // size in device-independent pixels
struct HatchArea { int x, y, width, height; std::string utf8; };                       // absent or failed: hatched, with its reason
using Primitive = std::variant<Line, Polyline, Text, HatchArea>;

// What a picture was made from; compared before it is shown, exported or cited.
struct Provenance {
    BindingToken token;
    std::uint64_t generation = 0;
    ObjectIdentity object;        // native plane: the frame shown
    FrameNumber frame;
    bool touchedAbsent = false;   // numbers must not be taken from here
    bool reduced = false;         // decimated or interpolated beyond what was acquired
    std::string quality;          // for the fidelity badge
    double milliseconds = 0;
};

struct Picture {
    int width = 0;                      // device pixels
    int height = 0;
    std::vector<std::uint16_t> grey;    // P-values; empty when rgb is used
    Bytes rgb;                          // interleaved 8 bit
    std::vector<std::uint8_t> coverage; // image::Coverage; empty means all present
    std::vector<std::uint8_t> marks;    // 1 where an overlay plane is drawn in Ink::Overlay; empty: nowhere
    std::vector<Primitive> overlay;     // device coordinates, painted in order
    Provenance provenance;
    std::string failure;                // shown instead of pixels, when not empty
};

} // namespace akari::render
