// What the cache may keep and what it must not let go of: use counts, protection, the quota's figures.
#pragma once

#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "core/base/Clock.h"
#include "core/base/Identity.h"
#include "core/base/Result.h"

namespace akari::cache {

using StudyPlace = std::pair<std::string, StudyInstanceUid>; // archive and study

// A study that somebody outside the cache needs: pinned by a person, or with a draft or an outbox item that is not proven yet.
struct ProtectedStudy {
    StudyPlace place;
    bool pinned = false;
};

// Filled by the composition root before the cache is shared between threads.
struct CachePorts {
    // Asked once in each eviction. While it fails nothing is evicted. None: nothing is protected.
    std::function<Result<std::vector<ProtectedStudy>>()> protectedStudies;
    const Clock* clock = nullptr; // outlives the cache; none: the system's
    // Bytes that the disk of `folder` has free; none: the system's answer.
    std::function<std::uint64_t(const std::filesystem::path& folder)> freeBytes;
    // An object whose bytes don't open; on the reader's thread, which holds nothing of the cache's. Not called where the cache is read-only.
    std::function<void(const ObjectIdentity&)> damaged{};
};

struct CacheUsage {
    std::uint64_t bytes = 0;     // of packs and twins: what the quota speaks of
    std::uint64_t twinBytes = 0; // of that in decoded twins
    std::uint64_t indexBytes = 0;
    std::uint64_t quota = 0;
    bool automaticQuota = true;
    std::int64_t studies = 0;
    std::int64_t pinned = 0;
    std::int64_t needed = 0; // by drafts and the outbox, not pinned
    std::int64_t inUse = 0;  // in this process, neither pinned nor needed
    std::int64_t evictable = 0;
    std::uint64_t evictableBytes = 0; // twins of the others included
};

// Which studies are open or being received in this process. Thread-safe.
class InUse {
public:
    void take(const StudyPlace& study); // waits while this very study is leaving
    void give(const StudyPlace& study);
    bool contains(const StudyPlace& study) const;
    // From now until left() nobody can take the study; false when somebody has it.
    bool leave(const StudyPlace& study);
    void left(const StudyPlace& study);

private:
    mutable std::mutex m_mutex;
    std::condition_variable m_gone;
    // Protected by m_mutex.
    std::map<StudyPlace, int> m_counts;
    std::set<StudyPlace> m_leaving;
};

// While it lives the study is not evicted. May outlive the cache.
class Hold {
public:
    Hold() = default;
    Hold(std::shared_ptr<InUse> inUse, StudyPlace study) : m_inUse(std::move(inUse)), m_study(std::move(study)) { m_inUse->take(m_study); }
    ~Hold() { release(); }
    Hold(Hold&& other) noexcept : m_inUse(std::move(other.m_inUse)), m_study(std::move(other.m_study)) {}
    Hold& operator=(Hold&& other) noexcept
    {
        release();
        m_inUse = std::move(other.m_inUse);
        m_study = std::move(other.m_study);
        return *this;
    }
    explicit operator bool() const { return m_inUse != nullptr; }

private:
    void release()
    {
        if (const auto inUse = std::exchange(m_inUse, nullptr)) {
            inUse->give(m_study);
        }
    }
    std::shared_ptr<InUse> m_inUse;
    StudyPlace m_study;
};

// Four fifths of what the cache has and the disk could give it, at most 1 TiB.
std::uint64_t automaticQuota(std::uint64_t used, std::uint64_t free);

} // namespace akari::cache
