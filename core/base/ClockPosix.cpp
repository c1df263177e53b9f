#include <ctime>

#include "core/base/Clock.h"

namespace akari {

int SystemClock::utcOffsetMinutes() const
{
    const std::time_t moment = std::chrono::system_clock::to_time_t(now());
    std::tm local{};
    if (!localtime_r(&moment, &local)) {
        return 0;
    }
    return static_cast<int>(local.tm_gmtoff / 60);
}

} // namespace akari
