#include <unistd.h>

#include "core/load/StudyStore.h"

namespace akari::load {

std::uint64_t MemoryBudget::defaultLimit()
{
    const long pages = sysconf(_SC_PHYS_PAGES);
    const long size = sysconf(_SC_PAGE_SIZE);
    if (pages <= 0 || size <= 0) {
        return std::uint64_t{2} << 30;
    }
    return static_cast<std::uint64_t>(pages) * static_cast<std::uint64_t>(size) / 5 * 3;
}

} // namespace akari::load
