#include "core/image/DisplaySet.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <map>
#include <set>
#include <tuple>

#include "core/base/Bytes.h"
#include "core/image/DisplaySetSplit.h"

namespace akari::image {

namespace {

constexpr std::size_t kFewestSlices = 3;      // fewer are no volume
constexpr double kMostShift = 0.5;            // mm a slice may lie beside the line through all positions
constexpr double kTiltShown = 0.05;           // degrees
constexpr double kGap = 1.5;                  // times the median: something is missing

std::string fixed(double value, int digits)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.*f", digits, value);
    return text;
}

double medianOf(std::vector<double> values)
{
    if (values.empty()) {
        return 0;
    }
    const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
    std::nth_element(values.begin(), middle, values.end());
    if (values.size() % 2 == 1) {
        return *middle;
    }
    return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

void orderByPosition(FrameRefs& frames, DisplaySet& set)
{
    set.normal = normalized(frames.front()->plane->normal());
    std::vector<std::pair<double, const FrameAttributes*>> sorted;
    for (const FrameAttributes* frame : frames) {
        sorted.emplace_back(dot(frame->plane->position, set.normal), frame);
    }
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    frames.clear();
    for (const auto& [position, frame] : sorted) {
        frames.push_back(frame);
        set.positions.push_back(position);
    }
}

// Median spacing, evenness, and a warning that names the slices beside every gap.
void judgeSpacing(const FrameRefs& frames, DisplaySet& set)
{
    std::vector<double> gaps;
    for (std::size_t i = 1; i < set.positions.size(); ++i) {
        gaps.push_back(set.positions[i] - set.positions[i - 1]);
    }
    set.spacingBetweenSlices = medianOf(gaps);
    const double tolerance = std::max(0.01, 0.01 * set.spacingBetweenSlices);
    std::string named;
    int count = 0;
    for (std::size_t i = 0; i < gaps.size(); ++i) {
        if (std::abs(gaps[i] - set.spacingBetweenSlices) <= tolerance) {
            continue;
        }
        set.evenSpacing = false;
        if (gaps[i] > kGap * set.spacingBetweenSlices && ++count <= 6) {
            named += (named.empty() ? "" : "; ") + fixed(gaps[i], 2) + " mm between instances " + instanceNumbers({frames[i]}) + " and "
                     + instanceNumbers({frames[i + 1]});
        }
    }
    if (count > 0) {
        set.warnings.push_back("Slices may be missing (median spacing " + fixed(set.spacingBetweenSlices, 2) + " mm): " + named
                               + (count > 6 ? "; and " + std::to_string(count - 6) + " more gaps" : "") + ".");
    } else if (!set.evenSpacing) {
        const auto [least, most] = std::minmax_element(gaps.begin(), gaps.end());
        const auto at = static_cast<std::size_t>(most - gaps.begin());
        set.warnings.push_back("The slice spacing is uneven: " + fixed(*least, 3) + " to " + fixed(*most, 3)
                               + " mm, widest between instances " + instanceNumbers({frames[at]}) + " and "
                               + instanceNumbers({frames[at + 1]}) + ".");
    }
}

// Tilt from the line through the first and last position; false when the positions are not on that line.
bool judgeTilt(const FrameRefs& frames, DisplaySet& set)
{
    const Vec3 first = frames.front()->plane->position;
    const Vec3 along = frames.back()->plane->position - first;
    const double height = dot(along, set.normal);
    if (!(height > kSamePosition)) {
        return true;
    }
    const Vec3 shear = (along - set.normal * height) * (1.0 / height);
    FrameRefs beside;
    for (const FrameAttributes* frame : frames) {
        const Vec3 d = frame->plane->position - first;
        const double h = dot(d, set.normal);
        if (length(d - set.normal * h - shear * h) > kMostShift) {
            beside.push_back(frame);
        }
    }
    const double tilt = std::atan(length(shear)) * 180.0 / 3.14159265358979323846;
    set.tiltDegrees = tilt >= kTiltShown ? tilt : 0;
    if (set.tiltDegrees >= 0.5) {
        set.warnings.push_back("The gantry was tilted by " + fixed(tilt, 1) + " degrees; other planes are corrected for it.");
    }
    if (!beside.empty()) {
        set.warnings.push_back("Slices are shifted against each other, so there is no volume: instances " + instanceNumbers(beside) + ".");
    }
    return beside.empty();
}

void judgeGeometry(FrameGroup& group, DisplaySet& set)
{
    const FrameAttributes& first = *group.frames.front();
    if (!first.plane || group.rotating) {
        return;
    }
    set.geometry = GeometryKind::Stack;
    orderByPosition(group.frames, set);
    if (group.frames.size() < 2) {
        return;
    }
    judgeSpacing(group.frames, set);
    const bool aligned = judgeTilt(group.frames, set);
    bool distinct = true;
    for (std::size_t i = 1; i < set.positions.size(); ++i) {
        distinct = distinct && set.positions[i] - set.positions[i - 1] > kSamePosition;
    }
    const auto& types = first.imageType;
    const bool picture = std::any_of(types.begin(), types.end(), [](const std::string& t) { return t == "LOCALIZER" || t == "PROJECTION IMAGE"; });
    if (group.frames.size() < kFewestSlices) {
        set.warnings.emplace_back("Too few slices for a volume.");
    } else if (!distinct) {
        set.warnings.emplace_back("Several slices lie at one position, so there is no volume.");
    } else if (aligned && !picture && first.samplesPerPixel == 1 && first.rows > 1 && first.columns > 1) {
        set.geometry = GeometryKind::Volume;
    }
}

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
    set.warnings = std::move(group.warnings);
    const std::string seriesKey = first.identity.archive + "/" + first.identity.study.value + "/" + set.series.value;
    set.id = sha256Hex(asBytes(seriesKey)).substr(0, 12) + "-" + sha256Hex(asBytes(group.key)).substr(0, 6);
    judgeGeometry(group, set);
    std::set<std::string> told(set.warnings.begin(), set.warnings.end());
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
void dropRepeated(FrameRefs& frames, std::vector<std::string>& warnings)
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
        warnings.push_back("Objects with the same UID but other content were left out: instances " + instanceNumbers(differing) + ".");
    }
}

} // namespace

std::vector<DisplaySet> makeDisplaySets(std::vector<FrameAttributes> frames)
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
        std::vector<std::string> warnings;
        dropRepeated(refs, warnings);
        std::map<std::string, int> used;
        for (FrameGroup& group : splitSeries(std::move(refs))) {
            group.warnings.insert(group.warnings.end(), warnings.begin(), warnings.end());
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
