// Private to the room: what Records holds, and the JSON of its rows.
#pragma once

#include <condition_variable>
#include <mutex>

#include "core/records/Database.h"
#include "core/records/Records.h"

namespace akari::records {

struct Records::Impl {
    Impl(std::unique_ptr<Database> opened, std::filesystem::path where, const Clock& time)
        : database(std::move(opened)), folder(std::move(where)), clock(time)
    {
    }

    Bytes placeHash(const std::string& archive, const StudyInstanceUid& study) const
    {
        return database->lookup("place", archive + '\n' + study.value);
    }
    Bytes reportHash(const std::string& id) const { return database->lookup("report", id); }
    Bytes sopHash(const SopInstanceUid& sop) const { return database->lookup("sop", sop.value); }

    // Inside a transaction, or for reading; throw Refusal.
    Draft newestDraft(const std::string& id);
    Draft draftOf(SQLite::Statement& row); // report, revision, sealed
    void appendDraft(const Draft& draft);
    OutboxItem itemOf(SQLite::Statement& row); // id, sop, sealed, delivery
    void insertObject(const SignedObject& object);
    OutboxItem itemById(std::int64_t id); // throws Refusal "report.unknown"
    void putDelivery(OutboxItem item);    // as of now
    void appendAudit(const std::string& event, const std::string& detail);

    // Copies the whole file to records/backup; a failure is logged and made good at the next open or signature.
    void backUp();

    // Protected by mutex.
    std::mutex mutex;
    std::unique_ptr<Database> database;

    // Protected by sendingMutex.
    std::mutex sendingMutex;
    std::condition_variable sendingEnded;
    bool sending = false;

    // Constant after construction.
    std::filesystem::path folder;
    const Clock& clock;
};

} // namespace akari::records
