#include "core/decode/JobMemory.h"

#include <algorithm>
#include <cstring>

namespace akari::decode {

Status JobMemory::makeRoom(std::size_t bytes, std::size_t spare)
{
    constexpr std::size_t kMebibyte = std::size_t{1} << 20;
    const bool fits = m_block && bytes <= m_block->size() && m_block->size() <= 2 * bytes + kMebibyte;
    m_fresh = !fits;
    if (fits) {
        return {};
    }
    m_block.reset();
    auto made = SharedMemory::create(bytes + spare);
    if (!made) {
        return fail(made.error());
    }
    m_block = std::move(*made);
    m_used = 0;
    return {};
}

Status JobMemory::prepare(std::size_t bytes, std::size_t spare)
{
    if (auto room = makeRoom(bytes, spare); !room) {
        return room;
    }
    std::memset(m_block->data(), 0, m_used);
    // The worker can write to all of it.
    m_used = m_block->size();
    return {};
}

Status JobMemory::fill(BytesView bytes, std::size_t spare)
{
    if (auto room = makeRoom(bytes.size(), spare); !room) {
        return room;
    }
    std::memcpy(m_block->data(), bytes.data(), bytes.size());
    if (m_used > bytes.size()) {
        std::memset(m_block->data() + bytes.size(), 0, m_used - bytes.size());
    }
    m_used = bytes.size();
    return {};
}

Bytes JobMemory::take(std::size_t bytes)
{
    // What fits the nearest cache twice.
    constexpr std::size_t kStep = std::size_t{16} << 10;
    Bytes taken;
    taken.reserve(bytes);
    for (std::size_t at = 0; at < bytes; at += kStep) {
        std::uint8_t* const from = m_block->data() + at;
        const std::size_t step = std::min(kStep, bytes - at);
        taken.insert(taken.end(), from, from + step);
        std::memset(from, 0, step);
    }
    std::memset(m_block->data() + bytes, 0, m_block->size() - bytes);
    m_used = 0;
    return taken;
}

} // namespace akari::decode
