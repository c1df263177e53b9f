// bench: the targets, raw samples included, the peer beside ours in one run.
#include "app/cli/bench/Bench.h"

#include <algorithm>
#include <functional>

namespace akari::cli {

namespace {

// How much of it is asked for.
struct Amounts {
    int slices = 4000;
    int studies = 100000;
    std::string folder; // where what was made is kept for the next run
    std::string only;
};

struct Bench {
    const char* name;
    std::function<Status(Context&, Json&, const Amounts&)> run;
    bool needsArchive; // the data folder, opened for writing, with the demo archive in it
};

template <class Run> auto plain(Run run)
{
    return [run](Context& context, Json& results, const Amounts&) { return run(context, results); };
}

const std::vector<Bench>& benches()
{
    static const std::vector<Bench> all{
        {"open", plain(benchOpen), true},
        {"scroll", plain(benchScroll), true},
        {"planes", plain(benchPlanes), true},
        {"volume", plain(benchVolume), true},
        {"sync", plain(benchSync), true},
        {"decode", plain(benchDecode), false},
        {"import", [](Context& context, Json& results, const Amounts& amounts) { return benchImport(context, results, amounts.slices); },
         false},
        {"reopen",
         [](Context& context, Json& results, const Amounts& amounts) {
             return benchReopen(context, {amounts.slices, amounts.folder, amounts.only}, results);
         },
         false},
        {"worklist",
         [](Context& context, Json& results, const Amounts& amounts) { return benchWorklist(context, results, amounts.studies); }, false}};
    return all;
}

std::vector<std::string> names()
{
    std::vector<std::string> all{"all"};
    for (const auto& bench : benches()) {
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

int runBench(Context& context, const std::string& name, const Amounts& amounts)
{
    context.needGui();
    Json results = Json::array();
    Json failures = Json::array();
    std::string text;
    for (const auto& bench : benches()) {
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
            done = bench.run(context, results, amounts);
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
    auto amounts = std::make_shared<Amounts>();
    command->add_option("--slices", amounts->slices, "import, reopen: how many")->check(CLI::Range(24, 100000))->capture_default_str();
    command->add_option("--studies", amounts->studies, "worklist: how many")->check(CLI::Range(1, 1000000))->capture_default_str();
    command->add_option("--folder", amounts->folder, "reopen: where the studies are made and kept for the next run");
    command->add_option("--only", amounts->only, "reopen: one of the studies")
        ->check(CLI::IsMember({"uncompressed", "jpegls", "jpeg2000"}));
    command->callback([&context, &run, name, amounts] { run = [&context, name, amounts] { return runBench(context, *name, *amounts); }; });
}

} // namespace akari::cli
