// verify: what the cache holds, hashed again, and compared with what the archive lists.
#include <map>
#include <set>

#include "app/cli/Context.h"
#include "core/archive/Changes.h"
#include "core/archive/Damage.h"
#include "core/dicom/DataSet.h"

namespace akari::cli {

namespace {

struct Verified {
    Json studies = Json::array();
    std::size_t objects = 0;
    std::size_t damaged = 0;
    std::size_t kept = 0;      // of the damaged, those that stay because nobody can give them again
    std::size_t different = 0; // studies that the archive lists otherwise
    std::string text;
    std::set<std::string> own; // SOP Instance UIDs of reports that were signed here
};

Json uidsOf(const std::vector<SopInstanceUid>& uids)
{
    Json all = Json::array();
    for (const auto& uid : uids) {
        all.push_back(uid.value);
    }
    return all;
}

// Whoever reads a damaged object drops it where it can be fetched again (Workspace); here is only looked at what became of it.
std::string fateOf(workspace::Workspace& workspace, const cache::Cache& cache, const ObjectIdentity& object)
{
    if (const auto held = cache.contains(object); held && !*held) {
        return "fetched again by the next sync";
    }
    if (cache::isImported(object.archive)) {
        return "kept: it was imported and no archive has it; import its medium again";
    }
    if (!archive::canFetchAgain(workspace.records(), object.archive)) {
        return "kept: its archive is not known here any more, so it can't be fetched again";
    }
    return "kept: the cache can't be written now; verify again when it can";
}

// Asks the archive where there is one to ask; one that does not answer is no failure of the cache's.
Json atArchive(Context& context, workspace::Workspace& workspace, const cache::StudyRecord& study, std::map<std::string, Error>& silent,
               Verified& all)
{
    const auto told = [](const Error& error) -> Json { return {{"reached", false}, {"code", error.code}, {"message", error.message}}; };
    if (const auto known = silent.find(study.archive); known != silent.end()) {
        return told(known->second);
    }
    const auto scheduler = workspace.schedulers().of(study.archive);
    auto compared = scheduler ? archive::compareWithArchive((*scheduler)->client(), workspace.cache(), study.study, context.stop())
                              : Result<archive::ArchiveComparison>(fail(scheduler.error()));
    if (!compared) {
        if (archive::concernsArchive(compared.error())) {
            silent.emplace(study.archive, compared.error());
        }
        return told(compared.error());
    }
    // Reports that were sent from here are kept in records and no copies of the archive's.
    std::erase_if(compared->missing, [&](const SopInstanceUid& sop) { return all.own.contains(sop.value); });
    const bool same = compared->withdrawn ? false : compared->missing.empty() && compared->extra.empty() && !compared->incomplete;
    all.different += same ? 0 : 1;
    if (compared->withdrawn) {
        all.text += "    the archive no longer has this study\n";
    } else if (!same) {
        all.text += "    the archive lists " + std::to_string(compared->instances) + ": " + std::to_string(compared->missing.size()) +
                    " missing here, " + std::to_string(compared->extra.size()) + " only here" +
                    (compared->incomplete ? ", and its list is cut short" : "") + "\n";
    }
    return {{"reached", true},
            {"instances", compared->instances},
            {"missing", uidsOf(compared->missing)},
            {"extra", uidsOf(compared->extra)},
            {"incomplete", compared->incomplete},
            {"withdrawn", compared->withdrawn},
            {"same", same}};
}

Status verifyStudy(Context& context, workspace::Workspace& workspace, const cache::StudyRecord& study, Verified& all)
{
    const cache::Cache& cache = workspace.cache();
    const auto series = cache.series(study.archive, study.study);
    if (!series) {
        return fail(series.error());
    }
    std::map<std::string, std::size_t> fates;
    Json damaged = Json::array();
    std::int64_t count = 0;
    for (const auto& one : *series) {
        const auto objects = cache.objects(study.archive, study.study, one.series);
        if (!objects) {
            return fail(objects.error());
        }
        for (const auto& object : *objects) {
            const auto bytes = cache.read(object.identity);
            const bool same = bytes && sha256Hex(**bytes).starts_with(object.identity.contentVersion) && (*bytes)->size() == object.length;
            if (!same) {
                const Error why =
                    bytes ? Error{"cache.damaged", "The object's bytes are not those that were stored.", "hash"} : bytes.error();
                const bool again = !cache.contains(object.identity).value_or(true);
                ++fates[fateOf(workspace, cache, object.identity)];
                all.kept += again ? 0 : 1;
                damaged.push_back(
                    {{"sopInstanceUid", object.identity.sop.value}, {"code", why.code}, {"reason", why.message}, {"fetchedAgain", again}});
            }
            ++count;
            context.progress(std::to_string(all.objects + static_cast<std::size_t>(count)) + " objects");
        }
    }
    all.objects += static_cast<std::size_t>(count);
    all.damaged += damaged.size();
    const bool counted = count == study.stored;
    all.damaged += counted ? 0 : 1;
    all.text += study.study.value + "  " + std::to_string(count) + " of " + std::to_string(study.stored) + " objects, " +
                std::to_string(damaged.size()) + " damaged\n";
    for (const auto& [fate, objects] : fates) {
        all.text += "    " + std::to_string(objects) + " " + fate + "\n";
    }
    // As it is now: what was dropped has taken "complete" back.
    const auto now = cache.study(study.archive, study.study);
    all.studies.push_back({{"studyInstanceUid", study.study.value},
                           {"archive", study.archive},
                           {"stored", study.stored},
                           {"verified", count},
                           {"expected", study.expected},
                           {"complete", now && *now ? (*now)->complete : study.complete},
                           {"damaged", damaged}});
    return {};
}

int runVerify(Context& context, const std::string& uid, bool offline)
{
    const auto workspace = context.workspace(false); // open for writing already where it can be: runOrHandOver
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const cache::Cache& cache = (*workspace)->cache();
    const auto studies = uid.empty() ? cache.studies() : cache.findStudy(StudyInstanceUid(uid));
    if (!studies) {
        return context.failed(studies.error());
    }
    if (!uid.empty() && studies->empty()) {
        return context.failed({"study.unknown", "The cache does not hold this study; sync or import it first.", {}});
    }
    Verified all;
    if (const auto outbox = (*workspace)->records().outbox()) {
        for (const auto& item : *outbox) {
            all.own.insert(item.sop.value);
        }
    }
    std::map<std::string, Error> silent;
    bool stopped = false;
    for (const auto& study : *studies) {
        stopped = context.stop().stopRequested();
        if (stopped) {
            all.text += "Interrupted. The studies above were read; the others were not.\n";
            break;
        }
        if (const auto done = verifyStudy(context, **workspace, study, all); !done) {
            return context.failed(done.error());
        }
        if (!offline && !cache::isImported(study.archive)) {
            all.studies.back()["atArchive"] = atArchive(context, **workspace, study, silent, all);
        }
    }
    context.endProgress();
    for (const auto& [archive, error] : silent) {
        all.text += archive + ": " + error.message + "\n";
    }
    return context.done({{"studies", all.studies},
                         {"objects", all.objects},
                         {"damaged", all.damaged},
                         {"kept", all.kept},
                         {"different", all.different},
                         {"stopped", stopped}},
                        all.text.empty() ? "The cache is empty." : all.text,
                        all.damaged == 0 && all.different == 0 && !stopped ? kDone : kSomeFailed);
}

} // namespace

void addVerifyCommand(CLI::App& app, Context& context, Run& run)
{
    auto* verify = app.add_subcommand("verify", "Hashes what the cache holds again, counts it, and compares it with the archive's list");
    auto study = std::make_shared<std::string>();
    auto offline = std::make_shared<bool>(false);
    verify->add_option("STUDY", *study, "StudyInstanceUID; every study when absent");
    verify->add_flag("--offline", *offline, "Don't ask the archives");
    verify->callback(
        [&context, &run, study, offline] { run = [&context, study, offline] { return runVerify(context, *study, *offline); }; });
}

} // namespace akari::cli
