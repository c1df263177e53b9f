// An archive whose contract has ended.
#include "core/records/Backup.h"
#include "core/records/RecordsImpl.h"

namespace akari::records {

namespace {

[[noreturn]] void refuseInUse(const char* what)
{
    refuse("archive.inuse",
           "This archive can't be removed while there is unfinished work for it: finish or send its open drafts and reports first.", what);
}

} // namespace

void Records::Impl::refuseArchiveInUse(const std::string& name)
{
    SQLite::Statement known(database->connection(), "SELECT 1 FROM archive WHERE name = ?");
    bindBlob(known, 1, database->lookup("archive", name));
    if (!known.executeStep()) {
        refuse("archive.unknown", "No archive has this name; add it first, or list the archives.");
    }
    for (const OutboxItem& item : allItems()) {
        if (item.archive == name && item.state != DeliveryState::Archived) {
            refuseInUse("outbox");
        }
    }
    for (const Draft& draft : allDrafts()) {
        if (draft.archive == name && draft.state != "final") {
            refuseInUse("draft");
        }
    }
}

Status Records::archiveRemovable(const std::string& name) const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->guarded([&]() -> Status {
        m_impl->refuseArchiveInUse(name);
        return {};
    });
}

Status Records::removeArchive(const std::string& name)
{
    const std::lock_guard lock(m_impl->mutex);
    Database& database = *m_impl->database;
    const Status done = database.write([&] {
        m_impl->refuseArchiveInUse(name);
        const Bytes row = database.lookup("archive", name);
        SQLite::Statement remove(database.connection(), "DELETE FROM archive WHERE name = ?");
        bindBlob(remove, 1, row);
        remove.exec();
        m_impl->appendAudit("archive.removed", toHex(BytesView(row).first(8)));
    });
    if (done) {
        // Its credentials stand in the copies too, until both are newer.
        m_impl->backUp();
        m_impl->backUp();
    }
    return done;
}

} // namespace akari::records
