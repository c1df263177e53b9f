// The rows of the index and what is sealed in them. Everything here throws (Guard.h); the connection belongs to the calling thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "core/cache/Cache.h"
#include "core/cache/Connection.h"
#include "core/cache/Sealing.h"
#include "core/cache/Segment.h"

namespace akari::cache {

struct SeriesRow {
    std::int64_t id = 0;
    std::string archive;
    StudyInstanceUid study;
    SeriesInstanceUid series;
    std::string pack; // file name
    std::uint64_t packEnd = 0;
};

struct ObjectRow {
    std::int64_t id = 0;
    std::int64_t series = 0;
    std::int64_t segment = 0;
    bool superseded = false;
    ObjectRecord record;
    ObjectPlace place;
};

struct SegmentRow {
    Bytes salt;
    Extent headers;
    std::uint64_t headersLength = 0;
};

// An object and all that is needed to read it.
struct Located {
    ObjectRow object;
    std::string pack;
    Bytes salt;
};

// A study as eviction sees it.
struct Candidate {
    std::int64_t id = 0;
    StudyPlace place;
    bool complete = false;       // as the last sync said
    std::uint64_t packBytes = 0; // of its series' packs
    std::uint64_t twinBytes = 0;
};

struct TwinPlace {
    Extent extent;
    std::string pack;
    Bytes salt;
};

struct PackBytes {
    std::uint64_t objects = 0;
    std::uint64_t twins = 0;
    std::uint64_t all() const { return objects + twins; }
};

class IndexReader {
public:
    IndexReader(Connection& connection, const Sealing& sealing) : m_connection(connection), m_sealing(sealing) {}

    std::vector<StudyRecord> studies();
    std::optional<StudyRecord> study(const std::string& archive, const StudyInstanceUid& study);
    std::vector<StudyRecord> findStudy(const StudyInstanceUid& study);
    std::vector<SeriesRecord> seriesOf(const std::string& archive, const StudyInstanceUid& study);
    std::optional<SeriesRow> series(const std::string& archive, const StudyInstanceUid& study, const SeriesInstanceUid& series);
    std::vector<SeriesRow> findSeries(const SeriesInstanceUid& series);
    std::vector<ObjectRow> objects(const SeriesRow& series); // the newest version of each, in instance number order
    std::vector<ObjectRow> findObject(const SopInstanceUid& sop);
    std::map<std::int64_t, SegmentRow> segments(std::int64_t series);
    std::optional<Located> locate(const ObjectIdentity& identity); // contentVersion empty: the newest
    std::vector<std::string> packsOfStudy(const std::string& archive, const StudyInstanceUid& study);
    std::map<std::string, std::uint64_t> packEnds(); // of those that hold something, twins' packs included
    std::optional<TwinPlace> locateTwin(const TwinKey& key);
    PackBytes packBytes();
    // In the order in which they may go: complete ones first, then by last use (minutes since 1970; nothing is of the future), then by age.
    std::vector<Candidate> candidates(std::int64_t now);
    std::optional<std::uint64_t> quota(); // set by a person

protected:
    Bytes twinKey(const TwinKey& key) const;
    struct SealedStudies;
    std::vector<StudyRecord> readStudies(Query& query);
    void openStudies(const SealedStudies& sealed, std::vector<StudyRecord>& studies) const;
    SeriesRow readSeries(Query& query);
    ObjectRow readObject(Query& query, int first, ObjectIdentity series);

    Connection& m_connection;
    const Sealing& m_sealing;
};

class IndexWriter : public IndexReader {
public:
    using IndexReader::IndexReader;

    std::int64_t ensureStudy(const std::string& archive, const StudyInstanceUid& study);
    SeriesRow ensureSeries(const std::string& archive, const StudyInstanceUid& study, const SeriesInstanceUid& series);
    void setStudyFields(std::int64_t id, const StudyRecord& study);
    void setSeriesFields(const SeriesRow& row, const SeriesRecord& series);
    bool setComplete(const std::string& archive, const StudyInstanceUid& study, bool complete, const std::string& isoTime);
    bool setServerState(const std::string& archive, const StudyInstanceUid& study, const ServerState& state);
    std::int64_t addSegment(std::int64_t series, const SegmentPlan& plan);
    void addObject(std::int64_t series, std::int64_t segment, const IncomingObject& object, const ObjectPlace& place);
    // The row's version prevails over every other of the same object.
    void prevail(const ObjectIdentity& identity);
    void setPackEnd(std::int64_t series, std::uint64_t end);
    void addToCount(std::int64_t series, std::int64_t objects, std::uint64_t bytes);
    void recount(const SeriesRow& series);
    bool removeStudy(const std::string& archive, const StudyInstanceUid& study);
    // Studies whose key was destroyed; answers their packs, to be deleted after the commit.
    std::vector<std::string> removeUnreadable();
    bool dropObject(const ObjectIdentity& identity); // contentVersion empty: every version
    bool dropVersion(const ObjectIdentity& identity); // nothing prevails in its place
    void takeBackComplete(const std::string& archive, const StudyInstanceUid& study);
    // A series without objects begins a new pack; answers the old ones' names, to be deleted after the commit.
    std::vector<std::string> renewPackIfEmpty(std::int64_t series);

    void setQuota(std::optional<std::uint64_t> bytes);
    void setLastUsed(const StudyPlace& study, std::int64_t minute); // never back
    // Objects and twins whose bytes a pack of this length does not hold; the rest stays. False: no such pack.
    bool forgetBeyond(const std::string& pack, std::uint64_t length);

    // Names of the packs to be deleted after the commit.
    std::vector<std::string> evictStudy(std::int64_t id);
    std::vector<std::string> dropTwinsOfStudy(std::int64_t id);
    // The series' pack of twins (named here when it has none yet) and where it ends.
    std::pair<std::string, std::uint64_t> twinPack(std::int64_t series);
    std::int64_t addTwinSegment(std::int64_t series, const Bytes& salt, std::uint64_t packEnd);
    void addTwin(std::int64_t segment, std::int64_t object, const TwinKey& key, const Extent& extent); // takes an older one's place
};

} // namespace akari::cache
