#include "core/archive/HostGate.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <thread>

#include <curl/curl.h>

namespace akari::archive {
namespace {

bool isTrouble(int status) { return status == 408 || status == 429 || status >= 500; }

std::chrono::seconds asked(const std::string& retryAfter)
{
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(retryAfter.data(), retryAfter.data() + retryAfter.size(), seconds);
    if (error != std::errc() || end != retryAfter.data() + retryAfter.size()) {
        const std::time_t date = curl_getdate(retryAfter.c_str(), nullptr);
        seconds = date < 0 ? 0 : static_cast<std::int64_t>(date) - static_cast<std::int64_t>(std::time(nullptr));
    }
    return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, 86'400));
}

} // namespace

Status HostGate::enter(const StopToken& stop)
{
    for (;;) {
        std::chrono::nanoseconds left{};
        {
            const std::lock_guard lock(m_mutex);
            left = m_notBefore - Clock::now();
        }
        if (stop.stopRequested()) {
            return fail("stopped", "The transfer was stopped.");
        }
        if (left.count() <= 0) {
            return {};
        }
        if (left > kLongestWait) {
            return fail("archive.resting", "The archive asks to be left alone for some minutes; try again later.",
                        std::to_string(std::chrono::duration_cast<std::chrono::seconds>(left).count()) + " s");
        }
        std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, std::chrono::milliseconds(20)));
    }
}

std::chrono::seconds HostGate::left()
{
    const std::lock_guard lock(m_mutex);
    return std::chrono::ceil<std::chrono::seconds>(std::max(Clock::duration::zero(), m_notBefore - Clock::now()));
}

void HostGate::answered(int status, const std::string& retryAfter)
{
    const std::lock_guard lock(m_mutex);
    if (!isTrouble(status)) {
        m_failures = 0;
        return;
    }
    failed();
    if (!retryAfter.empty()) {
        m_notBefore = std::max(m_notBefore, Clock::now() + asked(retryAfter));
    }
}

void HostGate::broke()
{
    const std::lock_guard lock(m_mutex);
    failed();
}

void HostGate::failed()
{
    if (Clock::now() < m_notBefore) {
        return; // it was on its way when another one failed: eight connections that fail together are one failure
    }
    if (++m_failures < kFailuresBeforeRest) {
        return;
    }
    const auto rest = kFirstRest * (std::int64_t{1} << std::min(m_failures - kFailuresBeforeRest, 10U));
    m_notBefore = std::max(m_notBefore, Clock::now() + std::min<std::chrono::milliseconds>(rest, kLongestRest));
}

} // namespace akari::archive
