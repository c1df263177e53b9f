// What every akarictl command shares: the options before the command, the data folder opened when first needed, and the way out.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>

#include <functional>
#include <memory>
#include <string>

#include "app/workspace/Workspace.h"

namespace akari::cli {

using Json = nlohmann::ordered_json;

// The contract's exit codes.
enum Exit { kDone = 0, kSomeFailed = 1, kUsage = 2, kNothingDone = 3 };

class Context {
public:
    Context(int& argc, char** argv) : m_argc(argc), m_argv(argv) {}

    // Options, filled by CLI11.
    bool json = false;
    std::string data;

    // Opens the data folder once. Reading commands take no lock.
    Result<workspace::Workspace*> workspace(bool writes);
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

    // Ways out. `text` is what a person reads when --json is not given.
    int done(const Json& result, const std::string& text, int exit = kDone) const;
    int failed(const Error& error, int exit = kNothingDone) const;
    void complain(const Error& error) const; // the sentence alone, on stderr
    void progress(const std::string& line) const; // stderr, on a terminal only; any thread
    void endProgress() const;

private:
    int& m_argc;
    char** m_argv;
    std::optional<std::string> m_passphrase;
    std::optional<std::string> m_recoveryCode;
    std::optional<std::string> m_newPassphrase;
    std::optional<std::string> m_signingSecret;
    std::unique_ptr<workspace::Workspace> m_workspace;
};

using Run = std::function<int()>;
// A command registers itself and sets `run` when it was chosen.
void addArchiveCommands(CLI::App& app, Context& context, Run& run);
void addKeyCommands(CLI::App& app, Context& context, Run& run); // after the archive commands
void addImportCommands(CLI::App& app, Context& context, Run& run);
void addVerifyCommand(CLI::App& app, Context& context, Run& run);
void addTransferCommands(CLI::App& app, Context& context, Run& run);
void addStudyCommands(CLI::App& app, Context& context, Run& run);
void addPixelCommands(CLI::App& app, Context& context, Run& run);
void addInfoCommand(CLI::App& app, Context& context, Run& run);
void addRenderCommand(CLI::App& app, Context& context, Run& run);
void addReportCommands(CLI::App& app, Context& context, Run& run);
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
