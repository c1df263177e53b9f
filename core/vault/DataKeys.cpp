#include "core/vault/DataKeys.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/base/FileIo.h"
#include "core/vault/Folder.h"
#include "core/vault/VaultFile.h"

namespace akari::vault {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr std::uint64_t kLargestKeyFile = 4 * 1024 * 1024;

tl::unexpected<Error> damagedKeys(std::string detail)
{
    return fail(
        "keys.damaged",
        "The file of the archives' keys is damaged; delete keys.json and the cache folder: studies are fetched again, reports are not "
        "touched.",
        std::move(detail));
}

std::string bindingOf(BytesView id)
{
    return "akari data key " + toHex(id);
}

// The key's bytes, then its name.
Bytes sealed(const DataKey& key, const Key& wrapping)
{
    std::string plain;
    plain.reserve(kKeyBytes + key.name.size()); // growing would leave a copy of the key behind
    plain += asText(key.key.bytes());
    plain += key.name;
    Bytes result = seal(wrapping, asBytes(plain), asBytes(bindingOf(key.id)));
    wipe(plain);
    return result;
}

SharedDataKey madeKey(std::string name, Bytes id, Key key)
{
    return std::make_shared<const DataKey>(DataKey{std::move(name), std::move(id), std::move(key)});
}

template <class Match> SharedDataKey firstOf(const std::vector<SharedDataKey>& keys, Match&& match)
{
    const auto found = std::find_if(keys.begin(), keys.end(), [&](const SharedDataKey& key) { return match(*key); });
    return found == keys.end() ? nullptr : *found;
}

} // namespace

OneKey::OneKey(const Key& key) : m_key(madeKey({}, Bytes(kDataKeyIdBytes, 0x4b), key.clone())) {}
Result<SharedDataKey> OneKey::obtain(const std::string&)
{
    return m_key;
}
SharedDataKey OneKey::find(const std::string&)
{
    return m_key;
}
SharedDataKey OneKey::findById(BytesView id)
{
    return std::ranges::equal(id, m_key->id) ? m_key : nullptr;
}
std::vector<SharedDataKey> OneKey::all()
{
    return {m_key};
}

Result<std::unique_ptr<DataKeys>> DataKeys::open(fs::path file, Key wrapping, std::optional<Key> previous, bool readOnly)
{
    std::unique_ptr<DataKeys> keys(new DataKeys);
    keys->m_file = std::move(file);
    keys->m_wrapping = std::move(wrapping);
    keys->m_previous = std::move(previous);
    keys->m_readOnly = readOnly;
    if (!readOnly) {
        finishErasing(keys->m_file);
    }
    if (const Status loaded = keys->load(); !loaded) {
        return fail(loaded.error());
    }
    return keys;
}

Status DataKeys::load()
{
    std::error_code absent;
    const auto written = fs::last_write_time(m_file, absent);
    if (absent) {
        m_keys.clear();
        m_loaded = {};
        return {};
    }
    const auto bytes = readWholeFile(m_file, kLargestKeyFile);
    if (!bytes) {
        return fail(bytes.error());
    }
    const auto json = Json::parse(bytes->begin(), bytes->end(), nullptr, false);
    if (!json.is_object() || json.value("format", Json()) != "akari-keys" || !json.value("version", Json()).is_number_integer() ||
        !json.value("keys", Json()).is_array()) {
        return damagedKeys("format");
    }
    if (json["version"].get<std::int64_t>() > kVersion) {
        return fail("data.newer", "This data folder was made by a newer Akari; update this one.", "keys version " + json["version"].dump());
    }
    std::vector<SharedDataKey> keys;
    for (const Json& entry : json["keys"]) {
        if (!entry.is_object() || !entry.value("id", Json()).is_string() || !entry.value("sealed", Json()).is_string()) {
            return damagedKeys("entry");
        }
        Bytes id = bytesOfHex(entry["id"]);
        const Bytes blob = bytesOfHex(entry["sealed"]);
        auto plain = vault::open(m_wrapping, blob, asBytes(bindingOf(id)));
        if (!plain && m_previous) {
            plain = vault::open(*m_previous, blob, asBytes(bindingOf(id)));
        }
        if (!plain || plain->size() < kKeyBytes || id.size() != kDataKeyIdBytes) {
            return damagedKeys("an entry does not open");
        }
        std::string name(asText(BytesView(*plain).subspan(kKeyBytes)));
        keys.push_back(madeKey(std::move(name), std::move(id), Key(BytesView(*plain).first(kKeyBytes))));
        wipe(*plain);
    }
    m_keys = std::move(keys);
    m_loaded = written;
    return {};
}

Status DataKeys::save(const std::vector<SharedDataKey>& keys, const Key& wrapping) const
{
    if (m_readOnly) {
        return fail("keys.readonly", "The data folder is open for reading only; another Akari writes in it.", "data key");
    }
    Json entries = Json::array();
    for (const SharedDataKey& key : keys) {
        entries.push_back({{"id", toHex(key->id)}, {"sealed", toHex(sealed(*key, wrapping))}});
    }
    const Json json{{"format", "akari-keys"}, {"version", kVersion}, {"keys", std::move(entries)}};
    return replaceForGood(m_file, asBytes(json.dump(1) + "\n"));
}

// The writer is another process and may have added or destroyed keys. A file that is just then not whole leaves what is known.
void DataKeys::lookAgain()
{
    std::error_code ignored;
    if (m_readOnly && fs::last_write_time(m_file, ignored) != m_loaded && !ignored) {
        static_cast<void>(load());
    }
}

Result<SharedDataKey> DataKeys::obtain(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    if (auto known = firstOf(m_keys, [&](const DataKey& key) { return key.name == name; })) {
        return known;
    }
    auto keys = m_keys;
    keys.push_back(madeKey(name, randomBytes(kDataKeyIdBytes), Key::random()));
    if (const Status saved = save(keys, m_wrapping); !saved) {
        return fail(saved.error());
    }
    m_keys = std::move(keys);
    return m_keys.back();
}

SharedDataKey DataKeys::find(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    lookAgain();
    return firstOf(m_keys, [&](const DataKey& key) { return key.name == name; });
}

SharedDataKey DataKeys::findById(BytesView id)
{
    const std::lock_guard lock(m_mutex);
    const auto same = [&](const DataKey& key) { return std::ranges::equal(key.id, id); };
    if (auto known = firstOf(m_keys, same)) {
        return known;
    }
    lookAgain();
    return firstOf(m_keys, same);
}

std::vector<SharedDataKey> DataKeys::all()
{
    const std::lock_guard lock(m_mutex);
    lookAgain();
    return m_keys;
}

Status DataKeys::destroy(const std::string& name)
{
    const std::lock_guard lock(m_mutex);
    auto keys = m_keys;
    std::erase_if(keys, [&](const SharedDataKey& key) { return key->name == name; });
    if (keys.size() != m_keys.size()) {
        if (const Status saved = save(keys, m_wrapping); !saved) {
            return saved;
        }
        m_keys = std::move(keys);
    }
    if (!finishErasing(m_file)) {
        return fail("data.unwritable",
                    "The key was taken out, but where it stood could not be overwritten; check the disk and do it again.", "keys.json.old");
    }
    return {};
}

Status DataKeys::rewrap(Key wrapping)
{
    const std::lock_guard lock(m_mutex);
    if (const Status saved = save(m_keys, wrapping); !saved) {
        return saved;
    }
    m_wrapping = std::move(wrapping);
    m_previous.reset();
    return {};
}

} // namespace akari::vault
