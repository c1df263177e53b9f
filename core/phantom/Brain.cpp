#include "core/phantom/Brain.h"

#include "core/phantom/Noise.h"

namespace akari::phantom {

namespace {

constexpr float kSoft = 0.9F; // 1 / edge width

float egg(Vec p, Vec centre, Vec r)
{
    const Vec q = p - centre;
    const Vec k{q.x / r.x, q.y / r.y, q.z / r.z};
    const Vec g{k.x / r.x, k.y / r.y, k.z / r.z};
    const float k0 = length(k);
    return k0 * (k0 - 1) / (length(g) + 1e-5F);
}

// A pair of eggs, left and right.
float eggs(Vec p, Vec centre, Vec r) { return egg({std::fabs(p.x), p.y, p.z}, centre, r); }

float rod(Vec p, Vec a, Vec b, float r0, float r1)
{
    const Vec axis = b - a;
    const float t = clamp01(dot(p - a, axis) / dot(axis, axis));
    return length(p - a - axis * t) - mix(r0, r1, t);
}

float head(Vec p)
{
    float d = egg(p, {0, 2, 6}, {78, 99, 95});
    d = smoothMin(d, egg(p, {0, -50, -60}, {60, 52, 66}), 26);
    d = smoothMin(d, rod(p, {0, -104, -34}, {0, -116, -56}, 7, 12), 14);
    return smoothMin(d, rod(p, {0, 26, -60}, {0, 34, -190}, 58, 60), 20);
}

void blend(float& v, float value, float d) { v = mix(v, value, coverage(d, kSoft)); }

// Floor of the skull: three steps down, from the brow to the nape.
float floorOf(float y) { return mix(mix(-42, -60, smoothstep(-52, -26, y)), -84, smoothstep(4, 34, y)); }

// Grey ribbon, sulci and white core of one piece of brain; depth grows inwards.
float cortex(Vec p, float depth, const Contrast& c, float fold, float sulcusDepth)
{
    const Vec warp{smoothNoise(p * 0.03F, 3), smoothNoise(p * 0.03F, 4), smoothNoise(p * 0.03F, 5)};
    const Vec q = p * fold + warp * 1.1F;
    const float ridge = std::fabs(smoothNoise(q, p.x < 0 ? 11 : 12) + 0.25F * smoothNoise(q * 2.1F, 13));
    const float reach = clamp01(1 - depth / sulcusDepth);
    const float gap = ridge - 0.085F * std::sqrt(reach);
    const float band = 3.6F - depth + 0.8F * smoothNoise(p * 0.2F, 14);
    const float ribbon = std::max(0.38F * std::sqrt(clamp01(1 - depth / (sulcusDepth + 5))) - ridge, band * 0.1F);
    const float tissue = mix(c.white, c.grey, clamp01(0.5F + ribbon * 14));
    return mix(c.fluid, tissue, clamp01(0.5F + gap * 22));
}

void paintBrain(float& v, Vec p, const Contrast& c)
{
    const float tent = mix(-33, -14, smoothstep(0, 46, p.y)) - 0.004F * p.x * p.x;
    float cerebrum = smoothMax(egg(p, {0, 2, 11}, {66.5F, 86.5F, 75}), (tent - p.z) * 0.9F, 8);
    cerebrum = smoothMin(cerebrum, eggs(p, {44, -16, -26}, {24, 36, 25}), 8);
    const float fissure = 0.6F - std::fabs(p.x - 1.6F * smoothNoise({p.y * 0.05F, p.z * 0.05F, 0.5F}, 9));
    if (egg(p, {0, 0, 12}, {30, 46, 17}) > 0) {
        cerebrum = std::max(cerebrum, fissure);
    }
    if (cerebrum < 1) {
        blend(v, cortex(p, -cerebrum, c, 0.080F, 22), cerebrum);
    }
    const float cerebellum = smoothMax(egg(p, {0, 46, -44}, {51, 34, 29}), (p.z - tent + 3) * 0.9F, 6);
    if (cerebellum < 1) {
        // Leaves of the cerebellum lie in shells round its root.
        const float shell = std::sin(1.15F * length(p - Vec{0, 30, -42}) + 3.2F * smoothNoise(p * 0.05F, 17));
        const float depth = clamp01(-cerebellum / 16);
        blend(v, mix(c.grey + 0.22F * (c.fluid - c.grey) * clamp01(shell), c.white, depth * depth), cerebellum);
    }
    blend(v, mix(c.white, c.grey, 0.2F), rod(p, {0, 20, -18}, {0, 24, -52}, 14, 13));
    blend(v, mix(c.white, c.grey, 0.25F), rod(p, {0, 26, -54}, {0, 40, -170}, 9, 6.5F));
    blend(v, c.deepGrey, eggs(p, {12, 12, 3}, {8, 15, 9}));
    blend(v, c.deepGrey, eggs(p, {17, -20, 11}, {5, 11, 10}));
    blend(v, c.deepGrey, eggs(p, {27, -4, 1}, {6, 18, 11}));
}

void paintFluid(float& v, Vec p, const Contrast& c)
{
    // The left ventricle is a little larger.
    const float side = p.x > 0 ? 1.0F : 0.86F;
    const Vec q{std::fabs(p.x) + 0.12F * (p.y + 10) * (p.y > -10 ? -0.6F : 0.4F), p.y, p.z + 0.004F * (p.y + 5) * (p.y + 5)};
    blend(v, c.fluid, egg(q, {11, -10, 17}, {6.2F * side, 29, 8.5F * side}));
    blend(v, c.fluid, egg({std::fabs(p.x), p.y, p.z}, {22, 34, 6}, {6 * side, 20, 8 * side}));
    blend(v, c.fluid, egg(p, {0, 4, -3}, {2.2F, 13, 9}));
    blend(v, c.fluid, egg(p, {0, 34, -40}, {6, 4, 9}));
    blend(v, c.fluid, egg(p, {0, 4, -28}, {12, 8, 6}));
}

void paintFace(float& v, Vec p, const Contrast& c)
{
    blend(v, c.fat, eggs(p, {33, -74, -40}, {19, 24, 18}));
    blend(v, c.muscle, rod({std::fabs(p.x), p.y, p.z}, {33, -80, -40}, {20, -52, -38}, 3, 3));
    blend(v, c.eye, eggs(p, {34, -84, -40}, {12.2F, 12.2F, 12.2F}));
    blend(v, c.grey * 0.7F, eggs(p, {34, -93, -40}, {4.6F, 2.2F, 4.6F}));
    blend(v, c.bone, egg(p, {0, -66, -62}, {17, 34, 30}));
    blend(v, c.muscle * 1.6F, eggs(p, {8, -66, -70}, {3.4F, 26, 8}));
    blend(v, 0, eggs(p, {31, -66, -68}, {15, 17, 15}));
    blend(v, 0, egg(p, {0, -86, -6}, {18, 6, 12}));
    blend(v, c.muscle * 1.3F, egg(p, {0, -60, -112}, {24, 34, 17}));
    blend(v, 0, rod(p, {0, -30, -70}, {0, -14, -150}, 7, 8));
}

void paintLesions(float& v, Vec p, const Contrast& c)
{
    blend(v, c.lesion, length(p - kBrainLesion) - 5.5F);
    for (const Vec spot : {Vec{-24, 8, 34}, Vec{-30, -30, 22}, Vec{28, 22, 30}, Vec{20, -40, 20}, Vec{-22, 40, 26}}) {
        blend(v, c.lesion, length(p - spot) - 2.2F);
    }
}

} // namespace

float brainSignal(Vec p, const Contrast& c)
{
    const float d = head(p);
    if (d > 1) {
        return 0;
    }
    float v = mix(0, 0.6F * c.fat, coverage(d, kSoft));
    blend(v, c.fat, d + 1.8F);
    blend(v, c.muscle, d + 6.5F - 2 * smoothstep(-30, 30, p.z) + 3 * smoothNoise(p * 0.06F, 7));
    paintFace(v, p, c);
    const float skull = smoothMax(egg(p, {0, 2, 8}, {71.5F, 92, 87}), floorOf(p.y) - p.z, 10);
    if (skull < 1) {
        blend(v, c.bone, skull);
        blend(v, c.marrow, std::fabs(skull + 3.2F) - 1.1F);
        blend(v, c.bone, skull + 4.6F);
        blend(v, c.fluid, skull + 6);
    }
    blend(v, c.fluid, rod(p, {0, 30, -60}, {0, 42, -190}, 12, 10));
    paintBrain(v, p, c);
    paintLesions(v, p, c);
    paintFluid(v, p, c);
    return v;
}

} // namespace akari::phantom
