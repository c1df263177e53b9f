// The one reading session of a window: it owns the grid AND the report, so that nobody types into another patient's (hazard 2).
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/archive/Sync.h"
#include "core/session/Annotations.h"
#include "core/session/Engine.h"
#include "core/session/PatientLinks.h"
#include "core/session/TransferRate.h"
#include "core/session/Viewport.h"

namespace akari::session {

struct SyncState {
    bool running = false;
    std::int64_t received = 0; // sealed in the cache, all series
    std::int64_t expected = -1;
    std::uint64_t bytes = 0;                // received in this run
    std::optional<double> bytesPerSecond;   // of the last seconds, while running
    std::optional<std::int64_t> secondsLeft; // at that rate, for what is missing at the mean size so far
    bool complete = false;
    std::string verifiedAt;                 // when it was found complete, ISO UTC; empty while it isn't
    std::int64_t missing = 0;               // objects that the archive lists and that are not here, after the run
    bool asksAgain = false;                 // the run ended because the archive does not answer; the next begins by itself
    std::optional<Error> problem;
    std::vector<Error> problems; // of single objects
};

struct PriorStudy {
    cache::StudyRecord record; // patient fields as the cache or the archive says
    bool cached = false;
    std::optional<LinkGround> link; // of another archive's, why it is the same patient
    std::string color;              // and that hospital's stripe
};

enum class CheckLevel { Note, Warning, Refusal };
struct PreSignCheck {
    CheckLevel level;
    std::string code; // translated by the window
    std::vector<std::string> arguments;
};

// Construction and every public function on the window's thread, unless said otherwise. `changed` is called from any thread.
class ReadingSession {
public:
    // Opens from the cache what is there and syncs the rest in the background; an archive that is down leaves what is cached readable, and is
    // asked again for as long as the study is open.
    ReadingSession(Engine engine, std::string archive, StudyInstanceUid study, std::function<void()> changed);
    ~ReadingSession();

    const std::string& archive() const { return m_archive; }
    const StudyInstanceUid& study() const { return m_study; }
    const std::shared_ptr<load::StudyStore>& store() const { return m_store; }
    // Patient and study fields, from the cache or the archive's answer; nullopt until either has spoken.
    std::optional<cache::StudyRecord> subject() const;
    SyncState syncState() const; // any thread

    // Priors of the same patient and issuer, and of those linked by rule in other archives (PatientLinks.h, hazard 4), newest first, this
    // study left out.
    std::vector<PriorStudy> priors() const;
    // The one to compare with: the newest that shares a modality with this study, else the newest.
    std::optional<PriorStudy> relevantPrior() const;
    // Opens a prior beside the current study; the same call with the same study returns the same store.
    // `archive`: where it lies, when that is another than this study's.
    std::shared_ptr<load::StudyStore> openPrior(const StudyInstanceUid& study, const std::string& archive = {});
    std::shared_ptr<load::StudyStore> priorStore() const { return m_priorStore; }
    std::optional<cache::StudyRecord> priorSubject() const;
    bool priorSyncing() const { return m_priorSyncing; } // any thread

    AnnotationBook& annotations() { return m_annotations; }
    // Keeps them in records. "annotations.json": earlier ones can't be read and are left as they are, so new ones are not kept.
    Status annotationsChanged();
    Result<measure::Measurement> measureNow(const measure::Annotation& annotation) const;

    // The report bound to this session. Its content is opaque here.
    const std::string& draftId() const { return m_draftId; }
    std::string draftJson() const { return m_draftJson; }
    bool draftFinal() const { return m_draftFinal; }
    std::string savedAt() const { return m_savedAt; }
    // Refuses "session.subject" when `subjectStudy` is not this session's study.
    Status saveReport(const std::string& json, const StudyInstanceUid& subjectStudy);
    void reportSigned(const std::string& json);
    // Throws the draft away, by a person's word; the session has no report then. "report.final".
    Status discardReport();

    // Which display sets have been on screen; for the pre-sign check (hazard 6).
    void shown(const std::string& displaySetId);
    std::vector<PreSignCheck> preSignChecks() const;

private:
    void bindReport();
    void noteServerState();
    std::shared_ptr<archive::SyncScheduler> schedulerOf(const records::ArchiveSettings& settings);
    void sync(std::string archive, StudyInstanceUid study, std::shared_ptr<load::StudyStore> store, bool current);
    void beginRun(bool current, const std::vector<Error>& problems);
    void endRun(bool current, const Result<archive::SyncReport>& report, const std::vector<Error>& problems);
    void endRun(bool current, std::optional<Error> problem, bool complete);
    bool awaitLine(archive::SyncScheduler& scheduler);
    void askForPriors(archive::SyncScheduler& scheduler);

    const Engine m_engine;
    const std::string m_archive;
    const StudyInstanceUid m_study;
    std::function<void()> m_changed;
    StopSource m_stop;
    std::shared_ptr<load::StudyStore> m_store;
    std::shared_ptr<load::StudyStore> m_priorStore;
    std::string m_priorArchive;
    AnnotationBook m_annotations;
    bool m_annotationsReadable = true;
    std::string m_draftId, m_draftJson, m_savedAt;
    bool m_draftFinal = false;
    std::vector<std::string> m_shown;

    // Protected by m_mutex.
    mutable std::mutex m_mutex;
    SyncState m_sync;
    TransferRate m_rate;
    std::optional<archive::StudyResult> m_listed;
    std::vector<archive::StudyResult> m_archivePriors;

    std::atomic<bool> m_priorSyncing{false};
    std::unique_ptr<archive::JobStore> m_ownJobs; // only without Engine::sync

    std::vector<std::thread> m_threads; // joined in the destructor
};

} // namespace akari::session
