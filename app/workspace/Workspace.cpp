#include "app/workspace/Workspace.h"

#include <cstdlib>
#include <fstream>

#include "app/workspace/Protection.h"

namespace akari::workspace {

Result<std::unique_ptr<Workspace>> Workspace::open(const Options& options)
{
    std::unique_ptr<Workspace> workspace(new Workspace);
    vault::OpenOptions folderOptions;
    folderOptions.folder = options.folder;
    folderOptions.passphrase = options.passphrase;
    folderOptions.keychain = options.keychain;
    folderOptions.readOnly = options.readOnly;
    auto folder = vault::DataFolder::open(std::move(folderOptions));
    if (!folder) {
        return fail(folder.error());
    }
    workspace->m_folder = std::move(*folder);
    auto cache = cache::Cache::open(workspace->m_folder->cachePath(), workspace->m_folder->cacheKey(), options.readOnly);
    if (!cache) {
        return fail(cache.error());
    }
    workspace->m_cache = std::move(*cache);
    auto records = records::Records::open(workspace->m_folder->recordsPath(), workspace->m_folder->recordsKey(), options.readOnly,
                                          workspace->m_clock);
    if (!records) {
        return fail(records.error());
    }
    workspace->m_records = std::move(*records);
    workspace->m_cache->connect({[kept = workspace->m_records.get()] { return protectedStudies(*kept); }, &workspace->m_clock, {}});
    std::error_code none;
    if (const auto path = workspace->m_folder->path() / "split-rules.json"; std::filesystem::exists(path, none)) {
        if (auto rules = readSplitRules(path)) {
            workspace->m_rules = std::move(*rules);
        } else {
            workspace->m_rulesProblem = rules.error();
        }
    }
    return workspace;
}

Result<image::SplitRules> readSplitRules(const std::filesystem::path& path)
{
    constexpr std::size_t kMost = 1 << 20;
    std::ifstream in(path, std::ios::binary);
    std::string text(kMost, '\0');
    in.read(text.data(), static_cast<std::streamsize>(kMost));
    if (in.gcount() == 0 || in.gcount() == static_cast<std::streamsize>(kMost)) {
        return fail("split.rules", "The file of split rules can't be read, is empty or is larger than 1 MB.");
    }
    text.resize(static_cast<std::size_t>(in.gcount()));
    return image::parseSplitRules(text);
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
