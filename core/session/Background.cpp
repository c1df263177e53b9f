#include "core/session/Background.h"

#include <algorithm>
#include <vector>

namespace akari::session {
namespace {

constexpr std::chrono::seconds kFirstRest{5}; // after the start, so that the worklist comes first
constexpr std::chrono::minutes kBetween{10};  // two rounds
constexpr std::chrono::seconds kInUse{2};     // after the reader's last doing
constexpr std::chrono::milliseconds kLook{50};
constexpr const char* kSwitch = "prefetch";
constexpr const char* kMetered = "line.metered";

} // namespace

bool prefetchIsOn(const records::Records& records)
{
    const auto kept = records.setting(kSwitch);
    return !kept || *kept != "off";
}

Status setPrefetchOn(records::Records& records, bool on)
{
    return records.putSetting(kSwitch, on ? "on" : "off");
}

bool lineIsMetered(const records::Records& records)
{
    const auto kept = records.setting(kMetered);
    return kept && *kept == "yes";
}

Status setLineMetered(records::Records& records, bool metered)
{
    return records.putSetting(kMetered, metered ? "yes" : "no");
}

Background::Background(Engine engine, archive::PrefetchRules rules, Ports ports, std::function<void()> changed)
    : m_engine(std::move(engine)), m_rules(std::move(rules)), m_ports(std::move(ports)), m_changed(std::move(changed)),
      m_worker([this] { run(); }), m_pauser([this] { pauseWhileInUse(); })
{
}

Background::~Background()
{
    m_stop.requestStop();
    wake();
    m_worker.join();
    m_pauser.join();
}

void Background::wake()
{
    const std::lock_guard lock(m_mutex);
    m_woken = true;
    m_wake.notify_all();
}

void Background::interacted()
{
    const std::lock_guard lock(m_mutex);
    m_inUseUntil = std::chrono::steady_clock::now() + kInUse;
    m_wake.notify_all();
}

Background::State Background::state() const
{
    State state;
    {
        const std::lock_guard lock(m_mutex);
        state = m_state;
    }
    state.on = prefetchIsOn(m_engine.records);
    state.metered = lineIsMetered(m_engine.records) || (m_ports.metered && m_ports.metered());
    return state;
}

bool Background::mayTransfer()
{
    const auto now = std::chrono::steady_clock::now();
    if (now.time_since_epoch().count() >= m_mayUntil) {
        m_may = prefetchIsOn(m_engine.records) && !lineIsMetered(m_engine.records) && !(m_ports.metered && m_ports.metered());
        m_mayUntil = (now + kLook).time_since_epoch().count();
    }
    return m_may && !m_stop.token().stopRequested();
}

void Background::note(const std::optional<Error>& problem)
{
    const std::lock_guard lock(m_mutex);
    m_state.problem = problem;
}

void Background::run()
{
    auto rest = std::chrono::duration_cast<std::chrono::milliseconds>(kFirstRest);
    while (!m_stop.token().stopRequested()) {
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait_for(lock, rest, [&] { return m_woken || m_stop.token().stopRequested(); });
            m_woken = false;
        }
        rest = kBetween;
        round();
    }
}

void Background::round()
{
    const auto archives = m_engine.records.archives();
    if (!archives || !m_engine.sync) {
        return;
    }
    {
        const std::lock_guard lock(m_mutex);
        m_state.working = true;
    }
    note(std::nullopt);
    for (const auto& settings : *archives) {
        if (!m_stop.token().stopRequested()) {
            detect(settings.name);
        }
        if (mayTransfer()) {
            prefetch(settings.name);
        }
    }
    {
        const std::lock_guard lock(m_mutex);
        m_state.working = false;
    }
    m_changed();
}

void Background::detect(const std::string& archive)
{
    const auto scheduler = m_engine.sync->of(archive);
    if (!scheduler || !(*scheduler)->lanes().awaitTurn(archive::SyncPriority::Prefetch, m_stop.token())) {
        return;
    }
    archive::ChangeOptions options;
    options.recentDays = std::max(options.recentDays, m_rules.recentDays); // whatever may be on the worklist
    const auto report =
        archive::detectChanges((*scheduler)->client(), m_engine.cache, m_engine.sync->jobs(), m_engine.clock, options, m_stop.token());
    if (!report) {
        note(report.error());
        return;
    }
    // One that is found a second time is no news.
    const auto fresh = std::count_if(report->changes.begin(), report->changes.end(), [](const archive::StudyChange& one) { return !one.stable; });
    if (fresh > 0) {
        {
            const std::lock_guard lock(m_mutex);
            m_state.changes += static_cast<std::size_t>(fresh);
        }
        m_changed();
    }
}

// First what was left over, then what the rules say.
void Background::prefetch(const std::string& archive)
{
    const auto scheduler = m_engine.sync->of(archive);
    if (!scheduler) {
        note(scheduler.error());
        return;
    }
    archive::PrefetchLimits limits;
    limits.bytes = m_rules.bytes;
    limits.until = std::chrono::steady_clock::now() + std::chrono::minutes(m_rules.minutes);
    StopToken stop = m_stop.token();
    const auto count = [this](const archive::SyncReport& report) {
        {
            const std::lock_guard lock(m_mutex);
            m_state.fetched += report.complete ? 1 : 0;
            m_state.bytes += report.bytes;
        }
        m_changed();
    };
    const auto left = m_engine.sync->runPending(archive, archive::SyncPriority::Prefetch, {}, stop, [&] { return !mayTransfer(); });
    for (const auto& one : left ? *left : std::vector<archive::Schedulers::Pending>()) {
        if (one.report) {
            count(*one.report);
        }
    }
    const auto plan = archive::planPrefetch(**scheduler, m_engine.cache, m_engine.records, m_rules, m_rules.bytes, m_engine.clock, stop);
    if (!plan) {
        note(plan.error());
        return;
    }
    limits.pause = [this] { return !mayTransfer(); };
    archive::runPrefetch(
        **scheduler, *plan, limits,
        [&](const archive::PrefetchItem&, const Result<archive::SyncReport>& report) { report ? count(*report) : note(report.error()); },
        stop);
}

// A wish for every archive that is above prefetch: nothing new is asked for in the background while it lives.
void Background::pauseWhileInUse()
{
    std::vector<std::pair<std::shared_ptr<archive::SyncScheduler>, archive::Lanes::Demand>> held;
    while (!m_stop.token().stopRequested()) {
        bool inUse = false;
        {
            std::unique_lock lock(m_mutex);
            m_wake.wait_for(lock, held.empty() ? std::chrono::milliseconds(500) : kLook, [&] {
                return m_stop.token().stopRequested() || (held.empty() && std::chrono::steady_clock::now() < m_inUseUntil);
            });
            inUse = std::chrono::steady_clock::now() < m_inUseUntil;
        }
        if (!inUse) {
            held.clear();
            continue;
        }
        const auto archives = held.empty() && m_engine.sync ? m_engine.records.archives() : Result<std::vector<records::ArchiveSettings>>();
        for (const auto& settings : archives ? *archives : std::vector<records::ArchiveSettings>()) {
            if (const auto scheduler = m_engine.sync->of(settings.name)) {
                held.emplace_back(*scheduler, (*scheduler)->lanes().demand(archive::SyncPriority::Prior));
            }
        }
    }
}

} // namespace akari::session
