// What every object beside images speaks in: coded concepts, references to other objects, display colours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/Identity.h"

namespace akari::objects {

// PS3.3 8.8. The value may be a short, long or URN code value.
struct CodedConcept {
    std::string value;
    std::string scheme;
    std::string meaning;

    bool empty() const { return value.empty() && meaning.empty(); }
    bool is(std::string_view otherValue, std::string_view otherScheme) const { return value == otherValue && scheme == otherScheme; }
    bool operator==(const CodedConcept&) const = default;
};

// PS3.3 10.8 and C.18.4.
struct ReferencedSop {
    std::string sopClass;
    std::string instance;
    std::vector<std::int32_t> frames;   // 1-based; empty: all
    std::vector<std::int32_t> segments; // segment numbers, 1-based; empty: all

    bool operator==(const ReferencedSop&) const = default;
};

struct ReferencedSeries {
    StudyInstanceUid study; // empty where the object doesn't say
    SeriesInstanceUid series;
    std::vector<ReferencedSop> instances;
};

// A number with its unit as the object writes it.
struct Quantity {
    double value = 0;
    CodedConcept unit;
};

struct DisplayColour { // sRGB
    std::uint8_t red = 0, green = 0, blue = 0;
    bool operator==(const DisplayColour&) const = default;
};

} // namespace akari::objects
