#include "core/phantom/Rasterizer.h"

namespace akari::phantom {

namespace {

struct Window {
    int left, right, top, bottom; // half open
};

// Pixels that a ball around the shape can reach; empty where the plane misses it.
Window reach(const Frame& f, const Shape& shape, float margin)
{
    const Vec u = unit(f.columnStep);
    const Vec v = unit(f.rowStep);
    const Vec d = shape.boundCentre - f.origin;
    const float radius = shape.boundRadius + margin;
    const float away = dot(d, cross(u, v));
    if (std::fabs(away) >= radius) {
        return {0, 0, 0, 0};
    }
    const float half = std::sqrt(radius * radius - away * away);
    const float i = dot(d, u) / length(f.columnStep);
    const float j = dot(d, v) / length(f.rowStep);
    const float halfI = half / length(f.columnStep);
    const float halfJ = half / length(f.rowStep);
    const auto bound = [](float value, int limit) { return static_cast<int>(std::min(std::max(value, 0.0F), static_cast<float>(limit))); };
    return {bound(std::floor(i - halfI), f.columns), bound(std::ceil(i + halfI) + 1, f.columns), bound(std::floor(j - halfJ), f.rows),
            bound(std::ceil(j + halfJ) + 1, f.rows)};
}

template <class Distance> void paint(const Frame& f, Window w, float value, float inverseWidth, float* out, const Distance& distance)
{
    for (int j = w.top; j < w.bottom; ++j) {
        const Vec start = f.origin + f.rowStep * static_cast<float>(j);
        float* row = out + static_cast<std::size_t>(j) * f.columns;
        for (int i = w.left; i < w.right; ++i) {
            const Vec q = start + f.columnStep * static_cast<float>(i);
            const float a = coverage(distance(q), inverseWidth);
            row[i] += a * (value - row[i]);
        }
    }
}

struct CapsuleDistance {
    explicit CapsuleDistance(const Shape& s) : a(s.a), axis(s.b - s.a), inverse(1 / std::max(dot(axis, axis), 1e-6F)), r0(s.r0), dr(s.r1 - s.r0) {}
    float operator()(Vec q) const
    {
        const Vec p = q - a;
        const float t = std::min(std::max(dot(p, axis) * inverse, 0.0F), 1.0F);
        return length(p - axis * t) - r0 - dr * t;
    }
    Vec a, axis;
    float inverse, r0, dr;
};

struct EllipsoidDistance {
    explicit EllipsoidDistance(const Shape& s) : a(s.a), r(s.b), axes(s.axes) {}
    float operator()(Vec q) const
    {
        const Vec p = q - a;
        const Vec k{dot(p, axes[0]) / r.x, dot(p, axes[1]) / r.y, dot(p, axes[2]) / r.z};
        const Vec g{k.x / r.x, k.y / r.y, k.z / r.z};
        const float k0 = length(k);
        return k0 * (k0 - 1) / (length(g) + 1e-6F);
    }
    Vec a, r;
    std::array<Vec, 3> axes;
};

struct BallDistance {
    float operator()(Vec q) const { return length(q - centre) - radius; }
    Vec centre;
    float radius;
};

struct BoxDistance {
    explicit BoxDistance(const Shape& s) : a(s.a), half(s.b), round(s.r0), axes(s.axes) {}
    float operator()(Vec q) const
    {
        const Vec p = q - a;
        const Vec e{std::fabs(dot(p, axes[0])) - half.x, std::fabs(dot(p, axes[1])) - half.y, std::fabs(dot(p, axes[2])) - half.z};
        const Vec out{std::max(e.x, 0.0F), std::max(e.y, 0.0F), std::max(e.z, 0.0F)};
        return length(out) + std::min(std::max(e.x, std::max(e.y, e.z)), 0.0F) - round;
    }
    Vec a, half;
    float round;
    std::array<Vec, 3> axes;
};

struct PlateDistance {
    explicit PlateDistance(const Shape& s) : a(s.a), b(s.b), c(s.c), thickness(s.r0), normal(unit(cross(s.b - s.a, s.c - s.a))) {}
    static float toEdge(Vec p, Vec from, Vec to)
    {
        const Vec axis = to - from;
        const Vec d = p - from;
        return length(d - axis * clamp01(dot(d, axis) / dot(axis, axis)));
    }
    float operator()(Vec q) const
    {
        const auto inside = [&](Vec from, Vec to) { return dot(cross(to - from, q - from), normal) >= 0; };
        if (inside(a, b) && inside(b, c) && inside(c, a)) {
            return std::fabs(dot(q - a, normal)) - thickness;
        }
        return std::min({toEdge(q, a, b), toEdge(q, b, c), toEdge(q, c, a)}) - thickness;
    }
    Vec a, b, c;
    float thickness;
    Vec normal;
};

template <class Distance>
void paintClipped(const Torso& torso, const Frame& f, Window w, const Shape& s, float inverseWidth, float* out, const Distance& distance)
{
    if (s.clip == Clip::None) {
        paint(f, w, s.value, inverseWidth, out, distance);
        return;
    }
    paint(f, w, s.value, inverseWidth, out, [&](Vec q) {
        const float d = distance(q);
        return d > 1 ? d : std::max({d, 3.0F - torso.aboveDiaphragm(q), torso.cavity(q) + 3});
    });
}

float couchValue(float x, float y, float air)
{
    const float top = 118 - x * x * (1.0F / 1300);
    const float bottom = 150 - x * x * x * x * (1.0F / 3.0e7F);
    const float depth = std::min(y - top, bottom - y);
    if (depth < 0 || std::fabs(x) > 205) {
        return air;
    }
    return depth < 1.8F ? -320.0F : -930.0F;
}

void paintShape(const Anatomy& anatomy, const Raster& raster, const Shape& shape, float* out)
{
    const Frame& f = raster.anatomy;
    const float inverseWidth = 1 / raster.edgeWidth;
    const Window w = reach(f, shape, raster.edgeWidth);
    if (w.left >= w.right || w.top >= w.bottom) {
        return;
    }
    switch (shape.kind) {
    case Kind::Capsule:
        paintClipped(anatomy.torso, f, w, shape, inverseWidth, out, CapsuleDistance(shape));
        return;
    case Kind::Ellipsoid:
        if (shape.b.x == shape.b.y && shape.b.y == shape.b.z) {
            paintClipped(anatomy.torso, f, w, shape, inverseWidth, out, BallDistance{shape.a, shape.b.x});
        } else {
            paintClipped(anatomy.torso, f, w, shape, inverseWidth, out, EllipsoidDistance(shape));
        }
        return;
    case Kind::Box:
        paintClipped(anatomy.torso, f, w, shape, inverseWidth, out, BoxDistance(shape));
        return;
    case Kind::Plate:
        paintClipped(anatomy.torso, f, w, shape, inverseWidth, out, PlateDistance(shape));
        return;
    }
}

} // namespace

void rasterize(const Anatomy& anatomy, const Raster& raster, std::vector<float>& out)
{
    const Frame& f = raster.anatomy;
    out.resize(static_cast<std::size_t>(f.columns) * f.rows);
    const float dx = length(f.columnStep);
    const float dy = length(f.rowStep);
    const float inverseWidth = 1 / raster.edgeWidth;
    for (int j = 0; j < f.rows; ++j) {
        const Vec start = f.origin + f.rowStep * static_cast<float>(j);
        const float couchY = raster.couchOrigin.y + dy * static_cast<float>(j);
        float* row = out.data() + static_cast<std::size_t>(j) * f.columns;
        for (int i = 0; i < f.columns; ++i) {
            const float outside = raster.couch ? couchValue(raster.couchOrigin.x + dx * static_cast<float>(i), couchY, hu::kAir) : hu::kAir;
            row[i] = anatomy.torso.value(start + f.columnStep * static_cast<float>(i), outside, inverseWidth);
        }
    }
    for (const Shape& shape : anatomy.shapes.all()) {
        paintShape(anatomy, raster, shape, out.data());
    }
}

} // namespace akari::phantom
