// Keeps a client from pressing an archive that is in trouble: waits as long as the archive asks (Retry-After, RFC 9110 10.2.3), and rests
// after failures in a row, longer each time, then lets one request try. Thread-safe; one for each client.
#pragma once

#include <chrono>
#include <mutex>
#include <string>

#include "core/base/JobQueue.h"
#include "core/base/Result.h"

namespace akari::archive {

class HostGate {
public:
    using Clock = std::chrono::steady_clock;

    // Blocks until a request may go. "archive.resting" when the archive wants more than kLongestWait; "stopped".
    Status enter(const StopToken& stop);
    // `retryAfter`: the field's value, seconds or a date; empty where there was none.
    void answered(int status, const std::string& retryAfter);
    void broke(); // no answer; one that was cut on its way says nothing of the archive

    // How long the archive is still to be left alone; 0: not at all.
    std::chrono::seconds left();

    static constexpr std::chrono::seconds kLongestWait{120};
    static constexpr unsigned kFailuresBeforeRest = 6;
    static constexpr std::chrono::milliseconds kFirstRest{500};
    static constexpr std::chrono::milliseconds kLongestRest{30'000};

private:
    void failed();

    std::mutex m_mutex;
    Clock::time_point m_notBefore{}; // protected by m_mutex
    unsigned m_failures = 0;         // in a row; protected by m_mutex
};

} // namespace akari::archive
