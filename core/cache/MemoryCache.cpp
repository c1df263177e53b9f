// The cache of --file and of tests: plain maps, the callers' own bytes, nothing sealed because nothing is written.
#include <algorithm>
#include <map>
#include <mutex>
#include <tuple>

#include "core/base/JobQueue.h"
#include "core/cache/Cache.h"
#include "core/cache/Guard.h"
#include "core/cache/Segment.h"

namespace akari::cache {
namespace {

using StudyKey = std::pair<std::string, StudyInstanceUid>;

struct Versions {
    std::vector<IncomingObject> all; // in the order stored
    std::size_t newest = 0;
};
struct Series {
    SeriesRecord record;
    std::map<SopInstanceUid, Versions> objects;
};
struct Study {
    StudyRecord record;
    std::map<SeriesInstanceUid, Series> series;
};

ObjectRecord recordOf(const IncomingObject& object)
{
    return {object.identity, object.sopClassUid, object.modality, object.instanceNumber, object.numberOfFrames, object.bytes->size()};
}

class MemoryCache final : public Cache {
public:
    Result<StoreReport> store(std::span<const IncomingObject> batch) override;
    Status putStudy(const StudyRecord& study) override;
    Status putStudies(std::span<const StudyRecord> studies) override;
    Status putSeries(const std::string& archive, const StudyInstanceUid& study, const SeriesRecord& series) override;
    Status markComplete(const std::string& archive, const StudyInstanceUid& study, bool complete, const std::string& isoTime) override;
    Status putServerState(const std::string& archive, const StudyInstanceUid& study, const ServerState& state) override;
    Result<std::vector<StudyRecord>> studies() const override;
    StudyChanges changesSince(std::uint64_t counter) const override { return m_changes.since(counter); }
    Result<std::optional<StudyRecord>> study(const std::string& archive, const StudyInstanceUid& study) const override;
    Result<std::vector<StudyRecord>> findStudy(const StudyInstanceUid& study) const override;
    Result<std::vector<SeriesRecord>> series(const std::string& archive, const StudyInstanceUid& study) const override;
    Result<std::vector<ObjectRecord>> objects(const std::string& archive, const StudyInstanceUid& study,
                                              const SeriesInstanceUid& series) const override;
    Result<std::vector<ObjectIdentity>> findSeries(const SeriesInstanceUid& series) const override;
    Result<std::vector<ObjectRecord>> findObject(const SopInstanceUid& sop) const override;
    Result<bool> contains(const ObjectIdentity& identity) const override;
    Result<std::vector<HeaderRecord>> headers(const std::string& archive, const StudyInstanceUid& study,
                                              const SeriesInstanceUid& series) const override;
    Result<SharedBytes> read(const ObjectIdentity& identity) const override;
    Status removeStudy(const std::string& archive, const StudyInstanceUid& study) override;
    Status dropObject(const ObjectIdentity& identity) override;
    Status dropDamaged(const ObjectIdentity& identity) override;
    std::uint64_t bytesOnDisk() const override { return 0; }

private:
    // Callers hold m_mutex.
    Study& studyAt(const std::string& archive, const StudyInstanceUid& study);
    const Series* seriesAt(const std::string& archive, const StudyInstanceUid& study, const SeriesInstanceUid& series) const;
    const IncomingObject* objectAt(const ObjectIdentity& identity) const;
    std::vector<const IncomingObject*> newest(const std::string& archive, const StudyInstanceUid& study,
                                              const SeriesInstanceUid& series) const;
    static StudyRecord counted(const Study& study);

    mutable std::mutex m_mutex;
    std::map<StudyKey, Study> m_studies; // protected by m_mutex
    ChangeLog m_changes;                 // noted with m_mutex held, so that who looks finds the change
};

Study& MemoryCache::studyAt(const std::string& archive, const StudyInstanceUid& uid)
{
    Study& study = m_studies[{archive, uid}];
    study.record.archive = archive;
    study.record.study = uid;
    return study;
}

const Series* MemoryCache::seriesAt(const std::string& archive, const StudyInstanceUid& study, const SeriesInstanceUid& series) const
{
    const auto found = m_studies.find({archive, study});
    if (found == m_studies.end()) {
        return nullptr;
    }
    const auto inside = found->second.series.find(series);
    return inside == found->second.series.end() ? nullptr : &inside->second;
}

const IncomingObject* MemoryCache::objectAt(const ObjectIdentity& id) const
{
    const Series* series = seriesAt(id.archive, id.study, id.series);
    const auto found = series ? series->objects.find(id.sop) : std::map<SopInstanceUid, Versions>::const_iterator();
    if (!series || found == series->objects.end()) {
        return nullptr;
    }
    const Versions& versions = found->second;
    if (id.contentVersion.empty()) {
        return &versions.all[versions.newest];
    }
    const auto version = std::find_if(versions.all.begin(), versions.all.end(),
                                      [&](const auto& object) { return object.identity.contentVersion == id.contentVersion; });
    return version == versions.all.end() ? nullptr : &*version;
}

std::vector<const IncomingObject*> MemoryCache::newest(const std::string& archive, const StudyInstanceUid& study,
                                                       const SeriesInstanceUid& uid) const
{
    std::vector<const IncomingObject*> found;
    if (const Series* series = seriesAt(archive, study, uid)) {
        for (const auto& [sop, versions] : series->objects) {
            found.push_back(&versions.all[versions.newest]);
        }
    }
    std::sort(found.begin(), found.end(), [](const IncomingObject* a, const IncomingObject* b) {
        return std::tie(a->instanceNumber, a->identity.sop.value) < std::tie(b->instanceNumber, b->identity.sop.value);
    });
    return found;
}

StudyRecord MemoryCache::counted(const Study& study)
{
    StudyRecord record = study.record;
    for (const auto& [uid, series] : study.series) {
        for (const auto& [sop, versions] : series.objects) {
            ++record.stored;
            record.storedBytes += versions.all[versions.newest].bytes->size();
        }
    }
    record.complete = record.complete && record.expected >= 0 && record.expected == record.stored;
    return record;
}

Result<StoreReport> MemoryCache::store(std::span<const IncomingObject> batch)
{
    return guarded([&] {
        StoreReport report;
        if (batch.empty()) {
            return report;
        }
        checkBatch(batch);
        parallelFor(static_cast<int>(batch.size()), 1, [&](int begin, int end) {
            for (int i = begin; i < end; ++i) {
                checkVersion(batch[static_cast<std::size_t>(i)]);
            }
        });
        const std::lock_guard lock(m_mutex);
        const ObjectIdentity& first = batch.front().identity;
        Series& series = studyAt(first.archive, first.study).series[first.series];
        series.record.series = first.series;
        m_changes.note(first.archive, first.study);
        for (const IncomingObject& object : batch) {
            Versions& versions = series.objects[object.identity.sop];
            const auto same = std::find_if(versions.all.begin(), versions.all.end(), [&](const IncomingObject& stored) {
                return stored.identity.contentVersion == object.identity.contentVersion;
            });
            const auto at = static_cast<std::size_t>(same - versions.all.begin());
            if (same != versions.all.end() && at == versions.newest) {
                ++report.duplicate;
                continue;
            }
            if (!versions.all.empty()) {
                report.changed.push_back(object.identity.sop);
            }
            if (same == versions.all.end()) {
                versions.all.push_back(object);
                ++report.stored;
            }
            versions.newest = at;
        }
        return report;
    });
}

Status MemoryCache::putStudy(const StudyRecord& study)
{
    const std::lock_guard lock(m_mutex);
    StudyRecord& kept = studyAt(study.archive, study.study).record;
    StudyRecord next = study;
    next.expected = study.expected < 0 ? kept.expected : study.expected;
    next.complete = kept.complete;
    next.lastSync = kept.lastSync;
    next.server = kept.server;
    next.stored = 0;
    next.storedBytes = 0;
    kept = std::move(next);
    m_changes.note(study.archive, study.study);
    return {};
}

Status MemoryCache::putStudies(std::span<const StudyRecord> studies)
{
    for (const StudyRecord& study : studies) {
        static_cast<void>(putStudy(study)); // never fails
    }
    return {};
}

Status MemoryCache::putSeries(const std::string& archive, const StudyInstanceUid& study, const SeriesRecord& series)
{
    const std::lock_guard lock(m_mutex);
    SeriesRecord& kept = studyAt(archive, study).series[series.series].record;
    const std::int64_t expected = series.expected < 0 ? kept.expected : series.expected;
    kept = series;
    kept.expected = expected;
    return {};
}

Status MemoryCache::markComplete(const std::string& archive, const StudyInstanceUid& study, bool complete, const std::string& isoTime)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_studies.find({archive, study});
    if (found == m_studies.end()) {
        return fail(absent("study"));
    }
    found->second.record.complete = complete;
    found->second.record.lastSync = isoTime;
    m_changes.note(archive, study);
    return {};
}

Status MemoryCache::putServerState(const std::string& archive, const StudyInstanceUid& study, const ServerState& state)
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_studies.find({archive, study});
    if (found == m_studies.end()) {
        return fail(absent("study"));
    }
    found->second.record.server = state;
    m_changes.note(archive, study);
    return {};
}

Result<std::vector<StudyRecord>> MemoryCache::studies() const
{
    const std::lock_guard lock(m_mutex);
    std::vector<StudyRecord> records;
    for (const auto& [key, study] : m_studies) {
        records.push_back(counted(study));
    }
    return records;
}

Result<std::optional<StudyRecord>> MemoryCache::study(const std::string& archive, const StudyInstanceUid& uid) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_studies.find({archive, uid});
    return found == m_studies.end() ? std::nullopt : std::optional(counted(found->second));
}

Result<std::vector<StudyRecord>> MemoryCache::findStudy(const StudyInstanceUid& uid) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<StudyRecord> records;
    for (const auto& [key, study] : m_studies) {
        if (key.second == uid) {
            records.push_back(counted(study));
        }
    }
    return records;
}

Result<std::vector<SeriesRecord>> MemoryCache::series(const std::string& archive, const StudyInstanceUid& uid) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<SeriesRecord> records;
    if (const auto found = m_studies.find({archive, uid}); found != m_studies.end()) {
        for (const auto& [key, series] : found->second.series) {
            records.push_back(series.record);
            records.back().stored = static_cast<std::int64_t>(series.objects.size());
        }
    }
    std::stable_sort(records.begin(), records.end(), [](const auto& a, const auto& b) { return a.seriesNumber < b.seriesNumber; });
    return records;
}

Result<std::vector<ObjectRecord>> MemoryCache::objects(const std::string& archive, const StudyInstanceUid& study,
                                                       const SeriesInstanceUid& series) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<ObjectRecord> records;
    for (const IncomingObject* object : newest(archive, study, series)) {
        records.push_back(recordOf(*object));
    }
    return records;
}

Result<std::vector<ObjectIdentity>> MemoryCache::findSeries(const SeriesInstanceUid& uid) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<ObjectIdentity> found;
    for (const auto& [key, study] : m_studies) {
        if (study.series.count(uid) != 0) {
            found.push_back({key.first, key.second, uid, {}, {}});
        }
    }
    return found;
}

Result<std::vector<ObjectRecord>> MemoryCache::findObject(const SopInstanceUid& sop) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<ObjectRecord> found;
    for (const auto& [key, study] : m_studies) {
        for (const auto& [uid, series] : study.series) {
            if (const auto object = series.objects.find(sop); object != series.objects.end()) {
                found.push_back(recordOf(object->second.all[object->second.newest]));
            }
        }
    }
    return found;
}

Result<bool> MemoryCache::contains(const ObjectIdentity& identity) const
{
    const std::lock_guard lock(m_mutex);
    return objectAt(identity) != nullptr;
}

Result<std::vector<HeaderRecord>> MemoryCache::headers(const std::string& archive, const StudyInstanceUid& study,
                                                       const SeriesInstanceUid& series) const
{
    return guarded([&] {
        const std::lock_guard lock(m_mutex);
        std::vector<HeaderRecord> headers;
        for (const IncomingObject* object : newest(archive, study, series)) {
            const Bytes& bytes = *object->bytes;
            const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(std::min<std::uint64_t>(object->headerLength, bytes.size()));
            headers.push_back({recordOf(*object), std::make_shared<const Bytes>(bytes.begin(), end)});
        }
        return headers;
    });
}

Result<SharedBytes> MemoryCache::read(const ObjectIdentity& identity) const
{
    const std::lock_guard lock(m_mutex);
    const IncomingObject* object = objectAt(identity);
    return object ? Result<SharedBytes>(object->bytes) : Result<SharedBytes>(fail(absent()));
}

Status MemoryCache::removeStudy(const std::string& archive, const StudyInstanceUid& study)
{
    const std::lock_guard lock(m_mutex);
    m_changes.note(archive, study);
    return m_studies.erase({archive, study}) != 0 ? Status() : Status(fail(absent("study")));
}

Status MemoryCache::dropObject(const ObjectIdentity& id)
{
    const std::lock_guard lock(m_mutex);
    const IncomingObject* object = objectAt(id);
    if (!object) {
        return fail(absent());
    }
    m_changes.note(id.archive, id.study);
    auto& objects = m_studies[{id.archive, id.study}].series[id.series].objects;
    Versions& versions = objects[id.sop];
    const auto at = static_cast<std::size_t>(object - versions.all.data());
    if (id.contentVersion.empty() || versions.all.size() == 1) {
        objects.erase(id.sop);
        return {};
    }
    versions.all.erase(versions.all.begin() + static_cast<std::ptrdiff_t>(at));
    versions.newest = at == versions.newest ? versions.all.size() - 1 : versions.newest - (at < versions.newest ? 1 : 0);
    return {};
}

// In memory nothing is kept of an object whose newest version went.
Status MemoryCache::dropDamaged(const ObjectIdentity& id)
{
    const std::lock_guard lock(m_mutex);
    const IncomingObject* object = objectAt(id);
    if (!object) {
        return fail(absent());
    }
    Study& study = m_studies[{id.archive, id.study}];
    auto& objects = study.series[id.series].objects;
    if (const Versions& versions = objects[id.sop]; object == &versions.all[versions.newest]) {
        objects.erase(id.sop);
        study.record.complete = false;
        m_changes.note(id.archive, id.study);
    }
    return {};
}

} // namespace

Result<std::unique_ptr<Cache>> Cache::openInMemory()
{
    return guarded([]() -> std::unique_ptr<Cache> { return std::make_unique<MemoryCache>(); });
}

} // namespace akari::cache
