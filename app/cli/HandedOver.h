// Commands that write, when another Akari holds the data folder: handed over to it, and carried out for others while this one holds it.
#pragma once

#include "app/cli/Context.h"

namespace akari::cli {

// A command that may be handed over. Every other one that writes says "data.busy".
struct Handed {
    const char* name;    // "archive add"
    bool repeatable;     // given again after a holder that died, it does what was left to do, and nothing twice
    bool secret = false; // asks who signs
    bool reads = false;  // does most of its work without the lock, where nobody answers
};
// The one that the command line chose; null: it can't be handed over, or only reads.
const Handed* handedOf(const CLI::App& app);
// Every name, for the test that each is a command.
std::vector<std::string> handedNames();

// The commands of the table, registered on an app of their own: what the holder's side understands.
void addHandedCommands(CLI::App& app, Context& context, Run& run);

// Runs a command that another program handed over. Any thread, several at once; never the window's.
int runFor(workspace::Workspace& workspace, const workspace::HandedCommand& command, const workspace::CommandOutput& output,
           StopToken stop);

// Runs the chosen command with the lock, listening for others meanwhile; or hands it over to the program that has the lock; or, where that
// one ended in the middle and the command may be repeated, takes the lock then.
int runOrHandOver(Context& context, const Handed& handed, const std::vector<std::string>& words, const Run& run);

} // namespace akari::cli
