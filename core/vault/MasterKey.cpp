#include "core/vault/MasterKey.h"

#include <openssl/crypto.h>

#include "core/vault/RecoveryCode.h"

namespace akari::vault {
namespace {

constexpr std::string_view kPreviousBinding = "akari vault previous key";

tl::unexpected<Error> keyWrong(const char* what)
{
    return fail("key.wrong", std::string(what) + " does not open this data folder.", "");
}

bool checks(const VaultFile& vault, const Key& master)
{
    const Bytes expected = checkOf(master);
    return vault.check.size() == expected.size() && CRYPTO_memcmp(vault.check.data(), expected.data(), expected.size()) == 0;
}

Result<Key> unwrapped(const VaultFile& vault, const Key& wrapping, BytesView wrapped, BytesView binding, const char* what)
{
    auto plain = vault::open(wrapping, wrapped, binding);
    if (!plain || plain->size() != 32) {
        return keyWrong(what);
    }
    Key master{BytesView(*plain)};
    wipe(*plain);
    if (!checks(vault, master)) {
        return keyWrong(what);
    }
    return master;
}

Bytes recoveryBinding(BytesView salt)
{
    const std::string text = "akari vault recovery " + toHex(salt);
    const BytesView view = asBytes(text);
    return {view.begin(), view.end()};
}

} // namespace

Bytes checkOf(const Key& master)
{
    return keyedHash(derive(master, {}, "akari vault check"), "vault check");
}

tl::unexpected<Error> keyNeeded(std::string detail)
{
    return fail("key.needed", "This data folder needs its passphrase or its key in this computer's keychain.", std::move(detail));
}

Result<Key> fromPassphrase(const VaultFile& vault, std::string_view passphrase)
{
    const auto wrapping = keyFromPassphrase(passphrase, vault.salt, vault.cost);
    if (!wrapping) {
        return fail(wrapping.error());
    }
    return unwrapped(vault, *wrapping, vault.wrappedKey, vault.associated(), "The passphrase");
}

Result<Key> fromKeychain(const VaultFile& vault, SecretStore* keychain)
{
    if (!keychain) {
        return keyNeeded("no keychain");
    }
    auto secret = keychain->read("akari/" + vault.entry);
    if (!secret) {
        return fail(secret.error());
    }
    if (!*secret) {
        return keyNeeded("no keychain entry");
    }
    if ((*secret)->size() != 32) {
        wipe(**secret);
        return keyWrong("The key in the keychain");
    }
    Key master{BytesView(**secret)};
    wipe(**secret);
    if (!checks(vault, master)) {
        return keyWrong("The key in the keychain");
    }
    return master;
}

Result<Key> fromRecoveryCode(const VaultFile& vault, std::string_view code)
{
    const Bytes none(16);
    const auto wrapping = keyFromRecoveryCode(code, vault.recovery ? BytesView(vault.recovery->salt) : BytesView(none));
    if (!wrapping) {
        return fail(wrapping.error());
    }
    if (!vault.recovery) {
        return keyWrong("The recovery code");
    }
    return unwrapped(vault, *wrapping, vault.recovery->wrappedKey, recoveryBinding(vault.recovery->salt), "The recovery code");
}

Result<Key> masterKey(const VaultFile& vault, const std::optional<std::string>& passphrase, SecretStore* keychain)
{
    if (vault.mode == VaultFile::Mode::Keychain) {
        return fromKeychain(vault, keychain);
    }
    return passphrase ? fromPassphrase(vault, *passphrase) : keyNeeded("passphrase mode");
}

Result<std::optional<Key>> previousKey(const VaultFile& vault, const Key& master)
{
    if (vault.previousKey.empty()) {
        return std::optional<Key>();
    }
    auto plain = vault::open(master, vault.previousKey, asBytes(kPreviousBinding));
    if (!plain || plain->size() != 32) {
        return fail("data.damaged", "The data folder's vault.json is damaged; restore it from a backup.", "previous key");
    }
    std::optional<Key> previous(Key{BytesView(*plain)});
    wipe(*plain);
    return previous;
}

Bytes sealPrevious(const Key& master, const Key& previous)
{
    return seal(master, previous.bytes(), asBytes(kPreviousBinding));
}

Status lockWithPassphrase(VaultFile& vault, const Key& master, std::string_view passphrase)
{
    if (passphrase.empty()) {
        return keyNeeded("empty passphrase");
    }
    vault.mode = VaultFile::Mode::Passphrase;
    vault.firstFormat = false;
    vault.cost = VaultFile::kCost;
    vault.entry.clear();
    vault.salt = randomBytes(16);
    const auto wrapping = keyFromPassphrase(passphrase, vault.salt, vault.cost);
    if (!wrapping) {
        return fail(wrapping.error());
    }
    vault.wrappedKey = seal(*wrapping, master.bytes(), vault.associated());
    vault.check = checkOf(master);
    return {};
}

Status lockWithKeychain(VaultFile& vault, const Key& master, SecretStore& keychain)
{
    vault.mode = VaultFile::Mode::Keychain;
    vault.firstFormat = false;
    vault.salt.clear();
    vault.wrappedKey.clear();
    vault.entry = toHex(randomBytes(16));
    vault.check = checkOf(master);
    if (const Status kept = keychain.write("akari/" + vault.entry, master.bytes()); !kept) {
        return kept;
    }
    if (const auto back = fromKeychain(vault, &keychain); !back) {
        return fail("keychain.unavailable", "This computer's keychain does not keep secrets; set a passphrase instead.", back.error().code);
    }
    return {};
}

Result<std::string> lockWithRecoveryCode(VaultFile& vault, const Key& master)
{
    std::string code = makeRecoveryCode();
    VaultFile::Recovery recovery;
    recovery.salt = randomBytes(16);
    const auto wrapping = keyFromRecoveryCode(code, recovery.salt);
    if (!wrapping) {
        return fail(wrapping.error());
    }
    recovery.wrappedKey = seal(*wrapping, master.bytes(), recoveryBinding(recovery.salt));
    vault.recovery = std::move(recovery);
    return code;
}

} // namespace akari::vault
