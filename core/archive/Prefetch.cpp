#include "core/archive/Prefetch.h"

#include <algorithm>
#include <cstdio>

#include "core/archive/DaysAgo.h"

namespace akari::archive {
namespace {

constexpr std::uint64_t kUsualObject = 300'000; // bytes, where nothing of its kind was ever fetched

class Planning {
public:
    Planning(SyncScheduler& scheduler, const cache::Cache& cache, const records::Records& records, const PrefetchRules& rules,
             const Clock& clock, StopToken stop)
        : m_scheduler(scheduler), m_cache(cache), m_records(records), m_rules(rules), m_clock(clock), m_stop(std::move(stop))
    {
        m_plan.archive = scheduler.settings().name;
    }

    Result<PrefetchPlan> run(std::uint64_t budget)
    {
        const auto next = worklist();
        if (!next) {
            return fail(next.error());
        }
        learnSizes();
        m_plan.looked = next->size();
        // A study's priors come right after it: it is read with them.
        for (const StudyResult& study : *next) {
            add(study, "next on the worklist", false);
            addPriors(study);
        }
        for (PrefetchItem& item : m_plan.items) {
            item.withinBudget = m_plan.bytes + item.bytes <= budget;
            m_plan.bytes += item.withinBudget ? item.bytes : 0;
        }
        return std::move(m_plan);
    }

private:
    Result<std::vector<StudyResult>> worklist();
    std::set<std::string> reported() const;
    void learnSizes();
    void add(const StudyResult& study, const std::string& reason, bool prior);
    void addPriors(const StudyResult& study);
    StudyFacts factsOf(const StudyResult& study);
    std::uint64_t bytesOf(const StudyResult& study, std::int64_t held) const;

    SyncScheduler& m_scheduler;
    const cache::Cache& m_cache;
    const records::Records& m_records;
    const PrefetchRules& m_rules;
    const Clock& m_clock;
    const StopToken m_stop;
    std::map<std::string, std::pair<std::uint64_t, std::int64_t>> m_sizes; // by modality: bytes and objects kept
    PrefetchPlan m_plan;
};

// Studies with a signed report are done with.
std::set<std::string> Planning::reported() const
{
    std::set<std::string> studies;
    if (const auto drafts = m_records.drafts()) {
        for (const records::Draft& draft : *drafts) {
            if (draft.archive == m_plan.archive && draft.state == "final") {
                studies.insert(draft.study.value);
            }
        }
    }
    return studies;
}

Result<std::vector<StudyResult>> Planning::worklist()
{
    StudyQuery query;
    query.dateRange = daysAgo(m_clock, m_rules.recentDays) + '-';
    auto found = m_scheduler.client().studies(query, m_stop);
    if (!found) {
        return fail(found.error());
    }
    const auto done = reported();
    std::vector<StudyResult> next;
    for (StudyResult& study : found->items) {
        if (!done.contains(study.study.value)) {
            next.push_back(std::move(study));
        }
    }
    std::stable_sort(next.begin(), next.end(), [](const StudyResult& a, const StudyResult& b) {
        return std::pair(a.studyDate, a.studyTime) > std::pair(b.studyDate, b.studyTime);
    });
    next.resize(std::min(next.size(), static_cast<std::size_t>(m_rules.studies)));
    return next;
}

void Planning::learnSizes()
{
    if (const auto kept = m_cache.studies()) {
        for (const cache::StudyRecord& record : *kept) {
            if (record.archive == m_plan.archive && record.stored > 0 && record.modalities.size() == 1) {
                m_sizes[record.modalities.front()].first += record.storedBytes;
                m_sizes[record.modalities.front()].second += record.stored;
            }
        }
    }
}

std::uint64_t Planning::bytesOf(const StudyResult& study, std::int64_t held) const
{
    std::uint64_t each = 0;
    for (const std::string& modality : study.modalities) {
        if (const auto known = m_sizes.find(modality); known != m_sizes.end()) {
            each = std::max(each, known->second.first / static_cast<std::uint64_t>(known->second.second));
        }
    }
    return (each > 0 ? each : kUsualObject) * static_cast<std::uint64_t>(std::max<std::int64_t>(1, study.instances - held));
}

void Planning::add(const StudyResult& study, const std::string& reason, bool prior)
{
    const bool listed =
        std::any_of(m_plan.items.begin(), m_plan.items.end(), [&](const PrefetchItem& item) { return item.study.study == study.study; });
    const auto kept = m_cache.study(m_plan.archive, study.study);
    const bool known = kept && *kept;
    const bool whole = known && (*kept)->complete && (*kept)->stored >= study.instances && !(*kept)->server.changed;
    if (!listed && !whole) {
        m_plan.items.push_back({study, reason, prior, bytesOf(study, known ? (*kept)->stored : 0), true});
    }
}

// Body Part Examined is asked for only where the description names no body part.
StudyFacts Planning::factsOf(const StudyResult& study)
{
    StudyFacts facts{study.studyDate, study.description, {study.modalities.begin(), study.modalities.end()}, {}};
    if (m_rules.byBodyPart && bodyPartsOf(m_rules, facts).empty() && !m_stop.stopRequested()) {
        if (const auto series = m_scheduler.client().series(study.study, -1, m_stop)) {
            for (const SeriesResult& one : series->items) {
                if (!one.bodyPart.empty()) {
                    facts.bodyPartsExamined.insert(one.bodyPart);
                }
            }
        }
    }
    return facts;
}

void Planning::addPriors(const StudyResult& study)
{
    if (m_rules.mostPriors == 0 || m_stop.stopRequested()) {
        return;
    }
    const auto priors = priorsOf(m_scheduler.client(), study, m_stop);
    if (!priors && m_stop.stopRequested()) {
        return;
    }
    if (!priors) {
        m_plan.problems.push_back(priors.error());
        return;
    }
    const StudyFacts current = factsOf(study);
    std::vector<std::pair<Relevance, const StudyResult*>> relevant;
    for (const StudyResult& prior : *priors) {
        const Relevance relevance = relevanceOf(m_rules, current, factsOf(prior));
        if (relevance.rank > 0 && prior.studyDate <= study.studyDate) {
            relevant.emplace_back(relevance, &prior);
        }
    }
    // priorsOf answers the newest first; of equal rank that order stays.
    std::stable_sort(relevant.begin(), relevant.end(), [](const auto& a, const auto& b) { return a.first.rank > b.first.rank; });
    relevant.resize(std::min(relevant.size(), static_cast<std::size_t>(m_rules.mostPriors)));
    for (const auto& [relevance, prior] : relevant) {
        add(*prior, "prior: " + relevance.why, true);
    }
}

} // namespace

Result<PrefetchPlan> planPrefetch(SyncScheduler& scheduler, const cache::Cache& cache, const records::Records& records,
                                  const PrefetchRules& rules, std::uint64_t budget, const Clock& clock, StopToken stop)
{
    return Planning(scheduler, cache, records, rules, clock, std::move(stop)).run(budget);
}

PrefetchOutcome runPrefetch(SyncScheduler& scheduler, const PrefetchPlan& plan, const PrefetchLimits& limits,
                            const std::function<void(const PrefetchItem&, const Result<SyncReport>&)>& done, StopToken stop)
{
    PrefetchOutcome outcome;
    std::atomic<std::uint64_t> received{0};
    const auto spent = [&] {
        return received >= limits.bytes || std::chrono::steady_clock::now() >= limits.until || (limits.pause && limits.pause());
    };
    for (const PrefetchItem& item : plan.items) {
        if (!item.withinBudget || stop.stopRequested()) {
            continue;
        }
        SyncEvents events;
        events.received = [&](const cache::IncomingObject& object) { received += object.bytes->size(); };
        if (spent()) {
            outcome.stoppedByBudget = true;
            break;
        }
        SyncOptions options;
        options.enough = spent;
        SyncJob job;
        job.archive = plan.archive;
        job.study = item.study.study;
        job.priority = SyncPriority::Prefetch;
        job.reason = item.reason;
        const auto report = scheduler.fetch(job, options, events, stop);
        outcome.fetched += report && report->complete ? 1 : 0;
        outcome.stoppedByBudget = outcome.stoppedByBudget || (spent() && !(report && report->complete));
        if (!report) {
            outcome.problems.push_back(report.error());
        }
        if (done) {
            done(item, report);
        }
        if (outcome.stoppedByBudget || (!report && concernsArchive(report.error()))) {
            break;
        }
    }
    outcome.bytes = received;
    return outcome;
}

} // namespace akari::archive
