// Our own decoder for the JPEG-LS that nearly every archive holds: one component, lossless, one scan without restarts. Everything else, and
// every codestream that is not exactly as long as its picture, is left to CharLS, which then says what is wrong.
#pragma once

#include "core/decode/worker/Codec.h"

namespace akari::decode::worker {

// True when the picture is in `output`, which is then all written: samples of job.pixels' container (1 or 2 bytes), little-endian.
// False leaves anything in it. Never refuses: that is for CharLS to do.
bool decodePlainJpegLs(const Job& job);

} // namespace akari::decode::worker
