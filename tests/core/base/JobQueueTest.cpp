#include "core/base/JobQueue.h"

#include <future>
#include <numeric>
#include <stdexcept>

#include "tests/support/Catch.h"

using namespace akari;

TEST_CASE("jobs run by priority, and in posting order among equals", "[core][base]")
{
    JobQueue queue(1);
    std::promise<void> open;
    auto gate = open.get_future().share();
    queue.post(100, [gate](StopToken) { gate.wait(); });
    std::vector<int> order;
    for (const auto& [priority, name] : std::vector<std::pair<int, int>>{{1, 10}, {5, 50}, {1, 11}, {5, 51}, {3, 30}}) {
        queue.post(priority, [&order, n = name](StopToken) { order.push_back(n); });
    }
    open.set_value();
    queue.drain();
    CHECK(order == std::vector<int>{50, 51, 30, 10, 11});
}

TEST_CASE("a job whose caller has stopped is not begun", "[core][base]")
{
    JobQueue queue(1);
    std::promise<void> open;
    auto gate = open.get_future().share();
    queue.post(0, [gate](StopToken) { gate.wait(); });
    StopSource caller;
    bool ran = false;
    queue.post(0, [&](StopToken) { ran = true; }, caller.token());
    caller.requestStop();
    open.set_value();
    queue.drain();
    CHECK_FALSE(ran);
}

TEST_CASE("closing a queue stops what runs, also under a caller's own token, and drops what waits", "[core][base]")
{
    std::promise<void> begun;
    StopSource caller;
    std::atomic<bool> stopped{false};
    std::atomic<bool> waitingRan{false};
    {
        JobQueue queue(1);
        queue.post(0, [&](StopToken stop) {
            begun.set_value();
            while (!stop.stopRequested()) {
                std::this_thread::yield();
            }
            stopped = true;
        }, caller.token());
        queue.post(0, [&](StopToken) { waitingRan = true; });
        begun.get_future().wait();
    }
    CHECK(stopped);
    CHECK_FALSE(waitingRan);
    CHECK_FALSE(caller.token().stopRequested());
}

TEST_CASE("a token joined of joined ones stops with each of its sources", "[core][base]")
{
    for (int stopped = 0; stopped < 4; ++stopped) {
        std::vector<StopSource> sources(4);
        const StopToken one = sources[0].token().joinedWith(sources[1].token());
        const StopToken two = sources[2].token().joinedWith(sources[3].token());
        const StopToken all = one.joinedWith(two);
        CHECK_FALSE(all.stopRequested());
        sources[static_cast<std::size_t>(stopped)].requestStop();
        CHECK(all.stopRequested());
        CHECK(StopToken().joinedWith(all).stopRequested());
    }
}

TEST_CASE("a job that throws does not end its thread", "[core][base]")
{
    JobQueue queue(1);
    bool ran = false;
    queue.post(0, [](StopToken) { throw std::runtime_error("expected by a test"); });
    queue.post(0, [&](StopToken) { ran = true; });
    queue.drain();
    CHECK(ran);
}

TEST_CASE("parallelFor visits every index once", "[core][base]")
{
    for (const int count : {0, 1, 2, 7, 64, 1000, 4097}) {
        for (const int minimum : {-1, 1, 16, 5000}) {
            std::vector<std::atomic<int>> visits(static_cast<std::size_t>(count));
            parallelFor(count, minimum, [&](int begin, int end) {
                for (int i = begin; i < end; ++i) {
                    ++visits[static_cast<std::size_t>(i)];
                }
            });
            CHECK(std::all_of(visits.begin(), visits.end(), [](const auto& n) { return n == 1; }));
        }
    }
}

TEST_CASE("parallelFor may be nested and called from several threads", "[core][base]")
{
    std::atomic<int> sum{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
        threads.emplace_back([&] {
            for (int round = 0; round < 50; ++round) {
                parallelFor(8, 1, [&](int begin, int end) {
                    for (int i = begin; i < end; ++i) {
                        parallelFor(10, 1, [&](int from, int to) { sum += to - from; });
                    }
                });
            }
        });
    }
    for (auto& thread : threads) {
        thread.join();
    }
    CHECK(sum == 4 * 50 * 8 * 10);
}

TEST_CASE("parallelFor hands on what a band throws and goes on working", "[core][base]")
{
    CHECK_THROWS_AS(parallelFor(100, 1, [](int begin, int) {
        if (begin == 0) {
            throw std::runtime_error("expected by a test");
        }
    }), std::runtime_error);
    std::atomic<int> visited{0};
    parallelFor(100, 1, [&](int begin, int end) { visited += end - begin; });
    CHECK(visited == 100);
}
