// What goes on while nobody waits: transfers that were left over, what will be read next, and what has become of studies at their archives.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/archive/Changes.h"
#include "core/archive/Prefetch.h"
#include "core/session/Engine.h"

namespace akari::session {

// Owned by the composition root of a program with a window; one thread of its own. Needs Engine::sync. Any thread may call.
class Background {
public:
    struct Ports {
        std::function<bool()> metered; // the line is paid for by what goes through it; may be empty: it isn't
    };
    // Starts at once. `changed` is called from its thread when a study has come, or an archive's answer has changed something.
    Background(Engine engine, archive::PrefetchRules rules, Ports ports, std::function<void()> changed);
    ~Background(); // stops; what is on its way stays queued
    Background(const Background&) = delete;
    Background& operator=(const Background&) = delete;

    // The reader does something: transfers in the background rest for a moment.
    void interacted();
    // There is something new to do now, as after the worklist was asked for.
    void wake();

    struct State {
        bool on = true;          // the master switch
        bool metered = false;    // so it rests, whatever the switch says
        bool working = false;    // now
        std::size_t fetched = 0; // studies, since the start
        std::uint64_t bytes = 0;
        std::size_t changes = 0;      // found at archives, since the start
        std::optional<Error> problem; // of the last round
    };
    State state() const;

private:
    void run();
    void round();
    void prefetch(const std::string& archive);
    void detect(const std::string& archive);
    void note(const std::optional<Error>& problem);
    bool mayTransfer();
    void pauseWhileInUse();

    const Engine m_engine;
    const archive::PrefetchRules m_rules;
    const Ports m_ports;
    const std::function<void()> m_changed;
    StopSource m_stop;

    // Protected by m_mutex.
    mutable std::mutex m_mutex;
    std::condition_variable m_wake;
    bool m_woken = false;
    State m_state;
    std::chrono::steady_clock::time_point m_inUseUntil{};

    // What mayTransfer() found a moment ago: it is asked before each object.
    std::atomic<bool> m_may{false};
    std::atomic<std::chrono::steady_clock::rep> m_mayUntil{0};

    std::thread m_worker; // transfers and questions
    std::thread m_pauser; // holds them back while the reader works
};

// The master switch and what the user says of the line, kept in records. Switched on and not metered until somebody says otherwise.
bool prefetchIsOn(const records::Records& records);
Status setPrefetchOn(records::Records& records, bool on);
bool lineIsMetered(const records::Records& records);
Status setLineMetered(records::Records& records, bool metered);

} // namespace akari::session
