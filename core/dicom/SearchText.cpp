#include "core/dicom/SearchText.h"

#include <algorithm>
#include <cstdint>

#include <unicode/bytestream.h>
#include <unicode/normalizer2.h>
#include <unicode/utf8.h>

namespace akari::dicom {
namespace {

char foldedAscii(char c)
{
    if (c >= 'A' && c <= 'Z') {
        return static_cast<char>(c - 'A' + 'a');
    }
    return c == '^' ? ' ' : c;
}

bool isAscii(std::string_view text)
{
    return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// Hiragana and common kanji are what NFKC_Casefold leaves as it is; most Japanese names need no table at all.
bool isPlainJapanese(std::string_view text)
{
    const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
    const auto length = static_cast<std::int32_t>(text.size());
    for (std::int32_t at = 0; at < length;) {
        UChar32 c = 0;
        U8_NEXT(bytes, at, length, c);
        const bool plain = (c >= 0 && c < 0x80) || (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FC) || (c >= 0x4E00 && c <= 0x9FFF);
        if (!plain) {
            return false;
        }
    }
    return true;
}

std::string normalized(std::string_view text)
{
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(error);
    std::string out;
    if (U_SUCCESS(error)) {
        icu::StringByteSink<std::string> sink(&out);
        fold->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())), sink, nullptr, error);
    }
    return U_SUCCESS(error) ? out : std::string(text); // ICU without its data: only case and kana are made equal
}

// Katakana (U+30A1 to U+30F6, and the iteration marks) lie 0x60 above hiragana; all are three bytes of UTF-8.
void kanaAndAscii(std::string& text)
{
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (static_cast<unsigned char>(text[i]) < 0x80) {
            text[i] = foldedAscii(text[i]);
            continue;
        }
        if (static_cast<unsigned char>(text[i]) != 0xE3 || i + 2 >= text.size()) {
            continue;
        }
        const unsigned c = 0x3000U | ((static_cast<unsigned char>(text[i + 1]) & 0x3FU) << 6) | (static_cast<unsigned char>(text[i + 2]) & 0x3FU);
        if ((c >= 0x30A1 && c <= 0x30F6) || c == 0x30FD || c == 0x30FE) {
            const unsigned hiragana = c - 0x60;
            text[i + 1] = static_cast<char>(0x80U | ((hiragana >> 6) & 0x3FU));
            text[i + 2] = static_cast<char>(0x80U | (hiragana & 0x3FU));
        }
        i += 2;
    }
}

} // namespace

std::string searchText(std::string_view text)
{
    std::string out = isAscii(text) || isPlainJapanese(text) ? std::string(text) : normalized(text);
    kanaAndAscii(out);
    return out;
}

} // namespace akari::dicom
