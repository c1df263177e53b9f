// Small vectors and distance helpers. Distances are signed: negative inside, mm.
#pragma once

#include <algorithm>
#include <cmath>

#include "core/phantom/Phantom.h"

namespace akari::phantom {

struct Vec {
    float x = 0;
    float y = 0;
    float z = 0;
};

inline Vec operator+(Vec a, Vec b) { return {a.x + b.x, a.y + b.y, a.z + b.z}; }
inline Vec operator-(Vec a, Vec b) { return {a.x - b.x, a.y - b.y, a.z - b.z}; }
inline Vec operator*(Vec a, float s) { return {a.x * s, a.y * s, a.z * s}; }
inline float dot(Vec a, Vec b) { return a.x * b.x + a.y * b.y + a.z * b.z; }
inline float length(Vec a) { return std::sqrt(dot(a, a)); }
inline Vec cross(Vec a, Vec b) { return {a.y * b.z - a.z * b.y, a.z * b.x - a.x * b.z, a.x * b.y - a.y * b.x}; }
inline Vec unit(Vec a)
{
    const float n = length(a);
    return n > 0 ? a * (1 / n) : Vec{0, 0, 1};
}
inline Vec toVec(Point p) { return {static_cast<float>(p.x), static_cast<float>(p.y), static_cast<float>(p.z)}; }
inline Point toPoint(Vec v) { return {v.x, v.y, v.z}; }
inline Vec lerp(Vec a, Vec b, float t) { return a + (b - a) * t; }
inline float mix(float a, float b, float t) { return a + (b - a) * t; }
inline float clamp01(float t) { return t < 0 ? 0.0F : (t > 1 ? 1.0F : t); }
inline float smoothstep(float from, float to, float v)
{
    const float t = clamp01((v - from) / (to - from));
    return t * t * (3 - 2 * t);
}
// Rounded union and intersection: corners get a radius of about k.
inline float smoothMin(float a, float b, float k)
{
    const float h = std::max(k - std::fabs(a - b), 0.0F) / k;
    return std::min(a, b) - h * h * k * 0.25F;
}
inline float smoothMax(float a, float b, float k) { return -smoothMin(-a, -b, k); }
// Share of a voxel that lies inside a surface at distance d, for an edge `width` mm wide.
inline float coverage(float d, float inverseWidth) { return clamp01(0.5F - d * inverseWidth); }

Rigid rotationAbout(Point axis, double degrees, Point translation);

// Where a picture lies in space: centre of its first pixel, and one step along a row and down a column.
struct Frame {
    Vec origin;
    Vec columnStep;
    Vec rowStep;
    int columns = 0;
    int rows = 0;
};

} // namespace akari::phantom
