// demo: a local archive with generated studies, configured as "demo".
#include "app/cli/Context.h"
#include "app/cli/DemoProcess.h"
#include "app/cli/Terminal.h"
#include "app/cli/demo/DemoArchive.h"
#include "core/phantom/Phantom.h"

namespace akari::cli {

namespace {

constexpr const char* kName = "demo";

struct DemoCommandOptions {
    std::string storage;
    int large = 0;
    bool foreground = false;
    bool stop = false;
    bool truth = false;
};

std::filesystem::path storageOf(const Context& context, const DemoCommandOptions& options)
{
    if (!options.storage.empty()) {
        return std::filesystem::absolute(options.storage);
    }
    const auto data = std::filesystem::absolute(workspace::dataFolder(context.data));
    return data.parent_path() / (data.filename().string() + "-demo-archive");
}

Json pointJson(const phantom::Point& point) { return {point.x, point.y, point.z}; }

// What the generator knows of the chest CT's nodule: the slice through its centre and two ends of its diameter in pixels.
Json truthJson(const phantom::GroundTruth& truth)
{
    Json json{{"studyInstanceUid", truth.studyInstanceUid}, {"patientId", truth.patientId}, {"patientName", truth.patientName}};
    if (!truth.nodule || truth.series.empty()) {
        return json;
    }
    const auto& series = truth.series.front();
    const auto& nodule = *truth.nodule;
    const double slice = std::round((nodule.centre.z - series.firstPixel.z) / series.betweenSlices);
    const double column = (nodule.centre.x - series.firstPixel.x) / series.betweenColumns;
    const double row = (nodule.centre.y - series.firstPixel.y) / series.betweenRows;
    const double half = nodule.diameterMm / 2 / series.betweenColumns;
    json["seriesInstanceUid"] = series.seriesInstanceUid;
    json["nodule"] = {{"centre", pointJson(nodule.centre)},
                      {"diameter", nodule.diameterMm},
                      {"slice", slice},
                      {"sop", series.sopInstanceUids[static_cast<std::size_t>(slice)]},
                      {"from", {{"column", column - half}, {"row", row}}},
                      {"to", {{"column", column + half}, {"row", row}}}};
    return json;
}

int runDemo(Context& context, const DemoCommandOptions& options)
{
    const auto storage = storageOf(context, options);
    if (options.stop) {
        const bool ended = endDemo(storage);
        return context.done({{"stopped", ended}}, ended ? "The demo archive has stopped." : "No demo archive was running.");
    }
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    Json result{{"archive", kName}};
    if (options.truth) {
        result["truth"] = Json::array();
        for (const auto& truth : phantom::demoStudies(0, {})) {
            result["truth"].push_back(truthJson(truth));
        }
    }
    if (const auto pid = runningDemo(storage); pid && options.large == 0) {
        if (const auto known = (*workspace)->records().archive(kName)) {
            result["url"] = known->url;
            result["pid"] = *pid;
            return context.done(result, "The demo archive is running already at " + known->url + ".");
        }
    }
    if (runningDemo(storage)) {
        endDemo(storage); // its password is known only to the data folder it was made for, or more studies are wanted
    }
    demo::DemoOptions demoOptions;
    demoOptions.storageFolder = storage;
    demoOptions.largeSlices = options.large;
    demoOptions.progress = [&](const std::string& line) { context.progress(line); };
    auto archive = demo::DemoArchive::start(demoOptions);
    context.progress("");
    if (!archive) {
        return context.failed(archive.error());
    }
    records::ArchiveSettings settings;
    settings.name = kName;
    settings.url = (*archive)->url();
    settings.user = (*archive)->user();
    settings.password = (*archive)->password();
    settings.color = "#4ea1ff";
    if (const auto put = (*workspace)->records().replaceArchive(settings); !put) {
        return context.failed(put.error());
    }
    rememberDemo(storage, (*archive)->pid());
    result["url"] = settings.url;
    result["pid"] = (*archive)->pid();
    result["uploaded"] = (*archive)->uploaded();
    result["storage"] = storage.string();
    const int exit = context.done(result, "The demo archive answers at " + settings.url + "; it is configured as \"demo\".");
    if (options.foreground) {
        std::fflush(stdout);
        waitForInterrupt();
        (*archive)->stop();
        endDemo(storage);
    } else {
        (*archive)->leaveRunning();
    }
    return exit;
}

} // namespace

void addDemoCommand(CLI::App& app, Context& context, Run& run)
{
    auto* command = app.add_subcommand("demo", "Start a local archive with generated studies, configured as \"demo\"");
    auto options = std::make_shared<DemoCommandOptions>();
    command->add_option("--storage", options->storage, "The archive's own folder (default: beside the data folder)");
    command->add_option("--large", options->large, "Also a whole-body CT of N slices")->check(CLI::Range(10, 20000));
    command->add_flag("--foreground", options->foreground, "Stay until interrupted, then stop the archive");
    command->add_flag("--stop", options->stop, "Stop the archive that an earlier demo left running");
    command->add_flag("--truth", options->truth, "With --json: what the generator knows of its studies");
    command->callback([&context, &run, options] { run = [&context, options] { return runDemo(context, *options); }; });
}

} // namespace akari::cli
