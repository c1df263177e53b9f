#include "core/vault/DataFolder.h"

#include <utility>

#include <openssl/crypto.h>

#include "core/base/FileIo.h"
#include "core/vault/Folder.h"
#include "core/vault/MasterKey.h"

namespace akari::vault {
namespace fs = std::filesystem;
namespace {

constexpr const char* kVaultName = "vault.json";
constexpr const char* kLockName = "lock";

// A new folder. The key is safe in its place before vault.json says that it is there.
Result<Key> createVault(VaultFile& vault, const fs::path& file, const OpenOptions& options)
{
    if (options.recoveryCode) {
        return fail("key.wrong", "There is no data folder here for the recovery code to open; check --data.", "no vault.json");
    }
    Key master = Key::random();
    const Status locked = options.passphrase ? lockWithPassphrase(vault, master, *options.passphrase)
        : options.keychain                   ? lockWithKeychain(vault, master, *options.keychain)
                                             : Status(keyNeeded("new folder"));
    if (!locked) {
        return fail(locked.error());
    }
    if (const Status written = vault.write(file); !written) {
        return fail(written.error());
    }
    return master;
}

// The code opens, and the new passphrase stands before anything else happens: nobody works on with a folder that only paper opens.
Result<Key> recover(VaultFile& vault, const fs::path& file, const OpenOptions& options)
{
    auto master = fromRecoveryCode(vault, *options.recoveryCode);
    if (!master) {
        return master;
    }
    if (options.readOnly || !options.passphrase || options.passphrase->empty()) {
        return fail("key.recovery", "The recovery code opens this data folder; a new passphrase must be set now.",
                    options.readOnly ? "open for reading" : "no new passphrase");
    }
    if (const Status locked = lockWithPassphrase(vault, *master, *options.passphrase); !locked) {
        return fail(locked.error());
    }
    if (const Status written = vault.write(file); !written) {
        return fail(written.error());
    }
    return master;
}

Result<Key> openVault(VaultFile& vault, const fs::path& file, const OpenOptions& options)
{
    if (options.recoveryCode) {
        return recover(vault, file, options);
    }
    auto master = masterKey(vault, options.passphrase, options.keychain);
    if (master && vault.version < VaultFile::kVersion && !options.readOnly) {
        // From here on an older program would not understand what it finds; it stops at this file.
        if (const Status written = vault.write(file); !written) {
            return fail(written.error());
        }
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
    OpenOptions& options;
    ~WipeOnExit()
    {
        for (std::optional<std::string>* secret : {&options.passphrase, &options.recoveryCode}) {
            if (*secret) {
                wipe(**secret);
            }
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
    const WipeOnExit wiped{options};
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
        auto found = VaultFile::read(vaultPath);
        if (!found) {
            return fail(found.error());
        }
        if (!*found && options.readOnly) {
            return keyNeeded("no data folder here yet");
        }
        VaultFile vault = *found ? std::move(**found) : VaultFile();
        if (!options.readOnly) {
            finishErasing(vaultPath);
        }
        auto master = *found ? openVault(vault, vaultPath, options) : createVault(vault, vaultPath, options);
        if (!master) {
            return fail(master.error());
        }
        std::unique_ptr<DataFolder> folder(new DataFolder);
        folder->m_path = options.folder;
        folder->m_readOnly = options.readOnly;
        if (const Status taken = folder->take(std::move(*master), std::move(vault)); !taken) {
            return fail(taken.error());
        }
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

Status DataFolder::take(Key master, VaultFile vault)
{
    auto previous = previousKey(vault, master);
    if (!previous) {
        return fail(previous.error());
    }
    std::optional<Key> previousWrapping;
    if (*previous) {
        previousWrapping = derive(**previous, {}, kDataKeysPurpose);
        m_previousRecordsKey = derive(**previous, {}, kRecordsPurpose);
    }
    auto keys = DataKeys::open(m_path / "keys.json", derive(master, {}, kDataKeysPurpose), std::move(previousWrapping), m_readOnly);
    if (!keys) {
        return fail(keys.error());
    }
    m_keys = std::move(*keys);
    m_cacheKey = derive(master, {}, "akari cache");
    m_recordsKey = derive(master, {}, kRecordsPurpose);
    m_vault = std::move(vault);
    m_master = std::move(master);
    return {};
}

bool DataFolder::passphraseOpens(std::string_view passphrase) const
{
    if (!usesPassphrase()) {
        return false;
    }
    try {
        const auto vault = VaultFile::read(vaultPath());
        if (!vault || !*vault || (*vault)->mode != VaultFile::Mode::Passphrase) {
            return false;
        }
        const auto master = fromPassphrase(**vault, passphrase);
        // The folder may have been swapped since it was opened: the key must be the one in use.
        return master && CRYPTO_memcmp(master->bytes().data(), m_master.bytes().data(), 32) == 0;
    } catch (const std::exception&) {
        return false;
    }
}

} // namespace akari::vault
