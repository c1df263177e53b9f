#include "core/archive/Changes.h"

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <set>

#include "core/archive/DaysAgo.h"
#include "core/archive/OrthancLog.h"
#include "core/base/Clock.h"

namespace akari::archive {
namespace {

constexpr std::int64_t kWeek = 7 * 24 * 3600;
constexpr std::size_t kByDateFrom = 3; // so many studies of one day are asked for by their day, fewer one by one
constexpr std::size_t kMostWitnesses = 3;
constexpr const char* kWholeMark = "whole comparison";
constexpr const char* kCursorMark = "log cursor";
constexpr const char* kCountMark = "study count";

// One run.
class Detection {
public:
    Detection(DicomWebClient& client, cache::Cache& cache, JobStore& marks, const Clock& clock, const ChangeOptions& options,
              StopToken stop)
        : m_client(client), m_cache(cache), m_marks(marks), m_clock(clock), m_options(options), m_stop(std::move(stop)),
          m_now(isoTime(clock))
    {
        m_report.archive = client.settings().name;
    }

    Result<ChangeReport> run()
    {
        const auto cached = m_cache.studies();
        if (!cached) {
            return fail(cached.error());
        }
        for (const cache::StudyRecord& record : *cached) {
            if (record.archive == m_report.archive) {
                m_cached.push_back(record);
            }
        }
        if (const auto reached = m_client.probe(m_stop); !reached) {
            return fail(reached.error());
        }
        readLog();
        m_report.whole = m_options.whole || weekIsOver();
        ask();
        for (const cache::StudyRecord& record : m_cached) {
            if (m_selected.contains(record.study.value) && !m_unknown.contains(record.study.value) && !m_stop.stopRequested()) {
                compare(record);
            }
        }
        conclude();
        return std::move(m_report);
    }

private:
    bool weekIsOver() const
    {
        const auto mark = m_marks.mark(m_report.archive, kWholeMark);
        const std::int64_t last = mark ? std::atoll(mark->c_str()) : 0;
        // A clock that was set back makes a comparison too many, not one too few.
        return last > secondsNow(m_clock) || secondsNow(m_clock) - last >= kWeek;
    }
    void problem(const Error& error)
    {
        const bool known =
            std::any_of(m_report.problems.begin(), m_report.problems.end(), [&](const Error& one) { return one.code == error.code; });
        if (!known && error.code != "stopped") {
            m_report.problems.push_back(error);
        }
    }
    void readLog();
    void ask();
    void askWindow(const std::string& range, const std::vector<const cache::StudyRecord*>& studies);
    void askOne(const cache::StudyRecord& record);
    void compare(const cache::StudyRecord& record);
    std::optional<ChangeKind> kindOf(const cache::StudyRecord& record, const StudyResult& listed);
    bool isGone(const cache::StudyRecord& record);
    bool listsOthers(const cache::StudyRecord& record);
    bool isAltered(const cache::StudyRecord& record);
    bool isStable(const StudyChange& change);
    void keep(const cache::StudyRecord& record, cache::ServerState state);
    void conclude();

    DicomWebClient& m_client;
    cache::Cache& m_cache;
    JobStore& m_marks;
    const Clock& m_clock;
    const ChangeOptions m_options;
    const StopToken m_stop;
    const std::string m_now;

    std::vector<cache::StudyRecord> m_cached;
    std::optional<OrthancLog> m_log;
    std::optional<std::int64_t> m_cursor;        // where the log ends
    std::optional<std::int64_t> m_count;         // an Orthanc's studies
    std::set<std::string> m_touched;             // study UIDs that the log names
    std::set<std::string> m_selected, m_unknown; // to be compared; of those without an answer
    std::map<std::string, StudyResult> m_listed; // by study UID
    ChangeReport m_report;
};

void Detection::readLog()
{
    m_log = OrthancLog::find(m_client, m_stop);
    if (!m_log) {
        return;
    }
    const auto mark = m_marks.mark(m_report.archive, kCursorMark);
    const auto end = m_log->end(m_stop);
    m_count = m_log->countStudies(m_stop);
    if (!mark || mark->empty() || !end || *end < std::atoll(mark->c_str())) {
        m_cursor = end; // the first time, or another Orthanc's log: this run compares lists alone
        return;
    }
    const auto touched = m_log->after(std::atoll(mark->c_str()), m_stop);
    if (!touched) {
        return;
    }
    m_report.vendorLog = true;
    m_cursor = touched->last;
    const auto before = m_marks.mark(m_report.archive, kCountMark);
    const bool fewer = m_count && before && !before->empty() && *m_count < std::atoll(before->c_str());
    const auto left = fewer ? m_log->studies(m_stop) : std::nullopt;
    for (const cache::StudyRecord& record : m_cached) {
        const std::string name = OrthancLog::studyName(record.patientId, record.study);
        if (touched->studies.contains(name) || (left && !left->contains(name))) {
            m_touched.insert(record.study.value);
        }
    }
}

void Detection::ask()
{
    const std::string recent = daysAgo(m_clock, m_options.recentDays);
    std::map<std::string, std::vector<const cache::StudyRecord*>> byDate;
    std::vector<const cache::StudyRecord*> recents;
    for (const cache::StudyRecord& record : m_cached) {
        if (record.studyDate >= recent) {
            recents.push_back(&record);
        } else if (m_report.whole || m_touched.contains(record.study.value)) {
            byDate[record.studyDate].push_back(&record);
        }
    }
    if (!recents.empty()) {
        askWindow(recent + '-', recents);
    }
    for (const auto& [date, studies] : byDate) {
        if (!date.empty() && studies.size() >= kByDateFrom) {
            askWindow(date, studies);
            continue;
        }
        for (const auto* record : studies) {
            askOne(*record);
        }
    }
}

void Detection::askWindow(const std::string& range, const std::vector<const cache::StudyRecord*>& studies)
{
    StudyQuery query;
    query.dateRange = range;
    const auto found = m_client.studies(query, m_stop);
    if (!found) {
        problem(found.error());
    } else {
        for (const StudyResult& one : found->items) {
            m_listed.emplace(one.study.value, one);
        }
    }
    for (const auto* record : studies) {
        m_selected.insert(record->study.value);
        if (!found) {
            m_unknown.insert(record->study.value);
        } else if (!m_listed.contains(record->study.value)) {
            askOne(*record); // a list may be cut short, and a study's date may have been corrected
        }
    }
}

void Detection::askOne(const cache::StudyRecord& record)
{
    m_selected.insert(record.study.value);
    StudyQuery query;
    query.study = record.study;
    const auto found = m_client.studies(query, m_stop);
    if (found && !found->items.empty()) {
        m_listed.emplace(record.study.value, found->items.front());
    } else if (!found && found.error().code != "archive.notfound") {
        problem(found.error());
        m_unknown.insert(record.study.value);
    }
}

// Archives answer an unknown or broken question with an empty list; only a second, other question tells that from "not there".
bool Detection::isGone(const cache::StudyRecord& record)
{
    const auto series = m_client.series(record.study, -1, m_stop);
    if (!series) {
        if (series.error().code != "archive.notfound") {
            problem(series.error());
        }
        return series.error().code == "archive.notfound";
    }
    return series->items.empty() && !series->incomplete && listsOthers(record);
}

// Some other cached study is asked for where this run has not heard of any.
bool Detection::listsOthers(const cache::StudyRecord& record)
{
    for (std::size_t i = 0, asked = 0; m_listed.empty() && i < m_cached.size() && asked < kMostWitnesses; ++i) {
        if (m_cached[i].study != record.study && !m_cached[i].server.withdrawn && !m_selected.contains(m_cached[i].study.value)) {
            ++asked;
            StudyQuery query;
            query.study = m_cached[i].study;
            if (const auto found = m_client.studies(query, m_stop); found && !found->items.empty()) {
                m_listed.emplace(query.study.value, found->items.front());
            }
        }
    }
    return !m_listed.empty();
}

std::optional<ChangeKind> Detection::kindOf(const cache::StudyRecord& record, const StudyResult& listed)
{
    const std::int64_t before = record.expected >= 0 ? record.expected : record.stored;
    if (listed.instances >= 0 && listed.instances != before) {
        return listed.instances > before ? ChangeKind::Grown : ChangeKind::Shrunk;
    }
    const bool newModality =
        !record.modalities.empty() && std::any_of(listed.modalities.begin(), listed.modalities.end(), [&](const std::string& one) {
            return std::find(record.modalities.begin(), record.modalities.end(), one) == record.modalities.end();
        });
    if (newModality) {
        return ChangeKind::Grown;
    }
    if (m_touched.contains(record.study.value) && record.complete && isAltered(record)) {
        return ChangeKind::Altered;
    }
    return record.server.withdrawn ? std::optional(ChangeKind::Returned) : std::nullopt;
}

// An Orthanc tells the hash of each file as it was received.
bool Detection::isAltered(const cache::StudyRecord& record)
{
    const auto theirs = m_log->hashes(OrthancLog::studyName(record.patientId, record.study), m_stop);
    const auto series = m_cache.series(record.archive, record.study);
    if (!theirs || !series) {
        return false;
    }
    for (const cache::SeriesRecord& one : *series) {
        const auto objects = m_cache.objects(record.archive, record.study, one.series);
        for (const cache::ObjectRecord& object : objects ? *objects : std::vector<cache::ObjectRecord>()) {
            const auto found = theirs->find(object.identity.sop.value);
            const auto bytes = found == theirs->end() ? Result<SharedBytes>(SharedBytes()) : m_cache.read(object.identity);
            if (found == theirs->end() || (bytes && md5Of(**bytes) != found->second)) {
                return true;
            }
        }
    }
    return false;
}

// Two equal answers one after another: the hospital is not just sending it.
bool Detection::isStable(const StudyChange& change)
{
    const std::string name = "answer " + change.study.value;
    const std::string answer = std::string(text(change.kind)) + ' ' + std::to_string(change.now);
    const auto before = m_marks.mark(m_report.archive, name);
    static_cast<void>(m_marks.putMark(m_report.archive, name, answer));
    return before && *before == answer;
}

void Detection::compare(const cache::StudyRecord& record)
{
    ++m_report.compared;
    const auto found = m_listed.find(record.study.value);
    const bool listed = found != m_listed.end();
    std::optional<ChangeKind> kind;
    if (listed) {
        kind = kindOf(record, found->second);
    } else if (isGone(record)) {
        kind = ChangeKind::Withdrawn;
    } else {
        return;
    }
    cache::ServerState state{kind == ChangeKind::Withdrawn, record.server.changed, m_now};
    if (kind) {
        StudyChange change{record.study, *kind, record.expected >= 0 ? record.expected : record.stored,
                           listed ? found->second.instances : 0, false};
        change.stable = isStable(change);
        state.changed = state.changed || (*kind != ChangeKind::Withdrawn && *kind != ChangeKind::Returned);
        m_report.changes.push_back(std::move(change));
    }
    if (listed && found->second.instances > record.expected) {
        cache::StudyRecord grown = record;
        grown.expected = found->second.instances;
        if (const Status put = m_cache.putStudy(grown); !put) {
            problem(put.error());
        }
    }
    keep(record, state);
}

void Detection::keep(const cache::StudyRecord& record, cache::ServerState state)
{
    // The time alone is not worth a write each time.
    const bool sameFlags = state.withdrawn == record.server.withdrawn && state.changed == record.server.changed;
    if (sameFlags && !record.server.checkedAt.empty() && !m_report.whole && record.server.checkedAt.substr(0, 13) == m_now.substr(0, 13)) {
        return;
    }
    if (const Status put = m_cache.putServerState(record.archive, record.study, state); !put) {
        problem(put.error());
    }
}

void Detection::conclude()
{
    if (m_stop.stopRequested()) {
        return; // what was not looked at must be next time
    }
    if (m_cursor && m_unknown.empty()) {
        static_cast<void>(m_marks.putMark(m_report.archive, kCursorMark, std::to_string(*m_cursor)));
    }
    if (m_count && m_unknown.empty()) {
        static_cast<void>(m_marks.putMark(m_report.archive, kCountMark, std::to_string(*m_count)));
    }
    if (m_report.whole && m_unknown.empty()) {
        static_cast<void>(m_marks.putMark(m_report.archive, kWholeMark, std::to_string(secondsNow(m_clock))));
    }
}

} // namespace

const char* text(ChangeKind kind)
{
    switch (kind) {
    case ChangeKind::Withdrawn: return "withdrawn";
    case ChangeKind::Returned: return "returned";
    case ChangeKind::Grown: return "grown";
    case ChangeKind::Shrunk: return "shrunk";
    case ChangeKind::Altered: return "altered";
    }
    return "grown";
}

Result<ArchiveComparison> compareWithArchive(DicomWebClient& client, const cache::Cache& cache, const StudyInstanceUid& study,
                                             const StopToken& stop)
{
    const std::string& archive = client.settings().name;
    const auto kept = cache.series(archive, study);
    if (!kept) {
        return fail(kept.error());
    }
    std::set<std::string> here;
    for (const cache::SeriesRecord& series : *kept) {
        const auto objects = cache.objects(archive, study, series.series);
        for (const cache::ObjectRecord& object : objects ? *objects : std::vector<cache::ObjectRecord>()) {
            here.insert(object.identity.sop.value);
        }
    }
    ArchiveComparison comparison;
    const auto series = client.series(study, -1, stop);
    if (!series && series.error().code != "archive.notfound") {
        return fail(series.error());
    }
    comparison.withdrawn = !series || series->items.empty();
    comparison.incomplete = series && series->incomplete;
    for (const SeriesResult& one : series ? series->items : std::vector<SeriesResult>()) {
        const auto listed = client.instances(study, one.series, one.instances, stop);
        if (!listed) {
            return fail(listed.error());
        }
        comparison.incomplete = comparison.incomplete || listed->incomplete;
        for (const InstanceResult& instance : listed->items) {
            ++comparison.instances;
            if (here.erase(instance.sop.value) == 0) {
                comparison.missing.push_back(instance.sop);
            }
        }
    }
    for (const std::string& left : comparison.incomplete ? std::set<std::string>() : here) {
        comparison.extra.emplace_back(left);
    }
    return comparison;
}

Result<ChangeReport> detectChanges(DicomWebClient& client, cache::Cache& cache, JobStore& marks, const Clock& clock,
                                   const ChangeOptions& options, StopToken stop)
{
    return Detection(client, cache, marks, clock, options, std::move(stop)).run();
}

} // namespace akari::archive
