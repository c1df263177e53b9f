#include "core/base/Clock.h"

#include "tests/support/Catch.h"

using namespace akari;

namespace {
class FixedClock final : public Clock {
public:
    FixedClock(std::int64_t seconds, int offset) : m_seconds(seconds), m_offset(offset) {}
    std::chrono::system_clock::time_point now() const override
    {
        return std::chrono::system_clock::time_point(std::chrono::seconds(m_seconds));
    }
    int utcOffsetMinutes() const override { return m_offset; }

private:
    std::int64_t m_seconds;
    int m_offset;
};
} // namespace

TEST_CASE("DICOM times are local, ISO times are UTC", "[core][base]")
{
    const FixedClock tokyo(1767366245, 540); // 2026-01-02T15:04:05Z
    CHECK(isoTime(tokyo) == "2026-01-02T15:04:05Z");
    CHECK(dicomDate(tokyo) == "20260103");
    CHECK(dicomTime(tokyo) == "000405");
    CHECK(dicomDateTime(tokyo) == "20260103000405+0900");
    CHECK(timezoneOffset(tokyo) == "+0900");
}

TEST_CASE("offsets west of Greenwich keep their minutes", "[core][base]")
{
    const FixedClock newfoundland(1709164800, -210); // 2024-02-29T00:00:00Z
    CHECK(timezoneOffset(newfoundland) == "-0330");
    CHECK(dicomDateTime(newfoundland) == "20240228203000-0330");
}
