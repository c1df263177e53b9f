// Private to the disk cache: a reading connection, and the one way to the writing one.
#pragma once

#include "core/cache/DiskCache.h"
#include "core/cache/Guard.h"

namespace akari::cache {

inline constexpr const char* kIndexName = "index.sqlite";

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
            m_connection = std::make_unique<Connection>(cache.m_folder / kIndexName, Connection::Mode::Read, cache.m_unchanging);
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

template <class Work> auto DiskCache::write(Work&& work) -> decltype(work(std::declval<IndexWriter&>(), std::declval<Transaction&>()))
{
    if (m_readOnly) {
        throw Failure({"cache.readonly", "The cache is open for reading only; another Akari writes in it.", ""});
    }
    const std::lock_guard lock(m_writeMutex);
    Transaction transaction(*m_writer);
    try {
        IndexWriter index(*m_writer, m_sealing);
        putTouches(index);
        return work(index, transaction);
    } catch (const SQLite::Exception&) {
        if (m_writer->metFullDisk()) {
            throw Failure({"disk.full", "There is no room left to write; free some disk space and try again.", "index"});
        }
        throw;
    }
}

} // namespace akari::cache
