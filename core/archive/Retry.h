// Asks again what broke, after a pause that grows and is drawn by chance (full jitter), so that clients of one archive don't march in step.
#pragma once

#include <chrono>
#include <functional>

#include "core/base/JobQueue.h"
#include "core/base/Result.h"

namespace akari::archive {

struct RetryPolicy {
    unsigned tries = 5;
    std::chrono::milliseconds pause{250}; // the longest before the second try; doubles each time
};

bool isWorthRetrying(const Error& error);
// Before try number `next` (1-based; 2 is the first repetition). Ends early when stop is requested.
void pauseBefore(unsigned next, const RetryPolicy& policy, const StopToken& stop);

template <class Action> auto withRetries(const RetryPolicy& policy, const StopToken& stop, Action&& action) -> decltype(action())
{
    auto result = action();
    for (unsigned number = 2; number <= policy.tries && !result && isWorthRetrying(result.error()) && !stop.stopRequested(); ++number) {
        pauseBefore(number, policy, stop);
        if (!stop.stopRequested()) {
            result = action();
        }
    }
    return result;
}

} // namespace akari::archive
