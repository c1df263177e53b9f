// One slice onto one layer of the grid: every pixel counts with the share of its area.
#pragma once

#include <vector>

#include "core/image/SliceTable.h"

namespace akari::render {

// Which input samples make up each output sample along one axis, and with what weight. Weights sum to less than 1 where the output
// sample reaches beyond the input.
struct AxisMap {
    struct Range {
        int first = 0;
        int count = 0;
        std::size_t weights = 0; // index of the first weight
        float sum = 0;
    };
    std::vector<Range> ranges;
    std::vector<float> weights;
};

// Input sample c covers shift + [c - 0.5, c + 0.5) * inputSpacing; output sample i covers begin + [i, i + 1) * outputSpacing. mm.
AxisMap mapAxis(int inputs, double inputSpacing, double shift, int outputs, double outputSpacing, double begin);

// Modality values into `out` (columns x rows of the maps), `air` where the maps reach beyond the slice and where pixels are padding.
void reduceSlice(const image::Slice& slice, const AxisMap& columns, const AxisMap& rows, float air, std::vector<float>& out);

std::size_t sampleCount(const image::Slice& slice);
// Smallest and largest modality value, padding left out; {0, 0} when all is padding.
std::pair<double, double> modalityRange(const image::Slice& slice);

} // namespace akari::render
