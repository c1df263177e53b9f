// Fetches a study into the cache: resumable, identity-checked, counted against what the archive says it has.
#pragma once

#include "core/archive/DicomWeb.h"
#include "core/archive/EyeOrder.h"
#include "core/archive/Lanes.h"
#include "core/archive/LineRates.h"
#include "core/archive/Retry.h"
#include "core/cache/Cache.h"

namespace akari::archive {

struct SyncReport {
    StudyInstanceUid study;
    std::int64_t expected = 0;
    std::int64_t stored = 0; // now in the cache
    std::uint64_t bytes = 0; // received in this run
    bool complete = false;
    std::vector<SopInstanceUid> missing;
    std::int64_t missingUnnamed = 0;     // more that are missing, of series whose list the archive did not give
    std::vector<SopInstanceUid> changed; // came with other bytes than those kept before; both are kept, the new prevails
    std::string verifiedAt;              // when it was found complete, ISO UTC; empty while it isn't
    std::vector<Error> problems;
    bool moreThanListed = false; // the archive's lists were cut short
    std::int64_t copies = 0;     // lossless transcodes that came before their originals
    bool homeLine = false;       // instances came one by one, in the order for the eye
};

// What a series' arrival looks like to whoever shows it. Called on sync's threads.
struct SyncEvents {
    std::function<void(const StudyResult&, const std::vector<SeriesResult>&)> listed;
    // What a series of slices will consist of, with the places that the archive lists; comes while the first objects do.
    std::function<void(const SeriesInstanceUid&, const std::vector<InstanceResult>&)> placed;
    // As received and identity-checked, before it is sealed and indexed: the screen does not wait for the disk.
    std::function<void(const cache::IncomingObject&)> received;
    std::function<void(const SeriesInstanceUid&, std::int64_t stored, std::int64_t expected)> sealed;
};

struct SyncOptions {
    // Series wanted first, and within it the instance under the eye; both may be empty.
    SeriesInstanceUid firstSeries;
    SopInstanceUid firstInstance;
    unsigned connections = 8; // for instances one by one: on a home line, and where a stream broke
    // What is on screen; asked before each instance on a home line. On sync's threads.
    std::function<std::optional<EyePoint>()> eye;
    LineRates* lines = nullptr;   // remembers the line's rate between runs; outlives the run
    std::function<bool()> enough; // a budget is spent: what is on the way still comes, nothing new is asked for. On sync's threads
    // On a home line, of series of uncompressed slices, where the archive makes them: lossless transcodes first, announced as provisional and
    // never stored; then the originals.
    bool losslessFirst = false;
    bool again = false;           // also what is here already, to compare it: other bytes are kept beside and reported
    Lanes* lanes = nullptr;       // the archive's connections, shared with its other transfers; outlives the run
    SyncPriority priority = SyncPriority::OpenStudy;
    std::size_t batchObjects = 64; // sealed and committed together at most; fewer where they come slower than that takes
    RetryPolicy retry;             // of what breaks
    // How long nothing may come from an archive that does not answer any more; then the run ends with what it has.
    std::chrono::milliseconds patience{60'000};
};

// Two ways. A fast line: one stream a series. Below kHomeLineBelow, as remembered or measured on the stream's first objects: instances
// one by one on several connections, what is on screen first (SYNC.md, DESIGN decision 6).
// Blocks. Skips what the cache holds already: a series that is here in part is completed instance by instance, as is one whose stream
// broke or had to make way for something more urgent; series with images before documents. Fails as a whole only when nothing can be said
// of the study ("archive.*"); else problems are in the report.
Result<SyncReport> syncStudy(DicomWebClient& client, cache::Cache& cache, const StudyInstanceUid& study, const SyncOptions& options,
                             const SyncEvents& events, const Clock& clock, StopToken stop = {});

// The cache's record of what an archive answered: the same fields, nothing stored yet.
cache::StudyRecord recordOf(const std::string& archive, const StudyResult& result);

// Other studies of the same patient (PatientID + issuer at this archive), newest first, the study itself left out.
Result<std::vector<StudyResult>> priorsOf(DicomWebClient& client, const StudyResult& current, StopToken stop = {});

} // namespace akari::archive
