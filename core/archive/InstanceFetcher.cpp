#include "core/archive/InstanceFetcher.h"

#include <algorithm>

namespace akari::archive {

InstanceFetcher::InstanceFetcher(unsigned connections, Fetch fetch, Eye eye, Lanes* lanes, SyncPriority priority, StopToken stop)
    : m_fetch(std::move(fetch)), m_eye(std::move(eye)), m_lanes(lanes), m_priority(priority), m_stop(std::move(stop))
{
    for (unsigned i = 0; i < std::max(1u, connections); ++i) {
        m_threads.emplace_back([this] { work(); });
    }
}

InstanceFetcher::~InstanceFetcher()
{
    finish();
}

void InstanceFetcher::add(const SeriesInstanceUid& series, std::vector<InstanceResult> all, const std::vector<SopInstanceUid>& missing)
{
    const std::lock_guard lock(m_mutex);
    m_order.add(series, std::move(all), missing);
    m_changed.notify_all();
}

void InstanceFetcher::finish()
{
    {
        const std::lock_guard lock(m_mutex);
        m_closed = true;
        m_changed.notify_all();
    }
    for (std::thread& thread : m_threads) {
        thread.join();
    }
    m_threads.clear();
}

void InstanceFetcher::useAtMost(unsigned connections)
{
    const std::lock_guard lock(m_mutex);
    m_most = connections;
    m_changed.notify_all();
}

bool InstanceFetcher::beginWork()
{
    std::unique_lock lock(m_mutex);
    const auto mayWork = [this] { return m_most == 0 || m_working < m_most; };
    while ((!m_order.empty() ? !mayWork() : !m_closed) && !m_stop.stopRequested()) {
        m_changed.wait_for(lock, std::chrono::milliseconds(50)); // the token wakes nobody
    }
    const bool any = !m_order.empty() && !m_stop.stopRequested();
    m_working += any;
    return any;
}

void InstanceFetcher::endWork()
{
    const std::lock_guard lock(m_mutex);
    --m_working;
    if (m_most != 0) {
        m_changed.notify_one();
    }
}

void InstanceFetcher::work()
{
    while (beginWork()) {
        const Lanes::Lane lane = m_lanes ? m_lanes->enter(m_priority, m_stop) : Lanes::Lane();
        // Asked for without the lock: whoever shows the study has locks of its own.
        const auto eye = m_eye ? m_eye() : std::nullopt;
        std::optional<WantedInstance> wanted;
        {
            const std::lock_guard lock(m_mutex);
            wanted = m_stop.stopRequested() ? std::nullopt : m_order.next(eye);
        }
        if (wanted) {
            m_fetch(*wanted);
        }
        endWork();
    }
}

} // namespace akari::archive
