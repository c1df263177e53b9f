// Texts in ISO 2022 IR 87 (JIS X 0208), as many Japanese archives still hold them: PS3.5 6.1.2.5, PS3.3 C.12.1.1.2.
#include <algorithm>
#include <array>

#include "core/phantom/Header.h"

namespace akari::phantom {

namespace {

struct Kanji {
    std::string_view utf8;
    char row;
    char cell;
};

// The characters that the generated studies use.
constexpr auto kTable = std::to_array<Kanji>({
    {"鈴", 0x4E, 0x6B}, {"木", 0x4C, 0x5A}, {"花", 0x32, 0x56}, {"子", 0x3B, 0x52}, {"す", 0x24, 0x39},
    {"ず", 0x24, 0x3A}, {"き", 0x24, 0x2D}, {"は", 0x24, 0x4F}, {"な", 0x24, 0x4A}, {"こ", 0x24, 0x33},
    {"頭", 0x46, 0x2C}, {"部", 0x49, 0x74}, {"単", 0x43, 0x31}, {"純", 0x3D, 0x63}, {"検", 0x38, 0x21},
    {"査", 0x3A, 0x3A}, {"あ", 0x24, 0x22}, {"か", 0x24, 0x2B}, {"り", 0x24, 0x6A}, {"総", 0x41, 0x6D},
    {"合", 0x39, 0x67}, {"病", 0x49, 0x42}, {"院", 0x31, 0x21}, {"放", 0x4A, 0x7C}, {"射", 0x3C, 0x4D},
    {"線", 0x40, 0x7E}, {"科", 0x32, 0x4A}, {"伊", 0x30, 0x4B}, {"藤", 0x46, 0x23}, {"恵", 0x37, 0x43},
    {"い", 0x24, 0x24}, {"と", 0x24, 0x48}, {"う", 0x24, 0x26}, {"め", 0x24, 0x61}, {"ぐ", 0x24, 0x30},
    {"み", 0x24, 0x5F}, {"痛", 0x44, 0x4B}, {"精", 0x40, 0x3A}, {"物", 0x4A, 0x2A}, {"忘", 0x4B, 0x3A},
    {"れ", 0x24, 0x6C}, {"位", 0x30, 0x4C}, {"置", 0x43, 0x56}, {"決", 0x37, 0x68}, {"横", 0x32, 0x23},
    {"断", 0x43, 0x47}, {"冠", 0x34, 0x27}, {"状", 0x3E, 0x75}, {"矢", 0x4C, 0x70}, {"三", 0x3B, 0x30},
    {"面", 0x4C, 0x4C}, {"脳", 0x47, 0x3E}, {"像", 0x41, 0x7C}, {"医", 0x30, 0x65}, {"師", 0x3B, 0x55},
    {"神", 0x3F, 0x40}, {"経", 0x37, 0x50}, {"内", 0x46, 0x62}
});

std::size_t sequenceLength(char lead)
{
    const auto byte = static_cast<unsigned char>(lead);
    return byte < 0x80 ? 1 : (byte < 0xE0 ? 2 : (byte < 0xF0 ? 3 : 4));
}

} // namespace

std::string encodeJapanese(std::string_view utf8)
{
    std::string out;
    bool isKanji = false;
    while (!utf8.empty()) {
        const std::string_view character = utf8.substr(0, sequenceLength(utf8.front()));
        utf8.remove_prefix(character.size());
        const auto* found = std::find_if(kTable.begin(), kTable.end(), [&](const Kanji& k) { return k.utf8 == character; });
        // Back to ASCII before every delimiter and at the end, as the standard demands.
        const bool wantsKanji = found != kTable.end();
        if (wantsKanji != isKanji) {
            out += wantsKanji ? "\x1B$B" : "\x1B(B";
            isKanji = wantsKanji;
        }
        if (wantsKanji) {
            out += found->row;
            out += found->cell;
        } else {
            out += character.size() == 1 ? character.front() : '?';
        }
    }
    return isKanji ? out + "\x1B(B" : out;
}

} // namespace akari::phantom
