#include "core/image/DisplaySetSplit.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

namespace akari::image {

namespace {

constexpr std::size_t kMostOfASurvey = 20; // frames of one direction

SplitPart sizeOf(const FrameAttributes& f)
{
    const std::string size = std::to_string(f.columns) + "x" + std::to_string(f.rows);
    const std::string colour = f.samplesPerPixel > 1 ? " colour" : "";
    const std::string spacing = f.plane ? " " + shortNumber(std::round(f.plane->spacing.betweenColumns * 1e3)) + ","
                                              + shortNumber(std::round(f.plane->spacing.betweenRows * 1e3))
                                        : "";
    return {size + colour + spacing, size + colour};
}

template <class Split> void splitEach(std::vector<FrameGroup>& groups, const Split& split)
{
    std::vector<FrameGroup> next;
    for (FrameGroup& group : groups) {
        auto parts = split(std::move(group));
        std::move(parts.begin(), parts.end(), std::back_inserter(next));
    }
    groups = std::move(next);
}

// Some de-identifiers give every image a frame of reference of its own, which would leave no series whole.
std::vector<FrameGroup> splitByFrameOfReference(FrameGroup group)
{
    std::set<std::string> uids;
    for (const FrameAttributes* frame : group.frames) {
        uids.insert(frame->frameOfReferenceUid);
    }
    if (!group.frames.front()->plane) {
        return {std::move(group)};
    }
    if (group.frames.size() > 2 && uids.size() == group.frames.size()) {
        group.findings.push_back(finding("frameOfReference",
                                         "Every image names a frame of reference of its own; their positions are taken to belong together.", {}));
        return {std::move(group)};
    }
    return splitBy(std::move(group), "frame of reference",
                   [](const FrameAttributes& f) { return SplitPart{f.frameOfReferenceUid, "other position"}; });
}

std::string planeWord(const SlicePlane& plane)
{
    const Vec3 n = plane.normal();
    const double x = std::abs(n.x), y = std::abs(n.y), z = std::abs(n.z);
    const double most = std::max({x, y, z});
    return std::string(most < 0.9 ? "oblique " : "") + (most == z ? "axial" : most == y ? "coronal" : "sagittal");
}

bool orthogonal(const SlicePlane& a, const SlicePlane& b) { return std::abs(dot(a.normal(), b.normal())) < 0.2; }

// Three directions at right angles, a few planes each: no volume, even where each direction's planes are even.
void markSurvey(std::vector<FrameGroup>& parts)
{
    bool survey = parts.size() >= 3;
    for (std::size_t i = 0; i < parts.size(); ++i) {
        survey = survey && parts[i].frames.size() <= kMostOfASurvey;
    }
    const auto alone = [&](std::size_t a, std::size_t b) { return orthogonal(*parts[a].frames.front()->plane, *parts[b].frames.front()->plane); };
    if (survey && alone(0, 1) && alone(0, 2) && alone(1, 2)) {
        for (FrameGroup& part : parts) {
            part.survey = true;
        }
    }
}

std::vector<FrameGroup> splitByOrientation(FrameGroup group)
{
    if (!group.frames.front()->plane) {
        return {std::move(group)};
    }
    std::vector<const SlicePlane*> found;
    std::map<const FrameAttributes*, std::size_t> belongs;
    for (const FrameAttributes* frame : group.frames) {
        const auto at = std::find_if(found.begin(), found.end(), [&](const SlicePlane* plane) {
            return sameDirection(plane->rowDirection, frame->plane->rowDirection)
                   && sameDirection(plane->columnDirection, frame->plane->columnDirection);
        });
        belongs[frame] = static_cast<std::size_t>(at - found.begin());
        if (at == found.end()) {
            found.push_back(&*frame->plane);
        }
    }
    // Rotating projections and radial acquisitions are scrolled through as one; a localizer's few planes are not.
    if (found.size() > 6 && group.frames.size() < 2 * found.size()) {
        group.rotating = true;
        group.key += "|rotating";
        group.findings.push_back(finding("mixed", "The images of this stack have " + std::to_string(found.size())
                                                      + " different orientations; they are no volume.", group.frames));
        return {std::move(group)};
    }
    auto parts = splitBy(std::move(group), "orientation", [&](const FrameAttributes& frame) {
        const SlicePlane& plane = *found[belongs[&frame]];
        std::string key = std::to_string(belongs[&frame]) + ":";
        for (const double c : {plane.rowDirection.x, plane.rowDirection.y, plane.rowDirection.z, plane.columnDirection.x,
                               plane.columnDirection.y, plane.columnDirection.z}) {
            key += shortNumber(std::round(c * 10)) + ",";
        }
        return SplitPart{key.substr(found.size() > 1 ? 0 : 2), planeWord(plane)};
    });
    markSurvey(parts);
    return parts;
}

// What no rule may join: other sizes, frames without a place, clips.
std::vector<FrameGroup> splitByForm(FrameRefs frames)
{
    std::map<std::string, int> framesOfObject;
    for (const FrameAttributes* frame : frames) {
        ++framesOfObject[frame->identity.sop.value];
    }
    std::vector<FrameGroup> groups(1);
    groups.front().frames = std::move(frames);
    splitEach(groups, [](FrameGroup g) {
        return splitBy(std::move(g), "no position",
                       [](const FrameAttributes& f) { return SplitPart{f.plane ? "plane" : "none", f.plane ? "" : "no position"}; });
    });
    splitEach(groups, [&](FrameGroup g) {
        return splitBy(std::move(g), "multi-frame", [&](const FrameAttributes& f) {
            const bool cine = !f.plane && framesOfObject[f.identity.sop.value] > 1;
            return cine ? SplitPart{f.identity.sop.value, "clip " + std::to_string(f.instanceNumber)} : SplitPart{};
        });
    });
    splitEach(groups, [](FrameGroup g) { return splitBy(std::move(g), "size", sizeOf); });
    return groups;
}

void splitByKey(std::vector<FrameGroup>& groups, const std::string& key)
{
    const SplitKeyDefinition* definition = splitKey(key);
    if (key == "orientation") {
        splitEach(groups, splitByOrientation);
    } else if (key == "frameOfReference") {
        splitEach(groups, splitByFrameOfReference);
    } else if (definition && definition->part) {
        splitEach(groups, [&](FrameGroup g) { return splitBy(std::move(g), definition->reason, definition->part); });
    }
}

} // namespace

bool sameDirection(const Vec3& a, const Vec3& b)
{
    constexpr double kTolerance = 1e-3;
    return std::abs(a.x - b.x) <= kTolerance && std::abs(a.y - b.y) <= kTolerance && std::abs(a.z - b.z) <= kTolerance;
}

GeometryFinding finding(std::string code, std::string message, const FrameRefs& frames)
{
    GeometryFinding made{std::move(code), std::move(message), {}};
    for (const FrameAttributes* frame : frames) {
        if (made.sopInstanceUids.empty() || made.sopInstanceUids.back() != frame->identity.sop.value) {
            made.sopInstanceUids.push_back(frame->identity.sop.value);
        }
    }
    return made;
}

std::string instanceNumbers(const FrameRefs& frames)
{
    constexpr std::size_t kNamed = 12;
    std::string text;
    for (std::size_t i = 0; i < std::min(frames.size(), kNamed); ++i) {
        text += (i ? ", " : "") + std::to_string(frames[i]->instanceNumber);
        if (frames[i]->frame.value > 1) {
            text += " frame " + std::to_string(frames[i]->frame.value);
        }
    }
    return frames.size() > kNamed ? text + " and " + std::to_string(frames.size() - kNamed) + " more" : text;
}

std::vector<FrameGroup> splitBy(FrameGroup group, const std::string& reason, const std::function<SplitPart(const FrameAttributes&)>& describe)
{
    std::vector<FrameGroup> parts;
    std::map<std::string, std::size_t> at;
    const FrameRefs frames = std::exchange(group.frames, {});
    for (const FrameAttributes* frame : frames) {
        const SplitPart part = describe(*frame);
        const auto [found, isNew] = at.try_emplace(part.key, parts.size());
        if (isNew) {
            FrameGroup made = group;
            made.key += "|" + part.key;
            made.words.push_back(part.word);
            parts.push_back(std::move(made));
        }
        parts[found->second].frames.push_back(frame);
    }
    for (FrameGroup& part : parts) {
        if (parts.size() > 1) {
            part.reasons.push_back(reason);
        } else {
            part.words = group.words;
        }
    }
    return parts;
}

std::vector<FrameGroup> splitSeries(FrameRefs frames, const SplitRule& rule)
{
    std::vector<FrameGroup> groups = splitByForm(std::move(frames));
    for (const std::string& key : rule.always) {
        splitByKey(groups, key);
    }
    std::vector<FrameGroup> final;
    for (FrameGroup& group : groups) {
        splitPlaces(std::move(group), rule, final);
    }
    return final;
}

} // namespace akari::image
