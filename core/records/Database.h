// Private to the room: the one SQLite connection, how its rows are sealed, and how its failures become errors. Not thread-safe; the
// owner serialises.
#pragma once

#include <atomic>
#include <exception>
#include <filesystem>
#include <functional>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include <SQLiteCpp/SQLiteCpp.h>
#include <nlohmann/json.hpp>

#include "core/base/Bytes.h"
#include "core/base/Result.h"
#include "core/vault/Seal.h"

namespace akari::records {

using Json = nlohmann::json;

// Thrown inside the room only, to leave a transaction with an error that is already worded.
struct Refusal {
    Error error;
};
[[noreturn]] void refuse(std::string code, std::string message, std::string detail = {});

class Database {
public:
    // "records.newer", "records.damaged", "disk.full", "data.unwritable". A read-only open of a file that is not there is an empty
    // database in memory. A writer brings an older schema forward, in one transaction, after a copy to records/backup/records-schema-N.db that
    // stays; without room for the copy nothing is changed. A reader reads an older schema as it is.
    static Result<std::unique_ptr<Database>> open(const std::filesystem::path& file, const vault::Key& key, bool readOnly);

    SQLite::Database& connection() { return m_connection; }
    bool readOnly() const { return m_readOnly; }

    // Row values: JSON or bytes, bound to the table and row they belong to.
    Bytes seal(BytesView plain, std::string_view table, BytesView row) const;
    Bytes sealJson(const Json& value, std::string_view table, BytesView row) const;
    Bytes unseal(BytesView sealed, std::string_view table, BytesView row) const; // throws Refusal "records.damaged"
    Json unsealJson(BytesView sealed, std::string_view table, BytesView row) const;
    Bytes lookup(std::string_view kind, std::string_view value) const;
    Bytes chain(BytesView previous, BytesView sealed) const;

    // Every sealed row anew under another key; inside a transaction. Lookups stay: what they hash is not in every row. adopt() follows when it is
    // committed. Throws Refusal "records.unknown" at a table that is not in the list of what is sealed.
    void reseal(const vault::Key& key);
    void adopt(const vault::Key& key);
    // Committed changes since this object was made. Any thread.
    std::uint64_t changes() const { return m_changes; }

    // A file beside, complete and flushed; the caller puts it in its place.
    void copyTo(const std::filesystem::path& file);

    // Runs what may throw; every exception becomes an error here.
    template <class F> auto guarded(F&& action) -> decltype(action())
    {
        try {
            return action();
        } catch (...) {
            return fail(errorOf(std::current_exception()));
        }
    }
    // The same in one transaction; nothing of it stands when it fails. "records.readonly".
    Status write(const std::function<void()>& action);

private:
    Database(const std::string& file, int flags, const vault::Key& key, bool readOnly);
    void prepare(const std::filesystem::path& folder);
    void makeTables();
    void migrate(int from, const std::filesystem::path& folder);
    void checkKey();
    void putLookupKey(const vault::Key& rowKey);
    void takeLookupKey();
    Error errorOf(std::exception_ptr thrown) const;

    SQLite::Database m_connection;
    bool m_readOnly;
    vault::Key m_rowKey;
    vault::Key m_lookupKey;
    vault::Key m_chainKey;
    std::atomic<std::uint64_t> m_changes{0};
};

// What a row's seal is bound to.
Bytes associatedData(std::string_view table, BytesView row);

inline void bindBlob(SQLite::Statement& statement, int index, BytesView bytes)
{
    statement.bind(index, bytes.data(), static_cast<int>(bytes.size()));
}
inline Bytes blobOf(SQLite::Statement& statement, int index)
{
    const SQLite::Column column = statement.getColumn(index);
    const auto* data = static_cast<const std::uint8_t*>(column.getBlob());
    return data ? Bytes(data, data + column.getBytes()) : Bytes();
}

} // namespace akari::records
