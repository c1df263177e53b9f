#include <array>

#include "core/importing/InputFile.h"

namespace akari::importing {
namespace {

// Length of the well-formed UTF-8 sequence that begins at `at`, 0 where there is none (Unicode table 3-7).
std::size_t sequenceAt(std::string_view text, std::size_t at)
{
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
    const unsigned first = byte(at);
    if (first >= 0x20 && first < 0x7F) {
        return 1;
    }
    const std::size_t length = first >= 0xC2 && first <= 0xDF ? 2 : first >= 0xE0 && first <= 0xEF ? 3 : first >= 0xF0 && first <= 0xF4 ? 4 : 0;
    if (length == 0 || at + length > text.size()) {
        return 0;
    }
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(at + i) & 0xC0) != 0x80) {
            return 0;
        }
    }
    const unsigned second = byte(at + 1);
    const bool overlong = (first == 0xE0 && second < 0xA0) || (first == 0xF0 && second < 0x90);
    const bool beyond = (first == 0xED && second > 0x9F) || (first == 0xF4 && second > 0x8F);
    return overlong || beyond ? 0 : length;
}

} // namespace

std::string shownName(std::string_view bytes)
{
    constexpr std::string_view kDigits = "0123456789abcdef";
    std::string shown;
    for (std::size_t at = 0; at < bytes.size();) {
        if (const std::size_t length = sequenceAt(bytes, at); length != 0) {
            shown += bytes.substr(at, length);
            at += length;
            continue;
        }
        const auto byte = static_cast<unsigned char>(bytes[at++]);
        shown += "\\x";
        shown += kDigits[byte >> 4];
        shown += kDigits[byte & 15];
    }
    return shown;
}

std::string shownPath(const std::filesystem::path& path) { return shownName(path.string()); }

} // namespace akari::importing
