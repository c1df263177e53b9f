// Every sealed row anew under another key.
#include <algorithm>
#include <set>
#include <vector>

#include "core/records/Database.h"

namespace akari::records {
namespace {

// What binds a row: one column's bytes, or a draft's report and revision.
struct SealedColumn {
    const char* table;
    const char* row; // SQL: what the seal is bound to
    const char* column;
    const char* label; // the table's name in the seal
};
constexpr SealedColumn kSealed[] = {
    {"archive", "name", "sealed", "archive"}, {"draft", "CAST(report || CAST(revision AS TEXT) AS BLOB)", "sealed", "draft"},
    {"outbox", "sop", "sealed", "outbox"},    {"outbox", "sop", "delivery", "delivery"},
    {"object", "sop", "sealed", "object"},    {"annotation", "place", "sealed", "annotation"},
    {"setting", "name", "sealed", "setting"}, {"patient_link", "pair", "sealed", "patient_link"},
};
constexpr const char* kMeta = "meta";   // its rows have no number
constexpr const char* kAudit = "audit"; // chained

std::set<std::string> tablesOf(SQLite::Database& connection)
{
    std::set<std::string> tables;
    SQLite::Statement query(connection, "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'");
    while (query.executeStep()) {
        tables.insert(query.getColumn(0).getString());
    }
    return tables;
}

void refuseUnknown(std::set<std::string> tables)
{
    tables.erase(kMeta);
    tables.erase(kAudit);
    for (const SealedColumn& one : kSealed) {
        tables.erase(one.table);
    }
    if (!tables.empty()) {
        refuse("records.unknown",
               "The file of drafts and reports holds a table that this program does not know; its keys were not changed.", *tables.begin());
    }
}

std::vector<std::int64_t> numbersOf(SQLite::Database& connection, const char* table)
{
    std::vector<std::int64_t> numbers;
    SQLite::Statement query(connection, std::string("SELECT rowid FROM ") + table);
    while (query.executeStep()) {
        numbers.push_back(query.getColumn(0).getInt64());
    }
    return numbers;
}

} // namespace

void Database::reseal(const vault::Key& key)
{
    const std::set<std::string> tables = tablesOf(m_connection);
    refuseUnknown(tables);
    const vault::Key rowKey = vault::derive(key, {}, "records row");
    const auto again = [&](BytesView sealed, std::string_view label, BytesView row) {
        Bytes plain = unseal(sealed, label, row);
        Bytes fresh = vault::seal(rowKey, plain, associatedData(label, row));
        vault::wipe(plain);
        return fresh;
    };
    for (const SealedColumn& one : kSealed) {
        if (!tables.contains(one.table)) {
            continue;
        }
        const std::string table = one.table;
        SQLite::Statement get(m_connection, "SELECT " + std::string(one.row) + ", " + one.column + " FROM " + table + " WHERE rowid = ?");
        SQLite::Statement put(m_connection, "UPDATE " + table + " SET " + one.column + " = ? WHERE rowid = ?");
        for (const std::int64_t number : numbersOf(m_connection, one.table)) {
            get.bind(1, number);
            get.executeStep();
            bindBlob(put, 1, again(blobOf(get, 1), one.label, blobOf(get, 0)));
            put.bind(2, number);
            put.exec();
            put.reset();
            get.reset();
        }
    }

    const vault::Key chainKey = vault::derive(key, {}, "records audit");
    Bytes chain;
    SQLite::Statement link(m_connection, "UPDATE audit SET sealed = ?, chain = ? WHERE id = ?");
    for (const std::int64_t number : numbersOf(m_connection, kAudit)) { // in order: the number is the id
        SQLite::Statement get(m_connection, "SELECT sealed FROM audit WHERE id = ?");
        get.bind(1, number);
        get.executeStep();
        const Bytes sealed = again(blobOf(get, 0), kAudit, asBytes(std::to_string(number)));
        std::string text(asText(chain));
        text += asText(sealed);
        chain = vault::keyedHash(chainKey, text);
        bindBlob(link, 1, sealed);
        bindBlob(link, 2, chain);
        link.bind(3, number);
        link.exec();
        link.reset();
    }

    std::vector<std::pair<std::string, Bytes>> meta;
    {
        SQLite::Statement query(m_connection, "SELECT name, sealed FROM meta");
        while (query.executeStep()) {
            meta.emplace_back(query.getColumn(0).getString(), blobOf(query, 1));
        }
    }
    SQLite::Statement put(m_connection, "UPDATE meta SET sealed = ? WHERE name = ?");
    for (const auto& [name, sealed] : meta) {
        bindBlob(put, 1,
                 name == "audit" ? vault::seal(rowKey, chain, associatedData(kMeta, asBytes(name))) : again(sealed, kMeta, asBytes(name)));
        put.bind(2, name);
        put.exec();
        put.reset();
    }
}

void Database::adopt(const vault::Key& key)
{
    m_rowKey = vault::derive(key, {}, "records row");
    m_chainKey = vault::derive(key, {}, "records audit");
}

} // namespace akari::records
