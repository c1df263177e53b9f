// The operating system's keychain through QtKeychain: Secret Service or KWallet, Keychain, Credential Manager. Never its plain-text
// fallback.
#pragma once

#include "core/vault/DataFolder.h"

namespace akari::platform {

// Blocks in a local event loop of its own job only at start-up, before any window is shown.
class Keychain final : public vault::SecretStore {
public:
    Result<std::optional<Bytes>> read(const std::string& name) override;
    Status write(const std::string& name, BytesView secret) override;
    Status remove(const std::string& name) override;
};

} // namespace akari::platform
