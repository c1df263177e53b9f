// Text of HTTP and MIME header fields.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

namespace akari::archive {

inline std::string lowered(std::string_view text) // ASCII alone
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    return result;
}

inline std::string_view trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    const auto last = text.find_last_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string_view() : text.substr(first, last - first + 1);
}

} // namespace akari::archive
