#include "core/image/SplitRules.h"

#include <algorithm>

#include <nlohmann/json.hpp>

#include "core/image/SplitKeys.h"

namespace akari::image {

extern const char* const kBuiltInSplitRules;

namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;

tl::unexpected<Error> wrong(const std::string& what)
{
    return fail("split.rules", "The split rules can't be used: " + what + "; see docs/split-rules.md.");
}

Result<std::vector<std::string>> keysOf(const Json& rule, const char* name)
{
    std::vector<std::string> keys;
    const auto found = rule.find(name);
    if (found == rule.end()) {
        return keys;
    }
    if (!found->is_array()) {
        return wrong(std::string("\"") + name + "\" is no list");
    }
    for (const Json& key : *found) {
        if (!key.is_string() || !splitKey(key.get<std::string>())) {
            return wrong("a key in \"" + std::string(name) + "\" is not known");
        }
        keys.push_back(key.get<std::string>());
    }
    return keys;
}

Result<SplitRules> parsedOver(SplitRules rules, std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("modalities") || !json["modalities"].is_object()) {
        return wrong("they are no JSON object with \"modalities\"");
    }
    if (!json.contains("version") || json["version"] != kVersion) {
        return wrong("\"version\" must be 1");
    }
    for (const auto& [modality, rule] : json["modalities"].items()) {
        if (!rule.is_object()) {
            return wrong("a modality's rule is no object");
        }
        const auto always = keysOf(rule, "always");
        if (!always) {
            return fail(always.error());
        }
        const auto overlap = keysOf(rule, "whereTheyOverlap");
        if (!overlap) {
            return fail(overlap.error());
        }
        rules.byModality[modality] = {*always, *overlap};
    }
    return rules;
}

} // namespace

const SplitRule& SplitRules::of(const std::string& modality) const
{
    static const SplitRule none;
    for (const std::string& name : {modality, std::string("*")}) {
        if (const auto found = byModality.find(name); found != byModality.end()) {
            return found->second;
        }
    }
    return none;
}

const SplitRules& builtInSplitRules()
{
    // The file is checked by a test; an empty rule set would still split by everything that no rule decides.
    static const SplitRules rules = parsedOver({}, kBuiltInSplitRules).value_or(SplitRules{});
    return rules;
}

Result<SplitRules> parseSplitRules(std::string_view json) { return parsedOver(builtInSplitRules(), json); }

SplitRule withKey(SplitRule rule, const std::string& key, bool splits, const SplitRule& usual)
{
    std::erase(rule.always, key);
    std::erase(rule.whereTheyOverlap, key);
    if (splits) {
        const auto& overlaps = usual.whereTheyOverlap;
        const bool there = std::find(overlaps.begin(), overlaps.end(), key) != overlaps.end();
        (there ? rule.whereTheyOverlap : rule.always).push_back(key);
    }
    return rule;
}

} // namespace akari::image
