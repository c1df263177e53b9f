// One round of making room, inside a transaction of the index. Throws (Guard.h). Used by one thread.
#pragma once

#include <optional>
#include <vector>

#include "core/cache/Index.h"

namespace akari::cache {

class Eviction {
public:
    Eviction(IndexWriter& index, const CachePorts& ports, InUse& inUse, std::int64_t minute);
    ~Eviction(); // after the commit, or before the transaction is undone: who waits for a study may go on
    Eviction(const Eviction&) = delete;
    Eviction& operator=(const Eviction&) = delete;

    // Removes decoded twins of the studies that were used longest ago, then whole studies, until `bytes` are free or nothing more may
    // go. Never the objects of `keep`, nor what is held or protected; incomplete studies last. Answers what it has freed.
    std::uint64_t free(std::uint64_t bytes, const StudyPlace& keep);
    // Of twins alone, those of `keep` excepted.
    std::uint64_t freeTwins(std::uint64_t bytes, const StudyPlace& keep);
    // Files to be removed after the commit.
    const std::vector<std::string>& packs() const { return m_packs; }

private:
    std::uint64_t freeStudies(std::uint64_t bytes, const StudyPlace& keep);
    bool mayGo(const StudyPlace& study);
    std::vector<Candidate>& candidates();
    void add(std::vector<std::string> packs) { m_packs.insert(m_packs.end(), packs.begin(), packs.end()); }

    IndexWriter& m_index;
    const CachePorts& m_ports;
    InUse& m_inUse;
    const std::int64_t m_minute;
    std::optional<std::vector<Candidate>> m_candidates;
    std::optional<std::set<StudyPlace>> m_protected; // asked for once
    bool m_unknown = false;                          // what is protected could not be learnt
    std::vector<StudyPlace> m_leaving;
    std::vector<std::string> m_packs;
};

} // namespace akari::cache
