// The large regions of the body as functions of position: skin, fat, muscle, chest and abdominal cavity, lungs, diaphragm, liver.
// Anatomy coordinates: LPS, mm, origin in the middle of the chest.
#pragma once

#include <vector>

#include "core/phantom/Space.h"

namespace akari::phantom {

// HU of the tissues, exact before noise.
namespace hu {
inline constexpr float kAir = -1000;
inline constexpr float kLung = -860;
inline constexpr float kFat = -100;
inline constexpr float kSkin = 40;
inline constexpr float kMuscle = 55;
inline constexpr float kLiver = 105;
inline constexpr float kSpleen = 125;
inline constexpr float kKidney = 170;
inline constexpr float kBlood = 190;      // aorta and left heart, contrast enhanced
inline constexpr float kVein = 150;
inline constexpr float kMyocardium = 95;
inline constexpr float kLungVessel = 130;
inline constexpr float kWall = 35;
inline constexpr float kFluid = 12;
inline constexpr float kGas = -980;
inline constexpr float kCortex = 750;
inline constexpr float kSpongy = 210;
inline constexpr float kRibMarrow = 260;
inline constexpr float kMarrow = -40;
inline constexpr float kCartilage = 115;
inline constexpr float kDisc = 85;
inline constexpr float kCord = 38;
inline constexpr float kBrain = 36;
inline constexpr float kNodule = 40;
inline constexpr float kMarker = 2400;
} // namespace hu

class Torso {
public:
    explicit Torso(bool armsUp);

    struct Skin {
        float distance;
        float fatThickness;
    };
    Skin skin(Vec q) const;
    float cavity(Vec q) const;
    float lung(Vec q, float side) const { return lung(q, side, cavity(q)); } // side -1 right, +1 left
    float aboveDiaphragm(Vec q) const;     // negative above the domes
    float liver(Vec q) const { return liver(q, cavity(q)); }
    // HU of everything painted here, before the other shapes go on top.
    float value(Vec q, float outside, float inverseWidth) const;
    // A point of the rib cage, `outward` mm outside the cavity; angle 0 at the back, 180 degrees in front.
    Vec cage(float z, float angleDegrees, float side, float outward) const;
    float spineY(float z) const;

private:
    struct Section {
        float bodyA, bodyB, bodyY, slope, fat;
        float cavityA, cavityB, cavityY;
        float spineY;
    };
    const Section& at(float z) const;
    float lung(Vec q, float side, float inner) const;
    float liver(Vec q, float inner) const;
    float limbs(Vec q) const;
    float wall(Vec q, float inner, float outside, float inverseWidth) const;
    bool farOutside(Vec q) const;

    std::vector<Section> m_sections; // every 0.25 mm
    bool m_armsUp;
};

inline constexpr Vec kHeartCentre{24, -36, -34};
inline constexpr Vec kHeartRadii{50, 42, 60};
inline constexpr Vec kHeartAxis{0.62F, -0.42F, -0.66F};

} // namespace akari::phantom
