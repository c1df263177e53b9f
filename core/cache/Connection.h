// One connection to the index with its prepared statements. Used by one thread at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <unordered_map>

#include <SQLiteCpp/SQLiteCpp.h>

#include "core/base/Bytes.h"

namespace akari::cache {

// A prepared statement for the length of one use. Ends its read at destruction: one left open would keep the WAL from being folded in.
class Query {
public:
    explicit Query(SQLite::Statement& statement) : m_statement(statement) {}
    ~Query()
    {
        m_statement.tryReset();
    }
    Query(const Query&) = delete;
    Query& operator=(const Query&) = delete;

    template <class... Values> Query& with(const Values&... values)
    {
        int at = 0;
        (bind(++at, values), ...);
        return *this;
    }
    bool next() { return m_statement.executeStep(); }
    int run() { return m_statement.exec(); }
    void runAgain() // and is ready for other values
    {
        m_statement.exec();
        m_statement.reset();
    }
    std::int64_t number(int column) { return m_statement.getColumn(column).getInt64(); }
    std::string text(int column) { return m_statement.getColumn(column).getString(); }
    bool isNull(int column) { return m_statement.getColumn(column).isNull(); }
    BytesView blob(int column) // valid until the next step
    {
        const auto value = m_statement.getColumn(column);
        return {static_cast<const std::uint8_t*>(value.getBlob()), static_cast<std::size_t>(value.getBytes())};
    }

private:
    void bind(int at, std::int64_t value) { m_statement.bind(at, value); }
    void bind(int at, std::uint64_t value) { m_statement.bind(at, static_cast<std::int64_t>(value)); }
    void bind(int at, const std::string& value) { m_statement.bind(at, value); }
    void bind(int at, const Bytes& value) { m_statement.bind(at, value.data(), static_cast<int>(value.size())); }
    SQLite::Statement& m_statement;
};

class Connection {
public:
    enum class Mode { Write, Read };
    Connection(const std::filesystem::path& file, Mode mode);

    SQLite::Database& database() { return m_database; }
    // `sql` is a literal: the statement is kept under its address.
    SQLite::Statement& prepared(const char* sql);
    std::int64_t lastId() { return m_database.getLastInsertRowid(); }

    // After an SQLite exception: whether a quota or a size limit was met (SQLite itself names only ENOSPC).
    bool metFullDisk() const;
    // Makes the tables of a new index; "cache.newer" where they are of a newer program.
    void makeTables();
    void refuseNewer();

private:
    SQLite::Database m_database;
    std::unordered_map<const char*, std::unique_ptr<SQLite::Statement>> m_statements;
};

// Takes the write lock at once; undone unless committed.
class Transaction {
public:
    explicit Transaction(Connection& connection);
    ~Transaction();
    Transaction(const Transaction&) = delete;
    Transaction& operator=(const Transaction&) = delete;
    void commit();

private:
    SQLite::Database& m_database;
    bool m_open = true;
};

} // namespace akari::cache
