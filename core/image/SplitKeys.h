// Private to core/image: the attributes that may split a series, by the names that the rules use.
#pragma once

#include <string>

#include "core/image/Attributes.h"
#include "core/image/SplitRules.h"

namespace akari::image {

struct SplitPart {
    std::string key;  // frames of one key belong together
    std::string word; // for the label: "TE 30 ms"
};

struct SplitKeyDefinition {
    const char* key;
    const char* reason;
    SplitPart (*part)(const FrameAttributes&); // null: needs more than one frame to decide (orientation, frame of reference)
};

// Null when there is no such key.
const SplitKeyDefinition* splitKey(const std::string& key);

// Shortest decimal form, for keys and labels.
std::string shortNumber(double value);

} // namespace akari::image
