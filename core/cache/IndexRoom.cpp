// Rows of the quota, of last use, of eviction and of decoded twins.
#include "core/cache/Guard.h"
#include "core/cache/Index.h"

namespace akari::cache {

void IndexWriter::setQuota(std::optional<std::uint64_t> bytes)
{
    if (bytes) {
        Query(m_connection.prepared("INSERT OR REPLACE INTO settings(name, value) VALUES('quota', ?)"))
            .with(FieldWriter().number(static_cast<std::int64_t>(*bytes)).bytes())
            .run();
    } else {
        Query(m_connection.prepared("DELETE FROM settings WHERE name = 'quota'")).run();
    }
}

void IndexWriter::setLastUsed(const StudyPlace& study, std::int64_t minute)
{
    Query(m_connection.prepared("UPDATE studies SET lastUsed = ?1 WHERE key = ?2 AND lastUsed < ?1"))
        .with(minute, m_sealing.studyKey(study.first, study.second))
        .run();
}

std::vector<std::string> IndexWriter::evictStudy(std::int64_t id)
{
    std::vector<std::string> packs;
    {
        Query query(m_connection.prepared("SELECT pack, twinPack FROM series WHERE study = ?"));
        query.with(id);
        while (query.next()) {
            packs.push_back(query.text(0));
            if (std::string twins = query.text(1); !twins.empty()) {
                packs.push_back(std::move(twins));
            }
        }
    }
    Query(m_connection.prepared("DELETE FROM studies WHERE id = ?")).with(id).run();
    return packs;
}

std::vector<std::string> IndexWriter::dropTwinsOfStudy(std::int64_t id)
{
    std::vector<std::string> packs;
    {
        Query query(m_connection.prepared("SELECT twinPack FROM series WHERE study = ? AND twinPack <> ''"));
        query.with(id);
        while (query.next()) {
            packs.push_back(query.text(0));
        }
    }
    Query(m_connection.prepared("DELETE FROM twinSegments WHERE series IN (SELECT id FROM series WHERE study = ?)")).with(id).run();
    Query(m_connection.prepared("UPDATE series SET twinPack = '', twinEnd = 0 WHERE study = ?")).with(id).run();
    return packs;
}

std::pair<std::string, std::uint64_t> IndexWriter::twinPack(std::int64_t series)
{
    {
        Query query(m_connection.prepared("SELECT twinPack, twinEnd FROM series WHERE id = ?"));
        if (query.with(series).next() && !query.text(0).empty()) {
            return {query.text(0), static_cast<std::uint64_t>(query.number(1))};
        }
    }
    std::string name = toHex(randomBytes(16)) + ".twin";
    Query(m_connection.prepared("UPDATE series SET twinPack = ?, twinEnd = 0 WHERE id = ?")).with(name, series).run();
    return {std::move(name), 0};
}

std::int64_t IndexWriter::addTwinSegment(std::int64_t series, const Bytes& salt, std::uint64_t packEnd)
{
    Query(m_connection.prepared("INSERT INTO twinSegments(series, salt) VALUES(?, ?)")).with(series, salt).run();
    const std::int64_t id = m_connection.lastId();
    Query(m_connection.prepared("UPDATE series SET twinEnd = ? WHERE id = ?")).with(packEnd, series).run();
    return id;
}

void IndexWriter::addTwin(std::int64_t segment, std::int64_t object, const TwinKey& key, const Extent& extent)
{
    const Bytes row = twinKey(key);
    FieldWriter fields;
    for (const std::uint64_t value : {extent.start, extent.length, extent.firstChunk}) {
        fields.number(static_cast<std::int64_t>(value));
    }
    Query(m_connection.prepared("INSERT OR REPLACE INTO twins(segment, object, key, fields) VALUES(?, ?, ?, ?)"))
        .with(segment, object, row, m_sealing.sealRow(key.identity.archive, "twin fields", row, fields.bytes()))
        .run();
}

bool IndexWriter::forgetBeyond(const std::string& pack, std::uint64_t length)
{
    Query twins(m_connection.prepared("SELECT study FROM series WHERE twinPack = ?"));
    if (twins.with(pack).next()) { // all of the study's: they cost time only
        dropTwinsOfStudy(twins.number(0));
        return true;
    }
    Query named(m_connection.prepared("SELECT id, key, identity, pack, packEnd FROM series WHERE pack = ?"));
    if (!named.with(pack).next()) {
        return false;
    }
    if (!m_sealing.hasKeyOf(named.blob(2))) { // its archive was shredded: removeUnreadable takes it
        return false;
    }
    const SeriesRow series = readSeries(named);
    std::vector<std::int64_t> lost;
    {
        Query query(m_connection.prepared("SELECT id, series, segment, superseded, version, fields FROM objects WHERE series = ?"));
        query.with(series.id);
        while (query.next()) {
            const ObjectRow row = readObject(query, 0, {});
            if (row.place.body.start + sealedLength(row.place.body.length) > length) {
                lost.push_back(row.id);
            }
        }
    }
    for (const std::int64_t id : lost) {
        Query(m_connection.prepared("DELETE FROM objects WHERE id = ?")).with(id).run();
    }
    // An older version that is whole prevails again.
    Query(m_connection.prepared("UPDATE objects SET superseded = 0 WHERE id IN "
                                "(SELECT MAX(id) FROM objects WHERE series = ? GROUP BY object HAVING MIN(superseded) = 1)"))
        .with(series.id)
        .run();
    setPackEnd(series.id, length);
    recount(series);
    return true;
}

} // namespace akari::cache
