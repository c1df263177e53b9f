#include "core/archive/SyncScheduler.h"

#include <algorithm>
#include <set>

#include "core/base/Clock.h"

namespace akari::archive {
namespace {

constexpr int kMostAttempts = 5;
constexpr std::chrono::seconds kStaysWarm{20}; // servers close idle connections after some tens of seconds
constexpr const char* kRateMark = "line rate";
constexpr const char* kHabitsMark = "habits"; // what is learned, and of which address

Error incomplete(const SyncReport& report)
{
    return report.problems.empty()
               ? Error{"sync.incomplete", "The archive did not give all that it lists of this study; try again later.", {}}
               : report.problems.front();
}

} // namespace

bool concernsArchive(const Error& error)
{
    static const std::set<std::string> kCodes{"archive.unreachable", "archive.tls", "archive.login",   "archive.resting",
                                              "archive.notdicom",    "archive.url", "archive.unknown", "archive.refused"};
    return kCodes.contains(error.code);
}

SyncScheduler::SyncScheduler(records::ArchiveSettings settings, SchedulerServices services)
    : m_client(std::move(settings), services.known), m_services(services)
{
    noteHabits(false);
    // The rate outlives the program for as long as it is worth anything: "seconds since 1970, bits a second".
    const std::string& name = m_client.settings().name;
    if (const auto mark = services.jobs.mark(name, kRateMark); mark && !mark->empty() && !services.lines.of(name)) {
        const std::int64_t at = std::atoll(mark->c_str());
        const double rate = std::atof(mark->c_str() + std::min(mark->find(' '), mark->size()));
        const std::int64_t age = secondsNow(services.clock) - at;
        if (age >= 0 && rate > 0) {
            services.lines.note(name, rate, std::chrono::seconds(age));
        }
    }
}

SyncScheduler::~SyncScheduler()
{
    if (m_warming.joinable()) {
        m_warming.join();
    }
}

void SyncScheduler::warmUp()
{
    const std::lock_guard lock(m_mutex);
    if (std::chrono::steady_clock::now() < m_warmUntil) {
        return;
    }
    m_warmUntil = std::chrono::steady_clock::now() + kStaysWarm;
    if (m_warming.joinable()) {
        m_warming.join(); // ended long ago, or the archive takes more than kStaysWarm to answer one question
    }
    m_warming = std::thread([this] {
        // Two, because opening asks for study and series at once.
        std::thread second([this] { static_cast<void>(m_client.probe()); });
        static_cast<void>(m_client.probe());
        second.join();
    });
}

Result<SyncReport> SyncScheduler::fetch(const SyncJob& job, SyncOptions options, const SyncEvents& events, StopToken stop)
{
    // Where nothing can be noted the study is fetched all the same.
    static_cast<void>(m_services.jobs.put(job));
    const Lanes::Demand demand = m_lanes.demand(job.priority);
    options.lanes = &m_lanes;
    options.lines = &m_services.lines;
    options.priority = job.priority;
    auto report = syncStudy(m_client, m_services.cache, job.study, options, events, m_services.clock, stop);
    conclude(job, report, stop.stopRequested() || (options.enough && options.enough()));
    return report;
}

void SyncScheduler::conclude(const SyncJob& job, const Result<SyncReport>& report, bool stopped)
{
    JobStore& jobs = m_services.jobs;
    if (report && report->complete) {
        static_cast<void>(jobs.remove(job.archive, job.study));
    } else if (stopped) {
        static_cast<void>(
            jobs.note(job.archive, job.study, report ? report->stored : 0, report ? report->expected : -1, std::nullopt, false));
    } else {
        const Error why = report ? incomplete(*report) : report.error();
        const auto all = jobs.jobs();
        const auto mine = all ? std::find_if(all->begin(), all->end(),
                                             [&](const SyncJob& one) { return one.archive == job.archive && one.study == job.study; })
                              : std::vector<SyncJob>::const_iterator();
        const int attempts = all && mine != all->end() ? mine->attempts + 1 : 1;
        const bool forGood = why.code == "archive.notfound" || (!concernsArchive(why) && attempts >= kMostAttempts);
        static_cast<void>(jobs.note(job.archive, job.study, report ? report->stored : 0, report ? report->expected : -1, why, forGood));
    }
    noteHabits(true);
    if (const auto rate = m_services.lines.of(job.archive)) {
        const std::string value = std::to_string(*rate);
        const auto before = jobs.mark(job.archive, kRateMark);
        // The same figure to the last digit is the same measurement, and no younger for being looked at.
        if (before && !before->ends_with(' ' + value)) {
            static_cast<void>(jobs.putMark(job.archive, kRateMark, std::to_string(secondsNow(m_services.clock)) + ' ' + value));
        }
    }
}

// What an archive takes outlives the program, so that no run begins with questions that it refused before.
void SyncScheduler::noteHabits(bool learned)
{
    if (m_services.known == nullptr) {
        return;
    }
    const auto habits = m_services.known->habitsOf(settings());
    const std::string& name = settings().name;
    const auto mark = m_services.jobs.mark(name, kHabitsMark);
    const std::string now = habits->text() + ' ' + settings().url;
    if (learned && mark && *mark != now) {
        static_cast<void>(m_services.jobs.putMark(name, kHabitsMark, now));
    } else if (!learned && mark && mark->ends_with(' ' + settings().url) && habits->text() == ArchiveHabits().text()) {
        habits->take(*mark);
    }
}

Schedulers::Schedulers(SchedulerServices services) : m_services(services) {}

Result<std::shared_ptr<SyncScheduler>> Schedulers::of(const std::string& archive)
{
    const auto settings = m_services.records.archive(archive);
    if (!settings) {
        return fail(settings.error());
    }
    const std::lock_guard lock(m_mutex);
    auto& scheduler = m_schedulers[archive];
    if (!scheduler || scheduler->settings() != *settings) {
        scheduler = std::make_shared<SyncScheduler>(*settings, m_services);
    }
    return scheduler;
}

Result<std::vector<Schedulers::Pending>> Schedulers::runPending(const std::string& archive, SyncPriority atMost,
                                                                const std::function<SyncEvents(const SyncJob&)>& events, StopToken stop,
                                                                const std::function<bool()>& enough)
{
    const auto jobs = m_services.jobs.jobs();
    if (!jobs) {
        return fail(jobs.error());
    }
    std::vector<Pending> done;
    std::set<std::string> closed;
    for (SyncJob job : *jobs) {
        if (stop.stopRequested() || (enough && enough())) {
            break;
        }
        if (job.failed || (!archive.empty() && job.archive != archive) || closed.contains(job.archive)) {
            continue;
        }
        job.priority = std::min(job.priority, atMost);
        const auto scheduler = of(job.archive);
        if (!scheduler) {
            done.push_back({job, fail(scheduler.error())});
            closed.insert(job.archive);
            continue;
        }
        SyncOptions options;
        options.enough = enough;
        auto report = (*scheduler)->fetch(job, options, events ? events(job) : SyncEvents{}, stop);
        if (!report && concernsArchive(report.error())) {
            closed.insert(job.archive);
        }
        done.push_back({std::move(job), std::move(report)});
    }
    return done;
}

} // namespace akari::archive
