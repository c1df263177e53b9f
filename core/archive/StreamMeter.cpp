#include "core/archive/StreamMeter.h"

#include <algorithm>

namespace akari::archive {
namespace {

constexpr std::uint64_t kEnoughBytes = 1 << 20;
constexpr std::chrono::milliseconds kEnoughTime{60};

} // namespace

void StreamMeter::arrived(std::uint64_t bytes)
{
    const auto now = Clock::now();
    if (m_objects++ == 0) {
        m_first = now;
        return;
    }
    m_bytes += bytes;
    const auto taken = now - m_first;
    // Much in no time is a fast line as well as less in a while is a slow one. The first objects may come out of some router's memory faster
    // than the line is, so that more of them say more.
    if (m_bytes >= 16 * kEnoughBytes || (m_bytes >= kEnoughBytes && taken >= kEnoughTime)) {
        m_rate = static_cast<double>(m_bytes) * 8.0 / std::max(1e-6, std::chrono::duration<double>(taken).count());
    }
}

} // namespace akari::archive
