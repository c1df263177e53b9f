// Private to the room: one run of syncStudy. What it asks for and in which order is in Sync.cpp, what it came to in SyncConclude.cpp.
#pragma once

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <set>
#include <thread>

#include "core/archive/InstanceFetcher.h"
#include "core/archive/StreamMeter.h"
#include "core/archive/Sync.h"
#include "core/archive/SyncPipeline.h"

namespace akari::archive {

class StudySync {
public:
    StudySync(DicomWebClient& client, cache::Cache& cache, const StudyInstanceUid& study, const SyncOptions& options,
              const SyncEvents& events, const Clock& clock, StopToken stop)
        : m_client(client), m_cache(cache), m_study(study), m_options(options), m_events(events), m_clock(clock), m_stop(std::move(stop)),
          m_pipeline(cache, options, events, client.settings().name)
    {
        m_report.study = study;
    }
    ~StudySync()
    {
        m_listedPromise.set_value();
        joinFirst();
    }
    StudySync(const StudySync&) = delete;
    StudySync& operator=(const StudySync&) = delete;

    Result<SyncReport> run();

private:
    const std::string& archiveName() const { return m_client.settings().name; }
    void problem(const Error& error)
    {
        const bool known =
            std::any_of(m_report.problems.begin(), m_report.problems.end(), [&](const Error& one) { return one.code == error.code; });
        if (!known && error.code != "stopped") {
            m_report.problems.push_back(error);
        }
    }
    template <class Action> auto retrying(Action&& action) { return withRetries(m_options.retry, m_stop, action); }
    bool ended() const { return m_stop.stopRequested() || (m_options.enough && m_options.enough()); }
    // While the archive does not answer at all: the client's gate lets each request wait longer than the one before.
    template <class Action> auto patiently(Action&& action) -> decltype(action())
    {
        auto result = retrying(action);
        while (!result && result.error().code == "archive.unreachable" && isPatient()) {
            result = retrying(action);
        }
        if (!result && m_client.restLeft().count() > 0 && !isPatient()) {
            m_givingUp.requestStop(); // also of those that wait at the gate
        }
        return result;
    }
    bool isPatient();
    bool givenUp() const { return m_givingUp.token().stopRequested(); }
    bool awaitTurn() const { return !ended() && !givenUp() && (!m_options.lanes || m_options.lanes->awaitTurn(m_options.priority, m_stop)); }
    bool mustYield() const { return m_options.lanes && m_options.lanes->mustYield(m_options.priority); }

    void fetchFirst();
    void fetchMiddle();
    void joinFirst();
    Status list();
    void openSeries(const SeriesResult& series);
    void fetchSeries(const SeriesResult& series);
    bool stream(const SeriesResult& series);
    void judgeLine(const SeriesResult& series, const StreamMeter& meter);
    void followEye(const SeriesResult& series, const std::atomic<bool>& done);
    bool hasUseForList(const SeriesResult& series) const;
    void beginList(const SeriesResult& series);
    void beginFirstPage(const SeriesResult& series);
    void place(const SeriesResult& series);
    void keepList(const SeriesResult& series, Found<InstanceResult> list);
    Result<Found<InstanceResult>> listOf(const SeriesResult& series, const DicomWebClient::InstancePage& page = {});
    void fetchMissing(const SeriesResult& series);
    void fetchOneByOne(std::vector<SeriesResult>::const_iterator from);
    bool heldWhole(const SeriesResult& series);
    void queueMissing(const SeriesResult& series, InstanceFetcher& fetcher);
    void queue(const SeriesResult& series, const std::vector<InstanceResult>& listed, InstanceFetcher& fetcher);
    void fetchAll(std::vector<SeriesResult>::const_iterator from);
    void fetchInstance(const WantedInstance& wanted);
    void fetchOriginal(const WantedInstance& wanted);
    bool fetchCopy(const WantedInstance& wanted);
    std::unique_ptr<InstanceFetcher> makeFetcher();
    void conclude();
    void concludeSeries(const SeriesResult& series);
    void nameMissing(const SeriesResult& series, const std::set<std::string>& stored);
    void concludeProblems();

    DicomWebClient& m_client;
    cache::Cache& m_cache;
    const StudyInstanceUid& m_study;
    const SyncOptions& m_options;
    const SyncEvents& m_events;
    const Clock& m_clock;
    StopToken m_stop;

    StudyResult m_found;
    std::vector<SeriesResult> m_series;
    std::map<std::string, std::vector<SopInstanceUid>> m_instances; // of the series that had to be listed
    std::map<std::string, Found<InstanceResult>> m_lists;           // that came beside a stream; its thread's until m_listing is done
    std::vector<InstanceResult> m_firstPage;                        // of the list of a stream that is given up; likewise
    std::future<void> m_listing;                                    // beside the stream of one series
    std::atomic<bool> m_someListed{false};                          // the list or its first page is there
    std::map<std::string, std::set<std::string>> m_held;
    SyncReport m_report;
    bool m_allListed = true;
    bool m_rateKnown = false;

    std::mutex m_problemMutex; // problems of the per-instance threads
    std::mutex m_patienceMutex;
    std::uint64_t m_receivedThen = 0; // when it was last looked; protected by m_patienceMutex, as is the next
    std::chrono::steady_clock::time_point m_lastReceived = std::chrono::steady_clock::now();
    StopSource m_givingUp;                                // the archive has been silent for longer than the run's patience
    const StopToken m_whilePatient = m_givingUp.token().joinedWith(m_stop);
    bool m_copiesFirst = false; // in this pass; changed while no such thread runs
    std::mutex m_copiesMutex;
    std::map<std::string, bool> m_worthCopies; // by series, once its first original is here; protected by m_copiesMutex
    std::promise<void> m_listedPromise;
    std::atomic<bool> m_isListed{false};
    std::thread m_first;
    SyncPipeline m_pipeline; // last: its threads end first
};

} // namespace akari::archive
