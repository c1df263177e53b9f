// Our own decoder for the lossless JPEG (ITU-T T.81 process 14, .57 and .70) that most archives hold: one component, one scan without
// restarts. Everything else, and every codestream that is not exactly as long as its picture, is left to the library, which then says what
// is wrong.
#pragma once

#include "core/decode/worker/Codec.h"

namespace akari::decode::worker {

// True when the picture is in `output`, which is then all written: samples of job.pixels' container (1 or 2 bytes), little-endian.
// False leaves anything in it. Never refuses.
bool decodePlainLosslessJpeg(const Job& job);

} // namespace akari::decode::worker
