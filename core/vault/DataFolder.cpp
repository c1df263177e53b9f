#include "core/vault/DataFolder.h"

#include <utility>

#include <openssl/crypto.h>

#include "core/base/FileIo.h"
#include "core/vault/Folder.h"
#include "core/vault/VaultFile.h"

namespace akari::vault {
namespace fs = std::filesystem;
namespace {

constexpr const char* kVaultName = "vault.json";
constexpr const char* kLockName = "lock";

tl::unexpected<Error> keyNeeded(std::string detail)
{
    return fail("key.needed", "This data folder needs its passphrase or its key in this computer's keychain.", std::move(detail));
}

tl::unexpected<Error> keyWrong(const char* what)
{
    return fail("key.wrong", std::string(what) + " does not open this data folder.", "");
}

Bytes checkOf(const Key& master) { return keyedHash(derive(master, {}, "akari vault check"), "vault check"); }

bool checks(const VaultFile& vault, const Key& master)
{
    const Bytes expected = checkOf(master);
    return vault.check.size() == expected.size() && CRYPTO_memcmp(vault.check.data(), expected.data(), expected.size()) == 0;
}

Result<Key> unwrap(const VaultFile& vault, std::string_view passphrase)
{
    const auto wrapping = keyFromPassphrase(passphrase, vault.salt);
    if (!wrapping) {
        return fail(wrapping.error());
    }
    auto plain = vault::open(*wrapping, vault.wrappedKey, vault.associated());
    if (!plain) {
        return keyWrong("The passphrase");
    }
    Key master{BytesView(*plain)};
    wipe(*plain);
    if (!checks(vault, master)) {
        return keyWrong("The passphrase");
    }
    return master;
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

Result<Key> masterKey(const VaultFile& vault, const OpenOptions& options)
{
    if (vault.mode == VaultFile::Mode::Keychain) {
        return fromKeychain(vault, options.keychain);
    }
    if (!options.passphrase) {
        return keyNeeded("passphrase mode");
    }
    return unwrap(vault, *options.passphrase);
}

// A new folder. The key is safe in its place before vault.json says that it is there.
Result<Key> createVault(const fs::path& file, const OpenOptions& options)
{
    Key master = Key::random();
    VaultFile vault;
    vault.check = checkOf(master);
    if (options.passphrase) {
        if (options.passphrase->empty()) {
            return keyNeeded("empty passphrase");
        }
        vault.mode = VaultFile::Mode::Passphrase;
        vault.salt = randomBytes(16);
        const auto wrapping = keyFromPassphrase(*options.passphrase, vault.salt);
        if (!wrapping) {
            return fail(wrapping.error());
        }
        vault.wrappedKey = vault::seal(*wrapping, master.bytes(), vault.associated());
    } else if (options.keychain) {
        vault.mode = VaultFile::Mode::Keychain;
        vault.entry = toHex(randomBytes(16));
        if (const Status kept = options.keychain->write("akari/" + vault.entry, master.bytes()); !kept) {
            return fail(kept.error());
        }
        // A store that says yes and keeps nothing would lose everything written from here on.
        if (const auto back = fromKeychain(vault, options.keychain); !back) {
            return fail("keychain.unavailable", "This computer's keychain does not keep secrets; set a passphrase instead.",
                        back.error().code);
        }
    } else {
        return keyNeeded("new folder");
    }
    if (const Status written = vault.write(file); !written) {
        return fail(written.error());
    }
    return master;
}

// Before the first write: a folder with other things in it is somebody's documents, mistyped.
bool holdsOtherThings(const fs::path& folder)
{
    std::error_code error;
    for (fs::directory_iterator at(folder, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        if (name != kLockName && name.rfind(std::string(kVaultName) + ".", 0) != 0) { // a draft that a power cut left
            return true;
        }
    }
    return false;
}

struct WipeOnExit {
    std::optional<std::string>& secret;
    ~WipeOnExit()
    {
        if (secret) {
            wipe(*secret);
        }
    }
};

class Lock {
public:
    explicit Lock(int descriptor) : m_descriptor(descriptor) {}
    ~Lock() { releaseLock(m_descriptor); }
    Lock(const Lock&) = delete;
    Lock& operator=(const Lock&) = delete;
    int keep() { return std::exchange(m_descriptor, -1); }

private:
    int m_descriptor;
};

Result<std::unique_ptr<Lock>> prepare(const fs::path& folder)
{
    std::error_code ignored;
    if (!fs::exists(folder / kVaultName, ignored) && holdsOtherThings(folder)) {
        return fail("data.foreign", "The folder holds other things; choose an empty one as data folder.", "no vault.json");
    }
    if (const Status made = makePrivateFolder(folder); !made) {
        return fail(made.error());
    }
    const auto lock = takeLock(folder / kLockName);
    if (!lock) {
        return fail(lock.error());
    }
    return std::make_unique<Lock>(*lock);
}

} // namespace

Result<std::unique_ptr<DataFolder>> DataFolder::open(OpenOptions options)
{
    const WipeOnExit wiped{options.passphrase};
    try {
        const fs::path vaultPath = options.folder / kVaultName;
        std::unique_ptr<Lock> lock;
        if (!options.readOnly) {
            auto prepared = prepare(options.folder);
            if (!prepared) {
                return fail(prepared.error());
            }
            lock = std::move(*prepared);
        }
        const auto vault = VaultFile::read(vaultPath);
        if (!vault) {
            return fail(vault.error());
        }
        if (!*vault && options.readOnly) {
            return keyNeeded("no data folder here yet");
        }
        auto master = *vault ? masterKey(**vault, options) : createVault(vaultPath, options);
        if (!master) {
            return fail(master.error());
        }
        std::unique_ptr<DataFolder> folder(new DataFolder);
        folder->m_path = options.folder;
        folder->m_readOnly = options.readOnly;
        folder->m_usesPassphrase = *vault ? (*vault)->mode == VaultFile::Mode::Passphrase : options.passphrase.has_value();
        folder->m_cacheKey = derive(*master, {}, "akari cache");
        folder->m_recordsKey = derive(*master, {}, "akari records");
        for (const fs::path& inside : {folder->cachePath(), folder->recordsPath()}) {
            if (const Status made = options.readOnly ? Status() : makePrivateFolder(inside); !made) {
                return fail(made.error());
            }
        }
        folder->m_lockDescriptor = lock ? lock->keep() : -1;
        return folder;
    } catch (const std::exception& error) {
        return fail("data.unwritable", "The data folder can't be opened; check its permissions and the disk.", error.what());
    }
}

DataFolder::~DataFolder() { releaseLock(m_lockDescriptor); }

bool DataFolder::passphraseOpens(std::string_view passphrase) const
{
    if (!m_usesPassphrase) {
        return false;
    }
    try {
        const auto vault = VaultFile::read(m_path / kVaultName);
        if (!vault || !*vault || (*vault)->mode != VaultFile::Mode::Passphrase) {
            return false;
        }
        const auto master = unwrap(**vault, passphrase);
        if (!master) {
            return false;
        }
        // The folder may have been swapped since it was opened: the key must be the one in use.
        const Key again = derive(*master, {}, "akari records");
        return CRYPTO_memcmp(again.bytes().data(), m_recordsKey.bytes().data(), 32) == 0;
    } catch (const std::exception&) {
        return false;
    }
}

} // namespace akari::vault
