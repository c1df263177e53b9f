// What is fetched before anybody asks for it, and which priors belong to a study. Rules are plain JSON: ours in
// resources/prefetch/prefetch-rules.json, the reader's in the data folder. Form in docs/prefetch-rules.md. Pure.
#pragma once

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/Result.h"

namespace akari::archive {

struct PrefetchRules {
    int studies = 0;         // next on the worklist, each archive
    int recentDays = 0;      // not older than that
    std::uint64_t bytes = 0; // received in one run at most
    int minutes = 0;         // and no longer than that
    int mostPriors = 0;      // of one study
    int years = 0;           // priors not older than that, counted from the study
    bool byBodyPart = false; // any of those that are set makes a prior relevant
    bool byFamily = false;
    std::vector<std::set<std::string>> families;               // modalities that are compared with each other
    std::map<std::string, std::vector<std::string>> bodyParts; // words of descriptions, lower case
};

const PrefetchRules& builtInPrefetchRules();
// The built-in rules with what `json` names replaced. "prefetch.rules": no JSON, another version, a value of the wrong kind, an unknown
// key.
Result<PrefetchRules> parsePrefetchRules(std::string_view json);

// What the rules look at in a study.
struct StudyFacts {
    std::string studyDate; // YYYYMMDD
    std::string description;
    std::set<std::string> modalities;
    std::set<std::string> bodyPartsExamined; // (0018,0015) of its series, where known
};

// Body parts by the rules' names: from Body Part Examined, else from the words of the description.
std::set<std::string> bodyPartsOf(const PrefetchRules& rules, const StudyFacts& study);

// Why `prior` belongs to `current`; rank 0: it doesn't, higher is more.
struct Relevance {
    int rank = 0;
    std::string why; // "same body part (CHEST), same kind of image (CT)"
};
Relevance relevanceOf(const PrefetchRules& rules, const StudyFacts& current, const StudyFacts& prior);

} // namespace akari::archive
