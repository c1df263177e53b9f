// What colour jobs need before the filter closes.
#pragma once

namespace akari::decode::worker {

// Makes the sRGB profile that every colour job ends in: making one asks for the time, and glibc then opens the time zone's file.
void prepareColour();

} // namespace akari::decode::worker
