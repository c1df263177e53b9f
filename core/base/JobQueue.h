// A fixed pool of threads with priorities and cooperative cancellation. libc++ lacks std::jthread in places, so this is ours.
#pragma once

#include <algorithm>
#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <queue>
#include <thread>
#include <vector>

namespace akari {

class StopToken {
public:
    StopToken() = default;
    bool stopRequested() const
    {
        return std::any_of(m_flags.begin(), m_flags.end(), [](const auto& flag) { return flag->load(std::memory_order_relaxed); });
    }
    // Stops when this or the other does.
    StopToken joinedWith(const StopToken& other) const
    {
        StopToken both(*this);
        both.m_flags.insert(both.m_flags.end(), other.m_flags.begin(), other.m_flags.end());
        return both;
    }

private:
    friend class StopSource;
    explicit StopToken(std::shared_ptr<std::atomic<bool>> flag) : m_flags{std::move(flag)} {}
    std::vector<std::shared_ptr<std::atomic<bool>>> m_flags; // one of each source; none: never stops
};

class StopSource {
public:
    StopSource() : m_flag(std::make_shared<std::atomic<bool>>(false)) {}
    StopToken token() const { return StopToken(m_flag); }
    void requestStop() { m_flag->store(true, std::memory_order_relaxed); }

private:
    std::shared_ptr<std::atomic<bool>> m_flag;
};

// Jobs take immutable input, return values through their own channel and honour the token. Thread-safe. The destructor asks every
// running job to stop, drops the waiting ones and joins.
class JobQueue {
public:
    explicit JobQueue(unsigned threads);
    ~JobQueue();
    JobQueue(const JobQueue&) = delete;
    JobQueue& operator=(const JobQueue&) = delete;

    // Higher priority runs first; equal priorities run in the order posted. `stop` is the caller's own token, if any.
    void post(int priority, std::function<void(StopToken)> job, StopToken stop = {});
    // Blocks until nothing waits and nothing runs.
    void drain();

private:
    struct Entry {
        int priority;
        std::uint64_t order;
        std::function<void(StopToken)> job;
        StopToken stop;
    };
    struct Later {
        bool operator()(const Entry& a, const Entry& b) const
        {
            return a.priority != b.priority ? a.priority < b.priority : a.order > b.order;
        }
    };
    void run();

    // Protected by m_mutex.
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::condition_variable m_idle;
    std::priority_queue<Entry, std::vector<Entry>, Later> m_waiting;
    std::uint64_t m_order = 0;
    unsigned m_running = 0;
    bool m_closing = false;

    // Constant after construction.
    StopSource m_stop;
    std::vector<std::thread> m_threads;
};

// Splits [0, count) into bands of at least minimumPerBand (the last may be shorter) and runs them on as many threads as the machine
// has, the caller's included. Blocks. Any thread, several at once, also from inside a band. What a band throws is thrown here.
void parallelFor(int count, int minimumPerBand, const std::function<void(int begin, int end)>& band);

} // namespace akari
