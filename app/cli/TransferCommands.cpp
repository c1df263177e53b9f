// jobs, changes, prefetch: what is still to be fetched, what has become of studies at their archives, and what will be read next.
#include <algorithm>

#include "app/cli/Context.h"
#include "core/archive/Changes.h"
#include "core/archive/Prefetch.h"
#include "core/session/Background.h"

namespace akari::cli {

namespace {

Json jobJson(const archive::SyncJob& job)
{
    Json json{{"archive", job.archive},
              {"studyInstanceUid", job.study.value},
              {"priority", archive::text(job.priority)},
              {"reason", job.reason},
              {"state", job.failed ? "failed" : "queued"},
              {"stored", job.stored},
              {"expected", job.expected},
              {"attempts", job.attempts},
              {"queuedAt", job.queuedAt},
              {"changedAt", job.changedAt}};
    if (!job.errorCode.empty()) {
        json["error"] = {{"code", job.errorCode}, {"message", job.errorMessage}};
    }
    return json;
}

int runJobs(Context& context)
{
    const auto workspace = context.workspace(false);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto jobs = (*workspace)->jobs().jobs();
    if (!jobs) {
        return context.failed(jobs.error());
    }
    Json all = Json::array();
    std::string text;
    for (const auto& job : *jobs) {
        all.push_back(jobJson(job));
        text += std::string(archive::text(job.priority)) + "  " + job.archive + "  " + job.study.value + "  " + std::to_string(job.stored) +
                "/" + (job.expected < 0 ? std::string("?") : std::to_string(job.expected)) + (job.failed ? "  FAILED" : "") + "\n";
        text += job.errorMessage.empty() ? "    " + job.reason + "\n" : "    " + job.reason + ": " + job.errorMessage + "\n";
    }
    return context.done({{"jobs", all}}, text.empty() ? "Nothing is queued." : text);
}

int runChanges(Context& context, const std::string& name, bool whole)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    const auto scheduler = (*workspace)->schedulers().of(name);
    if (!scheduler) {
        return context.failed(scheduler.error());
    }
    archive::ChangeOptions options;
    options.whole = whole;
    const auto report = archive::detectChanges((*scheduler)->client(), (*workspace)->cache(), (*workspace)->jobs(), (*workspace)->clock(),
                                               options, context.stop());
    if (!report) {
        return context.failed(report.error());
    }
    Json changes = Json::array();
    std::string text;
    for (const auto& change : report->changes) {
        changes.push_back({{"studyInstanceUid", change.study.value},
                           {"kind", archive::text(change.kind)},
                           {"before", change.before},
                           {"now", change.now},
                           {"stable", change.stable}});
        text += change.study.value + "  " + archive::text(change.kind) + "  " + std::to_string(change.before) + " -> " +
                std::to_string(change.now) + (change.stable ? "" : "  (may still be arriving)") + "\n";
    }
    Json problems = Json::array();
    for (const auto& problem : report->problems) {
        problems.push_back({{"code", problem.code}, {"message", problem.message}});
        text += problem.message + "\n";
    }
    const bool stopped = context.stop().stopRequested();
    text += stopped ? "Interrupted. What was found is kept; the next run compares the rest.\n" : "";
    text += std::to_string(report->compared) + " studies compared" + (report->whole ? ", all of them" : "") + "\n";
    return context.done({{"archive", report->archive},
                         {"compared", report->compared},
                         {"whole", report->whole},
                         {"vendorLog", report->vendorLog},
                         {"changes", changes},
                         {"problems", problems},
                         {"stopped", stopped}},
                        text, report->problems.empty() && !stopped ? kDone : kSomeFailed);
}

struct PrefetchArguments {
    std::string archive, rules, turn, line;
    std::uint64_t limit = 0;
    int minutes = -1;
    bool dryRun = false, metered = false;
};

struct PrefetchRun {
    Json items = Json::array();
    Json problems = Json::array();
    std::string text;
    std::uint64_t planned = 0, bytes = 0;
    std::size_t fetched = 0;
    bool budgetSpent = false, failed = false;

    void problem(const std::string& archive, const Error& error)
    {
        problems.push_back({{"archive", archive}, {"code", error.code}, {"message", error.message}});
        text += archive + ": " + error.message + "\n";
        failed = true;
    }
};

Json itemJson(const std::string& archive, const archive::PrefetchItem& item)
{
    return {{"archive", archive},
            {"studyInstanceUid", item.study.study.value},
            {"studyDate", item.study.studyDate},
            {"studyDescription", item.study.description},
            {"modalities", item.study.modalities},
            {"instances", item.study.instances},
            {"reason", item.reason},
            {"prior", item.prior},
            {"estimatedBytes", item.bytes},
            {"withinBudget", item.withinBudget}};
}

void prefetchFrom(Context& context, workspace::Workspace& workspace, const std::string& name, const archive::PrefetchRules& rules,
                  const archive::PrefetchLimits& limits, bool dryRun, PrefetchRun& run)
{
    const auto scheduler = workspace.schedulers().of(name);
    if (!scheduler) {
        return run.problem(name, scheduler.error());
    }
    const std::uint64_t left = limits.bytes - std::min(limits.bytes, run.bytes + (dryRun ? run.planned : 0));
    const auto plan =
        archive::planPrefetch(**scheduler, workspace.cache(), workspace.records(), rules, left, workspace.clock(), context.stop());
    if (!plan && context.stop().stopRequested()) {
        return;
    }
    if (!plan) {
        return run.problem(name, plan.error());
    }
    run.planned += plan->bytes;
    for (const auto& problem : plan->problems) {
        run.problem(name, problem);
    }
    for (const auto& item : plan->items) {
        run.items.push_back(itemJson(name, item));
        run.text += name + "  " + item.study.study.value + "  " + std::to_string(item.bytes / 1'000'000) + " MB" +
                    (item.withinBudget ? "" : "  beyond the budget") + "\n    " + item.reason + "\n";
    }
    if (dryRun) {
        return;
    }
    archive::PrefetchLimits here = limits;
    here.bytes = left;
    const auto outcome = archive::runPrefetch(
        **scheduler, *plan, here,
        [&](const archive::PrefetchItem& item, const Result<archive::SyncReport>& report) {
            context.progress(item.study.study.value);
            for (Json& one : run.items) {
                if (one["studyInstanceUid"] == item.study.study.value && one["archive"] == name) {
                    one["complete"] = report && report->complete;
                }
            }
            if (!report && report.error().code != "stopped") {
                run.problem(name, report.error());
            }
        },
        context.stop());
    context.progress("");
    run.bytes += outcome.bytes;
    run.fetched += outcome.fetched;
    run.budgetSpent = run.budgetSpent || outcome.stoppedByBudget;
}

Status keepSwitches(workspace::Workspace& workspace, const PrefetchArguments& arguments)
{
    if (!arguments.turn.empty()) {
        if (const Status kept = session::setPrefetchOn(workspace.records(), arguments.turn == "on"); !kept) {
            return kept;
        }
    }
    return arguments.line.empty() ? Status() : session::setLineMetered(workspace.records(), arguments.line == "metered");
}

int runPrefetch(Context& context, const PrefetchArguments& arguments)
{
    const auto workspace = context.workspace(!arguments.dryRun || !arguments.turn.empty() || !arguments.line.empty());
    if (!workspace) {
        return context.failed(workspace.error());
    }
    if (const Status kept = keepSwitches(**workspace, arguments); !kept) {
        return context.failed(kept.error());
    }
    const bool on = session::prefetchIsOn((*workspace)->records());
    const bool metered = arguments.metered || session::lineIsMetered((*workspace)->records());
    if (!arguments.turn.empty() || !arguments.line.empty()) {
        return context.done({{"on", on}, {"metered", metered}},
                            std::string("Prefetch is ") + (on ? "on" : "off") + (metered ? ", the line is metered." : "."));
    }
    const auto rules = arguments.rules.empty() ? Result<archive::PrefetchRules>((*workspace)->prefetchRules())
                                               : workspace::readPrefetchRules(context.path(arguments.rules));
    if (!rules) {
        return context.failed(rules.error(), kUsage);
    }
    if (arguments.rules.empty() && (*workspace)->prefetchRulesProblem()) {
        return context.failed(*(*workspace)->prefetchRulesProblem());
    }
    const auto archives = (*workspace)->records().archives();
    if (!archives) {
        return context.failed(archives.error());
    }
    archive::PrefetchLimits limits;
    limits.bytes = arguments.limit > 0 ? arguments.limit : rules->bytes;
    limits.until = std::chrono::steady_clock::now() + std::chrono::minutes(arguments.minutes >= 0 ? arguments.minutes : rules->minutes);
    PrefetchRun run;
    const bool paused = metered || !on;
    for (const auto& one : *archives) {
        if (context.stop().stopRequested()) {
            break;
        }
        if (arguments.archive.empty() || one.name == arguments.archive) {
            prefetchFrom(context, **workspace, one.name, *rules, limits, arguments.dryRun || paused, run);
        }
    }
    if (paused && !arguments.dryRun) {
        run.text += metered ? "Nothing is fetched beforehand on a metered line.\n" : "Prefetch is switched off.\n";
    }
    const bool stopped = context.stop().stopRequested();
    run.text += stopped ? "Interrupted. What came is kept, and a study that was on its way stays queued; the same command goes on.\n" : "";
    return context.done({{"items", run.items},
                         {"plannedBytes", run.planned},
                         {"bytes", run.bytes},
                         {"fetched", run.fetched},
                         {"budgetSpent", run.budgetSpent},
                         {"on", on},
                         {"metered", metered},
                         {"dryRun", arguments.dryRun},
                         {"problems", run.problems},
                         {"stopped", stopped}},
                        run.text.empty() ? "Nothing to fetch beforehand." : run.text, run.failed || stopped ? kSomeFailed : kDone);
}

void addPrefetch(CLI::App& app, Context& context, Run& run)
{
    auto* command = app.add_subcommand("prefetch", "Fetches what will be read next and its relevant priors");
    auto arguments = std::make_shared<PrefetchArguments>();
    command->add_option("--archive", arguments->archive, "One archive; all when absent");
    command->add_option("--limit", arguments->limit, "Bytes to receive at most; the rules' when absent");
    command->add_option("--minutes", arguments->minutes, "Time at most; the rules' when absent")->check(CLI::Range(0, 100'000));
    command->add_option("--rules", arguments->rules, "Rules in this file (docs/prefetch-rules.md)");
    command->add_flag("--dry-run", arguments->dryRun, "Only say what would be fetched, and why");
    command->add_flag("--metered", arguments->metered, "The line is metered: fetch nothing");
    command->add_option("--switch", arguments->turn, "Keep the master switch: on or off")->check(CLI::IsMember({"on", "off"}));
    command->add_option("--line", arguments->line, "Keep what the line is: metered or free")->check(CLI::IsMember({"metered", "free"}));
    command->callback([&context, &run, arguments] { run = [&context, arguments] { return runPrefetch(context, *arguments); }; });
}

} // namespace

void addTransferCommands(CLI::App& app, Context& context, Run& run)
{
    app.add_subcommand("jobs", "What is still to be fetched")->callback([&context, &run] {
        run = [&context] { return runJobs(context); };
    });

    auto* changes = app.add_subcommand("changes", "What has become of the cached studies at their archive");
    auto name = std::make_shared<std::string>();
    auto whole = std::make_shared<bool>(false);
    changes->add_option("NAME", *name, "The archive")->required();
    changes->add_flag("--whole", *whole, "Compare every cached study, though the week is not over");
    changes->callback([&context, &run, name, whole] { run = [&context, name, whole] { return runChanges(context, *name, *whole); }; });

    addPrefetch(app, context, run);
}

} // namespace akari::cli
