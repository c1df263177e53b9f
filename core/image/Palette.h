// Palette colour (PS3.3 C.7.6.3.1.5, C.7.6.3.1.6, C.7.9): 8 or 16 bits an entry, plain or segmented.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "core/dicom/DataSet.h"
#include "core/image/SliceTable.h"

namespace akari::image {

struct Palette {
    struct Channel {
        std::int64_t firstMapped = 0;
        std::uint16_t bits = 8; // 8 or 16, of the entries
        std::vector<std::uint16_t> entries;
        // 16-bit entries keep their high byte.
        std::uint8_t eightBit(std::int64_t stored) const;
    };
    std::array<Channel, 3> channels; // red, green, blue
};

// "load.palette" when a table is absent, shorter than its descriptor, or its segments contradict it.
Result<Palette> readPalette(const dicom::DataSet& dataSet);

// RGB triples, 8 bit.
std::vector<std::uint8_t> throughPalette(const Samples& indices, const Palette& palette);

} // namespace akari::image
