// How fast a study arrives, over the last seconds. One thread, or under its owner's lock.
#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <optional>

namespace akari::session {

class TransferRate {
public:
    using Clock = std::chrono::steady_clock;

    void arrived(std::uint64_t bytes, Clock::time_point at);
    // Nullopt until there is half a second to judge by, and when nothing has come for longer than the window.
    std::optional<double> bytesPerSecond(Clock::time_point now) const;

private:
    static constexpr std::chrono::seconds kWindow{5};
    struct Arrival {
        Clock::time_point at;
        std::uint64_t bytes;
    };
    std::deque<Arrival> m_arrivals;
};

} // namespace akari::session
