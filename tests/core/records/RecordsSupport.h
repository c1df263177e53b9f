#pragma once

#include <chrono>
#include <functional>

#include <sys/wait.h>
#include <unistd.h>

#include "core/records/Records.h"
#include "tests/support/TempFolder.h"

namespace akari::test {

class FixedClock final : public Clock {
public:
    std::chrono::system_clock::time_point now() const override
    {
        return std::chrono::system_clock::time_point(std::chrono::seconds(1770000000));
    }
    int utcOffsetMinutes() const override { return 540; }
};

inline vault::Key recordsKey() { return vault::Key(Bytes(32, 0x42)); }
inline const FixedClock kClock;
inline const StudyInstanceUid kStudy("1.2.826.0.1.3680043.9.7777.1234567890123");

inline auto openRecords(const std::filesystem::path& folder, bool readOnly = false)
{
    return records::Records::open(folder, recordsKey(), readOnly, kClock);
}

inline records::Draft draftWith(const std::string& json, const std::string& id = {})
{
    records::Draft draft;
    draft.id = id;
    draft.archive = "Hospital A";
    draft.study = kStudy;
    draft.json = json;
    return draft;
}

inline records::SignedObject objectWith(const std::string& sop, Bytes part10)
{
    records::SignedObject object;
    object.item.archive = "Hospital A";
    object.item.study = kStudy;
    object.item.patientId = "PATIENT-0815";
    object.item.accessionNumber = "ACC4711";
    object.item.sop = SopInstanceUid(sop);
    object.item.kind = "SR";
    object.part10 = std::move(part10);
    return object;
}

// What the child's body returns is its exit status; 128 + signal when it was killed.
inline int inChild(const std::function<int()>& body)
{
    const pid_t child = ::fork();
    if (child == 0) {
        ::_exit(body());
    }
    int status = 0;
    ::waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

} // namespace akari::test
