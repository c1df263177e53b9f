// Which decoder a transfer syntax asks for.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace akari::decode {

enum class Syntax : std::uint8_t { Native, Rle, Jpeg, JpegLs, Jpeg2000, HighThroughput2000, JpegXl, DeflatedFrame, Video };

// nullopt for JPIP and whatever else this program can't decode.
std::optional<Syntax> syntaxOf(std::string_view transferSyntaxUid, bool encapsulated);

} // namespace akari::decode
