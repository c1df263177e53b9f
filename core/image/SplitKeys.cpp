#include "core/image/SplitKeys.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace akari::image {

namespace {

bool hasType(const FrameAttributes& frame, const char* type)
{
    return std::find(frame.imageType.begin(), frame.imageType.end(), type) != frame.imageType.end();
}

// Both the standard's words (PS3.3 C.8.16.1.3) and what makers write for a projection.
SplitPart imageKind(const FrameAttributes& f)
{
    if (hasType(f, "LOCALIZER")) {
        return {"localizer", "localizer"};
    }
    for (const char* type : {"PROJECTION IMAGE", "MIP", "MAXIMUM", "HD MIP", "MINIP", "VOLREN", "VOLUME_RENDERING"}) {
        if (hasType(f, type)) {
            return {"projection", "projection"};
        }
    }
    return {"image", ""};
}

SplitPart originality(const FrameAttributes& f)
{
    const bool derived = !f.imageType.empty() && f.imageType.front() == "DERIVED";
    return derived ? SplitPart{"derived", "derived"} : SplitPart{"original", ""};
}

SplitPart echo(const FrameAttributes& f)
{
    const std::string time = shortNumber(std::round(f.echoTime * 100) / 100);
    return f.plane ? SplitPart{"TE " + time, "TE " + time + " ms"} : SplitPart{};
}

SplitPart bValue(const FrameAttributes& f)
{
    return f.diffusionBValue ? SplitPart{"b" + shortNumber(*f.diffusionBValue), "b " + shortNumber(*f.diffusionBValue)} : SplitPart{};
}

SplitPart texted(const std::string& prefix, const std::string& value) { return {prefix + value, value.empty() ? std::string() : prefix + value}; }

SplitPart diffusionDirection(const FrameAttributes& f)
{
    return {f.diffusionDirection, f.diffusionDirection.empty() ? std::string() : "direction " + f.diffusionDirection};
}
SplitPart kernel(const FrameAttributes& f) { return texted("", f.convolutionKernel); }
SplitPart contrast(const FrameAttributes& f) { return {f.contrastAgent, f.contrastAgent.empty() ? "without contrast" : f.contrastAgent}; }
SplitPart stack(const FrameAttributes& f) { return texted("stack ", f.stackId); }
SplitPart dimension(const FrameAttributes& f) { return {f.dimensions, f.dimensions}; }

SplitPart imageType(const FrameAttributes& f)
{
    std::string all;
    for (const std::string& type : f.imageType) {
        all += (all.empty() ? "" : "\\") + type;
    }
    return {all, all};
}

SplitPart temporalPosition(const FrameAttributes& f)
{
    const std::string time = "time " + std::to_string(f.temporalPosition);
    return {time, time};
}

SplitPart triggerTime(const FrameAttributes& f)
{
    return f.triggerTime ? SplitPart{"t" + shortNumber(*f.triggerTime), "trigger " + shortNumber(*f.triggerTime) + " ms"} : SplitPart{};
}

SplitPart cardiacPhase(const FrameAttributes& f)
{
    return f.cardiacPhase ? SplitPart{"p" + shortNumber(*f.cardiacPhase), shortNumber(*f.cardiacPhase) + " % R-R"} : SplitPart{};
}

SplitPart acquisition(const FrameAttributes& f)
{
    const std::string number = "acquisition " + std::to_string(f.acquisitionNumber);
    return {number, number};
}

SplitPart acquisitionTime(const FrameAttributes& f) { return texted("at ", f.acquisitionTime); }

constexpr SplitKeyDefinition kKeys[] = {
    {"imageKind", "image type", imageKind},
    {"originality", "original or derived", originality},
    {"frameOfReference", "frame of reference", nullptr},
    {"orientation", "orientation", nullptr},
    {"stack", "stack", stack},
    {"echo", "echo", echo},
    {"bValue", "b-value", bValue},
    {"diffusionDirection", "diffusion direction", diffusionDirection},
    {"kernel", "kernel", kernel},
    {"contrast", "contrast", contrast},
    {"imageType", "image type", imageType},
    {"dimension", "dimension", dimension},
    {"temporalPosition", "temporal position", temporalPosition},
    {"triggerTime", "trigger time", triggerTime},
    {"cardiacPhase", "cardiac phase", cardiacPhase},
    {"acquisition", "acquisition", acquisition},
    {"acquisitionTime", "acquisition time", acquisitionTime},
};

} // namespace

const SplitKeyDefinition* splitKey(const std::string& key)
{
    const auto found = std::find_if(std::begin(kKeys), std::end(kKeys), [&](const SplitKeyDefinition& d) { return key == d.key; });
    return found == std::end(kKeys) ? nullptr : found;
}

const std::vector<SplitKeyName>& splitKeyNames()
{
    static const std::vector<SplitKeyName> names = [] {
        std::vector<SplitKeyName> all;
        for (const SplitKeyDefinition& d : kKeys) {
            all.push_back({d.key, d.reason});
        }
        return all;
    }();
    return names;
}

std::string shortNumber(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.6g", value);
    return text;
}

} // namespace akari::image
