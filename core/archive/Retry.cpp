#include "core/archive/Retry.h"

#include <algorithm>
#include <random>
#include <thread>

namespace akari::archive {

bool isWorthRetrying(const Error& error) { return error.code == "archive.broken"; }

void pauseBefore(unsigned next, const RetryPolicy& policy, const StopToken& stop)
{
    thread_local std::mt19937_64 chance{std::random_device{}()};
    const auto longest = policy.pause.count() << std::min(next - 2, 16u);
    const std::chrono::milliseconds drawn(std::uniform_int_distribution<std::int64_t>(0, std::max<std::int64_t>(0, longest))(chance));
    const auto end = std::chrono::steady_clock::now() + drawn;
    while (!stop.stopRequested() && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::min(drawn, std::chrono::milliseconds(20)));
    }
}

} // namespace akari::archive
