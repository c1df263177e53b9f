#include "render/VolumeStack.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace akari::render {
namespace {

std::uint64_t product(const std::array<int, 3>& size)
{
    return std::uint64_t(size[0]) * std::uint64_t(size[1]) * std::uint64_t(size[2]);
}

std::array<int, 3> sizeAt(const std::array<Extent, 3>& extents, double spacing)
{
    std::array<int, 3> size{};
    for (std::size_t a = 0; a < 3; ++a) {
        const double length = extents[a].end - extents[a].begin;
        // The tolerance keeps 512 acquired columns at 512 in spite of rounding.
        size[a] = std::max(1, int(std::ceil(length / std::max(spacing, extents[a].spacing) - 1e-3))) + 2 * kMargin;
    }
    return size;
}

double medianGap(const std::vector<Placement>& slices)
{
    std::vector<double> gaps;
    for (std::size_t i = 1; i < slices.size(); ++i) {
        gaps.push_back(slices[i].along - slices[i - 1].along);
    }
    if (gaps.empty()) {
        return 0;
    }
    std::nth_element(gaps.begin(), gaps.begin() + std::ptrdiff_t(gaps.size() / 2), gaps.end());
    return gaps[gaps.size() / 2];
}

// The space a slice stands for: halfway to its neighbours, endless at the ends, no further than usual where slices are missing.
std::pair<double, double> territory(const Stack& stack, std::size_t i)
{
    constexpr double kEndless = std::numeric_limits<double>::infinity();
    const auto& slices = stack.slices;
    const double at = slices[i].along;
    const double before = i == 0 ? kEndless : stack.reach[i - 1] > 0 ? stack.reach[i - 1] : (at - slices[i - 1].along) / 2;
    const double after = i + 1 == slices.size() ? kEndless : stack.reach[i] > 0 ? stack.reach[i] : (slices[i + 1].along - at) / 2;
    return {at - before, at + after};
}

std::vector<Share> averaged(const Stack& stack, std::size_t nearest, double begin, double end)
{
    std::size_t i = std::min(nearest, stack.slices.size() - 1);
    while (i > 0 && territory(stack, i).first > begin) {
        --i;
    }
    std::vector<Share> shares;
    for (; i < stack.slices.size(); ++i) {
        const auto [lower, upper] = territory(stack, i);
        if (lower >= end) {
            break;
        }
        shares.push_back({i, std::min(upper, end) - std::max(lower, begin)});
    }
    return shares;
}

std::vector<Share> interpolated(const Stack& stack, std::size_t after, double position)
{
    const auto& slices = stack.slices;
    if (after >= slices.size()) {
        return {{slices.size() - 1, 1}};
    }
    const double span = after == 0 ? 0 : slices[after].along - slices[after - 1].along;
    if (!(span > 0)) {
        return {{after, 1}};
    }
    if (const double reach = stack.reach[after - 1]; reach > 0) {
        const double fromBefore = position - slices[after - 1].along;
        const double toAfter = slices[after].along - position;
        if (fromBefore > reach && toAfter > reach) {
            return {};
        }
        return {{fromBefore <= toAfter ? after - 1 : after, 1}};
    }
    double weight = (position - slices[after - 1].along) / span;
    // What lies on a slice is that slice.
    weight = weight > 1 - 1e-3 ? 1 : weight;
    return {{after - 1, 1 - weight}, {after, weight}};
}

} // namespace

Result<Stack> stackOf(const image::SliceTable& table)
{
    const image::DisplaySet* set = table.displaySet.get();
    if (!set || set->geometry != image::GeometryKind::Volume || set->frames.empty() || !set->frames.front().plane) {
        return fail("volume.geometry", "3D needs slices that form a volume, and these do not.");
    }
    if (set->frames.front().samplesPerPixel != 1) {
        return fail("volume.color", "3D is drawn from grey images, and these are colour.");
    }
    Stack stack;
    stack.columns = set->frames.front().columns;
    stack.rows = set->frames.front().rows;
    stack.first = *set->frames.front().plane;
    stack.normal = stack.first.normal();
    for (std::size_t i = 0; i < set->frames.size(); ++i) {
        if (const auto& plane = set->frames[i].plane) {
            const image::Vec3 d = plane->position - stack.first.position;
            stack.slices.push_back({i, image::dot(d, stack.first.rowDirection), image::dot(d, stack.first.columnDirection),
                                    image::dot(d, stack.normal)});
        }
    }
    std::stable_sort(stack.slices.begin(), stack.slices.end(),
                     [](const Placement& a, const Placement& b) { return a.along < b.along; });
    stack.gap = medianGap(stack.slices);
    stack.reach.assign(stack.slices.size(), 0.0);
    for (const image::SliceGap& gap : set->gaps) {
        if (gap.after + 1 < stack.reach.size()) {
            stack.reach[gap.after] = gap.usual / 2;
        }
    }
    if (stack.columns == 0 || stack.rows == 0 || !(stack.gap > 0)) {
        return fail("volume.geometry", "3D needs at least two slices at different positions.");
    }
    return stack;
}

std::array<Extent, 3> extentsOf(const Stack& stack)
{
    double minRight = 0, maxRight = 0, minDown = 0, maxDown = 0;
    for (const Placement& slice : stack.slices) {
        minRight = std::min(minRight, slice.right);
        maxRight = std::max(maxRight, slice.right);
        minDown = std::min(minDown, slice.down);
        maxDown = std::max(maxDown, slice.down);
    }
    const double dx = stack.first.spacing.betweenColumns;
    const double dy = stack.first.spacing.betweenRows;
    return {Extent{minRight - dx / 2, maxRight + (stack.columns - 0.5) * dx, dx},
            Extent{minDown - dy / 2, maxDown + (stack.rows - 0.5) * dy, dy},
            Extent{stack.slices.front().along - stack.gap / 2, stack.slices.back().along + stack.gap / 2, stack.gap}};
}

VolumeGrid gridOf(const Stack& stack, std::uint64_t maximumVoxels)
{
    const auto extents = extentsOf(stack);
    VolumeGrid grid;
    grid.axis = {stack.first.rowDirection, stack.first.columnDirection, stack.normal};
    grid.size = sizeAt(extents, 0);
    if (product(grid.size) > maximumVoxels) {
        grid.reduced = true;
        double fine = 0;
        double coarse = 1e-3;
        while (product(sizeAt(extents, coarse)) > std::max<std::uint64_t>(maximumVoxels, 27)) {
            coarse *= 2;
        }
        for (int step = 0; step < 40; ++step) {
            const double middle = (fine + coarse) / 2;
            (product(sizeAt(extents, middle)) > maximumVoxels ? fine : coarse) = middle;
        }
        grid.size = sizeAt(extents, coarse);
    }
    std::array<double, 3> first{};
    for (std::size_t a = 0; a < 3; ++a) {
        grid.spacing[a] = (extents[a].end - extents[a].begin) / (grid.size[a] - 2 * kMargin);
        first[a] = extents[a].begin + grid.spacing[a] * (0.5 - kMargin);
    }
    grid.origin = stack.first.position + grid.axis[0] * first[0] + grid.axis[1] * first[1] + grid.axis[2] * first[2];
    return grid;
}

std::vector<Share> sharesOf(const Stack& stack, const VolumeGrid& grid, int layer)
{
    if (layer < kMargin || layer >= grid.size[2] - kMargin) {
        return {};
    }
    const double begin = stack.slices.front().along - stack.gap / 2 + (layer - kMargin) * grid.spacing[2];
    const double middle = begin + grid.spacing[2] / 2;
    const auto after = std::lower_bound(stack.slices.begin(), stack.slices.end(), middle - 1e-3 * stack.gap,
                                        [](const Placement& p, double position) { return p.along < position; });
    const auto nearest = std::size_t(after - stack.slices.begin());
    std::vector<Share> shares = grid.spacing[2] > stack.gap * 1.001 ? averaged(stack, nearest, begin, begin + grid.spacing[2])
                                                                     : interpolated(stack, nearest, middle);
    std::erase_if(shares, [](const Share& share) { return !(share.weight > 0); });
    double sum = 0;
    for (const Share& share : shares) {
        sum += share.weight;
    }
    for (Share& share : shares) {
        share.weight /= sum;
    }
    return shares;
}

} // namespace akari::render
