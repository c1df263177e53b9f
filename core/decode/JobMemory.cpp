#include "core/decode/JobMemory.h"

#include <cstring>

namespace akari::decode {

Status JobMemory::prepare(std::size_t bytes, std::size_t spare)
{
    constexpr std::size_t kMebibyte = std::size_t{1} << 20;
    const bool fits = m_block && bytes <= m_block->size() && m_block->size() <= 2 * bytes + kMebibyte;
    m_fresh = !fits;
    if (fits) {
        std::memset(m_block->data(), 0, m_block->size());
        return {};
    }
    m_block.reset();
    auto made = SharedMemory::create(bytes + spare);
    if (!made) {
        return fail(made.error());
    }
    m_block = std::move(*made);
    return {};
}

} // namespace akari::decode
