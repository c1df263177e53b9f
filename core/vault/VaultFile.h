// vault.json, read strictly: what it says decides which key is asked for. Format: docs/records-format.md.
#pragma once

#include <filesystem>
#include <optional>

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/vault/Seal.h"

namespace akari::vault {

struct VaultFile {
    enum class Mode { Passphrase, Keychain };
    // The master key once more, under a key of the recovery code.
    struct Recovery {
        Bytes salt;       // 16 bytes
        Bytes wrappedKey; // nonce | sealed master key | tag
    };

    int version = kVersion; // as read; written as kVersion always
    Mode mode = Mode::Passphrase;
    PassphraseCost cost = kCost; // passphrase mode
    bool firstFormat = false;    // the wrapped key is bound to the words of format 1
    Bytes salt;        // 16 bytes; passphrase mode
    Bytes wrappedKey;  // nonce | sealed master key | tag; passphrase mode
    std::string entry; // 32 hex digits, the secret store's entry is "akari/<entry>"; keychain mode
    Bytes check;       // HMAC of a fixed text under the master key: a wrong key is seen before anything is opened with it
    std::optional<Recovery> recovery;
    Bytes previousKey;         // while a rotation is under way: the master key before, sealed under this one
    std::string previousEntry; // the secret store's entry that the rotation leaves behind, or empty

    static constexpr int kVersion = 2;
    static constexpr PassphraseCost kCost{3, 64 * 1024 * 1024}; // of passphrases that are set now

    // Empty when there is no file. "data.damaged", "data.newer".
    static Result<std::optional<VaultFile>> read(const std::filesystem::path& file);
    // Erases what stood in the file before.
    Status write(const std::filesystem::path& file) const;
    // Binds the wrapped key to the fields that lead to it.
    Bytes associated() const;
};

// "" is hex of nothing; empty also when it is not lower-case hex.
Bytes bytesOfHex(const std::string& text);

} // namespace akari::vault
