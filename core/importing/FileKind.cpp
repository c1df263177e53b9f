#include "core/importing/FileKind.h"

#include <algorithm>
#include <string_view>

namespace akari::importing {
namespace {

bool holdsAt(BytesView bytes, std::size_t at, std::string_view wanted)
{
    return bytes.size() >= at + wanted.size() && asText(bytes.subspan(at, wanted.size())) == wanted;
}

bool isZip(BytesView bytes) { return holdsAt(bytes, 0, "PK\x03\x04") || holdsAt(bytes, 0, {"PK\x05\x06", 4}); }

// Without preamble the first element is of group 0002 or 0008, in either byte order.
bool mayBeginDataSet(BytesView bytes)
{
    if (bytes.size() < 8) {
        return false;
    }
    const unsigned little = bytes[0] | bytes[1] << 8;
    const unsigned big = bytes[1] | bytes[0] << 8;
    return little == 0x0002 || little == 0x0008 || big == 0x0002 || big == 0x0008;
}

} // namespace

FileKind kindOf(BytesView bytes)
{
    if (holdsAt(bytes, 128, "DICM") || holdsAt(bytes, 0, "DICM")) {
        return FileKind::MaybeDicom;
    }
    if (isZip(bytes) || holdsAt(bytes, 257, "ustar") || holdsAt(bytes, 0, "\x1F\x8B")) {
        return FileKind::Archive;
    }
    if (holdsAt(bytes, 0, "\xFF\xD8\xFF")) {
        return FileKind::Jpeg;
    }
    if (holdsAt(bytes, 0, "\x89PNG\r\n\x1A\n")) {
        return FileKind::Png;
    }
    // Some writers put a line before the mark (ISO 32000-1 annex H.3, note 13).
    if (asText(bytes.first(std::min<std::size_t>(bytes.size(), 1024))).find("%PDF-") != std::string_view::npos) {
        return FileKind::Pdf;
    }
    if (holdsAt(bytes, 4, "ftyp")) {
        return FileKind::Mp4;
    }
    return mayBeginDataSet(bytes) ? FileKind::MaybeDicom : FileKind::Other;
}

} // namespace akari::importing
