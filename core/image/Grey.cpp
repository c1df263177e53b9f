#include "core/image/Grey.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "core/base/JobQueue.h"
#include "core/image/Kernels.h"

namespace akari::image {

namespace {


std::uint16_t toPValue(double y, bool inverse)
{
    // Not a number becomes 0 before any inversion.
    const double clamped = y > 0 ? std::min(y, kWhite) : 0.0;
    const auto value = static_cast<std::uint16_t>(std::floor(clamped + 0.5));
    return inverse ? static_cast<std::uint16_t>(65535 - value) : value;
}

// Unrounded, in [0, 65535] or beyond; the order of operations is that of the standard's formulas.
double windowed(double x, const Window& w)
{
    switch (w.function) {
    case VoiFunction::Sigmoid:
        return kWhite / (1.0 + std::exp(-4.0 * (x - w.center) / w.width));
    case VoiFunction::LinearExact:
        return ((x - w.center) / w.width + 0.5) * kWhite;
    case VoiFunction::Linear:
        break;
    }
    const double width = w.width - 1.0;
    if (!(width > 0)) {
        return x <= w.center - 0.5 ? 0.0 : x > w.center - 0.5 ? kWhite : 0.0;
    }
    return ((x - (w.center - 0.5)) / width + 0.5) * kWhite;
}

// A spread sample of modality values without padding, ascending ranks taken by the caller.
std::vector<double> sampled(const Slice& slice)
{
    constexpr std::size_t kSampled = 16384;
    const std::size_t count = static_cast<std::size_t>(slice.attributes.rows) * slice.attributes.columns;
    // Odd, so that the sample wanders over the columns.
    const std::size_t step = std::max<std::size_t>(1, count / kSampled) | 1;
    std::vector<double> values;
    values.reserve(count / step + 1);
    for (std::size_t i = 0; i < count; i += step) {
        const auto column = static_cast<std::uint32_t>(i % slice.attributes.columns);
        const auto row = static_cast<std::uint32_t>(i / slice.attributes.columns);
        const double value = slice.modalityAt(column, row);
        if (std::isfinite(value) && !slice.isPadding(slice.storedAt(column, row))) {
            values.push_back(value);
        }
    }
    return values;
}

} // namespace

std::uint16_t applyWindow(double modality, const Window& window, bool inverse)
{
    return toPValue(windowed(modality, window), inverse);
}

void applyWindow(std::span<const float> modality, const Window& window, bool inverse, std::span<std::uint16_t> pValues)
{
    const std::size_t count = std::min(modality.size(), pValues.size());
    if (window.function == VoiFunction::Sigmoid || (window.function == VoiFunction::Linear && !(window.width > 1))) {
        parallelFor(static_cast<int>(count), 16384, [&](int begin, int end) {
            for (auto i = static_cast<std::size_t>(begin); i < static_cast<std::size_t>(end); ++i) {
                pValues[i] = applyWindow(static_cast<double>(modality[i]), window, inverse);
            }
        });
        return;
    }
    const bool exact = window.function == VoiFunction::LinearExact;
    const LinearWindow linear{exact ? window.center : window.center - 0.5, exact ? window.width : window.width - 1.0, inverse};
    const Kernels& k = kernels();
    parallelFor(static_cast<int>(count), 65536, [&](int begin, int end) {
        k.linearWindow(modality.data() + begin, pValues.data() + begin, end - begin, linear);
    });
}

std::uint16_t applyVoiTable(double modality, const LookupTable& table, bool inverse)
{
    if (table.entries.empty()) {
        return inverse ? 65535 : 0;
    }
    const double last = static_cast<double>(table.entries.size() - 1);
    const double offset = std::floor(modality + 0.5) - table.firstMapped;
    const auto index = static_cast<std::size_t>(offset > 0 ? std::min(offset, last) : 0.0);
    const double most = static_cast<double>((1u << std::clamp<unsigned>(table.bits, 1, 16)) - 1u);
    return toPValue(table.entries[index] * kWhite / most, inverse);
}

Window initialWindow(const Slice& slice)
{
    if (!slice.attributes.windows.empty()) {
        return slice.attributes.windows.front();
    }
    if (slice.rgb) {
        return {128, 256, VoiFunction::Linear, {}};
    }
    auto values = sampled(slice);
    if (values.empty()) {
        return {128, 256, VoiFunction::Linear, {}};
    }
    const auto rank = [&](double fraction) {
        const auto at = values.begin() + static_cast<std::ptrdiff_t>(std::floor(fraction * static_cast<double>(values.size() - 1) + 0.5));
        std::nth_element(values.begin(), at, values.end());
        return *at;
    };
    const double low = rank(0.01);
    const double high = rank(0.99);
    const bool whole = !std::holds_alternative<std::vector<float>>(slice.samples)
                       && slice.attributes.modalityTransform.slope == std::floor(slice.attributes.modalityTransform.slope);
    if (whole || !(high > low)) {
        return {(low + high) / 2 + 0.5, std::max(1.0, high - low + 1), VoiFunction::Linear, {}};
    }
    return {(low + high) / 2, high - low, VoiFunction::LinearExact, {}};
}

} // namespace akari::image
