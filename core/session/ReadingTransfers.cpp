// A session's transfers: the open study and its prior come from the archive, and again whenever a line that was down is back.
#include <thread>

#include "core/session/ReadingSession.h"

namespace akari::session {
namespace {

// Those of the list that say where they lie; none when one of them doesn't, because a place left out would be read as a gap.
std::vector<load::StudyStore::ExpectedSlice> slicesOf(const std::vector<archive::InstanceResult>& instances)
{
    std::vector<load::StudyStore::ExpectedSlice> slices;
    for (const auto& one : instances) {
        if (one.position.size() != 3 || one.orientation.size() != 6 || one.frames > 1) {
            return {};
        }
        const auto vector = [](const std::vector<double>& from, std::size_t at) { return image::Vec3{from[at], from[at + 1], from[at + 2]}; };
        slices.push_back({one.sop, one.number, vector(one.position, 0), vector(one.orientation, 0), vector(one.orientation, 3)});
    }
    return slices;
}

// Not an archive that refuses or lacks something, but one that is not there at the moment.
bool isLineDown(const Result<archive::SyncReport>& report, archive::SyncScheduler& scheduler)
{
    const auto tells = [&](const Error& error) {
        return error.code == "archive.unreachable" || error.code == "archive.resting"
            || (error.code == "archive.broken" && scheduler.client().restLeft().count() > 0);
    };
    return report ? std::any_of(report->problems.begin(), report->problems.end(), tells) : tells(report.error());
}

} // namespace

void ReadingSession::sync(std::string archiveName, StudyInstanceUid study, std::shared_ptr<load::StudyStore> store, bool current)
{
    const auto settings = m_engine.records.archive(archiveName);
    if (!settings) {
        const auto known = m_engine.cache.study(archiveName, study);
        endRun(current, std::nullopt, known && *known && (*known)->complete);
        return;
    }
    const std::vector<Error> known = syncState().problems; // of before any transfer
    archive::SyncEvents events;
    events.listed = [&](const archive::StudyResult& result, const std::vector<archive::SeriesResult>& series) {
        std::int64_t expected = 0;
        for (const auto& one : series) {
            store->setExpected(one.series, one.instances);
            expected += std::max<std::int64_t>(0, one.instances);
        }
        beginRun(current, known);
        if (current) {
            const std::lock_guard lock(m_mutex);
            m_listed = result;
            m_sync.expected = expected;
        }
        m_changed();
    };
    events.placed = [&](const SeriesInstanceUid& series, const std::vector<archive::InstanceResult>& instances) {
        store->expectSlices(series, slicesOf(instances));
    };
    events.received = [&](const cache::IncomingObject& object) {
        store->add(object);
        if (current) {
            const std::lock_guard lock(m_mutex);
            // Copies are shown; what counts as received is originals alone.
            m_sync.received += object.provisional ? 0 : 1;
            m_sync.bytes += object.provisional ? 0 : object.bytes->size();
            m_rate.arrived(object.bytes->size(), TransferRate::Clock::now());
        }
    };
    archive::SyncOptions options;
    options.losslessFirst = settings->losslessFirst;
    options.eye = [&]() -> std::optional<archive::EyePoint> {
        const auto wanted = store->wanted();
        return wanted ? std::optional(archive::EyePoint{wanted->series, wanted->sop}) : std::nullopt;
    };
    const auto scheduler = schedulerOf(*settings);
    if (!scheduler) {
        endRun(current, Error{"jobs.failed", "The list of what is to be fetched can't be opened.", {}}, false);
        return;
    }
    archive::SyncJob job;
    job.archive = settings->name;
    job.study = study;
    job.priority = current ? archive::SyncPriority::OpenStudy : archive::SyncPriority::Prior;
    job.reason = current ? "opened" : "opened as a prior";
    do {
        const auto report = scheduler->fetch(job, options, events, m_stop.token());
        const bool again = !(report && report->complete) && isLineDown(report, *scheduler);
        if (current) {
            const std::lock_guard lock(m_mutex);
            m_sync.asksAgain = again;
        }
        endRun(current, report, known);
        if (report && current) {
            askForPriors(*scheduler);
        }
        if (!again) {
            return;
        }
    } while (awaitLine(*scheduler));
}

// The archive has answered: until then what was said of the last run stays.
void ReadingSession::beginRun(bool current, const std::vector<Error>& problems)
{
    if (!current) {
        m_priorSyncing = true;
        return;
    }
    const std::lock_guard lock(m_mutex);
    m_sync.running = true;
    m_sync.asksAgain = false;
    m_sync.missing = 0;
    m_sync.problem.reset();
    m_sync.problems = problems;
}

void ReadingSession::endRun(bool current, const Result<archive::SyncReport>& report, const std::vector<Error>& problems)
{
    if (!report) {
        endRun(current, report.error(), false);
        return;
    }
    if (current) {
        const std::lock_guard lock(m_mutex);
        m_sync.received = report->stored;
        m_sync.expected = report->expected;
        m_sync.verifiedAt = report->verifiedAt;
        m_sync.missing = static_cast<std::int64_t>(report->missing.size()) + report->missingUnnamed;
        m_sync.problems = problems;
        m_sync.problems.insert(m_sync.problems.end(), report->problems.begin(), report->problems.end());
    }
    endRun(current, std::nullopt, report->complete);
}

void ReadingSession::endRun(bool current, std::optional<Error> problem, bool complete)
{
    if (current) {
        const std::lock_guard lock(m_mutex);
        m_sync.running = false;
        m_sync.complete = complete;
        m_sync.problem = std::move(problem);
    } else {
        m_priorSyncing = false;
    }
    m_changed();
}

// Whether the study is still open after the pause.
bool ReadingSession::awaitLine(archive::SyncScheduler& scheduler)
{
    const auto end = std::chrono::steady_clock::now() + std::max<std::chrono::milliseconds>(m_engine.lineRetry, scheduler.client().restLeft());
    while (!m_stop.token().stopRequested() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    return !m_stop.token().stopRequested();
}

// The study is here; what else the archive has of the patient is asked for afterwards.
void ReadingSession::askForPriors(archive::SyncScheduler& scheduler)
{
    std::optional<archive::StudyResult> listed;
    {
        const std::lock_guard lock(m_mutex);
        listed = m_listed;
    }
    if (!listed || m_stop.token().stopRequested()) {
        return;
    }
    if (auto found = archive::priorsOf(scheduler.client(), *listed, m_stop.token())) {
        const std::lock_guard lock(m_mutex);
        m_archivePriors = std::move(*found);
    }
    m_changed();
}

// The archive's own, which every session shares; one for this transfer alone where the program keeps none.
std::shared_ptr<archive::SyncScheduler> ReadingSession::schedulerOf(const records::ArchiveSettings& settings)
{
    if (m_engine.sync) {
        auto shared = m_engine.sync->of(settings.name);
        return shared ? *shared : nullptr;
    }
    if (!m_ownJobs) {
        return nullptr;
    }
    return std::make_shared<archive::SyncScheduler>(
        settings, archive::SchedulerServices{m_engine.cache, m_engine.records, *m_ownJobs, m_engine.lines, m_engine.clock, m_engine.known});
}

} // namespace akari::session
