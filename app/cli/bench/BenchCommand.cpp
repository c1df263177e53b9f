// bench: the targets, raw samples included, the peer beside ours in one run.
#include "app/cli/bench/Bench.h"

#include <algorithm>
#include <functional>

namespace akari::cli {

namespace {

struct Bench {
    const char* name;
    std::function<Status(Context&, Json&)> run;
    bool needsArchive; // the data folder, opened for writing, with the demo archive in it
};

std::vector<Bench> benches(const ReopenOptions& reopen)
{
    return {
    {"open", benchOpen, true}, {"scroll", benchScroll, true}, {"planes", benchPlanes, true}, {"volume", benchVolume, true}, {"sync", benchSync, true},
    {"decode", benchDecode, false}, {"import", benchImport, false},
    {"reopen", [reopen](Context& context, Json& results) { return benchReopen(context, reopen, results); }, false}};
}

std::vector<std::string> names()
{
    std::vector<std::string> all{"all"};
    for (const auto& bench : benches({})) {
        all.emplace_back(bench.name);
    }
    return all;
}

std::string lines(const Json& results)
{
    std::string text;
    for (const auto& result : results) {
        char line[160];
        std::snprintf(line, sizeof line, "%-22s %9.2f %s", result["metric"].get<std::string>().c_str(), result["value"].get<double>(),
                      result["unit"].get<std::string>().c_str());
        text += line;
        text += result.contains("ratio") ? "   " + std::to_string(result["ratio"].get<double>()) + " x peer\n" : "\n";
    }
    return text;
}

int runBench(Context& context, const std::string& name, const ReopenOptions& reopen)
{
    context.needGui();
    Json results = Json::array();
    Json failures = Json::array();
    std::string text;
    for (const auto& bench : benches(reopen)) {
        if (name != "all" && name != bench.name) {
            continue;
        }
        auto done = Status();
        if (bench.needsArchive) {
            if (const auto writer = context.workspace(true); !writer) {
                done = fail(writer.error());
            }
        }
        if (done) {
            done = bench.run(context, results);
        }
        if (!done) {
            failures.push_back({{"bench", bench.name}, {"code", done.error().code}, {"message", done.error().message}});
            text += std::string(bench.name) + ": " + done.error().message + "\n";
        }
    }
    text += lines(results);
    return context.done({{"name", name}, {"results", results}, {"failed", failures}}, text, failures.empty() ? kDone : results.empty() ? kNothingDone : kSomeFailed);
}

} // namespace

double since(Clock::time_point start) { return std::chrono::duration<double, std::milli>(Clock::now() - start).count(); }

double quantile(std::vector<double> values, double q)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[std::min(values.size() - 1, static_cast<std::size_t>(q * static_cast<double>(values.size())))];
}

Json metric(const std::string& name, double value, const std::string& unit, const std::vector<double>& samples, const std::string& peer, double peerValue)
{
    Json json{{"metric", name}, {"value", value}, {"unit", unit}, {"samples", samples}};
    if (!peer.empty()) {
        json["peer"] = peer;
        json["peerValue"] = peerValue;
        json["ratio"] = peerValue > 0 ? value / peerValue : 0;
    }
    return json;
}

void addBenchCommand(CLI::App& app, Context& context, Run& run)
{
    auto* command = app.add_subcommand("bench", "Benchmarks");
    auto name = std::make_shared<std::string>("all");
    command->add_option("NAME", *name)->check(CLI::IsMember(names()));
    auto reopen = std::make_shared<ReopenOptions>();
    command->add_option("--slices", reopen->slices, "reopen: how many slices a study has")->check(CLI::Range(24, 20000));
    command->add_option("--folder", reopen->folder, "reopen: where the studies are made and kept for the next run");
    command->callback([&context, &run, name, reopen] { run = [&context, name, reopen] { return runBench(context, *name, *reopen); }; });
}

} // namespace akari::cli
