#include "core/phantom/Shapes.h"

namespace akari::phantom {

namespace {

float catmullRom(float p0, float p1, float p2, float p3, float t)
{
    return 0.5F * (2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t * t + (3 * p1 - p0 - 3 * p2 + p3) * t * t * t);
}

} // namespace

std::vector<Vec> smoothCurve(const std::vector<Vec>& points, int steps)
{
    std::vector<Vec> out;
    const int n = static_cast<int>(points.size());
    for (int i = 0; i + 1 < n; ++i) {
        const Vec p0 = points[std::max(i - 1, 0)];
        const Vec p1 = points[i];
        const Vec p2 = points[i + 1];
        const Vec p3 = points[std::min(i + 2, n - 1)];
        for (int s = 0; s < steps; ++s) {
            const float t = static_cast<float>(s) / static_cast<float>(steps);
            out.push_back({catmullRom(p0.x, p1.x, p2.x, p3.x, t), catmullRom(p0.y, p1.y, p2.y, p3.y, t),
                           catmullRom(p0.z, p1.z, p2.z, p3.z, t)});
        }
    }
    out.push_back(points.back());
    return out;
}

Vec mirrored(Vec v, float side) { return {v.x * side, v.y, v.z}; }

void Shapes::capsule(Vec a, Vec b, float r0, float r1, float value, Clip clip)
{
    Shape shape;
    shape.kind = Kind::Capsule;
    shape.clip = clip;
    shape.a = a;
    shape.b = b;
    shape.r0 = r0;
    shape.r1 = r1;
    shape.value = value;
    shape.boundCentre = lerp(a, b, 0.5F);
    shape.boundRadius = 0.5F * length(b - a) + std::max(r0, r1);
    m_shapes.push_back(shape);
}

void Shapes::tube(const std::vector<Vec>& points, const std::vector<float>& radii, float value, Clip clip)
{
    constexpr int kSteps = 5;
    const std::vector<Vec> curve = smoothCurve(points, kSteps);
    const auto radiusAt = [&](int i) {
        const int piece = std::min(i / kSteps, static_cast<int>(radii.size()) - 1);
        const int next = std::min(piece + 1, static_cast<int>(radii.size()) - 1);
        return mix(radii[piece], radii[next], static_cast<float>(i % kSteps) / kSteps);
    };
    for (int i = 0; i + 1 < static_cast<int>(curve.size()); ++i) {
        capsule(curve[i], curve[i + 1], radiusAt(i), radiusAt(i + 1), value, clip);
    }
}

void Shapes::ellipsoid(Vec centre, Vec radii, float value, Clip clip)
{
    Shape shape;
    shape.kind = Kind::Ellipsoid;
    shape.clip = clip;
    shape.a = centre;
    shape.b = radii;
    shape.value = value;
    shape.boundCentre = centre;
    shape.boundRadius = std::max({radii.x, radii.y, radii.z});
    m_shapes.push_back(shape);
}

void Shapes::ellipsoid(Vec centre, Vec radii, Vec lean, float value, Clip clip)
{
    ellipsoid(centre, radii, value, clip);
    const Vec third = unit(lean);
    const Vec first = unit(cross({0, 1, 0}, third));
    m_shapes.back().axes = {first, cross(third, first), third};
}

void Shapes::box(Vec centre, Vec half, float round, float tiltAboutX, float value, Clip clip)
{
    Shape shape;
    shape.kind = Kind::Box;
    shape.clip = clip;
    shape.a = centre;
    shape.b = half - Vec{round, round, round};
    shape.r0 = round;
    shape.value = value;
    const float c = std::cos(tiltAboutX);
    const float s = std::sin(tiltAboutX);
    shape.axes = {Vec{1, 0, 0}, Vec{0, c, s}, Vec{0, -s, c}};
    shape.boundCentre = centre;
    shape.boundRadius = length(half);
    m_shapes.push_back(shape);
}

void Shapes::plate(Vec a, Vec b, Vec c, float halfThickness, float value, Clip clip)
{
    Shape shape;
    shape.kind = Kind::Plate;
    shape.clip = clip;
    shape.a = a;
    shape.b = b;
    shape.c = c;
    shape.r0 = halfThickness;
    shape.value = value;
    shape.boundCentre = (a + b + c) * (1.0F / 3.0F);
    shape.boundRadius = std::max({length(a - shape.boundCentre), length(b - shape.boundCentre), length(c - shape.boundCentre)}) + halfThickness;
    m_shapes.push_back(shape);
}

} // namespace akari::phantom
