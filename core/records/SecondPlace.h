// Copies of records/ and of the vault.json that opens them in a place of the user's choice: another disk, a stick, a share. A thread of its
// own does the copying, so that a slow or absent place never holds up a signature; what could not be copied is tried again. Format:
// docs/records-format.md.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "core/base/Clock.h"
#include "core/base/Result.h"

namespace akari::records {

struct CopySource {
    std::filesystem::path records; // a finished copy of records.db
    std::filesystem::path vault;
    std::string folder; // 32 hex digits that tell this data folder from others
};

// One copy at a place.
struct CopyFiles {
    std::filesystem::path records;
    std::filesystem::path vault;
    std::string copiedAt; // ISO UTC
};

// Puts a new pair beside the last one, compares what arrived, and only then names it the newest; nothing to do where it is there already.
// Answers when the newest copy was made. "backup.foreign" somebody else's things, "backup.absent" no such folder, "disk.full",
// "data.unwritable", "file.unreadable", "backup.damaged" what was written reads back otherwise.
Result<std::string> copyToPlace(const std::filesystem::path& place, const CopySource& source, const Clock& clock);
// The newest pair that is whole. "backup.absent" none here, "backup.damaged" none whole, "data.newer".
Result<CopyFiles> newestCopy(const std::filesystem::path& place);

class SecondPlace {
public:
    struct Times {
        std::chrono::milliseconds draft{std::chrono::minutes(5)}; // at most this old is the copy of a draft
        std::chrono::milliseconds again{std::chrono::minutes(1)}; // after a failure
    };
    struct Hooks {
        std::function<std::uint64_t()> changes; // how many there have been; any thread
        std::function<void()> freshen;          // makes source.records up to date
    };
    struct State {
        std::string copiedAt;         // ISO UTC; empty: not yet
        std::optional<Error> problem; // why the last try failed
        bool owed = false;            // something is not there yet
    };

    SecondPlace(std::filesystem::path place, CopySource source, Hooks hooks, const Clock& clock, Times times);
    ~SecondPlace();
    // Tries once more to copy what is owed, and ends the thread.
    void finish();
    SecondPlace(const SecondPlace&) = delete;
    SecondPlace& operator=(const SecondPlace&) = delete;

    const std::filesystem::path& place() const { return m_place; }
    // The source has just been made anew; any thread, returns at once.
    void copySoon();
    State state() const;

private:
    void run();
    void copy(bool fresh);

    const std::filesystem::path m_place;
    const CopySource m_source;
    const Hooks m_hooks;
    const Clock& m_clock;
    const Times m_times;

    mutable std::mutex m_mutex; // guards what follows
    std::condition_variable m_changed;
    State m_state;
    std::uint64_t m_copied = 0; // hooks.changes at the last copy
    bool m_soon = true;         // what a run before left owed
    bool m_stop = false;
    std::thread m_thread;
};

} // namespace akari::records
