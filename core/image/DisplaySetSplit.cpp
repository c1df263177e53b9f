#include "core/image/DisplaySetSplit.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <set>

namespace akari::image {

namespace {

struct Part {
    std::string key;
    std::string word;
};
using Describe = std::function<Part(const FrameAttributes&)>;

std::string number(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

bool hasType(const FrameAttributes& frame, const char* type)
{
    return std::find(frame.imageType.begin(), frame.imageType.end(), type) != frame.imageType.end();
}

Part kindOf(const FrameAttributes& f)
{
    if (hasType(f, "LOCALIZER")) {
        return {"localizer", "localizer"};
    }
    if (hasType(f, "PROJECTION IMAGE") || hasType(f, "MIP") || hasType(f, "MAXIMUM")) {
        return {"projection", "projection"};
    }
    return {"image", ""};
}

Part sizeOf(const FrameAttributes& f)
{
    const std::string size = std::to_string(f.columns) + "x" + std::to_string(f.rows);
    const std::string colour = f.samplesPerPixel > 1 ? " colour" : "";
    const std::string spacing =
        f.plane ? " " + number(std::round(f.plane->spacing.betweenColumns * 1e3)) + "," + number(std::round(f.plane->spacing.betweenRows * 1e3))
                : "";
    return {size + colour + spacing, size + colour};
}

// Groups keep the order in which their first frame comes.
std::vector<FrameGroup> splitBy(FrameGroup group, const std::string& reason, const Describe& describe)
{
    std::vector<FrameGroup> parts;
    std::map<std::string, std::size_t> at;
    for (const FrameAttributes* frame : group.frames) {
        const Part part = describe(*frame);
        const auto [found, isNew] = at.try_emplace(part.key, parts.size());
        if (isNew) {
            FrameGroup made{{}, group.key + "|" + part.key, group.reasons, group.words, group.rotating, group.warnings};
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

void splitAll(std::vector<FrameGroup>& groups, const std::string& reason, const Describe& describe)
{
    std::vector<FrameGroup> next;
    for (FrameGroup& group : groups) {
        auto parts = splitBy(std::move(group), reason, describe);
        std::move(parts.begin(), parts.end(), std::back_inserter(next));
    }
    groups = std::move(next);
}

// Some de-identifiers give every image a frame of reference of its own, which would leave no series whole.
std::vector<FrameGroup> splitByFrameOfReference(std::vector<FrameGroup> groups)
{
    std::vector<FrameGroup> next;
    for (FrameGroup& group : groups) {
        std::set<std::string> uids;
        for (const FrameAttributes* frame : group.frames) {
            uids.insert(frame->frameOfReferenceUid);
        }
        if (!group.frames.front()->plane || (group.frames.size() > 2 && uids.size() == group.frames.size())) {
            if (group.frames.front()->plane) {
                group.warnings.emplace_back("Every image names a frame of reference of its own; their positions are taken to belong together.");
            }
            next.push_back(std::move(group));
            continue;
        }
        auto parts = splitBy(std::move(group), "frame of reference", [](const FrameAttributes& f) { return Part{f.frameOfReferenceUid, "other position"}; });
        std::move(parts.begin(), parts.end(), std::back_inserter(next));
    }
    return next;
}

bool sameDirection(const Vec3& a, const Vec3& b)
{
    constexpr double kTolerance = 1e-3;
    return std::abs(a.x - b.x) <= kTolerance && std::abs(a.y - b.y) <= kTolerance && std::abs(a.z - b.z) <= kTolerance;
}

std::string planeWord(const SlicePlane& plane)
{
    const Vec3 n = plane.normal();
    const double x = std::abs(n.x), y = std::abs(n.y), z = std::abs(n.z);
    const double most = std::max({x, y, z});
    return std::string(most < 0.9 ? "oblique " : "") + (most == z ? "axial" : most == y ? "coronal" : "sagittal");
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
        group.warnings.emplace_back("The images of this stack have " + std::to_string(found.size())
                                    + " different orientations; they are no volume.");
        return {std::move(group)};
    }
    return splitBy(std::move(group), "orientation", [&](const FrameAttributes& frame) {
        const SlicePlane& plane = *found[belongs[&frame]];
        std::string key = std::to_string(belongs[&frame]) + ":";
        for (const double c : {plane.rowDirection.x, plane.rowDirection.y, plane.rowDirection.z, plane.columnDirection.x,
                               plane.columnDirection.y, plane.columnDirection.z}) {
            key += number(std::round(c * 10)) + ",";
        }
        return Part{key.substr(found.size() > 1 ? 0 : 2), planeWord(plane)};
    });
}

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
        // In-plane shifts count too: two tiles side by side are not one position.
        if (bins.empty() || position - last > kSamePosition
            || length(frame->plane->position - bins.back().front()->plane->position) > 1.0) {
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
bool splitWhereItHelps(FrameGroup& group, std::vector<FrameGroup>& out, const std::string& reason, const Describe& describe)
{
    const std::size_t before = mostAtOnePosition(group.frames);
    auto parts = splitBy(group, reason, describe);
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

// The n-th frame of every position; a regular pattern is time, an irregular one is duplicates.
std::vector<FrameGroup> splitIntoLayers(FrameGroup group)
{
    const auto bins = byPosition(group.frames);
    std::map<const FrameAttributes*, std::size_t> layer;
    bool regular = bins.size() > 1;
    FrameRefs doubled;
    for (const FrameRefs& bin : bins) {
        regular = regular && bin.size() == bins.front().size();
        for (std::size_t i = 0; i < bin.size(); ++i) {
            layer[bin[i]] = i;
            if (i > 0) {
                doubled.push_back(bin[i]);
            }
        }
    }
    if (!regular) {
        group.warnings.push_back("More than one image at one position; instances " + instanceNumbers(doubled) + " are shown apart.");
    }
    return splitBy(std::move(group), regular ? "temporal position" : "duplicate", [&](const FrameAttributes& frame) {
        const std::string n = std::to_string(layer[&frame] + 1);
        return Part{(regular ? "time " : "copy ") + n, (regular ? "time " : "copy ") + n};
    });
}

void splitPositions(FrameGroup group, std::vector<FrameGroup>& out)
{
    if (!group.frames.front()->plane || group.rotating || mostAtOnePosition(group.frames) < 2) {
        out.push_back(std::move(group));
        return;
    }
    if (byPosition(group.frames).size() == 1) {
        // A cine or a spectroscopic map of one slice: scrolled through in the order of acquisition.
        out.push_back(std::move(group));
        return;
    }
    const std::vector<std::pair<std::string, Describe>> ways{
        {"image type",
         [](const FrameAttributes& f) {
             std::string all;
             for (const std::string& type : f.imageType) {
                 all += (all.empty() ? "" : "\\") + type;
             }
             return Part{all, all};
         }},
        {"temporal position",
         [](const FrameAttributes& f) {
             return Part{"time " + std::to_string(f.temporalPosition), "time " + std::to_string(f.temporalPosition)};
         }},
        {"acquisition",
         [](const FrameAttributes& f) {
             return Part{"acquisition " + std::to_string(f.acquisitionNumber), "acquisition " + std::to_string(f.acquisitionNumber)};
         }},
    };
    for (const auto& [reason, describe] : ways) {
        std::vector<FrameGroup> parts;
        if (splitWhereItHelps(group, parts, reason, describe)) {
            for (FrameGroup& part : parts) {
                splitPositions(std::move(part), out);
            }
            return;
        }
    }
    auto layers = splitIntoLayers(std::move(group));
    std::move(layers.begin(), layers.end(), std::back_inserter(out));
}

} // namespace

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

std::vector<FrameGroup> splitSeries(FrameRefs frames)
{
    std::map<std::string, int> framesOfObject;
    for (const FrameAttributes* frame : frames) {
        ++framesOfObject[frame->identity.sop.value];
    }
    std::vector<FrameGroup> groups(1);
    groups.front().frames = std::move(frames);
    splitAll(groups, "image type", kindOf);
    splitAll(groups, "no position", [](const FrameAttributes& f) { return Part{f.plane ? "plane" : "none", f.plane ? "" : "no position"}; });
    splitAll(groups, "multi-frame", [&](const FrameAttributes& f) {
        const bool cine = !f.plane && framesOfObject[f.identity.sop.value] > 1;
        return cine ? Part{f.identity.sop.value, "clip " + std::to_string(f.instanceNumber)} : Part{};
    });
    splitAll(groups, "size", sizeOf);
    groups = splitByFrameOfReference(std::move(groups));
    std::vector<FrameGroup> oriented;
    for (FrameGroup& group : groups) {
        auto parts = splitByOrientation(std::move(group));
        std::move(parts.begin(), parts.end(), std::back_inserter(oriented));
    }
    groups = std::move(oriented);
    splitAll(groups, "echo", [](const FrameAttributes& f) {
        const std::string time = number(std::round(f.echoTime * 100) / 100);
        return f.plane ? Part{"TE " + time, "TE " + time + " ms"} : Part{};
    });
    splitAll(groups, "b-value", [](const FrameAttributes& f) {
        return f.diffusionBValue ? Part{"b" + number(*f.diffusionBValue), "b " + number(*f.diffusionBValue)} : Part{};
    });
    std::vector<FrameGroup> final;
    for (FrameGroup& group : groups) {
        splitPositions(std::move(group), final);
    }
    return final;
}

} // namespace akari::image
