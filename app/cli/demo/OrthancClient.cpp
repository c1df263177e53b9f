#include "app/cli/demo/OrthancClient.h"

#include <curl/curl.h>

#include <mutex>
#include <new>

namespace akari::demo {

namespace {

std::size_t append(char* data, std::size_t size, std::size_t count, void* target) noexcept
{
    try {
        static_cast<std::string*>(target)->append(data, size * count);
    } catch (const std::bad_alloc&) {
        return 0;
    }
    return size * count;
}

} // namespace

OrthancClient::OrthancClient(std::string root, const std::string& user, const std::string& password) : m_root(std::move(root))
{
    static std::once_flag once;
    std::call_once(once, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
    m_curl = curl_easy_init();
    curl_easy_setopt(m_curl, CURLOPT_USERNAME, user.c_str());
    curl_easy_setopt(m_curl, CURLOPT_PASSWORD, password.c_str());
    curl_easy_setopt(m_curl, CURLOPT_HTTPAUTH, CURLAUTH_BASIC);
    curl_easy_setopt(m_curl, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(m_curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(m_curl, CURLOPT_CONNECTTIMEOUT_MS, 2000L);
    curl_easy_setopt(m_curl, CURLOPT_TIMEOUT, 120L);
    curl_easy_setopt(m_curl, CURLOPT_WRITEFUNCTION, append);
}

OrthancClient::~OrthancClient() { curl_easy_cleanup(m_curl); }

Result<RestReply> OrthancClient::get(const std::string& path)
{
    curl_easy_setopt(m_curl, CURLOPT_HTTPGET, 1L);
    return perform(path);
}

Result<RestReply> OrthancClient::post(const std::string& path, BytesView body)
{
    // Without this curl waits for a "100 Continue" that Orthanc sends late.
    curl_slist* headers = curl_slist_append(nullptr, "Expect:");
    headers = curl_slist_append(headers, "Content-Type: application/octet-stream");
    curl_easy_setopt(m_curl, CURLOPT_POST, 1L);
    curl_easy_setopt(m_curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(m_curl, CURLOPT_POSTFIELDS, reinterpret_cast<const char*>(body.data()));
    curl_easy_setopt(m_curl, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(body.size()));
    auto reply = perform(path);
    curl_easy_setopt(m_curl, CURLOPT_HTTPHEADER, nullptr);
    curl_slist_free_all(headers);
    return reply;
}

Result<RestReply> OrthancClient::perform(const std::string& path)
{
    RestReply reply;
    curl_easy_setopt(m_curl, CURLOPT_URL, (m_root + path).c_str());
    curl_easy_setopt(m_curl, CURLOPT_WRITEDATA, &reply.body);
    const CURLcode code = curl_easy_perform(m_curl);
    if (code != CURLE_OK) {
        return fail("demo.unreachable", "The demo archive does not answer.", curl_easy_strerror(code));
    }
    curl_easy_getinfo(m_curl, CURLINFO_RESPONSE_CODE, &reply.status);
    return reply;
}

} // namespace akari::demo
