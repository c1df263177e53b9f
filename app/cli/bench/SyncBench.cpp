// Fetching over a home line: first slice, an overview, everything, against bytes / line; and over loopback, against nothing but the
// machine.
#include <algorithm>
#include <cstdlib>
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
constexpr int kEighth = 8;
constexpr double kNever = 1e12;  // ms

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
        m_listed = since(m_start);
        m_places.clear();
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            m_places[sorted[i].sop.value] = static_cast<int>(i);
        }
    }
    void received(const cache::IncomingObject& object)
    {
        const std::lock_guard lock(m_mutex);
        m_came.emplace(object.identity.sop.value, since(m_start));
        m_bytes += object.provisional ? 0 : object.bytes->size();
        m_originals += object.provisional ? 0 : 1;
        m_firstBytes = m_firstBytes > 0 ? m_firstBytes : object.bytes->size();
    }
    // Whether every 8th place is here already. Asked often while objects come.
    bool hasOverview() const
    {
        const std::lock_guard lock(m_mutex);
        return !m_places.empty() && overview() < kNever;
    }
    std::size_t overviewPlaces() const { return m_places.size() / 8 + 2; }
    double bytesPerObject() const { return static_cast<double>(m_bytes) / static_cast<double>(std::max<std::size_t>(1, m_originals)); }
    // When the last of them came, original or copy.
    double everything() const
    {
        double last = 0;
        for (const auto& [sop, at] : m_came) {
            last = std::max(last, at);
        }
        return last;
    }

    // When the list of the longest stack was whole.
    double listed() const { return m_listed; }
    double first() const
    {
        double earliest = kNever;
        for (const auto& [sop, at] : m_came) {
            earliest = std::min(earliest, at);
        }
        return earliest;
    }
    double firstBytes() const { return static_cast<double>(m_firstBytes); }
    double bytes() const { return static_cast<double>(m_bytes); }
    // Of any eight places that follow one another, one is here: every 8th slice, wherever the counting began.
    double overview() const { return covered(0, kEighth - 1); }
    // Every place has a slice that has come within kNear of it.
    double everywhereNear() const { return covered(kNear, kNear); }

private:
    // When each place had a slice among so many before and behind it.
    double covered(int before, int behind) const
    {
        std::vector<double> times(m_places.size(), kNever);
        for (const auto& [sop, place] : m_places) {
            times[static_cast<std::size_t>(place)] = at(sop);
        }
        double last = 0;
        const auto count = static_cast<int>(times.size());
        for (int place = 0; place < count; ++place) {
            const int most = std::min(count - 1, place + behind);
            const int least = std::max(0, std::min(place - before, most - before - behind));
            last = std::max(last, *std::min_element(times.begin() + least, times.begin() + most + 1));
        }
        return last;
    }
    double at(const std::string& sop) const
    {
        const auto found = m_came.find(sop);
        return found == m_came.end() ? kNever : found->second;
    }

    const Clock::time_point m_start;
    mutable std::mutex m_mutex;
    std::map<std::string, double> m_came; // ms; protected by m_mutex while a run lasts, as the rest
    std::map<std::string, int> m_places;
    std::uint64_t m_bytes = 0, m_firstBytes = 0; // of originals; of whatever came first
    std::size_t m_originals = 0;
    double m_listed = 0;
};

struct Transfer {
    std::unique_ptr<Arrivals> arrivals;
    double complete = 0; // ms, sealed
};

struct Way {
    bool overviewAlone = false; // ends when every 8th slice is here
    bool losslessFirst = false;
};

// One cold run as when the row was selected a moment ago: the connections are open.
Result<Transfer> runOnce(const records::ArchiveSettings& settings, const StudyInstanceUid& study, const Way& way)
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
    Transfer run;
    const auto start = Clock::now();
    run.arrivals = std::make_unique<Arrivals>(start);
    archive::SyncEvents events;
    events.placed = [&](const SeriesInstanceUid&, const std::vector<archive::InstanceResult>& all) { run.arrivals->placed(all); };
    events.received = [&](const cache::IncomingObject& object) { run.arrivals->received(object); };
    archive::SyncJob job;
    job.archive = settings.name;
    job.study = study;
    job.reason = "bench";
    archive::SyncOptions options;
    options.losslessFirst = way.losslessFirst;
    if (way.overviewAlone) {
        options.enough = [&] { return run.arrivals->hasOverview(); };
    }
    const auto report = (*scheduler)->fetch(job, options, events);
    run.complete = since(start);
    if (!report) {
        return fail(report.error());
    }
    if (!report->complete && !way.overviewAlone) {
        return fail("bench.incomplete", "The study did not arrive whole, so its time means nothing.");
    }
    return run;
}

std::string nameOf(double megabits) { return "sync." + std::to_string(static_cast<int>(megabits)) + "Mb."; }

struct LineRun {
    Transfer run;
    std::uint64_t received = 0;
};

Result<LineRun> throughLine(const Target& target, double megabits, const Way& way)
{
    auto link = ShapedLink::open(portOf(target.archive.url), megabits * 1e6, kRoundTrip);
    if (!link) {
        return fail(link.error());
    }
    auto settings = target.archive;
    const auto port = std::to_string(portOf(settings.url));
    settings.url.replace(settings.url.rfind(port), port.size(), std::to_string((*link)->port()));
    auto run = runOnce(settings, target.study.study, way);
    if (!run) {
        return fail(run.error());
    }
    return LineRun{std::move(*run), (*link)->received()};
}

void addPlaces(const std::string& name, double bitsPerMs, const Arrivals& came, Json& results)
{
    const double share = static_cast<double>(came.overviewPlaces()) * came.bytesPerObject() * 8 / bitsPerMs;
    results.push_back(metric(name + "every8th", came.overview(), "ms", {came.overview()}, "its bytes / line", share));
    results.push_back(metric(name + "within4", came.everywhereNear(), "ms", {came.everywhereNear()}, "bytes of every 8th / line", share));
}

Status wholeStudy(const Target& target, double megabits, Json& results)
{
    const auto line = throughLine(target, megabits, {});
    if (!line) {
        return fail(line.error());
    }
    const Arrivals& came = *line->run.arrivals;
    const double bitsPerMs = megabits * 1e3;
    const double first = 2.0 * static_cast<double>(kRoundTrip.count()) + came.firstBytes() * 8 / bitsPerMs + kOwnWork;
    results.push_back(metric(nameOf(megabits) + "firstSlice", came.first(), "ms", {came.first()}, "2 round trips + its bytes / line + 150 ms", first));
    addPlaces(nameOf(megabits), bitsPerMs, came, results);
    results.push_back(metric(nameOf(megabits) + "complete", line->run.complete, "ms", {line->run.complete}, "bytes / line", came.bytes() * 8 / bitsPerMs));
    results.push_back(metric(nameOf(megabits) + "bytesReceivedPerStored", static_cast<double>(line->received) / came.bytes(), "", {}));
    return {};
}

// Of a study so long that its list alone takes the archive seconds.
Status overviewOfLarge(const Target& target, double megabits, Json& results)
{
    const auto line = throughLine(target, megabits, {true, false});
    if (!line) {
        return fail(line.error());
    }
    addPlaces(nameOf(megabits) + "large.", megabits * 1e3, *line->run.arrivals, results);
    results.push_back(metric(nameOf(megabits) + "large.listed", line->run.arrivals->listed(), "ms", {}));
    return {};
}

Status copiesFirst(const Target& target, double megabits, Json& results)
{
    const auto line = throughLine(target, megabits, {false, true});
    if (!line) {
        return fail(line.error());
    }
    const Arrivals& came = *line->run.arrivals;
    const std::string name = nameOf(megabits) + "losslessFirst.";
    const double originals = came.bytes() * 8 / (megabits * 1e3);
    results.push_back(metric(name + "everySlice", came.everything(), "ms", {came.everything()}, "bytes of the originals / line", originals));
    results.push_back(metric(name + "complete", line->run.complete, "ms", {line->run.complete}, "bytes of the originals / line", originals));
    return {};
}

Status throughLoopback(const Target& target, Json& results)
{
    forgetPeakMemory();
    const auto run = runOnce(target.archive, target.study.study, {});
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
    if (std::getenv("AKARI_BENCH_STUDY") != nullptr) {
        return wholeStudy(*target, 100, results);
    }
    Status done = throughLoopback(large ? *large : *target, results);
    for (const double megabits : kMegabits) {
        done = done ? wholeStudy(*target, megabits, results) : done;
        done = done && large ? overviewOfLarge(*large, megabits, results) : done;
    }
    return done ? copiesFirst(*target, 100, results) : done;
}

} // namespace akari::cli
