// Private to core/image: calls a function with an accessor of a slice's samples in their own type, so that inner loops don't ask again.
#pragma once

#include "core/image/LineSampler.h"

namespace akari::image {

template <class T> struct TypedSamples {
    const T* data;
    float operator()(std::ptrdiff_t index) const { return static_cast<float>(data[index]); }
};
struct AnySamples {
    const SliceView* view;
    float operator()(std::ptrdiff_t index) const { return sampleOf(*view, static_cast<std::size_t>(index)); }
};

template <class Function> void withSamples(const SliceView& view, Function&& function)
{
    if (view.table) {
        function(AnySamples{&view});
        return;
    }
    switch (view.type) {
    case 0: function(TypedSamples<std::uint8_t>{static_cast<const std::uint8_t*>(view.data)}); break;
    case 1: function(TypedSamples<std::int16_t>{static_cast<const std::int16_t*>(view.data)}); break;
    case 2: function(TypedSamples<std::uint16_t>{static_cast<const std::uint16_t*>(view.data)}); break;
    case 3: function(TypedSamples<std::int32_t>{static_cast<const std::int32_t*>(view.data)}); break;
    case 5: function(TypedSamples<std::uint32_t>{static_cast<const std::uint32_t*>(view.data)}); break;
    default: function(TypedSamples<float>{static_cast<const float*>(view.data)}); break;
    }
}

// Left neighbour and weight of the right one; both neighbours exist, however small the image.
struct Neighbours {
    int first;
    int second;
    float weight;
};
inline Neighbours neighboursOf(double at, int count, Interpolation interpolation)
{
    if (interpolation == Interpolation::Nearest) {
        const int index = std::min(std::max(static_cast<int>(std::floor(at + 0.5)), 0), count - 1);
        return {index, index, 0.0f};
    }
    const int index = std::min(std::max(static_cast<int>(std::floor(at)), 0), std::max(count - 2, 0));
    const double weight = std::min(std::max(at - index, 0.0), count > 1 ? 1.0 : 0.0);
    return {index, std::min(index + 1, count - 1), static_cast<float>(weight)};
}

} // namespace akari::image
