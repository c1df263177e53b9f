// vault.json, read strictly: what it says decides which key is asked for.
#pragma once

#include <filesystem>
#include <optional>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari::vault {

struct VaultFile {
    enum class Mode { Passphrase, Keychain };
    Mode mode = Mode::Passphrase;
    Bytes salt;        // 16 bytes; passphrase mode
    Bytes wrappedKey;  // nonce | sealed master key | tag; passphrase mode
    std::string entry; // 32 hex digits, the secret store's entry is "akari/<entry>"; keychain mode
    Bytes check;       // HMAC of a fixed text under the master key: a wrong key is seen before anything is opened with it

    // Empty when there is no file. "data.damaged", "data.newer".
    static Result<std::optional<VaultFile>> read(const std::filesystem::path& file);
    Status write(const std::filesystem::path& file) const;
    // Binds the wrapped key to the fields that lead to it.
    Bytes associated() const;
};

} // namespace akari::vault
