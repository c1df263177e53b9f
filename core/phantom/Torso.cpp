#include "core/phantom/Torso.h"

#include <array>

namespace akari::phantom {

namespace {

constexpr float kLowest = -1340;
constexpr float kHighest = 500;
constexpr float kStep = 0.25F;

template <std::size_t N> using Key = std::array<float, N>; // z, then values

// Smooth curve through keys that descend in z; constant beyond the ends.
template <std::size_t N> float profile(const std::vector<Key<N>>& keys, float z, std::size_t column)
{
    const int n = static_cast<int>(keys.size());
    if (z >= keys.front()[0]) {
        return keys.front()[column];
    }
    if (z <= keys.back()[0]) {
        return keys.back()[column];
    }
    int i = 0;
    while (keys[i + 1][0] > z) {
        ++i;
    }
    const auto slope = [&](int k) {
        const int low = std::max(k - 1, 0);
        const int high = std::min(k + 1, n - 1);
        return (keys[high][column] - keys[low][column]) / (keys[high][0] - keys[low][0]);
    };
    const float width = keys[i + 1][0] - keys[i][0];
    const float t = (z - keys[i][0]) / width;
    const float t2 = t * t;
    const float t3 = t2 * t;
    return (2 * t3 - 3 * t2 + 1) * keys[i][column] + (t3 - 2 * t2 + t) * width * slope(i) +
           (3 * t2 - 2 * t3) * keys[i + 1][column] + (t3 - t2) * width * slope(i + 1);
}

// Half width, half depth, centre y, thickness of fat.
const std::vector<Key<5>> kBody{
    {236, 54, 62, 2, 4},     {185, 57, 61, 8, 4},     {152, 62, 63, 15, 5},    {130, 86, 71, 17, 6},   {110, 118, 85, 14, 7},
    {88, 143, 98, 8, 8},     {60, 156, 108, 4, 9},    {20, 162, 114, 0, 10},   {-40, 162, 116, -2, 11}, {-100, 156, 113, -3, 12},
    {-160, 151, 109, -4, 15}, {-240, 150, 107, -5, 20}, {-330, 162, 109, -4, 23}, {-420, 172, 112, 0, 22}, {-480, 166, 108, 0, 18},
    {-520, 140, 92, 0, 12},  {-548, 60, 40, 0, 6},    {-560, 1, 1, 0, 4}};
const std::vector<Key<4>> kCavity{{140, 24, 20, 30}, {124, 42, 33, 28}, {110, 60, 44, 24}, {95, 78, 57, 18},  {70, 99, 74, 11},
                                  {40, 116, 86, 5},  {0, 126, 94, 0},   {-40, 131, 98, -2}, {-80, 133, 98, -3}, {-120, 131, 95, -3},
                                  {-160, 128, 90, -6}, {-240, 120, 80, -12}, {-330, 114, 74, -18}, {-420, 88, 62, -18},
                                  {-480, 52, 38, -10}, {-520, 1, 1, 0}};
const std::vector<Key<2>> kSpine{{230, 18}, {180, 22}, {137, 36}, {100, 47}, {40, 55}, {0, 57}, {-60, 53},
                                 {-113, 43}, {-170, 31}, {-220, 27}, {-266, 36}, {-300, 58}};

// Signed distance to a superellipse of power 2.5 (a chest is boxier than an ellipse), exact in value and slope at the edge.
float crossSection(float x, float y, float a, float b)
{
    const float u = std::fabs(x) / a;
    const float v = std::fabs(y) / b;
    const float rootU = std::sqrt(u);
    const float rootV = std::sqrt(v);
    const float gu = u * rootU / a;
    const float gv = v * rootV / b;
    return (u * u * rootU + v * v * rootV - 1) / (2.5F * std::sqrt(gu * gu + gv * gv) + 1e-4F);
}

float cone(Vec p, Vec a, Vec b, float r0, float r1)
{
    const Vec axis = b - a;
    const float t = clamp01(dot(p - a, axis) / dot(axis, axis));
    return length(p - a - axis * t) - mix(r0, r1, t);
}

float ellipsoidDistance(Vec p, Vec r)
{
    const Vec k{p.x / r.x, p.y / r.y, p.z / r.z};
    const Vec g{k.x / r.x, k.y / r.y, k.z / r.z};
    const float k0 = length(k);
    return k0 * (k0 - 1) / (length(g) + 1e-5F);
}

// Height of a dome of the diaphragm and its steepness.
float dome(Vec q, float side)
{
    const float top = side < 0 ? -36.0F : -53.0F;
    const float dx = (side * q.x - 70) / 80;
    const float dy = (q.y + 8) / 94;
    const float kx = dx > 0 ? 112.0F : 46.0F;
    const float ky = dy > 0 ? 66.0F : 36.0F;
    const float height = top - kx * dx * dx - ky * dy * dy;
    const float gx = 2 * kx * dx / 80;
    const float gy = 2 * ky * dy / 94;
    return (height - q.z) / std::sqrt(1 + gx * gx + gy * gy);
}

// A thin sheet between the lobes.
float fissure(Vec q)
{
    const float oblique = 0.62F * q.y + 0.78F * q.z + 14 + 0.0011F * q.x * q.x - 6;
    float near = std::fabs(oblique);
    if (q.x < 0 && oblique < 0) {
        near = std::min(near, std::fabs(q.z - 4 + 0.08F * q.y + 0.0009F * (q.x + 70) * (q.x + 70)));
    }
    return clamp01(1.0F - near);
}

} // namespace

Torso::Torso(bool armsUp) : m_armsUp(armsUp)
{
    const int count = static_cast<int>((kHighest - kLowest) / kStep) + 1;
    m_sections.resize(count);
    for (int i = 0; i < count; ++i) {
        const float z = kLowest + kStep * static_cast<float>(i);
        Section& s = m_sections[i];
        s.bodyA = profile(kBody, z, 1);
        s.bodyB = profile(kBody, z, 2);
        s.bodyY = profile(kBody, z, 3);
        s.fat = profile(kBody, z, 4);
        s.cavityA = profile(kCavity, z, 1);
        s.cavityB = profile(kCavity, z, 2);
        s.cavityY = profile(kCavity, z, 3);
        s.spineY = profile(kSpine, z, 1);
        const float growth = profile(kBody, z + 1, 1) - profile(kBody, z - 1, 1);
        s.slope = 1 / std::sqrt(1 + 0.25F * growth * growth);
    }
}

const Torso::Section& Torso::at(float z) const
{
    const auto last = static_cast<float>(m_sections.size() - 1);
    const float place = (z - kLowest) * (1 / kStep) + 0.5F;
    return m_sections[static_cast<std::size_t>(place < 0 ? 0 : (place > last ? last : place))];
}

float Torso::spineY(float z) const { return at(z).spineY; }

float Torso::limbs(Vec q) const
{
    const Vec p{std::fabs(q.x), q.y, q.z};
    float d = 1e3F;
    if (m_armsUp && q.z > 20) {
        d = cone(p, {112, 10, 92}, {126, 4, 190}, 50, 45);
        d = smoothMin(d, cone(p, {126, 4, 190}, {150, -20, 330}, 45, 37), 10);
        d = smoothMin(d, cone(p, {150, -20, 330}, {58, -50, 440}, 36, 26), 10);
    } else if (!m_armsUp && q.z > -420 && q.z < 190) {
        d = cone(p, {122, 8, 96}, {178, 12, -40}, 46, 40);
        d = smoothMin(d, cone(p, {178, 12, -40}, {196, 10, -180}, 40, 36), 10);
        d = smoothMin(d, cone(p, {196, 10, -180}, {210, -20, -400}, 35, 24), 10);
    }
    if (q.z > 165) {
        d = smoothMin(d, ellipsoidDistance({q.x, q.y + 12, q.z - 308}, {81, 101, 94}), 12);
        d = smoothMin(d, ellipsoidDistance({q.x, q.y + 62, q.z - 246}, {58, 50, 62}), 24);
        d = smoothMin(d, cone(q, {0, -112, 262}, {0, -124, 240}, 8, 12), 14);
    }
    if (q.z < -380) {
        d = smoothMin(d, cone(p, {84, 0, -450}, {84, 4, -880}, 82, 54), 20);
        d = smoothMin(d, cone(p, {84, 4, -880}, {84, 16, -1000}, 52, 56), 16);
        d = smoothMin(d, cone(p, {84, 16, -1000}, {82, 14, -1250}, 55, 34), 16);
        d = smoothMin(d, cone(p, {82, 24, -1284}, {94, -130, -1298}, 28, 18), 24);
    }
    return d;
}

Torso::Skin Torso::skin(Vec q) const
{
    const Section& s = at(q.z);
    float d = crossSection(q.x, q.y - s.bodyY, s.bodyA, s.bodyB) * s.slope;
    float fat = s.fat * (0.8F + 0.45F * std::fabs(q.x) / s.bodyA);
    if (q.z > 245 || q.z < -545) {
        d = std::max(d, q.z > 0 ? q.z - 245 : -545 - q.z);
    }
    if (q.z > 20 || q.z < -380 || !m_armsUp) {
        const float other = limbs(q);
        fat = mix(fat, 5, smoothstep(-12, 12, d - other));
        d = smoothMin(d, other, 22);
    }
    return {d, fat};
}

float Torso::cavity(Vec q) const
{
    const Section& s = at(q.z);
    return crossSection(q.x, q.y - s.cavityY, s.cavityA, s.cavityB);
}

float Torso::aboveDiaphragm(Vec q) const { return smoothMax(dome(q, -1), dome(q, 1), 12); }

float Torso::lung(Vec q, float side, float inner) const
{
    const Section& s = at(q.z);
    const float x = side * q.x;
    float middle = mix(21, 7, smoothstep(-40, -76, q.y)) - mix(0, 4, smoothstep(20, 60, q.y));
    middle += side > 0 ? 4.0F * smoothstep(30, 70, q.y) : 0.0F;
    middle -= 3 * smoothstep(20, 90, q.z) * smoothstep(10, -20, q.y);
    float d = smoothMax(inner + 1.2F, middle - x, 16);
    d = smoothMax(d, dome(q, side) + 1.0F, 5);
    // The spine's own width, so that the lung runs round it.
    const float dy = q.y - s.spineY;
    const float spine = std::sqrt(q.x * q.x + 1.2F * dy * dy) - 22;
    d = smoothMax(d, -spine, 10);
    const float apexX = x - 46;
    const float apexY = q.y - 14;
    d = smoothMax(d, 0.8F * (q.z - 112 + (apexX * apexX + apexY * apexY) * (1.0F / 130)), 8);
    if (q.z < 40) {
        static const Vec third = unit(kHeartAxis);
        static const Vec first = unit(cross({0, 1, 0}, third));
        static const Vec second = cross(third, first);
        const Vec p = q - kHeartCentre;
        const Vec local{dot(p, first), dot(p, second), dot(p, third)};
        d = smoothMax(d, 5.0F - ellipsoidDistance(local, kHeartRadii), 8);
    }
    return d;
}

float Torso::liver(Vec q, float inner) const
{
    const float dome = 3.0F - aboveDiaphragm(q);
    if (dome > 2) {
        return dome;
    }
    float d = smoothMax(inner + 4, dome, 10);
    d = smoothMax(d, (-178 + 0.5F * (q.x + 30) - q.z) * 0.89F, 18);
    d = smoothMax(d, 0.62F * (q.x - 18) + 0.78F * (q.y + 10), 24);
    const float dy = q.y - at(q.z).spineY;
    d = smoothMax(d, 34 - std::sqrt(q.x * q.x + dy * dy), 12);
    return d;
}

// Skin, fat and the muscles of the wall.
float Torso::wall(Vec q, float inner, float outside, float inverseWidth) const
{
    const Skin s = skin(q);
    if (s.distance > 1) {
        return outside;
    }
    float v = mix(outside, hu::kSkin, coverage(s.distance, inverseWidth));
    if (s.distance > -0.8F) {
        return v;
    }
    v = mix(v, hu::kFat, coverage(s.distance + 1.8F, inverseWidth));
    const float muscle = s.distance + 1.8F + s.fatThickness;
    v = mix(v, hu::kMuscle, coverage(muscle, inverseWidth));
    if (inner > 5 && muscle < -5) {
        // A plane of fat sets the layers of the wall off from each other.
        v = mix(v, hu::kFat, 0.8F * clamp01(1.1F - std::fabs(muscle + 8)));
    }
    return v;
}

bool Torso::farOutside(Vec q) const
{
    if (q.z > 20 || q.z < -380 || !m_armsUp) {
        return false;
    }
    const Section& s = at(q.z);
    return std::fabs(q.x) > s.bodyA + 2 || std::fabs(q.y - s.bodyY) > s.bodyB + 2;
}

float Torso::value(Vec q, float outside, float inverseWidth) const
{
    if (farOutside(q)) {
        return outside;
    }
    const float inner = q.z > 150 || q.z < -505 ? 1e3F : cavity(q);
    // Deep inside the cavity the wall need not be asked.
    float v = inner < -2 ? hu::kFat : wall(q, inner, outside, inverseWidth);
    if (inner > 1) {
        return v;
    }
    v = mix(v, hu::kFat, coverage(inner, inverseWidth));
    if (q.z > -140) {
        const float side = q.x < 0 ? -1.0F : 1.0F;
        const float d = lung(q, side, inner);
        if (d < 1) {
            const float sheet = d < -2 ? 110 * fissure(q) : 0.0F;
            v = mix(v, hu::kLung + sheet, coverage(d, inverseWidth));
        } else if (d < 4 && inner < -1 && std::fabs(aboveDiaphragm(q)) < 2.5F) {
            v = hu::kMuscle;
        }
    }
    if (q.z < -20) {
        v = mix(v, hu::kLiver, coverage(liver(q, inner), inverseWidth));
    }
    return v;
}

Vec Torso::cage(float z, float angleDegrees, float side, float outward) const
{
    const Section& s = at(z);
    const float angle = angleDegrees * 3.14159265F / 180;
    const float sine = std::pow(std::fabs(std::sin(angle)), 0.8F);
    const float cosine = std::cos(angle);
    const float y = std::copysign(std::pow(std::fabs(cosine), 0.8F), cosine);
    return {side * (s.cavityA + outward) * sine, s.cavityY + (s.cavityB + outward) * y, z};
}

} // namespace akari::phantom
