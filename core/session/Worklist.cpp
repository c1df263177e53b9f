#include "core/session/Worklist.h"

#include <algorithm>
#include <chrono>
#include <thread>

#include "core/archive/Sync.h"

namespace akari::session {

ArchiveAnswer Worklist::ask(const records::ArchiveSettings& settings, const StopToken& stop) const
{
    const auto start = std::chrono::steady_clock::now();
    ArchiveAnswer answer;
    answer.archive = settings.name;
    archive::DicomWebClient client(settings, m_engine.known);
    const auto found = client.studies({}, stop);
    if (found) {
        answer.reached = true;
        answer.studies = found->items.size();
        answer.incomplete = found->incomplete;
        std::vector<cache::StudyRecord> studies;
        studies.reserve(found->items.size());
        for (const auto& item : found->items) {
            studies.push_back(archive::recordOf(settings.name, item));
        }
        m_engine.index->archiveLists(settings.name, std::move(studies));
    } else {
        answer.problem = found.error();
    }
    answer.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return answer;
}

std::vector<ArchiveAnswer> Worklist::refresh(const std::function<void(const ArchiveAnswer&)>& answered, const StopToken& stop)
{
    const auto archives = m_engine.records.archives();
    if (!archives) {
        return {};
    }
    {
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_answers, [&](const auto& answer) {
            return std::none_of(archives->begin(), archives->end(), [&](const auto& settings) { return settings.name == answer.archive; });
        });
    }
    std::vector<ArchiveAnswer> answers(archives->size());
    std::vector<std::thread> asking; // one each: a hospital that is down must not be waited for by another
    for (std::size_t i = 0; i < archives->size(); ++i) {
        asking.emplace_back([&, i] {
            answers[i] = ask((*archives)[i], stop);
            {
                const std::lock_guard lock(m_mutex);
                std::erase_if(m_answers, [&](const auto& answer) { return answer.archive == answers[i].archive; });
                m_answers.push_back(answers[i]);
            }
            if (answered) {
                answered(answers[i]);
            }
        });
    }
    for (auto& thread : asking) {
        thread.join();
    }
    return answers;
}

std::vector<ArchiveAnswer> Worklist::answers() const
{
    const std::lock_guard lock(m_mutex);
    return m_answers;
}

std::vector<WorklistRow> Worklist::rows(const std::string& filter) const
{
    static_cast<void>(update());
    const auto list = find({filter, {}});
    std::vector<WorklistRow> all;
    all.reserve(list.size());
    for (std::size_t i = 0; i < list.size(); ++i) {
        if (auto one = row(list, i)) {
            all.push_back(std::move(*one));
        }
    }
    return all;
}

} // namespace akari::session
