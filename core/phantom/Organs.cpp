#include "core/phantom/Anatomy.h"

namespace akari::phantom {

namespace {

void addHeart(Shapes& shapes)
{
    const Vec c = kHeartCentre;
    shapes.ellipsoid(c, kHeartRadii, kHeartAxis, hu::kFat);
    // Right heart in front and to the right, left ventricle behind and to the left, with its thick wall.
    shapes.ellipsoid(c + Vec{-14, -6, 2}, {30, 31, 46}, {0.5F, -0.35F, -0.7F}, hu::kMyocardium);
    shapes.ellipsoid(c + Vec{14, 4, -8}, {33, 33, 46}, kHeartAxis, hu::kMyocardium);
    shapes.ellipsoid(c + Vec{-14, -9, 2}, {20, 24, 40}, {0.5F, -0.35F, -0.7F}, hu::kVein);
    shapes.ellipsoid(c + Vec{-38, 6, 8}, {20, 24, 30}, hu::kMyocardium);
    shapes.ellipsoid(c + Vec{-38, 6, 8}, {18, 22, 28}, hu::kVein);
    shapes.ellipsoid(c + Vec{14, 4, -8}, {22, 22, 35}, kHeartAxis, hu::kBlood);
    shapes.ellipsoid(c + Vec{-4, 34, 16}, {31, 19, 22}, hu::kMyocardium);
    shapes.ellipsoid(c + Vec{-4, 34, 16}, {29, 17, 20}, hu::kBlood);
    // The wall between the chambers stays.
    shapes.plate(c + Vec{2, -34, 10}, c + Vec{2, 16, 20}, c + Vec{26, -22, -50}, 3.5F, hu::kMyocardium);
    shapes.tube({c + Vec{2, -20, 26}, c + Vec{22, -32, 12}, c + Vec{36, -34, -14}, c + Vec{44, -30, -34}}, {2, 2, 1.6F, 1.2F}, hu::kBlood);
    shapes.ball(c + Vec{14, -27, 19}, 1.8F, 620);
}

void addUpperAbdomen(Shapes& shapes)
{
    const Clip below = Clip::BelowDiaphragm;
    shapes.ellipsoid({97, 44, -112}, {27, 40, 46}, {0.3F, 0.2F, 1}, hu::kSpleen, below);
    shapes.ellipsoid({58, -24, -118}, {46, 40, 50}, {0.5F, 0.1F, 0.8F}, hu::kWall + 20, below);
    shapes.ellipsoid({58, -24, -118}, {42, 36, 46}, {0.5F, 0.1F, 0.8F}, hu::kFluid, below);
    shapes.ellipsoid({56, -42, -97}, {31, 16, 24}, {0.5F, 0.1F, 0.8F}, hu::kGas, below);
    shapes.ellipsoid({92, -34, -146}, {20, 18, 22}, hu::kWall, below);
    shapes.ellipsoid({92, -36, -146}, {17, 14, 19}, hu::kGas, below);
    for (const float side : {-1.0F, 1.0F}) {
        const float drop = side < 0 ? -14.0F : 0.0F;
        shapes.ellipsoid(mirrored({56, 46, -168 + drop}, side), {27, 26, 54}, mirrored({-0.25F, -0.1F, 1}, side), hu::kKidney, below);
        shapes.ellipsoid(mirrored({46, 44, -168 + drop}, side), {15, 12, 30}, mirrored({-0.25F, -0.1F, 1}, side), hu::kFat, below);
    }
    shapes.tube({{-20, -8, -172}, {0, -18, -160}, {30, -4, -150}, {66, 26, -134}}, {15, 11, 10, 8}, 90, below);
    shapes.ellipsoid({-62, -48, -152}, {17, 21, 30}, {0.2F, -0.3F, 1}, 8, below);
}

} // namespace

void addOrgans(Shapes& shapes, const Torso&)
{
    addUpperAbdomen(shapes);
    addHeart(shapes);
    // Thyroid, thymus remnant and oesophagus with a trace of air.
    shapes.ellipsoid({-21, -6, 143}, {10, 13, 22}, 170);
    shapes.ellipsoid({21, -6, 143}, {10, 13, 21}, 170);
    shapes.tube({{4, 26, 160}, {6, 34, 100}, {8, 34, 30}, {10, 30, -30}, {20, 18, -80}, {40, 4, -100}}, {7, 7, 7.5F, 7.5F, 8, 8}, hu::kWall + 15);
    shapes.tube({{5, 26, 130}, {6, 34, 100}, {8, 34, 62}}, {1.5F, 2, 1}, hu::kGas);
    // Breast muscles, and the long muscles of the back, set off by thin planes of fat.
    for (const float side : {-1.0F, 1.0F}) {
        shapes.plate(mirrored({30, -93, 62}, side), mirrored({120, -62, 78}, side), mirrored({34, -113, -10}, side), 0.9F, hu::kFat);
        shapes.tube({mirrored({52, 92, 90}, side), mirrored({50, 100, 0}, side), mirrored({44, 92, -120}, side)}, {0.8F, 1.2F, 1.2F}, hu::kFat);
    }
}

void addLowerBody(Shapes& shapes, const Torso&)
{
    // Bowel: loops in the abdomen, the colon as a frame around them with gas.
    std::vector<Vec> loop;
    std::vector<float> radii;
    for (int i = 0; i < 46; ++i) {
        const auto t = static_cast<float>(i);
        loop.push_back({58 * std::sin(t * 0.9F), -34 + 20 * std::cos(t * 1.7F), -205 - 4.4F * t});
        radii.push_back(13);
    }
    shapes.tube(loop, radii, 60, Clip::BelowDiaphragm);
    for (float& r : radii) {
        r = 9.5F;
    }
    shapes.tube(loop, radii, 18, Clip::BelowDiaphragm);
    const std::vector<Vec> colon{{-84, -14, -370}, {-96, -18, -300}, {-98, -22, -230}, {-60, -58, -205}, {0, -68, -215}, {60, -58, -195},
                                 {94, -22, -170},  {98, -6, -250},   {92, -4, -330},   {60, -4, -380},   {20, 10, -390}, {6, 40, -430}, {0, 50, -490}};
    shapes.tube(colon, {25, 25, 24, 22, 21, 20, 19, 18, 17, 16, 16, 18, 14}, 45);
    shapes.tube(colon, {22, 22, 21, 19, 18, 17, 16, 14, 13, 12, 12, 14, 8}, -60);
    shapes.tube({{-92, -32, -290}, {-62, -68, -203}, {0, -76, -212}, {60, -66, -192}, {94, -32, -176}}, {8, 10, 11, 10, 9}, hu::kGas);
    shapes.ellipsoid({0, -26, -440}, {44, 34, 36}, 40);
    shapes.ellipsoid({0, -26, -440}, {40, 30, 32}, 6);
}

void addHead(Shapes& shapes)
{
    const Vec c{0, -12, 308};
    shapes.ellipsoid(c, {76, 96, 89}, hu::kCortex + 100);
    shapes.ellipsoid(c, {72.5F, 92.5F, 85.5F}, 420);
    shapes.ellipsoid(c, {71, 91, 84}, hu::kCortex + 100);
    shapes.ellipsoid(c, {69, 89, 82}, hu::kFluid);
    shapes.ellipsoid(c + Vec{-33, 0, 4}, {32, 85, 74}, hu::kBrain);
    shapes.ellipsoid(c + Vec{33, 0, 4}, {32, 85, 74}, hu::kBrain);
    shapes.ellipsoid(c + Vec{0, 46, -52}, {48, 32, 26}, hu::kBrain);
    for (const float side : {-1.0F, 1.0F}) {
        shapes.ellipsoid(c + mirrored({12, -8, 10}, side), {6, 30, 10}, hu::kFluid);
        // Eye sockets, eyes with lenses, cheek bones, sinuses.
        shapes.ball(mirrored({33, -84, 268}, side), 19, hu::kFat);
        shapes.ball(mirrored({33, -92, 268}, side), 12.5F, 10);
        shapes.ellipsoid(mirrored({33, -102, 268}, side), {4.5F, 2, 4.5F}, 90);
        shapes.tube({mirrored({20, -100, 248}, side), mirrored({52, -82, 250}, side), mirrored({64, -40, 258}, side)}, {5, 6, 4}, hu::kCortex);
        shapes.ellipsoid(mirrored({30, -76, 236}, side), {17, 18, 16}, hu::kCortex);
        shapes.ellipsoid(mirrored({30, -76, 236}, side), {15, 16, 14}, hu::kAir);
        shapes.tube({mirrored({2, -104, 186}, side), mirrored({26, -94, 188}, side), mirrored({48, -52, 206}, side), mirrored({54, -36, 246}, side)},
                    {9, 8, 8, 6}, hu::kCortex);
        shapes.tube({mirrored({3, -100, 208}, side), mirrored({20, -92, 208}, side), mirrored({32, -70, 210}, side)}, {6, 6, 6}, 1500);
    }
    shapes.ellipsoid({0, -84, 242}, {11, 26, 22}, hu::kAir);
    shapes.tube({{0, -58, 236}, {0, -34, 214}, {0, -18, 190}, {0, -10, 165}}, {9, 9, 8, 8.5F}, hu::kAir);
}

} // namespace akari::phantom
