// What is still to be fetched, kept on disk: after a cut, a kill or a power loss the same work goes on. A small sealed database beside the
// cache's index (docs/cache-format.md); it may be deleted with the cache, for nothing a person made is in it.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/Clock.h"
#include "core/base/Identity.h"
#include "core/base/Result.h"
#include "core/vault/Seal.h"

namespace akari::archive {

// Higher goes first; a lower one gives its connections back at its next object.
enum class SyncPriority { Prefetch = 0, Prior = 1, OpenStudy = 2, Interaction = 3 };
const char* text(SyncPriority priority); // prefetch | prior | open | interaction

// One study to be fetched. Which of its objects are still missing is not kept here: the cache says.
struct SyncJob {
    std::string archive;
    StudyInstanceUid study;
    SyncPriority priority = SyncPriority::OpenStudy;
    std::string reason;  // why it is here: "opened", or a rule's words
    bool failed = false; // for good: asked again only when somebody puts it again
    int attempts = 0;
    std::string errorCode, errorMessage;    // of the last attempt; empty: none yet, or only interrupted
    std::int64_t stored = 0, expected = -1; // as the last attempt left it
    std::string queuedAt, changedAt;        // ISO UTC
};

// Thread-safe. Failures: "jobs.newer", "jobs.readonly", "jobs.failed", "disk.full".
class JobStore {
public:
    // A file that is damaged or of another key is begun anew, for the work can be found out again. Read-only and not there: empty.
    static Result<std::unique_ptr<JobStore>> open(const std::filesystem::path& folder, const vault::Key& cacheKey, bool readOnly,
                                                  const Clock& clock);
    static Result<std::unique_ptr<JobStore>> openInMemory(const Clock& clock);
    ~JobStore();

    // Adds the job, or raises the priority of the one that is there; a job that had failed is tried again.
    Status put(const SyncJob& job);
    // Notes how far an attempt came. `error` empty: only interrupted. `forGood`: waits for put().
    Status note(const std::string& archive, const StudyInstanceUid& study, std::int64_t stored, std::int64_t expected,
                const std::optional<Error>& error, bool forGood);
    Status remove(const std::string& archive, const StudyInstanceUid& study);
    Status removeArchive(const std::string& archive);
    // Most urgent first, those put first before others.
    Result<std::vector<SyncJob>> jobs() const;

    // Small values of an archive's, sealed likewise: where change detection has got to, how fast the line was. "" when there is none.
    Status putMark(const std::string& archive, const std::string& name, const std::string& value);
    Result<std::string> mark(const std::string& archive, const std::string& name) const;

private:
    JobStore();
    struct Impl;
    std::unique_ptr<Impl> m_impl;
};

} // namespace akari::archive
