// Decoded twins: written without haste, dropped without regret.
#include <limits>

#include "core/cache/DiskCacheAccess.h"

namespace akari::cache {
namespace {

constexpr std::size_t kSaltBytes = 32;
constexpr std::uint64_t kShare = 4;                            // twins take at most a quarter of the quota
constexpr std::uint64_t kDiskReserve = std::uint64_t{1} << 30; // and leave this much of the disk to what matters more

Error noRoom()
{
    return {"cache.quota", "There is no room for decoded twins; they only cost time.", ""};
}

} // namespace

Status DiskCache::storeTwins(std::span<const Twin> twins)
{
    return guarded([&] {
        for (const Twin& twin : twins) {
            const ObjectIdentity& first = twins.front().key.identity;
            const ObjectIdentity& id = twin.key.identity;
            if (twin.packed.empty() || id.contentVersion.empty() || id.archive != first.archive || id.study != first.study ||
                id.series != first.series) {
                throw Failure(
                    {"cache.malformed", "A decoded twin without bytes, version or series can't be stored; please report this.", ""});
            }
        }
        if (!twins.empty()) {
            storeTwinBatch(twins);
        }
    });
}

void DiskCache::storeTwinBatch(std::span<const Twin> twins)
{
    write([&](IndexWriter& index, Transaction& transaction) {
        const ObjectIdentity& first = twins.front().key.identity;
        const auto series = index.series(first.archive, first.study, first.series);
        std::vector<std::int64_t> objects;
        std::uint64_t incoming = 0;
        for (const Twin& twin : twins) {
            const auto located = index.locate(twin.key.identity);
            if (!series || !located) {
                throw Failure(absent("a twin's object"));
            }
            objects.push_back(located->object.id);
            incoming += sealedLength(twin.packed.size());
        }
        Eviction eviction(index, m_ports, *m_inUse, minuteNow());
        const std::uint64_t most = quota(index);
        const auto above = [](std::uint64_t wanted, std::uint64_t limit) { return wanted > limit ? wanted - limit : 0; };
        const std::uint64_t needed = std::max(above(m_used.all() + incoming, most), above(m_used.twins + incoming, most / kShare));
        if (freeBytes() < kDiskReserve + incoming || (needed > 0 && eviction.freeTwins(needed, {first.archive, first.study}) < needed)) {
            throw Failure(noRoom());
        }
        const auto [name, start] = index.twinPack(series->id);
        const PackFile pack = PackFile::openToWrite(packPath(name));
        try {
            pack.cut(start); // what a failed batch left
            const Bytes salt = randomBytes(kSaltBytes);
            const vault::Key key = m_sealing.segmentKey(salt);
            std::vector<Extent> extents;
            Extent next{start, 0, 0};
            for (const Twin& twin : twins) {
                next.length = twin.packed.size();
                writeExtent(pack, key, next, twin.packed, twinBinding(twin.key));
                extents.push_back(next);
                next.start += sealedLength(next.length);
                next.firstChunk += chunksOf(next.length);
            }
            const std::int64_t segment = index.addTwinSegment(series->id, salt, next.start);
            for (std::size_t i = 0; i < twins.size(); ++i) {
                index.addTwin(segment, objects[i], twins[i].key, extents[i]);
            }
            const PackBytes used = index.packBytes();
            transaction.commit();
            m_used = used;
        } catch (...) {
            pack.cut(start);
            throw;
        }
        removePacks(eviction.packs());
    });
}

Result<SharedBytes> DiskCache::readTwin(const TwinKey& key) const
{
    return guarded([&] {
        const auto place = Lease(*this).index().locateTwin(key);
        if (!place || place->extent.length == 0) {
            throw Failure(absent("twin"));
        }
        const auto pack = PackFile::openToRead(packPath(place->pack));
        if (!pack) {
            throw Failure(absent("twins are gone"));
        }
        return readExtent(*pack, m_sealing.segmentKey(place->salt), place->extent, twinBinding(key));
    });
}

std::uint64_t DiskCache::usedTwins()
{
    const std::lock_guard lock(m_writeMutex);
    return m_used.twins;
}

void DiskCache::dropAllTwins()
{
    write([&](IndexWriter& index, Transaction& transaction) {
        Eviction eviction(index, m_ports, *m_inUse, minuteNow());
        eviction.freeTwins(std::numeric_limits<std::uint64_t>::max(), {});
        const PackBytes used = index.packBytes();
        transaction.commit();
        m_used = used;
        removePacks(eviction.packs());
    });
}

} // namespace akari::cache
