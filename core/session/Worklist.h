// The presenter of the worklist: what the archives list, what the cache holds, where each report stands. Filtering is instant and local.
#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "core/session/Engine.h"

namespace akari::session {

// What one archive said when it was asked last.
struct ArchiveAnswer {
    std::string archive;
    bool reached = false;
    std::size_t studies = 0;
    bool incomplete = false; // the archive has more than it lists
    std::optional<Error> problem;
    double seconds = 0;
};

class Worklist {
public:
    explicit Worklist(Engine engine) : m_engine(std::move(engine)) {}

    // Asks every archive at once; blocks until the last has answered, any thread. `answered` is called from other threads as each does, when
    // its studies can be found. What was known of an archive stays when it does not answer. In the order of the settings.
    std::vector<ArchiveAnswer> refresh(const std::function<void(const ArchiveAnswer&)>& answered = {}, const StopToken& stop = {});
    // The last answer of each archive that is configured; an archive that was not asked yet has none.
    std::vector<ArchiveAnswer> answers() const;

    // Brings in what changed in cache and records. Any thread; costs little when little changed, and reads everything the first time.
    Status update() const { return m_engine.index->update(m_engine.cache, m_engine.records); }
    // Newest first, of what update() and refresh() brought in. Case, width and kana are ignored.
    StudyList find(const StudyFilter& filter) const { return m_engine.index->find(filter); }
    std::optional<WorklistRow> row(const StudyList& list, std::size_t at) const { return m_engine.index->row(list, at); }
    // update, find and every row: for scripts and tests.
    std::vector<WorklistRow> rows(const std::string& filter) const;

private:
    ArchiveAnswer ask(const records::ArchiveSettings& settings, const StopToken& stop) const;

    const Engine m_engine;
    mutable std::mutex m_mutex;
    std::vector<ArchiveAnswer> m_answers; // protected by m_mutex
};

} // namespace akari::session
