#include <algorithm>
#include <cerrno>
#include <clocale>
#include <cstdlib>
#include <ctime>

#include <unistd.h>

#include "core/importing/unpack/Jobs.h"

namespace akari::importing::unpack {

std::int64_t Input::read(std::uint64_t position, std::span<std::uint8_t> into)
{
    std::int64_t done = 0;
    while (!into.empty() && position < m_size) {
        const ssize_t got = ::pread(m_descriptor, into.data(), std::min<std::uint64_t>(into.size(), m_size - position), static_cast<off_t>(position));
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return -1;
        }
        if (got == 0) {
            break;
        }
        done += got;
        position += static_cast<std::uint64_t>(got);
        m_consumed += static_cast<std::uint64_t>(got);
        into = into.subspan(static_cast<std::size_t>(got));
    }
    return done;
}

void warmUp()
{
    // Names marked as UTF-8 then need no conversion module, which would be a file; and times need no zone file.
    ::setlocale(LC_CTYPE, "C.UTF-8");
    ::setenv("TZ", "UTC0", 1);
    ::tzset();
    std::tm some{};
    some.tm_year = 100;
    static_cast<void>(std::mktime(&some));
}

} // namespace akari::importing::unpack
