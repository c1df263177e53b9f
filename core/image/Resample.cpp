#include "core/image/Resample.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <new>

#include "core/base/JobQueue.h"
#include "core/image/ObliqueSampler.h"

namespace akari::image {

namespace {

constexpr int kMostSamples = 4'096;

struct SlabSamples {
    int count = 1;
    double first = 0; // mm from the plane
    double step = 0;
};

// From -thickness/2 to +thickness/2, both ends included, no wider apart than the voxels along that direction.
SlabSamples slabSamples(const VolumeModel& m, const Slab& slab, const Vec3& normal)
{
    if (slab.mode == SlabMode::None || !(slab.thickness > 0)) {
        return {};
    }
    const double c = dot(normal, m.row) / m.spacing.betweenColumns;
    const double r = dot(normal, m.column) / m.spacing.betweenRows;
    const double z = dot(normal, m.normal) / m.thinnest;
    const double voxel = 1.0 / std::sqrt(c * c + r * r + z * z);
    const double steps = std::clamp(std::ceil(slab.thickness / voxel - 1e-6), 1.0, static_cast<double>(kMostSamples - 1));
    return {static_cast<int>(steps) + 1, -slab.thickness / 2, slab.thickness / steps};
}

// One output row, from one or many samples along the slab.
class RowSum {
public:
    RowSum(SlabMode mode, int width, bool single)
        : m_mode(single ? SlabMode::None : mode), m_coverage(static_cast<std::size_t>(width)), m_count(static_cast<std::size_t>(width))
    {
    }
    void begin(float* out)
    {
        m_out = out;
        std::fill(m_coverage.begin(), m_coverage.end(), std::uint8_t{0});
        if (m_mode == SlabMode::None) {
            return; // the picture starts as zeros, and one sample overwrites
        }
        constexpr float kInfinity = std::numeric_limits<float>::infinity();
        const float start = m_mode == SlabMode::Mip ? -kInfinity : m_mode == SlabMode::MinIp ? kInfinity : 0.0f;
        std::fill_n(out, m_coverage.size(), start);
        std::fill(m_count.begin(), m_count.end(), 0.0f);
    }
    void add(const float* values, Range range)
    {
        const int count = range.end - range.begin;
        float* acc = m_out + range.begin;
        const Kernels& k = kernels();
        switch (m_mode) {
        case SlabMode::None: std::copy_n(values + range.begin, count, acc); break;
        case SlabMode::Mip: k.maximum(values + range.begin, acc, count); break;
        case SlabMode::MinIp: k.minimum(values + range.begin, acc, count); break;
        case SlabMode::Mean:
            k.sum(values + range.begin, acc, count);
            for (int i = range.begin; i < range.end; ++i) {
                m_count[static_cast<std::size_t>(i)] += 1.0f;
            }
            break;
        }
        mark(range, Coverage::Present);
    }
    // The worst of all samples counts, but beside the volume is no fault.
    void mark(Range range, Coverage coverage)
    {
        const auto value = static_cast<std::uint8_t>(coverage);
        if (m_mode == SlabMode::None) {
            std::fill(m_coverage.begin() + range.begin, m_coverage.begin() + range.end, value);
            return;
        }
        for (int i = range.begin; i < range.end; ++i) {
            auto& at = m_coverage[static_cast<std::size_t>(i)];
            at = std::max(at, value);
        }
    }
    // True when something under the row is not there.
    bool end(std::uint8_t* coverage)
    {
        if (m_mode == SlabMode::Mean) {
            for (std::size_t i = 0; i < m_count.size(); ++i) {
                m_out[i] = m_count[i] > 0 ? m_out[i] / m_count[i] : 0.0f;
            }
        }
        std::copy(m_coverage.begin(), m_coverage.end(), coverage);
        return std::any_of(m_coverage.begin(), m_coverage.end(), [](std::uint8_t c) { return c > static_cast<std::uint8_t>(Coverage::Present); });
    }

private:
    SlabMode m_mode;
    float* m_out = nullptr;
    std::vector<std::uint8_t> m_coverage;
    std::vector<float> m_count;
};

// Rows of one band of the picture; one per thread.
class Band {
public:
    Band(const VolumeModel& model, const ResamplePlane& plane, const Slab& slab, const SlabSamples& samples, const Vec3& normal,
         Interpolation interpolation)
        : m_model(model), m_samples(samples), m_origin(model.pointOf(plane.origin)), m_stepX(model.stepOf(plane.stepX)),
          m_stepY(model.stepOf(plane.stepY)), m_along(model.stepOf(normal)), m_width(plane.width), m_interpolation(interpolation),
          m_sum(slab.mode, plane.width, samples.count == 1),
          m_lines(plane.width, interpolation, static_cast<std::size_t>(m_along.z == 0 ? 2 * samples.count : samples.count + 2)),
          m_row(static_cast<std::size_t>(plane.width)), m_rowCoverage(static_cast<std::size_t>(plane.width))
    {
    }

    bool row(int j, float* values, std::uint8_t* coverage)
    {
        m_sum.begin(values);
        for (int s = 0; s < m_samples.count; ++s) {
            const double d = m_samples.first + m_samples.step * s;
            const VolumeModel::Point from{m_origin.c + m_stepY.c * j + m_along.c * d, m_origin.r + m_stepY.r * j + m_along.r * d,
                                          m_origin.z + m_stepY.z * j + m_along.z * d};
            if (m_stepX.z == 0) {
                addLevel(from, s);
            } else {
                addOblique(from);
            }
        }
        return m_sum.end(coverage);
    }

private:
    // The row lies at one position along the stack: a line of one slice, or of two neighbours.
    void addLevel(const VolumeModel::Point& from, int sample)
    {
        if (!(from.z >= m_model.low - 1e-9 && from.z <= m_model.high + 1e-9)) {
            return;
        }
        const Between at = m_model.locate(from.z, m_hint, m_interpolation);
        m_hint = at.index;
        if (at.missing) {
            m_sum.mark(rangeOn(m_model.views[static_cast<std::size_t>(at.index)], queryOf(from, at.index), m_width), Coverage::Absent);
            return;
        }
        const LineSampler::Line near = lineOf(from, at.index, sample);
        if (at.weight == 0) {
            if (near.values) {
                m_sum.add(near.values, near.range);
            }
            return;
        }
        const LineSampler::Line far = lineOf(from, at.index + 1, sample);
        if (!near.values || !far.values) {
            return;
        }
        const Range both = meet(near.range, far.range);
        kernels().lerp(near.values + both.begin, far.values + both.begin, static_cast<float>(at.weight), m_row.data() + both.begin,
                       both.end - both.begin);
        m_sum.add(m_row.data(), both);
    }

    LineQuery queryOf(const VolumeModel::Point& from, int slice) const
    {
        const auto k = static_cast<std::size_t>(slice);
        return {from.c + m_model.offsetC[k], m_stepX.c, from.r + m_model.offsetR[k], m_stepX.r};
    }

    // Marks the row and gives no values when the slice is not there.
    LineSampler::Line lineOf(const VolumeModel::Point& from, int slice, int sample)
    {
        const auto k = static_cast<std::size_t>(slice);
        const SliceView& view = m_model.views[k];
        const LineQuery query = queryOf(from, slice);
        if (view.state != Coverage::Present) {
            m_sum.mark(rangeOn(view, query, m_width), view.state);
            return {};
        }
        const std::size_t slot = m_along.z == 0 ? static_cast<std::size_t>(sample) * 2 + k % 2 : k % m_lines.slots();
        return m_lines.line(slot, view, query);
    }

    void addOblique(const VolumeModel::Point& from)
    {
        const ObliqueQuery query{from, m_stepX, m_width, m_interpolation};
        if (m_model.fast && m_interpolation == Interpolation::Linear) {
            m_sum.add(m_row.data(), sampleObliqueFast(m_model, query, m_row.data()));
            return;
        }
        sampleOblique(m_model, query, m_row.data(), m_rowCoverage.data());
        for (int i = 0; i < m_width;) {
            int end = i + 1;
            const std::uint8_t state = m_rowCoverage[static_cast<std::size_t>(i)];
            while (end < m_width && m_rowCoverage[static_cast<std::size_t>(end)] == state) {
                ++end;
            }
            if (state == static_cast<std::uint8_t>(Coverage::Present)) {
                m_sum.add(m_row.data(), {i, end});
            } else {
                m_sum.mark({i, end}, static_cast<Coverage>(state));
            }
            i = end;
        }
    }

    const VolumeModel& m_model;
    const SlabSamples m_samples;
    const VolumeModel::Point m_origin, m_stepX, m_stepY, m_along;
    const int m_width;
    const Interpolation m_interpolation;
    RowSum m_sum;
    LineSampler m_lines;
    std::vector<float> m_row;
    std::vector<std::uint8_t> m_rowCoverage;
    int m_hint = 0;
};

bool usable(const ResamplePlane& plane, const Slab& slab)
{
    const auto finite = [](const Vec3& v) { return std::isfinite(v.x) && std::isfinite(v.y) && std::isfinite(v.z); };
    return plane.width > 0 && plane.height > 0 && plane.width <= kLargestPlaneSide && plane.height <= kLargestPlaneSide && finite(plane.origin)
           && finite(plane.stepX) && finite(plane.stepY) && std::isfinite(slab.thickness)
           && length(cross(plane.stepX, plane.stepY)) > 0;
}

} // namespace

Result<Resampled> resampleVolume(const SliceTable& table, const ResamplePlane& plane, const Slab& slab, Interpolation interpolation)
{
    if (!usable(plane, slab)) {
        return fail("resample.plane", "The plane to be shown is not valid.");
    }
    try {
        const auto model = modelOf(table);
        if (!model) {
            return fail(model.error());
        }
        const Vec3 normal = normalized(cross(plane.stepX, plane.stepY));
        const SlabSamples samples = slabSamples(*model, slab, normal);
        Resampled out;
        out.width = plane.width;
        out.height = plane.height;
        const auto width = static_cast<std::size_t>(plane.width);
        out.values.resize(width * static_cast<std::size_t>(plane.height));
        out.coverage.resize(out.values.size());
        std::atomic<bool> touched{false};
        parallelFor(plane.height, 16, [&](int begin, int end) {
            Band band(*model, plane, slab, samples, normal, interpolation);
            for (int j = begin; j < end; ++j) {
                const std::size_t at = static_cast<std::size_t>(j) * width;
                if (band.row(j, out.values.data() + at, out.coverage.data() + at)) {
                    touched.store(true, std::memory_order_relaxed);
                }
            }
        });
        out.touchedAbsent = touched.load();
        return out;
    } catch (const std::bad_alloc&) {
        return fail("resample.memory", "There is not enough memory for this picture; close a study or make the window smaller.");
    }
}

} // namespace akari::image
