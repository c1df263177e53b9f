#include "app/cli/HandedOver.h"

#include <algorithm>
#include <cstdlib>
#include <thread>

#include "app/cli/Terminal.h"
#include "core/base/Log.h"

namespace akari::cli {

namespace {

constexpr Handed kHanded[] = {
    {"archive add", true},
    {"archive login", true},
    {"archive logout", true},
    {"reader set", true, true},
    {"patients link", true},
    {"patients unlink", true},
    {"sync", true},
    {"changes", true},
    {"prefetch", true},
    {"import", true},
    {"cache quota", true},
    {"cache pin", true},
    {"cache unpin", true},
    {"report new", false},
    {"report sign", false, true},
    {"outbox send", true},
    {"outbox add", true},
    {"outbox retry", true},
    {"outbox drop", true},
    {"verify", true, false, true},
    {"report discard", false},
    {"archive remove", true},
    {"key recovery-code", false},
    {"records backup-place", true},
};
// From taking the lock to listening takes a holder about a second.
constexpr std::chrono::seconds kWaitForHolder{5};
constexpr std::chrono::milliseconds kBetweenTries{50};

std::string chosenName(const CLI::App& app)
{
    std::string name;
    for (const CLI::App* at = &app; !at->get_subcommands().empty();) {
        at = at->get_subcommands().front();
        name += (name.empty() ? "" : " ") + at->get_name();
    }
    return name;
}

// One try at the program that holds the folder. No value: nobody answers there, try again.
std::optional<int> tryHolder(Context& context, const Handed& handed, const std::vector<std::string>& words,
                             std::atomic<workspace::HandOverClient*>& current)
{
    auto client = workspace::HandOverClient::connect(workspace::dataFolder(context.data));
    if (!client) {
        return client.error().code == "handover.none" || client.error().code == "handover.busy"
                   ? std::nullopt
                   : std::optional(context.failed(client.error()));
    }
    const auto folder = context.folderForProof();
    if (!folder) {
        return context.failed(folder.error());
    }
    current = client->get();
    const auto exit = (*client)->run(**folder, context.handed(words, handed.secret), context.output());
    current = nullptr;
    if (exit) {
        return *exit;
    }
    if (exit.error().code != "handover.lost") {
        return context.failed(exit.error());
    }
    if (!(*client)->started()) {
        return std::nullopt;
    }
    if (!handed.repeatable) {
        Error error = exit.error();
        error.message += " Look whether this was done before giving the command again.";
        return context.failed(error);
    }
    context.complain(exit.error());
    return std::nullopt;
}

} // namespace

const Handed* handedOf(const CLI::App& app)
{
    const std::string name = chosenName(app);
    const auto found = std::find_if(std::begin(kHanded), std::end(kHanded), [&](const Handed& one) { return name == one.name; });
    return found == std::end(kHanded) ? nullptr : found;
}

std::vector<std::string> handedNames()
{
    std::vector<std::string> names;
    for (const Handed& one : kHanded) {
        names.emplace_back(one.name);
    }
    return names;
}

void addHandedCommands(CLI::App& app, Context& context, Run& run)
{
    addArchiveCommands(app, context, run);
    addImportCommands(app, context, run);
    addVerifyCommand(app, context, run);
    addTransferCommands(app, context, run);
    addPatientCommands(app, context, run);
    addCacheCommands(app, context, run);
    addReportCommands(app, context, run);
    addOutboxCommands(app, context, run);
    addKeyCommands(app, context, run);
}

int runFor(workspace::Workspace& workspace, const workspace::HandedCommand& command, const workspace::CommandOutput& output, StopToken stop)
{
    Context context(workspace, command, output, std::move(stop));
    CLI::App app("", "akarictl");
    app.require_subcommand(1);
    app.fallthrough();
    app.add_flag("--json", context.json);
    app.add_option("--data", context.data);
    Run run;
    addHandedCommands(app, context, run);
    try {
        // CLI11 takes them from the back.
        app.parse(std::vector<std::string>(command.words.rbegin(), command.words.rend()));
    } catch (const CLI::ParseError& error) {
        return context.failed({"usage.wrong", std::string(error.what()) + " (see akarictl --help)", {}}, kUsage);
    }
    if (!run || handedOf(app) == nullptr) {
        return context.failed({"usage.wrong", "This command can't be handed over to another Akari.", {}}, kUsage);
    }
    return run();
}

int runOrHandOver(Context& context, const Handed& handed, const std::vector<std::string>& words, const Run& run)
{
    std::error_code none;
    if (handed.reads && !std::filesystem::exists(workspace::dataFolder(context.data) / "vault.json", none)) {
        return run(); // opening for writing would make the folder
    }
    std::atomic<workspace::HandOverClient*> current{nullptr};
    std::atomic<int> interrupts{0};
    // Made before any other thread is. The first signal asks, the second one doesn't.
    const InterruptWatch watch([&] {
        if (++interrupts > 1) {
            std::_Exit(kInterrupted);
        }
        context.requestStop();
        if (auto* client = current.load()) {
            client->cancel();
        }
    });
    const auto deadline = std::chrono::steady_clock::now() + kWaitForHolder;
    for (;;) {
        const auto opened = context.workspace(true);
        if (opened) {
            context.needGui(); // on this thread, for whatever the others' commands paint
            workspace::HandOverServices services;
            services.run = [workspace = *opened](const auto& command, const auto& output, const StopToken& stop) {
                return runFor(*workspace, command, output, stop);
            };
            const auto server = workspace::HandOverServer::start((*opened)->folder(), std::move(services));
            if (!server) {
                log::info("hand-over", "nobody can hand over to this program: " + server.error().message);
            }
            const int exit = run();
            if (server) {
                (*server)->finish();
            }
            return exit;
        }
        if (opened.error().code != "data.busy") {
            return run(); // says what is wrong, in its own order
        }
        if (const auto exit = tryHolder(context, handed, words, current)) {
            return *exit;
        }
        if (context.stop().stopRequested() || std::chrono::steady_clock::now() > deadline) {
            return handed.reads ? run() : context.failed(opened.error());
        }
        std::this_thread::sleep_for(kBetweenTries);
    }
}

} // namespace akari::cli
