// Private to the room: base64 as DICOM JSON and OpenID Connect write it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/base/Bytes.h"

namespace akari::archive {

// Either alphabet of RFC 4648, with or without padding and line ends. Null for anything else.
std::optional<Bytes> fromBase64(std::string_view text);
// The alphabet for addresses, without padding.
std::string base64Url(BytesView bytes);

} // namespace akari::archive
