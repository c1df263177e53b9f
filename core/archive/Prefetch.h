// Fetches what will be read next, before anybody asks: the newest studies of the worklist without a signed report, and their relevant
// priors.
#pragma once

#include <atomic>
#include <functional>

#include "core/archive/PrefetchRules.h"
#include "core/archive/SyncScheduler.h"

namespace akari::archive {

struct PrefetchItem {
    StudyResult study;
    std::string reason; // "next on the worklist", "prior: same body part (CHEST)"
    bool prior = false;
    std::uint64_t bytes = 0; // an estimate of what is still to come, by what studies of its kind took so far
    bool withinBudget = true;
};
struct PrefetchPlan {
    std::string archive;
    std::vector<PrefetchItem> items; // in the order of fetching; what is here whole is left out
    std::uint64_t bytes = 0;         // of those within the budget
    std::size_t looked = 0;          // studies of the worklist that were looked at
    std::vector<Error> problems;     // of single questions to the archive
};

// Asks the archive for lists only. `budget`: bytes, instead of the rules'. Blocks; "archive.*" when the worklist can't be had.
Result<PrefetchPlan> planPrefetch(SyncScheduler& scheduler, const cache::Cache& cache, const records::Records& records,
                                  const PrefetchRules& rules, std::uint64_t budget, const Clock& clock, StopToken stop = {});

struct PrefetchLimits {
    std::uint64_t bytes = 0;
    std::chrono::steady_clock::time_point until = std::chrono::steady_clock::time_point::max();
    std::function<bool()> pause; // ends the run as a spent budget does: the line became a metered one, the switch was turned. May be empty
};
struct PrefetchOutcome {
    std::size_t fetched = 0;      // studies that are complete now
    std::uint64_t bytes = 0;      // received
    bool stoppedByBudget = false; // of bytes or time; what was begun stays queued
    std::vector<Error> problems;
};
// Fetches the plan's items one after another at the lowest priority: whatever else wants the archive goes first, object by object.
// `done` (may be empty) after each study.
PrefetchOutcome runPrefetch(SyncScheduler& scheduler, const PrefetchPlan& plan, const PrefetchLimits& limits,
                            const std::function<void(const PrefetchItem&, const Result<SyncReport>&)>& done, StopToken stop = {});

} // namespace akari::archive
