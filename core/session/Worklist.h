// The presenter of the worklist: what the archives list, what the cache holds, where each report stands. Filtering is instant and local.
#pragma once

#include <mutex>
#include <string>
#include <vector>

#include "core/session/Engine.h"

namespace akari::session {

enum class StudyState { Remote, Partial, Cached };           // in the archive only | some objects here | everything here
enum class ReportState { None, Draft, Queued, Delivered, Failed }; // Delivered: every object proven

struct WorklistRow {
    cache::StudyRecord study;
    StudyState state = StudyState::Remote;
    ReportState report = ReportState::None;
    std::string reportReason; // of a failure or a wait
};

struct ArchiveAnswer {
    std::string archive;
    bool reached = false;
    std::size_t studies = 0;
    bool incomplete = false;
    std::optional<Error> problem;
};

class Worklist {
public:
    explicit Worklist(Engine engine) : m_engine(engine) {}

    // Asks every archive; blocks, any thread. What was known stays when an archive does not answer.
    std::vector<ArchiveAnswer> refresh();
    // Newest first. The filter's words must all occur in name (any group), ID, accession, description, modality, date or archive; case is ignored.
    std::vector<WorklistRow> rows(const std::string& filter) const;

private:
    const Engine m_engine;
    mutable std::mutex m_mutex;
    std::vector<cache::StudyRecord> m_listed; // protected by m_mutex
};

} // namespace akari::session
