// Private to the room: what a file is, by its first bytes; never by its name.
#pragma once

#include <cstdint>

#include "core/base/Bytes.h"

namespace akari::importing {

enum class FileKind : std::uint8_t {
    MaybeDicom, // Part 10, or what may be a dataset without preamble: the reader decides
    Archive,    // zip, tar, gzip
    Jpeg,
    Png,
    Pdf,
    Mp4,
    Other
};

inline constexpr std::size_t kSniffBytes = 4096;

FileKind kindOf(BytesView firstBytes);

} // namespace akari::importing
