#include <algorithm>
#include <exception>
#include <utility>

#include "core/base/JobQueue.h"

namespace akari {
namespace {

// One call of parallelFor. Bands are taken by counting up, so that a thread that is late takes fewer.
struct Work {
    const std::function<void(int, int)>* band = nullptr;
    int count = 0;
    int perBand = 1;
    int bands = 0;
    std::atomic<int> next{0};
    std::atomic<int> finished{0};
    std::mutex mutex; // protects failure, and the sleep of the caller
    std::condition_variable done;
    std::exception_ptr failure;

    void help()
    {
        for (int i = next.fetch_add(1); i < bands; i = next.fetch_add(1)) {
            try {
                (*band)(i * perBand, std::min(count, (i + 1) * perBand));
            } catch (...) {
                const std::lock_guard lock(mutex);
                if (!failure) {
                    failure = std::current_exception();
                }
            }
            if (finished.fetch_add(1) + 1 == bands) {
                const std::lock_guard lock(mutex);
                done.notify_all();
            }
        }
    }
};

// Helpers sleep until there is work. A caller never waits for a helper to begin, only for one that has begun: nesting can't lock up.
class Helpers {
public:
    static Helpers& shared()
    {
        // Never destroyed: threads may still be in it when statics go.
        static Helpers* const helpers = new Helpers;
        return *helpers;
    }
    unsigned threads() const { return m_count + 1; }

    void offer(const std::shared_ptr<Work>& work, unsigned wanted)
    {
        {
            const std::lock_guard lock(m_mutex);
            m_work.push_back(work);
        }
        if (wanted >= m_count) {
            m_wake.notify_all();
        } else {
            for (unsigned i = 0; i < wanted; ++i) {
                m_wake.notify_one();
            }
        }
    }
    void withdraw(const std::shared_ptr<Work>& work)
    {
        const std::lock_guard lock(m_mutex);
        std::erase(m_work, work);
    }

private:
    Helpers() : m_count(std::max(1u, std::thread::hardware_concurrency()) - 1)
    {
        for (unsigned i = 0; i < m_count; ++i) {
            std::thread([this] { run(); }).detach();
        }
    }
    void run()
    {
        std::unique_lock lock(m_mutex);
        for (;;) {
            m_wake.wait(lock, [this] { return !m_work.empty(); });
            const std::shared_ptr<Work> work = m_work.front();
            lock.unlock();
            work->help();
            lock.lock();
            std::erase(m_work, work); // no band of it is left to take
        }
    }

    // Protected by m_mutex.
    std::mutex m_mutex;
    std::condition_variable m_wake;
    std::vector<std::shared_ptr<Work>> m_work;

    const unsigned m_count;
};

} // namespace

void parallelFor(int count, int minimumPerBand, const std::function<void(int begin, int end)>& band)
{
    if (count <= 0) {
        return;
    }
    constexpr int kBandsPerThread = 16; // small enough that the thread that ends last is not waited for long
    const int minimum = std::max(1, minimumPerBand);
    if (count <= minimum) {
        band(0, count);
        return;
    }
    Helpers& helpers = Helpers::shared();
    const int most = static_cast<int>(helpers.threads()) * kBandsPerThread;
    const int perBand = std::max(minimum, (count + most - 1) / most);
    const int bands = (count + perBand - 1) / perBand;
    if (bands == 1 || helpers.threads() == 1) {
        band(0, count);
        return;
    }
    const auto work = std::make_shared<Work>();
    work->band = &band;
    work->count = count;
    work->perBand = perBand;
    work->bands = bands;
    helpers.offer(work, static_cast<unsigned>(bands - 1));
    work->help();
    helpers.withdraw(work);
    // A short look first: most bands end together, and sleeping costs more than the last of them.
    for (int look = 0; look < 2000 && work->finished.load() < bands; ++look) {
        std::atomic_thread_fence(std::memory_order_acquire);
    }
    std::unique_lock lock(work->mutex);
    work->done.wait(lock, [&] { return work->finished.load() >= bands; });
    // Taken along: a helper that drops the work last must not be the one who frees what the caller is reading.
    if (std::exception_ptr failure = std::exchange(work->failure, nullptr)) {
        lock.unlock();
        std::rethrow_exception(std::move(failure));
    }
}

} // namespace akari
