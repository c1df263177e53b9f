#pragma once

#include <atomic>
#include <map>
#include <mutex>

#include "core/cache/Cache.h"
#include "core/cache/Eviction.h"
#include "core/cache/Index.h"

namespace akari::cache {

class DiskCache final : public Cache {
public:
    // Throws (Guard.h).
    // `because`: why a folder that was to be written is opened for reading only.
    DiskCache(const std::filesystem::path& folder, vault::KeySource& keys, const vault::Key* firstKey, bool readOnly, std::optional<Error> because = {});
    DiskCache(const std::filesystem::path& folder, std::unique_ptr<vault::KeySource> keys, bool readOnly, std::optional<Error> because = {});
    ~DiskCache() override;
    void connect(CachePorts ports) override { m_ports = std::move(ports); }
    std::optional<Error> readOnlyBecause() const override { return m_because; }

    Result<StoreReport> store(std::span<const IncomingObject> batch) override;
    Status putStudy(const StudyRecord& study) override;
    Status putStudies(std::span<const StudyRecord> studies) override;
    Status putSeries(const std::string& archive, const StudyInstanceUid& study, const SeriesRecord& series) override;
    Status markComplete(const std::string& archive, const StudyInstanceUid& study, bool complete, const std::string& isoTime) override;
    Status putServerState(const std::string& archive, const StudyInstanceUid& study, const ServerState& state) override;
    Result<std::vector<StudyRecord>> studies() const override;
    StudyChanges changesSince(std::uint64_t counter) const override;
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
    Status removeUnreadable() override;
    std::uint64_t bytesOnDisk() const override;
    void touch(const std::string& archive, const StudyInstanceUid& study) override;
    Status setQuota(std::optional<std::uint64_t> bytes) override;
    Result<CacheUsage> usage() const override;
    Status storeTwins(std::span<const Twin> twins) override;
    Result<SharedBytes> readTwin(const TwinKey& key) const override;
    bool keepsTwins() const override { return !m_readOnly; }

private:
    // A reading connection for the length of one use.
    class Lease;
    void openIndex(const vault::Key* firstKey);
    void cleanUp();
    // What the disk no longer holds is forgotten, so that sync fetches it again.
    void forgetLost(const std::map<std::string, std::uint64_t>& ends);
    StoreReport storeBatch(std::span<const IncomingObject> batch);
    StoreReport storeMakingRoom(std::span<const IncomingObject> batch); // the same, after letting go of twins where the disk is full
    // Inside a transaction. "cache.quota" when there is not enough to be removed.
    void makeRoom(Eviction& eviction, std::uint64_t incoming, const StudyPlace& keep);
    void storeTwinBatch(std::span<const Twin> twins);
    void dropAllTwins();
    std::uint64_t usedTwins();
    void removePacks(const std::vector<std::string>& packs);
    void letGo(const Eviction& eviction); // after the commit
    std::uint64_t quota(IndexReader& index) const;
    std::uint64_t freeBytes() const;
    std::int64_t minuteNow() const;
    // Writes down what touch() has noted, in the open transaction.
    void putTouches(IndexWriter& index);
    // Writes, flushes, adds the rows and calls `finish`, which commits; gives the room back where any of it fails.
    void appendSegment(IndexWriter& index, const SeriesRow& series, const std::vector<const IncomingObject*>& fresh,
                       const std::function<void()>& finish);
    SharedBytes readLocated(const Located& located) const;
    bool opens(const Located& located) const;
    template <class Drop> Status dropping(const ObjectIdentity& identity, const Drop& drop);
    // To whoever looks after what can't be read.
    void tellDamage(const Error& error, const ObjectIdentity& identity) const;
    std::vector<HeaderRecord> headersOf(const std::vector<ObjectRow>& rows, const std::map<std::int64_t, SegmentRow>& segments,
                                        const std::string& pack) const;
    // Runs `work(IndexWriter&, Transaction&)` with the write connection; the work commits.
    template <class Work> auto write(Work&& work) -> decltype(work(std::declval<IndexWriter&>(), std::declval<Transaction&>()));
    std::filesystem::path packPath(const std::string& name) const { return m_packs / name; }

    // Constant after construction.
    const std::filesystem::path m_folder;
    const std::filesystem::path m_packs;
    const bool m_readOnly;
    const std::optional<Error> m_because;
    const bool m_unchanging; // nobody can write in the folder
    const std::unique_ptr<vault::KeySource> m_ownKeys; // where the caller has none
    const Sealing m_sealing;

    // Constant after connect().
    CachePorts m_ports;
    ChangeLog m_changes;

    // Protected by m_writeMutex: one batch at a time.
    std::mutex m_writeMutex;
    std::unique_ptr<Connection> m_writer; // none when read-only
    PackBytes m_used;                     // as of the last commit

    mutable std::atomic<std::uint64_t> m_quota{0}; // 0: not asked for yet

    // Protected by m_touchMutex.
    std::mutex m_touchMutex;
    std::map<StudyPlace, std::int64_t> m_touched; // the minute noted last
    std::map<StudyPlace, std::int64_t> m_untold;  // noted, not in the index yet

    // Protected by m_readersMutex: connections that nobody uses now.
    mutable std::mutex m_readersMutex;
    mutable std::vector<std::unique_ptr<Connection>> m_readers;
};

} // namespace akari::cache
