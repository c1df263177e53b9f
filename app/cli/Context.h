// What every akarictl command shares: the options before the command, the data folder opened when first needed, and the way out.
// A command runs in akarictl itself, or for another akarictl in the program that holds the data folder (app/workspace/HandOver.h): it takes
// its workspace, its paths, its environment and its output from here, never from the process.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>

#include "app/platform/KeychainThread.h"
#include "app/workspace/HandOver.h"
#include "app/workspace/Workspace.h"

namespace akari::cli {

using Json = nlohmann::ordered_json;

// The contract's exit codes.
enum Exit { kDone = 0, kSomeFailed = 1, kUsage = 2, kNothingDone = 3, kInterrupted = 130 };

class Context {
public:
    Context(int& argc, char** argv);
    // Borrows the open workspace of the program that it runs in; both outlive it.
    Context(workspace::Workspace& workspace, const workspace::HandedCommand& command, workspace::CommandOutput output, StopToken stop);

    // Options, filled by CLI11.
    bool json = false;
    std::string data;

    // Opens the data folder once. Reading commands take no lock.
    Result<workspace::Workspace*> workspace(bool writes);
    // Gives the folder up, so that it can be opened in another way.
    void close() { m_workspace.reset(); }
    // The same folder without its lock, for the proof that this program may open it.
    Result<std::unique_ptr<vault::DataFolder>> folderForProof();
    // A QGuiApplication on the offscreen platform, for commands that paint or ask the keychain.
    void needGui();
    // The secret of `report sign`: AKARI_SIGNING_SECRET, else the passphrase that opened the folder.
    const std::optional<std::string>& signingSecret() const { return m_signingSecret; }
    const std::optional<std::string>& passphrase() const { return m_passphrase; }
    // AKARI_RECOVERY_CODE opens the folder in the place of passphrase and keychain, and AKARI_NEW_PASSPHRASE is then set at once.
    bool recovers() const { return m_recoveryCode.has_value(); }
    const std::optional<std::string>& recoveryCode() const { return m_recoveryCode; }
    const std::optional<std::string>& newPassphrase() const { return m_newPassphrase; }
    void takeSecrets();

    // A path as the caller meant it: relative ones are of the caller's folder.
    std::filesystem::path path(const std::string& given) const { return m_folder / given; }
    // A variable of the caller's environment that holds a secret; wiped and unset where it lay.
    std::optional<std::string> environment(const std::string& name);
    // Variables that the chosen command reads by environment(), said while the command line is read, so that they can be handed over.
    void wants(const std::string& variable);
    // What a command brings along when it is handed over; `secret`: the signing secret too.
    workspace::HandedCommand handed(std::vector<std::string> words, bool secret);
    // Ctrl-C, or the client's end. Commands that take long honour it.
    StopToken stop() const { return m_stopToken; }
    void requestStop() { m_stop.requestStop(); }

    // Ways out. `text` is what a person reads when --json is not given.
    const workspace::CommandOutput& output() const { return m_output; }
    int done(const Json& result, const std::string& text, int exit = kDone) const;
    int failed(const Error& error, int exit = kNothingDone) const;
    void complain(const Error& error) const; // the sentence alone, on stderr
    void progress(const std::string& line) const; // stderr, on a terminal only; any thread
    void endProgress() const;

private:
    workspace::Options options() const;

    int* m_argc = nullptr; // of the process; null where the workspace is borrowed
    char** m_argv = nullptr;
    std::filesystem::path m_folder;
    std::map<std::string, std::string> m_environment; // taken so far, or handed over
    std::vector<std::string> m_wanted;
    workspace::CommandOutput m_output;
    bool m_terminal = false;
    StopSource m_stop;
    StopToken m_stopToken;
    std::optional<std::string> m_passphrase;
    std::optional<std::string> m_recoveryCode;
    std::optional<std::string> m_newPassphrase;
    std::optional<std::string> m_signingSecret;
    platform::KeychainThread m_signIns; // outlives the workspace
    std::unique_ptr<workspace::Workspace> m_workspace;
    workspace::Workspace* m_borrowed = nullptr;
};

using Run = std::function<int()>;
// A command registers itself and sets `run` when it was chosen.
void addArchiveCommands(CLI::App& app, Context& context, Run& run);
void addKeyCommands(CLI::App& app, Context& context, Run& run); // after the archive commands
void addPatientCommands(CLI::App& app, Context& context, Run& run);
void addImportCommands(CLI::App& app, Context& context, Run& run);
void addVerifyCommand(CLI::App& app, Context& context, Run& run);
void addTransferCommands(CLI::App& app, Context& context, Run& run);
void addStudyCommands(CLI::App& app, Context& context, Run& run);
void addCacheCommands(CLI::App& app, Context& context, Run& run);
void addPixelCommands(CLI::App& app, Context& context, Run& run);
void addInfoCommand(CLI::App& app, Context& context, Run& run);
void addRenderCommand(CLI::App& app, Context& context, Run& run);
void addReportCommands(CLI::App& app, Context& context, Run& run);
void addOutboxCommands(CLI::App& app, Context& context, Run& run);
void addDemoCommand(CLI::App& app, Context& context, Run& run);
void addBenchCommand(CLI::App& app, Context& context, Run& run);

// One study by its bare UID: "study.unknown", or "study.ambiguous" (exit 2) when two archives hold it.
Result<cache::StudyRecord> oneStudy(cache::Cache& cache, const std::string& uid);
// One object by its bare UID: "object.unknown", "object.ambiguous" (exit 2) with the places.
Result<cache::ObjectRecord> oneObject(cache::Cache& cache, const std::string& sop);
// The store of the study that holds a series; "series.unknown", "series.ambiguous".
Result<std::shared_ptr<load::StudyStore>> storeOfSeries(workspace::Workspace& workspace, const std::string& seriesUid);
std::shared_ptr<load::StudyStore> storeOf(workspace::Workspace& workspace, const std::string& archive, const StudyInstanceUid& study);
// The same with rules of the caller's own for splitting series.
std::shared_ptr<load::StudyStore> storeOf(workspace::Workspace& workspace, const std::string& archive, const StudyInstanceUid& study,
                                          const image::SplitRules& rules);
Result<image::Window> windowOf(const std::string& text); // "CENTRE/WIDTH"; "usage.window"
int exitOf(const Error& error); // kUsage for *.ambiguous and usage.*, else kNothingDone

} // namespace akari::cli
