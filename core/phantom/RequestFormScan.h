#pragma once

#include <string_view>

namespace akari::phantom {

inline constexpr int kScanColumns = 1240;
inline constexpr int kScanRows = 1754;

// Deflated, then ASCII base 85 without the closing mark.
std::string_view requestFormScan();

} // namespace akari::phantom
