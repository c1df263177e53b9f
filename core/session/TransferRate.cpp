#include "core/session/TransferRate.h"

namespace akari::session {

void TransferRate::arrived(std::uint64_t bytes, Clock::time_point at)
{
    m_arrivals.push_back({at, bytes});
    while (at - m_arrivals.front().at > kWindow) {
        m_arrivals.pop_front();
    }
}

std::optional<double> TransferRate::bytesPerSecond(Clock::time_point now) const
{
    if (m_arrivals.empty() || now - m_arrivals.back().at > kWindow || now - m_arrivals.front().at < std::chrono::milliseconds(500)) {
        return std::nullopt;
    }
    std::uint64_t bytes = 0; // the first marks the beginning: it came before
    for (auto it = std::next(m_arrivals.begin()); it != m_arrivals.end(); ++it) {
        bytes += it->bytes;
    }
    return static_cast<double>(bytes) / std::chrono::duration<double>(now - m_arrivals.front().at).count();
}

} // namespace akari::session
