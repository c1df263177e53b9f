#include "app/workspace/Workspace.h"

#include <cstdlib>
#include <fstream>

#include "app/workspace/Protection.h"
#include "core/archive/Damage.h"
#include "core/base/Log.h"
#include "core/records/Rotation.h"

namespace akari::workspace {

Result<std::unique_ptr<Workspace>> Workspace::open(const Options& options)
{
    std::unique_ptr<Workspace> workspace(new Workspace);
    vault::OpenOptions folderOptions;
    folderOptions.folder = options.folder;
    folderOptions.passphrase = options.passphrase;
    folderOptions.keychain = options.keychain;
    folderOptions.readOnly = options.readOnly;
    folderOptions.recoveryCode = options.recoveryCode;
    auto folder = vault::DataFolder::open(std::move(folderOptions));
    if (!folder) {
        return fail(folder.error());
    }
    workspace->m_folder = std::move(*folder);
    auto cache = cache::Cache::open(workspace->m_folder->cachePath(), workspace->m_folder->keys(), &workspace->m_folder->cacheKey(), options.readOnly);
    if (!cache) {
        return fail(cache.error());
    }
    workspace->m_cache = std::move(*cache);
    auto records = records::openRecords(*workspace->m_folder, options.keychain, workspace->m_clock);
    if (!records) {
        return fail(records.error());
    }
    workspace->m_records = std::move(*records);
    workspace->m_known = std::make_unique<archive::KnownArchives>(*workspace->m_records, options.signIns);
    // The jobs are opened below, before anybody reads.
    const auto damaged = [at = workspace.get()](const ObjectIdentity& identity) {
        if (const Status dropped = archive::dropDamaged(*at->m_cache, *at->m_records, *at->m_jobs, identity); !dropped) {
            log::warning("workspace", "a damaged object stays in the cache: " + dropped.error().code);
        }
    };
    workspace->m_cache->connect(
        {[kept = workspace->m_records.get()] { return protectedStudies(*kept); }, &workspace->m_clock, {}, damaged});
    std::error_code none;
    if (const auto path = workspace->m_folder->path() / "split-rules.json"; std::filesystem::exists(path, none)) {
        if (auto rules = readSplitRules(path)) {
            workspace->m_rules = std::move(*rules);
        } else {
            workspace->m_rulesProblem = rules.error();
        }
    }
    if (const auto path = workspace->m_folder->path() / "prefetch-rules.json"; std::filesystem::exists(path, none)) {
        if (auto rules = readPrefetchRules(path)) {
            workspace->m_prefetchRules = std::move(*rules);
        } else {
            workspace->m_prefetchRulesProblem = rules.error();
            workspace->m_prefetchRules = {}; // nothing is fetched by rules that nobody wrote
        }
    }
    if (const Status jobs = workspace->openJobs(options.readOnly); !jobs) {
        return fail(jobs.error());
    }
    return workspace;
}

// Work that can't be kept is done all the same: it is found out again.
Status Workspace::openJobs(bool readOnly)
{
    // The cache's own data key: it stays when the master key is exchanged.
    const auto key = readOnly ? m_folder->keys().find("cache") : m_folder->keys().obtain("cache").value_or(nullptr);
    auto jobs = key ? archive::JobStore::open(m_folder->cachePath(), key->key, readOnly, m_clock) : archive::JobStore::openInMemory(m_clock);
    if (!jobs) {
        log::warning("workspace", "the list of what is to be fetched is kept in memory: " + jobs.error().code);
        jobs = archive::JobStore::openInMemory(m_clock);
    }
    if (!jobs) {
        return fail(jobs.error());
    }
    m_jobs = std::move(*jobs);
    m_schedulers = std::make_unique<archive::Schedulers>(archive::SchedulerServices{*m_cache, *m_records, *m_jobs, m_lines, m_clock, m_known.get()});
    return {};
}

namespace {

std::optional<std::string> smallText(const std::filesystem::path& path)
{
    constexpr std::size_t kMost = 1 << 20;
    std::ifstream in(path, std::ios::binary);
    std::string text(kMost, '\0');
    in.read(text.data(), static_cast<std::streamsize>(kMost));
    if (in.gcount() == 0 || in.gcount() == static_cast<std::streamsize>(kMost)) {
        return std::nullopt;
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    return text;
}

} // namespace

Result<image::SplitRules> readSplitRules(const std::filesystem::path& path)
{
    const auto text = smallText(path);
    return text ? image::parseSplitRules(*text) : fail("split.rules", "The file of split rules can't be read, is empty or is larger than 1 MB.");
}

Result<archive::PrefetchRules> readPrefetchRules(const std::filesystem::path& path)
{
    const auto text = smallText(path);
    return text ? archive::parsePrefetchRules(*text) : fail("prefetch.rules", "The file of prefetch rules can't be read, is empty or is larger than 1 MB.");
}

std::string nextStripe(const records::Records& records)
{
    constexpr const char* kStripes[] = {"#4ea1ff", "#4fbf7a", "#c99a3c", "#b07cff", "#ff7eb6", "#33b7b0"};
    const auto known = records.archives();
    return kStripes[(known ? known->size() : 0) % std::size(kStripes)];
}

std::filesystem::path dataFolder(const std::string& option)
{
    if (!option.empty()) {
        return option;
    }
    if (const char* named = std::getenv("AKARI_DATA"); named != nullptr && *named != '\0') {
        return named;
    }
    if (const char* data = std::getenv("XDG_DATA_HOME"); data != nullptr && *data != '\0') {
        return std::filesystem::path(data) / "akari";
    }
    const char* home = std::getenv("HOME");
    return std::filesystem::path(home != nullptr ? home : ".") / ".local" / "share" / "akari";
}

} // namespace akari::workspace
