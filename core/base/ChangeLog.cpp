#include "core/base/ChangeLog.h"

namespace akari {
namespace {
// Beyond it, reading everything is quicker than study by study.
constexpr std::size_t kMostStudies = 2000;
} // namespace

void ChangeLog::note(const std::string& archive, const StudyInstanceUid& study)
{
    const std::lock_guard lock(m_mutex);
    m_last[{archive, study}] = ++m_now;
    if (m_last.size() > kMostStudies) {
        m_last.clear();
        m_forgotten = m_now;
    }
}

void ChangeLog::noteEverything()
{
    const std::lock_guard lock(m_mutex);
    m_last.clear();
    m_forgotten = ++m_now;
}

StudyChanges ChangeLog::since(std::uint64_t counter) const
{
    const std::lock_guard lock(m_mutex);
    StudyChanges changes;
    changes.now = m_now;
    changes.everything = counter < m_forgotten;
    if (!changes.everything && counter < m_now) {
        for (const auto& [place, when] : m_last) {
            if (when > counter) {
                changes.studies.push_back(place);
            }
        }
    }
    return changes;
}

} // namespace akari
