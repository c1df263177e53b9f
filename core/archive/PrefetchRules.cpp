#include "core/archive/PrefetchRules.h"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include <nlohmann/json.hpp>

namespace akari::archive {

extern const char* const kBuiltInPrefetchRules;

namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr int kMostOfAny = 1'000'000; // so that a slip of the finger is an error and not a full disk

tl::unexpected<Error> wrong(const std::string& what)
{
    return fail("prefetch.rules", "The prefetch rules can't be used: " + what + "; see docs/prefetch-rules.md.");
}

std::string folded(std::string_view text)
{
    std::string result(text);
    std::transform(result.begin(), result.end(), result.begin(),
                   [](unsigned char c) { return static_cast<char>(c < 128 ? std::tolower(c) : c); });
    return result;
}

// Letters of a word that has none of its kind on either side: "rib" is not in "distribution". Other scripts have no such sides.
bool hasWord(const std::string& text, const std::string& word)
{
    const auto isLetter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 && static_cast<unsigned char>(c) < 128; };
    for (auto at = text.find(word); !word.empty() && at != std::string::npos; at = text.find(word, at + 1)) {
        const bool begins = at == 0 || !isLetter(word.front()) || !isLetter(text[at - 1]);
        const auto after = at + word.size();
        const bool ends = after >= text.size() || !isLetter(word.back()) || !isLetter(text[after]);
        if (begins && ends) {
            return true;
        }
    }
    return false;
}

Status readNumber(const Json& json, const char* key, int& into)
{
    if (const auto found = json.find(key); found != json.end()) {
        if (!found->is_number_integer() || *found < 0 || *found > kMostOfAny) {
            return wrong(std::string("\"") + key + "\" is no whole number from 0");
        }
        into = found->get<int>();
    }
    return {};
}

Status knowsOnly(const Json& json, const std::set<std::string>& keys)
{
    for (const auto& [key, value] : json.items()) {
        if (!keys.contains(key)) {
            return wrong("a key is not known");
        }
    }
    return {};
}

Result<std::vector<std::string>> wordsOf(const Json& json)
{
    std::vector<std::string> words;
    if (!json.is_array()) {
        return wrong("a list of words is no list");
    }
    for (const Json& word : json) {
        if (!word.is_string() || word.get<std::string>().empty()) {
            return wrong("a word is no text");
        }
        words.push_back(word.get<std::string>());
    }
    return words;
}

Status readPriors(const Json& json, PrefetchRules& rules)
{
    if (!json.is_object()) {
        return wrong("\"priors\" is no object");
    }
    for (const Status& read : {knowsOnly(json, {"most", "years", "match"}), readNumber(json, "most", rules.mostPriors),
                               readNumber(json, "years", rules.years)}) {
        if (!read) {
            return read;
        }
    }
    if (json.contains("match")) {
        const auto names = wordsOf(json["match"]);
        if (!names) {
            return fail(names.error());
        }
        rules.byBodyPart = rules.byFamily = false;
        for (const std::string& name : *names) {
            if (name != "bodyPart" && name != "family") {
                return wrong("\"match\" knows \"bodyPart\" and \"family\"");
            }
            (name == "family" ? rules.byFamily : rules.byBodyPart) = true;
        }
    }
    return {};
}

Status readLists(const Json& json, PrefetchRules& rules)
{
    if (json.contains("families")) {
        if (!json["families"].is_array()) {
            return wrong("\"families\" is no list");
        }
        rules.families.clear();
        for (const Json& family : json["families"]) {
            const auto names = wordsOf(family);
            if (!names) {
                return fail(names.error());
            }
            rules.families.emplace_back(names->begin(), names->end());
        }
    }
    if (json.contains("bodyParts")) {
        if (!json["bodyParts"].is_object()) {
            return wrong("\"bodyParts\" is no object");
        }
        for (const auto& [name, list] : json["bodyParts"].items()) {
            auto words = wordsOf(list);
            if (!words) {
                return fail(words.error());
            }
            std::transform(words->begin(), words->end(), words->begin(), folded);
            rules.bodyParts[name] = std::move(*words);
        }
    }
    return {};
}

Result<PrefetchRules> parsedOver(PrefetchRules rules, std::string_view text)
{
    const Json json = Json::parse(text, nullptr, false);
    if (!json.is_object() || !json.contains("version") || json["version"] != kVersion) {
        return wrong("they are no JSON object with \"version\" 1");
    }
    int megabytes = static_cast<int>(rules.bytes / 1'000'000);
    for (const Status& read :
         {knowsOnly(json, {"version", "studies", "recentDays", "megabytes", "minutes", "priors", "families", "bodyParts"}),
          readNumber(json, "studies", rules.studies), readNumber(json, "recentDays", rules.recentDays),
          readNumber(json, "megabytes", megabytes), readNumber(json, "minutes", rules.minutes),
          json.contains("priors") ? readPriors(json["priors"], rules) : Status(), readLists(json, rules)}) {
        if (!read) {
            return fail(read.error());
        }
    }
    rules.bytes = static_cast<std::uint64_t>(megabytes) * 1'000'000;
    return rules;
}

// Objects that are no images say nothing of what a study is compared with.
bool isImage(const std::string& modality)
{
    return modality != "SR" && modality != "DOC" && modality != "KO" && modality != "PR";
}

std::string joined(const std::set<std::string>& names)
{
    std::string text;
    for (const std::string& name : names) {
        text += (text.empty() ? "" : ", ") + name;
    }
    return text;
}

std::set<std::string> sharedFamily(const PrefetchRules& rules, const StudyFacts& current, const StudyFacts& prior)
{
    std::set<std::string> shared;
    for (const std::string& modality : prior.modalities) {
        const bool together = std::any_of(current.modalities.begin(), current.modalities.end(), [&](const std::string& mine) {
            return mine == modality || std::any_of(rules.families.begin(), rules.families.end(),
                                                   [&](const auto& family) { return family.contains(mine) && family.contains(modality); });
        });
        if (together && isImage(modality)) {
            shared.insert(modality);
        }
    }
    return shared;
}

// Years between two dates, rounded down; 0 where one of them is not known.
int yearsBetween(const std::string& earlier, const std::string& later)
{
    const bool known = earlier.size() == 8 && later.size() == 8;
    return known ? std::max(0, (std::atoi(later.c_str()) - std::atoi(earlier.c_str())) / 10000) : 0;
}

} // namespace

const PrefetchRules& builtInPrefetchRules()
{
    // The file is checked by a test; without rules nothing is fetched beforehand.
    static const PrefetchRules rules = parsedOver({}, kBuiltInPrefetchRules).value_or(PrefetchRules{});
    return rules;
}

Result<PrefetchRules> parsePrefetchRules(std::string_view json)
{
    return parsedOver(builtInPrefetchRules(), json);
}

std::set<std::string> bodyPartsOf(const PrefetchRules& rules, const StudyFacts& study)
{
    const auto of = [&](const std::string& text) {
        std::set<std::string> parts;
        for (const auto& [name, words] : rules.bodyParts) {
            const bool named = hasWord(text, folded(name)) ||
                               std::any_of(words.begin(), words.end(), [&](const std::string& word) { return hasWord(text, word); });
            if (named) {
                parts.insert(name);
            }
        }
        return parts;
    };
    std::set<std::string> parts;
    for (const std::string& examined : study.bodyPartsExamined) {
        parts.merge(of(folded(examined)));
    }
    return parts.empty() ? of(folded(study.description)) : parts;
}

Relevance relevanceOf(const PrefetchRules& rules, const StudyFacts& current, const StudyFacts& prior)
{
    if (yearsBetween(prior.studyDate, current.studyDate) >= std::max(1, rules.years)) {
        return {};
    }
    const auto mine = bodyPartsOf(rules, current);
    std::set<std::string> parts;
    for (const std::string& part : bodyPartsOf(rules, prior)) {
        if (mine.contains(part)) {
            parts.insert(part);
        }
    }
    const auto family = sharedFamily(rules, current, prior);
    Relevance relevance;
    if (rules.byBodyPart && !parts.empty()) {
        relevance = {2, "same body part (" + joined(parts) + ")"};
    }
    if (rules.byFamily && !family.empty()) {
        relevance.rank += 1;
        relevance.why += (relevance.why.empty() ? "" : ", ") + ("same kind of image (" + joined(family) + ")");
    }
    return relevance;
}

} // namespace akari::archive
