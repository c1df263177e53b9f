// Private to the room: what a transfer syntax UID says about the dataset's encoding (PS3.5 annex A).
#pragma once

#include <optional>
#include <string_view>

#include "core/dicom/DataSetReader.h"

namespace akari::dicom {

struct SyntaxTraits {
    Encoding encoding;
    bool deflated = false;
    bool encapsulated = false;
    bool known = false; // of the standard's own root, or a private one met in practice
};
SyntaxTraits syntaxTraits(std::string_view uid);
std::string_view uidOf(Encoding encoding);

// The encoding the bytes themselves show from `at` on; nullopt when they look like no dataset.
std::optional<Encoding> encodingShown(BytesView bytes, std::uint64_t at);
// Whether the first element read in this encoding makes sense.
bool looksLike(Encoding encoding, BytesView bytes, std::uint64_t at);

} // namespace akari::dicom
