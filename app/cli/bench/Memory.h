#pragma once

namespace akari::cli {

// The highest resident memory since forgetPeakMemory(), or since the start where the system can't forget. 0: not known.
double peakMemoryMegabytes();
void forgetPeakMemory();

} // namespace akari::cli
