#include "core/records/Database.h"

#include <cerrno>
#include <cstring>

#include <sqlite3.h>

#include "core/base/FileIo.h"
#include "core/records/Backup.h"

namespace akari::records {
namespace {

constexpr int kSchema = 2;
constexpr int kApplicationId = 0x616b7264; // "akrd"

// What is looked up by a person's or a study's name stands as keyed hash; everything else a person made is sealed.
constexpr const char* kTables = R"(
CREATE TABLE meta(name TEXT PRIMARY KEY, sealed BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE archive(id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, sealed BLOB NOT NULL);
CREATE TABLE draft(id INTEGER PRIMARY KEY, report BLOB NOT NULL, revision INTEGER NOT NULL, place BLOB NOT NULL, sealed BLOB NOT NULL,
                   UNIQUE(report, revision));
CREATE INDEX draft_place ON draft(place);
CREATE TABLE outbox(id INTEGER PRIMARY KEY AUTOINCREMENT, sop BLOB NOT NULL UNIQUE, report BLOB NOT NULL, sealed BLOB NOT NULL,
                    delivery BLOB NOT NULL);
CREATE TABLE object(sop BLOB PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE annotation(place BLOB PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE setting(name BLOB PRIMARY KEY, sealed BLOB NOT NULL);
CREATE TABLE audit(id INTEGER PRIMARY KEY, sealed BLOB NOT NULL, chain BLOB NOT NULL);
)";

Error damaged(std::string detail)
{
    return {"records.damaged",
            "The file of drafts and reports is damaged or belongs to another data folder; the copies in records/backup can take its place.",
            std::move(detail)};
}

} // namespace

Bytes associatedData(std::string_view table, BytesView row)
{
    Bytes bytes;
    for (const std::string_view part : {std::string_view("akari records 1"), table}) {
        bytes.insert(bytes.end(), part.begin(), part.end());
        bytes.push_back(0);
    }
    bytes.insert(bytes.end(), row.begin(), row.end());
    return bytes;
}

void refuse(std::string code, std::string message, std::string detail)
{
    throw Refusal{Error{std::move(code), std::move(message), std::move(detail)}};
}

Database::Database(const std::string& file, int flags, const vault::Key& key, bool readOnly)
    : m_connection(file, flags, 5000), m_readOnly(readOnly), m_rowKey(vault::derive(key, {}, "records row")),
      m_lookupKey(vault::derive(key, {}, "records lookup")), m_chainKey(vault::derive(key, {}, "records audit"))
{
}

Result<std::unique_ptr<Database>> Database::open(const std::filesystem::path& file, const vault::Key& key, bool readOnly)
{
    std::error_code ignored;
    const bool absent = readOnly && !std::filesystem::exists(file, ignored);
    const int flags = readOnly && !absent ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
    std::unique_ptr<Database> database;
    try {
        database.reset(new Database(absent ? ":memory:" : file.string(), flags, key, readOnly));
    } catch (const SQLite::Exception& error) {
        return fail("data.unwritable", "The file of drafts and reports can't be opened; check its permissions and the disk.",
                    error.getErrorStr());
    } catch (const std::exception& error) {
        return fail(damaged(error.what()));
    }
    const Status prepared = database->guarded([&]() -> Status {
        // An empty one in memory gets its tables even where nothing may be written.
        database->m_readOnly = readOnly && !absent;
        database->prepare(file.parent_path());
        database->m_readOnly = readOnly;
        return {};
    });
    if (!prepared) {
        return fail(prepared.error());
    }
    return database;
}

void Database::prepare(const std::filesystem::path& folder)
{
    m_connection.exec("PRAGMA temp_store=MEMORY");
    const int version = m_connection.execAndGet("PRAGMA user_version").getInt();
    const int application = m_connection.execAndGet("PRAGMA application_id").getInt();
    const int tables = m_connection.execAndGet("SELECT count(*) FROM sqlite_schema").getInt();
    if (version > kSchema) {
        refuse("records.newer", "The drafts and reports here were written by a newer version of this program; use that version.",
               "schema " + std::to_string(version));
    }
    if (tables > 0 && (application != kApplicationId || version < 1)) {
        throw Refusal{damaged("no records schema")};
    }
    if (!m_readOnly) {
        m_connection.exec("PRAGMA journal_mode=WAL");
        m_connection.exec("PRAGMA synchronous=FULL");
        m_connection.exec("PRAGMA fullfsync=ON"); // where the system's fsync stops at the drive's cache
        m_connection.exec("PRAGMA secure_delete=ON");
    }
    if (tables == 0) {
        makeTables();
    }
    checkKey();
    if (tables > 0 && version < kSchema && !m_readOnly) {
        migrate(version, folder);
    }
    takeLookupKey();
}

void Database::makeTables()
{
    if (m_readOnly) {
        throw Refusal{damaged("no tables")};
    }
    SQLite::Transaction transaction(m_connection);
    m_connection.exec(kTables);
    m_connection.exec("PRAGMA application_id=" + std::to_string(kApplicationId));
    m_connection.exec("PRAGMA user_version=" + std::to_string(kSchema));
    SQLite::Statement insert(m_connection, "INSERT INTO meta(name, sealed) VALUES('key', ?)");
    bindBlob(insert, 1, seal(asBytes("key"), "meta", asBytes("key")));
    insert.exec();
    putLookupKey(m_rowKey);
    transaction.commit();
}

// Forward only; each step leaves the file as the schema of its number. A step changes nothing that it can't leave right.
void Database::migrate(int from, const std::filesystem::path& folder)
{
    const Status copied = keepCopy(folder, "records-schema-" + std::to_string(from) + ".db",
                                   [this](const std::filesystem::path& file) { copyTo(file); });
    if (!copied) {
        throw Refusal{copied.error()};
    }
    SQLite::Transaction transaction(m_connection, SQLite::TransactionBehavior::IMMEDIATE);
    if (from < 2) {
        putLookupKey(m_rowKey); // was derived from the records key, and would have changed with it
    }
    m_connection.exec("PRAGMA user_version=" + std::to_string(kSchema));
    transaction.commit();
}

void Database::putLookupKey(const vault::Key& rowKey)
{
    SQLite::Statement put(m_connection, "INSERT OR REPLACE INTO meta(name, sealed) VALUES('lookup', ?)");
    bindBlob(put, 1, vault::seal(rowKey, m_lookupKey.bytes(), associatedData("meta", asBytes("lookup"))));
    put.exec();
}

void Database::takeLookupKey()
{
    SQLite::Statement query(m_connection, "SELECT sealed FROM meta WHERE name='lookup'");
    if (!query.executeStep()) {
        return; // a reader of schema 1
    }
    Bytes plain = unseal(blobOf(query, 0), "meta", asBytes("lookup"));
    if (plain.size() != 32) {
        throw Refusal{damaged("lookup key")};
    }
    m_lookupKey = vault::Key(BytesView(plain));
    vault::wipe(plain);
}

void Database::checkKey()
{
    SQLite::Statement check(m_connection, "PRAGMA quick_check(1)");
    if (!check.executeStep() || check.getColumn(0).getString() != "ok") {
        throw Refusal{damaged("quick_check")};
    }
    SQLite::Statement query(m_connection, "SELECT sealed FROM meta WHERE name='key'");
    if (!query.executeStep()) {
        throw Refusal{damaged("no key check")};
    }
    unseal(blobOf(query, 0), "meta", asBytes("key"));
}

Bytes Database::seal(BytesView plain, std::string_view table, BytesView row) const
{
    return vault::seal(m_rowKey, plain, associatedData(table, row));
}

Bytes Database::sealJson(const Json& value, std::string_view table, BytesView row) const
{
    // Bytes that are no UTF-8 must not lose a draft.
    std::string text = value.dump(-1, ' ', false, Json::error_handler_t::replace);
    Bytes sealed = seal(asBytes(text), table, row);
    vault::wipe(text);
    return sealed;
}

Bytes Database::unseal(BytesView sealed, std::string_view table, BytesView row) const
{
    auto plain = vault::open(m_rowKey, sealed, associatedData(table, row));
    if (!plain) {
        throw Refusal{damaged("a row of " + std::string(table) + " does not open")};
    }
    return std::move(*plain);
}

Json Database::unsealJson(BytesView sealed, std::string_view table, BytesView row) const
{
    const Bytes plain = unseal(sealed, table, row);
    return Json::parse(plain.begin(), plain.end());
}

Bytes Database::lookup(std::string_view kind, std::string_view value) const
{
    std::string text(kind);
    text.push_back('\0');
    text += value;
    return vault::keyedHash(m_lookupKey, text);
}

Bytes Database::chain(BytesView previous, BytesView sealed) const
{
    std::string text(asText(previous));
    text += asText(sealed);
    return vault::keyedHash(m_chainKey, text);
}

void Database::copyTo(const std::filesystem::path& file)
{
    SQLite::Statement copy(m_connection, "VACUUM INTO ?");
    copy.bind(1, file.string());
    copy.exec();
}

Status Database::write(const std::function<void()>& action)
{
    return guarded([&]() -> Status {
        if (m_readOnly) {
            refuse("records.readonly", "Drafts and reports were opened for reading only; close the other window of the program first.");
        }
        SQLite::Transaction transaction(m_connection, SQLite::TransactionBehavior::IMMEDIATE);
        errno = 0;
        try {
            action();
            transaction.commit();
            ++m_changes;
        } catch (const SQLite::Exception&) {
            // The rollback on the way out forgets why the system refused.
            const Error error = errorOf(std::current_exception());
            throw Refusal{error};
        }
        return {};
    });
}

Error Database::errorOf(std::exception_ptr thrown) const
{
    const int latest = errno;
    try {
        std::rethrow_exception(thrown);
    } catch (const Refusal& refusal) {
        return refusal.error;
    } catch (const SQLite::Exception& error) {
        const int code = error.getErrorCode() & 0xff;
        // SQLite keeps the system's reason of a failed statement, but not that of a failed COMMIT.
        const int kept = sqlite3_system_errno(m_connection.getHandle());
        const int system = kept != 0 ? kept : latest;
        const std::string detail = "sqlite " + std::to_string(error.getExtendedErrorCode()) + ", errno " + std::to_string(system);
        if (code == SQLITE_FULL) {
            return writeFailure(ENOSPC, detail);
        }
        if (code == SQLITE_CORRUPT || code == SQLITE_NOTADB) {
            return damaged(detail);
        }
        if (code == SQLITE_IOERR || code == SQLITE_CANTOPEN || code == SQLITE_READONLY || code == SQLITE_PERM) {
            return writeFailure(system, detail);
        }
        return {"records.damaged", "The file of drafts and reports can't be used; close other programs that hold it and start again.", detail};
    } catch (const std::bad_alloc&) {
        return {"memory.exhausted", "There is not enough memory; close something and try again.", "records"};
    } catch (const std::exception&) {
        // Its text may quote the value that did not parse.
        return damaged("unreadable row");
    }
}

} // namespace akari::records
