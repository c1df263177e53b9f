// The transfers of one archive: its client with connections that stay open, whose turn it is on them, and the jobs that outlive the
// program.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <thread>

#include "core/archive/JobStore.h"
#include "core/archive/KnownArchives.h"
#include "core/archive/Sync.h"

namespace akari::archive {

// Outlive every scheduler.
struct SchedulerServices {
    cache::Cache& cache;
    records::Records& records;
    JobStore& jobs;
    LineRates& lines;
    const Clock& clock;
    KnownArchives* known = nullptr; // without it nobody is signed in anywhere
};

// Thread-safe. One for each archive, so that everything which speaks with it shares its connections.
class SyncScheduler {
public:
    SyncScheduler(records::ArchiveSettings settings, SchedulerServices services);
    ~SyncScheduler(); // waits for the warm-up; whoever runs a transfer keeps the scheduler alive
    SyncScheduler(const SyncScheduler&) = delete;
    SyncScheduler& operator=(const SyncScheduler&) = delete;

    DicomWebClient& client() { return m_client; }
    Lanes& lanes() { return m_lanes; }
    const records::ArchiveSettings& settings() const { return m_client.settings(); }

    // Opens a connection in the background, unless one was opened a short while ago: when a row is selected that may be opened next.
    void warmUp();

    // Puts the job down, fetches, and takes the job away once the study is complete; else it stays with its reason. An interrupted one
    // stays without. What the archive does not have, and what came incomplete five times, is not tried again by itself.
    // `options.lanes`, `lines` and `priority` are filled here.
    Result<SyncReport> fetch(const SyncJob& job, SyncOptions options, const SyncEvents& events, StopToken stop = {});

private:
    void noteHabits(bool learned);
    void conclude(const SyncJob& job, const Result<SyncReport>& report, bool stopped);

    DicomWebClient m_client;
    const SchedulerServices m_services;
    Lanes m_lanes;

    std::mutex m_mutex;
    std::chrono::steady_clock::time_point m_warmUntil{}; // protected by m_mutex
    std::thread m_warming;                               // protected by m_mutex
};

// Every archive's scheduler, made when it is first asked for. Owned by the composition root. Thread-safe.
class Schedulers {
public:
    explicit Schedulers(SchedulerServices services);
    // "archive.unknown". Anew where the archive's settings have changed; transfers under way keep the old one.
    Result<std::shared_ptr<SyncScheduler>> of(const std::string& archive);
    JobStore& jobs() { return m_services.jobs; }

    struct Pending {
        SyncJob job;
        Result<SyncReport> report;
    };
    // What is queued and has not failed for good, the most urgent first, until `stop`. `archive` empty: all. An archive that can't be
    // reached or does not let us in is left alone for the rest of the run. `atMost`: no job runs with a higher priority than that.
    // `enough` (may be empty): ends the run as SyncOptions::enough does.
    Result<std::vector<Pending>> runPending(const std::string& archive, SyncPriority atMost,
                                            const std::function<SyncEvents(const SyncJob&)>& events, StopToken stop = {},
                                            const std::function<bool()>& enough = {});

private:
    const SchedulerServices m_services;
    std::mutex m_mutex;
    std::map<std::string, std::shared_ptr<SyncScheduler>> m_schedulers; // protected by m_mutex
};

// Of the archive as a whole: asking it for another study now would end alike.
bool concernsArchive(const Error& error);

} // namespace akari::archive
