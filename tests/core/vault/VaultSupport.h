#pragma once

#include <map>

#include "core/vault/DataFolder.h"

namespace akari::test {
using namespace vault;

class FakeStore final : public SecretStore {
public:
    std::map<std::string, Bytes> entries;
    bool available = true;
    bool forgets = false;

    Result<std::optional<Bytes>> read(const std::string& name) override
    {
        if (!available) {
            return fail("keychain.unavailable", "No keychain here.");
        }
        const auto found = entries.find(name);
        return found == entries.end() ? std::optional<Bytes>() : std::optional<Bytes>(found->second);
    }
    Status write(const std::string& name, BytesView secret) override
    {
        if (!available) {
            return fail("keychain.unavailable", "No keychain here.");
        }
        if (!forgets) {
            entries[name] = Bytes(secret.begin(), secret.end());
        }
        return {};
    }
    Status remove(const std::string& name) override
    {
        entries.erase(name);
        return {};
    }
};

inline auto openWith(const std::filesystem::path& folder, std::optional<std::string> passphrase, SecretStore* store = nullptr,
                     bool readOnly = false)
{
    return DataFolder::open({folder, std::move(passphrase), store, readOnly});
}

inline std::string codeOf(const auto& result)
{
    return result ? "opened" : result.error().code;
}
inline std::string keyText(const Key& key)
{
    return toHex(key.bytes());
}

} // namespace akari::test
