#pragma once

#include <mutex>

#include "core/cache/Cache.h"
#include "core/cache/Index.h"

namespace akari::cache {

class DiskCache final : public Cache {
public:
    // Throws (Guard.h).
    DiskCache(const std::filesystem::path& folder, vault::KeySource& keys, const vault::Key* firstKey, bool readOnly);
    DiskCache(const std::filesystem::path& folder, std::unique_ptr<vault::KeySource> keys, bool readOnly);
    ~DiskCache() override;

    Result<StoreReport> store(std::span<const IncomingObject> batch) override;
    Status putStudy(const StudyRecord& study) override;
    Status putSeries(const std::string& archive, const StudyInstanceUid& study, const SeriesRecord& series) override;
    Status markComplete(const std::string& archive, const StudyInstanceUid& study, bool complete, const std::string& isoTime) override;
    Status putServerState(const std::string& archive, const StudyInstanceUid& study, const ServerState& state) override;
    Result<std::vector<StudyRecord>> studies() const override;
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
    Status removeUnreadable() override;
    std::uint64_t bytesOnDisk() const override;

private:
    // A reading connection for the length of one use.
    class Lease;
    void openIndex(const vault::Key* firstKey);
    void cleanUp();
    StoreReport storeBatch(std::span<const IncomingObject> batch);
    // Writes, flushes, adds the rows and calls `finish`, which commits; gives the room back where any of it fails.
    void appendSegment(IndexWriter& index, const SeriesRow& series, const std::vector<const IncomingObject*>& fresh,
                       const std::function<void()>& finish);
    SharedBytes readLocated(const Located& located) const;
    std::vector<HeaderRecord> headersOf(const std::vector<ObjectRow>& rows, const std::map<std::int64_t, SegmentRow>& segments,
                                        const std::string& pack) const;
    // Runs `work(IndexWriter&, Transaction&)` with the write connection; the work commits.
    template <class Work> auto write(Work&& work) -> decltype(work(std::declval<IndexWriter&>(), std::declval<Transaction&>()));
    std::filesystem::path packPath(const std::string& name) const { return m_packs / name; }

    // Constant after construction.
    const std::filesystem::path m_folder;
    const std::filesystem::path m_packs;
    const bool m_readOnly;
    const std::unique_ptr<vault::KeySource> m_ownKeys; // where the caller has none
    const Sealing m_sealing;

    // Protected by m_writeMutex: one batch at a time.
    std::mutex m_writeMutex;
    std::unique_ptr<Connection> m_writer; // none when read-only

    // Protected by m_readersMutex: connections that nobody uses now.
    mutable std::mutex m_readersMutex;
    mutable std::vector<std::unique_ptr<Connection>> m_readers;
};

} // namespace akari::cache
