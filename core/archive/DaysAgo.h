// Private to the room: days as archives are asked for them.
#pragma once

#include <chrono>
#include <cstdio>
#include <string>

#include "core/base/Clock.h"

namespace akari::archive {

// YYYYMMDD of so many days before today, local time.
inline std::string daysAgo(const Clock& clock, int days)
{
    const auto local = clock.now() + std::chrono::minutes(clock.utcOffsetMinutes()) - std::chrono::hours(24 * days);
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(local));
    char text[16];
    std::snprintf(text, sizeof text, "%04d%02u%02u", static_cast<int>(day.year()), static_cast<unsigned>(day.month()),
                  static_cast<unsigned>(day.day()));
    return text;
}

} // namespace akari::archive
