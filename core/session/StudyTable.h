// The rows of the study index, their order and what is searched in them. Not thread-safe; StudyIndex locks.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <unordered_set>

#include "core/base/ChangeLog.h"
#include "core/cache/Cache.h"
#include "core/session/TextBlock.h"

namespace akari::session {

using StudyId = std::uint32_t; // of a row, for as long as the table lives; never given to another study

struct TableRow {
    cache::StudyRecord study;
    bool cached = false; // the cache knows it
    bool listed = false; // its archive listed it the last time it answered
};

class StudyTable {
public:
    StudyTable();
    StudyTable(const StudyTable&) = delete;
    StudyTable& operator=(const StudyTable&) = delete;

    // Everything the cache holds; what it held before and does not now goes.
    void cacheHolds(std::vector<cache::StudyRecord> studies);
    // One study as the cache has it now, or that it has it no more.
    void cacheHas(const StudyPlace& place, std::optional<cache::StudyRecord> study);
    // An archive's whole answer; what it listed before and does not now goes, unless the cache has it.
    void archiveLists(const std::string& archive, std::vector<cache::StudyRecord> studies);

    using Ids = std::vector<StudyId>;
    // Newest first. Every word must occur; the words come folded (dicom::searchText). Quick where the last words grew by a letter.
    std::shared_ptr<const Ids> find(std::vector<std::string> words);
    std::shared_ptr<const Ids> ofArchive(const Ids& ids, const std::string& archive) const;
    const TableRow* row(StudyId id) const { return id < m_rows.size() && m_rows[id].live ? &m_rows[id].row : nullptr; }
    std::size_t size() const { return m_live; }
    // Rows with this PatientID, of whatever archive and issuer.
    Ids withPatientId(const std::string& patientId) const;
    Ids all() const;
    void wipe(); // overwrites what can be told of a patient, and empties the table

private:
    struct Row {
        TableRow row;
        std::uint64_t when = 0;    // YYYYMMDDHHMMSS, 0 unknown
        std::uint64_t patient = 0; // hash of PatientID
        // Instances, as the cache and as the archive's last answer say; -1 unknown.
        std::int64_t cacheExpected = -1;
        std::int64_t listedExpected = -1;
        bool live = false;
    };
    struct ByPlace {
        const std::vector<Row>* rows;
        std::size_t operator()(StudyId id) const;
        bool operator()(StudyId a, StudyId b) const;
    };
    struct Level { // what a shorter search found
        std::vector<std::string> words;
        std::shared_ptr<const Ids> ids;
    };
    // Into the study's row, made where there is none.
    StudyId put(cache::StudyRecord study, bool fromCache);
    std::optional<StudyId> known(const StudyPlace& place);
    void set(StudyId id, cache::StudyRecord study, bool fromCache);
    void forget(StudyId id, bool fromCache); // one of the two has it no more
    void drop(StudyId id);
    // After changes of rows: order and searches anew. Few rows are put into place one by one.
    void settle(const Ids& changed);
    Ids sorted() const;
    bool before(StudyId a, StudyId b) const;
    std::shared_ptr<const Ids> narrowed(const Ids& from, const std::string& word) const;

    std::vector<Row> m_rows;
    std::size_t m_live = 0;
    TextBlock m_text;
    std::unordered_set<StudyId, ByPlace, ByPlace> m_places;
    std::shared_ptr<const Ids> m_order;
    std::vector<Level> m_levels; // each found within the one before
};

// What is searched in a study: names in three groups, ID, accession, description, archive, modalities, date; folded.
std::string searchedText(const cache::StudyRecord& study);
// The words of a filter, folded.
std::vector<std::string> searchWords(std::string_view filter);

} // namespace akari::session
