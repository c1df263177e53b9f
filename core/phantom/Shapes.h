// The parts that are painted over the torso, one after another, later parts over earlier ones.
#pragma once

#include <array>
#include <vector>

#include <cstdint>

#include "core/phantom/Space.h"

namespace akari::phantom {

enum class Kind : std::uint8_t { Capsule, Ellipsoid, Box, Plate };
// Where a part may show.
enum class Clip : std::uint8_t { None, BelowDiaphragm };

// Capsule: from a to b, radius r0 to r1. Ellipsoid: centre a, radii b, turned by `axes`. Box: centre a, half sizes b, rounded by r0,
// turned by `axes`. Plate: triangle a b c of half thickness r0.
struct Shape {
    Kind kind = Kind::Capsule;
    Clip clip = Clip::None;
    Vec a, b, c;
    float r0 = 0;
    float r1 = 0;
    std::array<Vec, 3> axes{Vec{1, 0, 0}, Vec{0, 1, 0}, Vec{0, 0, 1}};
    float value = 0;
    Vec boundCentre;
    float boundRadius = 0;
};

class Shapes {
public:
    void capsule(Vec a, Vec b, float r0, float r1, float value, Clip clip = Clip::None);
    // A tube through the points, rounded by subdivision; radii per point.
    void tube(const std::vector<Vec>& points, const std::vector<float>& radii, float value, Clip clip = Clip::None);
    void ellipsoid(Vec centre, Vec radii, float value, Clip clip = Clip::None);
    // `lean` turns the third axis towards the given direction.
    void ellipsoid(Vec centre, Vec radii, Vec lean, float value, Clip clip = Clip::None);
    void ball(Vec centre, float radius, float value, Clip clip = Clip::None) { ellipsoid(centre, {radius, radius, radius}, value, clip); }
    void box(Vec centre, Vec half, float round, float tiltAboutX, float value, Clip clip = Clip::None);
    void plate(Vec a, Vec b, Vec c, float halfThickness, float value, Clip clip = Clip::None);

    const std::vector<Shape>& all() const { return m_shapes; }

private:
    std::vector<Shape> m_shapes;
};

// Points along a smooth curve through the given ones, `steps` per piece.
std::vector<Vec> smoothCurve(const std::vector<Vec>& points, int steps);
Vec mirrored(Vec v, float side); // side -1 right, +1 left: x times side

} // namespace akari::phantom
