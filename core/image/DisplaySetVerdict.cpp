#include "core/image/DisplaySetVerdict.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace akari::image {

namespace {

constexpr std::size_t kFewestSlices = 3;      // fewer are no volume
constexpr double kMostShift = 0.5;            // mm a slice may lie beside the line through all positions
constexpr double kTiltShown = 0.05;           // degrees
constexpr double kTiltTold = 0.5;             // degrees
constexpr double kGap = 1.5;                  // times the usual spacing: something is missing
constexpr double kWholeMultiple = 0.1;        // of the usual spacing
constexpr std::size_t kRun = 4;               // equal spacings that make a spacing of its own
constexpr int kNamedGaps = 6;

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

bool equalSpacing(double a, double b) { return std::abs(a - b) <= std::max(0.01, 0.03 * std::min(a, b)); }

struct Run {
    std::size_t begin, end; // spacings
    double spacing;
};

// The longest runs of equal spacings; where none is long enough the longest, of equally long ones the narrowest.
std::vector<Run> runsOf(const std::vector<double>& spacings)
{
    std::vector<Run> all;
    for (std::size_t i = 0; i < spacings.size();) {
        std::size_t end = i + 1;
        while (end < spacings.size() && equalSpacing(spacings[end], spacings[i])) {
            ++end;
        }
        all.push_back({i, end, spacings[i]});
        i = end;
    }
    std::vector<Run> longOnes;
    std::copy_if(all.begin(), all.end(), std::back_inserter(longOnes), [](const Run& run) { return run.end - run.begin >= kRun; });
    if (longOnes.empty() && !all.empty()) {
        longOnes.push_back(*std::max_element(all.begin(), all.end(), [](const Run& a, const Run& b) {
            const std::size_t sizeA = a.end - a.begin, sizeB = b.end - b.begin;
            return sizeA != sizeB ? sizeA < sizeB : a.spacing > b.spacing;
        }));
    }
    return longOnes;
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

void tellGaps(const FrameRefs& frames, DisplaySet& set)
{
    std::string named;
    FrameRefs beside;
    bool whole = true;
    int count = 0;
    for (const SliceGap& gap : set.gaps) {
        const FrameAttributes* before = frames[gap.after];
        const FrameAttributes* after = frames[gap.after + 1];
        whole = whole && gap.missing > 0;
        beside.insert(beside.end(), {before, after});
        if (++count <= kNamedGaps) {
            named += (named.empty() ? "" : "; ") + fixed(gap.millimetres, 2) + " mm between instances " + instanceNumbers({before}) + " and "
                     + instanceNumbers({after}) + (gap.missing > 0 ? " (" + std::to_string(gap.missing) + " missing)" : "");
        }
    }
    set.findings.push_back(finding("gap", std::string(whole ? "Slices are missing" : "Slices may be missing") + " (spacing "
                                              + fixed(set.gaps.front().usual, 2) + " mm): " + named
                                              + (count > kNamedGaps ? "; and " + std::to_string(count - kNamedGaps) + " more gaps" : "") + ".",
                                   beside));
}

void judgeSpacing(const FrameRefs& frames, DisplaySet& set)
{
    std::vector<double> spacings;
    for (std::size_t i = 1; i < set.positions.size(); ++i) {
        spacings.push_back(set.positions[i] - set.positions[i - 1]);
    }
    set.spacingBetweenSlices = medianOf(spacings);
    const double tolerance = std::max(0.01, 0.01 * set.spacingBetweenSlices);
    set.evenSpacing = std::all_of(spacings.begin(), spacings.end(),
                                  [&](double s) { return std::abs(s - set.spacingBetweenSlices) <= tolerance; });
    if (set.evenSpacing) {
        return;
    }
    set.gaps = gapsOf(spacings);
    if (!set.gaps.empty()) {
        tellGaps(frames, set);
        std::vector<double> others;
        for (std::size_t i = 0; i < spacings.size(); ++i) {
            const bool gap = std::any_of(set.gaps.begin(), set.gaps.end(), [&](const SliceGap& g) { return g.after == i; });
            if (!gap) {
                others.push_back(spacings[i]);
            }
        }
        spacings = std::move(others);
        set.spacingBetweenSlices = medianOf(spacings);
    }
    const auto [least, most] = std::minmax_element(spacings.begin(), spacings.end());
    if (spacings.empty() || *most - *least <= 2 * tolerance) {
        return;
    }
    std::size_t at = 0;
    for (std::size_t i = 1; i < set.positions.size(); ++i) {
        at = set.positions[i] - set.positions[i - 1] == *most ? i - 1 : at;
    }
    set.findings.push_back(finding("uneven", "The slice spacing is uneven: " + fixed(*least, 3) + " to " + fixed(*most, 3)
                                                 + " mm, widest between instances " + instanceNumbers({frames[at]}) + " and "
                                                 + instanceNumbers({frames[at + 1]}) + ".", {frames[at], frames[at + 1]}));
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
    if (set.tiltDegrees >= kTiltTold) {
        set.findings.push_back(finding("tilt", "The gantry was tilted by " + fixed(tilt, 1) + " degrees; other planes are corrected for it.", {}));
    }
    if (!beside.empty()) {
        set.findings.push_back(finding("shifted", "Slices are shifted against each other, so there is no volume: instances "
                                                      + instanceNumbers(beside) + ".", beside));
    }
    return beside.empty();
}

// Rules of the reader's own may join what can't be one stack of planes.
bool sameForm(const FrameRefs& frames, DisplaySet& set)
{
    const FrameAttributes& first = *frames.front();
    FrameRefs other;
    for (const FrameAttributes* frame : frames) {
        const bool same = frame->plane && sameDirection(frame->plane->rowDirection, first.plane->rowDirection)
                          && sameDirection(frame->plane->columnDirection, first.plane->columnDirection);
        if (!same) {
            other.push_back(frame);
        }
    }
    if (!other.empty()) {
        set.findings.push_back(finding("mixed", "Images of different orientations were joined; they are no volume: instances "
                                                    + instanceNumbers(other) + ".", other));
    }
    return other.empty();
}

bool distinctPositions(const FrameRefs& frames, DisplaySet& set)
{
    FrameRefs repeated;
    for (std::size_t i = 1; i < set.positions.size(); ++i) {
        if (!(set.positions[i] - set.positions[i - 1] > kSamePosition)) {
            repeated.push_back(frames[i]);
        }
    }
    if (!repeated.empty()) {
        set.findings.push_back(finding("repeated", "Several slices lie at one position, so there is no volume: instances "
                                                       + instanceNumbers(repeated) + ".", repeated));
    }
    return repeated.empty();
}

bool isPicture(const FrameAttributes& frame)
{
    const SplitKeyDefinition* kind = splitKey("imageKind");
    return kind->part(frame).key != "image";
}

} // namespace

std::vector<SliceGap> gapsOf(const std::vector<double>& spacings)
{
    const std::vector<Run> runs = runsOf(spacings);
    std::vector<SliceGap> gaps;
    for (std::size_t i = 0; i < spacings.size(); ++i) {
        // The wider of the runs before and after: at a change of spacing the wider one begins.
        double usual = 0;
        bool inRun = false;
        const auto after = std::find_if(runs.begin(), runs.end(), [&](const Run& run) { return run.end > i; });
        if (after != runs.end()) {
            inRun = after->begin <= i;
            usual = after->spacing;
        }
        if (after != runs.begin()) {
            usual = std::max(usual, std::prev(after)->spacing);
        }
        if (inRun || !(usual > kSamePosition) || !(spacings[i] > kGap * usual)) {
            continue;
        }
        const double multiple = spacings[i] / usual;
        const double whole = std::round(multiple);
        const bool isWhole = std::abs(multiple - whole) <= kWholeMultiple;
        gaps.push_back({i, spacings[i], usual, isWhole ? static_cast<int>(whole) - 1 : 0});
    }
    return gaps;
}

void judgeGeometry(FrameGroup& group, DisplaySet& set)
{
    set.findings = std::move(group.findings);
    const FrameAttributes& first = *group.frames.front();
    if (!first.plane || group.rotating || !sameForm(group.frames, set)) {
        return;
    }
    set.geometry = GeometryKind::Stack;
    orderByPosition(group.frames, set);
    if (group.frames.size() < 2) {
        return;
    }
    const bool distinct = distinctPositions(group.frames, set);
    if (distinct) {
        judgeSpacing(group.frames, set);
    }
    const bool aligned = judgeTilt(group.frames, set);
    if (group.survey) {
        set.findings.push_back(finding("survey", "A few planes of three directions are a survey, no volume.", {}));
    } else if (group.frames.size() < kFewestSlices) {
        set.findings.push_back(finding("few", "Too few slices for a volume.", group.frames));
    } else if (distinct && aligned && !isPicture(first) && first.samplesPerPixel == 1 && first.rows > 1 && first.columns > 1) {
        set.geometry = GeometryKind::Volume;
    }
}

} // namespace akari::image
