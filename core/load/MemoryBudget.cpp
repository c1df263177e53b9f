#include <algorithm>

#include "core/load/StudyStore.h"

namespace akari::load {

bool MemoryBudget::take(std::uint64_t bytes)
{
    const std::lock_guard lock(m_mutex);
    if (m_used + bytes > m_limit) {
        return false;
    }
    m_used += bytes;
    return true;
}

void MemoryBudget::give(std::uint64_t bytes)
{
    const std::lock_guard lock(m_mutex);
    m_used -= std::min(bytes, m_used);
}

std::uint64_t MemoryBudget::used() const
{
    const std::lock_guard lock(m_mutex);
    return m_used;
}

} // namespace akari::load
