// What a picture says of itself, so that nobody takes it for more than it is (hazards 8 and 21).
#pragma once

#include <string>

#include "core/image/DisplaySet.h"

namespace akari::render {

// Words of the fidelity badge and the flip badge, in the reader's language; "%1" is a number or a name.
struct Wording {
    std::string flipped = "FLIPPED";
    std::string rotated = "ROTATED %1°";
    std::string lossy = "Lossy";
    std::string lossyRatio = "Lossy %1:1";
    std::string reduced = "Reduced to %1 %";
    std::string atDetector = "Scale at detector";
    std::string estimatedMagnification = "Scale by estimated magnification";
    std::string calibrated = "Scale calibrated";
    std::string mip = "MIP %1 mm";
    std::string minIp = "MinIP %1 mm";
    std::string mean = "Mean %1 mm";
    std::string tiltCorrected = "Tilt corrected";
    std::string unevenSpacing = "Uneven spacing";
    std::string interpolated = "Interpolated";
    std::string provisional = "Lossless copy, original on its way";
    std::string gaps = "Slices missing at %1 places";
    std::string volume = "3D";
    std::string volumeReduced = "3D reduced to %1";
    std::string someSlices = "%1 of %2 slices";
    std::string missing = "Slices are missing under this plane";
};

// "a · b"; words that are empty add nothing.
void addWords(std::string& list, const std::string& words);
// The pattern with %1 and %2 replaced.
std::string worded(std::string pattern, const std::string& first, const std::string& second = {});

std::string lossyWords(const image::FrameAttributes& frame, const Wording& wording);
// The class behind every millimetre on a projection.
std::string scaleWords(image::Calibration calibration, const Wording& wording);
std::string spacingWords(const image::DisplaySet& set, const Wording& wording);
// Of what is cut or drawn through many slices: what is true of any of them.
std::string volumeWords(const image::DisplaySet& set, const Wording& wording);

} // namespace akari::render
