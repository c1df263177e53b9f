#include "core/cache/Connection.h"

#include <cctype>
#include <cerrno>
#include <cstdio>

#include <sqlite3.h>

#include "core/base/FileIo.h"
#include "core/cache/Guard.h"

namespace akari::cache {
namespace {

constexpr int kBusyMilliseconds = 5000;

int flagsOf(Connection::Mode mode)
{
    return mode == Connection::Mode::Write ? SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE | SQLite::OPEN_NOMUTEX
                                           : SQLite::OPEN_READONLY | SQLite::OPEN_NOMUTEX | SQLite::OPEN_URI;
}

// A file: URI, every byte that is not plain escaped.
std::string unchangingUri(const std::filesystem::path& file)
{
    std::string uri = "file:";
    for (const char letter : file.string()) {
        const auto byte = static_cast<unsigned char>(letter);
        if (std::isalnum(byte) != 0 || letter == '/' || letter == '-' || letter == '_' || letter == '.') {
            uri += letter;
        } else {
            char escaped[4];
            std::snprintf(escaped, sizeof escaped, "%%%02X", byte);
            uri += escaped;
        }
    }
    return uri + "?immutable=1";
}

} // namespace

Connection::Connection(const std::filesystem::path& file, Mode mode, bool unchanging)
    : m_file(file), m_database(unchanging ? unchangingUri(file) : file.string(), flagsOf(mode), kBusyMilliseconds)
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
