#include "core/base/Bytes.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

#include <openssl/evp.h>
#include <openssl/rand.h>

namespace akari {

std::string toHex(BytesView bytes)
{
    constexpr char kDigits[] = "0123456789abcdef";
    std::string text;
    text.reserve(bytes.size() * 2);
    for (const std::uint8_t byte : bytes) {
        text += kDigits[byte >> 4];
        text += kDigits[byte & 15];
    }
    return text;
}

Bytes sha256(BytesView bytes)
{
    Bytes digest(32);
    unsigned length = 0;
    if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha256(), nullptr) != 1 || length != 32) {
        throw std::runtime_error("SHA-256 is not available");
    }
    return digest;
}

std::string sha256Hex(BytesView bytes) { return toHex(sha256(bytes)); }

std::string base64(BytesView bytes)
{
    constexpr char kDigits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    std::string text;
    text.reserve((bytes.size() + 2) / 3 * 4);
    for (std::size_t at = 0; at < bytes.size(); at += 3) {
        const std::size_t left = bytes.size() - at;
        const std::uint32_t group = std::uint32_t(bytes[at]) << 16 | (left > 1 ? std::uint32_t(bytes[at + 1]) << 8 : 0)
            | (left > 2 ? std::uint32_t(bytes[at + 2]) : 0);
        text += kDigits[group >> 18];
        text += kDigits[group >> 12 & 63];
        text += left > 1 ? kDigits[group >> 6 & 63] : '=';
        text += left > 2 ? kDigits[group & 63] : '=';
    }
    return text;
}

Bytes randomBytes(std::size_t count)
{
    Bytes bytes(count);
    std::size_t done = 0;
    while (done < count) {
        const std::size_t part = std::min<std::size_t>(count - done, std::numeric_limits<int>::max());
        // Going on without randomness would reuse keys and nonces.
        if (RAND_bytes(bytes.data() + done, static_cast<int>(part)) != 1) {
            throw std::runtime_error("the operating system gives no random bytes");
        }
        done += part;
    }
    return bytes;
}

} // namespace akari
