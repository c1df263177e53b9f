// Fetching over a home line: first slice, an overview, everything, against bytes / line; and over loopback, against nothing but the
// machine.
#include <algorithm>
#include <map>
#include <mutex>

#include "app/cli/bench/ColdStudy.h"
#include "app/cli/bench/Memory.h"
#include "app/cli/bench/ShapedLink.h"

namespace akari::cli {

namespace {

constexpr std::chrono::milliseconds kRoundTrip{20};
constexpr double kMegabits[] = {30, 100, 300};
constexpr double kOwnWork = 150; // ms that the first slice may take beside the line
constexpr int kNear = 4;         // slices

std::uint16_t portOf(const std::string& url)
{
    const auto colon = url.rfind(':');
    return colon == std::string::npos ? 0 : static_cast<std::uint16_t>(std::atoi(url.c_str() + colon + 1));
}

// When each place of the longest stack came.
class Arrivals {
public:
    explicit Arrivals(Clock::time_point start) : m_start(start) {}

    void placed(const std::vector<archive::InstanceResult>& all)
    {
        const std::lock_guard lock(m_mutex);
        if (all.size() <= m_places.size()) {
            return;
        }
        auto sorted = all;
        const auto along = [](const archive::InstanceResult& one) { return one.position.size() == 3 ? one.position[2] : one.number; };
        std::stable_sort(sorted.begin(), sorted.end(), [&](const auto& a, const auto& b) { return along(a) < along(b); });
        m_places.clear();
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            m_places[sorted[i].sop.value] = static_cast<int>(i);
        }
    }
    void received(const cache::IncomingObject& object)
    {
        const std::lock_guard lock(m_mutex);
        m_came.emplace(object.identity.sop.value, since(m_start));
        m_bytes += object.bytes->size();
        m_firstBytes = m_firstBytes > 0 ? m_firstBytes : object.bytes->size();
    }

    double first() const
    {
        double earliest = 1e12;
        for (const auto& [sop, at] : m_came) {
            earliest = std::min(earliest, at);
        }
        return earliest;
    }
    double firstBytes() const { return static_cast<double>(m_firstBytes); }
    double bytes() const { return static_cast<double>(m_bytes); }
    // Every 8th place and the last.
    double overview() const
    {
        double last = 0;
        for (const auto& [sop, place] : m_places) {
            const bool wanted = place % 8 == 0 || place + 1 == static_cast<int>(m_places.size());
            last = wanted ? std::max(last, at(sop)) : last;
        }
        return last;
    }
    // Every place has a slice that has come within kNear of it.
    double everywhereNear() const
    {
        std::vector<double> times(m_places.size(), 1e12);
        for (const auto& [sop, place] : m_places) {
            times[static_cast<std::size_t>(place)] = at(sop);
        }
        double last = 0;
        const auto count = static_cast<int>(times.size());
        for (int place = 0; place < count; ++place) {
            double nearest = 1e12;
            for (int near = std::max(0, place - kNear); near <= std::min(count - 1, place + kNear); ++near) {
                nearest = std::min(nearest, times[static_cast<std::size_t>(near)]);
            }
            last = std::max(last, nearest);
        }
        return last;
    }

private:
    double at(const std::string& sop) const
    {
        const auto found = m_came.find(sop);
        return found == m_came.end() ? 1e12 : found->second;
    }

    const Clock::time_point m_start;
    std::mutex m_mutex;
    std::map<std::string, double> m_came; // ms; protected by m_mutex while a run lasts, as the rest
    std::map<std::string, int> m_places;
    std::uint64_t m_bytes = 0, m_firstBytes = 0;
};

struct Run {
    std::unique_ptr<Arrivals> arrivals;
    double complete = 0; // ms, sealed
};

// One cold run as when the row was selected a moment ago: the connections are open.
Result<Run> runOnce(const records::ArchiveSettings& settings, const StudyInstanceUid& study)
{
    auto cold = ColdFolder::make(settings);
    if (!cold) {
        return fail(cold.error());
    }
    const auto scheduler = (*cold)->workspace->schedulers().of(settings.name);
    if (!scheduler) {
        return fail(scheduler.error());
    }
    (*scheduler)->warmUp();
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    Run run;
    const auto start = Clock::now();
    run.arrivals = std::make_unique<Arrivals>(start);
    archive::SyncEvents events;
    events.placed = [&](const SeriesInstanceUid&, const std::vector<archive::InstanceResult>& all) { run.arrivals->placed(all); };
    events.received = [&](const cache::IncomingObject& object) { run.arrivals->received(object); };
    archive::SyncJob job;
    job.archive = settings.name;
    job.study = study;
    job.reason = "bench";
    const auto report = (*scheduler)->fetch(job, {}, events);
    run.complete = since(start);
    if (!report) {
        return fail(report.error());
    }
    if (!report->complete) {
        return fail("bench.incomplete", "The study did not arrive whole, so its time means nothing.");
    }
    return run;
}

Status throughLine(const Target& target, double megabits, Json& results)
{
    auto link = ShapedLink::open(portOf(target.archive.url), megabits * 1e6, kRoundTrip);
    if (!link) {
        return fail(link.error());
    }
    auto settings = target.archive;
    const auto port = std::to_string(portOf(settings.url));
    settings.url.replace(settings.url.rfind(port), port.size(), std::to_string((*link)->port()));
    const auto run = runOnce(settings, target.study.study);
    if (!run) {
        return fail(run.error());
    }
    const Arrivals& came = *run->arrivals;
    const std::string name = "sync." + std::to_string(static_cast<int>(megabits)) + "Mb.";
    const double bitsPerMs = megabits * 1e3;
    const double floor = came.bytes() * 8 / bitsPerMs;
    const double first = 2.0 * static_cast<double>(kRoundTrip.count()) + came.firstBytes() * 8 / bitsPerMs + kOwnWork;
    results.push_back(metric(name + "firstSlice", came.first(), "ms", {came.first()}, "2 round trips + its bytes / line + 150 ms", first));
    results.push_back(metric(name + "every8th", came.overview(), "ms", {came.overview()}, "its bytes / line", floor / 8));
    results.push_back(
        metric(name + "within4", came.everywhereNear(), "ms", {came.everywhereNear()}, "bytes of every 8th / line", floor / 8));
    results.push_back(metric(name + "complete", run->complete, "ms", {run->complete}, "bytes / line", floor));
    results.push_back(metric(name + "bytesReceivedPerStored", static_cast<double>((*link)->received()) / came.bytes(), "", {}));
    return {};
}

Status throughLoopback(const Target& target, Json& results)
{
    forgetPeakMemory();
    const auto run = runOnce(target.archive, target.study.study);
    if (!run) {
        return fail(run.error());
    }
    results.push_back(metric("sync.loopback.firstSlice", run->arrivals->first(), "ms", {run->arrivals->first()}));
    results.push_back(metric("sync.loopback.rate", run->arrivals->bytes() / 1e3 / run->complete, "MB/s", {run->arrivals->bytes()}));
    results.push_back(
        metric("sync.loopback.peakMemory", peakMemoryMegabytes(), "MB", {}, "bytes of the study", run->arrivals->bytes() / 1e6));
    return {};
}

} // namespace

Status benchSync(Context& context, Json& results)
{
    const auto target = targetOf(context, "CT", 100);
    if (!target) {
        return fail(target.error());
    }
    const auto large = targetOf(context, "CT", 2000); // what `demo --large 3000` makes
    if (const auto done = throughLoopback(large ? *large : *target, results); !done) {
        return done;
    }
    for (const double megabits : kMegabits) {
        if (const auto done = throughLine(*target, megabits, results); !done) {
            return done;
        }
    }
    return {};
}

} // namespace akari::cli
