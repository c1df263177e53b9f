#pragma once

#include <chrono>
#include <cstdint>
#include <string>

namespace akari {

// Handed in by the composition root, so that tests decide the time. Thread-safe.
class Clock {
public:
    virtual ~Clock() = default;
    virtual std::chrono::system_clock::time_point now() const = 0;
    virtual int utcOffsetMinutes() const = 0; // local minus UTC, at now()
};
class SystemClock final : public Clock {
public:
    std::chrono::system_clock::time_point now() const override;
    int utcOffsetMinutes() const override;
};

inline std::int64_t secondsNow(const Clock& clock) // since 1970, UTC
{
    return std::chrono::duration_cast<std::chrono::seconds>(clock.now().time_since_epoch()).count();
}

// DICOM forms of a moment in the clock's local time zone (PS3.5 6.2).
std::string dicomDate(const Clock& clock);     // YYYYMMDD
std::string dicomTime(const Clock& clock);     // HHMMSS
std::string dicomDateTime(const Clock& clock); // YYYYMMDDHHMMSS+ZZZZ
std::string timezoneOffset(const Clock& clock);// +ZZZZ for (0008,0201)
std::string isoTime(const Clock& clock);       // 2026-01-02T03:04:05Z, UTC

} // namespace akari
