// A home line between a benchmark and an archive on this machine: so many bits a second for all connections together, and a round trip.
#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "core/base/Result.h"

namespace akari::cli {

class ShapedLink {
public:
    // Listens on loopback and forwards to `port` there. "bench.link" when it can't listen.
    static Result<std::unique_ptr<ShapedLink>> open(std::uint16_t port, double bitsPerSecond, std::chrono::milliseconds roundTrip);
    virtual ~ShapedLink() = default;
    virtual std::uint16_t port() const = 0;
    virtual std::uint64_t received() const = 0; // bytes that came from the archive
};

} // namespace akari::cli
