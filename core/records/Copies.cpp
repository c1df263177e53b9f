// The second place of records/, and everything under another key.
#include <algorithm>

#include "core/base/FileIo.h"
#include "core/records/Backup.h"
#include "core/records/RecordsImpl.h"

namespace akari::records {
namespace fs = std::filesystem;
namespace {

constexpr const char* kPlaceSetting = "copies.place";
constexpr const char* kFolderSetting = "copies.folder";

// Written after the last copy: by a run that was killed, or before there was a second place.
bool isNewer(const fs::path& folder)
{
    std::error_code none;
    const auto copy = fs::last_write_time(newestBackup(folder), none);
    if (none) {
        return true;
    }
    for (const char* name : {"records.db", "records.db-wal"}) {
        std::error_code absent;
        const auto written = fs::last_write_time(folder / name, absent);
        if (!absent && written > copy && fs::file_size(folder / name, absent) > 0) { // readers leave an empty log
            return true;
        }
    }
    return false;
}

bool isInside(const fs::path& place, const fs::path& folder)
{
    std::error_code error;
    const fs::path inner = fs::weakly_canonical(place, error);
    const fs::path outer = fs::weakly_canonical(folder, error);
    const auto relative = inner.lexically_relative(outer);
    return !error && !relative.empty() && *relative.begin() != "..";
}

} // namespace

void Records::Impl::keepCopiesAt(const fs::path& place, const std::string& folderId)
{
    SecondPlace::Hooks hooks;
    hooks.changes = [this] { return database->changes(); };
    hooks.freshen = [this] {
        const std::lock_guard lock(mutex);
        static_cast<void>(copyBeside());
    };
    if (isNewer(folder)) {
        static_cast<void>(copyBeside());
    }
    exchangeSecond(
        std::make_shared<SecondPlace>(place, CopySource{newestBackup(folder), vaultFile, folderId}, std::move(hooks), clock, copyTimes));
}

Result<std::string> Records::copyPlace() const
{
    return setting(kPlaceSetting);
}

Status Records::keepCopies(const fs::path& vaultFile, std::chrono::milliseconds draftAge)
{
    m_impl->vaultFile = vaultFile;
    m_impl->copyTimes.draft = draftAge;
    m_impl->copyTimes.again = std::min<std::chrono::milliseconds>(draftAge, m_impl->copyTimes.again);
    const auto place = setting(kPlaceSetting);
    const auto id = setting(kFolderSetting);
    if (!place || !id) {
        return fail(place ? id.error() : place.error());
    }
    if (!place->empty()) {
        const std::lock_guard lock(m_impl->mutex);
        m_impl->keepCopiesAt(*place, *id);
    }
    return {};
}

Status Records::setCopyPlace(const fs::path& place)
{
    if (m_impl->vaultFile.empty()) {
        return fail("records.readonly", "Drafts and reports were opened for reading only; close the other window of the program first.");
    }
    const auto stopCopying = [this] {
        const std::lock_guard lock(m_impl->mutex);
        return m_impl->exchangeSecond(nullptr);
    };
    if (place.empty()) {
        stopCopying();
        return putSetting(kPlaceSetting, {});
    }
    const fs::path whole = fs::absolute(place);
    if (isInside(whole, m_impl->vaultFile.parent_path())) {
        return fail("backup.inside", "A copy inside the data folder would be lost with it; choose a folder on another disk.", "");
    }
    auto id = setting(kFolderSetting);
    if (!id) {
        return fail(id.error());
    }
    if (id->empty()) {
        *id = toHex(randomBytes(16));
        if (const Status put = putSetting(kFolderSetting, *id); !put) {
            return put;
        }
    }
    {
        const std::lock_guard lock(m_impl->mutex);
        if (const Status made = m_impl->copyBeside(); !made) {
            return made;
        }
    }
    // Before anything is set: what is wrong with the place is said to who chose it.
    const auto copied = copyToPlace(whole, {newestBackup(m_impl->folder), m_impl->vaultFile, *id}, m_impl->clock);
    if (!copied) {
        return fail(copied.error());
    }
    stopCopying();
    if (const Status put = putSetting(kPlaceSetting, whole.string()); !put) {
        return put;
    }
    const std::lock_guard lock(m_impl->mutex);
    m_impl->keepCopiesAt(whole, *id);
    return {};
}

Result<CopyReport> Records::copyReport() const
{
    const auto place = setting(kPlaceSetting);
    if (!place) {
        return fail(place.error());
    }
    CopyReport report;
    report.place = *place;
    if (place->empty()) {
        return report;
    }
    const auto copy = newestCopy(*place);
    if (!copy) {
        report.problem = copy.error();
        return report;
    }
    report.copiedAt = copy->copiedAt;
    const auto there = readWholeFile(copy->records);
    const auto here = readWholeFile(newestBackup(m_impl->folder));
    report.current = there && here && *there == *here && !isNewer(m_impl->folder);
    return report;
}

SecondPlace::State Records::copyState() const
{
    const auto place = m_impl->second();
    return place ? place->state() : SecondPlace::State();
}

Status Records::reseal(const vault::Key& key)
{
    const auto whole = auditTrail();
    const std::lock_guard lock(m_impl->mutex);
    Database& database = *m_impl->database;
    if (const Status copied = m_impl->copyBeside(); !copied) {
        return copied;
    }
    const Status done = database.write([&] {
        // The new chain would hide that the old one was broken.
        m_impl->appendAudit("keys.rotated", whole ? "the log was whole" : "the log had been altered before");
        database.reseal(key);
    });
    if (done) {
        database.adopt(key);
    }
    return done;
}

Status Records::newestCopies()
{
    const std::lock_guard lock(m_impl->mutex);
    for (int copy = 0; copy < 2; ++copy) {
        if (const Status done = m_impl->copyBeside(); !done) {
            return done;
        }
    }
    if (const auto place = m_impl->second()) {
        place->copySoon();
    }
    return {};
}

} // namespace akari::records
