#include "core/records/SecondPlace.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

#include "core/base/Bytes.h"
#include "core/base/FileIo.h"
#include "core/base/Log.h"

namespace akari::records {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

constexpr const char* kManifest = "akari-backup.json";
constexpr const char* kFormat = "akari-records-backup";
constexpr int kVersion = 1;
constexpr std::uint64_t kLargestManifest = 64 * 1024;

Error absent(std::string detail)
{
    return {"backup.absent", "There is no copy of drafts and reports in this folder; check that the disk is connected.", std::move(detail)};
}

std::string textOf(const Json& object, const char* name)
{
    return object.is_object() && object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : std::string();
}

// Null when there is none.
Result<Json> manifestAt(const fs::path& place)
{
    std::error_code error;
    if (!fs::exists(place / kManifest, error)) {
        return Json();
    }
    const auto bytes = readWholeFile(place / kManifest, kLargestManifest);
    if (!bytes) {
        return fail(bytes.error());
    }
    Json json = Json::parse(bytes->begin(), bytes->end(), nullptr, false);
    if (textOf(json, "format") != kFormat || !json.contains("version") || !json["version"].is_number_integer() ||
        !json.contains("copies") || !json["copies"].is_array() || !json.contains("generation") ||
        !json["generation"].is_number_unsigned()) {
        return fail("backup.damaged", "The list of copies in this folder is damaged.", "akari-backup.json");
    }
    if (json["version"].get<std::int64_t>() > kVersion) {
        return fail("data.newer", "This copy was made by a newer Akari; update this one.", "backup version " + json["version"].dump());
    }
    return json;
}

Status checkPlace(const fs::path& place, const Json& manifest, const std::string& folder)
{
    std::error_code error;
    if (!fs::is_directory(place, error)) {
        return fail(absent("not a folder"));
    }
    if (!manifest.is_null()) {
        if (textOf(manifest, "folder") != folder) {
            return fail("backup.foreign", "This folder holds the copies of another data folder; choose another one.", "folder");
        }
        return {};
    }
    for (fs::directory_iterator at(place, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        // What a first copy that was cut short left is ours.
        if (!name.starts_with("records-1.") && !name.starts_with("vault-1.") && !name.starts_with(kManifest)) {
            return fail("backup.foreign", "This folder holds other things; choose an empty one for the copies.", "not empty");
        }
    }
    return {};
}

// Written, and read back from there.
Status putFile(const fs::path& file, BytesView bytes)
{
    if (const Status written = writeAtomically(file, bytes); !written) {
        return written;
    }
    const auto back = readWholeFile(file);
    if (!back) {
        return fail(back.error());
    }
    if (!std::equal(back->begin(), back->end(), bytes.begin(), bytes.end())) {
        return fail("backup.damaged", "What was written to the second place reads back otherwise; the disk there may be failing.",
                    "compare");
    }
    return {};
}

void removeOlder(const fs::path& place, const Json& copies)
{
    std::error_code error;
    for (fs::directory_iterator at(place, error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        const bool kept = std::any_of(copies.begin(), copies.end(),
                                      [&](const Json& copy) { return textOf(copy, "records") == name || textOf(copy, "vault") == name; });
        if (!kept && (name.starts_with("records-") || name.starts_with("vault-"))) {
            std::error_code ignored;
            fs::remove(at->path(), ignored);
        }
    }
}

bool isWhole(const fs::path& file, const std::string& sha256)
{
    const auto bytes = readWholeFile(file);
    return bytes && sha256Hex(*bytes) == sha256;
}

} // namespace

Result<std::string> copyToPlace(const fs::path& place, const CopySource& source, const Clock& clock)
{
    auto manifest = manifestAt(place);
    if (!manifest) {
        return fail(manifest.error());
    }
    if (const Status ours = checkPlace(place, *manifest, source.folder); !ours) {
        return fail(ours.error());
    }
    // The two belong together: a change of the keys in between would leave a pair that nothing opens.
    auto vault = readWholeFile(source.vault);
    auto records = readWholeFile(source.records);
    for (auto again = readWholeFile(source.vault); vault && again && *again != *vault; again = readWholeFile(source.vault)) {
        vault = std::move(again);
        records = readWholeFile(source.records);
    }
    if (!records || !vault) {
        return fail(records ? vault.error() : records.error());
    }
    const std::string recordsHash = sha256Hex(*records);
    const std::string vaultHash = sha256Hex(*vault);
    Json copies = manifest->is_null() ? Json::array() : (*manifest)["copies"];
    if (!copies.empty() && textOf(copies[0], "recordsSha256") == recordsHash && textOf(copies[0], "vaultSha256") == vaultHash &&
        isWhole(place / textOf(copies[0], "records"), recordsHash)) {
        return textOf(copies[0], "copiedAt");
    }
    const std::uint64_t generation = manifest->is_null() ? 1 : (*manifest)["generation"].get<std::uint64_t>() + 1;
    const std::string recordsName = "records-" + std::to_string(generation) + ".db";
    const std::string vaultName = "vault-" + std::to_string(generation) + ".json";
    Status put = putFile(place / recordsName, *records);
    if (put) {
        put = putFile(place / vaultName, *vault);
    }
    if (!put) {
        return fail(put.error());
    }
    const std::string now = isoTime(clock);
    // Older copies lie beside a vault file that opens with the passphrase or key that was given up.
    if (!copies.empty() && textOf(copies[0], "vaultSha256") != vaultHash) {
        copies = Json::array();
    }
    copies.insert(
        copies.begin(),
        Json{
            {"records", recordsName}, {"recordsSha256", recordsHash}, {"vault", vaultName}, {"vaultSha256", vaultHash}, {"copiedAt", now}});
    while (copies.size() > 2) {
        copies.erase(copies.size() - 1);
    }
    const Json list{{"format", kFormat}, {"version", kVersion}, {"folder", source.folder}, {"generation", generation}, {"copies", copies}};
    if (const Status written = writeAtomically(place / kManifest, asBytes(list.dump(1) + "\n")); !written) {
        return fail(written.error());
    }
    removeOlder(place, copies);
    return now;
}

Result<CopyFiles> newestCopy(const fs::path& place)
{
    const auto manifest = manifestAt(place);
    if (!manifest) {
        return fail(manifest.error());
    }
    if (manifest->is_null() || (*manifest)["copies"].empty()) {
        return fail(absent("no akari-backup.json"));
    }
    for (const Json& copy : (*manifest)["copies"]) {
        // Only names: a list that was tampered with leads nowhere else.
        const fs::path records = fs::path(textOf(copy, "records")).filename();
        const fs::path vault = fs::path(textOf(copy, "vault")).filename();
        if (isWhole(place / records, textOf(copy, "recordsSha256")) && isWhole(place / vault, textOf(copy, "vaultSha256"))) {
            return CopyFiles{place / records, place / vault, textOf(copy, "copiedAt")};
        }
    }
    return fail("backup.damaged", "None of the copies in this folder is whole.", "sha256");
}

SecondPlace::SecondPlace(fs::path place, CopySource source, Hooks hooks, const Clock& clock, Times times)
    : m_place(std::move(place)), m_source(std::move(source)), m_hooks(std::move(hooks)), m_clock(clock), m_times(times)
{
    m_state.owed = true;
    m_thread = std::thread([this] { run(); });
}

SecondPlace::~SecondPlace()
{
    finish();
}

void SecondPlace::finish()
{
    {
        const std::lock_guard lock(m_mutex);
        m_stop = true;
    }
    m_changed.notify_all();
    if (m_thread.joinable()) {
        m_thread.join();
    }
}

void SecondPlace::copySoon()
{
    {
        const std::lock_guard lock(m_mutex);
        m_soon = true;
        m_state.owed = true;
    }
    m_changed.notify_all();
}

SecondPlace::State SecondPlace::state() const
{
    const std::lock_guard lock(m_mutex);
    State state = m_state;
    state.owed = state.owed || m_hooks.changes() != m_copied;
    return state;
}

void SecondPlace::run()
{
    std::unique_lock lock(m_mutex);
    for (bool failed = false;;) {
        m_changed.wait_for(lock, failed ? m_times.again : m_times.draft, [&] { return m_stop || m_soon; });
        const bool soon = std::exchange(m_soon, false);
        std::error_code ignored;
        const bool changed = m_hooks.changes() != m_copied || !fs::exists(m_source.records, ignored);
        if (soon || changed || failed) {
            lock.unlock();
            copy(changed);
            lock.lock();
            failed = m_state.problem.has_value();
        }
        if (m_stop && !m_soon && (failed || m_hooks.changes() == m_copied)) {
            return;
        }
    }
}

void SecondPlace::copy(bool fresh)
{
    const std::uint64_t changes = m_hooks.changes();
    if (fresh) {
        m_hooks.freshen();
    }
    Result<std::string> copied = fail("data.unwritable", "The second copy of drafts and reports could not be written.", "");
    try {
        copied = copyToPlace(m_place, m_source, m_clock);
    } catch (const std::exception& error) {
        copied = fail("data.unwritable", "The second copy of drafts and reports could not be written.", error.what());
    }
    const std::lock_guard lock(m_mutex);
    if (copied) {
        m_state.copiedAt = *copied;
        m_state.problem.reset();
        m_state.owed = false;
        m_copied = changes;
        return;
    }
    if (!m_state.problem || m_state.problem->code != copied.error().code) {
        log::error("records", "The second copy of drafts and reports could not be written: " + copied.error().code);
    }
    m_state.problem = copied.error();
}

} // namespace akari::records
