// Waits on 127.0.0.1 for the browser that a sign-in sends back (RFC 8252 7.3). One sign-in, one listener, one port drawn by the system.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "core/base/JobQueue.h"
#include "core/base/Result.h"

namespace akari::archive {

class LoopbackListener {
public:
    struct Reply {
        int status = 200;
        std::string page; // HTML
        bool done = false;
    };
    // Called with "/path?query" of each GET that names this host and port.
    using Judge = std::function<Reply(const std::string& target)>;

    // "login.listener" where no port can be had.
    static Result<std::unique_ptr<LoopbackListener>> open();
    ~LoopbackListener();
    LoopbackListener(const LoopbackListener&) = delete;
    LoopbackListener& operator=(const LoopbackListener&) = delete;

    std::uint16_t port() const { return m_port; }
    // Blocks until the judge is done. "login.timeout", "stopped". Connections that say nothing, too much or no HTTP keep nobody waiting.
    Status serve(std::chrono::steady_clock::time_point until, const StopToken& stop, const Judge& judge);

private:
    LoopbackListener() = default;
    int m_socket = -1;
    std::uint16_t m_port = 0;
};

} // namespace akari::archive
