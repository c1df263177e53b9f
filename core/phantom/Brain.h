// A head as magnetic resonance sees it. Coordinates: LPS, mm, origin in the middle of the brain.
#pragma once

#include "core/phantom/Space.h"

namespace akari::phantom {

// Signal of each tissue in one sequence, stored values.
struct Contrast {
    float fat, muscle, bone, marrow, fluid, grey, white, deepGrey, lesion, eye;
};

float brainSignal(Vec p, const Contrast& contrast);

inline constexpr Vec kBrainLesion{25, -24, 33}; // white matter of the left frontal lobe
inline constexpr Vec kVentricle{11, -10, 17};   // middle of the left lateral ventricle

} // namespace akari::phantom
