// Everything that changes the cache. Order: pack, fsync, index; so a row never names bytes that are not there.
#include <algorithm>
#include <set>

#include "core/base/FileIo.h"
#include "core/cache/DiskCacheAccess.h"

namespace akari::cache {
namespace fs = std::filesystem;

Result<StoreReport> DiskCache::store(std::span<const IncomingObject> batch)
{
    return guarded([&] {
        if (batch.empty()) {
            return StoreReport();
        }
        checkBatch(batch);
        StoreReport report = storeMakingRoom(batch);
        m_changes.note(batch.front().identity.archive, batch.front().identity.study);
        return report;
    });
}

StoreReport DiskCache::storeMakingRoom(std::span<const IncomingObject> batch)
{
    try {
        return storeBatch(batch);
    } catch (const Failure& failure) {
        if (failure.error.code != "disk.full" || usedTwins() == 0) {
            throw;
        }
    }
    dropAllTwins(); // they cost time only
    return storeBatch(batch);
}

StoreReport DiskCache::storeBatch(std::span<const IncomingObject> batch)
{
    return write([&](IndexWriter& index, Transaction& transaction) {
        const ObjectIdentity& first = batch.front().identity;
        const SeriesRow series = index.ensureSeries(first.archive, first.study, first.series);
        index.setLastUsed({first.archive, first.study}, minuteNow());
        StoreReport report;
        std::vector<const IncomingObject*> fresh;
        std::vector<const ObjectIdentity*> prevailing;
        std::set<std::string> freshVersions; // sop and version
        std::set<std::string> freshSops;
        std::int64_t added = 0;
        std::uint64_t addedBytes = 0;
        for (const IncomingObject& object : batch) {
            const ObjectIdentity& id = object.identity;
            auto same = index.locate(id);
            if (same && isImported(id.archive) && !opens(*same)) { // no archive will bring it again; this import does
                index.dropVersion(id);
                index.recount(series);
                same.reset();
            }
            const bool again = freshVersions.count(id.sop.value + '/' + id.contentVersion) != 0;
            if (again || (same && !same->object.superseded)) {
                ++report.duplicate;
                continue;
            }
            // One that lost its newest version to damage may come back as an older one, which then prevails.
            const bool other =
                same || freshSops.count(id.sop.value) != 0 || index.locate({id.archive, id.study, id.series, id.sop, {}}).has_value();
            if (!same) {
                fresh.push_back(&object);
                freshVersions.insert(id.sop.value + '/' + id.contentVersion);
            }
            if (other) {
                report.changed.push_back(id.sop);
                prevailing.push_back(&id);
            } else {
                ++added;
                addedBytes += object.bytes->size();
            }
            freshSops.insert(id.sop.value);
        }
        report.stored = fresh.size();
        Eviction eviction(index, m_ports, *m_inUse, minuteNow());
        std::uint64_t incoming = 0;
        for (const IncomingObject* object : fresh) {
            incoming += sealedLength(object->bytes->size());
        }
        makeRoom(eviction, incoming, {first.archive, first.study});
        const auto finish = [&] {
            for (const ObjectIdentity* id : prevailing) {
                index.prevail(*id);
            }
            if (prevailing.empty()) {
                index.addToCount(series.id, added, addedBytes);
            } else {
                index.recount(series);
            }
            const PackBytes used = index.packBytes();
            transaction.commit();
            m_used = used;
        };
        if (fresh.empty()) {
            finish();
        } else {
            appendSegment(index, series, fresh, finish);
        }
        letGo(eviction);
        return report;
    });
}

void DiskCache::appendSegment(IndexWriter& index, const SeriesRow& series, const std::vector<const IncomingObject*>& fresh,
                              const std::function<void()>& finish)
{
    const PackFile pack = PackFile::openToWrite(packPath(series.pack));
    try {
        pack.cut(series.packEnd); // what a failed batch left
        SegmentPlan plan = planSegment(series.packEnd, fresh);
        plan.salt = m_sealing.freshSalt(series.archive);
        writeSegment(pack, m_sealing, fresh, plan);
        pack.flush();
        if (series.packEnd == 0) {
            orThrow(syncFolder(m_packs));
        }
        const std::int64_t segment = index.addSegment(series.id, plan);
        for (std::size_t i = 0; i < fresh.size(); ++i) {
            index.addObject(series.id, segment, *fresh[i], plan.objects[i]);
        }
        index.setPackEnd(series.id, plan.end);
        finish();
    } catch (...) {
        pack.cut(series.packEnd); // gives the room back at once
        if (series.packEnd == 0) {
            std::error_code ignored;
            fs::remove(packPath(series.pack), ignored);
        }
        throw;
    }
}

Status DiskCache::putStudy(const StudyRecord& study)
{
    return guarded([&] {
        write([&](IndexWriter& index, Transaction& transaction) {
            index.setStudyFields(index.ensureStudy(study.archive, study.study), study);
            transaction.commit();
        });
        m_changes.note(study.archive, study.study);
    });
}

Status DiskCache::putStudies(std::span<const StudyRecord> studies)
{
    return guarded([&] {
        write([&](IndexWriter& index, Transaction& transaction) {
            for (const StudyRecord& study : studies) {
                index.setStudyFields(index.ensureStudy(study.archive, study.study), study);
            }
            transaction.commit();
        });
        for (const StudyRecord& study : studies) {
            m_changes.note(study.archive, study.study);
        }
    });
}

Status DiskCache::putSeries(const std::string& archive, const StudyInstanceUid& study, const SeriesRecord& series)
{
    return guarded([&] {
        write([&](IndexWriter& index, Transaction& transaction) {
            index.setSeriesFields(index.ensureSeries(archive, study, series.series), series);
            transaction.commit();
        });
    });
}

Status DiskCache::markComplete(const std::string& archive, const StudyInstanceUid& study, bool complete, const std::string& isoTime)
{
    return guarded([&] {
        write([&](IndexWriter& index, Transaction& transaction) {
            if (!index.setComplete(archive, study, complete, isoTime)) {
                throw Failure(absent("study"));
            }
            transaction.commit();
        });
        m_changes.note(archive, study);
    });
}

Status DiskCache::putServerState(const std::string& archive, const StudyInstanceUid& study, const ServerState& state)
{
    return guarded([&] {
        write([&](IndexWriter& index, Transaction& transaction) {
            if (!index.setServerState(archive, study, state)) {
                throw Failure(absent("study"));
            }
            transaction.commit();
        });
        m_changes.note(archive, study);
    });
}

Status DiskCache::removeStudy(const std::string& archive, const StudyInstanceUid& study)
{
    return guarded([&] {
        write([&](IndexWriter& index, Transaction& transaction) {
            const auto packs = index.packsOfStudy(archive, study);
            if (!index.removeStudy(archive, study)) {
                throw Failure(absent("study"));
            }
            const PackBytes used = index.packBytes();
            transaction.commit();
            m_used = used;
            removePacks(packs);
        });
        m_changes.note(archive, study);
    });
}

Status DiskCache::removeUnreadable()
{
    return guarded([&] {
        m_sealing.forget();
        write([&](IndexWriter& index, Transaction& transaction) {
            const auto packs = index.removeUnreadable();
            const PackBytes used = index.packBytes();
            transaction.commit();
            m_used = used;
            removePacks(packs);
        });
        m_changes.noteEverything();
    });
}

// `drop(index)` says whether there was anything to drop.
template <class Drop> Status DiskCache::dropping(const ObjectIdentity& identity, const Drop& drop)
{
    return guarded([&] {
        write([&](IndexWriter& index, Transaction& transaction) {
            const auto series = index.series(identity.archive, identity.study, identity.series);
            if (!series || !drop(index)) {
                throw Failure(absent());
            }
            index.recount(*series);
            const auto emptied = index.renewPackIfEmpty(series->id);
            const PackBytes used = index.packBytes();
            transaction.commit();
            m_used = used;
            removePacks(emptied);
        });
        m_changes.note(identity.archive, identity.study);
    });
}

Status DiskCache::dropObject(const ObjectIdentity& identity)
{
    return dropping(identity, [&](IndexWriter& index) { return index.dropObject(identity); });
}

Status DiskCache::dropDamaged(const ObjectIdentity& identity)
{
    return dropping(identity, [&](IndexWriter& index) {
        const auto located = index.locate(identity);
        if (!located) {
            return false;
        }
        index.dropVersion(located->object.record.identity);
        if (!located->object.superseded) { // an older one is missed by nobody
            index.takeBackComplete(identity.archive, identity.study);
        }
        return true;
    });
}

} // namespace akari::cache
