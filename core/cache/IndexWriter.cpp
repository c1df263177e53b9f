#include "core/cache/Guard.h"
#include "core/cache/Index.h"
#include "core/cache/Rows.h"

namespace akari::cache {

std::int64_t IndexWriter::ensureStudy(const std::string& archive, const StudyInstanceUid& study)
{
    m_sealing.ensure(archive);
    const Bytes key = m_sealing.studyKey(archive, study);
    Query find(m_connection.prepared("SELECT id FROM studies WHERE key = ?"));
    if (find.with(key).next()) {
        return find.number(0);
    }
    const Bytes identity = FieldWriter().text(archive).text(study.value).bytes();
    Query(m_connection.prepared("INSERT INTO studies(key, uid, identity) VALUES(?, ?, ?)"))
        .with(key, m_sealing.uidKey(archive, "study uid", study.value), m_sealing.sealRow(archive, "study identity", key, identity)).run();
    return m_connection.lastId();
}

SeriesRow IndexWriter::ensureSeries(const std::string& archive, const StudyInstanceUid& study, const SeriesInstanceUid& uid)
{
    if (auto found = series(archive, study, uid)) {
        return *found;
    }
    const std::int64_t studyId = ensureStudy(archive, study);
    const Bytes key = m_sealing.seriesKey(archive, study, uid);
    const Bytes identity = FieldWriter().text(archive).text(study.value).text(uid.value).bytes();
    SeriesRow row{0, archive, study, uid, toHex(randomBytes(16)) + ".pack", 0};
    Query(m_connection.prepared("INSERT INTO series(study, key, uid, identity, pack) VALUES(?, ?, ?, ?, ?)"))
        .with(studyId, key, m_sealing.uidKey(archive, "series uid", uid.value),
              m_sealing.sealRow(archive, "series identity", key, identity), row.pack)
        .run();
    row.id = m_connection.lastId();
    return row;
}

void IndexWriter::setStudyFields(std::int64_t id, const StudyRecord& record)
{
    StudyRecord kept = record;
    if (const auto before = study(record.archive, record.study)) {
        kept.expected = kept.expected < 0 ? before->expected : kept.expected; // an answer without a count does not unsay an earlier one
        kept.server = before->server;
    }
    const Bytes key = m_sealing.studyKey(record.archive, record.study);
    Query(m_connection.prepared("UPDATE studies SET fields = ? WHERE id = ?"))
        .with(m_sealing.sealRow(record.archive, "study fields", key, encode(kept)), id).run();
}

void IndexWriter::setSeriesFields(const SeriesRow& row, const SeriesRecord& record)
{
    const Bytes key = m_sealing.seriesKey(row.archive, row.study, row.series);
    SeriesRecord kept = record;
    if (kept.expected < 0) {
        for (const SeriesRecord& before : seriesOf(row.archive, row.study)) {
            kept.expected = before.series == row.series ? before.expected : kept.expected;
        }
    }
    Query(m_connection.prepared("UPDATE series SET fields = ? WHERE id = ?"))
        .with(m_sealing.sealRow(row.archive, "series fields", key, encode(kept)), row.id).run();
}

bool IndexWriter::setComplete(const std::string& archive, const StudyInstanceUid& study, bool complete, const std::string& isoTime)
{
    return Query(m_connection.prepared("UPDATE studies SET complete = ?, lastSync = ? WHERE key = ?"))
               .with(static_cast<std::int64_t>(complete), isoTime, m_sealing.studyKey(archive, study)).run() > 0;
}

bool IndexWriter::setServerState(const std::string& archive, const StudyInstanceUid& uid, const ServerState& state)
{
    auto record = study(archive, uid);
    if (!record) {
        return false;
    }
    record->server = state;
    const Bytes key = m_sealing.studyKey(archive, uid);
    Query(m_connection.prepared("UPDATE studies SET fields = ? WHERE key = ?")).with(m_sealing.sealRow(archive, "study fields", key, encode(*record)), key).run();
    return true;
}

std::int64_t IndexWriter::addSegment(std::int64_t series, const SegmentPlan& plan)
{
    Query(m_connection.prepared("INSERT INTO segments(series, salt, headersStart, headersPacked, headersChunk, headersLength) "
                                "VALUES(?, ?, ?, ?, ?, ?)"))
        .with(series, plan.salt, plan.headers.start, plan.headers.length, plan.headers.firstChunk, plan.headersLength).run();
    return m_connection.lastId();
}

void IndexWriter::addObject(std::int64_t series, std::int64_t segment, const IncomingObject& object, const ObjectPlace& place)
{
    const Bytes version = m_sealing.versionKey(object.identity);
    Query(m_connection.prepared("INSERT INTO objects(series, segment, object, uid, version, fields) VALUES(?, ?, ?, ?, ?, ?)"))
        .with(series, segment, m_sealing.objectKey(object.identity),
              m_sealing.uidKey(object.identity.archive, "object uid", object.identity.sop.value), version,
              m_sealing.sealRow(object.identity.archive, "object fields", version, encode(object, place))).run();
}

void IndexWriter::prevail(const ObjectIdentity& identity)
{
    Query(m_connection.prepared("UPDATE objects SET superseded = (version <> ?) WHERE object = ?"))
        .with(m_sealing.versionKey(identity), m_sealing.objectKey(identity)).run();
}

void IndexWriter::setPackEnd(std::int64_t series, std::uint64_t end)
{
    Query(m_connection.prepared("UPDATE series SET packEnd = ? WHERE id = ?")).with(end, series).run();
}

void IndexWriter::recount(const SeriesRow& series)
{
    std::int64_t stored = 0;
    std::uint64_t bytes = 0;
    for (const ObjectRow& object : objects(series)) {
        ++stored;
        bytes += object.record.length;
    }
    Query(m_connection.prepared("UPDATE series SET stored = ?, storedBytes = ? WHERE id = ?")).with(stored, bytes, series.id).run();
}

void IndexWriter::addToCount(std::int64_t series, std::int64_t objects, std::uint64_t bytes)
{
    Query(m_connection.prepared("UPDATE series SET stored = stored + ?, storedBytes = storedBytes + ? WHERE id = ?"))
        .with(objects, bytes, series).run();
}

bool IndexWriter::removeStudy(const std::string& archive, const StudyInstanceUid& study)
{
    return Query(m_connection.prepared("DELETE FROM studies WHERE key = ?")).with(m_sealing.studyKey(archive, study)).run() > 0;
}

std::vector<std::string> IndexWriter::removeUnreadable()
{
    std::vector<std::int64_t> gone;
    {
        Query query(m_connection.prepared("SELECT id, identity FROM studies"));
        while (query.next()) {
            if (!m_sealing.hasKeyOf(query.blob(1))) {
                gone.push_back(query.number(0));
            }
        }
    }
    std::vector<std::string> packs;
    for (const std::int64_t study : gone) {
        Query names(m_connection.prepared("SELECT pack, twinPack FROM series WHERE study = ?"));
        names.with(study);
        while (names.next()) {
            packs.push_back(names.text(0));
            if (std::string twins = names.text(1); !twins.empty()) {
                packs.push_back(std::move(twins));
            }
        }
        Query(m_connection.prepared("DELETE FROM studies WHERE id = ?")).with(study).run();
    }
    return packs;
}

bool IndexWriter::dropObject(const ObjectIdentity& identity)
{
    if (identity.contentVersion.empty()) {
        return Query(m_connection.prepared("DELETE FROM objects WHERE object = ?")).with(m_sealing.objectKey(identity)).run() > 0;
    }
    if (!dropVersion(identity)) {
        return false;
    }
    // The newest of what is left prevails; ids grow with time.
    const Bytes object = m_sealing.objectKey(identity);
    Query(m_connection.prepared("UPDATE objects SET superseded = 0 WHERE id = (SELECT MAX(id) FROM objects WHERE object = ?) "
                                "AND NOT EXISTS (SELECT 1 FROM objects WHERE object = ? AND superseded = 0)"))
        .with(object, object).run();
    return true;
}

bool IndexWriter::dropVersion(const ObjectIdentity& identity)
{
    return Query(m_connection.prepared("DELETE FROM objects WHERE version = ?")).with(m_sealing.versionKey(identity)).run() > 0;
}

void IndexWriter::takeBackComplete(const std::string& archive, const StudyInstanceUid& study)
{
    Query(m_connection.prepared("UPDATE studies SET complete = 0 WHERE key = ?")).with(m_sealing.studyKey(archive, study)).run();
}

std::vector<std::string> IndexWriter::renewPackIfEmpty(std::int64_t series)
{
    Query left(m_connection.prepared("SELECT pack, twinPack, (SELECT COUNT(*) FROM objects WHERE series = ?1) FROM series WHERE id = ?1"));
    if (!left.with(series).next() || left.number(2) != 0) {
        return {};
    }
    std::vector<std::string> old{left.text(0)};
    if (std::string twins = left.text(1); !twins.empty()) {
        old.push_back(std::move(twins));
    }
    Query(m_connection.prepared("DELETE FROM segments WHERE series = ?")).with(series).run();
    Query(m_connection.prepared("DELETE FROM twinSegments WHERE series = ?")).with(series).run();
    Query(m_connection.prepared("UPDATE series SET pack = ?, packEnd = 0, twinPack = '', twinEnd = 0, stored = 0, storedBytes = 0 WHERE id = ?"))
        .with(toHex(randomBytes(16)) + ".pack", series).run();
    return old;
}

} // namespace akari::cache
