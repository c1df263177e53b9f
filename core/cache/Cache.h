// Sealed copies of what archives hold. May be deleted at any time: nothing a person made is in here. Format: docs/cache-format.md.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "core/base/Bytes.h"
#include "core/base/ChangeLog.h"
#include "core/base/Identity.h"
#include "core/base/Result.h"
#include "core/cache/Room.h"
#include "core/cache/Twin.h"
#include "core/dicom/PersonName.h"
#include "core/vault/DataKeys.h"
#include "core/vault/Seal.h"

namespace akari::cache {

// One object as it came: Part 10 bytes, byte-exact.
struct IncomingObject {
    ObjectIdentity identity;           // contentVersion filled by the caller (dicom::identityOf)
    SharedBytes bytes;
    std::uint64_t headerLength = 0;    // bytes before Pixel Data's tag; the whole length when there is none
    std::string sopClassUid;
    std::string modality;
    std::int32_t instanceNumber = 0;
    std::int32_t numberOfFrames = 1;
    // True: identity.contentVersion was computed from these very (immutable) bytes a moment ago, so that the cache need not hash them again.
    bool versionComputed = false;
    // A lossless transcode that the archive made for a slow line: shown until the original comes, and has no content version, so that it
    // is never stored.
    bool provisional = false;
};

// How a study stood at its archive when that was asked last; found by change detection, taken back by a sync that finds it complete.
struct ServerState {
    bool withdrawn = false;            // the archive no longer has it
    bool changed = false;              // it has other objects of it than are kept here
    std::string checkedAt;             // ISO UTC; empty: never

    bool operator==(const ServerState&) const = default;
};

// What the index says of a study; patient fields are unsealed into memory only.
struct StudyRecord {
    std::string archive;
    StudyInstanceUid study;
    std::string patientId;
    std::string issuerOfPatientId;     // empty: the archive itself is the issuer
    dicom::PersonName patientName;
    std::string patientBirthDate;      // YYYYMMDD or empty
    std::string patientSex;
    std::string studyDate;             // YYYYMMDD
    std::string studyTime;
    std::string studyDescription;
    std::string accessionNumber;
    std::string referringPhysician;
    std::vector<std::string> modalities;
    std::int64_t expected = -1;        // instances the archive says it has; -1 unknown
    std::int64_t stored = 0;
    std::uint64_t storedBytes = 0;
    bool complete = false;             // expected known and equal to stored, confirmed by the last sync
    std::string lastSync;              // ISO UTC
    ServerState server;
};

struct SeriesRecord {
    SeriesInstanceUid series;
    std::string modality;
    std::int32_t seriesNumber = 0;
    std::string description;
    std::int64_t expected = -1;
    std::int64_t stored = 0;
};

struct ObjectRecord {
    ObjectIdentity identity;
    std::string sopClassUid;
    std::string modality;
    std::int32_t instanceNumber = 0;
    std::int32_t numberOfFrames = 1;
    std::uint64_t length = 0;          // of the Part 10 bytes
};

struct HeaderRecord {
    ObjectRecord object;
    SharedBytes header;                // Part 10 bytes before Pixel Data: read with ReadLimits{headerOnly}
};

struct StoreReport {
    std::size_t stored = 0;
    std::size_t duplicate = 0;         // same UIDs, same bytes
    std::vector<SopInstanceUid> changed; // same UIDs, other bytes: the new version is kept beside the old and prevails
};

// Of a medium that was imported: no archive has it, and what is lost here can't be fetched again.
inline bool isImported(std::string_view archive) { return archive.starts_with("import:"); }
// The name of an archive's key among the data folder's keys: imported media share one.
std::string dataKeyName(std::string_view archive);

// Thread-safe: any thread may read; writes are serialised inside (one thread at a time owns the write connection).
class Cache {
public:
    // folder is made when absent. "cache.newer": written by a newer program, opened by nobody older. readOnly: never writes.
    // Each archive's studies under a key of its own out of `keys`, which outlive the cache; what lies under a destroyed key is as if it were not
    // there. `firstKey` opens a cache of the first format, which a writer makes over at once (its packs stay as they are).
    static Result<std::unique_ptr<Cache>> open(const std::filesystem::path& folder, vault::KeySource& keys, const vault::Key* firstKey,
                                               bool readOnly);
    // All archives under one key.
    static Result<std::unique_ptr<Cache>> open(const std::filesystem::path& folder, const vault::Key& key, bool readOnly);
    // In memory, for --file and tests: same behaviour, nothing on disk.
    static Result<std::unique_ptr<Cache>> openInMemory();
    virtual ~Cache() = default;

    // Before other threads know the cache. Without it nothing is protected from eviction but what is held.
    virtual void connect(CachePorts) {}
    // Why a folder that was to be written is open for reading only ("data.unwritable"); nothing otherwise.
    virtual std::optional<Error> readOnlyBecause() const { return std::nullopt; }

    // One batch of one series: sealed, appended to the series' pack, one fsync, one index commit. All or nothing.
    // "disk.full" leaves nothing half visible. What the quota has no room for is made room for by removing twins, then whole studies,
    // the least recently used first; "cache.quota" when nothing more may be removed, and then nothing is. Objects of other series than the first's are refused ("cache.mixed").
    virtual Result<StoreReport> store(std::span<const IncomingObject> batch) = 0;
    // Creates or updates the study's and series' fields (not the counts of what is stored, which are the cache's own).
    virtual Status putStudy(const StudyRecord& study) = 0;
    // Many in one transaction, all or nothing.
    virtual Status putStudies(std::span<const StudyRecord> studies) = 0;
    virtual Status putSeries(const std::string& archive, const StudyInstanceUid& study, const SeriesRecord& series) = 0;
    virtual Status markComplete(const std::string& archive, const StudyInstanceUid& study, bool complete, const std::string& isoTime) = 0;

    // Nothing else of the study is touched, and putStudy leaves it alone. "cache.absent".
    virtual Status putServerState(const std::string& archive, const StudyInstanceUid& study, const ServerState& state) = 0;

    // In bulk, on all cores: 100 000 in a few tenths of a second.
    virtual Result<std::vector<StudyRecord>> studies() const = 0;
    // Studies whose record may have changed since `counter` (an earlier answer's `now`; 0: everything). Read-only, where another program
    // writes, always everything.
    virtual StudyChanges changesSince(std::uint64_t counter) const = 0;
    virtual Result<std::optional<StudyRecord>> study(const std::string& archive, const StudyInstanceUid& study) const = 0;
    // Every archive's copy of a bare UID; more than one means the caller must ask which.
    virtual Result<std::vector<StudyRecord>> findStudy(const StudyInstanceUid& study) const = 0;
    virtual Result<std::vector<SeriesRecord>> series(const std::string& archive, const StudyInstanceUid& study) const = 0;
    // The newest version of each object of a series, in instance number order.
    virtual Result<std::vector<ObjectRecord>> objects(const std::string& archive, const StudyInstanceUid& study,
                                                      const SeriesInstanceUid& series) const = 0;
    // Where a bare series or SOP UID lies: every match.
    virtual Result<std::vector<ObjectIdentity>> findSeries(const SeriesInstanceUid& series) const = 0; // one identity a study, sop empty
    virtual Result<std::vector<ObjectRecord>> findObject(const SopInstanceUid& sop) const = 0;
    virtual Result<bool> contains(const ObjectIdentity& identity) const = 0; // contentVersion empty: any version

    // Header blocks of a series without touching pixels.
    virtual Result<std::vector<HeaderRecord>> headers(const std::string& archive, const StudyInstanceUid& study,
                                                      const SeriesInstanceUid& series) const = 0;
    // The bytes as they came, every chunk authenticated and the content version compared. "cache.damaged", "cache.absent".
    virtual Result<SharedBytes> read(const ObjectIdentity& identity) const = 0;

    // Removes one study's packs and rows.
    virtual Status removeStudy(const std::string& archive, const StudyInstanceUid& study) = 0;
    // One version, after which the newest of the others prevails; every version where none is named. "cache.absent".
    virtual Status dropObject(const ObjectIdentity& identity) = 0;
    // A version that can't be read any more. Nothing takes its place and the study is not complete any more, so that the next sync fetches
    // this object, and only it, again. "cache.absent".
    virtual Status dropDamaged(const ObjectIdentity& identity) = 0;
    // Gives back the room of what lies under a destroyed key, and forgets what was derived from it.
    virtual Status removeUnreadable() { return {}; }
    virtual std::uint64_t bytesOnDisk() const = 0;

    // While the answer lives, the study is not evicted. Any thread; waits for an eviction of this very study to end.
    [[nodiscard]] Hold hold(const std::string& archive, const StudyInstanceUid& study) { return {m_inUse, {archive, study}}; }
    // Open or arriving in this process.
    bool isHeld(const std::string& archive, const StudyInstanceUid& study) const { return m_inUse->contains({archive, study}); }
    // The study was used now: it will be evicted after those that were not. Coarse (minutes), never waits for a write in progress, nothing
    // where the cache is read-only.
    virtual void touch(const std::string&, const StudyInstanceUid&) {}
    // nullopt: automaticQuota at each start. Kept in the cache. What is above it goes at once, as far as it may.
    virtual Status setQuota(std::optional<std::uint64_t>) { return {}; }
    virtual Result<CacheUsage> usage() const { return CacheUsage(); }

    // Decoded twins of one series' frames, packed by packTwin. Room is made only from other twins: "cache.quota" when that is not enough, and
    // "cache.absent" where an object is not stored in this version. Not flushed: what a power cut takes is only decoded again.
    virtual Status storeTwins(std::span<const Twin>) { return fail("cache.twins", "This cache keeps no decoded twins."); }
    // The packed bytes, authenticated. "cache.absent", "cache.damaged": decode the object instead.
    virtual Result<SharedBytes> readTwin(const TwinKey&) const { return fail("cache.absent", "There is no decoded twin of this frame."); }
    virtual bool keepsTwins() const { return false; }

protected:
    const std::shared_ptr<InUse> m_inUse = std::make_shared<InUse>();
};

} // namespace akari::cache
