// How fast the line to each archive was when it was last used; the way of fetching is chosen by it (DESIGN decision 6). Thread-safe.
#pragma once

#include <chrono>
#include <map>
#include <mutex>
#include <optional>
#include <string>

namespace akari::archive {

class LineRates {
public:
    // Bits a second; nullopt when it was measured more than ten minutes ago: lines change.
    std::optional<double> of(const std::string& archive) const;
    void note(const std::string& archive, double bitsPerSecond, std::chrono::seconds age = std::chrono::seconds(0));

private:
    mutable std::mutex m_mutex;
    struct Measured {
        double bitsPerSecond = 0;
        std::chrono::steady_clock::time_point at;
    };
    std::map<std::string, Measured> m_rates; // protected by m_mutex
};

// Below it instances are fetched one by one, in the order for the eye.
inline constexpr double kHomeLineBelow = 400e6;

} // namespace akari::archive
