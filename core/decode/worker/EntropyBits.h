// What the two decoders of our own read their codes with: bits, most significant first. Each format stuffs bits behind 0xFF in its own
// way, so fill() is its reader's. Behind the data come zeros, which the count goes below zero for.
#pragma once

#include <cstdint>
#include <cstring>

#include "core/base/Bytes.h"

namespace akari::decode::worker {

class EntropyBits {
public:
    explicit EntropyBits(BytesView bytes) : m_at(bytes.data()), m_end(bytes.data() + bytes.size()) {}

    void drop(unsigned count)
    {
        m_cache <<= count;
        m_count -= static_cast<int>(count);
    }
    bool overrun() const { return m_count < 0; }

    // Makes at least 48 bits ready, unless it says false: then the reader's fill() must.
    bool fillQuickly()
    {
        if (m_end - m_at < 8 || m_count < 0) [[unlikely]] {
            return false;
        }
        std::uint64_t word = 0;
        std::memcpy(&word, m_at, 8);
        // Some byte is 0xFF when its complement is zero.
        if (((~word - 0x0101010101010101U) & word & 0x8080808080808080U) != 0) [[unlikely]] {
            return false;
        }
        m_cache |= __builtin_bswap64(word) >> m_count;
        const int bytes = (63 - m_count) >> 3;
        m_at += bytes;
        m_count += 8 * bytes;
        return true;
    }

protected:
    void push(std::uint64_t value, int bits)
    {
        m_cache |= value << (64 - bits - m_count);
        m_count += bits;
    }
    // Behind fill(): less than a byte is left, then, after fill bytes (T.81 B.1.1.2), the end marker.
    bool endMarkerFollows()
    {
        while (m_end - m_at >= 2 && m_at[0] == 0xFF && m_at[1] == 0xFF) {
            ++m_at;
        }
        return m_count >= 0 && m_count < 8 && m_end - m_at >= 2 && m_at[0] == 0xFF && m_at[1] == 0xD9;
    }

    const std::uint8_t* m_at;
    const std::uint8_t* m_end;
    std::uint64_t m_cache = 0;
    int m_count = 0;
};

} // namespace akari::decode::worker
