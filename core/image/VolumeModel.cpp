#include "core/image/VolumeModel.h"

#include <algorithm>
#include <cmath>

namespace akari::image {

VolumeModel::Point VolumeModel::pointOf(const Vec3& patient) const
{
    Point p = stepOf(patient - origin);
    p.z += dot(origin, normal);
    return p;
}

VolumeModel::Point VolumeModel::stepOf(const Vec3& direction) const
{
    // What is zero but for rounding must be zero, else every row takes the slow way.
    const auto snap = [](double v) { return std::abs(v) < 1e-9 ? 0.0 : v; };
    return {snap(dot(direction, row) / spacing.betweenColumns), snap(dot(direction, column) / spacing.betweenRows),
            snap(dot(direction, normal))};
}

Between VolumeModel::locate(double at, int hint, Interpolation interpolation) const
{
    constexpr double kOnSlice = 1e-6;
    const int last = static_cast<int>(z.size()) - 1;
    int k = std::clamp(hint, 0, last - 1);
    while (k < last - 1 && at >= z[static_cast<std::size_t>(k) + 1]) {
        ++k;
    }
    while (k > 0 && at < z[static_cast<std::size_t>(k)]) {
        --k;
    }
    const double from = z[static_cast<std::size_t>(k)];
    if (const double own = reach[static_cast<std::size_t>(k)]; own > 0) {
        const double to = z[static_cast<std::size_t>(k) + 1];
        const bool missing = at > from + own && at < to - own;
        return missing ? Between{k, 0, true} : Between{at - from <= to - at ? k : k + 1, 0};
    }
    const double weight = std::clamp((at - from) / (z[static_cast<std::size_t>(k) + 1] - from), 0.0, 1.0);
    if (interpolation == Interpolation::Nearest) {
        return {weight < 0.5 ? k : k + 1, 0};
    }
    return weight < kOnSlice ? Between{k, 0} : weight > 1 - kOnSlice ? Between{k + 1, 0} : Between{k, weight};
}

namespace {

void judgeSpeed(VolumeModel& m)
{
    const SliceView* first = nullptr;
    const bool noGaps = std::all_of(m.reach.begin(), m.reach.end(), [](double r) { return r == 0; });
    bool allPresent = true, sameRescale = true, even = true, sameOffsets = true;
    m.sameType = true;
    for (std::size_t i = 0; i < m.views.size(); ++i) {
        const SliceView& v = m.views[i];
        m.data.push_back(v.data);
        even = even && std::abs(m.z[i] - (m.z[0] + m.gap * static_cast<double>(i))) < 1e-3 * m.gap;
        sameOffsets = sameOffsets && std::abs(m.offsetC[i]) < 1e-3 && std::abs(m.offsetR[i]) < 1e-3;
        if (v.state != Coverage::Present) {
            allPresent = false;
            continue;
        }
        first = first ? first : &v;
        m.sameType = m.sameType && v.type == first->type && !v.table;
        sameRescale = sameRescale && v.slope == first->slope && v.intercept == first->intercept;
    }
    const bool sixteenBit = first && (first->type == 1 || first->type == 2);
    m.fast = allPresent && noGaps && sameRescale && even && sameOffsets && m.sameType && sixteenBit && first->columns > 1 && first->rows > 1;
}

SliceView viewOfEntry(const SliceEntry& entry, const FrameAttributes& first)
{
    SliceView view;
    if (entry.state == SliceState::Present && entry.slice) {
        view = viewOf(*entry.slice);
        if (view.columns != static_cast<int>(first.columns) || view.rows != static_cast<int>(first.rows)) {
            view.state = Coverage::Failed;
        }
    } else {
        view.state = entry.state == SliceState::Absent ? Coverage::Absent : Coverage::Failed;
    }
    view.columns = static_cast<int>(first.columns);
    view.rows = static_cast<int>(first.rows);
    return view;
}

} // namespace

Result<VolumeModel> modelOf(const SliceTable& table)
{
    const DisplaySet* set = table.displaySet.get();
    if (!set || set->geometry != GeometryKind::Volume || set->frames.size() < 2 || table.entries.size() != set->frames.size()
        || set->positions.size() != set->frames.size() || !set->frames.front().plane) {
        return fail("resample.geometry", "These images are no volume, so they can only be shown as they were acquired.");
    }
    const FrameAttributes& first = set->frames.front();
    VolumeModel m;
    m.origin = first.plane->position;
    m.row = first.plane->rowDirection;
    m.column = first.plane->columnDirection;
    m.normal = set->normal;
    m.spacing = first.plane->spacing;
    m.z = set->positions;
    m.reach.assign(m.z.size(), 0.0);
    for (const SliceGap& gap : set->gaps) {
        if (gap.after + 1 < m.reach.size()) {
            m.reach[gap.after] = gap.usual / 2;
        }
    }
    const PixelPoint middle{(first.columns - 1) / 2.0, (first.rows - 1) / 2.0};
    for (std::size_t i = 0; i < table.entries.size(); ++i) {
        m.views.push_back(viewOfEntry(table.entries[i], first));
        // Exact at each slice's centre, where its own plane counts most.
        const auto& plane = set->frames[i].plane;
        const auto center = m.stepOf((plane ? *plane : *first.plane).toPatient(middle) - m.origin);
        m.offsetC.push_back(middle.column - center.c);
        m.offsetR.push_back(middle.row - center.r);
        if (i > 0 && !(m.z[i] > m.z[i - 1])) {
            return fail("resample.geometry", "Several slices lie at one position, so other planes can't be shown.");
        }
    }
    const std::size_t n = m.z.size();
    m.gap = (m.z[n - 1] - m.z[0]) / static_cast<double>(n - 1);
    m.thinnest = m.z[1] - m.z[0];
    for (std::size_t i = 1; i < n; ++i) {
        m.thinnest = std::min(m.thinnest, m.z[i] - m.z[i - 1]);
    }
    m.low = m.z[0] - (m.reach[0] > 0 ? m.reach[0] : (m.z[1] - m.z[0]) / 2);
    m.high = m.z[n - 1] + (m.reach[n - 2] > 0 ? m.reach[n - 2] : (m.z[n - 1] - m.z[n - 2]) / 2);
    judgeSpeed(m);
    return m;
}

} // namespace akari::image
