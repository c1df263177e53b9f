// Private to core/image: lines of one slice, interpolated in its own plane, kept as long as neighbouring output rows ask for them again.
#pragma once

#include <vector>

#include "core/image/Resample.h"

namespace akari::image {

// One slice as the kernel sees it. Valid as long as the Slice lives.
struct SliceView {
    const void* data = nullptr;
    std::size_t type = 0;               // index into Samples
    int columns = 0;
    int rows = 0;
    float slope = 1;
    float intercept = 0;
    const LookupTable* table = nullptr; // instead of slope and intercept
    Coverage state = Coverage::Absent;
    const FrameAttributes* attributes = nullptr;
};
SliceView viewOf(const Slice& slice); // state Failed when the samples are not what the attributes say
float sampleOf(const SliceView& view, std::size_t index); // stored, or through the table

// The source pixels of output pixel i: {column, row} = {c + dc * i, r + dr * i}.
struct LineQuery {
    double c = 0, dc = 0, r = 0, dr = 0;
    bool operator==(const LineQuery&) const = default;
};
struct Range {
    int begin = 0;
    int end = 0;
};
Range meet(Range a, Range b);
// The i in [0, width) for which low <= at + step * i <= high.
Range rangeWithin(double at, double step, double low, double high, int width);
// Where the query lies on the slice, pixel edges included.
Range rangeOn(const SliceView& view, const LineQuery& query, int width);

// One per thread.
class LineSampler {
public:
    LineSampler(int width, Interpolation interpolation, std::size_t slots);

    // Modality values; valid within `range` until the slot is used again.
    struct Line {
        const float* values = nullptr;
        Range range;
    };
    Line line(std::size_t slot, const SliceView& view, const LineQuery& query);
    std::size_t slots() const { return m_slots.size(); }

private:
    struct SourceRow {
        int row = -1;
        std::vector<float> values;
    };
    struct Slot {
        const void* data = nullptr;
        LineQuery query;
        Range range;
        std::vector<float> values;
        // Lines along source rows: columns and weights, and the two source rows last used.
        double columnFrom = 0;
        double columnStep = 0;
        std::vector<int> index;
        std::vector<float> fraction;
        SourceRow rows[2];
    };
    void alongRow(Slot& slot, const SliceView& view, bool rowsStay);
    const float* sourceRow(Slot& slot, const SliceView& view, int row, int otherRow);
    void across(Slot& slot, const SliceView& view);

    int m_width;
    Interpolation m_interpolation;
    std::vector<Slot> m_slots;
};

} // namespace akari::image
