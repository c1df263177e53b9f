#include "core/image/ObliqueSampler.h"

#include <algorithm>
#include <cmath>

#include "core/image/SampleAccess.h"

namespace akari::image {

namespace {

template <class T> struct TypedFetch {
    TypedSamples<T> operator()(const SliceView& view) const { return {static_cast<const T*>(view.data)}; }
};
struct AnyFetch {
    AnySamples operator()(const SliceView& view) const { return {&view}; }
};

// Nothing when the point is beside the slice.
template <class Fetch>
Coverage sampleInPlane(const VolumeModel& m, int slice, double c, double r, Interpolation interpolation, Fetch fetch, float& value)
{
    const auto k = static_cast<std::size_t>(slice);
    const SliceView& view = m.views[k];
    c += m.offsetC[k];
    r += m.offsetR[k];
    if (!(c >= -0.5 && c <= view.columns - 0.5 && r >= -0.5 && r <= view.rows - 0.5)) {
        return Coverage::Outside;
    }
    if (view.state != Coverage::Present) {
        return view.state;
    }
    const auto sample = fetch(view);
    const Neighbours x = neighboursOf(c, view.columns, interpolation);
    const Neighbours y = neighboursOf(r, view.rows, interpolation);
    const std::ptrdiff_t top = static_cast<std::ptrdiff_t>(y.first) * view.columns;
    const std::ptrdiff_t bottom = static_cast<std::ptrdiff_t>(y.second) * view.columns;
    const float a = sample(top + x.first) + x.weight * (sample(top + x.second) - sample(top + x.first));
    const float b = sample(bottom + x.first) + x.weight * (sample(bottom + x.second) - sample(bottom + x.first));
    value = (a + y.weight * (b - a)) * view.slope + view.intercept;
    return Coverage::Present;
}

template <class Fetch> void sampleRow(const VolumeModel& m, const ObliqueQuery& q, Fetch fetch, float* values, std::uint8_t* coverage)
{
    int hint = 0;
    for (int i = 0; i < q.width; ++i) {
        const double z = q.from.z + q.step.z * i;
        coverage[i] = static_cast<std::uint8_t>(Coverage::Outside);
        if (!(z >= m.low && z <= m.high)) {
            continue;
        }
        const Between at = m.locate(z, hint, q.interpolation);
        hint = at.index;
        const double c = q.from.c + q.step.c * i;
        const double r = q.from.r + q.step.r * i;
        float near = 0;
        if (at.missing) {
            const bool inside = sampleInPlane(m, at.index, c, r, q.interpolation, fetch, near) != Coverage::Outside;
            coverage[i] = static_cast<std::uint8_t>(inside ? Coverage::Absent : Coverage::Outside);
            continue;
        }
        Coverage state = sampleInPlane(m, at.index, c, r, q.interpolation, fetch, near);
        if (at.weight > 0 && state != Coverage::Outside) {
            float far = 0;
            const Coverage other = sampleInPlane(m, at.index + 1, c, r, q.interpolation, fetch, far);
            near += static_cast<float>(at.weight) * (far - near);
            state = other == Coverage::Outside ? other : std::max(state, other);
        }
        values[i] = near;
        coverage[i] = static_cast<std::uint8_t>(state);
    }
}

} // namespace

void sampleOblique(const VolumeModel& model, const ObliqueQuery& query, float* values, std::uint8_t* coverage)
{
    const auto present = std::find_if(model.views.begin(), model.views.end(),
                                      [](const SliceView& v) { return v.state == Coverage::Present; });
    const std::size_t type = model.sameType && present != model.views.end() ? present->type : 99;
    switch (type) {
    case 0: sampleRow(model, query, TypedFetch<std::uint8_t>{}, values, coverage); break;
    case 1: sampleRow(model, query, TypedFetch<std::int16_t>{}, values, coverage); break;
    case 2: sampleRow(model, query, TypedFetch<std::uint16_t>{}, values, coverage); break;
    case 3: sampleRow(model, query, TypedFetch<std::int32_t>{}, values, coverage); break;
    case 4: sampleRow(model, query, TypedFetch<float>{}, values, coverage); break;
    default: sampleRow(model, query, AnyFetch{}, values, coverage); break;
    }
}

Range sampleObliqueFast(const VolumeModel& model, const ObliqueQuery& query, float* values)
{
    const SliceView& first = model.views.front();
    Range range = rangeOn(first, {query.from.c, query.step.c, query.from.r, query.step.r}, query.width);
    range = meet(range, rangeWithin(query.from.z, query.step.z, model.low, model.high, query.width));
    const TrilinearRow row{model.data.data(),
                           static_cast<int>(model.data.size()),
                           first.columns,
                           first.rows,
                           query.from.c,
                           query.step.c,
                           query.from.r,
                           query.step.r,
                           (query.from.z - model.z.front()) / model.gap,
                           query.step.z / model.gap,
                           first.slope,
                           first.intercept};
    const Kernels& k = kernels();
    (first.type == 1 ? k.trilinearSigned : k.trilinearUnsigned)(row, range.begin, range.end, values);
    return range;
}

} // namespace akari::image
