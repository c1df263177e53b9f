#include "core/decode/Syntax.h"

#include <algorithm>
#include <array>
#include <utility>

namespace akari::decode {

std::optional<Syntax> syntaxOf(std::string_view transferSyntaxUid, bool encapsulated)
{
    using Entry = std::pair<std::string_view, Syntax>;
    static constexpr std::string_view kRoot = "1.2.840.10008.1.2";
    static constexpr std::array<Entry, 41> kEncapsulated{{{".1.98", Syntax::Native}, {".5", Syntax::Rle}, {".8.1", Syntax::DeflatedFrame},
        {".4.50", Syntax::Jpeg}, {".4.51", Syntax::Jpeg}, {".4.52", Syntax::Jpeg}, {".4.53", Syntax::Jpeg}, {".4.54", Syntax::Jpeg},
        {".4.55", Syntax::Jpeg}, {".4.56", Syntax::Jpeg}, {".4.57", Syntax::Jpeg}, {".4.58", Syntax::Jpeg}, {".4.59", Syntax::Jpeg},
        {".4.60", Syntax::Jpeg}, {".4.61", Syntax::Jpeg}, {".4.62", Syntax::Jpeg}, {".4.63", Syntax::Jpeg}, {".4.64", Syntax::Jpeg},
        {".4.65", Syntax::Jpeg}, {".4.66", Syntax::Jpeg}, {".4.70", Syntax::Jpeg}, {".4.80", Syntax::JpegLs}, {".4.81", Syntax::JpegLs},
        {".4.90", Syntax::Jpeg2000}, {".4.91", Syntax::Jpeg2000}, {".4.92", Syntax::Jpeg2000}, {".4.201", Syntax::HighThroughput2000},
        {".4.202", Syntax::HighThroughput2000}, {".4.203", Syntax::HighThroughput2000}, {".4.110", Syntax::JpegXl},
        {".4.111", Syntax::JpegXl}, {".4.112", Syntax::JpegXl}, {".4.100", Syntax::Video}, {".4.101", Syntax::Video},
        {".4.102", Syntax::Video}, {".4.103", Syntax::Video}, {".4.104", Syntax::Video}, {".4.105", Syntax::Video},
        {".4.106", Syntax::Video}, {".4.107", Syntax::Video}, {".4.108", Syntax::Video}}};
    if (!encapsulated) {
        return Syntax::Native;
    }
    if (!transferSyntaxUid.starts_with(kRoot)) {
        return std::nullopt;
    }
    // The variants whose stream may lie in several fragments (.100.1 and so on) hold the same streams.
    if (transferSyntaxUid.starts_with("1.2.840.10008.1.2.4.10") && transferSyntaxUid.ends_with(".1")) {
        transferSyntaxUid.remove_suffix(2);
    }
    // Compressed fragments under an uncompressed label, as some software saves them: the fragments say what they are.
    if (transferSyntaxUid == kRoot || transferSyntaxUid == "1.2.840.10008.1.2.1") {
        return Syntax::Jpeg;
    }
    const auto found = std::find_if(kEncapsulated.begin(), kEncapsulated.end(),
        [tail = transferSyntaxUid.substr(kRoot.size())](const Entry& entry) { return entry.first == tail; });
    return found == kEncapsulated.end() ? std::nullopt : std::optional(found->second);
}

} // namespace akari::decode
