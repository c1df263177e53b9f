// The data folder and its keys.
//   DIR/vault.json    how the master key is kept (passphrase: salt and wrapped key; keychain: the entry's name). No key beside the data.
//   DIR/keys.json     one data key per archive, sealed under the master key; with cache/ it may be deleted at any time
//   DIR/lock          held by the one writer
//   DIR/cache/        may be deleted at any time          DIR/records/   never deleted by any cache operation
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/base/Result.h"
#include "core/vault/DataKeys.h"
#include "core/vault/Seal.h"
#include "core/vault/VaultFile.h"

namespace akari::vault {

// Port, filled by the application (OS keychain). A store that is not available answers "keychain.unavailable".
class SecretStore {
public:
    virtual ~SecretStore() = default;
    virtual Result<std::optional<Bytes>> read(const std::string& name) = 0;
    virtual Status write(const std::string& name, BytesView secret) = 0;
    virtual Status remove(const std::string& name) = 0; // one that is not there is removed
};

struct OpenOptions {
    std::filesystem::path folder;
    std::optional<std::string> passphrase; // opens (or, for a new folder, creates) passphrase mode
    SecretStore* keychain = nullptr;       // used where there is no passphrase
    bool readOnly = false;                 // takes no lock
    // Opens where passphrase or keychain entry are lost. The passphrase above is then the new one, which is set before anything else happens.
    std::optional<std::string> recoveryCode{};
};

// An opened data folder. Holds the writer's lock for its lifetime unless read-only. Not copyable; thread-safe after open, but nobody may
// use recordsKey() while the keys are being changed.
class DataFolder {
public:
    // "key.needed"   neither passphrase nor keychain entry       "key.wrong"   passphrase or recovery code do not open this folder
    // "key.code"     the recovery code was mistyped               "key.recovery"   it opens, but a new passphrase is needed (or a writer)
    // "data.busy"    another program holds the lock               "data.unwritable"  folder cannot be made or written
    // "data.foreign" there is something else in the folder        "keychain.unavailable"
    // "data.damaged" vault.json does not make sense               "data.newer"       vault.json is of a newer program
    // "keys.damaged" keys.json does not open
    // A read-only open of a folder that is not there yet is "key.needed".
    static Result<std::unique_ptr<DataFolder>> open(OpenOptions options);
    ~DataFolder();
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path vaultPath() const { return m_path / "vault.json"; }
    std::filesystem::path cachePath() const { return m_path / "cache"; }
    std::filesystem::path recordsPath() const { return m_path / "records"; }
    bool readOnly() const { return m_readOnly; }
    // The one key of caches that were made before there was one per archive.
    const Key& cacheKey() const { return m_cacheKey; }
    DataKeys& keys() const { return *m_keys; }
    const Key& recordsKey() const { return m_recordsKey; }
    // While a rotation is not finished: records/ is sealed with one of the two.
    const std::optional<Key>& previousRecordsKey() const { return m_previousRecordsKey; }
    bool usesPassphrase() const { return m_vault.mode == VaultFile::Mode::Passphrase; }
    PassphraseCost passphraseCost() const { return m_vault.cost; }
    bool hasRecoveryCode() const { return m_vault.recovery.has_value(); }
    bool isRotating() const { return !m_vault.previousKey.empty(); }
    // Constant-time check for re-authentication; false in keychain mode.
    bool passphraseOpens(std::string_view passphrase) const;

    // Each is one atomic replacement of vault.json; what it said before is erased. "keys.readonly", "key.needed" (empty), "disk.full".
    // From now on this passphrase opens the folder, and the keychain no longer does; its entry is removed where a keychain is given.
    Status changePassphrase(std::string_view passphrase, SecretStore* keychain);
    // From now on the keychain does. "keychain.unavailable".
    Status moveToKeychain(SecretStore& keychain);
    // The code is said once and kept only as what it opens; one that was made before opens nothing any more.
    Result<std::string> makeRecoveryCode();

    // A new master key over the same data keys, in three steps: begin; seal records/ anew under recordsKey(); finish. A kill between them leaves
    // a folder that opens as before. Needs the passphrase, or the keychain, that opens now ("key.wrong"). Ends the recovery code.
    // "key.rotating": one is under way.
    Status beginRotation(const std::optional<std::string>& passphrase, SecretStore* keychain);
    Status finishRotation(SecretStore* keychain);

private:
    DataFolder() = default;
    Status take(Key master, VaultFile vault);
    Status keep(VaultFile vault); // writes it, then it is what holds

    std::filesystem::path m_path;
    bool m_readOnly = false;
    VaultFile m_vault;
    Key m_master;
    Key m_cacheKey;
    Key m_recordsKey;
    std::optional<Key> m_previousRecordsKey;
    std::unique_ptr<DataKeys> m_keys;
    int m_lockDescriptor = -1;
};

} // namespace akari::vault
