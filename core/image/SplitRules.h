// Which attributes split a series into display sets, by modality. Rules are plain JSON: ours in resources/geometry/split-rules.json,
// the reader's in the data folder. Form in docs/split-rules.md.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/Result.h"

namespace akari::image {

// Names of keys, in the order in which they split. What has no plane, another size or is a clip of its own is split off by no rule,
// and whatever the rules let together is a volume only if its planes and sizes agree.
struct SplitRule {
    std::vector<std::string> always;
    std::vector<std::string> whereTheyOverlap; // only where frames lie at one place, and only as far as that helps
    bool operator==(const SplitRule&) const = default;
};

struct SplitRules {
    std::map<std::string, SplitRule> byModality; // "*": every other modality
    const SplitRule& of(const std::string& modality) const;
};

// A key that rules may name, and what the reader is told when it has split something off.
struct SplitKeyName {
    const char* key;
    const char* reason;
};
const std::vector<SplitKeyName>& splitKeyNames();

const SplitRules& builtInSplitRules();
// The built-in rules with the modalities that `json` names replaced. "split.rules": no JSON, another version, an unknown key.
Result<SplitRules> parseSplitRules(std::string_view json);
// `rule` with one key splitting, or not at all: as it splits in `usual`, the modality's rule, else always.
SplitRule withKey(SplitRule rule, const std::string& key, bool splits, const SplitRule& usual = {});

} // namespace akari::image
