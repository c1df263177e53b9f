#include "core/archive/LineRates.h"

namespace akari::archive {

std::optional<double> LineRates::of(const std::string& archive) const
{
    const std::lock_guard lock(m_mutex);
    const auto found = m_rates.find(archive);
    const bool known = found != m_rates.end() && std::chrono::steady_clock::now() - found->second.at < std::chrono::minutes(10);
    return known ? std::optional(found->second.bitsPerSecond) : std::nullopt;
}

void LineRates::note(const std::string& archive, double bitsPerSecond, std::chrono::seconds age)
{
    const std::lock_guard lock(m_mutex);
    m_rates[archive] = {bitsPerSecond, std::chrono::steady_clock::now() - age};
}

} // namespace akari::archive
