// The composition root: opens the data folder and puts the engine together. One per process; no globals.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "core/archive/PrefetchRules.h"
#include "core/session/Engine.h"
#include "core/vault/DataFolder.h"

namespace akari::workspace {

struct Options {
    std::filesystem::path folder;
    std::optional<std::string> passphrase;
    vault::SecretStore* keychain = nullptr; // used where there is no passphrase
    bool readOnly = false;
    // Where sign-ins to archives are kept; asked on any thread, outlives the workspace. Null: sealed in records.
    vault::SecretStore* signIns = nullptr;
    std::optional<std::string> recoveryCode{}; // opens; the passphrase is then the new one (vault::OpenOptions)
};

class Workspace {
public:
    static Result<std::unique_ptr<Workspace>> open(const Options& options);

    session::Engine engine()
    {
        return {*m_cache, *m_records, m_pool, m_budget, m_clock, m_lines, m_rules, m_known.get(), m_schedulers.get(), m_index};
    }
    cache::Cache& cache() { return *m_cache; }
    records::Records& records() { return *m_records; }
    decode::DecodePool& pool() { return m_pool; }
    load::MemoryBudget& budget() { return m_budget; }
    const Clock& clock() const { return m_clock; }
    archive::LineRates& lines() { return m_lines; }
    archive::KnownArchives& known() { return *m_known; }
    archive::JobStore& jobs() { return *m_jobs; }
    archive::Schedulers& schedulers() { return *m_schedulers; }
    const archive::PrefetchRules& prefetchRules() const { return m_prefetchRules; }
    // Why the folder's prefetch-rules.json is not in use ("prefetch.rules"), where there is one that can't be.
    const std::optional<Error>& prefetchRulesProblem() const { return m_prefetchRulesProblem; }
    const vault::DataFolder& folder() const { return *m_folder; }
    vault::DataFolder& folder() { return *m_folder; } // to change its keys
    // Why the folder's split-rules.json is not in use ("split.rules"), where there is one that can't be.
    const std::optional<Error>& rulesProblem() const { return m_rulesProblem; }

private:
    Workspace() = default;
    Status openJobs(bool readOnly);

    SystemClock m_clock;
    archive::LineRates m_lines;
    std::unique_ptr<vault::DataFolder> m_folder;
    std::unique_ptr<cache::Cache> m_cache;
    std::unique_ptr<records::Records> m_records;
    std::unique_ptr<archive::KnownArchives> m_known;
    std::unique_ptr<archive::JobStore> m_jobs;
    archive::PrefetchRules m_prefetchRules = archive::builtInPrefetchRules();
    std::optional<Error> m_prefetchRulesProblem;
    decode::DecodePool m_pool;
    image::SplitRules m_rules = image::builtInSplitRules();
    std::optional<Error> m_rulesProblem;
    std::shared_ptr<session::StudyIndex> m_index = std::make_shared<session::StudyIndex>();
    load::MemoryBudget m_budget{load::MemoryBudget::defaultLimit()};
    std::unique_ptr<archive::Schedulers> m_schedulers; // last: it uses all of the above
};

// Split rules from a file; "split.rules" where it can't be read or used.
Result<image::SplitRules> readSplitRules(const std::filesystem::path& path);
// Prefetch rules likewise; "prefetch.rules".
Result<archive::PrefetchRules> readPrefetchRules(const std::filesystem::path& path);
// --data, else AKARI_DATA, else the platform's own place ($XDG_DATA_HOME/akari).
std::filesystem::path dataFolder(const std::string& option);
// The stripe of a hospital added now: six colours in turn, kept with the archive from then on.
std::string nextStripe(const records::Records& records);
// A file-size limit answers as a full disk instead of killing the program.
void fullFilesAreErrors();
// AKARI_PASSPHRASE, read, wiped and unset, so that no child sees it.
std::optional<std::string> takePassphrase();
std::optional<std::string> takeEnvironment(const char* name);

} // namespace akari::workspace
