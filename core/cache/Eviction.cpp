#include "core/cache/Eviction.h"

#include "core/base/Log.h"

namespace akari::cache {

Eviction::Eviction(IndexWriter& index, const CachePorts& ports, InUse& inUse, std::int64_t minute)
    : m_index(index), m_ports(ports), m_inUse(inUse), m_minute(minute)
{
}

Eviction::~Eviction()
{
    for (const StudyPlace& study : m_leaving) {
        m_inUse.left(study);
    }
}

std::vector<Candidate>& Eviction::candidates()
{
    if (!m_candidates) {
        m_candidates = m_index.candidates(m_minute);
    }
    return *m_candidates;
}

bool Eviction::mayGo(const StudyPlace& study)
{
    if (!m_protected) {
        m_protected.emplace();
        if (m_ports.protectedStudies) {
            const auto known = m_ports.protectedStudies();
            m_unknown = !known;
            if (!known) {
                log::warning("cache", "nothing is evicted: what is pinned or unsent can't be learnt (" + known.error().code + ")");
                return false;
            }
            for (const ProtectedStudy& one : *known) {
                m_protected->insert(one.place);
            }
        }
    }
    if (m_unknown || m_protected->count(study) != 0 || !m_inUse.leave(study)) {
        return false;
    }
    m_leaving.push_back(study);
    return true;
}

std::uint64_t Eviction::free(std::uint64_t bytes, const StudyPlace& keep)
{
    const std::uint64_t freed = freeTwins(bytes, keep);
    return freed >= bytes ? freed : freed + freeStudies(bytes - freed, keep);
}

std::uint64_t Eviction::freeTwins(std::uint64_t bytes, const StudyPlace& keep)
{
    std::uint64_t freed = 0;
    for (Candidate& candidate : candidates()) {
        if (freed >= bytes) {
            break;
        }
        if (candidate.twinBytes > 0 && candidate.place != keep) { // whoever reads one of them now decodes instead
            add(m_index.dropTwinsOfStudy(candidate.id));
            freed += std::exchange(candidate.twinBytes, 0);
        }
    }
    return freed;
}

std::uint64_t Eviction::freeStudies(std::uint64_t bytes, const StudyPlace& keep)
{
    std::uint64_t freed = 0;
    for (const Candidate& candidate : candidates()) {
        if (freed >= bytes) {
            break;
        }
        if (candidate.packBytes > 0 && candidate.place != keep && mayGo(candidate.place)) {
            add(m_index.evictStudy(candidate.id));
            freed += candidate.packBytes + candidate.twinBytes;
        }
    }
    return freed;
}

} // namespace akari::cache
