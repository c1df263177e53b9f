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

void MemoryBudget::join(const void* owner, Reclaim reclaim)
{
    const std::lock_guard lock(m_ownersMutex);
    m_owners.emplace_back(owner, std::move(reclaim));
}

void MemoryBudget::leave(const void* owner)
{
    const std::lock_guard lock(m_ownersMutex);
    std::erase_if(m_owners, [&](const auto& one) { return one.first == owner; });
}

std::uint64_t MemoryBudget::reclaim(const void* forWhom, std::uint64_t bytes)
{
    const std::lock_guard lock(m_ownersMutex);
    std::uint64_t freed = 0;
    for (const auto& [owner, reclaim] : m_owners) {
        if (freed < bytes && owner != forWhom) {
            freed += reclaim(bytes - freed);
        }
    }
    return freed;
}

std::uint64_t MemoryBudget::used() const
{
    const std::lock_guard lock(m_mutex);
    return m_used;
}

} // namespace akari::load
