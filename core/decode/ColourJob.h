// What goes into a job of Syntax::ColourProfile: the profile's length (8 bytes, little-endian), the profile, RGB triples of 8 bits.
#pragma once

#include <optional>

#include "core/base/Bytes.h"

namespace akari::decode {

Bytes colourJobInput(BytesView profile, BytesView rgb);

struct ColourJobParts {
    BytesView profile;
    BytesView rgb;
};
// nullopt when the length does not fit the bytes.
std::optional<ColourJobParts> colourJobParts(BytesView input);

} // namespace akari::decode
