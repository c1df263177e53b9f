// The whole phantom: the torso's regions and the shapes painted over them.
#pragma once

#include "core/phantom/Shapes.h"
#include "core/phantom/Torso.h"

namespace akari::phantom {

struct AnatomyOptions {
    bool armsUp = true;
    float noduleDiameter = 12;
    bool wholeBody = false; // head, pelvis, legs and bowel too
    std::vector<Vec> markers;
};

inline constexpr Vec kNoduleCentre{-84, 46, 1}; // superior segment of the right lower lobe
inline constexpr float kMarkerRadius = 9;

struct Anatomy {
    explicit Anatomy(const AnatomyOptions& options);
    Torso torso;
    Shapes shapes;
};

// Each adds its shapes in painter's order.
void addOrgans(Shapes& shapes, const Torso& torso);
void addVessels(Shapes& shapes, const Torso& torso);
void addAirways(Shapes& shapes, const Torso& torso);
void addGreatVessels(Shapes& shapes, const Torso& torso);
void addSkeleton(Shapes& shapes, const Torso& torso, bool armsUp);
void addLowerBody(Shapes& shapes, const Torso& torso);
void addHead(Shapes& shapes);

} // namespace akari::phantom
