#include "core/cache/MakeOver.h"

#include <vector>

#include "core/base/Identity.h"
#include "core/base/Log.h"
#include "core/cache/Guard.h"

namespace akari::cache {
namespace {

struct Owner {
    std::int64_t id = 0;
    std::string archive;
    StudyInstanceUid study;
    SeriesInstanceUid series;
};

Bytes copied(BytesView bytes)
{
    return {bytes.begin(), bytes.end()};
}

// A blob of a row that may be NULL.
Bytes resealed(Query& query, int column, std::string_view kind, BytesView oldKey, const Owner& owner, BytesView newKey,
               const Sealing& before, const Sealing& after)
{
    return query.isNull(column) ? Bytes() : after.sealRow(owner.archive, kind, newKey, before.openRow(kind, oldKey, query.blob(column)));
}

void studiesOver(Connection& connection, const Sealing& before, const Sealing& after)
{
    Query query(connection.prepared("SELECT id, key, identity, fields FROM studies"));
    Query put(connection.prepared("UPDATE studies SET key = ?, uid = ?, identity = ?, fields = NULLIF(?, x'') WHERE id = ?"));
    while (query.next()) {
        const Bytes oldKey = copied(query.blob(1));
        const Bytes identity = before.openRow("study identity", oldKey, query.blob(2));
        FieldReader in(identity);
        Owner owner;
        owner.archive = in.text();
        owner.study = StudyInstanceUid(in.text());
        after.ensure(owner.archive);
        const Bytes key = after.studyKey(owner.archive, owner.study);
        put.with(key, after.uidKey(owner.archive, "study uid", owner.study.value),
                 after.sealRow(owner.archive, "study identity", key, identity),
                 resealed(query, 3, "study fields", oldKey, owner, key, before, after), query.number(0));
        put.runAgain();
    }
}

std::vector<Owner> seriesOver(Connection& connection, const Sealing& before, const Sealing& after)
{
    std::vector<Owner> owners;
    Query query(connection.prepared("SELECT id, key, identity, fields FROM series"));
    Query put(connection.prepared("UPDATE series SET key = ?, uid = ?, identity = ?, fields = NULLIF(?, x'') WHERE id = ?"));
    while (query.next()) {
        const Bytes oldKey = copied(query.blob(1));
        const Bytes identity = before.openRow("series identity", oldKey, query.blob(2));
        FieldReader in(identity);
        Owner owner;
        owner.id = query.number(0);
        owner.archive = in.text();
        owner.study = StudyInstanceUid(in.text());
        owner.series = SeriesInstanceUid(in.text());
        const Bytes key = after.seriesKey(owner.archive, owner.study, owner.series);
        put.with(key, after.uidKey(owner.archive, "series uid", owner.series.value),
                 after.sealRow(owner.archive, "series identity", key, identity),
                 resealed(query, 3, "series fields", oldKey, owner, key, before, after), owner.id);
        put.runAgain();
        owners.push_back(std::move(owner));
    }
    return owners;
}

void segmentsOver(Connection& connection, const Owner& owner, const Sealing& before, const Sealing& after)
{
    Query query(connection.prepared("SELECT id, salt FROM segments WHERE series = ?"));
    Query put(connection.prepared("UPDATE segments SET salt = ? WHERE id = ?"));
    query.with(owner.id);
    while (query.next()) {
        put.with(after.adoptSegment(owner.archive, before.segmentKey(query.blob(1))), query.number(0));
        put.runAgain();
    }
}

void objectsOver(Connection& connection, const Owner& owner, const Sealing& before, const Sealing& after)
{
    Query query(connection.prepared("SELECT id, version, fields FROM objects WHERE series = ?"));
    Query put(connection.prepared("UPDATE objects SET object = ?, uid = ?, version = ?, fields = ? WHERE id = ?"));
    query.with(owner.id);
    while (query.next()) {
        const Bytes fields = before.openRow("object fields", query.blob(1), query.blob(2));
        FieldReader in(fields);
        ObjectIdentity identity{owner.archive, owner.study, owner.series, {}, {}};
        identity.sop = SopInstanceUid(in.text());
        identity.contentVersion = in.text();
        const Bytes version = after.versionKey(identity);
        put.with(after.objectKey(identity), after.uidKey(owner.archive, "object uid", identity.sop.value), version,
                 after.sealRow(owner.archive, "object fields", version, fields), query.number(0));
        put.runAgain();
    }
}

} // namespace

void makeOver(Connection& connection, const Sealing& before, const Sealing& after)
{
    const Bytes mark = after.keyMark();
    Transaction transaction(connection);
    studiesOver(connection, before, after);
    for (const Owner& owner : seriesOver(connection, before, after)) {
        segmentsOver(connection, owner, before, after);
        objectsOver(connection, owner, before, after);
    }
    Query(connection.prepared("UPDATE settings SET value = ? WHERE name = 'key'")).with(mark).run();
    transaction.commit();
    // What was overwritten lies in free pages and in the log; under the key of before it could still be read.
    connection.database().exec("VACUUM");
    connection.database().exec("PRAGMA wal_checkpoint(TRUNCATE)");
    log::info("cache", "the cache now has a key for each archive");
}

} // namespace akari::cache
