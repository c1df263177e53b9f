// The grey-scale chain: modality -> VOI -> presentation, to 16-bit P-values (PS3.3 C.11.1, C.11.2, C.11.6; PS3.14 for what P-values are).
#pragma once

#include <span>

#include "core/image/SliceTable.h"

namespace akari::image {

inline constexpr double kWhite = 65535.0; // the largest P-value

// VOI function of PS3.3 C.11.2.1.2 / C.11.2.1.3 for one modality value, to [0, 65535], exact to the integer:
// LINEAR with its -0.5 and width-1 terms, LINEAR_EXACT, SIGMOID. `inverse` = MONOCHROME1 XOR a presentation INVERSE XOR the user's invert.
std::uint16_t applyWindow(double modality, const Window& window, bool inverse);
// The same for many values; uint16 P-values; same results as the single form. Fast (AVX2 where there is one).
void applyWindow(std::span<const float> modality, const Window& window, bool inverse, std::span<std::uint16_t> pValues);
std::uint16_t applyVoiTable(double modality, const LookupTable& table, bool inverse);

// The window shown at open: the image's first, else one from the data (1st to 99th percentile).
Window initialWindow(const Slice& slice);

} // namespace akari::image
