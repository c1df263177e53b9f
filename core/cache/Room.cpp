#include "core/cache/Room.h"

#include <algorithm>

namespace akari::cache {

void InUse::take(const StudyPlace& study)
{
    std::unique_lock lock(m_mutex);
    m_gone.wait(lock, [&] { return m_leaving.count(study) == 0; });
    ++m_counts[study];
}

void InUse::give(const StudyPlace& study)
{
    const std::lock_guard lock(m_mutex);
    if (const auto found = m_counts.find(study); found != m_counts.end() && --found->second == 0) {
        m_counts.erase(found);
    }
}

bool InUse::contains(const StudyPlace& study) const
{
    const std::lock_guard lock(m_mutex);
    return m_counts.count(study) != 0;
}

bool InUse::leave(const StudyPlace& study)
{
    const std::lock_guard lock(m_mutex);
    return m_counts.count(study) == 0 && m_leaving.insert(study).second;
}

void InUse::left(const StudyPlace& study)
{
    {
        const std::lock_guard lock(m_mutex);
        m_leaving.erase(study);
    }
    m_gone.notify_all();
}

std::uint64_t automaticQuota(std::uint64_t used, std::uint64_t free)
{
    constexpr std::uint64_t kMost = std::uint64_t{1} << 40;
    return std::min(kMost, (used + free) / 5 * 4);
}

} // namespace akari::cache
