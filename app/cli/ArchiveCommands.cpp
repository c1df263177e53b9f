// reader, query, sync: what speaks with archives and who reads.
#include <algorithm>
#include <cstdlib>

#include "app/cli/ArchiveClient.h"
#include "core/archive/Sync.h"

namespace akari::cli {

namespace {

struct QueryOptions {
    std::string patientId, date, modality, accession;

    void add(CLI::App* command)
    {
        command->add_option("--patient-id", patientId, "Patient ID");
        command->add_option("--date", date, "Study date or range A-B, YYYYMMDD");
        command->add_option("--modality", modality, "Modality in study, for example CT");
        command->add_option("--accession", accession, "Accession number");
    }
    archive::StudyQuery query() const
    {
        archive::StudyQuery q;
        q.patientId = patientId;
        q.dateRange = date;
        q.modality = modality;
        q.accession = accession;
        return q;
    }
};

Json studyJson(const archive::StudyResult& study)
{
    return {{"studyInstanceUid", study.study.value},
            {"patientId", study.patientId},
            {"issuerOfPatientId", study.issuerOfPatientId},
            {"patientName", study.patientName.dicom()},
            {"patientBirthDate", study.birthDate},
            {"patientSex", study.sex},
            {"studyDate", study.studyDate},
            {"studyTime", study.studyTime},
            {"studyDescription", study.description},
            {"accessionNumber", study.accession},
            {"modalities", study.modalities},
            {"series", study.series},
            {"instances", study.instances}};
}

int runQuery(Context& context, const std::string& name, const archive::StudyQuery& query)
{
    std::unique_ptr<archive::DicomWebClient> keep;
    const auto client = clientOf(context, name, false, keep);
    if (!client) {
        return context.failed(client.error());
    }
    const auto found = (*client)->studies(query);
    if (!found) {
        return context.failed(found.error());
    }
    Json studies = Json::array();
    std::string text;
    for (const auto& study : found->items) {
        studies.push_back(studyJson(study));
        std::string modalities;
        for (const auto& modality : study.modalities) {
            modalities += (modalities.empty() ? "" : "/") + modality;
        }
        text += study.studyDate + "  " + modalities + "  " + study.patientId + "  " + study.patientName.display("ja") + "  "
                + study.description + "  " + std::to_string(study.instances) + "\n    " + study.study.value + "\n";
    }
    return context.done({{"studies", studies}, {"incomplete", found->incomplete}}, text.empty() ? "No studies." : text,
                        found->incomplete ? kSomeFailed : kDone);
}

Json syncJson(const archive::SyncReport& report)
{
    Json missing = Json::array();
    for (const auto& sop : report.missing) {
        missing.push_back(sop.value);
    }
    Json changed = Json::array();
    for (const auto& sop : report.changed) {
        changed.push_back(sop.value);
    }
    Json problems = Json::array();
    for (const auto& problem : report.problems) {
        problems.push_back({{"code", problem.code}, {"message", problem.message}});
    }
    return {{"studyInstanceUid", report.study.value}, {"expected", report.expected}, {"stored", report.stored},
            {"bytes", report.bytes}, {"complete", report.complete}, {"verifiedAt", report.verifiedAt}, {"missing", missing},
            {"missingUnnamed", report.missingUnnamed}, {"changed", changed}, {"problems", problems}};
}

// What many studies' transfers came to.
struct SyncTally {
    Json studies = Json::array();
    std::string text;
    bool all = true;
    bool any = false;
    std::optional<Error> first;

    void add(const StudyInstanceUid& study, const Result<archive::SyncReport>& report)
    {
        if (!report) {
            all = false;
            if (report.error().code == "stopped") {
                return; // said once for all that is left
            }
            first = first ? first : report.error();
            studies.push_back({{"studyInstanceUid", study.value}, {"stored", 0}, {"complete", false},
                               {"error", {{"code", report.error().code}, {"message", report.error().message}}}});
            text += study.value + ": " + report.error().message + "\n";
            return;
        }
        any = true;
        all = all && report->complete;
        studies.push_back(syncJson(*report));
        text += study.value + ": " + std::to_string(report->stored) + "/" + std::to_string(report->expected)
                + (report->complete ? " complete, verified at " + report->verifiedAt
                                    : " INCOMPLETE, " + std::to_string(static_cast<std::int64_t>(report->missing.size()) + report->missingUnnamed) + " missing")
                + ", " + std::to_string(report->bytes / 1000000) + " MB received\n";
        for (const auto& problem : report->problems) {
            text += "    " + problem.message + "\n";
        }
    }
    // `left`: studies that are queued and not whole after an interruption.
    int done(Context& context, const std::string& archive, std::size_t left) const
    {
        const bool stopped = context.stop().stopRequested();
        if (!any && first && !stopped) {
            return context.failed(*first);
        }
        std::string said = text;
        if (stopped) {
            said += "Interrupted. What came is kept; " + std::to_string(left) + (left == 1 ? " study stays" : " studies stay") +
                    " queued: akarictl sync " + archive + " --pending goes on.\n";
        }
        return context.done({{"studies", studies}, {"stopped", stopped}}, said.empty() ? "Nothing is queued." : said,
                            all && !stopped ? kDone : kSomeFailed);
    }
};

std::size_t queuedOf(workspace::Workspace& workspace, const std::string& archive)
{
    const auto jobs = workspace.jobs().jobs();
    return jobs ? static_cast<std::size_t>(std::count_if(
                      jobs->begin(), jobs->end(), [&](const archive::SyncJob& job) { return job.archive == archive && !job.failed; }))
                : 0;
}

archive::SyncEvents progressOn(Context& context)
{
    archive::SyncEvents events;
    events.sealed = [&context](const SeriesInstanceUid&, std::int64_t stored, std::int64_t expected) {
        context.progress(std::to_string(stored) + "/" + std::to_string(expected) + " objects of this series");
    };
    return events;
}

// What earlier runs, killed or cut off, have left queued.
int runPending(Context& context, const std::string& name)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    if (const auto known = (*workspace)->schedulers().of(name); !known) {
        return context.failed(known.error());
    }
    const auto done = (*workspace)->schedulers().runPending(name, archive::SyncPriority::OpenStudy, [&](const archive::SyncJob&) { return progressOn(context); },
                                                           context.stop());
    context.progress("");
    if (!done) {
        return context.failed(done.error());
    }
    SyncTally tally;
    for (const auto& one : *done) {
        tally.add(one.job.study, one.report);
    }
    return tally.done(context, name, queuedOf(**workspace, name));
}

int runSync(Context& context, const std::string& name, const std::string& study, bool byQuery, const archive::StudyQuery& query, int priors, bool again)
{
    if (study.empty() == !byQuery) {
        return context.failed({"usage.wrong", "Say which studies: --study UID, --pending, or --query with --patient-id, --date, --modality or --accession.", {}}, kUsage);
    }
    const auto opened = context.workspace(true);
    if (!opened) {
        return context.failed(opened.error());
    }
    auto& workspace = **opened;
    const auto scheduler = workspace.schedulers().of(name);
    if (!scheduler) {
        return context.failed(scheduler.error());
    }
    archive::DicomWebClient* const client = &(*scheduler)->client();
    archive::StudyQuery wanted = query;
    wanted.study = StudyInstanceUid(study);
    const auto found = client->studies(wanted, context.stop());
    if (!found) {
        return context.failed(found.error());
    }
    if (found->items.empty()) {
        return context.failed({"archive.notfound", "The archive has no such study; check the UID, or ask with akarictl query.", {}});
    }
    std::vector<archive::StudyResult> todo = found->items;
    if (priors > 0) {
        for (const auto& current : found->items) {
            auto earlier = archive::priorsOf(*client, current, context.stop());
            if (earlier) {
                // What is compared comes first: studies that share a modality, the newest before the rest.
                std::stable_partition(earlier->begin(), earlier->end(), [&](const archive::StudyResult& prior) {
                    return std::any_of(prior.modalities.begin(), prior.modalities.end(), [&](const std::string& modality) {
                        return modality != "SR" && modality != "DOC"
                               && std::find(current.modalities.begin(), current.modalities.end(), modality) != current.modalities.end();
                    });
                });
            }
            for (int i = 0; earlier && i < priors && i < static_cast<int>(earlier->size()); ++i) {
                const auto& prior = (*earlier)[static_cast<std::size_t>(i)];
                const bool known = std::any_of(todo.begin(), todo.end(), [&](const auto& s) { return s.study == prior.study; });
                if (!known) {
                    todo.push_back(prior);
                }
            }
        }
    }
    // All of it is put down first: what a kill cuts off is queued.
    std::vector<archive::SyncJob> jobs;
    for (const auto& one : todo) {
        archive::SyncJob job;
        job.archive = name;
        job.study = one.study;
        job.priority = jobs.size() < found->items.size() ? archive::SyncPriority::OpenStudy : archive::SyncPriority::Prior;
        job.reason = jobs.size() < found->items.size() ? "asked for" : "prior";
        static_cast<void>(workspace.jobs().put(job));
        jobs.push_back(std::move(job));
    }
    SyncTally tally;
    for (const auto& job : jobs) {
        if (context.stop().stopRequested()) {
            break; // the rest stays queued
        }
        archive::SyncOptions options;
        options.again = again;
        const auto report = (*scheduler)->fetch(job, options, progressOn(context), context.stop());
        const bool none = !report && archive::concernsArchive(report.error());
        tally.add(job.study, report);
        context.progress("");
        if (none) {
            break; // the rest would wait for the same archive, and stays queued
        }
    }
    return tally.done(context, name, queuedOf(workspace, name));
}

int runReaderSet(Context& context, const std::string& name, const records::Reader& given)
{
    records::Reader reader = given;
    reader.name = dicom::PersonName::parse(name);
    if (reader.name.alphabetic.empty()) {
        return context.failed({"usage.name", "The reader's name needs at least its first group: \"Family^Given=漢字=かな\".", {}}, kUsage);
    }
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    if (!context.signingSecret()) {
        return context.failed({"reader.secret", "A reader signs with a secret: set AKARI_SIGNING_SECRET, or open the data folder with AKARI_PASSPHRASE.", {}}, kUsage);
    }
    if (const auto set = (*workspace)->records().setReader(reader, *context.signingSecret()); !set) {
        return context.failed(set.error());
    }
    return context.done({{"name", reader.name.dicom()}, {"organization", reader.organization}, {"login", reader.login}, {"role", reader.role}},
                        "Reader " + reader.name.display("en") + " enrolled.");
}

} // namespace

void addArchiveCommands(CLI::App& app, Context& context, Run& run)
{
    addArchiveSettingsCommands(app, context, run);

    auto* readerGroup = app.add_subcommand("reader", "The enrolled reader of this data folder");
    readerGroup->require_subcommand(1);
    auto* set = readerGroup->add_subcommand("set", "Enrol the reader");
    auto reader = std::make_shared<records::Reader>();
    auto readerName = std::make_shared<std::string>();
    set->add_option("--name", *readerName, "Family^Given=漢字=かな")->required();
    set->add_option("--organization", reader->organization)->required();
    set->add_option("--login", reader->login)->required();
    set->add_option("--role", reader->role)->check(CLI::IsMember({"reader", "technologist", "coordinator"}));
    set->callback([&context, &run, reader, readerName] {
        run = [&context, reader, readerName] { return runReaderSet(context, *readerName, *reader); };
    });

    auto* query = app.add_subcommand("query", "Ask an archive for studies");
    auto queryName = std::make_shared<std::string>();
    auto queryOptions = std::make_shared<QueryOptions>();
    query->add_option("NAME", *queryName)->required();
    queryOptions->add(query);
    query->callback([&context, &run, queryName, queryOptions] {
        run = [&context, queryName, queryOptions] { return runQuery(context, *queryName, queryOptions->query()); };
    });

    auto* sync = app.add_subcommand("sync", "Fetch studies into the cache");
    auto syncName = std::make_shared<std::string>();
    auto study = std::make_shared<std::string>();
    auto byQuery = std::make_shared<bool>(false);
    auto priors = std::make_shared<int>(0);
    auto syncOptions = std::make_shared<QueryOptions>();
    sync->add_option("NAME", *syncName)->required();
    sync->add_option("--study", *study, "StudyInstanceUID");
    sync->add_flag("--query", *byQuery, "Every study that the query options find");
    sync->add_option("--priors", *priors, "Also the N newest other studies of the patient");
    auto pending = std::make_shared<bool>(false);
    auto again = std::make_shared<bool>(false);
    sync->add_flag("--pending", *pending, "What is queued of this archive, as after a cut or a kill");
    sync->add_flag("--again", *again, "Also what is here already, to compare it; other content is kept beside and reported");
    syncOptions->add(sync);
    sync->callback([&context, &run, syncName, study, byQuery, priors, pending, again, syncOptions] {
        run = [&context, syncName, study, byQuery, priors, pending, again, syncOptions] {
            if (*pending && study->empty() && !*byQuery) {
                return runPending(context, *syncName);
            }
            return runSync(context, *syncName, *study, *byQuery, syncOptions->query(), *priors, *again);
        };
    });
}

} // namespace akari::cli
