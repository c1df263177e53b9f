// Split rules as a reader may write them.
#include <algorithm>

#include "core/image/SplitRules.h"
#include "tests/fuzz/Fuzz.h"

using namespace akari;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    const auto rules = image::parseSplitRules(asText({data, size}));
    if (!rules) {
        fuzz::checkError(rules.error().code, rules.error().message);
        return 0;
    }
    for (const auto& [modality, rule] : rules->byModality) {
        fuzz::require(rules->of(modality) == rule, "a modality has its own rule");
        for (const auto& key : rule.always) {
            const auto without = image::withKey(rule, key, false);
            fuzz::require(std::find(without.always.begin(), without.always.end(), key) == without.always.end(), "a key can be taken out");
        }
    }
    return 0;
}
