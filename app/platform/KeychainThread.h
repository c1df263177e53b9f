// The keychain for any thread while the program runs.
#pragma once

#include <chrono>
#include <memory>

#include "core/vault/DataFolder.h"

namespace akari::platform {

// Asked on a thread of its own, which has the event loop that QtKeychain needs: neither a window nor a transfer runs one while it waits.
// Thread-safe. Needs a QCoreApplication; without one, and after `patience`, "keychain.unavailable".
class KeychainThread final : public vault::SecretStore {
public:
    explicit KeychainThread(std::chrono::milliseconds patience = std::chrono::seconds(30)); // a person may have to unlock it
    ~KeychainThread() override;
    KeychainThread(const KeychainThread&) = delete;
    KeychainThread& operator=(const KeychainThread&) = delete;

    Result<std::optional<Bytes>> read(const std::string& name) override;
    Status write(const std::string& name, BytesView secret) override;
    Status remove(const std::string& name) override;

private:
    struct Impl;
    const std::unique_ptr<Impl> m_impl;
};

} // namespace akari::platform
