#include "core/archive/Url.h"

#include <algorithm>
#include <cctype>
#include <memory>

#include <curl/curl.h>

#include "core/archive/FieldText.h"

namespace akari::archive {
namespace {

using Handle = std::unique_ptr<CURLU, decltype(&curl_url_cleanup)>;

std::string part(const Handle& handle, CURLUPart which, unsigned flags = 0)
{
    char* text = nullptr;
    if (!handle || curl_url_get(handle.get(), which, &text, flags) != CURLUE_OK) {
        return {};
    }
    std::string result(text);
    curl_free(text);
    return result;
}

bool isPlain(const std::string& text)
{
    return std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c != 0x7f; });
}

} // namespace

Url::Url(const std::string& text) : m_text(text)
{
    const Handle handle(curl_url(), curl_url_cleanup);
    if (!handle || !isPlain(text) || curl_url_set(handle.get(), CURLUPART_URL, text.c_str(), CURLU_NON_SUPPORT_SCHEME) != CURLUE_OK) {
        return;
    }
    m_scheme = lowered(part(handle, CURLUPART_SCHEME));
    m_host = lowered(part(handle, CURLUPART_HOST));
    m_path = part(handle, CURLUPART_PATH);
    m_query = part(handle, CURLUPART_QUERY);
    m_usable = (m_scheme == "http" || m_scheme == "https") && !m_host.empty() && part(handle, CURLUPART_USER).empty() &&
               part(handle, CURLUPART_PASSWORD).empty();
    if (m_usable) {
        m_origin = m_scheme + "://" + m_host + ":" + part(handle, CURLUPART_PORT, CURLU_DEFAULT_PORT);
    }
}

bool Url::isLoopback() const
{
    return m_host == "localhost" || m_host == "[::1]" || m_host.rfind("127.", 0) == 0;
}

Url Url::resolved(const std::string& reference) const
{
    const Handle handle(curl_url(), curl_url_cleanup);
    if (!m_usable || !handle || !isPlain(reference) || curl_url_set(handle.get(), CURLUPART_URL, m_text.c_str(), 0) != CURLUE_OK ||
        curl_url_set(handle.get(), CURLUPART_URL, reference.c_str(), 0) != CURLUE_OK) {
        return Url(std::string());
    }
    return Url(part(handle, CURLUPART_URL));
}

} // namespace akari::archive
