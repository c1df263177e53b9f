#include "core/archive/JobStore.h"

#include <algorithm>
#include <mutex>

#include <nlohmann/json.hpp>
#include <sqlite3.h>
#include <SQLiteCpp/SQLiteCpp.h>

#include "core/base/Log.h"

namespace akari::archive {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr int kSchema = 1;
constexpr int kBusyMilliseconds = 5000;
constexpr std::size_t kLookupBytes = 16;
constexpr const char* kFile = "jobs.sqlite";
constexpr const char* kTables = R"(
CREATE TABLE settings(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE jobs(id INTEGER PRIMARY KEY, key BLOB NOT NULL UNIQUE, archive BLOB NOT NULL, priority INTEGER NOT NULL, failed INTEGER NOT NULL,
    fields BLOB NOT NULL);
CREATE TABLE marks(key BLOB PRIMARY KEY, archive BLOB NOT NULL, value BLOB NOT NULL) WITHOUT ROWID;
)";

// Thrown inside this file only.
struct Refusal {
    Error error;
};

Json jsonOf(const SyncJob& job)
{
    return {{"archive", job.archive}, {"study", job.study.value},    {"reason", job.reason}, {"attempts", job.attempts},
            {"code", job.errorCode},  {"message", job.errorMessage}, {"stored", job.stored}, {"expected", job.expected},
            {"queued", job.queuedAt}, {"changed", job.changedAt}};
}

SyncJob jobOf(const Json& json, std::int64_t priority, bool failed)
{
    SyncJob job;
    job.archive = json.at("archive").get<std::string>();
    job.study = StudyInstanceUid(json.at("study").get<std::string>());
    job.priority = static_cast<SyncPriority>(std::clamp<std::int64_t>(priority, 0, 3));
    job.reason = json.value("reason", "");
    job.failed = failed;
    job.attempts = json.value("attempts", 0);
    job.errorCode = json.value("code", "");
    job.errorMessage = json.value("message", "");
    job.stored = json.value("stored", std::int64_t{0});
    job.expected = json.value("expected", std::int64_t{-1});
    job.queuedAt = json.value("queued", "");
    job.changedAt = json.value("changed", "");
    return job;
}

Bytes blobOf(const SQLite::Column& column)
{
    const auto* data = static_cast<const std::uint8_t*>(column.getBlob());
    return data ? Bytes(data, data + column.getBytes()) : Bytes();
}

void bindBlob(SQLite::Statement& statement, int index, const Bytes& bytes)
{
    statement.bind(index, bytes.data(), static_cast<int>(bytes.size()));
}

} // namespace

const char* text(SyncPriority priority)
{
    switch (priority) {
    case SyncPriority::Prefetch: return "prefetch";
    case SyncPriority::Prior: return "prior";
    case SyncPriority::OpenStudy: return "open";
    case SyncPriority::Interaction: return "interaction";
    }
    return "prefetch";
}

struct JobStore::Impl {
    Impl(const std::string& file, int flags, const vault::Key& key, bool mayWrite, const Clock& when)
        : database(file, flags, kBusyMilliseconds), rows(vault::derive(key, {}, "akari jobs rows")),
          lookups(vault::derive(key, {}, "akari jobs lookup")), writable(mayWrite), clock(when)
    {
    }

    Bytes lookup(std::string_view kind, std::string_view archive, std::string_view rest) const
    {
        // JSON keeps the parts apart, whatever is in them.
        Bytes hash = vault::keyedHash(lookups, Json{kind, archive, rest}.dump(-1, ' ', false, Json::error_handler_t::replace));
        hash.resize(kLookupBytes);
        return hash;
    }
    Bytes seal(std::string_view kind, const Bytes& key, const std::string& plain) const
    {
        return vault::seal(rows, asBytes(plain), binding(kind, key));
    }
    // Nullopt: not of this key or not of this row.
    std::optional<std::string> unseal(std::string_view kind, const Bytes& key, const Bytes& sealed) const
    {
        const auto plain = vault::open(rows, sealed, binding(kind, key));
        return plain ? std::optional(std::string(asText(*plain))) : std::nullopt;
    }

    void prepare()
    {
        database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA journal_size_limit = 1048576;");
        if (database.execAndGet("PRAGMA user_version").getInt() == 0) {
            SQLite::Transaction transaction(database);
            database.exec(kTables);
            SQLite::Statement mark(database, "INSERT INTO settings(name, value) VALUES('key', ?)");
            bindBlob(mark, 1, lookup("key check", "", ""));
            mark.exec();
            database.exec("PRAGMA user_version = " + std::to_string(kSchema));
            transaction.commit();
        }
        check();
    }
    void check()
    {
        if (database.execAndGet("PRAGMA user_version").getInt() > kSchema) {
            throw Refusal{{"jobs.newer", "The list of what is to be fetched was written by a newer Akari; update this one.", {}}};
        }
        SQLite::Statement mark(database, "SELECT value FROM settings WHERE name = 'key'");
        if (!mark.executeStep() || blobOf(mark.getColumn(0)) != lookup("key check", "", "")) {
            throw Refusal{{"jobs.foreign", "The list of what is to be fetched belongs to another key.", {}}};
        }
    }
    std::optional<SyncJob> find(const Bytes& key)
    {
        SQLite::Statement row(database, "SELECT priority, failed, fields FROM jobs WHERE key = ?");
        bindBlob(row, 1, key);
        if (!row.executeStep()) {
            return std::nullopt;
        }
        return read(key, row.getColumn(0).getInt64(), row.getColumn(1).getInt() != 0, blobOf(row.getColumn(2)));
    }
    std::optional<SyncJob> read(const Bytes& key, std::int64_t priority, bool failed, const Bytes& sealed) const
    {
        const auto plain = unseal("job", key, sealed);
        const Json json = plain ? Json::parse(*plain, nullptr, false) : Json();
        return json.is_object() ? std::optional(jobOf(json, priority, failed)) : std::nullopt;
    }
    void write(const Bytes& key, const SyncJob& job)
    {
        SQLite::Statement row(
            database, "INSERT INTO jobs(key, archive, priority, failed, fields) VALUES(?, ?, ?, ?, ?) "
                      "ON CONFLICT(key) DO UPDATE SET priority = excluded.priority, failed = excluded.failed, fields = excluded.fields");
        bindBlob(row, 1, key);
        bindBlob(row, 2, lookup("archive", job.archive, ""));
        row.bind(3, static_cast<int>(job.priority));
        row.bind(4, job.failed ? 1 : 0);
        bindBlob(row, 5, seal("job", key, jsonOf(job).dump(-1, ' ', false, Json::error_handler_t::replace)));
        row.exec();
    }

    template <class Work> auto guarded(Work&& work) -> Result<decltype(work())>
    {
        const std::lock_guard lock(mutex);
        try {
            if constexpr (std::is_void_v<decltype(work())>) {
                work();
                return {};
            } else {
                return work();
            }
        } catch (const Refusal& refusal) {
            return fail(refusal.error);
        } catch (const SQLite::Exception& error) {
            if (error.getErrorCode() == SQLITE_FULL) {
                return fail("disk.full", "There is no room left to write; free some disk space and try again.", "jobs");
            }
            return fail("jobs.failed", "The list of what is to be fetched can't be read or written.", error.what());
        } catch (const std::exception& error) {
            return fail("jobs.failed", "The list of what is to be fetched can't be read or written.", error.what());
        }
    }
    template <class Work> Status change(Work&& work)
    {
        if (!writable) {
            return fail("jobs.readonly", "The list of what is to be fetched is open for reading only; another Akari writes in it.");
        }
        return guarded([&] {
            SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
            work();
            transaction.commit();
        });
    }

    std::mutex mutex;
    SQLite::Database database; // protected by mutex
    const vault::Key rows, lookups;
    const bool writable;
    const Clock& clock;

private:
    Bytes binding(std::string_view kind, const Bytes& key) const
    {
        const std::string text = "akari jobs " + std::string(kind) + ' ' + toHex(key);
        const BytesView view = asBytes(text);
        return {view.begin(), view.end()};
    }
};

JobStore::JobStore() = default;
JobStore::~JobStore() = default;

Result<std::unique_ptr<JobStore>> JobStore::openInMemory(const Clock& clock)
{
    std::unique_ptr<JobStore> store(new JobStore);
    store->m_impl = std::make_unique<Impl>(":memory:", SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, vault::Key::random(), true, clock);
    if (const auto prepared = store->m_impl->guarded([&] { store->m_impl->prepare(); }); !prepared) {
        return fail(prepared.error());
    }
    return store;
}

Result<std::unique_ptr<JobStore>> JobStore::open(const fs::path& folder, const vault::Key& cacheKey, bool readOnly, const Clock& clock)
{
    const fs::path file = folder / kFile;
    std::error_code ignored;
    if (readOnly && !fs::exists(file, ignored)) {
        return openInMemory(clock);
    }
    const int flags = readOnly ? SQLite::OPEN_READONLY : SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE;
    std::optional<Error> why;
    for (int attempt = 0; attempt < 2; ++attempt) {
        std::unique_ptr<JobStore> store(new JobStore);
        try {
            store->m_impl = std::make_unique<Impl>(file.string(), flags, cacheKey, !readOnly, clock);
        } catch (const SQLite::Exception& error) {
            why = Error{"jobs.failed", "The list of what is to be fetched can't be opened.", error.what()};
        }
        if (store->m_impl) {
            const auto ready = store->m_impl->guarded([&] { readOnly ? store->m_impl->check() : store->m_impl->prepare(); });
            if (ready) {
                return store;
            }
            why = ready.error();
        }
        if (readOnly || why->code == "jobs.newer" || why->code == "disk.full") {
            break;
        }
        store.reset();
        log::warning("archive", "the list of what is to be fetched was damaged and is begun anew");
        for (const char* suffix : {"", "-wal", "-shm"}) {
            fs::remove(file.string() + suffix, ignored);
        }
    }
    return fail(*why);
}

Status JobStore::put(const SyncJob& job)
{
    return m_impl->change([&] {
        const Bytes key = m_impl->lookup("job", job.archive, job.study.value);
        SyncJob kept = job;
        const auto before = m_impl->find(key);
        if (before) {
            kept = *before;
            kept.priority = std::max(before->priority, job.priority);
            kept.reason = job.priority > before->priority || before->reason.empty() ? job.reason : before->reason;
        }
        kept.failed = false;
        kept.changedAt = isoTime(m_impl->clock);
        kept.queuedAt = before && !before->queuedAt.empty() ? before->queuedAt : kept.changedAt;
        m_impl->write(key, kept);
    });
}

Status JobStore::note(const std::string& archive, const StudyInstanceUid& study, std::int64_t stored, std::int64_t expected,
                      const std::optional<Error>& error, bool forGood)
{
    return m_impl->change([&] {
        const Bytes key = m_impl->lookup("job", archive, study.value);
        auto job = m_impl->find(key);
        if (!job) {
            return;
        }
        job->stored = std::max(stored, std::int64_t{0});
        job->expected = expected >= 0 ? expected : job->expected;
        job->attempts += error ? 1 : 0;
        job->errorCode = error ? error->code : std::string();
        job->errorMessage = error ? error->message : std::string();
        job->failed = forGood;
        job->changedAt = isoTime(m_impl->clock);
        m_impl->write(key, *job);
    });
}

Status JobStore::remove(const std::string& archive, const StudyInstanceUid& study)
{
    return m_impl->change([&] {
        SQLite::Statement row(m_impl->database, "DELETE FROM jobs WHERE key = ?");
        bindBlob(row, 1, m_impl->lookup("job", archive, study.value));
        row.exec();
    });
}

Status JobStore::removeArchive(const std::string& archive)
{
    return m_impl->change([&] {
        for (const char* sql : {"DELETE FROM jobs WHERE archive = ?", "DELETE FROM marks WHERE archive = ?"}) {
            SQLite::Statement row(m_impl->database, sql);
            bindBlob(row, 1, m_impl->lookup("archive", archive, ""));
            row.exec();
        }
    });
}

Result<std::vector<SyncJob>> JobStore::jobs() const
{
    return m_impl->guarded([&] {
        std::vector<SyncJob> all;
        SQLite::Statement row(m_impl->database, "SELECT key, priority, failed, fields FROM jobs ORDER BY failed, priority DESC, id");
        while (row.executeStep()) {
            if (auto job = m_impl->read(blobOf(row.getColumn(0)), row.getColumn(1).getInt64(), row.getColumn(2).getInt() != 0,
                                        blobOf(row.getColumn(3)))) {
                all.push_back(std::move(*job));
            }
        }
        return all;
    });
}

Status JobStore::putMark(const std::string& archive, const std::string& name, const std::string& value)
{
    return m_impl->change([&] {
        const Bytes key = m_impl->lookup("mark", archive, name);
        SQLite::Statement row(m_impl->database, "INSERT OR REPLACE INTO marks(key, archive, value) VALUES(?, ?, ?)");
        bindBlob(row, 1, key);
        bindBlob(row, 2, m_impl->lookup("archive", archive, ""));
        bindBlob(row, 3, m_impl->seal("mark", key, value));
        row.exec();
    });
}

Result<std::string> JobStore::mark(const std::string& archive, const std::string& name) const
{
    return m_impl->guarded([&]() -> std::string {
        const Bytes key = m_impl->lookup("mark", archive, name);
        SQLite::Statement row(m_impl->database, "SELECT value FROM marks WHERE key = ?");
        bindBlob(row, 1, key);
        return row.executeStep() ? m_impl->unseal("mark", key, blobOf(row.getColumn(0))).value_or("") : std::string();
    });
}

} // namespace akari::archive
