#include <algorithm>
#include <map>
#include <tuple>

#include "core/image/DisplaySetSplit.h"

namespace akari::image {

namespace {

constexpr double kSideBySide = 1.0; // mm: two tiles of one plane are not one place

// Frames in stacks of one position each, ascending.
std::vector<FrameRefs> byPosition(const FrameRefs& frames)
{
    const Vec3 normal = frames.front()->plane->normal();
    std::vector<std::pair<double, const FrameAttributes*>> sorted;
    for (const FrameAttributes* frame : frames) {
        sorted.emplace_back(dot(frame->plane->position, normal), frame);
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    std::vector<FrameRefs> bins;
    double last = 0;
    for (const auto& [position, frame] : sorted) {
        if (bins.empty() || position - last > kSamePosition
            || length(frame->plane->position - bins.back().front()->plane->position) > kSideBySide) {
            bins.emplace_back();
        }
        bins.back().push_back(frame);
        last = position;
    }
    return bins;
}

std::size_t mostAtOnePosition(const FrameRefs& frames)
{
    std::size_t most = 0;
    for (const FrameRefs& bin : byPosition(frames)) {
        most = std::max(most, bin.size());
    }
    return most;
}

// By an attribute, when that leaves fewer frames at one position and doesn't tear the stack into more pieces than there are layers.
bool splitWhereItHelps(const FrameGroup& group, std::vector<FrameGroup>& out, const SplitKeyDefinition& key)
{
    const std::size_t before = mostAtOnePosition(group.frames);
    auto parts = splitBy(group, key.reason, key.part);
    std::size_t after = 0;
    for (const FrameGroup& part : parts) {
        after = std::max(after, mostAtOnePosition(part.frames));
    }
    if (parts.size() < 2 || parts.size() > before || after >= before) {
        return false;
    }
    std::move(parts.begin(), parts.end(), std::back_inserter(out));
    return true;
}

auto moment(const FrameAttributes& f)
{
    return std::tie(f.temporalPosition, f.acquisitionTime, f.triggerTime, f.cardiacPhase, f.acquisitionNumber, f.contentTime, f.dimensions);
}

// In order of time, then of instance number.
void orderByMoment(std::vector<FrameRefs>& bins)
{
    for (FrameRefs& bin : bins) {
        std::stable_sort(bin.begin(), bin.end(), [](const FrameAttributes* a, const FrameAttributes* b) {
            return std::tie(a->temporalPosition, a->triggerTime, a->cardiacPhase, a->acquisitionTime, a->instanceNumber)
                   < std::tie(b->temporalPosition, b->triggerTime, b->cardiacPhase, b->acquisitionTime, b->instanceNumber);
        });
    }
}

struct Layers {
    bool regular = true;   // as many frames at every place
    bool timed = true;     // an attribute tells the frames of each place apart
    bool numbered = true;  // at least their instance numbers do
    FrameRefs further;     // all but the first of each place
};

Layers judgeLayers(const std::vector<FrameRefs>& bins)
{
    Layers layers;
    for (const FrameRefs& bin : bins) {
        layers.regular = layers.regular && bin.size() == bins.front().size();
        for (std::size_t i = 1; i < bin.size(); ++i) {
            layers.further.push_back(bin[i]);
            layers.timed = layers.timed && moment(*bin[i]) != moment(*bin[i - 1]);
            layers.numbered = layers.numbered && bin[i]->instanceNumber != bin[i - 1]->instanceNumber;
        }
    }
    return layers;
}

// Time is what some attribute tells apart, or what comes in the same number everywhere under numbers of its own. The rest are duplicates.
std::vector<FrameGroup> splitIntoLayers(FrameGroup group)
{
    auto bins = byPosition(group.frames);
    orderByMoment(bins);
    const Layers layers = judgeLayers(bins);
    const bool time = layers.timed || (layers.regular && layers.numbered);
    if (!time) {
        group.findings.push_back(finding("duplicate", "More than one image at one position and nothing tells them apart; instances "
                                                          + instanceNumbers(layers.further) + " are duplicates and shown apart.", layers.further));
    } else if (!layers.regular) {
        group.findings.push_back(finding("time", "Not every position was imaged as often as the others; instances "
                                                     + instanceNumbers(layers.further) + " are shown apart.", layers.further));
    } else if (!layers.timed) {
        group.findings.push_back(finding("time", "Nothing but their instance numbers tells the " + std::to_string(bins.front().size())
                                                     + " images at each position apart; they are taken to follow each other in time.", {}));
    }
    std::map<const FrameAttributes*, std::size_t> layer;
    for (const FrameRefs& bin : bins) {
        for (std::size_t i = 0; i < bin.size(); ++i) {
            layer[bin[i]] = i;
        }
    }
    const std::string word = time ? "time " : "copy ";
    return splitBy(std::move(group), time ? "temporal position" : "duplicate", [&](const FrameAttributes& frame) {
        const std::string n = word + std::to_string(layer[&frame] + 1);
        return SplitPart{n, n};
    });
}

} // namespace

void splitPlaces(FrameGroup group, const SplitRule& rule, std::vector<FrameGroup>& out)
{
    const bool placed = group.frames.front()->plane && !group.rotating;
    bool parallel = placed;
    for (std::size_t i = 1; parallel && i < group.frames.size(); ++i) {
        parallel = sameDirection(group.frames[i]->plane->rowDirection, group.frames.front()->plane->rowDirection)
                   && sameDirection(group.frames[i]->plane->columnDirection, group.frames.front()->plane->columnDirection);
    }
    // A cine or a spectroscopic map of one slice is scrolled through in the order of acquisition.
    if (!parallel || mostAtOnePosition(group.frames) < 2 || byPosition(group.frames).size() == 1) {
        out.push_back(std::move(group));
        return;
    }
    for (const std::string& key : rule.whereTheyOverlap) {
        std::vector<FrameGroup> parts;
        const SplitKeyDefinition* definition = splitKey(key);
        if (definition && definition->part && splitWhereItHelps(group, parts, *definition)) {
            for (FrameGroup& part : parts) {
                splitPlaces(std::move(part), rule, out);
            }
            return;
        }
    }
    auto layers = splitIntoLayers(std::move(group));
    std::move(layers.begin(), layers.end(), std::back_inserter(out));
}

} // namespace akari::image
