#include "core/records/Records.h"

#include <sodium.h>

#include "core/base/FileIo.h"
#include "core/base/Log.h"
#include "core/records/Backup.h"
#include "core/records/RecordsImpl.h"
#include "core/vault/Folder.h"

namespace akari::records {
namespace {

constexpr std::string_view kReaderRow = "reader";

Json readerJson(const Reader& reader, const std::string& verifier)
{
    return {{"name", reader.name.dicom()}, {"organization", reader.organization}, {"login", reader.login}, {"role", reader.role},
            {"verifier", verifier}};
}

// Null when no reader is enrolled.
Json enrolledReader(Database& database)
{
    SQLite::Statement query(database.connection(), "SELECT sealed FROM meta WHERE name='reader'");
    return query.executeStep() ? database.unsealJson(blobOf(query, 0), "meta", asBytes(kReaderRow)) : Json();
}

std::string makeVerifier(std::string_view secret)
{
    char text[crypto_pwhash_STRBYTES] = {};
    if (sodium_init() < 0
        || crypto_pwhash_str(text, secret.data(), secret.size(), crypto_pwhash_OPSLIMIT_MODERATE, crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
        refuse("memory.exhausted", "There is not enough memory to protect the signing secret; close something and try again.");
    }
    return text;
}

} // namespace

Records::Records() = default;
Records::~Records()
{
    const auto second = m_impl ? m_impl->exchangeSecond(nullptr) : nullptr;
    if (!second) {
        return;
    }
    second->finish();
    const bool copied = !second->state().owed;
    m_impl->database.reset();
    if (copied) { // closing touched the file, and changed nothing in it: the copy is as new
        std::error_code ignored;
        std::filesystem::last_write_time(newestBackup(m_impl->folder), std::filesystem::file_time_type::clock::now(), ignored);
    }
}

Result<std::unique_ptr<Records>> Records::open(const std::filesystem::path& folder, const vault::Key& key, bool readOnly, const Clock& clock)
{
    if (!readOnly) {
        if (const auto made = vault::makePrivateFolder(folder); !made) {
            return fail(made.error());
        }
    }
    auto database = Database::open(folder / "records.db", key, readOnly);
    if (!database) {
        return fail(database.error());
    }
    std::unique_ptr<Records> records(new Records);
    records->m_impl = std::make_unique<Impl>(std::move(*database), folder, clock);
    if (!readOnly && backupIsDue(folder)) {
        records->m_impl->backUp();
    }
    return records;
}

Status Records::Impl::copyBeside()
{
    return database->guarded([&]() -> Status {
        return replaceBackup(folder, [&](const std::filesystem::path& file) { database->copyTo(file); });
    });
}

void Records::Impl::backUp()
{
    if (const Status done = copyBeside(); !done) {
        log::error("records", "The backup of drafts and reports could not be written: " + done.error().message);
    } else if (const auto place = second()) {
        place->copySoon();
    }
}

Status Records::setReader(const Reader& reader, std::string_view signingSecret)
{
    if (signingSecret.empty()) {
        return fail("reader.secret", "The reader's signing secret is empty; choose one.");
    }
    const std::lock_guard lock(m_impl->mutex);
    Database& database = *m_impl->database;
    return database.write([&] {
        SQLite::Statement put(database.connection(), "INSERT OR REPLACE INTO meta(name, sealed) VALUES('reader', ?)");
        bindBlob(put, 1, database.sealJson(readerJson(reader, makeVerifier(signingSecret)), "meta", asBytes(kReaderRow)));
        put.exec();
        m_impl->appendAudit("reader.enrolled", reader.role);
    });
}

Result<std::optional<Reader>> Records::reader() const
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->guarded([&]() -> Result<std::optional<Reader>> {
        const Json row = enrolledReader(*m_impl->database);
        if (row.is_null()) {
            return std::optional<Reader>();
        }
        Reader reader;
        reader.name = dicom::PersonName::parse(row.at("name").get<std::string>());
        reader.organization = row.at("organization");
        reader.login = row.at("login");
        reader.role = row.at("role");
        return std::optional<Reader>(std::move(reader));
    });
}

Status Records::reauthenticate(std::string_view signingSecret) const
{
    std::string verifier;
    {
        const std::lock_guard lock(m_impl->mutex);
        const Status found = m_impl->database->guarded([&]() -> Status {
            const Json row = enrolledReader(*m_impl->database);
            if (row.is_null()) {
                return fail("reader.none", "No reader is enrolled in this data folder; enrol one before signing.");
            }
            verifier = row.at("verifier");
            return {};
        });
        if (!found) {
            return found;
        }
    }
    if (sodium_init() < 0 || crypto_pwhash_str_verify(verifier.c_str(), signingSecret.data(), signingSecret.size()) != 0) {
        return fail("reader.secret", "This is not the enrolled reader's signing secret; try again.");
    }
    return {};
}

void Records::Impl::appendAudit(const std::string& event, const std::string& detail)
{
    SQLite::Statement last(database->connection(), "SELECT id, chain FROM audit ORDER BY id DESC LIMIT 1");
    const bool any = last.executeStep();
    const std::int64_t id = any ? last.getColumn(0).getInt64() + 1 : 1;
    const Bytes previous = any ? blobOf(last, 1) : Bytes();
    const Bytes sealed = database->sealJson(Json{{"time", isoTime(clock)}, {"event", event}, {"detail", detail}}, "audit",
                                        asBytes(std::to_string(id)));
    const Bytes chain = database->chain(previous, sealed);
    SQLite::Statement insert(database->connection(), "INSERT INTO audit(id, sealed, chain) VALUES(?, ?, ?)");
    insert.bind(1, id);
    bindBlob(insert, 2, sealed);
    bindBlob(insert, 3, chain);
    insert.exec();
    // A cut tail leaves a chain that is whole in itself: the last link is also kept apart.
    SQLite::Statement head(database->connection(), "INSERT OR REPLACE INTO meta(name, sealed) VALUES('audit', ?)");
    bindBlob(head, 1, database->seal(chain, "meta", asBytes("audit")));
    head.exec();
}

Status Records::audit(const std::string& event, const std::string& detail)
{
    const std::lock_guard lock(m_impl->mutex);
    return m_impl->database->write([&] { m_impl->appendAudit(event, detail); });
}

Result<std::vector<AuditEntry>> Records::auditTrail() const
{
    const std::lock_guard lock(m_impl->mutex);
    Database& database = *m_impl->database;
    return database.guarded([&]() -> Result<std::vector<AuditEntry>> {
        std::vector<AuditEntry> entries;
        Bytes previous;
        std::int64_t expected = 1;
        SQLite::Statement query(database.connection(), "SELECT id, sealed, chain FROM audit ORDER BY id");
        bool whole = true;
        while (query.executeStep()) {
            const std::int64_t id = query.getColumn(0).getInt64();
            const Bytes sealed = blobOf(query, 1);
            const Bytes chain = database.chain(previous, sealed);
            whole = whole && id == expected++ && chain == blobOf(query, 2);
            previous = chain;
            const Json row = database.unsealJson(sealed, "audit", asBytes(std::to_string(id)));
            entries.push_back({row.at("time"), row.at("event"), row.at("detail")});
        }
        SQLite::Statement head(database.connection(), "SELECT sealed FROM meta WHERE name='audit'");
        const Bytes last = head.executeStep() ? database.unseal(blobOf(head, 0), "meta", asBytes("audit")) : Bytes();
        if (!whole || last != previous) {
            return fail("records.audit", "The log of what was done has been altered: entries were removed, added or reordered.");
        }
        return entries;
    });
}

} // namespace akari::records
