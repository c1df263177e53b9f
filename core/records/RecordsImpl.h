// Private to the room: what Records holds, and the JSON of its rows.
#pragma once

#include <mutex>
#include <utility>

#include "core/records/Database.h"
#include "core/records/Records.h"
#include "core/records/SecondPlace.h"

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
    std::vector<OutboxItem> allItems();
    std::vector<Draft> allDrafts(); // newest revision of each
    void refuseArchiveInUse(const std::string& name);
    void appendAudit(const std::string& event, const std::string& detail);

    // Copies the whole file to records/backup, and from there to the second place; a failure is logged and made good at the next open or
    // signature.
    void backUp();
    Status copyBeside(); // the first half
    void keepCopiesAt(const std::filesystem::path& place, const std::string& folderId);

    // Protected by mutex.
    std::mutex mutex;
    std::unique_ptr<Database> database;

    // Constant after construction.
    std::filesystem::path folder;
    const Clock& clock;

    // Set by keepCopies, before there are other threads.
    std::filesystem::path vaultFile;
    SecondPlace::Times copyTimes;

    // Whoever asks keeps it alive. Exchanged under `mutex`, and what comes out is let go without it: its thread may be waiting for it.
    std::shared_ptr<SecondPlace> second() const
    {
        const std::lock_guard lock(secondMutex);
        return secondPlace;
    }
    std::shared_ptr<SecondPlace> exchangeSecond(std::shared_ptr<SecondPlace> next)
    {
        const std::lock_guard lock(secondMutex);
        return std::exchange(secondPlace, std::move(next));
    }
    mutable std::mutex secondMutex;
    std::shared_ptr<SecondPlace> secondPlace; // has a thread that uses what stands above, so it goes first
};

} // namespace akari::records
