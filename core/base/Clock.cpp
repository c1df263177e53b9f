#include "core/base/Clock.h"

#include <cstdio>
#include <cstdlib>

namespace akari {
namespace {

struct Fields {
    int year, month, day, hour, minute, second;
};

Fields fieldsOf(std::chrono::system_clock::time_point moment)
{
    using namespace std::chrono;
    const auto midnight = floor<days>(moment);
    const year_month_day date{midnight};
    const hh_mm_ss time{floor<seconds>(moment - midnight)};
    return {static_cast<int>(date.year()), static_cast<int>(static_cast<unsigned>(date.month())),
            static_cast<int>(static_cast<unsigned>(date.day())), static_cast<int>(time.hours().count()),
            static_cast<int>(time.minutes().count()), static_cast<int>(time.seconds().count())};
}

Fields localFields(const Clock& clock)
{
    return fieldsOf(clock.now() + std::chrono::minutes(clock.utcOffsetMinutes()));
}

template <class... Numbers> std::string print(const char* format, Numbers... numbers)
{
    char text[64];
    std::snprintf(text, sizeof text, format, numbers...);
    return text;
}

std::string dateOf(const Fields& f) { return print("%04d%02d%02d", f.year, f.month, f.day); }
std::string timeOf(const Fields& f) { return print("%02d%02d%02d", f.hour, f.minute, f.second); }

} // namespace

std::chrono::system_clock::time_point SystemClock::now() const { return std::chrono::system_clock::now(); }

std::string dicomDate(const Clock& clock) { return dateOf(localFields(clock)); }
std::string dicomTime(const Clock& clock) { return timeOf(localFields(clock)); }

std::string dicomDateTime(const Clock& clock)
{
    const Fields fields = localFields(clock); // asked once: date and time must be of the same moment
    return dateOf(fields) + timeOf(fields) + timezoneOffset(clock);
}

std::string timezoneOffset(const Clock& clock)
{
    const int offset = clock.utcOffsetMinutes();
    const int minutes = std::abs(offset);
    return print("%c%02d%02d", offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

std::string isoTime(const Clock& clock)
{
    const Fields f = fieldsOf(clock.now());
    return print("%04d-%02d-%02dT%02d:%02d:%02dZ", f.year, f.month, f.day, f.hour, f.minute, f.second);
}

} // namespace akari
