#include "core/cache/DiskCache.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "core/base/FileIo.h"
#include "core/base/JobQueue.h"
#include "core/base/Log.h"
#include "core/cache/DiskCacheAccess.h"
#include "core/cache/Guard.h"
#include "core/cache/MakeOver.h"

namespace akari::cache {
namespace fs = std::filesystem;
namespace {

constexpr const char* kPacksName = "packs";

bool hasContent(const fs::path& file)
{
    std::error_code error;
    return fs::file_size(file, error) > 0 && !error;
}

void makePrivate(const fs::path& folder)
{
    std::error_code error;
    const bool made = fs::create_directories(folder, error);
    if (!error && made) { // its name is to last as what is flushed inside does
        orThrow(syncFolder(folder.has_parent_path() ? folder.parent_path() : fs::path(".")));
    }
    if (!error) {
        fs::permissions(folder, fs::perms::owner_all, error);
    }
    if (error) {
        throw Failure(writeFailure(error.value(), "cache folder: " + error.message()));
    }
}

std::optional<Bytes> markIn(Connection& connection)
{
    Query find(connection.prepared("SELECT value FROM settings WHERE name = 'key'"));
    if (!find.next()) {
        return std::nullopt;
    }
    const BytesView mark = find.blob(0);
    return Bytes(mark.begin(), mark.end());
}

// The key's own mark in the index: another key would find nothing and fill the folder a second time.
void checkKey(Connection& connection, const Sealing& sealing, bool mayWrite)
{
    const Bytes mark = sealing.keyMark();
    if (const auto found = markIn(connection)) {
        if (*found != mark) {
            throw Failure({"cache.foreign", "The cache belongs to another key; delete the cache folder and sync again.", "key mark"});
        }
    } else if (mayWrite) {
        Query(connection.prepared("INSERT INTO settings(name, value) VALUES('key', ?)")).with(mark).run();
    }
}

bool isFirstFormat(Connection& connection, const vault::Key* firstKey)
{
    return firstKey != nullptr && markIn(connection) == Sealing::firstFormat(*firstKey).keyMark();
}

// Nobody can write there: SQLite needs no lock files beside the index.
bool isUnchanging(const fs::path& folder, bool readOnly)
{
    return readOnly && !mayWrite(folder) && !hasContent(folder / (std::string(kIndexName) + "-wal"));
}

// The index as an older program kept it, beside its successor: what is in it lies under the one key of before.
void removeOlderCopies(const fs::path& folder)
{
    std::error_code error;
    for (fs::directory_iterator at(folder, error), last; !error && at != last; at.increment(error)) {
        std::error_code ignored;
        if (at->path().filename().string().rfind(std::string(kIndexName) + ".before-", 0) == 0) {
            fs::remove(at->path(), ignored);
        }
    }
}

// A reader can't make a cache of the first format over; it reads it as it is.
Sealing sealingFor(const fs::path& folder, vault::KeySource& keys, const vault::Key* firstKey, bool readOnly, bool unchanging)
{
    std::error_code ignored;
    if (readOnly && firstKey != nullptr && fs::exists(folder / kIndexName, ignored)) {
        Connection reader(folder / kIndexName, Connection::Mode::Read, unchanging);
        reader.refuseNewer();
        if (isFirstFormat(reader, firstKey)) {
            return Sealing::firstFormat(*firstKey);
        }
    }
    return Sealing(keys);
}

} // namespace

DiskCache::DiskCache(const fs::path& folder, std::unique_ptr<vault::KeySource> keys, bool readOnly, std::optional<Error> because)
    : m_folder(folder), m_packs(folder / kPacksName), m_readOnly(readOnly), m_because(std::move(because)), m_unchanging(isUnchanging(folder, readOnly)),
      m_ownKeys(std::move(keys)), m_sealing(*m_ownKeys)
{
    openIndex(nullptr);
}

DiskCache::DiskCache(const fs::path& folder, vault::KeySource& keys, const vault::Key* firstKey, bool readOnly, std::optional<Error> because)
    : m_folder(folder), m_packs(folder / kPacksName), m_readOnly(readOnly), m_because(std::move(because)), m_unchanging(isUnchanging(folder, readOnly)),
      m_sealing(sealingFor(folder, keys, firstKey, readOnly, m_unchanging))
{
    openIndex(firstKey);
}

void DiskCache::openIndex(const vault::Key* firstKey)
{
    const fs::path& folder = m_folder;
    if (m_readOnly) {
        std::error_code ignored;
        if (!fs::exists(folder / kIndexName, ignored)) {
            throw Failure({"cache.absent", "There is no cache here yet; sync or import a study first.", "no index"});
        }
        auto reader = std::make_unique<Connection>(folder / kIndexName, Connection::Mode::Read, m_unchanging);
        reader->refuseNewer();
        checkKey(*reader, m_sealing, false);
        m_readers.push_back(std::move(reader));
        return;
    }
    makePrivate(folder);
    makePrivate(m_packs);
    m_writer = std::make_unique<Connection>(folder / kIndexName, Connection::Mode::Write);
    m_writer->makeTables();
    if (isFirstFormat(*m_writer, firstKey)) {
        makeOver(*m_writer, Sealing::firstFormat(*firstKey), m_sealing);
        removeOlderCopies(folder);
    }
    checkKey(*m_writer, m_sealing, true);
    cleanUp();
    m_used = IndexReader(*m_writer, m_sealing).packBytes();
}

DiskCache::~DiskCache()
{
    m_readers.clear(); // first, so that the writer is the last to close and folds the WAL in
    if (!m_readOnly) {
        std::ignore = guarded([&] { write([](IndexWriter&, Transaction& transaction) { transaction.commit(); }); }); // what touch() noted
    }
}

// What a crash left: packs that no row names, and bytes behind the last committed segment. What a disk lost: bytes that rows name.
void DiskCache::cleanUp()
{
    auto ends = IndexReader(*m_writer, m_sealing).packEnds();
    bool flushed = false;
    const auto flushOnce = [&] { // what is removed must not come back by an older index
        if (!std::exchange(flushed, true)) {
            m_writer->flush();
        }
    };
    std::error_code error;
    for (fs::directory_iterator at(m_packs, error), last; !error && at != last; at.increment(error)) {
        std::error_code ignored;
        const auto known = ends.find(at->path().filename().string());
        const std::uint64_t size = at->file_size(ignored);
        if (known == ends.end()) {
            flushOnce();
            fs::remove(at->path(), ignored);
        } else if (!ignored && size >= known->second) {
            if (size > known->second) {
                flushOnce();
                fs::resize_file(at->path(), known->second, ignored);
            }
            ends.erase(known);
        }
    }
    if (!error && !ends.empty()) {
        forgetLost(ends);
    }
}

void DiskCache::forgetLost(const std::map<std::string, std::uint64_t>& ends)
{
    log::warning("cache", std::to_string(ends.size()) + " packs are shorter than the index says; what is lost is fetched again");
    write([&](IndexWriter& index, Transaction& transaction) {
        for (const auto& [pack, end] : ends) {
            std::error_code error;
            const std::uint64_t size = fs::file_size(packPath(pack), error);
            index.forgetBeyond(pack, error ? 0 : size);
        }
        transaction.commit();
    });
}

Result<std::vector<StudyRecord>> DiskCache::studies() const
{
    return guarded([&] { return Lease(*this).index().studies(); });
}

StudyChanges DiskCache::changesSince(std::uint64_t counter) const
{
    StudyChanges changes = m_changes.since(counter);
    if (m_readOnly) {
        changes.everything = true;
        changes.studies.clear();
    }
    return changes;
}

Result<std::optional<StudyRecord>> DiskCache::study(const std::string& archive, const StudyInstanceUid& uid) const
{
    return guarded([&] { return Lease(*this).index().study(archive, uid); });
}

Result<std::vector<StudyRecord>> DiskCache::findStudy(const StudyInstanceUid& uid) const
{
    return guarded([&] { return Lease(*this).index().findStudy(uid); });
}

Result<std::vector<SeriesRecord>> DiskCache::series(const std::string& archive, const StudyInstanceUid& uid) const
{
    return guarded([&] { return Lease(*this).index().seriesOf(archive, uid); });
}

Result<std::vector<ObjectRecord>> DiskCache::objects(const std::string& archive, const StudyInstanceUid& study,
                                                     const SeriesInstanceUid& series) const
{
    return guarded([&] {
        Lease lease(*this);
        std::vector<ObjectRecord> records;
        if (const auto row = lease.index().series(archive, study, series)) {
            for (ObjectRow& object : lease.index().objects(*row)) {
                records.push_back(std::move(object.record));
            }
        }
        return records;
    });
}

Result<std::vector<ObjectIdentity>> DiskCache::findSeries(const SeriesInstanceUid& series) const
{
    return guarded([&] {
        std::vector<ObjectIdentity> identities;
        for (const SeriesRow& row : Lease(*this).index().findSeries(series)) {
            identities.push_back({row.archive, row.study, row.series, {}, {}});
        }
        return identities;
    });
}

Result<std::vector<ObjectRecord>> DiskCache::findObject(const SopInstanceUid& sop) const
{
    return guarded([&] {
        std::vector<ObjectRecord> records;
        for (ObjectRow& object : Lease(*this).index().findObject(sop)) {
            records.push_back(std::move(object.record));
        }
        return records;
    });
}

Result<bool> DiskCache::contains(const ObjectIdentity& identity) const
{
    return guarded([&] { return Lease(*this).index().locate(identity).has_value(); });
}

SharedBytes DiskCache::readLocated(const Located& located) const
{
    const auto pack = PackFile::openToRead(packPath(located.pack));
    if (!pack) {
        throw Failure(damaged("pack is gone"));
    }
    return readExtent(*pack, m_sealing.segmentKey(located.salt), located.object.place.body, objectBinding(located.object.record.identity));
}

bool DiskCache::opens(const Located& located) const
{
    try {
        std::ignore = readLocated(located);
        return true;
    } catch (const Failure& failure) {
        return failure.error.code != "cache.damaged";
    }
}

void DiskCache::tellDamage(const Error& error, const ObjectIdentity& identity) const
{
    if (error.code == "cache.damaged" && m_ports.damaged && !m_readOnly) {
        m_ports.damaged(identity);
    }
}

Result<SharedBytes> DiskCache::read(const ObjectIdentity& identity) const
{
    return guarded([&] {
        const auto located = Lease(*this).index().locate(identity);
        if (!located) {
            throw Failure(absent());
        }
        try {
            return readLocated(*located);
        } catch (const Failure& failure) {
            if (!Lease(*this).index().locate(located->object.record.identity)) {
                throw Failure(absent("removed while it was read"));
            }
            tellDamage(failure.error, located->object.record.identity);
            throw;
        }
    });
}

Result<std::vector<HeaderRecord>> DiskCache::headers(const std::string& archive, const StudyInstanceUid& study,
                                                     const SeriesInstanceUid& series) const
{
    return guarded([&] {
        std::vector<ObjectRow> rows;
        std::map<std::int64_t, SegmentRow> segments;
        std::optional<SeriesRow> row;
        {
            Lease lease(*this);
            row = lease.index().series(archive, study, series);
            if (row) {
                rows = lease.index().objects(*row);
                segments = lease.index().segments(row->id);
            }
        }
        return row && !rows.empty() ? headersOf(rows, segments, row->pack) : std::vector<HeaderRecord>();
    });
}

std::vector<HeaderRecord> DiskCache::headersOf(const std::vector<ObjectRow>& rows, const std::map<std::int64_t, SegmentRow>& segments,
                                               const std::string& pack) const
{
    const auto file = PackFile::openToRead(packPath(pack));
    if (!file) {
        throw Failure(damaged("pack is gone"));
    }
    std::map<std::int64_t, std::vector<std::size_t>> bySegment;
    for (std::size_t i = 0; i < rows.size(); ++i) {
        bySegment[rows[i].segment].push_back(i);
    }
    const std::vector<std::pair<std::int64_t, std::vector<std::size_t>>> groups(bySegment.begin(), bySegment.end());
    std::vector<HeaderRecord> headers(rows.size());
    parallelFor(static_cast<int>(groups.size()), 1, [&](int begin, int end) {
        for (int g = begin; g < end; ++g) {
            const auto& [id, members] = groups[static_cast<std::size_t>(g)];
            const auto segment = segments.find(id);
            if (segment == segments.end()) {
                throw Failure(damaged("segment row is gone"));
            }
            const vault::Key key = m_sealing.segmentKey(segment->second.salt);
            std::optional<Bytes> block;
            try {
                block = unpackHeaders(*readExtent(*file, key, segment->second.headers, headersBinding(rows[members.front()].record.identity)),
                                      segment->second.headersLength);
            } catch (const Failure&) {
                log::warning("cache", "a header block is damaged; the headers are taken from the objects");
            }
            std::optional<Failure> lost; // told of all before the series is given up
            for (const std::size_t i : members) {
                const ObjectRow& row = rows[i];
                SharedBytes whole;
                try {
                    whole = block ? nullptr : readExtent(*file, key, row.place.body, objectBinding(row.record.identity));
                } catch (const Failure& failure) {
                    tellDamage(failure.error, row.record.identity);
                    lost = lost ? lost : failure;
                    continue;
                }
                const BytesView from = block ? BytesView(*block) : BytesView(*whole);
                const std::uint64_t at = block ? row.place.headerAt : 0;
                if (at > from.size() || row.place.headerLength > from.size() - at) {
                    throw Failure(damaged("header out of range"));
                }
                const BytesView header = from.subspan(at, row.place.headerLength);
                headers[i] = {row.record, std::make_shared<const Bytes>(header.begin(), header.end())};
            }
            if (lost) {
                throw *lost;
            }
        }
    });
    return headers;
}

std::uint64_t DiskCache::bytesOnDisk() const
{
    std::uint64_t total = 0;
    std::error_code error;
    for (fs::recursive_directory_iterator at(m_folder, error), last; !error && at != last; at.increment(error)) {
        std::error_code ignored;
        const std::uint64_t size = at->is_regular_file(ignored) ? at->file_size(ignored) : 0;
        total += ignored ? 0 : size;
    }
    return total;
}

namespace {

// `make(readOnly, because)`. A folder that can't be written any more can still be read.
template <class Make> Result<std::unique_ptr<Cache>> openOrRead(const fs::path& folder, bool readOnly, const Make& make)
{
    return guarded([&]() -> std::unique_ptr<Cache> {
        try {
            return make(readOnly, std::optional<Error>());
        } catch (...) {
            Error error = currentError();
            std::error_code ignored;
            if (readOnly || error.code != "data.unwritable" || mayWrite(folder) || !fs::exists(folder / kIndexName, ignored)) {
                throw;
            }
            log::warning("cache", "the folder can't be written; the cache is open for reading only");
            return make(true, std::optional<Error>(std::move(error)));
        }
    });
}

} // namespace

Result<std::unique_ptr<Cache>> Cache::open(const fs::path& folder, vault::KeySource& keys, const vault::Key* firstKey, bool readOnly)
{
    return openOrRead(folder, readOnly, [&](bool reading, std::optional<Error> because) {
        return std::make_unique<DiskCache>(folder, keys, firstKey, reading, std::move(because));
    });
}

Result<std::unique_ptr<Cache>> Cache::open(const fs::path& folder, const vault::Key& key, bool readOnly)
{
    return openOrRead(folder, readOnly, [&](bool reading, std::optional<Error> because) {
        return std::make_unique<DiskCache>(folder, std::make_unique<vault::OneKey>(key), reading, std::move(because));
    });
}

} // namespace akari::cache
