// Which studies changed since somebody last looked: what lets a list follow a database without reading it again.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "core/base/Identity.h"

namespace akari {

struct StudyPlace {
    std::string archive;
    StudyInstanceUid study;
    auto operator<=>(const StudyPlace&) const = default;
};

struct StudyChanges {
    std::uint64_t now = 0;   // to be given the next time
    bool everything = false; // too much happened, or nobody knows: read all of it
    std::vector<StudyPlace> studies;
};

// Thread-safe. Lives as long as its database is open and is never written: whoever opens begins with everything.
class ChangeLog {
public:
    // After the change can be read: a reader that looks in between only learns of it early.
    void note(const std::string& archive, const StudyInstanceUid& study);
    void noteEverything();
    StudyChanges since(std::uint64_t counter) const; // 0: everything

private:
    // Protected by m_mutex.
    mutable std::mutex m_mutex;
    std::uint64_t m_now = 1;
    std::uint64_t m_forgotten = 1; // changes before this one are known no more
    std::map<StudyPlace, std::uint64_t> m_last;
};

} // namespace akari
