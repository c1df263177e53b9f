#include "core/archive/EyeOrder.h"

#include <algorithm>
#include <atomic>
#include <set>

#include "core/archive/InstanceFetcher.h"
#include "tests/support/Catch.h"

using namespace akari;
using namespace akari::archive;

namespace {

const SeriesInstanceUid kStack("1.2.3.1");
const SeriesInstanceUid kOther("1.2.3.2");

std::string sopAt(const SeriesInstanceUid& series, int height) { return series.value + "." + std::to_string(height + 1); }

// Listed in a scrambled order, with Instance Numbers that run against the positions.
std::vector<InstanceResult> stackOf(const SeriesInstanceUid& series, int count, bool places = true)
{
    std::vector<InstanceResult> all;
    for (int i = 0; i < count; ++i) {
        const int height = (i * 7) % count;
        InstanceResult one;
        one.sop = SopInstanceUid(sopAt(series, height));
        one.number = places ? count - height : height;
        if (places) {
            one.position = {5, 6, 2.5 * height};
            one.orientation = {1, 0, 0, 0, 1, 0};
        }
        all.push_back(one);
    }
    return all;
}

std::vector<SopInstanceUid> sopsOf(const std::vector<InstanceResult>& all)
{
    std::vector<SopInstanceUid> sops;
    for (const auto& one : all) {
        sops.push_back(one.sop);
    }
    return sops;
}

int heightOf(const WantedInstance& wanted) { return std::stoi(wanted.sop.value.substr(wanted.sop.value.rfind('.') + 1)) - 1; }

} // namespace

TEST_CASE("middle, ends and every 8th come first, so that every place has real pixels nearby", "[core][archive]")
{
    for (const bool places : {true, false}) {
        EyeOrder order;
        const auto all = stackOf(kStack, 60, places);
        order.add(kStack, all, sopsOf(all));
        std::vector<int> heights;
        while (const auto next = order.next({})) {
            heights.push_back(heightOf(*next));
        }
        REQUIRE(heights.size() == 60);
        CHECK(heights[0] == 30);
        CHECK(heights[1] == 0);
        CHECK(heights[2] == 59);
        std::set<int> overview(heights.begin(), heights.begin() + 3 + 7);
        for (int height = 0; height < 60; ++height) {
            const bool near = std::any_of(overview.begin(), overview.end(), [&](int one) { return std::abs(one - height) <= 4; });
            CHECK(near);
        }
        CHECK(std::set<int>(heights.begin(), heights.end()).size() == 60); // nothing twice
    }
}

TEST_CASE("what is on screen comes first, and what lies around it", "[core][archive]")
{
    EyeOrder order;
    const auto all = stackOf(kStack, 60);
    order.add(kStack, all, sopsOf(all));
    const EyePoint eye{kStack, SopInstanceUid(sopAt(kStack, 41))};
    std::set<int> first;
    CHECK(heightOf(*order.next(eye)) == 41);
    for (int i = 0; i < 8; ++i) {
        first.insert(heightOf(*order.next(eye)));
    }
    CHECK(first == std::set<int>{37, 38, 39, 40, 42, 43, 44, 45});
    CHECK(heightOf(*order.next(eye)) == 30); // then the overview
}

TEST_CASE("the series on screen goes before those listed first; what is there is not asked for", "[core][archive]")
{
    EyeOrder order;
    const auto first = stackOf(kOther, 10);
    const auto second = stackOf(kStack, 10);
    order.add(kOther, first, sopsOf(first));
    order.add(kStack, second, {SopInstanceUid(sopAt(kStack, 2)), SopInstanceUid(sopAt(kStack, 9))});
    const EyePoint eye{kStack, SopInstanceUid(sopAt(kStack, 3))};
    CHECK(order.next(eye)->sop.value == sopAt(kStack, 2));
    CHECK(order.next(eye)->sop.value == sopAt(kStack, 9));
    for (int i = 0; i < 10; ++i) {
        CHECK(order.next(eye)->series == kOther);
    }
    CHECK_FALSE(order.next(eye));
    CHECK(order.empty());
}

TEST_CASE("an eye on an instance that the archive does not list changes nothing", "[core][archive]")
{
    EyeOrder order;
    const auto all = stackOf(kStack, 20);
    order.add(kStack, all, sopsOf(all));
    CHECK(heightOf(*order.next(EyePoint{kStack, SopInstanceUid("9.9")})) == 10);
}

TEST_CASE("a list that comes in pages gives the same stack, and nothing is asked for twice", "[core][archive]")
{
    const auto all = stackOf(kStack, 100);
    EyeOrder order;
    std::vector<int> heights;
    const auto take = [&](int count) {
        for (int i = 0; i < count; ++i) {
            heights.push_back(heightOf(order.next(std::nullopt).value()));
        }
    };
    std::vector<InstanceResult> low;
    for (const auto& one : all) {
        if (one.position[2] < 2.5 * 40) {
            low.push_back(one);
        }
    }
    order.add(kStack, low, sopsOf(low));
    take(3);
    CHECK(heights == std::vector<int>{20, 0, 39}); // of what is known
    order.add(kStack, all, sopsOf(all));
    take(97);
    CHECK(order.empty());
    CHECK(std::set<int>(heights.begin(), heights.end()).size() == 100);
    CHECK(heights[3] == 50);
    CHECK(heights[4] == 99);
    CHECK(heights[5] == 8);
    CHECK(heights[6] == 16);
}

TEST_CASE("While a long list is on its way fewer connections are used, and all of them afterwards", "[core][archive]")
{
    const auto all = stackOf(kStack, 200);
    std::atomic<int> working{0}, most{0}, fetched{0}, mostAfter{0};
    std::atomic<bool> listed{false};
    InstanceFetcher fetcher(
        6,
        [&](const WantedInstance&) {
            const int now = ++working;
            auto& high = listed ? mostAfter : most;
            for (int seen = high; now > seen && !high.compare_exchange_weak(seen, now);) {
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
            --working;
            ++fetched;
        },
        {}, nullptr, SyncPriority::OpenStudy, {});
    fetcher.useAtMost(2);
    fetcher.add(kStack, all, sopsOf(all));
    while (fetched < 60) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    CHECK(most <= 2);
    listed = true;
    fetcher.useAtMost(0);
    fetcher.finish();
    CHECK(fetched == 200);
    CHECK(mostAfter > 2);
}
