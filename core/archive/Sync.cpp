#include "core/archive/Sync.h"

#include <algorithm>
#include <future>

#include "core/archive/ClientImpl.h"
#include "core/archive/InstanceFetcher.h"
#include "core/archive/StreamMeter.h"
#include "core/archive/SyncPipeline.h"
#include "core/cache/FromHeader.h"

namespace akari::archive {
namespace {

bool isDocument(const std::string& modality)
{
    static const std::set<std::string> kDocuments{"SR", "KO", "PR", "DOC", "RTPLAN", "RTRECORD", "REG", "FID", "AU", "PLAN", "ASMT"};
    return kDocuments.contains(modality);
}

// Series that are scrolled through slice by slice, and long enough for a reader to wait for.
bool hasPlaces(const SeriesResult& series)
{
    static const std::set<std::string> kSliced{"CT", "MR", "PT", "NM"};
    return kSliced.contains(series.modality) && series.instances >= 8;
}

// One run of syncStudy.
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

    Result<SyncReport> run()
    {
        fetchFirst();
        if (const Status listed = list(); !listed) {
            return fail(listed.error());
        }
        const auto known = m_options.lines ? m_options.lines->of(archiveName()) : std::nullopt;
        m_report.homeLine = known && *known < kHomeLineBelow;
        auto series = m_series.begin();
        while (series != m_series.end() && !m_report.homeLine && !m_stop.stopRequested()) {
            fetchSeries(*series);
            // A series whose stream was given up goes on with those that follow it: the eye may be on any of them.
            series += m_report.homeLine ? 0 : 1;
        }
        if (m_report.homeLine) {
            fetchOneByOne(series);
        }
        joinFirst();
        m_pipeline.finish();
        conclude();
        return std::move(m_report);
    }

private:
    const std::string& archiveName() const { return m_client.settings().name; }
    void problem(const Error& error)
    {
        const bool known = std::any_of(m_report.problems.begin(), m_report.problems.end(), [&](const Error& one) { return one.code == error.code; });
        if (!known && error.code != "stopped") {
            m_report.problems.push_back(error);
        }
    }
    template <class Action> auto retrying(Action&& action) { return withRetries(m_options.retry, m_stop, action); }

    void fetchFirst();
    void joinFirst();
    Status list();
    void openSeries(const SeriesResult& series);
    void fetchSeries(const SeriesResult& series);
    bool stream(const SeriesResult& series);
    std::optional<Found<InstanceResult>> place(const SeriesResult& series);
    Result<Found<InstanceResult>> listOf(const SeriesResult& series);
    void fetchMissing(const SeriesResult& series);
    void fetchOneByOne(std::vector<SeriesResult>::const_iterator from);
    bool heldWhole(const SeriesResult& series);
    void queueMissing(const SeriesResult& series, InstanceFetcher& fetcher);
    void fetchInstance(const WantedInstance& wanted);
    std::unique_ptr<InstanceFetcher> makeFetcher();
    void conclude();
    void concludeSeries(const SeriesResult& series);

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
    std::map<std::string, Found<InstanceResult>> m_lists; // that came beside a stream
    std::map<std::string, std::set<std::string>> m_held;
    SyncReport m_report;
    bool m_allListed = true;

    std::mutex m_problemMutex; // problems of the per-instance threads
    std::promise<void> m_listedPromise;
    std::atomic<bool> m_isListed{false};
    std::thread m_first;
    SyncPipeline m_pipeline; // last: its threads end first
};

// The instance under the eye has a connection of its own and does not wait for the lists, only for the patient's identity.
void StudySync::fetchFirst()
{
    if (m_options.firstSeries.empty() || m_options.firstInstance.empty()) {
        return;
    }
    m_first = std::thread([this, listed = m_listedPromise.get_future().share()] {
        auto object = m_client.retrieveObject(m_study, m_options.firstSeries, m_options.firstInstance, m_stop);
        listed.wait();
        // Failing is no problem yet: the stream brings it too.
        if (object && m_isListed.load()) {
            m_pipeline.push(std::move(*object));
        }
    });
}

void StudySync::joinFirst()
{
    if (m_first.joinable()) {
        m_first.join();
    }
}

Status StudySync::list()
{
    auto series = std::async(std::launch::async, [this] { return retrying([this] { return m_client.series(m_study); }); });
    StudyQuery query;
    query.study = m_study;
    const auto studies = retrying([&] { return m_client.studies(query); });
    const auto listed = series.get();
    if (!studies) {
        return fail(studies.error());
    }
    if (studies->items.empty()) {
        return fail("archive.notfound", "The archive does not have this study.");
    }
    if (!listed) {
        return fail(listed.error());
    }
    m_found = studies->items.front();
    m_series = listed->items;
    m_report.moreThanListed = listed->incomplete || (m_found.series >= 0 && static_cast<std::int64_t>(m_series.size()) < m_found.series);
    const auto rank = [&](const SeriesResult& one) { return one.series == m_options.firstSeries ? 0 : isDocument(one.modality) ? 2 : 1; };
    std::stable_sort(m_series.begin(), m_series.end(), [&](const SeriesResult& a, const SeriesResult& b) {
        return std::pair(rank(a), a.number) < std::pair(rank(b), b.number);
    });
    if (const Status put = m_cache.putStudy(recordOf(archiveName(), m_found)); !put) {
        problem(put.error());
    }
    for (const SeriesResult& one : m_series) {
        openSeries(one);
    }
    if (m_events.listed) {
        m_events.listed(m_found, m_series);
    }
    m_pipeline.setPatient({m_found.patientId, m_found.issuerOfPatientId});
    m_isListed.store(true);
    m_listedPromise.set_value();
    m_listedPromise = {};
    return {};
}

void StudySync::openSeries(const SeriesResult& series)
{
    const auto known = m_cache.objects(archiveName(), m_study, series.series);
    auto& held = m_held[series.series.value];
    if (known) {
        for (const cache::ObjectRecord& object : *known) {
            held.insert(object.identity.sop.value);
        }
    }
    m_pipeline.beginSeries(series.series, held, series.instances);
    cache::SeriesRecord record;
    record.series = series.series;
    record.modality = series.modality;
    record.seriesNumber = series.number;
    record.description = series.description;
    record.expected = series.instances;
    if (const Status put = m_cache.putSeries(archiveName(), m_study, record); !put) {
        problem(put.error());
    }
}

bool StudySync::heldWhole(const SeriesResult& series)
{
    if (series.instances < 0 || m_held[series.series.value].size() != static_cast<std::size_t>(series.instances)) {
        return false;
    }
    if (m_events.sealed) {
        m_events.sealed(series.series, series.instances, series.instances);
    }
    return true;
}

void StudySync::fetchSeries(const SeriesResult& series)
{
    if (heldWhole(series)) {
        return;
    }
    const std::size_t held = m_held[series.series.value].size();
    const auto expected = static_cast<std::size_t>(std::max<std::int64_t>(0, series.instances));
    // A few that are missing are fetched one by one; else the series comes as a stream.
    const bool few = series.instances >= 0 && held > 0 && (held > expected || expected - held <= 32);
    auto placed = std::async(std::launch::async, [&] { return place(series); });
    const bool whole = !few && stream(series);
    if (auto list = placed.get()) {
        m_lists[series.series.value] = std::move(*list);
    }
    m_pipeline.drainChecks();
    if (m_report.homeLine) {
        return;
    }
    const std::size_t present = m_pipeline.present(series.series).size();
    if (!m_stop.stopRequested() && !(whole && series.instances >= 0 && present == expected)) {
        fetchMissing(series);
    }
}

// Beside the stream, so that a stack has its length and its gaps before its slices. Without it nothing is lost.
std::optional<Found<InstanceResult>> StudySync::place(const SeriesResult& series)
{
    if (!m_events.placed || !hasPlaces(series)) {
        return std::nullopt;
    }
    auto listed = m_client.instances(m_study, series.series, series.instances);
    if (!listed || m_stop.stopRequested()) {
        return std::nullopt;
    }
    m_events.placed(series.series, listed->items);
    return std::move(*listed);
}

// What place() has brought already, else asked for now.
Result<Found<InstanceResult>> StudySync::listOf(const SeriesResult& series)
{
    const auto known = m_lists.find(series.series.value);
    if (known != m_lists.end()) {
        return known->second;
    }
    auto listed = retrying([&] { return m_client.instances(m_study, series.series, series.instances); });
    if (listed && m_events.placed && hasPlaces(series)) {
        m_events.placed(series.series, listed->items);
    }
    return listed;
}

// Whether the archive closed the stream in order. A stream that shows a slow line is given up: the rest comes in the order for the eye.
bool StudySync::stream(const SeriesResult& series)
{
    bool any = false;
    StreamMeter meter;
    StopSource slow;
    const auto report = retrying([&]() -> Result<DicomWebClient::StreamReport> {
        auto done = m_client.retrieveSeriesObjects(
            m_study, series.series,
            [&](dicom::Part10 object) {
                any = true;
                meter.arrived(sourceOf(object)->size());
                m_pipeline.push(std::move(object));
                if (meter.bitsPerSecond() && *meter.bitsPerSecond() < kHomeLineBelow && meter.objects() + 16 < series.instances) {
                    slow.requestStop();
                }
            },
            slow.token().joinedWith(m_stop));
        m_report.homeLine = slow.token().stopRequested();
        // What came before the cut is kept, and the rest asked for by name.
        if (!done && any && (isWorthRetrying(done.error()) || m_report.homeLine)) {
            return DicomWebClient::StreamReport{};
        }
        return done;
    });
    if (m_options.lines && meter.bitsPerSecond()) {
        m_options.lines->note(archiveName(), *meter.bitsPerSecond());
    }
    if (!report) {
        problem(report.error());
        return false;
    }
    if (report->foreign > 0) {
        problem({"archive.mismatch", "The archive mixed objects of another series into its answer; they were thrown away and the right ones fetched.",
                 std::to_string(report->foreign) + " objects"});
    }
    return report->closed;
}

std::unique_ptr<InstanceFetcher> StudySync::makeFetcher()
{
    return std::make_unique<InstanceFetcher>(m_options.connections, [this](const WantedInstance& wanted) { fetchInstance(wanted); }, m_options.eye, m_stop);
}

void StudySync::fetchMissing(const SeriesResult& series)
{
    const auto fetcher = makeFetcher();
    queueMissing(series, *fetcher);
    fetcher->finish();
    m_pipeline.drainChecks();
}

// Every series from here on. Their lists are asked for while the first instances travel.
void StudySync::fetchOneByOne(std::vector<SeriesResult>::const_iterator from)
{
    const auto fetcher = makeFetcher();
    for (; from != m_series.end() && !m_stop.stopRequested(); ++from) {
        if (!heldWhole(*from)) {
            queueMissing(*from, *fetcher);
        }
    }
    fetcher->finish();
    m_pipeline.drainChecks();
}

void StudySync::queueMissing(const SeriesResult& series, InstanceFetcher& fetcher)
{
    const auto listed = listOf(series);
    if (!listed) {
        const std::lock_guard lock(m_problemMutex);
        problem(listed.error());
        m_allListed = false;
        return;
    }
    m_report.moreThanListed = m_report.moreThanListed || listed->incomplete;
    const std::set<std::string> present = m_pipeline.present(series.series);
    const std::set<std::string> rejected = m_pipeline.rejected(series.series);
    std::vector<SopInstanceUid> missing;
    auto& all = m_instances[series.series.value];
    for (const InstanceResult& one : listed->items) {
        all.push_back(one.sop);
        if (!present.contains(one.sop.value) && !rejected.contains(one.sop.value)) {
            missing.push_back(one.sop);
        }
    }
    fetcher.add(series.series, listed->items, missing);
}

void StudySync::fetchInstance(const WantedInstance& wanted)
{
    if (!m_pipeline.storing()) {
        return;
    }
    auto object = retrying([&] { return m_client.retrieveObject(m_study, wanted.series, wanted.sop, m_stop); });
    if (object) {
        m_pipeline.push(std::move(*object));
    } else {
        const std::lock_guard lock(m_problemMutex);
        problem(object.error());
    }
}

void StudySync::concludeSeries(const SeriesResult& series)
{
    std::set<std::string> stored;
    if (const auto objects = m_cache.objects(archiveName(), m_study, series.series)) {
        for (const cache::ObjectRecord& object : *objects) {
            stored.insert(object.identity.sop.value);
        }
    }
    std::int64_t expected = series.instances;
    const auto listed = m_instances.find(series.series.value);
    if (listed != m_instances.end()) {
        expected = std::max(expected, static_cast<std::int64_t>(listed->second.size()));
        for (const SopInstanceUid& sop : listed->second) {
            if (!stored.contains(sop.value)) {
                m_report.missing.push_back(sop);
            }
        }
    }
    m_report.stored += static_cast<std::int64_t>(stored.size());
    m_report.expected += std::max<std::int64_t>(0, expected);
    m_allListed = m_allListed && expected >= 0 && expected == static_cast<std::int64_t>(stored.size());
    if (expected >= 0 && static_cast<std::int64_t>(stored.size()) > expected) {
        problem({"archive.withdrawn", "The archive lists fewer objects of this study than are kept here; ask the hospital whether some were withdrawn.", {}});
    }
}

void StudySync::conclude()
{
    const auto& outcome = m_pipeline.outcome();
    m_report.bytes = outcome.bytes;
    for (const SeriesResult& series : m_series) {
        concludeSeries(series);
    }
    m_report.expected = std::max(m_report.expected, m_found.instances);
    if (outcome.storeError) {
        problem(*outcome.storeError);
    }
    if (outcome.mismatched > 0) {
        problem({"archive.mismatch", "The archive sent objects of another patient for this study; they were thrown away.",
                 std::to_string(outcome.mismatched) + " objects"});
    }
    if (outcome.unreadable > 0) {
        problem({"dicom.identity", "The archive sent objects that don't say what they are; they were thrown away.",
                 std::to_string(outcome.unreadable) + " objects"});
    }
    if (outcome.changed > 0) {
        problem({"archive.changed", "Objects of this study have other content than before; the new content is shown, the old is kept.",
                 std::to_string(outcome.changed) + " objects"});
    }
    m_report.complete = m_allListed && !m_report.moreThanListed && m_report.missing.empty() && m_report.expected == m_report.stored
        && !outcome.storeError && !m_stop.stopRequested();
    cache::StudyRecord record = recordOf(archiveName(), m_found);
    record.expected = m_report.expected;
    if (outcome.firstHeader) {
        cache::completeFrom(*outcome.firstHeader, record);
    }
    Status done = outcome.firstHeader ? m_cache.putStudy(record) : Status();
    if (done) {
        done = m_cache.markComplete(archiveName(), m_study, m_report.complete, isoTime(m_clock));
    }
    if (!done) {
        problem(done.error());
        m_report.complete = false;
    }
}

} // namespace

Result<SyncReport> syncStudy(DicomWebClient& client, cache::Cache& cache, const StudyInstanceUid& study, const SyncOptions& options,
                             const SyncEvents& events, const Clock& clock, StopToken stop)
{
    const cache::Hold arriving = cache.hold(client.settings().name, study); // what travels is not evicted
    return StudySync(client, cache, study, options, events, clock, std::move(stop)).run();
}

Result<std::vector<StudyResult>> priorsOf(DicomWebClient& client, const StudyResult& current)
{
    std::vector<StudyResult> priors;
    if (current.patientId.empty()) {
        return priors; // the empty ID is everybody's
    }
    StudyQuery query;
    query.patientId = current.patientId;
    auto found = client.studies(query);
    if (!found) {
        return fail(found.error());
    }
    for (StudyResult& study : found->items) {
        const bool sameIssuer = study.issuerOfPatientId.empty() || current.issuerOfPatientId.empty()
            || study.issuerOfPatientId == current.issuerOfPatientId;
        if (sameIssuer && study.study != current.study) {
            priors.push_back(std::move(study));
        }
    }
    std::stable_sort(priors.begin(), priors.end(), [](const StudyResult& a, const StudyResult& b) {
        return std::pair(a.studyDate, a.studyTime) > std::pair(b.studyDate, b.studyTime);
    });
    return priors;
}

} // namespace akari::archive
