// One import that runs while its user does something else; akarictl runs the same importPaths in the foreground.
#pragma once

#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "core/importing/Import.h"
#include "core/session/Engine.h"

namespace akari::session {

class ImportJob {
public:
    // Starts at once. `changed` is called on import's threads when progress or report have something new.
    ImportJob(Engine engine, std::vector<std::filesystem::path> paths, importing::ImportOptions options, std::function<void()> changed);
    // Cancels and waits.
    ~ImportJob();
    ImportJob(const ImportJob&) = delete;
    ImportJob& operator=(const ImportJob&) = delete;

    void cancel() { m_stop.requestStop(); }
    // Any thread.
    importing::ImportProgress progress() const;
    std::optional<importing::ImportReport> report() const; // once it has finished

private:
    const Engine m_engine;
    const std::function<void()> m_changed;
    StopSource m_stop;
    // Protected by m_mutex.
    mutable std::mutex m_mutex;
    importing::ImportProgress m_progress;
    std::optional<importing::ImportReport> m_report;

    std::thread m_thread;
};

} // namespace akari::session
