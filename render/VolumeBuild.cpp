#include "render/VolumeBuild.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <limits>
#include <mutex>
#include <span>
#include <vector>

#include "render/SliceReducer.h"
#include "render/VolumeStack.h"

namespace akari::render {
namespace {

constexpr double kAirCt = -1000;

const image::Slice* presentSlice(const image::SliceTable& table, const Stack& stack, std::size_t slice)
{
    const std::size_t entry = stack.slices[slice].entry;
    if (entry >= table.entries.size() || table.entries[entry].state != image::SliceState::Present) {
        return nullptr;
    }
    const image::Slice* found = table.entries[entry].slice.get();
    const bool usable = found && !found->rgb && found->attributes.rows == stack.rows && found->attributes.columns == stack.columns;
    return usable && sampleCount(*found) >= std::size_t(stack.rows) * stack.columns ? found : nullptr;
}

void chooseScale(const image::SliceTable& table, const Stack& stack, BuiltVolume& built)
{
    double low = 0;
    double high = 0;
    std::mutex mutex;
    parallelFor(int(stack.slices.size()), 4, [&](int begin, int end) {
        for (int i = begin; i < end; ++i) {
            if (const image::Slice* slice = presentSlice(table, stack, std::size_t(i))) {
                const auto [sliceLow, sliceHigh] = modalityRange(*slice);
                const std::lock_guard lock(mutex);
                low = std::min(low, sliceLow);
                high = std::max(high, sliceHigh);
            }
        }
    });
    // Always spread over the whole range: activity and diffusion values may all lie below 1.
    built.scale = high > low ? (high - low) / 65000 : 1;
    built.offset = (low + high) / 2;
}

// Fills layers; one per thread and band.
class LayerFiller {
public:
    LayerFiller(const image::SliceTable& table, const Stack& stack, const BuiltVolume& built, double air)
        : m_table(table), m_stack(stack), m_built(built), m_extents(extentsOf(stack)), m_air(float(air))
    {
        m_sum.resize(std::size_t(built.grid.size[0]) * std::size_t(built.grid.size[1]));
    }

    // True when a slice under the layer was absent.
    bool fill(int layer, std::int16_t* target)
    {
        const std::vector<Share> shares = sharesOf(m_stack, m_built.grid, layer);
        bool absent = shares.empty() && layer >= kMargin && layer < m_built.grid.size[2] - kMargin;
        std::fill(m_sum.begin(), m_sum.end(), shares.empty() ? m_air : 0.0F);
        for (const Share& share : shares) {
            const auto weight = float(share.weight);
            if (const std::vector<float>* values = reduced(share.slice)) {
                for (std::size_t i = 0; i < m_sum.size(); ++i) {
                    m_sum[i] += weight * (*values)[i];
                }
            } else {
                absent = true;
                for (float& value : m_sum) {
                    value += weight * m_air;
                }
            }
        }
        const auto factor = float(1 / m_built.scale);
        const auto shift = float(m_built.offset);
        for (std::size_t i = 0; i < m_sum.size(); ++i) {
            const float stored = (m_sum[i] - shift) * factor;
            // Written so that NaN becomes the smallest value.
            const float bounded = stored > -32768.0F ? (stored < 32767.0F ? stored : 32767.0F) : -32768.0F;
            target[i] = std::int16_t(std::lrint(bounded));
        }
        return absent;
    }

private:
    // A slice that straddles two layers is reduced once.
    const std::vector<float>* reduced(std::size_t slice)
    {
        for (const Kept& kept : m_kept) {
            if (kept.slice == slice) {
                return &kept.values;
            }
        }
        const image::Slice* found = presentSlice(m_table, m_stack, slice);
        if (!found) {
            return nullptr;
        }
        const Placement& at = m_stack.slices[slice];
        const auto& grid = m_built.grid;
        if (m_columns.ranges.empty() || at.right != m_right || at.down != m_down) {
            m_columns = mapAxis(int(m_stack.columns), m_extents[0].spacing, at.right, grid.size[0], grid.spacing[0],
                                m_extents[0].begin - kMargin * grid.spacing[0]);
            m_rows = mapAxis(int(m_stack.rows), m_extents[1].spacing, at.down, grid.size[1], grid.spacing[1],
                             m_extents[1].begin - kMargin * grid.spacing[1]);
            m_right = at.right;
            m_down = at.down;
        }
        Kept& kept = m_kept[m_next];
        m_next = (m_next + 1) % m_kept.size();
        kept.slice = slice;
        reduceSlice(*found, m_columns, m_rows, m_air, kept.values);
        return &kept.values;
    }

    struct Kept {
        std::size_t slice = std::numeric_limits<std::size_t>::max();
        std::vector<float> values;
    };
    const image::SliceTable& m_table;
    const Stack& m_stack;
    const BuiltVolume& m_built;
    const std::array<Extent, 3> m_extents;
    const float m_air;
    std::vector<float> m_sum;
    std::array<Kept, 2> m_kept;
    std::size_t m_next = 0;
    AxisMap m_columns, m_rows;
    double m_right = 0, m_down = 0;
};

void measureRange(BuiltVolume& built)
{
    const std::span<const std::int16_t> voxels(reinterpret_cast<const std::int16_t*>(built.voxels->data()), built.grid.voxels());
    std::vector<std::uint32_t> histogram(65536);
    const std::size_t stride = 1 + voxels.size() / 4'000'000;
    std::uint64_t count = 0;
    for (std::size_t i = 0; i < voxels.size(); i += stride) {
        ++histogram[std::size_t(voxels[i] + 32768)];
        ++count;
    }
    const auto percentile = [&](double share) {
        std::uint64_t seen = 0;
        std::size_t v = 0;
        while (v + 1 < histogram.size() && double(seen += histogram[v]) < share * double(count)) {
            ++v;
        }
        return (double(v) - 32768) * built.scale + built.offset;
    };
    built.low = percentile(0.5);
    built.high = std::max(percentile(0.999), built.low + built.scale);
}

} // namespace

Result<VolumeGrid> planGrid(const image::SliceTable& table, std::uint64_t maximumVoxels)
{
    const auto stack = stackOf(table);
    if (!stack) {
        return fail(stack.error());
    }
    return gridOf(*stack, maximumVoxels);
}

Result<BuiltVolume> buildVolume(const image::SliceTable& table, std::uint64_t maximumVoxels, StopToken stop)
{
    const auto stack = stackOf(table);
    if (!stack) {
        return fail(stack.error());
    }
    BuiltVolume built;
    built.grid = gridOf(*stack, maximumVoxels);
    auto memory = SharedMemory::create(std::size_t(built.grid.voxels()) * sizeof(std::int16_t));
    if (!memory) {
        return fail("volume.memory", "There is not enough memory for a 3D picture of this series; close other studies.",
                    memory.error().detail);
    }
    built.voxels = std::move(*memory);
    const bool ct = table.displaySet->modality == "CT";
    if (!ct) {
        chooseScale(table, *stack, built);
    }
    auto* voxels = reinterpret_cast<std::int16_t*>(built.voxels->data());
    const std::size_t layerSize = std::size_t(built.grid.size[0]) * std::size_t(built.grid.size[1]);
    std::atomic<bool> absent = false;
    parallelFor(built.grid.size[2], 8, [&](int begin, int end) {
        LayerFiller filler(table, *stack, built, ct ? kAirCt : 0);
        for (int layer = begin; layer < end && !stop.stopRequested(); ++layer) {
            if (filler.fill(layer, voxels + layerSize * std::size_t(layer))) {
                absent = true;
            }
        }
    });
    if (stop.stopRequested()) {
        return fail("stopped", "The 3D picture was not drawn because it is no longer asked for.");
    }
    measureRange(built);
    built.touchedAbsent = absent || table.present < table.entries.size();
    return built;
}

} // namespace akari::render
