// Private to the room: what happens to objects between the network and the cache. Some threads hash, one after the other checks and
// announces, another seals; the network's threads only hand over, and wait when too much is on the way.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "core/archive/Sync.h"

namespace akari::archive {

// Whose study it is. Empty: not known yet; the first object says.
struct PatientIdentity {
    std::string id;
    std::string issuer;
};

class SyncPipeline {
public:
    SyncPipeline(cache::Cache& cache, const SyncOptions& options, const SyncEvents& events, std::string archive);
    ~SyncPipeline();
    SyncPipeline(const SyncPipeline&) = delete;
    SyncPipeline& operator=(const SyncPipeline&) = delete;

    // Before the first push.
    void setPatient(PatientIdentity patient) { m_patient = std::move(patient); }
    // Before the first object of the series: what the cache holds, and what the archive says there is. `again`: all of it is fetched.
    void beginSeries(const SeriesInstanceUid& series, std::set<std::string> held, std::int64_t expected, bool again);

    // Any thread; waits while more than 96 MB are on the way.
    void push(dicom::Part10 object);
    // A lossless transcode: checked like any object and announced as provisional, never sealed; its original is missing as before.
    void pushProvisional(dicom::Part10 object);
    // Until everything pushed so far is checked and on its way to the disk.
    void drainChecks();
    // Until everything is sealed. Nothing may be pushed after it.
    void finish();

    // After drainChecks: of the series, what is there or on its way, and what was turned away.
    std::set<std::string> present(const SeriesInstanceUid& series);
    std::set<std::string> rejected(const SeriesInstanceUid& series);
    // Any time: checked already.
    bool isPresent(const SeriesInstanceUid& series, const SopInstanceUid& sop) const;
    // Of the series, which have come as transcodes at least.
    std::set<std::string> provisional(const SeriesInstanceUid& series) const;
    // After finish.
    struct Outcome {
        std::uint64_t bytes = 0;
        std::size_t mismatched = 0;
        std::size_t unreadable = 0;
        std::vector<SopInstanceUid> changed;
        std::optional<Error> storeError; // the first
        std::optional<dicom::DataSet> firstHeader;
    };
    const Outcome& outcome() const { return m_outcome; }
    bool storing() const;
    std::uint64_t received() const; // bytes so far

private:
    struct SeriesState {
        std::set<std::string> present;
        std::set<std::string> rejected;
        std::set<std::string> held;
        std::set<std::string> provisional;
        std::int64_t stored = 0;
        std::int64_t expected = -1;
    };
    struct Unchecked {
        dicom::Part10 file;
        bool provisional = false;
    };
    void checkLoop();
    std::vector<Result<ObjectIdentity>> identitiesOf(const std::vector<Unchecked>& objects) const;
    void sealLoop();
    void check(const Unchecked& object, const Result<ObjectIdentity>& identity);
    void checkProvisional(const dicom::Part10& object, const Result<ObjectIdentity>& identity, bool mine);
    void enqueue(dicom::Part10 object, bool provisional);
    bool belongsToPatient(const dicom::DataSet& header);
    void toSealing(cache::IncomingObject object);
    // With the lock.
    bool batchIsDue() const;
    std::chrono::steady_clock::time_point batchDue() const;
    void seal(const std::vector<cache::IncomingObject>& batch);

    // Constant after construction.
    cache::Cache& m_cache;
    const SyncOptions& m_options;
    const SyncEvents& m_events;
    std::string m_archive;

    // Protected by m_mutex.
    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Unchecked> m_unchecked;
    std::vector<cache::IncomingObject> m_batch; // of one series
    std::chrono::steady_clock::time_point m_batchBegan;
    std::chrono::steady_clock::duration m_sealTook{}; // the last time
    std::deque<std::vector<cache::IncomingObject>> m_unsealed;
    std::map<std::string, SeriesState> m_series;
    std::uint64_t m_underway = 0;             // bytes pushed and not yet sealed
    std::uint64_t m_taken = 0, m_checked = 0; // objects: hashed side by side, looked at in the order in which they came
    bool m_sealing = false;
    bool m_finishing = false;
    bool m_finished = false;
    Outcome m_outcome;

    // Of the thread whose turn it is to look.
    PatientIdentity m_patient;

    std::vector<std::thread> m_checkers;
    std::thread m_sealer;
};

} // namespace akari::archive
