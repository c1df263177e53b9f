#include "core/cache/DiskCache.h"

#include <algorithm>

#include "core/base/FileIo.h"
#include "core/base/JobQueue.h"
#include "core/base/Log.h"
#include "core/cache/Guard.h"
#include "core/cache/MakeOver.h"

namespace akari::cache {
namespace fs = std::filesystem;
namespace {

constexpr const char* kIndexName = "index.sqlite";
constexpr const char* kPacksName = "packs";

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

// A reader can't make a cache of the first format over; it reads it as it is.
Sealing sealingFor(const fs::path& folder, vault::KeySource& keys, const vault::Key* firstKey, bool readOnly)
{
    std::error_code ignored;
    if (readOnly && firstKey != nullptr && fs::exists(folder / kIndexName, ignored)) {
        Connection reader(folder / kIndexName, Connection::Mode::Read);
        reader.refuseNewer();
        if (isFirstFormat(reader, firstKey)) {
            return Sealing::firstFormat(*firstKey);
        }
    }
    return Sealing(keys);
}

} // namespace

class DiskCache::Lease {
public:
    explicit Lease(const DiskCache& cache) : m_cache(cache)
    {
        {
            const std::lock_guard lock(cache.m_readersMutex);
            if (!cache.m_readers.empty()) {
                m_connection = std::move(cache.m_readers.back());
                cache.m_readers.pop_back();
            }
        }
        if (!m_connection) {
            m_connection = std::make_unique<Connection>(cache.m_folder / kIndexName, Connection::Mode::Read);
        }
    }
    ~Lease()
    {
        const std::lock_guard lock(m_cache.m_readersMutex);
        m_cache.m_readers.push_back(std::move(m_connection));
    }
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    IndexReader index() { return {*m_connection, m_cache.m_sealing}; }

private:
    const DiskCache& m_cache;
    std::unique_ptr<Connection> m_connection;
};

DiskCache::DiskCache(const fs::path& folder, std::unique_ptr<vault::KeySource> keys, bool readOnly)
    : m_folder(folder), m_packs(folder / kPacksName), m_readOnly(readOnly), m_ownKeys(std::move(keys)), m_sealing(*m_ownKeys)
{
    openIndex(nullptr);
}

DiskCache::DiskCache(const fs::path& folder, vault::KeySource& keys, const vault::Key* firstKey, bool readOnly)
    : m_folder(folder), m_packs(folder / kPacksName), m_readOnly(readOnly), m_sealing(sealingFor(folder, keys, firstKey, readOnly))
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
        auto reader = std::make_unique<Connection>(folder / kIndexName, Connection::Mode::Read);
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
    }
    checkKey(*m_writer, m_sealing, true);
    cleanUp();
}

DiskCache::~DiskCache()
{
    m_readers.clear(); // first, so that the writer is the last to close and folds the WAL in
}

// What a crash left: packs that no row names, and bytes behind the last committed segment.
void DiskCache::cleanUp()
{
    const auto ends = IndexReader(*m_writer, m_sealing).packEnds();
    std::error_code error;
    for (fs::directory_iterator at(m_packs, error), last; !error && at != last; at.increment(error)) {
        std::error_code ignored;
        const auto known = ends.find(at->path().filename().string());
        if (known == ends.end() || known->second == 0) {
            fs::remove(at->path(), ignored);
        } else if (at->file_size(ignored) > known->second && !ignored) {
            fs::resize_file(at->path(), known->second, ignored);
        }
    }
}

Result<std::vector<StudyRecord>> DiskCache::studies() const
{
    return guarded([&] { return Lease(*this).index().studies(); });
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

Result<SharedBytes> DiskCache::read(const ObjectIdentity& identity) const
{
    return guarded([&] {
        const auto located = Lease(*this).index().locate(identity);
        if (!located) {
            throw Failure(absent());
        }
        try {
            return readLocated(*located);
        } catch (const Failure&) {
            if (!Lease(*this).index().locate(located->object.record.identity)) {
                throw Failure(absent("removed while it was read"));
            }
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
            for (const std::size_t i : members) {
                const ObjectRow& row = rows[i];
                const SharedBytes whole = block ? nullptr : readExtent(*file, key, row.place.body, objectBinding(row.record.identity));
                const BytesView from = block ? BytesView(*block) : BytesView(*whole);
                const std::uint64_t at = block ? row.place.headerAt : 0;
                if (at > from.size() || row.place.headerLength > from.size() - at) {
                    throw Failure(damaged("header out of range"));
                }
                const BytesView header = from.subspan(at, row.place.headerLength);
                headers[i] = {row.record, std::make_shared<const Bytes>(header.begin(), header.end())};
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

Result<std::unique_ptr<Cache>> Cache::open(const fs::path& folder, vault::KeySource& keys, const vault::Key* firstKey, bool readOnly)
{
    return guarded([&]() -> std::unique_ptr<Cache> { return std::make_unique<DiskCache>(folder, keys, firstKey, readOnly); });
}

Result<std::unique_ptr<Cache>> Cache::open(const fs::path& folder, const vault::Key& key, bool readOnly)
{
    return guarded([&]() -> std::unique_ptr<Cache> {
        return std::make_unique<DiskCache>(folder, std::make_unique<vault::OneKey>(key), readOnly);
    });
}

} // namespace akari::cache
