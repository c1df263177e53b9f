#include "core/phantom/Anatomy.h"

namespace akari::phantom {

namespace {

// A long bone: cortex outside, marrow inside.
void bone(Shapes& shapes, const std::vector<Vec>& points, const std::vector<float>& radii, float cortex, float marrow)
{
    shapes.tube(points, radii, hu::kCortex);
    std::vector<float> inner = radii;
    for (float& r : inner) {
        r = std::max(r - cortex, 0.3F);
    }
    shapes.tube(points, inner, marrow);
}

void addVertebra(Shapes& shapes, const Torso& torso, float z, float height, float scale)
{
    const float y = torso.spineY(z);
    const float halfWidth = 16 * scale;
    const float halfDepth = 12.5F * scale;
    const float canal = y + halfDepth + 9;
    const float half = height / 2 - 2.2F;
    // Arch first, so that the body and the canal are cut cleanly into it.
    for (const float side : {-1.0F, 1.0F}) {
        shapes.capsule({side * 10, y + 4, z + 3}, {side * 11.5F, canal, z + 1}, 5, 5, hu::kCortex);
        shapes.capsule({side * 11, canal, z + 1}, {side * 4, canal + 11, z - 5}, 4.5F, 4.5F, hu::kCortex);
        shapes.capsule({side * 13, canal, z + 1}, {side * 32 * scale, canal + 7, z + 4}, 5.5F, 4, hu::kCortex);
        shapes.capsule({side * 14, canal, z + 1}, {side * 31 * scale, canal + 7, z + 4}, 3.5F, 2.4F, hu::kSpongy);
        shapes.capsule({side * 13, canal + 3, z + half + 3}, {side * 13, canal + 3, z - half - 1}, 4.5F, 4.5F, hu::kCortex);
    }
    const float drop = 16 * (scale > 1.1F ? 0.3F : 1.0F);
    for (const float up : {-2.5F, 2.5F}) {
        shapes.capsule({0, canal + 9, z - 5 + up}, {0, canal + 24, z - 5 - drop + up}, 3.2F, 3.4F, hu::kCortex);
    }
    shapes.capsule({0, canal + 10, z - 5}, {0, canal + 23, z - 5 - drop}, 1.8F, 1.8F, hu::kSpongy);
    // Body: an oval drum, waisted, with end plates; the disc below it.
    shapes.box({0, y, z}, {halfWidth, halfDepth, half + 2}, std::min(halfDepth, half + 2) * 0.55F, 0, hu::kCortex - 150);
    shapes.box({0, y, z}, {halfWidth - 1.4F, halfDepth - 1.4F, half + 0.8F}, std::min(halfDepth, half) * 0.5F, 0, hu::kSpongy);
    shapes.ellipsoid({0, y, z - height / 2}, {halfWidth * 0.98F, halfDepth * 0.98F, 3.2F}, hu::kDisc);
}

void addSpine(Shapes& shapes, const Torso& torso)
{
    for (int k = 0; k < 7; ++k) {
        addVertebra(shapes, torso, 137 + 16 * static_cast<float>(k), 16, 0.72F);
    }
    for (int k = 11; k >= 0; --k) {
        addVertebra(shapes, torso, 118 - 21 * static_cast<float>(k), 21, 0.92F + 0.02F * static_cast<float>(k));
    }
    for (int k = 4; k >= 0; --k) {
        addVertebra(shapes, torso, -140 - 31 * static_cast<float>(k), 31, 1.32F);
    }
    // The canal with fat, fluid and cord runs through all arches.
    std::vector<Vec> canal;
    for (float z = 230; z > -300; z -= 15) {
        const float scale = z > 128 ? 0.72F : (z > -122 ? 1.0F : 1.32F);
        canal.push_back({0, torso.spineY(z) + 12.5F * scale + 9, z});
    }
    shapes.tube(canal, std::vector<float>(canal.size(), 8.2F), hu::kFat);
    shapes.tube(canal, std::vector<float>(canal.size(), 7.2F), hu::kFluid);
    canal.resize(25);
    shapes.tube(canal, std::vector<float>(canal.size(), 4.4F), hu::kCord);
}

struct RibPlan {
    float drop;
    float lastAngle;
    float sternumZ; // 0 where the cartilage does not reach the sternum
};
constexpr RibPlan kRibs[12] = {{46, 148, 62},  {58, 152, 44},  {68, 155, 27},  {74, 156, 11},   {78, 155, -5},  {82, 152, -19},
                               {86, 147, -31}, {86, 140, -60}, {80, 132, -84}, {72, 122, -106}, {56, 92, 0},    {34, 62, 0}};

void addRib(Shapes& shapes, const Torso& torso, int k, float side)
{
    const RibPlan plan = kRibs[k];
    const float top = 124 - 21 * static_cast<float>(k);
    const float spine = torso.spineY(top);
    std::vector<Vec> path{{side * 17, spine + 8, top}, {side * 33, spine + 25, top + 1}};
    const float first = k == 0 ? 34.0F : 24.0F;
    constexpr int kPieces = 9;
    for (int i = 0; i <= kPieces; ++i) {
        const float t = static_cast<float>(i) / kPieces;
        const float z = top - 3 - plan.drop * (0.25F * t + 0.75F * t * t * (3 - 2 * t));
        path.push_back(torso.cage(z, mix(first, plan.lastAngle, t), side, 4.6F));
    }
    const auto shift = [&](float dz) {
        std::vector<Vec> moved = path;
        for (std::size_t i = 1; i < moved.size(); ++i) {
            moved[i].z += dz;
        }
        return moved;
    };
    const float half = k == 0 ? 1.2F : 2.7F;
    std::vector<float> outer(path.size(), 3.6F);
    std::vector<float> inner(path.size(), 2.0F);
    for (const float dz : {-half, 0.0F, half}) {
        shapes.tube(shift(dz), outer, hu::kCortex);
    }
    for (const float dz : {-half, 0.0F, half}) {
        shapes.tube(shift(dz), inner, hu::kRibMarrow);
    }
    if (plan.sternumZ == 0) {
        return;
    }
    // Cartilage: forward to the sternum, or up to the next rib's.
    const Vec end = path.back();
    const Vec goal = k < 7 ? torso.cage(plan.sternumZ, 180, side, 5) + Vec{side * (k == 0 ? 24.0F : 15.0F), 0, 0}
                           : torso.cage(plan.sternumZ + 14, k == 7 ? 158.0F : (k == 8 ? 148.0F : 139.0F), side, 4.6F);
    const Vec middle = torso.cage(mix(end.z, goal.z, 0.35F), mix(plan.lastAngle, k < 7 ? 174.0F : 150.0F, 0.45F), side, 4.6F);
    shapes.tube({end, middle, goal}, {4.4F, 4.4F, 4.2F}, hu::kCartilage);
}

void addSternum(Shapes& shapes, const Torso& torso)
{
    const auto section = [&](float top, float bottom, float widthTop, float widthBottom, float grow, float value) {
        constexpr int kSteps = 8;
        for (int i = 0; i < kSteps; ++i) {
            const float t = (static_cast<float>(i) + 0.5F) / kSteps;
            const float z = mix(top, bottom, t);
            const Vec c = torso.cage(z, 180, 1, 6);
            const float width = mix(widthTop, widthBottom, t) + grow;
            const Vec up = torso.cage(z + 1, 180, 1, 6) - c;
            shapes.box({0, c.y, z}, {width, 5.2F + grow, (top - bottom) / kSteps * 0.8F + grow}, 3, std::atan2(-up.y, up.z), value);
        }
    };
    section(76, 40, 27, 16, 0, hu::kCortex - 250);
    section(76, 40, 27, 16, -1.5F, hu::kSpongy - 30);
    section(37, -40, 13, 18, 0, hu::kCortex - 250);
    section(37, -40, 13, 18, -1.5F, hu::kSpongy - 30);
    const Vec tip = torso.cage(-62, 180, 1, 4);
    shapes.capsule(torso.cage(-42, 180, 1, 5), tip, 5, 3, hu::kCartilage + 60);
}

void addShoulder(Shapes& shapes, float side, bool armsUp)
{
    const auto at = [&](float x, float y, float z) { return mirrored({x, y, z}, side); };
    bone(shapes, {at(22, -66, 74), at(46, -68, 84), at(78, -46, 96), at(108, -18, 108), at(122, -8, 112)}, {7, 5.2F, 4.8F, 5, 5}, 1.7F, hu::kSpongy);
    // Shoulder blade: a thin triangle, thicker along its outer edge, with its spine and joint.
    const Vec upper = at(54, 92, 102);
    const Vec lower = at(66, 100, -14);
    const Vec joint = at(104, 34, 92);
    const Vec bulge = at(74, 92, 56);
    shapes.plate(upper, bulge, joint, 1.7F, hu::kCortex);
    shapes.plate(upper, lower, bulge, 1.7F, hu::kCortex);
    shapes.plate(lower, joint, bulge, 1.7F, hu::kCortex);
    bone(shapes, {lower, at(92, 68, 40), joint}, {3.6F, 4.6F, 8}, 1.6F, hu::kSpongy);
    bone(shapes, {upper, at(60, 98, 42), lower}, {2.6F, 2.6F, 3}, 1.4F, hu::kSpongy);
    bone(shapes, {at(57, 96, 78), at(86, 92, 98), at(118, 48, 122), at(126, 12, 122)}, {3.4F, 4.4F, 5, 5}, 1.5F, hu::kSpongy);
    bone(shapes, {at(100, 28, 98), at(98, 2, 104), at(104, -10, 98)}, {6, 5, 5}, 1.6F, hu::kSpongy);
    const Vec head = at(122, 16, 92);
    const Vec elbow = armsUp ? at(150, -20, 330) : at(196, 10, -180);
    const Vec shaft = armsUp ? at(124, 6, 180) : at(176, 12, -30);
    const Vec neck = lerp(head, shaft, 0.3F);
    bone(shapes, {head, neck, shaft, elbow}, {18, 13.5F, 11, 13}, 3, hu::kMarrow);
    shapes.ball(head, 22, hu::kCortex - 100);
    shapes.ball(head, 20.2F, hu::kSpongy - 40);
    const Vec wrist = armsUp ? at(58, -50, 440) : at(210, -20, -400);
    for (const float apart : {-8.0F, 8.0F}) {
        bone(shapes, {elbow + Vec{0, apart, 0}, lerp(elbow, wrist, 0.5F) + Vec{0, apart, 0}, wrist + Vec{0, apart, 0}}, {8, 6.5F, 7}, 2, hu::kMarrow);
    }
}

void addPelvis(Shapes& shapes, float side)
{
    const auto at = [&](float x, float y, float z) { return mirrored({x, y, z}, side); };
    const Vec front = at(124, -48, -338);
    const Vec crest = at(126, 8, -292);
    const Vec back = at(46, 74, -318);
    const Vec joint = at(88, 2, -420);
    const Vec notch = at(58, 62, -376);
    shapes.plate(front, crest, joint, 3, hu::kCortex);
    shapes.plate(crest, back, joint, 3, hu::kCortex);
    shapes.plate(back, notch, joint, 3.4F, hu::kCortex);
    bone(shapes, {front, at(131, -18, -306), crest, at(98, 52, -290), back, notch}, {5, 6, 6, 6, 8, 5}, 1.6F, hu::kSpongy);
    bone(shapes, {at(92, -12, -402), at(60, -52, -436), at(10, -66, -450)}, {12, 8, 9}, 1.8F, hu::kSpongy);
    bone(shapes, {at(10, -66, -452), at(34, -44, -486), at(58, 22, -506), at(80, 26, -450)}, {7, 6, 10, 11}, 1.8F, hu::kSpongy);
    shapes.ball(at(88, 0, -430), 30, hu::kCortex);
    shapes.ball(at(89, 0, -431), 26, hu::kCartilage);
    bone(shapes, {at(89, 0, -431), at(112, 4, -450), at(122, 6, -470), at(106, 2, -560), at(86, 4, -860)}, {24, 15, 17, 14, 17}, 4, hu::kMarrow);
    shapes.ball(at(89, 0, -431), 24, hu::kCortex - 100);
    shapes.ball(at(89, 0, -431), 22, hu::kSpongy);
    for (const float apart : {-20.0F, 20.0F}) {
        shapes.ball(at(84 + apart, 8, -868), 21, hu::kCortex - 150);
        shapes.ball(at(84 + apart, 8, -868), 19, hu::kSpongy);
    }
    shapes.ellipsoid(at(84, -38, -860), {20, 9, 22}, hu::kCortex - 200);
    shapes.ellipsoid(at(84, 4, -898), {38, 27, 13}, hu::kCortex - 250);
    shapes.ellipsoid(at(84, 4, -898), {36, 25, 11}, hu::kSpongy);
    bone(shapes, {at(80, -2, -904), at(78, -8, -1050), at(78, 8, -1250)}, {20, 12, 14}, 3.5F, hu::kMarrow);
    bone(shapes, {at(112, 22, -916), at(110, 22, -1080), at(106, 20, -1262)}, {8, 6, 9}, 2.4F, hu::kMarrow);
    bone(shapes, {at(82, 46, -1288), at(84, 20, -1270), at(88, -20, -1272)}, {16, 16, 13}, 2, hu::kSpongy);
    for (int toe = 0; toe < 5; ++toe) {
        const auto t = static_cast<float>(toe);
        bone(shapes, {at(84 + 3 * t, -26, -1282), at(80 + 9 * t, -98 + 6 * t, -1298), at(79 + 10 * t, -136 + 9 * t, -1302)}, {6, 5, 4}, 1.5F, hu::kSpongy);
    }
}

} // namespace

void addSkeleton(Shapes& shapes, const Torso& torso, bool armsUp)
{
    for (const float side : {-1.0F, 1.0F}) {
        for (int k = 0; k < 12; ++k) {
            addRib(shapes, torso, k, side);
        }
    }
    addSternum(shapes, torso);
    addSpine(shapes, torso);
    for (const float side : {-1.0F, 1.0F}) {
        addShoulder(shapes, side, armsUp);
        addPelvis(shapes, side);
    }
    // Sacrum and tail bone.
    for (int k = 0; k < 5; ++k) {
        const auto t = static_cast<float>(k);
        const Vec c{0, 58 + 9 * t - 0.8F * t * t, -300 - 24 * t};
        shapes.ellipsoid(c, {48 - 8.5F * t, 19 - 2.4F * t, 19}, hu::kCortex - 150);
        shapes.ellipsoid(c, {46 - 8.5F * t, 17 - 2.4F * t, 17}, hu::kSpongy);
    }
    bone(shapes, {{0, 84, -414}, {0, 78, -436}, {0, 66, -450}}, {8, 6, 3}, 1.6F, hu::kSpongy);
}

} // namespace akari::phantom
