// Fetching over a home line: first slice, an overview, everything; against bytes / line.
#include <set>

#include "app/cli/bench/ColdStudy.h"
#include "app/cli/bench/ShapedLink.h"
#include "core/archive/Sync.h"

namespace akari::cli {

namespace {

constexpr std::chrono::milliseconds kRoundTrip{20};
constexpr double kMegabits[] = {30, 100, 300};

std::uint16_t portOf(const std::string& url)
{
    const auto colon = url.rfind(':');
    return colon == std::string::npos ? 0 : static_cast<std::uint16_t>(std::atoi(url.c_str() + colon + 1));
}

struct Times {
    std::mutex mutex;
    double first = 0, overview = 0;
    std::set<int> arrived; // places in the stack
    std::uint64_t stored = 0;
};

// Every 8th place and the last have come.
bool hasOverview(const std::set<int>& arrived, int count)
{
    for (int place = 0; place < count; place += 8) {
        if (!arrived.contains(place)) {
            return false;
        }
    }
    return count > 0;
}

Status run(const Target& target, double megabits, Json& results)
{
    auto link = ShapedLink::open(portOf(target.archive.url), megabits * 1e6, kRoundTrip);
    if (!link) {
        return fail(link.error());
    }
    auto settings = target.archive;
    const auto port = std::to_string(portOf(settings.url));
    settings.url.replace(settings.url.find(port), port.size(), std::to_string((*link)->port()));
    auto cold = ColdFolder::make(settings);
    if (!cold) {
        return fail(cold.error());
    }
    archive::DicomWebClient client(settings);
    static_cast<void>(client.probe()); // as when the row was selected
    const auto before = (*link)->received();
    Times times;
    std::map<std::string, int> places;
    archive::SyncEvents events;
    const auto start = Clock::now();
    events.placed = [&](const SeriesInstanceUid&, const std::vector<archive::InstanceResult>& all) {
        const std::lock_guard lock(times.mutex);
        auto sorted = all;
        std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
            return (a.position.size() == 3 ? a.position[2] : a.number) < (b.position.size() == 3 ? b.position[2] : b.number);
        });
        for (std::size_t i = 0; i < sorted.size(); ++i) {
            places[sorted[i].sop.value] = static_cast<int>(i);
        }
    };
    std::set<std::string> early;
    events.received = [&](const cache::IncomingObject& object) {
        const std::lock_guard lock(times.mutex);
        times.first = times.first > 0 ? times.first : since(start);
        times.stored += object.bytes->size();
        early.insert(object.identity.sop.value);
        for (auto it = early.begin(); !places.empty() && it != early.end();) {
            const auto found = places.find(*it);
            if (found != places.end()) {
                times.arrived.insert(found->second);
            }
            it = early.erase(it);
        }
        if (times.overview == 0 && hasOverview(times.arrived, static_cast<int>(places.size()))) {
            times.overview = since(start);
        }
    };
    archive::LineRates lines;
    archive::SyncOptions options;
    options.lines = &lines;
    const auto report = archive::syncStudy(client, (*cold)->workspace->cache(), target.study.study, options, events, (*cold)->workspace->clock());
    const double complete = since(start);
    if (!report) {
        return fail(report.error());
    }
    if (!report->complete) {
        return fail("bench.incomplete", "The study did not arrive whole, so its time means nothing.");
    }
    const std::string name = "sync." + std::to_string(static_cast<int>(megabits)) + "Mb.";
    const auto bytes = static_cast<double>(times.stored);
    const double floor = bytes * 8 / (megabits * 1e3);
    results.push_back(metric(name + "firstSlice", times.first, "ms", {times.first}));
    results.push_back(metric(name + "every8th", times.overview, "ms", {times.overview}, "its bytes / line", floor / 8));
    results.push_back(metric(name + "complete", complete, "ms", {complete}, "bytes / line", floor));
    results.push_back(metric(name + "bytesReceivedPerStored", static_cast<double>((*link)->received() - before) / bytes, "", {}));
    return {};
}

} // namespace

Status benchSync(Context& context, Json& results)
{
    const auto target = targetOf(context, "CT", 100);
    if (!target) {
        return fail(target.error());
    }
    for (const double megabits : kMegabits) {
        if (const auto done = run(*target, megabits, results); !done) {
            return done;
        }
    }
    return {};
}

} // namespace akari::cli
