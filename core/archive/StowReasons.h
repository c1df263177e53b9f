// Private to the room: what the numbers in a STOW-RS answer mean, in words.
#pragma once

#include <string>

namespace akari::archive {

// Failure Reason (0008,1197): PS3.18 table I.2-2, PS3.4 table B.2-1 and PS3.7 annex C. One sentence.
std::string failureText(int code);
// Warning Reason (0008,1196): PS3.18 table I.2-1. Empty for 0.
std::string warningText(int code);

} // namespace akari::archive
