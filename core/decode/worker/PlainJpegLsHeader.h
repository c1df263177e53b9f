// The markers of an ITU-T T.87 codestream that decodePlainJpegLs() can decode.
#pragma once

#include <cstdint>
#include <optional>

#include "core/base/Bytes.h"

namespace akari::decode::worker {

struct PlainJpegLsHeader {
    unsigned precision = 0;
    int maximum = 0; // MAXVAL
    int t1 = 0, t2 = 0, t3 = 0;
    int reset = 64;
    std::uint32_t rows = 0, columns = 0;
    std::size_t data = 0; // where the scan's bits begin
};
// nullopt where it is anything but one component, lossless, in one scan without restarts, over the whole range of its depth.
std::optional<PlainJpegLsHeader> readPlainJpegLsHeader(BytesView bytes);

} // namespace akari::decode::worker
