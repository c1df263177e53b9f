// Sealing: AES-256-GCM, HKDF-SHA-256 and Argon2id behind four functions. Nothing else in the product does cryptography, TLS apart.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::vault {

inline constexpr std::size_t kKeyBytes = 32;

// 32 bytes that are wiped on destruction and never copied by accident.
class Key {
public:
    Key() : m_bytes{} {}
    explicit Key(BytesView bytes); // exactly 32 bytes
    Key(Key&& other) noexcept;
    Key& operator=(Key&& other) noexcept;
    Key(const Key&) = delete;
    Key& operator=(const Key&) = delete;
    ~Key();

    static Key random();
    Key clone() const;
    BytesView bytes() const { return {m_bytes.data(), m_bytes.size()}; }

private:
    std::array<std::uint8_t, 32> m_bytes;
};

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

// sealed = ciphertext | 16-byte tag. The caller guarantees that (key, nonce) never repeats: counter nonces under a fresh derived key.
Bytes sealWithNonce(const Key& key, std::array<std::uint8_t, kNonceBytes> nonce, BytesView plain, BytesView associated);
// "seal.broken" when key, nonce, associated data or a single bit differ.
Result<Bytes> openWithNonce(const Key& key, std::array<std::uint8_t, kNonceBytes> nonce, BytesView sealed, BytesView associated);

// The same into memory of the caller: `sealed` has room for plain.size() + kTagBytes, `plain` for sealed.size() - kTagBytes.
// openInto leaves zeroes where it fails.
void sealInto(std::uint8_t* sealed, const Key& key, std::array<std::uint8_t, kNonceBytes> nonce, BytesView plain, BytesView associated);
Status openInto(std::uint8_t* plain, const Key& key, std::array<std::uint8_t, kNonceBytes> nonce, BytesView sealed, BytesView associated);

// Stand-alone small values (a database row): random nonce | ciphertext | tag.
Bytes seal(const Key& key, BytesView plain, BytesView associated);
Result<Bytes> open(const Key& key, BytesView sealed, BytesView associated);

// HKDF-SHA-256: a key for one purpose from a parent key, a salt (may be empty) and a purpose ("pack segment").
Key derive(const Key& parent, BytesView salt, std::string_view purpose);
// HMAC-SHA-256, for lookups by a value that must not stand on disk.
Bytes keyedHash(const Key& key, std::string_view value);
// What one guess at a passphrase costs. Kept beside the salt, so that it can rise with the years.
struct PassphraseCost {
    std::uint64_t passes = 2;
    std::uint64_t memoryBytes = 64 * 1024 * 1024;
    bool operator==(const PassphraseCost&) const = default;
};
// Argon2id; salt 16 bytes. The cost given when there is none is that of folders of the first format. "memory.exhausted".
Result<Key> keyFromPassphrase(std::string_view passphrase, BytesView salt, PassphraseCost cost = {});

// Overwrites a secret and empties it.
void wipe(Bytes& secret);
void wipe(std::string& secret);

} // namespace akari::vault
