#include <algorithm>
#include <future>
#include <tuple>
#include <utility>

#include "core/base/JobQueue.h"
#include "core/cache/Guard.h"
#include "core/cache/Index.h"
#include "core/cache/Rows.h"

// What every study query selects, in readStudies' order.
#define AKARI_STUDY_COLUMNS                                                                                            \
    "SELECT key, identity, fields, complete, lastSync, (SELECT IFNULL(SUM(stored), 0) FROM series WHERE study = studies.id), " \
    "(SELECT IFNULL(SUM(storedBytes), 0) FROM series WHERE study = studies.id) FROM studies "
#define AKARI_SERIES_COLUMNS "SELECT id, key, identity, pack, packEnd FROM series "
#define AKARI_OBJECT_COLUMNS "objects.id, objects.series, objects.segment, objects.superseded, objects.version, objects.fields "
// The condition of the index seriesPacks, word for word: SQLite uses it for no other.
#define AKARI_WITH_PACKS "WHERE packEnd > 0 OR twinEnd > 0"

namespace akari::cache {
namespace {

constexpr int kTwinsSince = 2; // schema; a reader may meet the one before

} // namespace

namespace {

struct StudyOpener {
    RowOpener identities, fields;
    explicit StudyOpener(const Sealing& sealing) : identities(sealing, "study identity"), fields(sealing, "study fields") {}

    void open(BytesView key, BytesView identity, std::optional<BytesView> sealedFields, StudyRecord& study)
    {
        FieldReader in(identities.open(key, identity));
        study.archive = in.text();
        study.study = StudyInstanceUid(in.text());
        if (sealedFields) {
            decode(fields.open(key, *sealedFields), study);
        }
    }
};

// What came or went after the last sync takes the claim back.
void count(StudyRecord& study, bool confirmed, std::int64_t stored, std::int64_t bytes)
{
    study.stored = stored;
    study.storedBytes = static_cast<std::uint64_t>(bytes);
    study.complete = confirmed && study.expected >= 0 && study.expected == study.stored;
}

} // namespace

std::vector<StudyRecord> IndexReader::readStudies(Query& query)
{
    std::vector<StudyRecord> studies;
    StudyOpener opener(m_sealing);
    while (query.next()) {
        if (!m_sealing.hasKeyOf(query.blob(1))) { // its archive was removed and shredded
            continue;
        }
        StudyRecord study;
        opener.open(query.blob(0), query.blob(1), query.isNull(2) ? std::nullopt : std::optional(query.blob(2)), study);
        study.lastSync = query.text(4);
        count(study, query.number(3) != 0, query.number(5), query.number(6));
        studies.push_back(std::move(study));
    }
    return studies;
}

// Rows as they lie in the index, their blobs one behind another.
struct IndexReader::SealedStudies {
    struct Row {
        std::size_t at = 0;
        std::size_t key = 0, identity = 0, fields = 0; // lengths
        bool hasFields = false;
        bool complete = false;
        std::int64_t stored = 0, storedBytes = 0;
        std::string lastSync;
    };
    std::vector<Row> rows;
    Bytes bytes;

    std::size_t append(BytesView blob)
    {
        bytes.insert(bytes.end(), blob.begin(), blob.end());
        return blob.size();
    }
};

void IndexReader::openStudies(const SealedStudies& sealed, std::vector<StudyRecord>& studies) const
{
    const std::size_t first = studies.size();
    studies.resize(first + sealed.rows.size());
    parallelFor(static_cast<int>(sealed.rows.size()), 64, [&](int begin, int end) {
        StudyOpener opener(m_sealing);
        for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
            const SealedStudies::Row& row = sealed.rows[i];
            const BytesView all(sealed.bytes);
            const BytesView fields = all.subspan(row.at + row.key + row.identity, row.fields);
            StudyRecord& study = studies[first + i];
            opener.open(all.subspan(row.at, row.key), all.subspan(row.at + row.key, row.identity),
                        row.hasFields ? std::optional(fields) : std::nullopt, study);
            study.lastSync = row.lastSync;
            count(study, row.complete, row.stored, row.storedBytes);
        }
    });
}

std::vector<StudyRecord> IndexReader::studies()
{
    constexpr std::size_t kAtOnce = 8192;
    // Both in the order of the study, so that each is read once from end to end; open together, they see one state of the index.
    Query query(m_connection.prepared("SELECT id, key, identity, fields, complete, lastSync FROM studies ORDER BY id"));
    Query sums(m_connection.prepared("SELECT study, SUM(stored), SUM(storedBytes) FROM series GROUP BY study ORDER BY study"));
    std::vector<StudyRecord> studies;
    SealedStudies sealed;
    std::future<void> opening; // of the rows before, while the next are read; ends before what it works on does
    const auto openThese = [&] {
        if (opening.valid()) {
            opening.get();
        }
        opening = std::async(std::launch::async, [this, &studies, these = std::exchange(sealed, {})] { openStudies(these, studies); });
    };
    bool more = query.next();
    bool moreSums = more && sums.next();
    for (; more; more = query.next()) {
        if (!m_sealing.hasKeyOf(query.blob(2))) { // its archive was removed and shredded
            continue;
        }
        SealedStudies::Row row;
        row.at = sealed.bytes.size();
        row.key = sealed.append(query.blob(1));
        row.identity = sealed.append(query.blob(2));
        row.hasFields = !query.isNull(3);
        row.fields = row.hasFields ? sealed.append(query.blob(3)) : 0;
        row.complete = query.number(4) != 0;
        row.lastSync = query.text(5);
        for (; moreSums && sums.number(0) <= query.number(0); moreSums = sums.next()) {
            if (sums.number(0) == query.number(0)) {
                row.stored = sums.number(1);
                row.storedBytes = sums.number(2);
            }
        }
        sealed.rows.push_back(std::move(row));
        if (sealed.rows.size() == kAtOnce) {
            openThese();
        }
    }
    if (opening.valid()) {
        opening.get();
    }
    openStudies(sealed, studies);
    return studies;
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
    Query query(m_connection.prepared("SELECT pack, twinPack FROM series JOIN studies ON studies.id = series.study WHERE studies.key = ?"));
    query.with(m_sealing.studyKey(archive, study));
    std::vector<std::string> packs;
    while (query.next()) {
        packs.push_back(query.text(0));
        if (std::string twins = query.text(1); !twins.empty()) {
            packs.push_back(std::move(twins));
        }
    }
    return packs;
}

std::map<std::string, std::uint64_t> IndexReader::packEnds()
{
    std::map<std::string, std::uint64_t> ends;
    const bool twins = m_connection.schema() >= kTwinsSince;
    Query query(m_connection.prepared(twins ? "SELECT pack, packEnd, twinPack, twinEnd FROM series " AKARI_WITH_PACKS
                                            : "SELECT pack, packEnd FROM series WHERE packEnd > 0"));
    while (query.next()) {
        for (int column = 0; column < (twins ? 4 : 2); column += 2) {
            if (const auto end = static_cast<std::uint64_t>(query.number(column + 1)); end > 0) {
                ends[query.text(column)] = end;
            }
        }
    }
    return ends;
}

Bytes IndexReader::twinKey(const TwinKey& key) const
{
    return m_sealing.twinKey(key.identity, std::to_string(key.frame.value), key.decoding);
}

std::optional<TwinPlace> IndexReader::locateTwin(const TwinKey& key)
{
    if (m_connection.schema() < kTwinsSince) {
        return std::nullopt;
    }
    const Bytes row = twinKey(key);
    Query query(m_connection.prepared("SELECT twins.fields, twinSegments.salt, series.twinPack FROM twins "
                                      "JOIN twinSegments ON twinSegments.id = twins.segment JOIN series ON series.id = twinSegments.series "
                                      "WHERE twins.key = ?"));
    if (!query.with(row).next()) {
        return std::nullopt;
    }
    const Bytes fields = m_sealing.openRow("twin fields", row, query.blob(0));
    FieldReader in(fields);
    TwinPlace place;
    for (std::uint64_t* value : {&place.extent.start, &place.extent.length, &place.extent.firstChunk}) {
        *value = static_cast<std::uint64_t>(in.number());
    }
    const BytesView salt = query.blob(1);
    place.salt = Bytes(salt.begin(), salt.end());
    place.pack = query.text(2);
    return place;
}

PackBytes IndexReader::packBytes()
{
    Query query(m_connection.prepared(m_connection.schema() >= kTwinsSince ? "SELECT IFNULL(SUM(packEnd), 0), IFNULL(SUM(twinEnd), 0) FROM series " AKARI_WITH_PACKS
                                                                            : "SELECT IFNULL(SUM(packEnd), 0), 0 FROM series"));
    query.next();
    return {static_cast<std::uint64_t>(query.number(0)), static_cast<std::uint64_t>(query.number(1))};
}

std::vector<Candidate> IndexReader::candidates(std::int64_t now)
{
    Query query(m_connection.prepared(
        m_connection.schema() >= kTwinsSince
            ? "SELECT studies.id, studies.key, studies.identity, complete, IFNULL(SUM(packEnd), 0), IFNULL(SUM(twinEnd), 0) FROM studies "
              "LEFT JOIN series ON series.study = studies.id GROUP BY studies.id ORDER BY complete = 0, MIN(lastUsed, ?1), studies.id"
            : "SELECT studies.id, studies.key, studies.identity, complete, IFNULL(SUM(packEnd), 0), ?1 * 0 FROM studies "
              "LEFT JOIN series ON series.study = studies.id GROUP BY studies.id ORDER BY complete = 0, studies.id"));
    query.with(now);
    std::vector<Candidate> all;
    while (query.next()) {
        if (!m_sealing.hasKeyOf(query.blob(2))) { // shredded: removeUnreadable takes it
            continue;
        }
        const Bytes identity = m_sealing.openRow("study identity", query.blob(1), query.blob(2));
        FieldReader in(identity);
        Candidate candidate;
        candidate.id = query.number(0);
        candidate.place.first = in.text();
        candidate.place.second = StudyInstanceUid(in.text());
        candidate.complete = query.number(3) != 0;
        candidate.packBytes = static_cast<std::uint64_t>(query.number(4));
        candidate.twinBytes = static_cast<std::uint64_t>(query.number(5));
        all.push_back(std::move(candidate));
    }
    return all;
}

std::optional<std::uint64_t> IndexReader::quota()
{
    Query query(m_connection.prepared("SELECT value FROM settings WHERE name = 'quota'"));
    if (!query.next()) {
        return std::nullopt;
    }
    FieldReader in(query.blob(0));
    return static_cast<std::uint64_t>(in.number());
}

} // namespace akari::cache
