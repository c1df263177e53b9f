// The index's tables, and how an older index becomes today's. Forward only: docs/cache-format.md.
#include "core/base/Log.h"
#include "core/cache/Connection.h"
#include "core/cache/Guard.h"

namespace akari::cache {
namespace {

constexpr int kSchema = 2;

constexpr const char* kFirst = R"(
CREATE TABLE settings(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE studies(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, uid BLOB NOT NULL, identity BLOB NOT NULL, fields BLOB,
    complete INTEGER NOT NULL DEFAULT 0, lastSync TEXT NOT NULL DEFAULT '');
CREATE INDEX studiesByUid ON studies(uid);
CREATE TABLE series(id INTEGER PRIMARY KEY, study INTEGER NOT NULL REFERENCES studies ON DELETE CASCADE, key BLOB NOT NULL UNIQUE,
    uid BLOB NOT NULL, identity BLOB NOT NULL, fields BLOB, pack TEXT NOT NULL, packEnd INTEGER NOT NULL DEFAULT 0,
    stored INTEGER NOT NULL DEFAULT 0, storedBytes INTEGER NOT NULL DEFAULT 0);
CREATE INDEX seriesByStudy ON series(study);
CREATE INDEX seriesByUid ON series(uid);
CREATE TABLE segments(id INTEGER PRIMARY KEY, series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE, salt BLOB NOT NULL,
    headersStart INTEGER NOT NULL, headersPacked INTEGER NOT NULL, headersChunk INTEGER NOT NULL, headersLength INTEGER NOT NULL);
CREATE INDEX segmentsBySeries ON segments(series);
CREATE TABLE objects(id INTEGER PRIMARY KEY, series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE,
    segment INTEGER NOT NULL REFERENCES segments ON DELETE CASCADE, object BLOB NOT NULL, uid BLOB NOT NULL,
    version BLOB NOT NULL UNIQUE, superseded INTEGER NOT NULL DEFAULT 0, fields BLOB NOT NULL);
CREATE INDEX objectsBySeries ON objects(series, segment);
CREATE INDEX objectsByObject ON objects(object);
CREATE INDEX objectsByUid ON objects(uid);
)";

// When a study was last used; decoded twins.
constexpr const char* kSecond = R"(
ALTER TABLE studies ADD COLUMN lastUsed INTEGER NOT NULL DEFAULT 0;
ALTER TABLE series ADD COLUMN twinPack TEXT NOT NULL DEFAULT '';
ALTER TABLE series ADD COLUMN twinEnd INTEGER NOT NULL DEFAULT 0;
CREATE TABLE twinSegments(id INTEGER PRIMARY KEY, series INTEGER NOT NULL REFERENCES series ON DELETE CASCADE, salt BLOB NOT NULL);
CREATE INDEX twinSegmentsBySeries ON twinSegments(series);
CREATE TABLE twins(id INTEGER PRIMARY KEY, segment INTEGER NOT NULL REFERENCES twinSegments ON DELETE CASCADE,
    object INTEGER NOT NULL REFERENCES objects ON DELETE CASCADE, key BLOB NOT NULL UNIQUE, fields BLOB NOT NULL);
CREATE INDEX twinsBySegment ON twins(segment);
CREATE INDEX twinsByObject ON twins(object);
)";

// Counting a study's objects never touches the rows; what the packs hold is told by the series that have packs, not by all that are known. Not part of the schema's number: an older program keeps it up without knowing it.
constexpr const char* kCounts = R"(
CREATE INDEX IF NOT EXISTS seriesCounts ON series(study, stored, storedBytes);
DROP INDEX IF EXISTS seriesByStudy;
CREATE INDEX IF NOT EXISTS seriesPacks ON series(pack, packEnd, twinPack, twinEnd) WHERE packEnd > 0 OR twinEnd > 0;
)";

constexpr const char* kSteps[] = {kFirst, kSecond}; // from schema N to N + 1
static_assert(std::size(kSteps) == kSchema);

} // namespace

int Connection::schema()
{
    if (m_schema < kSchema) { // may become today's while this connection is open, never the other way
        m_schema = m_database.execAndGet("PRAGMA user_version").getInt();
    }
    return m_schema;
}

void Connection::refuseNewer()
{
    if (const int found = schema(); found > kSchema || found < 0) {
        throw Failure({"cache.newer", "The cache was written by a newer Akari; update this one or delete the cache folder.",
                       "schema " + std::to_string(found) + ", this program knows " + std::to_string(kSchema)});
    }
}

void Connection::makeTables()
{
    refuseNewer();
    const int found = schema();
    if (found < kSchema) {
        migrate(found);
    }
    m_database.exec(kCounts);
    // The copies of older forms served for as long as today's had not been opened once.
    for (int older = 1; found == kSchema && older < kSchema; ++older) {
        std::error_code ignored;
        std::filesystem::remove(m_file.string() + ".before-" + std::to_string(older + 1), ignored);
    }
}

void Connection::migrate(int from)
{
    if (from > 0) {
        const std::string copy = m_file.string() + ".before-" + std::to_string(kSchema);
        std::error_code ignored;
        std::filesystem::remove(copy, ignored);
        try {
            SQLite::Statement vacuum(m_database, "VACUUM INTO ?");
            vacuum.bind(1, copy);
            vacuum.exec();
            std::filesystem::permissions(copy, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write, ignored);
        } catch (const SQLite::Exception&) {
            // A full disk must not close the cache: the transaction alone leaves the old index or the new one.
            std::filesystem::remove(copy, ignored);
            log::warning("cache", "there is no room for a copy of the index before it is brought to a newer form");
        }
    }
    Transaction transaction(*this);
    for (int step = from; step < kSchema; ++step) {
        m_database.exec(kSteps[step]);
    }
    m_database.exec("PRAGMA user_version = " + std::to_string(kSchema));
    transaction.commit();
}

} // namespace akari::cache
