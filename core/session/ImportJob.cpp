#include "core/session/ImportJob.h"

namespace akari::session {

ImportJob::ImportJob(Engine engine, std::vector<std::filesystem::path> paths, importing::ImportOptions options, std::function<void()> changed)
    : m_engine(engine), m_changed(std::move(changed))
{
    m_thread = std::thread([this, paths = std::move(paths), options = std::move(options)] {
        importing::ImportEvents events;
        events.progress = [this](const importing::ImportProgress& now) {
            {
                const std::lock_guard lock(m_mutex);
                m_progress = now;
            }
            m_changed();
        };
        auto report = importing::importPaths(m_engine.cache, paths, options, events, m_engine.clock, m_stop.token());
        {
            const std::lock_guard lock(m_mutex);
            m_report = std::move(report);
        }
        m_changed();
    });
}

ImportJob::~ImportJob()
{
    cancel();
    m_thread.join();
}

importing::ImportProgress ImportJob::progress() const
{
    const std::lock_guard lock(m_mutex);
    return m_progress;
}

std::optional<importing::ImportReport> ImportJob::report() const
{
    const std::lock_guard lock(m_mutex);
    return m_report;
}

} // namespace akari::session
