#include "core/base/JobQueue.h"

#include <algorithm>
#include <exception>

#include "core/base/Log.h"

namespace akari {

JobQueue::JobQueue(unsigned threads)
{
    const unsigned count = std::max(1u, threads);
    m_threads.reserve(count);
    for (unsigned i = 0; i < count; ++i) {
        m_threads.emplace_back([this] { run(); });
    }
}

JobQueue::~JobQueue()
{
    m_stop.requestStop();
    std::priority_queue<Entry, std::vector<Entry>, Later> dropped;
    {
        const std::lock_guard lock(m_mutex);
        m_closing = true;
        std::swap(dropped, m_waiting); // destroyed without the lock: a job's captures may post or lock themselves
    }
    m_wake.notify_all();
    for (std::thread& thread : m_threads) {
        thread.join();
    }
}

void JobQueue::post(int priority, std::function<void(StopToken)> job, StopToken stop)
{
    {
        const std::lock_guard lock(m_mutex);
        if (m_closing) {
            return;
        }
        m_waiting.push({priority, m_order++, std::move(job), std::move(stop)});
    }
    m_wake.notify_one();
}

void JobQueue::drain()
{
    std::unique_lock lock(m_mutex);
    m_idle.wait(lock, [this] { return m_waiting.empty() && m_running == 0; });
}

void JobQueue::run()
{
    std::unique_lock lock(m_mutex);
    for (;;) {
        m_wake.wait(lock, [this] { return m_closing || !m_waiting.empty(); });
        if (m_closing) {
            return;
        }
        // top() is const; the entry is moved out and popped at once, and the order depends on numbers that stay.
        Entry entry = std::move(const_cast<Entry&>(m_waiting.top()));
        m_waiting.pop();
        ++m_running;
        lock.unlock();
        if (!entry.stop.stopRequested()) {
            // The caller's own token where there is one, linked with the queue's: closing must reach either.
            const StopToken token = entry.stop.joinedWith(m_stop.token());
            try {
                entry.job(token);
            } catch (const std::exception& error) {
                log::error("base", std::string("a job threw: ") + error.what());
            } catch (...) {
                log::error("base", "a job threw");
            }
        }
        entry.job = nullptr;
        lock.lock();
        --m_running;
        if (m_waiting.empty() && m_running == 0) {
            m_idle.notify_all();
        }
    }
}

} // namespace akari
