// What a run came to: whether everything is here, what is missing by name, what was wrong.
#include "core/archive/StudySync.h"
#include "core/cache/FromHeader.h"

namespace akari::archive {

// Of a series that came as a stream the archive's list may not be known yet; what is missing has to be named all the same.
void StudySync::nameMissing(const SeriesResult& series, const std::set<std::string>& stored)
{
    const bool known = m_instances.contains(series.series.value);
    if (!known && series.instances != static_cast<std::int64_t>(stored.size()) && !ended() && !givenUp()) {
        if (const auto list = listOf(series)) {
            m_report.moreThanListed = m_report.moreThanListed || list->incomplete;
            for (const InstanceResult& one : list->items) {
                m_instances[series.series.value].push_back(one.sop);
            }
        }
    }
    std::int64_t named = 0;
    for (const SopInstanceUid& sop : m_instances[series.series.value]) {
        if (!stored.contains(sop.value)) {
            m_report.missing.push_back(sop);
            ++named;
        }
    }
    m_report.missingUnnamed += std::max<std::int64_t>(0, series.instances - static_cast<std::int64_t>(stored.size()) - named);
}

void StudySync::concludeSeries(const SeriesResult& series)
{
    std::set<std::string> stored;
    if (const auto objects = m_cache.objects(archiveName(), m_study, series.series)) {
        for (const cache::ObjectRecord& object : *objects) {
            stored.insert(object.identity.sop.value);
        }
    }
    nameMissing(series, stored);
    const auto kept = static_cast<std::int64_t>(stored.size());
    const std::int64_t expected = std::max(series.instances, static_cast<std::int64_t>(m_instances[series.series.value].size()));
    m_report.stored += kept;
    m_report.expected += std::max<std::int64_t>(0, expected);
    // Without a count and without a list nothing proves that this is all.
    const bool counted = series.instances >= 0 || !m_instances[series.series.value].empty();
    m_allListed = m_allListed && counted && expected == kept;
    if (counted && kept > expected) {
        problem({"archive.withdrawn",
                 "The archive lists fewer objects of this study than are kept here; ask the hospital whether some were withdrawn.",
                 {}});
    }
}

void StudySync::concludeProblems()
{
    const auto& outcome = m_pipeline.outcome();
    if (outcome.storeError) {
        problem(*outcome.storeError);
    }
    if (outcome.mismatched > 0) {
        problem({"archive.mismatch", "The archive sent objects of another patient for this study; they were thrown away.",
                 std::to_string(outcome.mismatched) + " objects"});
    }
    if (outcome.unreadable > 0) {
        problem({"dicom.identity", "The archive sent objects that don't say what they are; they were thrown away.",
                 std::to_string(outcome.unreadable) + " objects"});
    }
    if (!outcome.changed.empty()) {
        problem({"archive.changed", "Objects of this study have other content than before; the new content is shown, the old is kept.",
                 std::to_string(outcome.changed.size()) + " objects"});
    }
    if (m_report.moreThanListed) {
        problem({"archive.cut",
                 "The archive cut its lists short, so nobody can say that this study is complete; ask the hospital for a higher limit.",
                 {}});
    }
}

void StudySync::conclude()
{
    const auto& outcome = m_pipeline.outcome();
    m_report.bytes = outcome.bytes;
    m_report.changed = outcome.changed;
    for (const SeriesResult& series : m_series) {
        concludeSeries(series);
        m_report.copies += static_cast<std::int64_t>(m_pipeline.provisional(series.series).size());
    }
    m_report.expected = std::max(m_report.expected, m_found.instances);
    concludeProblems();
    m_report.complete = m_allListed && !m_report.moreThanListed && m_report.missing.empty() && m_report.expected == m_report.stored &&
                        !outcome.storeError && !m_stop.stopRequested();
    cache::StudyRecord record = recordOf(archiveName(), m_found);
    record.expected = m_report.expected;
    if (outcome.firstHeader) {
        cache::completeFrom(*outcome.firstHeader, record);
    }
    const std::string now = isoTime(m_clock);
    Status done = outcome.firstHeader ? m_cache.putStudy(record) : Status();
    if (done) {
        done = m_cache.markComplete(archiveName(), m_study, m_report.complete, now);
    }
    if (!done) {
        problem(done.error());
        m_report.complete = false;
    }
    m_report.verifiedAt = m_report.complete ? now : std::string();
    const auto kept = m_cache.study(archiveName(), m_study);
    cache::ServerState state = kept && *kept ? (*kept)->server : cache::ServerState{};
    // In the background nobody has seen that the study is another one now: the flag waits for who opens it.
    const bool seen = m_options.priority != SyncPriority::Prefetch;
    state = {false, !m_report.changed.empty() || (state.changed && !(seen && m_report.complete)), now};
    if (kept && *kept && state != (*kept)->server && !m_stop.stopRequested()) {
        static_cast<void>(m_cache.putServerState(archiveName(), m_study, state));
    }
}

} // namespace akari::archive
