#include "core/session/ReadingSession.h"

#include <algorithm>
#include <cmath>

namespace akari::session {

ReadingSession::ReadingSession(Engine engine, std::string archive, StudyInstanceUid study, std::function<void()> changed)
    : m_engine(engine), m_archive(std::move(archive)), m_study(std::move(study)), m_changed(std::move(changed))
{
    m_store = std::make_shared<load::StudyStore>(load::StudyStore::Services{m_engine.cache, m_engine.pool, m_engine.budget, m_engine.rules}, m_archive,
                                                 m_study, [notify = m_changed](const std::string&) { notify(); });
    // Of a large study one slice, which is on the screen at once; the rest comes before sync, in its thread.
    const auto opened = m_store->addFirstFromCache();
    if (!opened) {
        m_sync.problem = opened.error();
    }
    noteServerState();
    if (!m_engine.sync) {
        auto jobs = archive::JobStore::openInMemory(m_engine.clock);
        m_ownJobs = jobs ? std::move(*jobs) : nullptr;
    }
    const auto kept = m_engine.records.annotations(m_archive, m_study);
    m_annotationsReadable = kept && (kept->empty() || m_annotations.fromJson(*kept));
    bindReport();
    m_sync.running = true;
    m_threads.emplace_back([this, more = opened && *opened] {
        if (const Status rest = more ? m_store->addFromCache() : Status(); !rest) {
            const std::lock_guard lock(m_mutex);
            m_sync.problems.push_back(rest.error());
        }
        sync(m_archive, m_study, m_store, true);
    });
}

// The open draft of this study, else the report that was signed last: nobody starts a second one unknowingly.
void ReadingSession::bindReport()
{
    std::optional<records::Draft> bound;
    if (const auto open = m_engine.records.openDraftOf(m_archive, m_study); open && *open) {
        bound = **open;
    } else if (const auto all = m_engine.records.drafts()) {
        for (const auto& draft : *all) {
            if (draft.archive == m_archive && draft.study == m_study && (!bound || draft.savedAt >= bound->savedAt)) {
                bound = draft;
            }
        }
    }
    if (bound) {
        m_draftId = bound->id;
        m_draftJson = bound->json;
        m_savedAt = bound->savedAt;
        m_draftFinal = bound->state == "final";
    }
}

ReadingSession::~ReadingSession()
{
    m_stop.requestStop();
    for (std::thread& thread : m_threads) {
        thread.join();
    }
}

// What change detection found before the study was opened: the reader has to know it now, and nothing was replaced meanwhile.
void ReadingSession::noteServerState()
{
    const auto known = m_engine.cache.study(m_archive, m_study);
    if (!known || !*known) {
        return;
    }
    if ((*known)->server.withdrawn) {
        m_sync.problems.push_back({"archive.gone", "The archive no longer has this study; what is here is what it had. Ask the hospital why.", {}});
    }
    if ((*known)->server.changed) {
        m_sync.problems.push_back({"archive.differs", "The archive has other objects of this study than were fetched before; look at what is new.", {}});
    }
}

std::optional<cache::StudyRecord> ReadingSession::subject() const
{
    if (const auto known = m_engine.cache.study(m_archive, m_study); known && *known) {
        return **known;
    }
    const std::lock_guard lock(m_mutex);
    return m_listed ? std::optional(archive::recordOf(m_archive, *m_listed)) : std::nullopt;
}

SyncState ReadingSession::syncState() const
{
    const std::lock_guard lock(m_mutex);
    SyncState state = m_sync;
    state.bytesPerSecond = state.running ? m_rate.bytesPerSecond(TransferRate::Clock::now()) : std::nullopt;
    if (state.bytesPerSecond && *state.bytesPerSecond > 0 && state.received > 0 && state.expected > state.received) {
        const double size = static_cast<double>(state.bytes) / static_cast<double>(state.received);
        state.secondsLeft = std::llround(static_cast<double>(state.expected - state.received) * size / *state.bytesPerSecond);
    }
    return state;
}

std::vector<PriorStudy> ReadingSession::priors() const
{
    const auto me = subject();
    std::vector<PriorStudy> found;
    if (!me || me->patientId.empty()) {
        return found;
    }
    StudyIndex& index = *m_engine.index;
    static_cast<void>(index.update(m_engine.cache, m_engine.records)); // what can't be read now was known before, or is not
    const auto add = [&](const records::PatientNumber& number, std::optional<LinkGround> link) {
        const auto settings = link ? m_engine.records.archive(number.archive) : Result<records::ArchiveSettings>();
        const std::string color = settings ? settings->color : std::string();
        for (auto& record : index.withPatientId(number.patientId)) {
            if (numberOf(record) == number && record.study != m_study) { // this very study in another archive is no prior
                const bool here = record.stored > 0;
                found.push_back({std::move(record), here, link, color});
            }
        }
    };
    const records::PatientNumber own{m_archive, me->issuerOfPatientId, me->patientId};
    add(own, std::nullopt);
    for (const auto& linked : linkedPatients(own, index, m_engine.records)) {
        add(linked.number, linked.ground);
    }
    const std::lock_guard lock(m_mutex);
    for (const auto& result : m_archivePriors) {
        const bool known = std::any_of(found.begin(), found.end(), [&](const auto& p) { return p.record.archive == m_archive && p.record.study == result.study; });
        if (!known) {
            found.push_back({archive::recordOf(m_archive, result), false, std::nullopt, {}});
        }
    }
    std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) {
        return a.record.studyDate + a.record.studyTime > b.record.studyDate + b.record.studyTime;
    });
    return found;
}

std::optional<PriorStudy> ReadingSession::relevantPrior() const
{
    const auto all = priors();
    const auto me = subject();
    const auto shares = [&](const PriorStudy& prior) {
        return me && std::any_of(prior.record.modalities.begin(), prior.record.modalities.end(), [&](const auto& modality) {
                   return modality != "SR" && modality != "DOC"
                          && std::find(me->modalities.begin(), me->modalities.end(), modality) != me->modalities.end();
               });
    };
    const auto found = std::find_if(all.begin(), all.end(), shares);
    if (found != all.end()) {
        return *found;
    }
    return all.empty() ? std::nullopt : std::optional(all.front());
}

std::shared_ptr<load::StudyStore> ReadingSession::openPrior(const StudyInstanceUid& study, const std::string& archive)
{
    const std::string& from = archive.empty() ? m_archive : archive;
    if (m_priorStore && m_priorStore->study() == study && m_priorArchive == from) {
        return m_priorStore;
    }
    m_priorArchive = from;
    m_priorStore = std::make_shared<load::StudyStore>(load::StudyStore::Services{m_engine.cache, m_engine.pool, m_engine.budget, m_engine.rules}, from, study,
                                                       [notify = m_changed](const std::string&) { notify(); });
    static_cast<void>(m_priorStore->addFromCache());
    m_priorSyncing = true;
    m_threads.emplace_back([this, from, study, store = m_priorStore] { sync(from, study, store, false); });
    return m_priorStore;
}

std::optional<cache::StudyRecord> ReadingSession::priorSubject() const
{
    if (!m_priorStore) {
        return std::nullopt;
    }
    const auto known = m_engine.cache.study(m_priorArchive, m_priorStore->study());
    if (known && *known) {
        return **known;
    }
    for (const auto& prior : priors()) {
        if (prior.record.study == m_priorStore->study() && prior.record.archive == m_priorArchive) {
            return prior.record;
        }
    }
    return std::nullopt;
}

Status ReadingSession::annotationsChanged()
{
    m_changed();
    if (!m_annotationsReadable) {
        return fail("annotations.json", "The earlier annotations of this study can't be read and were left as they are; new ones are not kept.");
    }
    return m_engine.records.putAnnotations(m_archive, m_study, m_annotations.toJson());
}

Result<measure::Measurement> ReadingSession::measureNow(const measure::Annotation& annotation) const
{
    for (const auto& store : {m_store, m_priorStore}) {
        if (!store || store->study() != annotation.object.study) {
            continue;
        }
        const auto place = store->locate(annotation.object.sop, annotation.frame, annotation.object.series);
        if (!place) {
            break;
        }
        const auto slice = store->load(place->displaySetId, place->index);
        if (!slice) {
            return fail(slice.error());
        }
        return measure::measure(annotation, **slice);
    }
    return fail("measure.absent", "The image of this measurement is not loaded.");
}

Status ReadingSession::saveReport(const std::string& json, const StudyInstanceUid& subjectStudy)
{
    if (subjectStudy != m_study) {
        return fail("session.subject", "This text belongs to another study than the one on screen; it was not saved here.");
    }
    if (m_draftFinal) {
        return fail("report.final", "This report is signed and can't be changed any more.");
    }
    records::Draft draft;
    draft.id = m_draftId;
    draft.archive = m_archive;
    draft.study = m_study;
    draft.json = json;
    draft.state = "draft";
    const auto saved = m_engine.records.saveDraft(draft);
    if (!saved) {
        return fail(saved.error());
    }
    m_draftId = saved->id;
    m_draftJson = json;
    m_savedAt = saved->savedAt;
    return {};
}

Status ReadingSession::discardReport()
{
    if (m_draftFinal) {
        return fail("report.final", "This report is signed and can't be discarded; start an addendum or a correction.");
    }
    const Status discarded = m_draftId.empty() ? Status() : m_engine.records.discardDraft(m_draftId);
    if (discarded) {
        m_draftId.clear();
        m_draftJson.clear();
        m_savedAt.clear();
    }
    return discarded;
}

void ReadingSession::reportSigned(const std::string& json)
{
    m_draftJson = json;
    m_draftFinal = true;
}

void ReadingSession::shown(const std::string& displaySetId)
{
    if (std::find(m_shown.begin(), m_shown.end(), displaySetId) == m_shown.end()) {
        m_shown.push_back(displaySetId);
    }
}

std::vector<PreSignCheck> ReadingSession::preSignChecks() const
{
    std::vector<PreSignCheck> checks;
    const SyncState sync = syncState();
    if (sync.running) {
        checks.push_back({CheckLevel::Warning, "check.syncing", {std::to_string(sync.received), std::to_string(sync.expected)}});
    } else if (sync.problem) {
        checks.push_back({CheckLevel::Warning, "check.offline", {sync.problem->message}});
    } else if (!sync.complete) {
        checks.push_back({CheckLevel::Warning, "check.incomplete", {std::to_string(sync.received), std::to_string(sync.expected)}});
    }
    for (const auto& problem : sync.problems) {
        checks.push_back({CheckLevel::Warning, "check.problem", {problem.message}});
    }
    for (const auto& series : m_store->progress()) {
        if (series.unreadable > 0) {
            checks.push_back({CheckLevel::Warning, "check.unreadable", {std::to_string(series.unreadable)}});
        }
    }
    for (const auto& set : m_store->displaySets()) {
        const auto table = m_store->table(set->id);
        if (const auto untried = table ? table->entries.size() - table->present - table->failed : 0; untried > 0) {
            checks.push_back({CheckLevel::Warning, "check.notLoaded", {set->label, std::to_string(untried)}});
        }
        if (table && table->failed > 0) {
            checks.push_back({CheckLevel::Warning, "check.undecodable", {set->label, std::to_string(table->failed)}});
        }
        if (std::find(m_shown.begin(), m_shown.end(), set->id) == m_shown.end()) {
            checks.push_back({CheckLevel::Warning, "check.neverShown", {set->label, std::to_string(set->frames.size())}});
        }
    }
    return checks;
}

} // namespace akari::session
