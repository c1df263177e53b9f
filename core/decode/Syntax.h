// Which decoder a transfer syntax asks for. ColourProfile is none: decoded RGB goes in with an ICC profile, sRGB comes out.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace akari::decode {

enum class Syntax : std::uint8_t { Native, Rle, Jpeg, JpegLs, Jpeg2000, HighThroughput2000, JpegXl, DeflatedFrame, Video, ColourProfile };

// nullopt for JPIP and whatever else this program can't decode.
std::optional<Syntax> syntaxOf(std::string_view transferSyntaxUid, bool encapsulated);

} // namespace akari::decode
