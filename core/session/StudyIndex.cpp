#include "core/session/StudyIndex.h"

#include <algorithm>

#include "core/vault/Seal.h"

namespace akari::session {

Status StudyIndex::update(const cache::Cache& cache, const records::Records& records)
{
    const std::lock_guard one(m_updating);
    const Status studies = updateStudies(cache);
    const Status reports = updateReports(records);
    return studies ? reports : studies;
}

Status StudyIndex::updateStudies(const cache::Cache& cache)
{
    const StudyChanges changes = cache.changesSince(m_cacheSeen);
    if (changes.everything) {
        auto all = cache.studies();
        if (!all) {
            return fail(all.error());
        }
        const std::lock_guard lock(m_mutex);
        m_table.cacheHolds(std::move(*all));
        ++m_version;
        m_loaded = true;
    }
    for (const StudyPlace& place : changes.studies) {
        auto study = cache.study(place.archive, place.study);
        if (!study) {
            return fail(study.error());
        }
        const std::lock_guard lock(m_mutex);
        m_table.cacheHas(place, std::move(*study));
        ++m_version;
    }
    m_cacheSeen = changes.now;
    return {};
}

void StudyIndex::note(ReportFacts& facts, const records::OutboxItem& item)
{
    using records::DeliveryState;
    facts.failed = facts.failed || item.state == DeliveryState::Failed;
    facts.queued = facts.queued || item.state == DeliveryState::Queued || item.state == DeliveryState::Sent;
    facts.delivered = facts.delivered || item.state == DeliveryState::Archived;
    if (item.state != DeliveryState::Archived && !item.reason.empty()) {
        facts.reason = item.reason;
    }
}

Status StudyIndex::updateReports(const records::Records& records)
{
    const StudyChanges changes = records.changesSince(m_recordsSeen);
    if (changes.everything) {
        const auto drafts = records.drafts();
        const auto outbox = records.outbox();
        if (!drafts || !outbox) {
            return fail(drafts ? outbox.error() : drafts.error());
        }
        std::map<StudyPlace, ReportFacts> facts;
        for (const auto& draft : *drafts) {
            auto& fact = facts[{draft.archive, draft.study}];
            fact.draft = fact.draft || draft.state == "draft";
        }
        for (const auto& item : *outbox) {
            note(facts[{item.archive, item.study}], item);
        }
        const std::lock_guard lock(m_mutex);
        m_reports = std::move(facts);
        ++m_version;
    }
    for (const StudyPlace& place : changes.studies) {
        const auto reports = records.reportsOf(place.archive, place.study);
        if (!reports) {
            return fail(reports.error());
        }
        ReportFacts fact;
        fact.draft = reports->openDraft;
        for (const auto& item : reports->outbox) {
            note(fact, item);
        }
        const std::lock_guard lock(m_mutex);
        m_reports[place] = std::move(fact);
        ++m_version;
    }
    m_recordsSeen = changes.now;
    return {};
}

void StudyIndex::archiveLists(const std::string& archive, std::vector<cache::StudyRecord> studies)
{
    const std::lock_guard lock(m_mutex);
    m_table.archiveLists(archive, std::move(studies));
    ++m_version;
}

StudyList StudyIndex::find(const StudyFilter& filter)
{
    auto words = searchWords(filter.words);
    const std::lock_guard lock(m_mutex);
    auto ids = m_table.find(std::move(words));
    if (!filter.archive.empty()) {
        ids = m_table.ofArchive(*ids, filter.archive);
    }
    return {std::move(ids), m_generation};
}

WorklistRow StudyIndex::rowOf(const TableRow& row) const
{
    WorklistRow shown;
    shown.study = row.study;
    if (row.study.stored > 0) {
        shown.state = row.study.complete && row.study.stored >= row.study.expected ? StudyState::Cached : StudyState::Partial;
    }
    if (const auto found = m_reports.find({row.study.archive, row.study.study}); found != m_reports.end()) {
        const ReportFacts& facts = found->second;
        shown.report = facts.failed ? ReportState::Failed
                       : facts.queued ? ReportState::Queued
                       : facts.draft ? ReportState::Draft
                       : facts.delivered ? ReportState::Delivered
                                         : ReportState::None;
        shown.reportReason = facts.reason;
    }
    return shown;
}

std::optional<WorklistRow> StudyIndex::row(const StudyList& list, std::size_t at) const
{
    const std::lock_guard lock(m_mutex);
    if (list.generation != m_generation || at >= list.size()) {
        return std::nullopt;
    }
    const TableRow* row = m_table.row((*list.ids)[at]);
    return row != nullptr ? std::optional(rowOf(*row)) : std::nullopt;
}

std::vector<cache::StudyRecord> StudyIndex::withPatientId(const std::string& patientId) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<cache::StudyRecord> found;
    for (const StudyId id : m_table.withPatientId(patientId)) {
        found.push_back(m_table.row(id)->study);
    }
    return found;
}

std::vector<cache::StudyRecord> StudyIndex::select(const std::function<bool(const cache::StudyRecord&)>& wanted) const
{
    const std::lock_guard lock(m_mutex);
    std::vector<cache::StudyRecord> found;
    for (const StudyId id : m_table.all()) {
        if (const auto& study = m_table.row(id)->study; wanted(study)) {
            found.push_back(study);
        }
    }
    return found;
}

std::uint64_t StudyIndex::version() const
{
    const std::lock_guard lock(m_mutex);
    return m_version;
}

bool StudyIndex::loaded() const
{
    const std::lock_guard lock(m_mutex);
    return m_loaded;
}

void StudyIndex::purge()
{
    const std::lock_guard one(m_updating);
    const std::lock_guard lock(m_mutex);
    m_table.wipe();
    m_reports.clear();
    m_cacheSeen = 0;
    m_recordsSeen = 0;
    ++m_generation;
    ++m_version;
    m_loaded = false;
}

} // namespace akari::session
