#include "core/archive/EyeOrder.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace akari::archive {
namespace {

constexpr std::ptrdiff_t kAroundEye = 4; // slices on each side
constexpr std::size_t kOverview = 8;

// Along the normal of the first; nullopt when one has no place or is turned otherwise.
std::optional<std::vector<double>> heights(const std::vector<InstanceResult>& all)
{
    std::vector<double> heights;
    if (all.empty() || all.front().orientation.size() != 6) {
        return std::nullopt;
    }
    const auto& o = all.front().orientation;
    const double normal[] = {o[1] * o[5] - o[2] * o[4], o[2] * o[3] - o[0] * o[5], o[0] * o[4] - o[1] * o[3]};
    for (const InstanceResult& one : all) {
        const auto turned = [&](double a, double b) { return std::abs(a - b) > 1e-3; };
        if (one.position.size() != 3 || one.orientation.size() != 6
            || !std::equal(o.begin(), o.end(), one.orientation.begin(), [&](double a, double b) { return !turned(a, b); })) {
            return std::nullopt;
        }
        heights.push_back(one.position[0] * normal[0] + one.position[1] * normal[1] + one.position[2] * normal[2]);
    }
    return heights;
}

// The order of a stack, as indices.
std::vector<std::size_t> stackOrder(const std::vector<InstanceResult>& all)
{
    const auto along = heights(all);
    std::vector<std::size_t> order(all.size());
    for (std::size_t i = 0; i < order.size(); ++i) {
        order[i] = i;
    }
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
        return along ? std::pair((*along)[a], all[a].number) < std::pair((*along)[b], all[b].number) : all[a].number < all[b].number;
    });
    return order;
}

// So that no more than kOverview places follow one another without a slice: counted from what has been asked for already, for a page of a
// list that comes later shifts the places of those before.
std::vector<std::size_t> overviewFirst(const std::vector<char>& wanted)
{
    const std::size_t count = wanted.size();
    std::vector<std::size_t> order;
    std::vector<char> listed(count, 0);
    const auto add = [&](std::size_t index) {
        if (index < count && !listed[index]) {
            listed[index] = 1;
            order.push_back(index);
        }
    };
    if (count > 0) {
        add(count / 2);
        add(0);
        add(count - 1);
    }
    std::size_t since = kOverview;
    for (std::size_t i = 0; i < count; ++i, ++since) {
        if (!wanted[i] || since >= kOverview) {
            add(i);
            since = 0;
        }
    }
    for (std::size_t i = 0; i < count; ++i) {
        add(i);
    }
    return order;
}

} // namespace

EyeOrder::Stack& EyeOrder::stackOf(const SeriesInstanceUid& series)
{
    const auto found = std::find_if(m_stacks.begin(), m_stacks.end(), [&](const Stack& one) { return one.series == series; });
    if (found != m_stacks.end()) {
        return *found;
    }
    m_stacks.emplace_back().series = series;
    return m_stacks.back();
}

void EyeOrder::add(const SeriesInstanceUid& series, std::vector<InstanceResult> all, const std::vector<SopInstanceUid>& missing)
{
    std::set<std::string> wanted;
    for (const SopInstanceUid& sop : missing) {
        wanted.insert(sop.value);
    }
    Stack& stack = stackOf(series);
    for (InstanceResult& one : all) {
        if (!stack.known.insert(one.sop.value).second) {
            continue;
        }
        const bool isWanted = wanted.contains(one.sop.value);
        stack.wanted.push_back(isWanted);
        stack.left += isWanted;
        m_left += isWanted;
        stack.instances.push_back(std::move(one));
    }
    std::vector<InstanceResult> sorted;
    std::vector<char> sortedWanted;
    for (const std::size_t index : stackOrder(stack.instances)) {
        sorted.push_back(std::move(stack.instances[index]));
        sortedWanted.push_back(stack.wanted[index]);
    }
    stack.instances = std::move(sorted);
    stack.wanted = std::move(sortedWanted);
    stack.order = overviewFirst(stack.wanted);
    stack.at = 0;
}

WantedInstance EyeOrder::take(Stack& stack, std::size_t index)
{
    stack.wanted[index] = 0;
    --stack.left;
    --m_left;
    return {stack.series, stack.instances[index].sop};
}

std::optional<WantedInstance> EyeOrder::next(const std::optional<EyePoint>& eye)
{
    if (m_left == 0) {
        return std::nullopt;
    }
    auto chosen = std::find_if(m_stacks.begin(), m_stacks.end(), [&](const Stack& one) { return eye && one.series == eye->series && one.left > 0; });
    if (chosen != m_stacks.end()) {
        const auto found = std::find_if(chosen->instances.begin(), chosen->instances.end(), [&](const auto& one) { return one.sop == eye->sop; });
        const auto count = static_cast<std::ptrdiff_t>(chosen->instances.size());
        const auto at = found - chosen->instances.begin();
        for (std::ptrdiff_t step = 0; found != chosen->instances.end() && step <= kAroundEye; ++step) {
            for (const std::ptrdiff_t index : {at + step, at - step}) {
                if (index >= 0 && index < count && chosen->wanted[static_cast<std::size_t>(index)]) {
                    return take(*chosen, static_cast<std::size_t>(index));
                }
            }
        }
    } else {
        chosen = std::find_if(m_stacks.begin(), m_stacks.end(), [](const Stack& one) { return one.left > 0; });
    }
    while (!chosen->wanted[chosen->order[chosen->at]]) {
        ++chosen->at;
    }
    return take(*chosen, chosen->order[chosen->at]);
}

} // namespace akari::archive
