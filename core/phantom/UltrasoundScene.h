// A curved probe looking at liver, gall bladder, kidney and a beating vein in colour Doppler.
#pragma once

#include <cstdint>
#include <vector>

namespace akari::phantom {

inline constexpr int kUsColumns = 640;
inline constexpr int kUsRows = 480;
inline constexpr double kUsCmPerColumn = 0.0400;
inline constexpr double kUsCmPerRow = 0.0415;
inline constexpr int kUsFrames = 40;
// Corners of the scan and of the Doppler box, in pixels.
inline constexpr int kUsScan[4] = {40, 24, 599, 463};
inline constexpr int kUsDoppler[4] = {330, 150, 459, 269};

// RGB, three bytes a pixel; frame 0-based, one cycle in kUsFrames.
std::vector<std::uint8_t> ultrasoundFrame(int frame);

} // namespace akari::phantom
