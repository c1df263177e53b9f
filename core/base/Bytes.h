#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace akari {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;
using SharedBytes = std::shared_ptr<const Bytes>;

inline BytesView asBytes(std::string_view text)
{
    return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
inline std::string_view asText(BytesView bytes) { return {reinterpret_cast<const char*>(bytes.data()), bytes.size()}; }

std::string toHex(BytesView bytes);                 // lower case
std::string sha256Hex(BytesView bytes);             // 64 lower-case hex digits
Bytes sha256(BytesView bytes);                      // 32 bytes
std::string base64(BytesView bytes);                // standard alphabet, padded
Bytes randomBytes(std::size_t count);               // cryptographic, seeded by the operating system; safe after fork

} // namespace akari
