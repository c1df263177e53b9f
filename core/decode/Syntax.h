// Which decoder a transfer syntax asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace akari::decode {

enum class Syntax : std::uint8_t { Native, Rle, Jpeg, JpegLs, Jpeg2000, HighThroughput2000, DeflatedFrame };

// nullopt for video, JPIP and whatever else has no still frames this program can decode.
std::optional<Syntax> syntaxOf(std::string_view transferSyntaxUid, bool encapsulated);

} // namespace akari::decode
