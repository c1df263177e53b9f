#pragma once

#include <atomic>
#include <functional>
#include <thread>

namespace akari::cli {

bool standardErrorIsTerminal();
// Waits for SIGINT or SIGTERM.
void waitForInterrupt();

// While it lives, SIGINT and SIGTERM call `interrupted` (on a thread of its own) instead of ending the program. Made before other threads are,
// as they inherit what it blocks.
class InterruptWatch {
public:
    explicit InterruptWatch(std::function<void()> interrupted);
    ~InterruptWatch();
    InterruptWatch(const InterruptWatch&) = delete;
    InterruptWatch& operator=(const InterruptWatch&) = delete;

private:
    std::atomic<bool> m_done{false};
    std::thread m_thread;
};

} // namespace akari::cli
