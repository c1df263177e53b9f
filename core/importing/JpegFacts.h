// Private to the room: what a JPEG file says of itself, without decoding it (ISO 10918-1, JFIF, Exif).
#pragma once

#include <cstdint>
#include <string>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::importing {

struct JpegFacts {
    std::uint16_t rows = 0;
    std::uint16_t columns = 0;
    std::uint8_t components = 0;   // 1 or 3
    std::string photometric;       // MONOCHROME2, YBR_FULL_422 or RGB
    std::uint64_t length = 0;      // up to and with the end marker
};

// Baseline (SOF0), 8 bits, grey or three colours, upright and whole; anything else is refused: "import.jpeg", "import.rotated".
Result<JpegFacts> readJpeg(BytesView bytes);

} // namespace akari::importing
