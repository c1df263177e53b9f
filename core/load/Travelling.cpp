// Slices that the archive lists and that have not come: absent, in their places.
#include <algorithm>

#include "core/load/StudySeries.h"

namespace akari::load {

namespace {

constexpr double kSameDirection = 0.9999; // cosine
constexpr double kSamePlace = 0.005;      // mm

using ExpectedSlice = StudyStore::ExpectedSlice;

bool sameOrientation(const ExpectedSlice& a, const ExpectedSlice& b)
{
    return dot(a.rowDirection, b.rowDirection) > kSameDirection && dot(a.columnDirection, b.columnDirection) > kSameDirection;
}

// Two slices in one place are told apart by their headers alone.
bool placesDiffer(std::vector<ExpectedSlice> slices)
{
    if (slices.empty()) {
        return false;
    }
    const auto normal = cross(slices.front().rowDirection, slices.front().columnDirection);
    std::sort(slices.begin(), slices.end(), [&](const auto& a, const auto& b) { return dot(a.position, normal) < dot(b.position, normal); });
    for (std::size_t i = 1; i < slices.size(); ++i) {
        const bool near = dot(slices[i].position - slices[i - 1].position, normal) < kSamePlace;
        if (near || !sameOrientation(slices[i], slices[i - 1])) {
            return false;
        }
    }
    return true;
}

} // namespace

void StudyStore::expectSlices(const SeriesInstanceUid& uid, std::vector<ExpectedSlice> slices)
{
    if (!placesDiffer(slices)) {
        return;
    }
    {
        const std::lock_guard lock(m_mutex);
        Series& series = seriesOf(uid);
        series.expectedSlices = std::move(slices);
        series.dirty = true;
    }
    m_changed("");
}

// Each is a copy of what is here, in its own place.
void StudyStore::addTravelling(Series& series)
{
    series.travelling.clear();
    if (series.slots.empty() || series.expectedSlices.empty()) {
        return;
    }
    const image::FrameAttributes& here = series.slots.front()->attributes;
    if (!here.plane || dot(here.plane->rowDirection, series.expectedSlices.front().rowDirection) < kSameDirection
        || dot(here.plane->columnDirection, series.expectedSlices.front().columnDirection) < kSameDirection) {
        return;
    }
    for (const ExpectedSlice& expected : series.expectedSlices) {
        if (series.objects.contains(expected.sop.value)) {
            continue;
        }
        auto slot = std::make_unique<FrameSlot>();
        slot->attributes = here;
        slot->attributes.identity.sop = expected.sop;
        slot->attributes.identity.contentVersion.clear();
        slot->attributes.frame = FrameNumber{1};
        slot->attributes.instanceNumber = expected.instanceNumber;
        slot->attributes.plane->position = expected.position;
        slot->attributes.contentTime.clear();
        slot->attributes.warnings.clear();
        slot->attributes.travelling = true;
        slot->series = &series;
        series.travelling.push_back(std::move(slot));
    }
}

} // namespace akari::load
