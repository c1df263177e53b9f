// Everything that changes the cache. Order: pack, fsync, index; so a row never names bytes that are not there.
#include <algorithm>
#include <set>

#include "core/base/FileIo.h"
#include "core/cache/DiskCache.h"
#include "core/cache/Guard.h"

namespace akari::cache {
namespace fs = std::filesystem;
template <class Work>
auto DiskCache::write(Work&& work) -> decltype(work(std::declval<IndexWriter&>(), std::declval<Transaction&>()))
{
    if (m_readOnly) {
        throw Failure({"cache.readonly", "The cache is open for reading only; another Akari writes in it.", ""});
    }
    const std::lock_guard lock(m_writeMutex);
    Transaction transaction(*m_writer);
    try {
        IndexWriter index(*m_writer, m_sealing);
        return work(index, transaction);
    } catch (const SQLite::Exception&) {
        if (m_writer->metFullDisk()) {
            throw Failure({"disk.full", "There is no room left to write; free some disk space and try again.", "index"});
        }
        throw;
    }
}

Result<StoreReport> DiskCache::store(std::span<const IncomingObject> batch)
{
    return guarded([&] {
        if (batch.empty()) {
            return StoreReport();
        }
        checkBatch(batch);
        return storeBatch(batch);
    });
}

StoreReport DiskCache::storeBatch(std::span<const IncomingObject> batch)
{
    return write([&](IndexWriter& index, Transaction& transaction) {
        const ObjectIdentity& first = batch.front().identity;
        const SeriesRow series = index.ensureSeries(first.archive, first.study, first.series);
        StoreReport report;
        std::vector<const IncomingObject*> fresh;
        std::vector<const ObjectIdentity*> prevailing;
        std::set<std::string> freshVersions; // sop and version
        std::set<std::string> freshSops;
        std::int64_t added = 0;
        std::uint64_t addedBytes = 0;
        for (const IncomingObject& object : batch) {
            const ObjectIdentity& id = object.identity;
            const auto same = index.locate(id);
            const bool again = freshVersions.count(id.sop.value + '/' + id.contentVersion) != 0;
            if (again || (same && !same->object.superseded)) {
                ++report.duplicate;
                continue;
            }
            const bool other = freshSops.count(id.sop.value) != 0
                || index.locate({id.archive, id.study, id.series, id.sop, {}}).has_value();
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
        const auto finish = [&] {
            for (const ObjectIdentity* id : prevailing) {
                index.prevail(*id);
            }
            if (prevailing.empty()) {
                index.addToCount(series.id, added, addedBytes);
            } else {
                index.recount(series);
            }
            transaction.commit();
        };
        if (fresh.empty()) {
            finish();
        } else {
            appendSegment(index, series, fresh, finish);
        }
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
            transaction.commit();
            for (const std::string& pack : packs) {
                std::error_code ignored; // what stays is removed at the next start
                fs::remove(packPath(pack), ignored);
            }
        });
    });
}

Status DiskCache::removeUnreadable()
{
    return guarded([&] {
        m_sealing.forget();
        write([&](IndexWriter& index, Transaction& transaction) {
            const auto packs = index.removeUnreadable();
            transaction.commit();
            for (const std::string& pack : packs) {
                std::error_code ignored; // what stays is removed at the next start
                fs::remove(packPath(pack), ignored);
            }
        });
    });
}

Status DiskCache::dropObject(const ObjectIdentity& identity)
{
    return guarded([&] {
        write([&](IndexWriter& index, Transaction& transaction) {
            const auto series = index.series(identity.archive, identity.study, identity.series);
            if (!series || !index.dropObject(identity)) {
                throw Failure(absent());
            }
            index.recount(*series);
            const auto emptied = index.renewPackIfEmpty(series->id);
            transaction.commit();
            if (emptied) {
                std::error_code ignored;
                fs::remove(packPath(*emptied), ignored);
            }
        });
    });
}

} // namespace akari::cache
