// The ways to the master key and around it. Private to the room.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/vault/DataFolder.h"
#include "core/vault/VaultFile.h"

namespace akari::vault {

constexpr const char* kRecordsPurpose = "akari records";
constexpr const char* kDataKeysPurpose = "akari data keys";

Bytes checkOf(const Key& master);
tl::unexpected<Error> keyNeeded(std::string detail);

// "key.wrong", "memory.exhausted".
Result<Key> fromPassphrase(const VaultFile& vault, std::string_view passphrase);
// "key.needed", "key.wrong", "keychain.unavailable".
Result<Key> fromKeychain(const VaultFile& vault, SecretStore* keychain);
// "key.code", "key.wrong".
Result<Key> fromRecoveryCode(const VaultFile& vault, std::string_view code);
// Whichever of the two the folder uses.
Result<Key> masterKey(const VaultFile& vault, const std::optional<std::string>& passphrase, SecretStore* keychain);
// The master key before, while a rotation is not finished. "data.damaged".
Result<std::optional<Key>> previousKey(const VaultFile& vault, const Key& master);

// Put the key under a lock: they change `vault`, nothing on the disk but the keychain's entry.
Status lockWithPassphrase(VaultFile& vault, const Key& master, std::string_view passphrase); // "key.needed" (empty), "memory.exhausted"
// A new entry, read back: a store that says yes and keeps nothing would lose everything. "keychain.unavailable".
Status lockWithKeychain(VaultFile& vault, const Key& master, SecretStore& keychain);
Result<std::string> lockWithRecoveryCode(VaultFile& vault, const Key& master);
Bytes sealPrevious(const Key& master, const Key& previous);

} // namespace akari::vault
