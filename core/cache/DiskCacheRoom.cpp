// How much the cache may take, and who used what when.
#include <chrono>

#include "core/cache/DiskCacheAccess.h"

namespace akari::cache {
namespace fs = std::filesystem;
namespace {

constexpr std::uint64_t kLeastQuota = 1'000'000;

Error quotaReached(std::uint64_t incoming, std::uint64_t quota)
{
    return {"cache.quota",
            "The cache has reached its quota, and everything in it is pinned, open, arriving, or has a report that is not proven yet; "
            "raise the quota, "
            "unpin a study or send the reports.",
            std::to_string(incoming) + " bytes wanted, quota " + std::to_string(quota)};
}

} // namespace

std::uint64_t DiskCache::freeBytes() const
{
    if (m_ports.freeBytes) {
        return m_ports.freeBytes(m_folder);
    }
    std::error_code error;
    const auto space = fs::space(m_folder, error);
    return error ? 0 : space.available;
}

std::int64_t DiskCache::minuteNow() const
{
    static const SystemClock system;
    const Clock& clock = m_ports.clock != nullptr ? *m_ports.clock : system;
    return std::chrono::floor<std::chrono::minutes>(clock.now().time_since_epoch()).count();
}

std::uint64_t DiskCache::quota(IndexReader& index) const
{
    std::uint64_t bytes = m_quota.load(std::memory_order_relaxed);
    if (bytes == 0) {
        bytes = std::max(kLeastQuota, index.quota().value_or(automaticQuota(index.packBytes().all(), freeBytes())));
        m_quota.store(bytes, std::memory_order_relaxed);
    }
    return bytes;
}

void DiskCache::makeRoom(Eviction& eviction, std::uint64_t incoming, const StudyPlace& keep)
{
    IndexReader index(*m_writer, m_sealing);
    const std::uint64_t most = quota(index);
    if (incoming == 0 || m_used.all() + incoming <= most) {
        return;
    }
    const std::uint64_t needed = m_used.all() + incoming - most;
    if (eviction.free(needed, keep) < needed) {
        throw Failure(quotaReached(incoming, most));
    }
}

void DiskCache::removePacks(const std::vector<std::string>& packs)
{
    if (packs.empty()) {
        return;
    }
    m_writer->flush(); // else a power cut could leave an older index that names what is gone
    for (const std::string& pack : packs) {
        std::error_code ignored; // what stays is removed at the next start
        fs::remove(packPath(pack), ignored);
    }
}

void DiskCache::letGo(const Eviction& eviction)
{
    removePacks(eviction.packs());
    for (const auto& [archive, study] : eviction.studies()) {
        m_changes.note(archive, study);
    }
}

Status DiskCache::setQuota(std::optional<std::uint64_t> bytes)
{
    if (bytes && *bytes < kLeastQuota) {
        return fail("cache.quota", "A quota below 1 MB holds no study; give more, or auto.");
    }
    return guarded([&] {
        write([&](IndexWriter& index, Transaction& transaction) {
            index.setQuota(bytes);
            m_quota = 0;
            const std::uint64_t most = quota(index);
            Eviction eviction(index, m_ports, *m_inUse, minuteNow());
            if (m_used.all() > most) {
                eviction.free(m_used.all() - most, {});
            }
            const PackBytes used = index.packBytes();
            transaction.commit();
            m_used = used;
            letGo(eviction);
        });
    });
}

Result<CacheUsage> DiskCache::usage() const
{
    return guarded([&] {
        CacheUsage usage;
        std::map<StudyPlace, bool> kept;
        if (m_ports.protectedStudies) {
            for (const ProtectedStudy& study : orThrow(m_ports.protectedStudies())) {
                bool& pinned = kept[study.place];
                pinned = pinned || study.pinned;
            }
        }
        Lease lease(*this);
        IndexReader index = lease.index();
        usage.quota = quota(index);
        usage.automaticQuota = !index.quota();
        for (const Candidate& study : index.candidates(minuteNow())) {
            ++usage.studies;
            usage.bytes += study.packBytes + study.twinBytes;
            usage.twinBytes += study.twinBytes;
            const auto found = kept.find(study.place);
            const bool held = m_inUse->contains(study.place);
            usage.pinned += found != kept.end() && found->second;
            usage.needed += found != kept.end() && !found->second;
            usage.inUse += found == kept.end() && held;
            const bool evictable = found == kept.end() && !held && study.packBytes > 0;
            usage.evictable += evictable;
            usage.evictableBytes += study.twinBytes + (evictable ? study.packBytes : 0);
        }
        for (const char* ending : {"", "-wal"}) {
            std::error_code error;
            const std::uint64_t size = fs::file_size(m_folder / (std::string(kIndexName) + ending), error);
            usage.indexBytes += error ? 0 : size;
        }
        return usage;
    });
}

void DiskCache::touch(const std::string& archive, const StudyInstanceUid& study)
{
    if (m_readOnly) {
        return;
    }
    const StudyPlace place{archive, study};
    const std::int64_t minute = minuteNow();
    {
        const std::lock_guard lock(m_touchMutex);
        std::int64_t& noted = m_touched[place];
        if (noted == minute) {
            return;
        }
        noted = minute;
        m_untold[place] = minute;
    }
    // A batch that is being written takes it along; nobody waits for it here.
    if (std::unique_lock free(m_writeMutex, std::try_to_lock); free.owns_lock()) {
        std::ignore = guarded([&] {
            Transaction transaction(*m_writer);
            IndexWriter index(*m_writer, m_sealing);
            putTouches(index);
            transaction.commit();
        });
    }
}

void DiskCache::putTouches(IndexWriter& index)
{
    std::map<StudyPlace, std::int64_t> untold;
    {
        const std::lock_guard lock(m_touchMutex);
        untold.swap(m_untold);
    }
    for (const auto& [place, minute] : untold) {
        index.setLastUsed(place, minute);
    }
}

} // namespace akari::cache
