#include "core/cache/Connection.h"

#include <cerrno>

#include <sqlite3.h>

#include "core/base/FileIo.h"
#include "core/cache/Guard.h"

namespace akari::cache {
namespace {

constexpr int kSchema = 1;
constexpr int kBusyMilliseconds = 5000;

constexpr const char* kTables = R"(
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

int flagsOf(Connection::Mode mode)
{
    return mode == Connection::Mode::Write ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX
                                           : SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX;
}

} // namespace

Connection::Connection(const std::filesystem::path& file, Mode mode)
    : m_database(file.string(), flagsOf(mode), kBusyMilliseconds)
{
    m_database.exec("PRAGMA foreign_keys = ON; PRAGMA temp_store = MEMORY;");
    if (mode == Mode::Write) {
        m_database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 16777216;");
    }
}

SQLite::Statement& Connection::prepared(const char* sql)
{
    auto& statement = m_statements[sql];
    if (!statement) {
        statement = std::make_unique<SQLite::Statement>(m_database, sql);
    }
    return *statement;
}

void Connection::refuseNewer()
{
    const int found = m_database.execAndGet("PRAGMA user_version").getInt();
    if (found > kSchema) {
        throw Failure({"cache.newer", "The cache was written by a newer Akari; update this one or delete the cache folder.",
                       "schema " + std::to_string(found) + ", this program knows " + std::to_string(kSchema)});
    }
}

void Connection::makeTables()
{
    refuseNewer();
    if (m_database.execAndGet("PRAGMA user_version").getInt() == kSchema) {
        return;
    }
    Transaction transaction(*this);
    m_database.exec(kTables);
    m_database.exec("PRAGMA user_version = " + std::to_string(kSchema));
    transaction.commit();
}

Transaction::Transaction(Connection& connection) : m_database(connection.database()) { m_database.exec("BEGIN IMMEDIATE"); }

Transaction::~Transaction()
{
    if (m_open) {
        m_database.tryExec("ROLLBACK");
    }
}

void Transaction::commit()
{
    m_database.exec("COMMIT");
    m_open = false;
}

void Connection::flush()
{
    // With synchronous = NORMAL a COMMIT is in the log but not yet on the disk; synchronous can't be raised for one transaction from within.
    sqlite3_file* log = nullptr;
    const int found = sqlite3_file_control(m_database.getHandle(), "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);
    if (found == SQLITE_OK && log != nullptr && log->pMethods != nullptr && log->pMethods->xSync(log, SQLITE_SYNC_NORMAL) != SQLITE_OK) {
        throw Failure(writeFailure(EIO, "flush of the index"));
    }
}

bool Connection::metFullDisk() const
{
    // The system's reason is often gone by now, so a write that failed counts as no room unless the disk is known to be ill.
    const int error = sqlite3_system_errno(m_database.getHandle());
    return sqlite3_extended_errcode(m_database.getHandle()) == SQLITE_IOERR_WRITE && error != EIO && error != EROFS;
}

} // namespace akari::cache
