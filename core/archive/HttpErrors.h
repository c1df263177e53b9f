// Private to the room: libcurl's failures in the workstation's words.
#pragma once

#include <string>
#include <string_view>

#include "core/archive/PeerSeen.h"
#include "core/base/Result.h"

namespace akari::archive {

// `code` is a CURLcode, `words` what libcurl wrote into its error buffer: read, never shown.
Error transportError(int code, std::string_view words, bool bodyBegan, const PeerSeen& peer);
Error proxyError(std::string detail);
Error oversized(std::string detail);

} // namespace akari::archive
