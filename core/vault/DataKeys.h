// keys.json: one random data key per archive, sealed under the master key. What the cache holds of an archive opens with that archive's key
// alone, so a finished contract ends with its key. Not part of any backup: nothing a person made is sealed with these keys. Format:
// docs/records-format.md.
#pragma once

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "core/base/Result.h"
#include "core/vault/Seal.h"

namespace akari::vault {

constexpr std::size_t kDataKeyIdBytes = 8;

struct DataKey {
    std::string name;
    Bytes id; // random, in clear: what was sealed with the key says so by it
    Key key;
};
using SharedDataKey = std::shared_ptr<const DataKey>;

// Where the cache gets its keys. Thread-safe.
class KeySource {
public:
    virtual ~KeySource() = default;
    // The key of that name; made, and safe on the disk, where there is none yet. "data.unwritable", "disk.full", "keys.readonly".
    virtual Result<SharedDataKey> obtain(const std::string& name) = 0;
    virtual SharedDataKey find(const std::string& name) = 0; // null: none
    virtual SharedDataKey findById(BytesView id) = 0;        // null: none, or destroyed
    virtual std::vector<SharedDataKey> all() = 0;
};

// One key under every name, kept by the caller.
class OneKey final : public KeySource {
public:
    explicit OneKey(const Key& key);
    Result<SharedDataKey> obtain(const std::string& name) override;
    SharedDataKey find(const std::string& name) override;
    SharedDataKey findById(BytesView id) override;
    std::vector<SharedDataKey> all() override;

private:
    const SharedDataKey m_key;
};

class DataKeys final : public KeySource {
public:
    // `wrapping` opens and seals the file; `previous` opens it too where a rotation was cut short. An absent file is an empty one.
    // "keys.damaged". Read-only: looks again when the writer has changed the file.
    static Result<std::unique_ptr<DataKeys>> open(std::filesystem::path file, Key wrapping, std::optional<Key> previous, bool readOnly);

    Result<SharedDataKey> obtain(const std::string& name) override;
    SharedDataKey find(const std::string& name) override;
    SharedDataKey findById(BytesView id) override;
    std::vector<SharedDataKey> all() override;

    // The key is gone when this returns, also from the blocks where it stood; done again, it is done. "data.unwritable".
    Status destroy(const std::string& name);
    // The same keys under another wrapping key.
    Status rewrap(Key wrapping);

private:
    DataKeys() = default;
    Status load();
    Status save(const std::vector<SharedDataKey>& keys, const Key& wrapping) const;
    void lookAgain();

    std::filesystem::path m_file;
    bool m_readOnly = false;
    std::mutex m_mutex; // guards what follows
    Key m_wrapping;
    std::optional<Key> m_previous;
    std::vector<SharedDataKey> m_keys;
    std::filesystem::file_time_type m_loaded{};
};

} // namespace akari::vault
