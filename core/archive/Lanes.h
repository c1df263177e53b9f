// Who may use an archive's connections now. What is more urgent goes first; whoever is less urgent gets no new turn while it wants
// something, so that a transfer in the background gives its connections back at its next object.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <utility>

#include "core/archive/JobStore.h"
#include "core/base/JobQueue.h"

namespace akari::archive {

// One for each archive; thread-safe; outlives what it gave out.
class Lanes {
public:
    explicit Lanes(unsigned connections = 8) : m_free(connections) {}
    Lanes(const Lanes&) = delete;
    Lanes& operator=(const Lanes&) = delete;

    // While it lives, whoever is less urgent waits.
    class Demand {
    public:
        Demand() = default;
        Demand(Lanes& lanes, SyncPriority priority);
        ~Demand();
        Demand(Demand&& other) noexcept;
        Demand& operator=(Demand&&) = delete;

    private:
        Lanes* m_lanes = nullptr;
        SyncPriority m_priority = SyncPriority::Prefetch;
    };
    Demand demand(SyncPriority priority) { return {*this, priority}; }

    // One connection for one request.
    class Lane {
    public:
        Lane() = default;
        explicit Lane(Lanes& lanes) : m_lanes(&lanes) {}
        ~Lane();
        Lane(Lane&& other) noexcept : m_lanes(std::exchange(other.m_lanes, nullptr)) {}
        Lane& operator=(Lane&&) = delete;
        explicit operator bool() const { return m_lanes != nullptr; }

    private:
        Lanes* m_lanes = nullptr;
    };
    // Blocks until one is free and nobody more urgent wants it; empty when stopped.
    Lane enter(SyncPriority priority, const StopToken& stop);
    // Blocks while somebody more urgent wants the archive; false when stopped.
    bool awaitTurn(SyncPriority priority, const StopToken& stop);
    // Somebody more urgent wants the archive.
    bool mustYield(SyncPriority priority) const;

private:
    bool wantedAbove(SyncPriority priority) const; // with the lock

    mutable std::mutex m_mutex;
    std::condition_variable m_changed;
    unsigned m_free;                     // protected by m_mutex
    std::array<unsigned, 4> m_demands{}; // by priority; protected by m_mutex
};

} // namespace akari::archive
