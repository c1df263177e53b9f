#include "core/image/LineSampler.h"

#include <algorithm>
#include <cmath>

#include "core/image/Kernels.h"
#include "core/image/SampleAccess.h"

namespace akari::image {

SliceView viewOf(const Slice& slice)
{
    const FrameAttributes& a = slice.attributes;
    SliceView view;
    view.columns = static_cast<int>(a.columns);
    view.rows = static_cast<int>(a.rows);
    view.attributes = &a;
    view.type = slice.samples.index();
    const std::size_t needed = static_cast<std::size_t>(a.rows) * a.columns;
    const std::size_t held = std::visit(
        [&view](const auto& v) {
            view.data = v.data();
            return v.size();
        },
        slice.samples);
    view.state = !slice.rgb && needed > 0 && held >= needed ? Coverage::Present : Coverage::Failed;
    if (a.modalityTransform.table && !a.modalityTransform.table->entries.empty()) {
        view.table = &*a.modalityTransform.table;
    } else {
        view.slope = static_cast<float>(a.modalityTransform.slope);
        view.intercept = static_cast<float>(a.modalityTransform.intercept);
    }
    return view;
}

float sampleOf(const SliceView& view, std::size_t index)
{
    float stored = 0;
    switch (view.type) {
    case 0: stored = static_cast<float>(static_cast<const std::uint8_t*>(view.data)[index]); break;
    case 1: stored = static_cast<float>(static_cast<const std::int16_t*>(view.data)[index]); break;
    case 2: stored = static_cast<float>(static_cast<const std::uint16_t*>(view.data)[index]); break;
    case 3: stored = static_cast<float>(static_cast<const std::int32_t*>(view.data)[index]); break;
    case 4: stored = static_cast<const float*>(view.data)[index]; break;
    default: stored = static_cast<float>(static_cast<const std::uint32_t*>(view.data)[index]); break;
    }
    if (!view.table) {
        return stored;
    }
    const auto last = static_cast<float>(view.table->entries.size() - 1);
    const float at = stored - static_cast<float>(view.table->firstMapped);
    return static_cast<float>(view.table->entries[static_cast<std::size_t>(at > 0 ? std::min(at, last) : 0.0f)]);
}

Range meet(Range a, Range b)
{
    const int begin = std::max(a.begin, b.begin);
    return {begin, std::max(begin, std::min(a.end, b.end))};
}

Range rangeWithin(double at, double step, double low, double high, int width)
{
    if (std::abs(step) < 1e-12) {
        return at >= low - 1e-9 && at <= high + 1e-9 ? Range{0, width} : Range{};
    }
    double first = (low - at) / step;
    double last = (high - at) / step;
    if (first > last) {
        std::swap(first, last);
    }
    const double begin = std::clamp(std::ceil(first - 1e-7), 0.0, static_cast<double>(width));
    const double end = std::clamp(std::floor(last + 1e-7) + 1.0, begin, static_cast<double>(width));
    return {static_cast<int>(begin), static_cast<int>(end)};
}

Range rangeOn(const SliceView& view, const LineQuery& query, int width)
{
    return meet(rangeWithin(query.c, query.dc, -0.5, view.columns - 0.5, width),
                rangeWithin(query.r, query.dr, -0.5, view.rows - 0.5, width));
}

LineSampler::LineSampler(int width, Interpolation interpolation, std::size_t slots)
    : m_width(width), m_interpolation(interpolation), m_slots(std::max<std::size_t>(slots, 1))
{
}

LineSampler::Line LineSampler::line(std::size_t slotIndex, const SliceView& view, const LineQuery& query)
{
    Slot& slot = m_slots[slotIndex];
    if (slot.data == view.data && slot.query == query) {
        return {slot.values.data(), slot.range};
    }
    const bool rowsStay = slot.data == view.data && slot.columnFrom == query.c && slot.columnStep == query.dc && !slot.index.empty();
    slot.data = view.data;
    slot.query = query;
    slot.range = rangeOn(view, query, m_width);
    slot.values.resize(static_cast<std::size_t>(m_width));
    if (query.dr == 0) {
        alongRow(slot, view, rowsStay);
    } else {
        slot.index.clear();
        across(slot, view);
    }
    return {slot.values.data(), slot.range};
}

void LineSampler::alongRow(Slot& slot, const SliceView& view, bool rowsStay)
{
    if (slot.range.begin >= slot.range.end) {
        slot.index.clear();
        return;
    }
    if (!rowsStay) {
        slot.columnFrom = slot.query.c;
        slot.columnStep = slot.query.dc;
        slot.index.resize(static_cast<std::size_t>(m_width));
        slot.fraction.resize(static_cast<std::size_t>(m_width));
        for (int i = 0; i < m_width; ++i) {
            const Neighbours n = neighboursOf(slot.query.c + slot.query.dc * i, view.columns, m_interpolation);
            slot.index[static_cast<std::size_t>(i)] = n.first;
            slot.fraction[static_cast<std::size_t>(i)] = n.weight;
        }
        slot.rows[0].row = -1;
        slot.rows[1].row = -1;
    }
    const Neighbours n = neighboursOf(slot.query.r, view.rows, m_interpolation);
    const float* top = sourceRow(slot, view, n.first, n.second);
    if (n.weight == 0) {
        std::copy_n(top, m_width, slot.values.data());
        return;
    }
    const float* bottom = sourceRow(slot, view, n.second, n.first);
    kernels().lerp(top + slot.range.begin, bottom + slot.range.begin, n.weight, slot.values.data() + slot.range.begin,
                   slot.range.end - slot.range.begin);
}

const float* LineSampler::sourceRow(Slot& slot, const SliceView& view, int row, int otherRow)
{
    for (const SourceRow& kept : slot.rows) {
        if (kept.row == row) {
            return kept.values.data();
        }
    }
    SourceRow& target = slot.rows[slot.rows[0].row == otherRow ? 1 : 0];
    target.row = row;
    target.values.resize(static_cast<std::size_t>(m_width));
    const int* index = slot.index.data();
    const float* fraction = slot.fraction.data();
    float* out = target.values.data();
    const float slope = view.slope;
    const float intercept = view.intercept;
    // The last column but one is the last left neighbour, so this stays within the row.
    const std::ptrdiff_t right = view.columns > 1 && m_interpolation == Interpolation::Linear ? 1 : 0;
    const std::ptrdiff_t start = static_cast<std::ptrdiff_t>(row) * view.columns;
    withSamples(view, [&](auto sample) {
        for (int i = 0; i < m_width; ++i) {
            const float a = sample(start + index[i]);
            const float b = sample(start + index[i] + right);
            out[i] = (a + fraction[i] * (b - a)) * slope + intercept;
        }
    });
    return out;
}

void LineSampler::across(Slot& slot, const SliceView& view)
{
    const LineQuery q = slot.query;
    float* out = slot.values.data();
    withSamples(view, [&](auto sample) {
        for (int i = slot.range.begin; i < slot.range.end; ++i) {
            const Neighbours c = neighboursOf(q.c + q.dc * i, view.columns, m_interpolation);
            const Neighbours r = neighboursOf(q.r + q.dr * i, view.rows, m_interpolation);
            const std::ptrdiff_t top = static_cast<std::ptrdiff_t>(r.first) * view.columns;
            const std::ptrdiff_t bottom = static_cast<std::ptrdiff_t>(r.second) * view.columns;
            const float a = sample(top + c.first) + c.weight * (sample(top + c.second) - sample(top + c.first));
            const float b = sample(bottom + c.first) + c.weight * (sample(bottom + c.second) - sample(bottom + c.first));
            out[i] = (a + r.weight * (b - a)) * view.slope + view.intercept;
        }
    });
}

} // namespace akari::image
