#include "core/archive/Base64.h"

#include <algorithm>

namespace akari::archive {
namespace {

int sextet(char c)
{
    static constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const auto at = kAlphabet.find(c);
    return at != std::string_view::npos ? static_cast<int>(at) : c == '-' ? 62 : c == '_' ? 63 : -1;
}

} // namespace

std::optional<Bytes> fromBase64(std::string_view text)
{
    Bytes bytes;
    bytes.reserve(text.size() / 4 * 3);
    std::uint32_t bits = 0;
    unsigned count = 0;
    for (const char c : text) {
        if (c == '=' || c == '\r' || c == '\n' || c == ' ') {
            continue;
        }
        const int value = sextet(c);
        if (value < 0) {
            return std::nullopt;
        }
        bits = bits << 6 | static_cast<std::uint32_t>(value);
        count += 6;
        if (count >= 8) {
            count -= 8;
            bytes.push_back(static_cast<std::uint8_t>(bits >> count));
        }
    }
    return count == 6 ? std::nullopt : std::optional(std::move(bytes));
}

std::string base64Url(BytesView bytes)
{
    std::string text = base64(bytes);
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    text.resize(text.find_last_not_of('=') + 1);
    return text;
}

} // namespace akari::archive
