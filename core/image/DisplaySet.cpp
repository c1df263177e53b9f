#include "core/image/DisplaySet.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "core/base/Bytes.h"
#include "core/image/DisplaySetVerdict.h"

namespace akari::image {

namespace {

std::string joined(const std::vector<std::string>& words, const char* between)
{
    std::string text;
    for (const std::string& word : words) {
        if (!word.empty()) {
            text += (text.empty() ? "" : between) + word;
        }
    }
    return text;
}

DisplaySet makeSet(FrameGroup group)
{
    DisplaySet set;
    const FrameAttributes& first = *group.frames.front();
    set.series = first.identity.series;
    set.modality = first.modality;
    set.splitReason = joined(group.reasons, ", ");
    const std::string words = joined(group.words, ", ");
    set.label = first.seriesDescription;
    if (!words.empty()) {
        set.label += (set.label.empty() ? "" : " · ") + words;
    }
    const std::string seriesKey = first.identity.archive + "/" + first.identity.study.value + "/" + set.series.value;
    set.id = sha256Hex(asBytes(seriesKey)).substr(0, 12) + "-" + sha256Hex(asBytes(group.key)).substr(0, 6);
    judgeGeometry(group, set);
    std::set<std::string> told;
    for (const GeometryFinding& found : set.findings) {
        set.warnings.push_back(found.message);
        told.insert(found.message);
    }
    set.frames.reserve(group.frames.size());
    for (const FrameAttributes* frame : group.frames) {
        for (const std::string& warning : frame->warnings) {
            if (told.insert(warning).second) {
                set.warnings.push_back(warning + " (instance " + instanceNumbers({frame}) + ")");
            }
        }
        set.frames.push_back(*frame);
    }
    return set;
}

using SeriesKey = std::tuple<std::string, StudyInstanceUid, SeriesInstanceUid>;

// The same object twice is one object; other bytes under the same UIDs are told.
void dropRepeated(FrameRefs& frames, std::vector<GeometryFinding>& findings)
{
    std::map<std::pair<std::string, std::int32_t>, const FrameAttributes*> seen;
    FrameRefs kept;
    FrameRefs differing;
    for (const FrameAttributes* frame : frames) {
        const auto [at, isNew] = seen.try_emplace({frame->identity.sop.value, frame->frame.value}, frame);
        if (isNew) {
            kept.push_back(frame);
        } else if (at->second->identity.contentVersion != frame->identity.contentVersion) {
            differing.push_back(frame);
        }
    }
    frames = std::move(kept);
    if (!differing.empty()) {
        findings.push_back(finding("uid", "Objects with the same UID but other content were left out: instances " + instanceNumbers(differing) + ".",
                                   differing));
    }
}

} // namespace

std::vector<DisplaySet> makeDisplaySets(std::vector<FrameAttributes> frames, const SplitRules& rules,
                                        const std::map<SeriesInstanceUid, SplitRule>& own)
{
    std::map<SeriesKey, FrameRefs> series;
    for (const FrameAttributes& frame : frames) {
        series[{frame.identity.archive, frame.identity.study, frame.identity.series}].push_back(&frame);
    }
    std::vector<std::pair<std::int32_t, DisplaySet>> sets;
    for (auto& [key, refs] : series) {
        std::sort(refs.begin(), refs.end(), [](const FrameAttributes* a, const FrameAttributes* b) {
            return std::tie(a->instanceNumber, a->identity.sop.value, a->frame.value, a->identity.contentVersion)
                   < std::tie(b->instanceNumber, b->identity.sop.value, b->frame.value, b->identity.contentVersion);
        });
        const std::int32_t number = refs.front()->seriesNumber;
        std::vector<GeometryFinding> findings;
        dropRepeated(refs, findings);
        const auto chosen = own.find(std::get<SeriesInstanceUid>(key));
        const SplitRule& rule = chosen != own.end() ? chosen->second : rules.of(refs.front()->modality);
        std::map<std::string, int> used;
        for (FrameGroup& group : splitSeries(std::move(refs), rule)) {
            group.findings.insert(group.findings.end(), findings.begin(), findings.end());
            DisplaySet set = makeSet(std::move(group));
            if (const int repeat = ++used[set.id]; repeat > 1) {
                set.id += "-" + std::to_string(repeat);
            }
            sets.emplace_back(number, std::move(set));
        }
    }
    std::stable_sort(sets.begin(), sets.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<DisplaySet> result;
    result.reserve(sets.size());
    for (auto& [number, set] : sets) {
        result.push_back(std::move(set));
    }
    return result;
}

} // namespace akari::image
