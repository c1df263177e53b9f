// cache, cache quota, cache pin, cache unpin: what the cache may keep, and what it must.
#include <charconv>
#include <cmath>

#include "app/cli/Context.h"
#include "app/workspace/Protection.h"

namespace akari::cli {

namespace {

std::string gigabytes(std::uint64_t bytes)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.2f GB", static_cast<double>(bytes) / 1e9);
    return text;
}

int showUsage(Context& context, workspace::Workspace& workspace)
{
    const auto usage = workspace.cache().usage();
    if (!usage) {
        return context.failed(usage.error());
    }
    const Json json{{"bytes", usage->bytes},
                    {"twinBytes", usage->twinBytes},
                    {"indexBytes", usage->indexBytes},
                    {"quota", usage->quota},
                    {"automaticQuota", usage->automaticQuota},
                    {"studies", usage->studies},
                    {"pinned", usage->pinned},
                    {"needed", usage->needed},
                    {"inUse", usage->inUse},
                    {"evictable", usage->evictable},
                    {"evictableBytes", usage->evictableBytes}};
    const std::string text = gigabytes(usage->bytes) + " of " + gigabytes(usage->quota) + (usage->automaticQuota ? " (automatic)" : "") +
                             ", " + gigabytes(usage->twinBytes) + " of it decoded twins\n" + std::to_string(usage->studies) +
                             " studies: " + std::to_string(usage->pinned) + " pinned, " + std::to_string(usage->needed) +
                             " needed by reports, " + std::to_string(usage->evictable) + " may go (" + gigabytes(usage->evictableBytes) +
                             ")\n";
    return context.done(json, text);
}

int runUsage(Context& context)
{
    const auto workspace = context.workspace(false);
    return workspace ? showUsage(context, **workspace) : context.failed(workspace.error());
}

// "auto", or bytes with an optional K, M, G or T (powers of 1000).
Result<std::optional<std::uint64_t>> quotaOf(const std::string& text)
{
    if (text == "auto") {
        return std::optional<std::uint64_t>();
    }
    std::uint64_t bytes = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), bytes);
    const std::string_view unit(end, static_cast<std::size_t>(text.data() + text.size() - end));
    const std::size_t power = unit.empty() ? 0 : unit.size() == 1 ? std::string_view("KMGT").find(unit.front()) + 1 : 0;
    const bool known = unit.empty() || (unit.size() == 1 && power >= 1 && power <= 4);
    constexpr std::uint64_t kUnits[] = {1, 1'000, 1'000'000, 1'000'000'000, 1'000'000'000'000};
    if (error != std::errc() || !known || bytes > (std::uint64_t{1} << 62) / kUnits[power]) {
        return fail("usage.quota", "A quota is a number of bytes (K, M, G or T may follow) or auto, for example 200G.");
    }
    return std::optional(bytes * kUnits[power]);
}

int runQuota(Context& context, const std::string& text)
{
    const auto quota = quotaOf(text);
    if (!quota) {
        return context.failed(quota.error(), kUsage);
    }
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    if (const auto set = (*workspace)->cache().setQuota(*quota); !set) {
        return context.failed(set.error());
    }
    return showUsage(context, **workspace);
}

int runPin(Context& context, const std::string& uid, const std::string& archive, bool pinned)
{
    const auto workspace = context.workspace(true);
    if (!workspace) {
        return context.failed(workspace.error());
    }
    cache::StudyPlace place{archive, StudyInstanceUid(uid)};
    if (archive.empty()) {
        const auto study = oneStudy((*workspace)->cache(), uid);
        if (!study) {
            return context.failed(study.error(), exitOf(study.error()));
        }
        place.first = study->archive;
    }
    if (const auto put = workspace::setPinned((*workspace)->records(), place, pinned); !put) {
        return context.failed(put.error());
    }
    return context.done({{"studyInstanceUid", uid}, {"archive", place.first}, {"pinned", pinned}},
                        pinned ? "Pinned." : "Not pinned any more.");
}

} // namespace

void addCacheCommands(CLI::App& app, Context& context, Run& run)
{
    auto* cache = app.add_subcommand("cache", "How full the cache is; its quota; pinned studies");
    cache->require_subcommand(0, 1);
    cache->callback([&context, &run, cache] {
        if (cache->get_subcommands().empty()) {
            run = [&context] { return runUsage(context); };
        }
    });

    auto* quota = cache->add_subcommand("quota", "How many bytes the cache may take");
    auto bytes = std::make_shared<std::string>();
    quota->add_option("BYTES", *bytes, "Bytes (K, M, G, T may follow) or auto")->required();
    quota->callback([&context, &run, bytes] { run = [&context, bytes] { return runQuota(context, *bytes); }; });

    for (const bool pinned : {true, false}) {
        auto* pin = cache->add_subcommand(pinned ? "pin" : "unpin", pinned ? "Never evict this study" : "Let this study be evicted again");
        auto uid = std::make_shared<std::string>();
        auto archive = std::make_shared<std::string>();
        pin->add_option("STUDY", *uid, "StudyInstanceUID")->required();
        pin->add_option("--archive", *archive, "Which archive's, if two have it");
        pin->callback([&context, &run, uid, archive, pinned] {
            run = [&context, uid, archive, pinned] { return runPin(context, *uid, *archive, pinned); };
        });
    }
}

} // namespace akari::cli
