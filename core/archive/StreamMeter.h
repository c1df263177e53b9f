// How fast a stream comes, judged by its first objects. One thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace akari::archive {

class StreamMeter {
public:
    void arrived(std::uint64_t bytes);
    std::int64_t objects() const { return m_objects; }
    // Once enough has come to tell, over all that came: the first object waited for the archive and does not count.
    std::optional<double> bitsPerSecond() const { return m_rate; }
    double bytesPerObject() const { return m_objects > 1 ? static_cast<double>(m_bytes) / static_cast<double>(m_objects - 1) : 0; }

private:
    using Clock = std::chrono::steady_clock;
    std::int64_t m_objects = 0;
    std::uint64_t m_bytes = 0;
    Clock::time_point m_first;
    std::optional<double> m_rate;
};

} // namespace akari::archive
