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
#include "core/base/Identity.h"
#include "core/base/Result.h"
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

    // One batch of one series: sealed, appended to the series' pack, one fsync, one index commit. All or nothing.
    // "disk.full" leaves nothing half visible. Objects of other series than the first's are refused ("cache.mixed").
    virtual Result<StoreReport> store(std::span<const IncomingObject> batch) = 0;
    // Creates or updates the study's and series' fields (not the counts of what is stored, which are the cache's own).
    virtual Status putStudy(const StudyRecord& study) = 0;
    virtual Status putSeries(const std::string& archive, const StudyInstanceUid& study, const SeriesRecord& series) = 0;
    virtual Status markComplete(const std::string& archive, const StudyInstanceUid& study, bool complete, const std::string& isoTime) = 0;

    // Nothing else of the study is touched, and putStudy leaves it alone. "cache.absent".
    virtual Status putServerState(const std::string& archive, const StudyInstanceUid& study, const ServerState& state) = 0;

    virtual Result<std::vector<StudyRecord>> studies() const = 0;
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

    // Removes one study's packs and rows; a damaged object's bytes go with dropObject so that sync fetches it again.
    virtual Status removeStudy(const std::string& archive, const StudyInstanceUid& study) = 0;
    virtual Status dropObject(const ObjectIdentity& identity) = 0;
    // Gives back the room of what lies under a destroyed key, and forgets what was derived from it.
    virtual Status removeUnreadable() { return {}; }
    virtual std::uint64_t bytesOnDisk() const = 0;
};

} // namespace akari::cache
