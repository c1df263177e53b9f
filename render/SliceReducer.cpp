#include "render/SliceReducer.h"

#include <algorithm>
#include <cmath>

namespace akari::render {
namespace {

struct Padding {
    bool any = false;
    double first = 0, last = 0;
    bool holds(double stored) const { return any && stored >= first && stored <= last; }
};

Padding paddingOf(const image::Slice& slice)
{
    const auto& attributes = slice.attributes;
    if (attributes.floatPaddingFirst) {
        const double last = attributes.floatPaddingLast.value_or(*attributes.floatPaddingFirst);
        return {true, std::min(*attributes.floatPaddingFirst, last), std::max(*attributes.floatPaddingFirst, last)};
    }
    if (!attributes.paddingFirst) {
        return {};
    }
    const auto last = attributes.paddingLast.value_or(*attributes.paddingFirst);
    return {true, double(std::min(*attributes.paddingFirst, last)), double(std::max(*attributes.paddingFirst, last))};
}

// value * slope + intercept for every sample, padding replaced by `instead` (in the unit of the samples).
template <class T>
void reduce(const T* samples, std::uint32_t width, const Padding& padding, float instead, const AxisMap& columns, const AxisMap& rows,
            float slope, float intercept, float air, std::vector<float>& out)
{
    std::vector<float> line(width);
    float* target = out.data();
    for (const AxisMap::Range& row : rows.ranges) {
        std::fill(line.begin(), line.end(), 0.0F);
        for (int r = 0; r < row.count; ++r) {
            const float weight = rows.weights[row.weights + std::size_t(r)];
            const T* source = samples + std::size_t(row.first + r) * width;
            if (padding.any) {
                for (std::uint32_t x = 0; x < width; ++x) {
                    line[x] += weight * (padding.holds(double(source[x])) ? instead : float(source[x]));
                }
            } else {
                for (std::uint32_t x = 0; x < width; ++x) {
                    line[x] += weight * float(source[x]);
                }
            }
        }
        for (const AxisMap::Range& column : columns.ranges) {
            float sum = 0;
            for (int c = 0; c < column.count; ++c) {
                sum += columns.weights[column.weights + std::size_t(c)] * line[std::size_t(column.first + c)];
            }
            const float share = row.sum * column.sum;
            *target++ = sum * slope + intercept * share + air * (1 - share);
        }
    }
}

std::vector<float> throughTable(const image::Slice& slice)
{
    std::vector<float> values;
    values.reserve(std::size_t(slice.attributes.rows) * slice.attributes.columns);
    for (std::uint32_t y = 0; y < slice.attributes.rows; ++y) {
        for (std::uint32_t x = 0; x < slice.attributes.columns; ++x) {
            values.push_back(float(slice.modalityAt(x, y)));
        }
    }
    return values;
}

} // namespace

AxisMap mapAxis(int inputs, double inputSpacing, double shift, int outputs, double outputSpacing, double begin)
{
    AxisMap map;
    map.ranges.reserve(std::size_t(outputs));
    for (int i = 0; i < outputs; ++i) {
        // In units of input samples, edges of the first at 0 and 1.
        const double from = (begin + i * outputSpacing - shift) / inputSpacing + 0.5;
        const double to = from + outputSpacing / inputSpacing;
        AxisMap::Range range;
        range.weights = map.weights.size();
        range.first = std::max(0, int(std::floor(from + 1e-6)));
        for (int c = range.first; c < inputs && c < to - 1e-6; ++c) {
            const double overlap = std::min(to, c + 1.0) - std::max(from, double(c));
            map.weights.push_back(float(overlap / (to - from)));
            range.sum += map.weights.back();
            ++range.count;
        }
        map.ranges.push_back(range);
    }
    return map;
}

void reduceSlice(const image::Slice& slice, const AxisMap& columns, const AxisMap& rows, float air, std::vector<float>& out)
{
    out.resize(columns.ranges.size() * rows.ranges.size());
    const auto& transform = slice.attributes.modalityTransform;
    const std::uint32_t width = slice.attributes.columns;
    if (transform.table) {
        reduce(throughTable(slice).data(), width, {}, 0, columns, rows, 1, 0, air, out);
        return;
    }
    const float slope = transform.slope == 0 ? 1 : float(transform.slope);
    const float intercept = float(transform.intercept);
    const Padding padding = paddingOf(slice);
    std::visit(
        [&](const auto& samples) {
            reduce(samples.data(), width, padding, (air - intercept) / slope, columns, rows, slope, intercept, air, out);
        },
        slice.samples);
}

std::size_t sampleCount(const image::Slice& slice)
{
    return std::visit([](const auto& samples) { return samples.size(); }, slice.samples);
}

std::pair<double, double> modalityRange(const image::Slice& slice)
{
    const Padding padding = paddingOf(slice);
    const auto rangeOf = [&](const auto& samples, double slope, double intercept) -> std::pair<double, double> {
        bool any = false;
        double low = 0;
        double high = 0;
        for (const auto sample : samples) {
            const double value = double(sample);
            if (padding.holds(value) || !std::isfinite(value)) {
                continue;
            }
            low = any ? std::min(low, value) : value;
            high = any ? std::max(high, value) : value;
            any = true;
        }
        if (!any) {
            return {0, 0};
        }
        return std::minmax(low * slope + intercept, high * slope + intercept);
    };
    const auto& transform = slice.attributes.modalityTransform;
    if (transform.table) {
        return rangeOf(throughTable(slice), 1, 0);
    }
    return std::visit([&](const auto& samples) { return rangeOf(samples, transform.slope, transform.intercept); }, slice.samples);
}

} // namespace akari::render
