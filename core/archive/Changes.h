// What has become of the cached studies at their archive since they were fetched. Nothing in DICOMweb tells it (SYNC.md rules 17 and 18):
// lists are asked by study date and compared; where the archive is an Orthanc its own log of changes says which studies to look at.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "core/archive/DicomWeb.h"
#include "core/archive/JobStore.h"
#include "core/cache/Cache.h"

namespace akari::archive {

enum class ChangeKind {
    Withdrawn, // the archive does not have the study any more
    Returned,  // it has it again
    Grown,     // more objects, or other modalities, than when it was fetched
    Shrunk,    // fewer objects
    Altered    // as many objects, but one of them has other bytes
};
const char* text(ChangeKind kind); // withdrawn | returned | grown | shrunk | altered

struct StudyChange {
    StudyInstanceUid study;
    ChangeKind kind = ChangeKind::Grown;
    std::int64_t before = -1, now = -1; // objects
    bool stable = false;                // asked before with the same answer: the study is not just being sent
};

struct ChangeReport {
    std::string archive;
    std::size_t compared = 0; // cached studies looked at
    bool whole = false;       // every cached study was, not only recent ones and those that the archive's log names
    bool vendorLog = false;   // an Orthanc's log of changes was read
    std::vector<StudyChange> changes;
    std::vector<Error> problems; // of lists that failed or were cut short: nothing is concluded from those
};

struct ChangeOptions {
    bool whole = false; // every study, though the week is not over
    int recentDays = 7; // the studies of the last days are always compared
};

// Blocks; one network thread. Sets ServerState of every study looked at and `expected` of those that have other counts; fetches nothing and
// deletes nothing. A study counts as withdrawn only when the archive, asked for it by its UID, does not list it and has no series of it,
// while it does list others. `marks` keeps the log's cursor, the last answers and the time of the last whole comparison; weekly by `clock`.
// Fails as a whole only when the cache does, or the archive does not answer at all ("archive.*").
Result<ChangeReport> detectChanges(DicomWebClient& client, cache::Cache& cache, JobStore& marks, const Clock& clock,
                                   const ChangeOptions& options = {}, StopToken stop = {});

// One study object by object: what the archive lists and what is kept.
struct ArchiveComparison {
    bool withdrawn = false;              // the archive does not have the study
    bool incomplete = false;             // its lists are cut short
    std::int64_t instances = 0;          // as listed
    std::vector<SopInstanceUid> missing; // listed and not kept
    std::vector<SopInstanceUid> extra;   // kept and not listed; none is named where the lists are cut short
};
// Blocks; changes nothing. "archive.*" when the archive does not answer.
Result<ArchiveComparison> compareWithArchive(DicomWebClient& client, const cache::Cache& cache, const StudyInstanceUid& study,
                                             const StopToken& stop = {});

} // namespace akari::archive
