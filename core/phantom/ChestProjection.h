// Line integrals through the anatomy: what a detector behind the patient would see.
#pragma once

#include <vector>

#include "core/phantom/Space.h"

namespace akari::phantom {

struct Projection {
    bool lateral = false;        // else from back to front
    int columns = 0;
    int rows = 0;
    double betweenColumns = 0.2; // mm at the detector, parallel beam
    double betweenRows = 0.2;
    double top = 190;            // mm above the anatomy's origin
};

// Attenuation (dimensionless), row by row from the head down.
std::vector<float> project(const Projection& projection);
// What the console makes of it: the logarithm compressed, fine detail lifted, 0..4095, bone bright.
std::vector<float> enhance(const std::vector<float>& attenuation, const Projection& projection);

} // namespace akari::phantom
