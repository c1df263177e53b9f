// Private to the room: a PNG's samples, decoded in akari-unpack.
#pragma once

#include "core/base/Bytes.h"
#include "core/base/JobQueue.h"
#include "core/base/Result.h"

namespace akari::importing {

struct PngPicture {
    std::uint16_t rows = 0;
    std::uint16_t columns = 0;
    std::uint8_t channels = 1; // 1 grey, 3 RGB
    std::uint8_t bits = 8;     // 8 or 16
    bool blended = false;      // it had transparent parts, which were laid on black
    Bytes samples;             // interleaved, little-endian
};

// "import.png" for what is damaged or larger than a picture in DICOM; "import.unpacker", "program.missing".
Result<PngPicture> readPng(const SharedBytes& bytes, StopToken stop);

} // namespace akari::importing
