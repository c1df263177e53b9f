#include "core/session/Worklist.h"

#include <algorithm>
#include <cctype>
#include <map>
#include <sstream>

#include "core/archive/Sync.h"

namespace akari::session {

namespace {

// ASCII folding is enough: kanji and kana have no case, and accented capitals are rare in what readers type.
std::string folded(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
    return text;
}

std::string searchable(const cache::StudyRecord& study)
{
    std::string text;
    for (const auto* group : {&study.patientName.alphabetic, &study.patientName.ideographic, &study.patientName.phonetic}) {
        text += dicom::PersonName::displayGroup(*group) + ' ' + *group + '\n';
    }
    text += study.patientId + '\n' + study.accessionNumber + '\n' + study.studyDescription + '\n' + study.archive + '\n';
    for (const auto& modality : study.modalities) {
        text += modality + '\n';
    }
    text += study.studyDate;
    if (study.studyDate.size() == 8) {
        text += '\n' + study.studyDate.substr(0, 4) + '-' + study.studyDate.substr(4, 2) + '-' + study.studyDate.substr(6, 2);
    }
    return folded(text);
}

struct ReportFacts {
    bool draft = false;
    bool queued = false;
    bool failed = false;
    bool delivered = false;
    std::string reason;
};

ReportState stateOf(const ReportFacts& facts)
{
    if (facts.failed) {
        return ReportState::Failed;
    }
    if (facts.queued) {
        return ReportState::Queued;
    }
    if (facts.draft) {
        return ReportState::Draft;
    }
    return facts.delivered ? ReportState::Delivered : ReportState::None;
}

} // namespace

std::vector<ArchiveAnswer> Worklist::refresh()
{
    std::vector<ArchiveAnswer> answers;
    const auto archives = m_engine.records.archives();
    if (!archives) {
        return answers;
    }
    for (const auto& settings : *archives) {
        ArchiveAnswer answer;
        answer.archive = settings.name;
        archive::DicomWebClient client(settings);
        const auto found = client.studies({});
        if (!found) {
            answer.problem = found.error();
            answers.push_back(std::move(answer));
            continue;
        }
        answer.reached = true;
        answer.studies = found->items.size();
        answer.incomplete = found->incomplete;
        answers.push_back(std::move(answer));
        const std::lock_guard lock(m_mutex);
        std::erase_if(m_listed, [&](const auto& study) { return study.archive == settings.name; });
        for (const auto& item : found->items) {
            m_listed.push_back(archive::recordOf(settings.name, item));
        }
    }
    return answers;
}

std::vector<WorklistRow> Worklist::rows(const std::string& filter) const
{
    using Key = std::pair<std::string, std::string>;
    std::map<Key, WorklistRow> rows;
    {
        const std::lock_guard lock(m_mutex);
        for (const auto& study : m_listed) {
            rows[{study.archive, study.study.value}].study = study;
        }
    }
    if (const auto cached = m_engine.cache.studies()) {
        for (const auto& study : *cached) {
            WorklistRow& row = rows[{study.archive, study.study.value}];
            const std::int64_t listed = row.study.expected;
            row.study = study;
            row.study.expected = std::max(listed, study.expected);
            if (study.stored > 0) {
                row.state = study.complete && study.stored >= row.study.expected ? StudyState::Cached : StudyState::Partial;
            }
        }
    }
    std::map<Key, ReportFacts> facts;
    if (const auto drafts = m_engine.records.drafts()) {
        for (const auto& draft : *drafts) {
            auto& fact = facts[{draft.archive, draft.study.value}];
            fact.draft = fact.draft || draft.state == "draft";
        }
    }
    if (const auto outbox = m_engine.records.outbox()) {
        for (const auto& item : *outbox) {
            auto& fact = facts[{item.archive, item.study.value}];
            fact.failed = fact.failed || item.state == records::DeliveryState::Failed;
            fact.queued = fact.queued || item.state == records::DeliveryState::Queued || item.state == records::DeliveryState::Sent;
            fact.delivered = fact.delivered || item.state == records::DeliveryState::Archived;
            if (records::isWaiting(item.state) && !item.reason.empty()) {
                fact.reason = item.reason;
            }
        }
    }
    std::vector<std::string> words;
    std::istringstream in(folded(filter));
    for (std::string word; in >> word;) {
        words.push_back(word);
    }
    std::vector<WorklistRow> shown;
    for (auto& [key, row] : rows) {
        const std::string text = words.empty() ? std::string() : searchable(row.study);
        if (!std::all_of(words.begin(), words.end(), [&](const auto& word) { return text.find(word) != std::string::npos; })) {
            continue;
        }
        if (const auto found = facts.find(key); found != facts.end()) {
            row.report = stateOf(found->second);
            row.reportReason = found->second.reason;
        }
        shown.push_back(std::move(row));
    }
    std::stable_sort(shown.begin(), shown.end(), [](const auto& a, const auto& b) {
        return a.study.studyDate + a.study.studyTime > b.study.studyDate + b.study.studyTime;
    });
    return shown;
}

} // namespace akari::session
