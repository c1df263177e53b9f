// Archives, annotations and settings.
#include "core/records/RecordsImpl.h"

namespace akari::records {
namespace {

Json archiveJson(const ArchiveSettings& archive)
{
    return {{"name", archive.name}, {"url", archive.url}, {"user", archive.user}, {"password", archive.password},
            {"token", archive.token}, {"clientCertificate", archive.clientCertificate}, {"color", archive.color},
            {"clientKeyPassword", archive.clientKeyPassword}, {"certificateAuthority", archive.certificateAuthority}, {"pin", archive.pin},
            {"proxy", archive.proxy}, {"proxyUser", archive.proxyUser}, {"proxyPassword", archive.proxyPassword},
            {"bulkFromOwnHost", archive.bulkFromOwnHost}, {"openIdIssuer", archive.openId.issuer}, {"openIdClient", archive.openId.clientId},
            {"openIdSecret", archive.openId.clientSecret}, {"openIdScopes", archive.openId.scopes}, {"prefix", archive.prefix},
            {"losslessFirst", archive.losslessFirst}};
}

ArchiveSettings archiveOf(const Json& row)
{
    ArchiveSettings archive{row.at("name"), row.at("url"), row.at("user"), row.at("password"), row.at("token"), row.at("clientCertificate"), row.at("color")};
    // Not in rows of earlier programs.
    const auto text = [&](const char* key) { return row.value(key, std::string()); };
    archive.clientKeyPassword = text("clientKeyPassword");
    archive.certificateAuthority = text("certificateAuthority");
    archive.pin = text("pin");
    archive.proxy = text("proxy");
    archive.proxyUser = text("proxyUser");
    archive.proxyPassword = text("proxyPassword");
    archive.bulkFromOwnHost = row.value("bulkFromOwnHost", false);
    archive.openId = {text("openIdIssuer"), text("openIdClient"), text("openIdSecret"), text("openIdScopes")};
    archive.prefix = text("prefix");
    archive.losslessFirst = row.value("losslessFirst", false);
    return archive;
}

struct ValueTable {
    const char* name;
    const char* put;
    const char* get;
};
constexpr ValueTable kAnnotations{"annotation", "INSERT OR REPLACE INTO annotation(place, sealed) VALUES(?, ?)",
                                  "SELECT sealed FROM annotation WHERE place = ?"};
constexpr ValueTable kSettings{"setting", "INSERT OR REPLACE INTO setting(name, sealed) VALUES(?, ?)",
                               "SELECT sealed FROM setting WHERE name = ?"};

Status putValue(Database& database, const ValueTable& table, const Bytes& row, const std::string& value)
{
    return database.write([&] {
        SQLite::Statement put(database.connection(), table.put);
        bindBlob(put, 1, row);
        bindBlob(put, 2, database.seal(asBytes(value), table.name, row));
        put.exec();
    });
}

Result<std::string> valueOf(Database& database, const ValueTable& table, const Bytes& row)
{
    return database.guarded([&]() -> Result<std::string> {
        SQLite::Statement get(database.connection(), table.get);
        bindBlob(get, 1, row);
        if (!get.executeStep()) {
            return std::string();
        }
        return std::string(asText(database.unseal(blobOf(get, 0), table.name, row)));
    });
}

} // namespace

Status Records::putArchive(const ArchiveSettings& archive) { return keepArchive(archive, false); }

Status Records::replaceArchive(const ArchiveSettings& archive) { return keepArchive(archive, true); }

Status Records::keepArchive(const ArchiveSettings& archive, bool replace)
{
    if (archive.name.empty() || archive.url.empty()) {
        return fail("archive.url", "An archive needs a name and an address; give both.");
    }
    const std::lock_guard lock(m_impl->mutex);
    Database& database = *m_impl->database;
    return database.write([&] {
        const Bytes name = database.lookup("archive", archive.name);
        SQLite::Statement known(database.connection(), "SELECT sealed FROM archive WHERE name = ?");
        bindBlob(known, 1, name);
        if (!replace && known.executeStep() && database.unsealJson(blobOf(known, 0), "archive", name).at("url") != archive.url) {
            refuse("archive.exists", "This name belongs to an archive with another address; choose another name.");
        }
        SQLite::Statement put(database.connection(), "INSERT INTO archive(name, sealed) VALUES(?, ?)"
                                                     " ON CONFLICT(name) DO UPDATE SET sealed = excluded.sealed");
        bindBlob(put, 1, name);
        bindBlob(put, 2, database.sealJson(archiveJson(archive), "archive", name));
        put.exec();
    });
}

Result<std::vector<ArchiveSettings>> Records::archives() const
{
    const std::lock_guard lock(m_impl->mutex);
    Database& database = *m_impl->database;
    return database.guarded([&]() -> Result<std::vector<ArchiveSettings>> {
        std::vector<ArchiveSettings> found;
        SQLite::Statement query(database.connection(), "SELECT name, sealed FROM archive ORDER BY id");
        while (query.executeStep()) {
            found.push_back(archiveOf(database.unsealJson(blobOf(query, 1), "archive", blobOf(query, 0))));
        }
        return found;
    });
}

Result<ArchiveSettings> Records::archive(const std::string& name) const
{
    const std::lock_guard lock(m_impl->mutex);
    Database& database = *m_impl->database;
    return database.guarded([&]() -> Result<ArchiveSettings> {
        const Bytes row = database.lookup("archive", name);
        SQLite::Statement query(database.connection(), "SELECT sealed FROM archive WHERE name = ?");
        bindBlob(query, 1, row);
        if (!query.executeStep()) {
            return fail("archive.unknown", "No archive has this name; add it first, or list the archives.");
        }
        return archiveOf(database.unsealJson(blobOf(query, 0), "archive", row));
    });
}

Status Records::putAnnotations(const std::string& archive, const StudyInstanceUid& study, const std::string& json)
{
    const std::lock_guard lock(m_impl->mutex);
    return putValue(*m_impl->database, kAnnotations, m_impl->placeHash(archive, study), json);
}

Result<std::string> Records::annotations(const std::string& archive, const StudyInstanceUid& study) const
{
    const std::lock_guard lock(m_impl->mutex);
    return valueOf(*m_impl->database, kAnnotations, m_impl->placeHash(archive, study));
}

Status Records::putSetting(const std::string& key, const std::string& value)
{
    const std::lock_guard lock(m_impl->mutex);
    return putValue(*m_impl->database, kSettings, m_impl->database->lookup("setting", key), value);
}

Result<std::string> Records::setting(const std::string& key) const
{
    const std::lock_guard lock(m_impl->mutex);
    return valueOf(*m_impl->database, kSettings, m_impl->database->lookup("setting", key));
}

} // namespace akari::records
