#include "core/session/TransferRate.h"
#include "tests/support/Catch.h"

using namespace akari::session;
using namespace std::chrono_literals;

TEST_CASE("the rate is that of the last seconds", "[core][session]")
{
    TransferRate rate;
    const TransferRate::Clock::time_point start{100s};
    CHECK_FALSE(rate.bytesPerSecond(start));
    for (int i = 0; i <= 20; ++i) {
        rate.arrived(1000, start + i * 100ms); // 10 000 a second
    }
    CHECK(*rate.bytesPerSecond(start + 2s) == Approx(10'000));
    for (int i = 1; i <= 70; ++i) {
        rate.arrived(100, start + 2s + i * 100ms); // 1 000 a second for longer than the window
    }
    CHECK(*rate.bytesPerSecond(start + 9s) == Approx(1000));
    CHECK_FALSE(rate.bytesPerSecond(start + 20s)); // the line is silent
}
