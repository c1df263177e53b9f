// The decrypted index of every study that is known: what the cache holds and what the archives list, with the state of each report.
// One per data folder, in memory only; purge() when the folder is locked. Searching never touches a database.
#pragma once

#include <map>
#include <mutex>

#include "core/records/Records.h"
#include "core/session/StudyTable.h"

namespace akari::session {

enum class StudyState { Remote, Partial, Cached };                 // in the archive only | some objects here | everything here
enum class ReportState { None, Draft, Queued, Delivered, Failed }; // Delivered: every object proven

struct WorklistRow {
    cache::StudyRecord study;
    StudyState state = StudyState::Remote;
    ReportState report = ReportState::None;
    std::string reportReason; // of a failure or a wait
};

struct StudyFilter {
    std::string words;   // all must occur, in any name group, ID, accession, description, modality, date or archive
    std::string archive; // empty: every archive
};

// What a search found, newest first. Cheap to copy; rows are asked for one by one.
struct StudyList {
    std::shared_ptr<const std::vector<StudyId>> ids;
    std::uint64_t generation = 0;
    std::size_t size() const { return ids ? ids->size() : 0; }
};

// Thread-safe. Searches wait for an update only while it puts its rows into place, not while it reads.
class StudyIndex {
public:
    // Brings in what changed in cache and records since the last time; everything, the first time. Any thread.
    Status update(const cache::Cache& cache, const records::Records& records);
    // An archive's whole answer.
    void archiveLists(const std::string& archive, std::vector<cache::StudyRecord> studies);

    StudyList find(const StudyFilter& filter);
    // The row as it is now; none where the study has gone or the index was purged since.
    std::optional<WorklistRow> row(const StudyList& list, std::size_t at) const;
    // Every study with this PatientID, whichever archive and issuer; the caller judges whether it is one patient.
    std::vector<cache::StudyRecord> withPatientId(const std::string& patientId) const;
    std::vector<cache::StudyRecord> select(const std::function<bool(const cache::StudyRecord&)>& wanted) const;
    // Counts up whenever a row may have changed; lists of before stay usable.
    std::uint64_t version() const;
    bool loaded() const;

    // On lock: overwrites what was decrypted. Lists of before answer nothing from then on; update() begins anew.
    void purge();

private:
    struct ReportFacts {
        bool draft = false;
        bool queued = false;
        bool failed = false;
        bool delivered = false;
        std::string reason;
    };
    Status updateStudies(const cache::Cache& cache);
    Status updateReports(const records::Records& records);
    static void note(ReportFacts& facts, const records::OutboxItem& item);
    WorklistRow rowOf(const TableRow& row) const; // with m_mutex

    // One update at a time.
    std::mutex m_updating;
    // Protected by m_updating.
    std::uint64_t m_cacheSeen = 0;
    std::uint64_t m_recordsSeen = 0;

    // Protected by m_mutex.
    mutable std::mutex m_mutex;
    StudyTable m_table;
    std::map<StudyPlace, ReportFacts> m_reports;
    std::uint64_t m_generation = 1;
    std::uint64_t m_version = 1;
    bool m_loaded = false;
};

} // namespace akari::session
