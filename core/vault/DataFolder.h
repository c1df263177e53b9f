// The data folder and its keys.
//   DIR/vault.json    how the master key is kept (passphrase: salt and wrapped key; keychain: the entry's name). No key beside the data.
//   DIR/lock          held by the one writer
//   DIR/cache/        may be deleted at any time          DIR/records/   never deleted by any cache operation
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "core/base/Result.h"
#include "core/vault/Seal.h"

namespace akari::vault {

// Port, filled by the application (OS keychain). A store that is not available answers "keychain.unavailable".
class SecretStore {
public:
    virtual ~SecretStore() = default;
    virtual Result<std::optional<Bytes>> read(const std::string& name) = 0;
    virtual Status write(const std::string& name, BytesView secret) = 0;
};

struct OpenOptions {
    std::filesystem::path folder;
    std::optional<std::string> passphrase; // opens (or, for a new folder, creates) passphrase mode
    SecretStore* keychain = nullptr;       // used where there is no passphrase
    bool readOnly = false;                 // takes no lock
};

// An opened data folder. Holds the writer's lock for its lifetime unless read-only. Not copyable; thread-safe after open.
class DataFolder {
public:
    // "key.needed"   neither passphrase nor keychain entry       "key.wrong"   the passphrase does not open this folder
    // "data.busy"    another program holds the lock               "data.unwritable"  folder cannot be made or written
    // "data.foreign" there is something else in the folder        "keychain.unavailable"
    // "data.damaged" vault.json does not make sense               "data.newer"       vault.json is of a newer program
    // A read-only open of a folder that is not there yet is "key.needed".
    static Result<std::unique_ptr<DataFolder>> open(OpenOptions options);
    ~DataFolder();
    DataFolder(const DataFolder&) = delete;
    DataFolder& operator=(const DataFolder&) = delete;

    const std::filesystem::path& path() const { return m_path; }
    std::filesystem::path cachePath() const { return m_path / "cache"; }
    std::filesystem::path recordsPath() const { return m_path / "records"; }
    bool readOnly() const { return m_readOnly; }
    const Key& cacheKey() const { return m_cacheKey; }
    const Key& recordsKey() const { return m_recordsKey; }
    bool usesPassphrase() const { return m_usesPassphrase; }
    // Constant-time check for re-authentication; false in keychain mode.
    bool passphraseOpens(std::string_view passphrase) const;

private:
    DataFolder() = default;
    std::filesystem::path m_path;
    bool m_readOnly = false;
    bool m_usesPassphrase = false;
    Key m_cacheKey;
    Key m_recordsKey;
    int m_lockDescriptor = -1;
};

} // namespace akari::vault
