#include "core/archive/Lanes.h"

namespace akari::archive {
namespace {

constexpr std::chrono::milliseconds kLook{20}; // stop tokens wake nobody

} // namespace

Lanes::Demand::Demand(Lanes& lanes, SyncPriority priority) : m_lanes(&lanes), m_priority(priority)
{
    const std::lock_guard lock(lanes.m_mutex);
    ++lanes.m_demands[static_cast<std::size_t>(priority)];
}

Lanes::Demand::~Demand()
{
    if (m_lanes) {
        const std::lock_guard lock(m_lanes->m_mutex);
        --m_lanes->m_demands[static_cast<std::size_t>(m_priority)];
        m_lanes->m_changed.notify_all();
    }
}

Lanes::Demand::Demand(Demand&& other) noexcept : m_lanes(std::exchange(other.m_lanes, nullptr)), m_priority(other.m_priority) {}

Lanes::Lane::~Lane()
{
    if (m_lanes) {
        const std::lock_guard lock(m_lanes->m_mutex);
        ++m_lanes->m_free;
        m_lanes->m_changed.notify_all();
    }
}

bool Lanes::wantedAbove(SyncPriority priority) const
{
    for (auto level = static_cast<std::size_t>(priority) + 1; level < m_demands.size(); ++level) {
        if (m_demands[level] > 0) {
            return true;
        }
    }
    return false;
}

Lanes::Lane Lanes::enter(SyncPriority priority, const StopToken& stop)
{
    std::unique_lock lock(m_mutex);
    while (!stop.stopRequested()) {
        if (m_free > 0 && !wantedAbove(priority)) {
            --m_free;
            return Lane(*this);
        }
        m_changed.wait_for(lock, kLook);
    }
    return {};
}

bool Lanes::awaitTurn(SyncPriority priority, const StopToken& stop)
{
    std::unique_lock lock(m_mutex);
    while (!stop.stopRequested() && wantedAbove(priority)) {
        m_changed.wait_for(lock, kLook);
    }
    return !stop.stopRequested();
}

bool Lanes::mustYield(SyncPriority priority) const
{
    const std::lock_guard lock(m_mutex);
    return wantedAbove(priority);
}

} // namespace akari::archive
