// Trees that branch until they reach every part of an organ: arteries, veins and bronchi of the lungs, veins of the liver.
#include <functional>

#include "core/phantom/Anatomy.h"
#include "core/phantom/Noise.h"

namespace akari::phantom {

namespace {

struct Branch {
    Vec a, b;
    float r0, r1;
};

struct TreeOptions {
    float leafRadius;
    float exponent;
    float wander;
    std::uint64_t seed;
};

class Tree {
public:
    explicit Tree(const TreeOptions& options) : m_options(options), m_random(options.seed) {}

    void grow(Vec from, std::vector<Vec> targets)
    {
        const auto n = static_cast<float>(targets.size());
        const float radius = m_options.leafRadius * std::pow(n, m_options.exponent);
        if (targets.size() == 1) {
            add(from, targets[0], radius, radius * 0.6F);
            return;
        }
        Vec mean{};
        for (const Vec t : targets) {
            mean = mean + t;
        }
        mean = mean * (1 / n);
        const float share = targets.size() > 60 ? 0.34F : 0.48F;
        const Vec wander{m_random.range(-1, 1), m_random.range(-1, 1), m_random.range(-1, 1)};
        const Vec node = lerp(from, mean, share) + wander * (m_options.wander * length(mean - from));
        add(from, node, radius, radius * 0.88F);
        auto halves = split(targets, node);
        grow(node, std::move(halves.first));
        grow(node, std::move(halves.second));
    }

    const std::vector<Branch>& branches() const { return m_branches; }

private:
    void add(Vec a, Vec b, float r0, float r1)
    {
        // A bend half-way makes it look grown rather than drawn.
        const Vec bend{m_random.range(-1, 1), m_random.range(-1, 1), m_random.range(-1, 1)};
        const Vec middle = lerp(a, b, 0.5F) + bend * (0.07F * length(b - a));
        m_branches.push_back({a, middle, r0, (r0 + r1) / 2});
        m_branches.push_back({middle, b, (r0 + r1) / 2, r1});
    }

    // Across the widest direction as seen from the node.
    static std::pair<std::vector<Vec>, std::vector<Vec>> split(std::vector<Vec>& targets, Vec node)
    {
        Vec low{1e9F, 1e9F, 1e9F};
        Vec high{-1e9F, -1e9F, -1e9F};
        for (const Vec t : targets) {
            const Vec d = t - node;
            low = {std::min(low.x, d.x), std::min(low.y, d.y), std::min(low.z, d.z)};
            high = {std::max(high.x, d.x), std::max(high.y, d.y), std::max(high.z, d.z)};
        }
        const Vec size = high - low;
        const auto along = [&](Vec v) { return size.x >= size.y && size.x >= size.z ? v.x : (size.y >= size.z ? v.y : v.z); };
        const auto middle = targets.begin() + static_cast<std::ptrdiff_t>(targets.size() / 2);
        std::nth_element(targets.begin(), middle, targets.end(), [&](Vec p, Vec q) { return along(p) < along(q); });
        return {std::vector<Vec>(targets.begin(), middle), std::vector<Vec>(middle, targets.end())};
    }

    TreeOptions m_options;
    Rng m_random;
    std::vector<Branch> m_branches;
};

std::vector<Vec> scatter(int count, Vec low, Vec high, std::uint64_t seed, const std::function<bool(Vec)>& inside)
{
    Rng random(seed);
    std::vector<Vec> points;
    for (int tries = 0; static_cast<int>(points.size()) < count && tries < count * 200; ++tries) {
        const Vec p{random.range(low.x, high.x), random.range(low.y, high.y), random.range(low.z, high.z)};
        if (inside(p)) {
            points.push_back(p);
        }
    }
    return points;
}

std::vector<Vec> lungTargets(const Torso& torso, float side, int count, float depth, std::uint64_t seed)
{
    const Vec low{side < 0 ? -134.0F : 4.0F, -100, -140};
    const Vec high{side < 0 ? -4.0F : 134.0F, 100, 112};
    return scatter(count, low, high, seed, [&](Vec p) { return torso.lung(p, side) < -depth; });
}

// The nodule stands free, so that its volume can be measured by a threshold.
bool nearNodule(const Branch& b)
{
    const Vec axis = b.b - b.a;
    const float t = clamp01(dot(kNoduleCentre - b.a, axis) / std::max(dot(axis, axis), 1e-6F));
    return length(b.a + axis * t - kNoduleCentre) < 13;
}

} // namespace

void addVessels(Shapes& shapes, const Torso& torso)
{
    const auto liverTargets = scatter(110, {-130, -90, -190}, {80, 70, -40}, 71, [&](Vec p) { return torso.liver(p) < -7; });
    Tree liver({1.1F, 0.36F, 0.06F, 72});
    liver.grow({-24, 8, -96}, liverTargets);
    for (const Branch& b : liver.branches()) {
        shapes.capsule(b.a, b.b, b.r0, b.r1, hu::kVein);
    }
    for (const float side : {-1.0F, 1.0F}) {
        const auto number = static_cast<std::uint64_t>(side < 0 ? 0 : 10);
        Tree arteries({0.7F, 0.385F, 0.05F, 21 + number});
        arteries.grow(mirrored({side < 0 ? 40.0F : 38.0F, 8, side < 0 ? 6.0F : 16.0F}, side), lungTargets(torso, side, 760, 5, 22 + number));
        Tree veins({0.65F, 0.37F, 0.06F, 23 + number});
        veins.grow(mirrored({30, 6, -22}, side), lungTargets(torso, side, 520, 5, 24 + number));
        for (const Tree* tree : {&arteries, &veins}) {
            for (const Branch& b : tree->branches()) {
                if (!nearNodule(b)) {
                    shapes.capsule(b.a, b.b, b.r0, b.r1, hu::kLungVessel);
                }
            }
        }
    }
}

void addAirways(Shapes& shapes, const Torso& torso)
{
    const std::vector<Vec> trachea{{0, -8, 172}, {-1, 2, 120}, {-2, 12, 70}, {-1, 16, 38}, {0, 17, 28}};
    const std::vector<Vec> right{{0, 17, 32}, {-16, 17, 18}, {-32, 16, 4}, {-42, 16, -4}};
    const std::vector<Vec> left{{0, 17, 32}, {18, 18, 20}, {36, 20, 10}, {46, 22, 6}};
    std::vector<Branch> branches;
    for (const float side : {-1.0F, 1.0F}) {
        const auto number = static_cast<std::uint64_t>(side < 0 ? 0 : 10);
        Tree tree({0.9F, 0.42F, 0.05F, 41 + number});
        tree.grow(side < 0 ? right.back() : left.back(), lungTargets(torso, side, 64, 22, 42 + number));
        for (const Branch& b : tree.branches()) {
            if (!nearNodule(b)) {
                branches.push_back(b);
            }
        }
    }
    // All walls first: a wall must not cross the air of its neighbour.
    shapes.tube(trachea, {11, 11, 11, 11, 10.5F}, hu::kWall);
    shapes.tube(right, {9.5F, 9, 8, 7}, hu::kWall);
    shapes.tube(left, {9, 8.5F, 7.5F, 6.5F}, hu::kWall);
    for (const Branch& b : branches) {
        shapes.capsule(b.a, b.b, b.r0 + 0.5F + 0.12F * b.r0, b.r1 + 0.5F + 0.12F * b.r1, hu::kWall);
    }
    shapes.tube(trachea, {9.2F, 9.2F, 9.2F, 9.2F, 9}, hu::kGas);
    shapes.tube(right, {8, 7.5F, 6.7F, 5.8F}, hu::kGas);
    shapes.tube(left, {7.6F, 7.2F, 6.3F, 5.3F}, hu::kGas);
    for (const Branch& b : branches) {
        shapes.capsule(b.a, b.b, b.r0, b.r1, hu::kGas);
    }
}

void addGreatVessels(Shapes& shapes, const Torso& torso)
{
    const float root = kHeartCentre.z;
    const auto pulmonary = hu::kVein;
    shapes.tube({{18, -44, root + 20}, {20, -42, root + 40}, {16, -26, 20}, {8, -16, 26}}, {14, 14, 13.5F, 12.5F}, pulmonary);
    shapes.tube({{12, -18, 24}, {-10, -10, 20}, {-28, 0, 12}, {-42, 8, 6}}, {12, 11, 10, 8}, pulmonary);
    shapes.tube({{16, -22, 24}, {30, -4, 26}, {38, 6, 18}, {44, 14, 8}}, {12, 11, 10, 7.5F}, pulmonary);
    for (const float side : {-1.0F, 1.0F}) {
        shapes.tube({mirrored({8, -2, -14}, side) + Vec{12, 0, 0}, mirrored({26, 4, -18}, side), mirrored({34, 6, -22}, side)}, {8, 7, 6}, hu::kBlood);
    }
    // Superior vena cava with its two branches; inferior vena cava through the liver.
    shapes.tube({{-38, -24, 66}, {-26, -30, 54}, {-24, -28, 30}, {-24, -26, 0}, {-20, -28, -20}}, {7, 9, 10, 10, 12}, hu::kVein);
    shapes.tube({{62, -40, 92}, {30, -54, 72}, {0, -50, 60}, {-24, -32, 52}}, {6, 7, 7.5F, 8}, hu::kVein);
    shapes.tube({{-70, -34, 100}, {-44, -26, 84}, {-36, -24, 64}}, {6, 7, 7}, hu::kVein);
    shapes.tube({{-16, -14, -46}, {-20, -4, -76}, {-24, 8, -110}, {-22, 12, -170}, {-20, 14, -260}, {-14, 30, -300}}, {13, 13, 13, 12, 11, 10}, hu::kVein);
    // Aorta: up to the right, over the left main bronchus, down in front of the spine's left side.
    shapes.tube({{8, -34, -22}, {0, -42, -2}, {-4, -44, 24}, {2, -34, 50}, {14, -10, 62}, {25, 18, 58}, {28, 40, 40}, {27, 46, 10}, {25, 46, -40},
                 {14, 30, -100}, {8, 12, -150}, {6, 2, -220}, {4, 8, -280}},
                {16, 15.5F, 15, 14.5F, 14, 13.5F, 13, 12.5F, 12, 11, 10.5F, 9.5F, 9}, hu::kBlood);
    shapes.tube({{0, -32, 52}, {-10, -22, 80}, {-24, -8, 110}, {-26, -2, 175}}, {7, 6.5F, 5, 3.6F}, hu::kBlood);
    shapes.tube({{-14, -20, 86}, {-44, -8, 108}, {-96, -14, 106}}, {5, 4.5F, 4}, hu::kBlood);
    shapes.tube({{12, -18, 62}, {16, -8, 100}, {27, -2, 175}}, {5, 4.2F, 3.6F}, hu::kBlood);
    shapes.tube({{22, 0, 62}, {30, 4, 96}, {52, -2, 108}, {96, -14, 106}}, {5.5F, 5, 4.5F, 4}, hu::kBlood);
    for (const float side : {-1.0F, 1.0F}) {
        shapes.tube({mirrored({34, 2, 150}, side), mirrored({36, -4, 175}, side)}, {5, 5}, hu::kVein);
        shapes.tube({mirrored({4, 8, -278}, side), mirrored({36, 14, -350}, side), mirrored({80, -36, -430}, side), mirrored({82, -20, -560}, side),
                     mirrored({76, 10, -870}, side)},
                    {8, 7, 6, 5, 3.5F}, hu::kBlood);
        shapes.tube({{6, 4, -158}, mirrored({34, 26, -164}, side), mirrored({50, 40, -166}, side)}, {4, 3.5F, 3}, hu::kBlood);
    }
    // Chalk in the wall of the arch and in front of the spine.
    for (const Vec spot : {Vec{20, 14, 72}, Vec{29, 4, 66}, Vec{37, 44, 22}, Vec{34, 52, -20}, Vec{4, 18, -146}}) {
        shapes.ellipsoid(spot, {2.2F, 3, 1.8F}, 650);
    }
    // Small lymph nodes in the fat.
    for (const Vec node : {Vec{-14, -4, 48}, Vec{-8, 22, 18}, Vec{40, -14, 46}}) {
        shapes.ellipsoid(node, {4, 3, 5}, 60);
    }
    (void)torso;
}

} // namespace akari::phantom
