#include <algorithm>
#include <tuple>

#include "core/cache/Guard.h"
#include "core/cache/Index.h"
#include "core/cache/Rows.h"

// What every study query selects, in readStudies' order.
#define AKARI_STUDY_COLUMNS                                                                                            \
    "SELECT key, identity, fields, complete, lastSync, (SELECT IFNULL(SUM(stored), 0) FROM series WHERE study = studies.id), " \
    "(SELECT IFNULL(SUM(storedBytes), 0) FROM series WHERE study = studies.id) FROM studies "
#define AKARI_SERIES_COLUMNS "SELECT id, key, identity, pack, packEnd FROM series "
#define AKARI_OBJECT_COLUMNS "objects.id, objects.series, objects.segment, objects.superseded, objects.version, objects.fields "

namespace akari::cache {

std::vector<StudyRecord> IndexReader::readStudies(Query& query)
{
    std::vector<StudyRecord> studies;
    while (query.next()) {
        if (!m_sealing.hasKeyOf(query.blob(1))) { // its archive was removed and shredded
            continue;
        }
        const BytesView key = query.blob(0);
        StudyRecord study;
        const Bytes identity = m_sealing.openRow("study identity", key, query.blob(1));
        FieldReader in(identity);
        study.archive = in.text();
        study.study = StudyInstanceUid(in.text());
        if (!query.isNull(2)) {
            decode(m_sealing.openRow("study fields", key, query.blob(2)), study);
        }
        study.lastSync = query.text(4);
        study.stored = query.number(5);
        study.storedBytes = static_cast<std::uint64_t>(query.number(6));
        // What came or went after the last sync takes the claim back.
        study.complete = query.number(3) != 0 && study.expected >= 0 && study.expected == study.stored;
        studies.push_back(std::move(study));
    }
    return studies;
}

std::vector<StudyRecord> IndexReader::studies()
{
    Query query(m_connection.prepared(AKARI_STUDY_COLUMNS "ORDER BY id"));
    return readStudies(query);
}

std::optional<StudyRecord> IndexReader::study(const std::string& archive, const StudyInstanceUid& study)
{
    Query query(m_connection.prepared(AKARI_STUDY_COLUMNS "WHERE key = ?"));
    auto found = readStudies(query.with(m_sealing.studyKey(archive, study)));
    return found.empty() ? std::nullopt : std::optional(std::move(found.front()));
}

std::vector<StudyRecord> IndexReader::findStudy(const StudyInstanceUid& study)
{
    std::vector<StudyRecord> found;
    for (const Bytes& uid : m_sealing.uidKeys("study uid", study.value)) {
        Query query(m_connection.prepared(AKARI_STUDY_COLUMNS "WHERE uid = ? ORDER BY id"));
        for (StudyRecord& record : readStudies(query.with(uid))) {
            found.push_back(std::move(record));
        }
    }
    return found;
}

SeriesRow IndexReader::readSeries(Query& query)
{
    SeriesRow row;
    row.id = query.number(0);
    const Bytes identity = m_sealing.openRow("series identity", query.blob(1), query.blob(2));
    FieldReader in(identity);
    row.archive = in.text();
    row.study = StudyInstanceUid(in.text());
    row.series = SeriesInstanceUid(in.text());
    row.pack = query.text(3);
    row.packEnd = static_cast<std::uint64_t>(query.number(4));
    return row;
}

std::optional<SeriesRow> IndexReader::series(const std::string& archive, const StudyInstanceUid& study, const SeriesInstanceUid& series)
{
    Query query(m_connection.prepared(AKARI_SERIES_COLUMNS "WHERE key = ?"));
    query.with(m_sealing.seriesKey(archive, study, series));
    return query.next() ? std::optional(readSeries(query)) : std::nullopt;
}

std::vector<SeriesRow> IndexReader::findSeries(const SeriesInstanceUid& series)
{
    std::vector<SeriesRow> rows;
    for (const Bytes& uid : m_sealing.uidKeys("series uid", series.value)) {
        Query query(m_connection.prepared(AKARI_SERIES_COLUMNS "WHERE uid = ? ORDER BY id"));
        query.with(uid);
        while (query.next()) {
            rows.push_back(readSeries(query));
        }
    }
    return rows;
}

std::vector<SeriesRecord> IndexReader::seriesOf(const std::string& archive, const StudyInstanceUid& study)
{
    Query query(m_connection.prepared("SELECT series.key, series.identity, series.fields, series.stored FROM series "
                                      "JOIN studies ON studies.id = series.study WHERE studies.key = ? ORDER BY series.id"));
    query.with(m_sealing.studyKey(archive, study));
    std::vector<SeriesRecord> all;
    while (query.next()) {
        SeriesRecord series;
        const Bytes identity = m_sealing.openRow("series identity", query.blob(0), query.blob(1));
        FieldReader in(identity);
        std::ignore = in.text();
        std::ignore = in.text();
        series.series = SeriesInstanceUid(in.text());
        if (!query.isNull(2)) {
            decode(m_sealing.openRow("series fields", query.blob(0), query.blob(2)), series);
        }
        series.stored = query.number(3);
        all.push_back(std::move(series));
    }
    std::stable_sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.seriesNumber < b.seriesNumber; });
    return all;
}

ObjectRow IndexReader::readObject(Query& query, int first, ObjectIdentity series)
{
    ObjectRow row;
    row.id = query.number(first);
    row.series = query.number(first + 1);
    row.segment = query.number(first + 2);
    row.superseded = query.number(first + 3) != 0;
    row.record.identity = std::move(series);
    decode(m_sealing.openRow("object fields", query.blob(first + 4), query.blob(first + 5)), row);
    return row;
}

std::vector<ObjectRow> IndexReader::objects(const SeriesRow& series)
{
    Query query(m_connection.prepared("SELECT " AKARI_OBJECT_COLUMNS "FROM objects WHERE series = ? AND superseded = 0"));
    query.with(series.id);
    std::vector<ObjectRow> rows;
    while (query.next()) {
        rows.push_back(readObject(query, 0, {series.archive, series.study, series.series, {}, {}}));
    }
    std::sort(rows.begin(), rows.end(), [](const ObjectRow& a, const ObjectRow& b) {
        return std::tie(a.record.instanceNumber, a.record.identity.sop.value) < std::tie(b.record.instanceNumber, b.record.identity.sop.value);
    });
    return rows;
}

std::vector<ObjectRow> IndexReader::findObject(const SopInstanceUid& sop)
{
    std::vector<ObjectRow> rows;
    for (const Bytes& uid : m_sealing.uidKeys("object uid", sop.value)) {
        Query query(m_connection.prepared("SELECT series.id, series.key, series.identity, series.pack, series.packEnd, " AKARI_OBJECT_COLUMNS
                                          "FROM objects JOIN series ON series.id = objects.series "
                                          "WHERE objects.uid = ? AND superseded = 0 ORDER BY objects.id"));
        query.with(uid);
        while (query.next()) {
            const SeriesRow series = readSeries(query);
            rows.push_back(readObject(query, 5, {series.archive, series.study, series.series, {}, {}}));
        }
    }
    return rows;
}

std::map<std::int64_t, SegmentRow> IndexReader::segments(std::int64_t series)
{
    Query query(m_connection.prepared(
        "SELECT id, salt, headersStart, headersPacked, headersChunk, headersLength FROM segments WHERE series = ?"));
    query.with(series);
    std::map<std::int64_t, SegmentRow> rows;
    while (query.next()) {
        const BytesView salt = query.blob(1);
        const auto number = [&](int column) { return static_cast<std::uint64_t>(query.number(column)); };
        rows[query.number(0)] = {Bytes(salt.begin(), salt.end()), {number(2), number(3), number(4)}, number(5)};
    }
    return rows;
}

std::optional<Located> IndexReader::locate(const ObjectIdentity& identity)
{
    const bool newest = identity.contentVersion.empty();
    Query query(m_connection.prepared(newest ? "SELECT " AKARI_OBJECT_COLUMNS ", series.pack, segments.salt FROM objects "
                                               "JOIN series ON series.id = objects.series JOIN segments ON segments.id = objects.segment "
                                               "WHERE object = ? AND superseded = 0"
                                             : "SELECT " AKARI_OBJECT_COLUMNS ", series.pack, segments.salt FROM objects "
                                               "JOIN series ON series.id = objects.series JOIN segments ON segments.id = objects.segment "
                                               "WHERE version = ?"));
    query.with(newest ? m_sealing.objectKey(identity) : m_sealing.versionKey(identity));
    if (!query.next()) {
        return std::nullopt;
    }
    const BytesView salt = query.blob(7);
    return Located{readObject(query, 0, identity), query.text(6), Bytes(salt.begin(), salt.end())};
}

std::vector<std::string> IndexReader::packsOfStudy(const std::string& archive, const StudyInstanceUid& study)
{
    Query query(m_connection.prepared("SELECT pack FROM series JOIN studies ON studies.id = series.study WHERE studies.key = ?"));
    query.with(m_sealing.studyKey(archive, study));
    std::vector<std::string> packs;
    while (query.next()) {
        packs.push_back(query.text(0));
    }
    return packs;
}

std::map<std::string, std::uint64_t> IndexReader::packEnds()
{
    Query query(m_connection.prepared("SELECT pack, packEnd FROM series"));
    std::map<std::string, std::uint64_t> ends;
    while (query.next()) {
        ends[query.text(0)] = static_cast<std::uint64_t>(query.number(1));
    }
    return ends;
}

} // namespace akari::cache
