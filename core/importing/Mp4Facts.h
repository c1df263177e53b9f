// Private to the room: what an MP4 file says of its video, without decoding it (ISO 14496-12 and -15).
#pragma once

#include <cstdint>
#include <string>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::importing {

struct Mp4Facts {
    std::uint16_t rows = 0;
    std::uint16_t columns = 0;
    std::uint32_t frames = 0;
    double frameTime = 0; // ms
    std::string transferSyntaxUid;
};

// H.264 High profile up to level 4.1 (.102) or 4.2 (.104), one upright video track; anything else is refused: "import.video", "import.rotated".
Result<Mp4Facts> readMp4(BytesView bytes);

} // namespace akari::importing
