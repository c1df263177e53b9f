// akarictl: every capability of the window without one. The contract is in docs/akarictl.md.
#include <iostream>

#include "app/cli/Context.h"

int main(int argc, char** argv)
{
    using namespace akari::cli;
    Context context(argc, argv);
    context.takeSecrets();
    akari::workspace::fullFilesAreErrors();

    CLI::App app("Akari without a window. Not a cleared medical device: not for primary diagnosis.", "akarictl");
    app.set_version_flag("--version", AKARI_VERSION);
    app.require_subcommand(1);
    app.fallthrough();
    app.add_flag("--json", context.json, "Results as JSON on standard output");
    app.add_option("--data", context.data, "The data folder (else AKARI_DATA)");

    Run run;
    addArchiveCommands(app, context, run);
    addKeyCommands(app, context, run);
    addImportCommands(app, context, run);
    addVerifyCommand(app, context, run);
    addTransferCommands(app, context, run);
    addStudyCommands(app, context, run);
    addPixelCommands(app, context, run);
    addInfoCommand(app, context, run);
    addRenderCommand(app, context, run);
    addReportCommands(app, context, run);
    addDemoCommand(app, context, run);
    addBenchCommand(app, context, run);

    try {
        app.parse(argc, argv);
    } catch (const CLI::CallForHelp& help) {
        return app.exit(help);
    } catch (const CLI::CallForVersion& version) {
        return app.exit(version);
    } catch (const CLI::ParseError& error) {
        return context.failed({"usage.wrong", std::string(error.what()) + " (see akarictl --help)", {}}, kUsage);
    }
    return run ? run() : kUsage;
}
