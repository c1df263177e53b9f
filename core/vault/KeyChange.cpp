// Changing what opens the data folder: passphrase, keychain, recovery code, and the master key itself.
#include <openssl/crypto.h>

#include "core/base/Log.h"
#include "core/vault/DataFolder.h"
#include "core/vault/MasterKey.h"

namespace akari::vault {
namespace {

Status writable(bool readOnly)
{
    if (readOnly) {
        return fail("keys.readonly", "The data folder is open for reading only; another Akari writes in it.", "vault");
    }
    return {};
}

// What is left behind opens nothing that matters, so that it may stay where the keychain does not answer.
void forgetEntry(SecretStore* keychain, const std::string& entry)
{
    if (keychain && !entry.empty() && !keychain->remove("akari/" + entry)) {
        log::warning("vault", "a keychain entry that is no longer used could not be removed");
    }
}

} // namespace

Status DataFolder::keep(VaultFile vault)
{
    if (const Status may = writable(m_readOnly); !may) {
        return may;
    }
    vault.version = VaultFile::kVersion;
    if (const Status written = vault.write(vaultPath()); !written) {
        return written;
    }
    m_vault = std::move(vault);
    return {};
}

Status DataFolder::changePassphrase(std::string_view passphrase, SecretStore* keychain)
{
    VaultFile vault = m_vault;
    const std::string left = vault.entry;
    if (const Status locked = lockWithPassphrase(vault, m_master, passphrase); !locked) {
        return locked;
    }
    if (const Status kept = keep(std::move(vault)); !kept) {
        return kept;
    }
    forgetEntry(keychain, left);
    return {};
}

Status DataFolder::moveToKeychain(SecretStore& keychain)
{
    if (const Status may = writable(m_readOnly); !may) {
        return may;
    }
    VaultFile vault = m_vault;
    const std::string left = vault.entry;
    if (const Status locked = lockWithKeychain(vault, m_master, keychain); !locked) {
        return locked;
    }
    if (const Status kept = keep(std::move(vault)); !kept) {
        return kept;
    }
    forgetEntry(&keychain, left);
    return {};
}

Result<std::string> DataFolder::makeRecoveryCode()
{
    VaultFile vault = m_vault;
    auto code = lockWithRecoveryCode(vault, m_master);
    if (!code) {
        return fail(code.error());
    }
    if (const Status kept = keep(std::move(vault)); !kept) {
        wipe(*code);
        return fail(kept.error());
    }
    return code;
}

Status DataFolder::beginRotation(const std::optional<std::string>& passphrase, SecretStore* keychain)
{
    if (const Status may = writable(m_readOnly); !may) {
        return may;
    }
    if (isRotating()) {
        return fail("key.rotating", "A change of the keys was cut short and is not finished; open the folder for writing once.", "");
    }
    const auto present = masterKey(m_vault, passphrase, keychain);
    if (!present) {
        return fail(present.error());
    }
    if (CRYPTO_memcmp(present->bytes().data(), m_master.bytes().data(), 32) != 0) {
        return fail("key.wrong", "The data folder was exchanged while it was open; start again.", "");
    }
    Key master = Key::random();
    VaultFile vault;
    const Status locked = usesPassphrase() ? lockWithPassphrase(vault, master, *passphrase) : lockWithKeychain(vault, master, *keychain);
    if (!locked) {
        return locked;
    }
    vault.previousKey = sealPrevious(master, m_master);
    vault.previousEntry = m_vault.entry;
    if (const Status kept = keep(std::move(vault)); !kept) {
        return kept;
    }
    m_previousRecordsKey = std::move(m_recordsKey);
    m_master = std::move(master);
    m_recordsKey = derive(m_master, {}, kRecordsPurpose);
    return m_keys->rewrap(derive(m_master, {}, kDataKeysPurpose));
}

Status DataFolder::finishRotation(SecretStore* keychain)
{
    if (!isRotating()) {
        return {};
    }
    // Also after a kill between the two files: nothing may be left under the key that ends here.
    if (const Status wrapped = m_keys->rewrap(derive(m_master, {}, kDataKeysPurpose)); !wrapped) {
        return wrapped;
    }
    VaultFile vault = m_vault;
    const std::string left = vault.previousEntry;
    vault.previousKey.clear();
    vault.previousEntry.clear();
    if (const Status kept = keep(std::move(vault)); !kept) {
        return kept;
    }
    m_previousRecordsKey.reset();
    forgetEntry(keychain, left);
    return {};
}

} // namespace akari::vault
