#include <algorithm>
#include <cmath>

#include "core/base/JobQueue.h"
#include "core/image/LineSampler.h"
#include "core/image/Resample.h"
#include "core/image/SampleAccess.h"

namespace akari::image {

namespace {


bool usable(const PixelPlane& p)
{
    const auto finite = [](const PixelPoint& v) { return std::isfinite(v.column) && std::isfinite(v.row); };
    return p.width > 0 && p.height > 0 && p.width <= kLargestPlaneSide && p.height <= kLargestPlaneSide && finite(p.origin) && finite(p.stepX)
           && finite(p.stepY);
}

LineQuery queryOf(const PixelPlane& p, int j)
{
    return {p.origin.column + p.stepY.column * j, p.stepX.column, p.origin.row + p.stepY.row * j, p.stepX.row};
}

} // namespace

Resampled resampleSlice(const Slice& slice, const PixelPlane& plane, Interpolation interpolation)
{
    Resampled out;
    if (!usable(plane)) {
        return out;
    }
    out.width = plane.width;
    out.height = plane.height;
    const auto width = static_cast<std::size_t>(plane.width);
    out.values.resize(width * static_cast<std::size_t>(plane.height));
    out.coverage.resize(out.values.size());
    const SliceView view = viewOf(slice);
    if (view.state != Coverage::Present) {
        std::fill(out.coverage.begin(), out.coverage.end(), static_cast<std::uint8_t>(Coverage::Failed));
        out.touchedAbsent = true;
        return out;
    }
    parallelFor(plane.height, 16, [&](int begin, int end) {
        LineSampler lines(plane.width, interpolation, 1);
        for (int j = begin; j < end; ++j) {
            const LineSampler::Line line = lines.line(0, view, queryOf(plane, j));
            const std::size_t at = static_cast<std::size_t>(j) * width;
            const int count = line.range.end - line.range.begin;
            std::copy_n(line.values + line.range.begin, count, out.values.data() + at + line.range.begin);
            std::fill_n(out.coverage.data() + at + line.range.begin, count, static_cast<std::uint8_t>(Coverage::Present));
        }
    });
    return out;
}

ResampledColor resampleColor(const Slice& slice, const PixelPlane& plane, Interpolation interpolation)
{
    ResampledColor out;
    const auto* rgb = std::get_if<std::vector<std::uint8_t>>(&slice.samples);
    if (!usable(plane)) {
        return out;
    }
    out.width = plane.width;
    out.height = plane.height;
    const auto width = static_cast<std::size_t>(plane.width);
    out.rgb.resize(width * static_cast<std::size_t>(plane.height) * 3);
    out.coverage.resize(width * static_cast<std::size_t>(plane.height));
    SliceView view;
    view.columns = static_cast<int>(slice.attributes.columns);
    view.rows = static_cast<int>(slice.attributes.rows);
    if (!slice.rgb || !rgb || rgb->empty() || rgb->size() < static_cast<std::size_t>(view.columns) * static_cast<std::size_t>(view.rows) * 3) {
        std::fill(out.coverage.begin(), out.coverage.end(), static_cast<std::uint8_t>(Coverage::Failed));
        return out;
    }
    parallelFor(plane.height, 16, [&](int begin, int end) {
        for (int j = begin; j < end; ++j) {
            const LineQuery q = queryOf(plane, j);
            const Range range = rangeOn(view, q, plane.width);
            for (int i = range.begin; i < range.end; ++i) {
                const Neighbours c = neighboursOf(q.c + q.dc * i, view.columns, interpolation);
                const Neighbours r = neighboursOf(q.r + q.dr * i, view.rows, interpolation);
                const std::uint8_t* top = rgb->data() + static_cast<std::ptrdiff_t>(r.first) * view.columns * 3;
                const std::uint8_t* bottom = rgb->data() + static_cast<std::ptrdiff_t>(r.second) * view.columns * 3;
                const std::size_t at = static_cast<std::size_t>(j) * width + static_cast<std::size_t>(i);
                for (int channel = 0; channel < 3; ++channel) {
                    const auto mix = [&](const std::uint8_t* row) {
                        const auto a = static_cast<float>(row[c.first * 3 + channel]);
                        return a + c.weight * (static_cast<float>(row[c.second * 3 + channel]) - a);
                    };
                    const float a = mix(top);
                    out.rgb[at * 3 + static_cast<std::size_t>(channel)] = static_cast<std::uint8_t>(a + r.weight * (mix(bottom) - a) + 0.5f);
                }
                out.coverage[at] = static_cast<std::uint8_t>(Coverage::Present);
            }
        }
    });
    return out;
}

} // namespace akari::image
