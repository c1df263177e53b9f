#include "app/cli/Context.h"

#include <QGuiApplication>
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <memory>

#include "app/cli/Terminal.h"
#include "app/platform/Keychain.h"

namespace akari::cli {

Context::Context(int& argc, char** argv)
    : m_argc(&argc), m_argv(argv), m_output{[](std::string_view text) { std::cout << text; }, [](std::string_view text) { std::cerr << text << std::flush; }},
      m_terminal(standardErrorIsTerminal()), m_stopToken(m_stop.token())
{
}

Context::Context(workspace::Workspace& workspace, const workspace::HandedCommand& command, workspace::CommandOutput output, StopToken stop)
    : m_folder(command.folder), m_environment(command.environment), m_output(std::move(output)), m_terminal(command.terminal), m_stopToken(std::move(stop)),
      m_borrowed(&workspace)
{
    m_signingSecret = environment("AKARI_SIGNING_SECRET");
}

std::optional<std::string> Context::environment(const std::string& name)
{
    if (const auto known = m_environment.find(name); known != m_environment.end()) {
        return known->second;
    }
    auto value = m_borrowed != nullptr ? std::nullopt : workspace::takeEnvironment(name.c_str());
    if (value) {
        m_environment[name] = *value;
    }
    return value;
}

void Context::wants(const std::string& variable)
{
    if (!variable.empty()) {
        m_wanted.push_back(variable);
    }
}

workspace::HandedCommand Context::handed(std::vector<std::string> words, bool secret)
{
    workspace::HandedCommand command;
    command.words = std::move(words);
    std::error_code failed;
    command.folder = std::filesystem::current_path(failed);
    command.terminal = m_terminal;
    for (const auto& name : m_wanted) {
        if (const auto value = environment(name)) {
            command.environment[name] = *value;
        }
    }
    if (secret && m_signingSecret) {
        command.environment["AKARI_SIGNING_SECRET"] = *m_signingSecret;
    }
    return command;
}

void Context::takeSecrets()
{
    m_passphrase = workspace::takePassphrase();
    m_recoveryCode = workspace::takeEnvironment("AKARI_RECOVERY_CODE");
    m_newPassphrase = workspace::takeEnvironment("AKARI_NEW_PASSPHRASE");
    m_signingSecret = workspace::takeEnvironment("AKARI_SIGNING_SECRET");
    if (!m_signingSecret) {
        m_signingSecret = m_passphrase;
    }
}

void Context::needGui()
{
    if (QCoreApplication::instance() != nullptr || m_argc == nullptr) {
        return;
    }
    if (qEnvironmentVariableIsEmpty("QT_QPA_PLATFORM")) {
        qputenv("QT_QPA_PLATFORM", "offscreen");
    }
    // Lives as long as the process: Qt's own statics outlive main's locals.
    static const auto application = std::make_unique<QGuiApplication>(*m_argc, m_argv);
}

workspace::Options Context::options() const
{
    workspace::Options options;
    options.folder = workspace::dataFolder(data);
    options.passphrase = m_passphrase;
    return options;
}

Result<workspace::Workspace*> Context::workspace(bool writes)
{
    if (m_borrowed != nullptr) {
        return m_borrowed;
    }
    if (m_workspace) {
        return m_workspace.get();
    }
    platform::Keychain keychain;
    workspace::Options options = this->options();
    options.readOnly = !writes;
    options.signIns = &m_signIns;
    if (m_recoveryCode) {
        options.recoveryCode = m_recoveryCode;
        options.passphrase = m_newPassphrase;
    } else if (!m_passphrase) {
        needGui();
        options.keychain = &keychain;
    }
    auto opened = workspace::Workspace::open(options);
    if (!opened) {
        return fail(opened.error());
    }
    m_workspace = std::move(*opened);
    const auto archives = m_workspace->records().archives();
    if (archives && std::any_of(archives->begin(), archives->end(), [](const auto& one) { return !one.openId.issuer.empty(); })) {
        needGui(); // the keychain, where sign-ins lie, is asked through Qt
    }
    return m_workspace.get();
}

Result<std::unique_ptr<vault::DataFolder>> Context::folderForProof()
{
    platform::Keychain keychain;
    vault::OpenOptions options;
    options.folder = workspace::dataFolder(data);
    options.passphrase = m_passphrase;
    options.readOnly = true;
    if (!m_passphrase) {
        needGui();
        options.keychain = &keychain;
    }
    return vault::DataFolder::open(std::move(options));
}

int Context::done(const Json& result, const std::string& text, int exit) const
{
    if (json) {
        m_output.out(result.dump(2) + '\n');
    } else if (!text.empty()) {
        m_output.out(text + (text.back() == '\n' ? "" : "\n"));
    }
    return exit;
}

void Context::complain(const Error& error) const
{
    m_output.err("akarictl: " + error.message + (error.detail.empty() ? "" : " [" + error.detail + "]") + '\n');
}

int Context::failed(const Error& error, int exit) const
{
    complain(error);
    if (json) {
        m_output.out(Json{{"error", {{"code", error.code}, {"message", error.message}, {"detail", error.detail}}}}.dump(2) + '\n');
    }
    return exit;
}

void Context::progress(const std::string& line) const
{
    if (m_terminal) {
        m_output.err("\r\033[K" + line);
    }
}

void Context::endProgress() const { progress({}); }

int exitOf(const Error& error)
{
    const bool ambiguous = error.code.size() > 10 && error.code.ends_with(".ambiguous");
    return ambiguous || error.code.starts_with("usage.") ? kUsage : kNothingDone;
}

Result<image::Window> windowOf(const std::string& text)
{
    image::Window window;
    int read = 0;
    if (std::sscanf(text.c_str(), "%lf/%lf%n", &window.center, &window.width, &read) != 2 || static_cast<std::size_t>(read) != text.size()
        || !std::isfinite(window.center) || !std::isfinite(window.width) || window.width < 1) {
        return fail("usage.window", "A window is CENTRE/WIDTH with a width of at least 1, for example 40/400.");
    }
    return window;
}

Result<cache::StudyRecord> oneStudy(cache::Cache& cache, const std::string& uid)
{
    auto found = cache.findStudy(StudyInstanceUid(uid));
    if (!found) {
        return fail(found.error());
    }
    if (found->empty()) {
        return fail("study.unknown", "The cache does not hold this study; sync it first.");
    }
    if (found->size() > 1) {
        std::string archives;
        for (const auto& study : *found) {
            archives += (archives.empty() ? "" : ", ") + study.archive;
        }
        return fail("study.ambiguous", "Two archives hold a study with this UID: " + archives + "; say which with --archive.");
    }
    return found->front();
}

std::shared_ptr<load::StudyStore> storeOf(workspace::Workspace& workspace, const std::string& archive, const StudyInstanceUid& study)
{
    return storeOf(workspace, archive, study, workspace.engine().rules);
}

std::shared_ptr<load::StudyStore> storeOf(workspace::Workspace& workspace, const std::string& archive, const StudyInstanceUid& study,
                                          const image::SplitRules& rules)
{
    const auto engine = workspace.engine();
    auto store = std::make_shared<load::StudyStore>(load::StudyStore::Services{engine.cache, engine.pool, engine.budget, rules}, archive, study,
                                                    [](const std::string&) {});
    static_cast<void>(store->addFromCache());
    return store;
}

Result<std::shared_ptr<load::StudyStore>> storeOfSeries(workspace::Workspace& workspace, const std::string& seriesUid)
{
    const auto found = workspace.cache().findSeries(SeriesInstanceUid(seriesUid));
    if (!found) {
        return fail(found.error());
    }
    if (found->empty()) {
        return fail("series.unknown", "The cache does not hold this series; sync its study first.");
    }
    if (found->size() > 1) {
        std::string places;
        for (const auto& place : *found) {
            places += (places.empty() ? "" : ", ") + place.archive + " " + place.study.value;
        }
        return fail("series.ambiguous", "More than one study holds a series with this UID: " + places + ".");
    }
    return storeOf(workspace, found->front().archive, found->front().study);
}

Result<cache::ObjectRecord> oneObject(cache::Cache& cache, const std::string& sop)
{
    const auto found = cache.findObject(SopInstanceUid(sop));
    if (!found) {
        return fail(found.error());
    }
    if (found->empty()) {
        return fail("object.unknown", "The cache does not hold this object; sync its study first.");
    }
    if (found->size() > 1) {
        std::string places;
        for (const auto& object : *found) {
            places += (places.empty() ? "" : ", ") + object.identity.archive + " " + object.identity.study.value;
        }
        return fail("object.ambiguous", "Two objects have this UID: " + places + ".");
    }
    return found->front();
}

} // namespace akari::cli
