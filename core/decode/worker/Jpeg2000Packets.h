// The packets of an ITU-T T.800 or T.814 codestream, walked by their headers (T.800 B.9, B.10) without decoding a sample.
#pragma once

#include "core/decode/worker/Jpeg2000Header.h"

namespace akari::decode::worker {

// True when every tile consists of exactly the packets that the main header announces, each as long as its own header says, and of nothing
// else: then none is missing. False says nothing: packets may be missing, or the codestream does what this walk does not follow
// (progression order changes, parameters of its own for a tile or component, packet headers apart, code-blocks of several segments,
// subsampling).
bool everyPacketIsThere(const Jpeg2000Header& header, BytesView bytes);

} // namespace akari::decode::worker
