// Fetches instances one by one on several connections at once, always the one that the reader needs next.
#pragma once

#include <condition_variable>
#include <functional>
#include <mutex>
#include <thread>
#include <vector>

#include "core/archive/EyeOrder.h"
#include "core/archive/Lanes.h"

namespace akari::archive {

class InstanceFetcher {
public:
    using Fetch = std::function<void(const WantedInstance&)>; // on one of the fetcher's threads; may block
    using Eye = std::function<std::optional<EyePoint>()>;     // on those threads too; may be empty
    // `lanes` (may be null): whose turn it is at the archive, asked before each instance.
    InstanceFetcher(unsigned connections, Fetch fetch, Eye eye, Lanes* lanes, SyncPriority priority, StopToken stop);
    ~InstanceFetcher(); // finish()
    InstanceFetcher(const InstanceFetcher&) = delete;
    InstanceFetcher& operator=(const InstanceFetcher&) = delete;

    // One thread. See EyeOrder::add.
    void add(const SeriesInstanceUid& series, std::vector<InstanceResult> all, const std::vector<SopInstanceUid>& missing);
    // From now on at most so many of the connections are used; 0: all. Those at work finish their instance.
    void useAtMost(unsigned connections);
    // Nothing more will be added; blocks until all is fetched, or the token stops it.
    void finish();

private:
    void work();
    bool beginWork(); // false: there will be none
    void endWork();

    // Constant after construction.
    Fetch m_fetch;
    Eye m_eye;
    Lanes* const m_lanes;
    const SyncPriority m_priority;
    StopToken m_stop;

    // Protected by m_mutex.
    std::mutex m_mutex;
    std::condition_variable m_changed;
    EyeOrder m_order;
    bool m_closed = false;
    unsigned m_most = 0; // connections; 0: all
    unsigned m_working = 0;

    std::vector<std::thread> m_threads;
};

} // namespace akari::archive
