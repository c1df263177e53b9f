#include "core/archive/HttpTransport.h"

#include <algorithm>
#include <cctype>
#include <optional>

#include <curl/curl.h>

namespace akari::archive {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kSilentSeconds = 60; // slower than 16 bytes a second for that long is a dead line
constexpr int kRedirections = 5;

void initialiseOnce()
{
    static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(done);
}

std::string lowered(std::string text)
{
    std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    return text;
}

std::string trimmed(std::string_view text)
{
    const auto first = text.find_first_not_of(" \t\r\n");
    const auto last = text.find_last_not_of(" \t\r\n");
    return first == std::string_view::npos ? std::string() : std::string(text.substr(first, last - first + 1));
}

struct Url {
    explicit Url(const std::string& text) : handle(curl_url())
    {
        valid = curl_url_set(handle, CURLUPART_URL, text.c_str(), 0) == CURLUE_OK;
    }
    ~Url() { curl_url_cleanup(handle); }
    Url(const Url&) = delete;
    Url& operator=(const Url&) = delete;
    std::string part(CURLUPart which) const
    {
        char* text = nullptr;
        if (curl_url_get(handle, which, &text, CURLU_DEFAULT_PORT) != CURLUE_OK) {
            return {};
        }
        std::string result(text);
        curl_free(text);
        return result;
    }
    std::string origin() const { return lowered(part(CURLUPART_SCHEME) + "://" + part(CURLUPART_HOST) + ":" + part(CURLUPART_PORT)); }
    // Relative to this, by RFC 3986.
    std::string resolved(const std::string& location)
    {
        return curl_url_set(handle, CURLUPART_URL, location.c_str(), 0) == CURLUE_OK ? part(CURLUPART_URL) : std::string();
    }
    CURLU* handle;
    bool valid = false;
};

bool isLoopback(const std::string& host) { return host == "localhost" || host == "[::1]" || host.rfind("127.", 0) == 0; }

Error transportError(CURLcode code, bool bodyBegan)
{
    const std::string detail = std::string("libcurl: ") + curl_easy_strerror(code);
    switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return {"archive.url", "The archive's address is not an http or https address; correct it in the archive's settings.", detail};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_USE_SSL_FAILED:
        return {"archive.tls", "The archive's certificate can't be trusted or the secure connection failed; ask the hospital's IT, nothing was sent.",
                detail};
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
        return {"archive.unreachable", "The archive does not answer; check the network or the hospital's VPN and the archive's address.", detail};
    case CURLE_OPERATION_TIMEDOUT:
        if (!bodyBegan) {
            return {"archive.unreachable", "The archive did not answer in time; check the network or the hospital's VPN.", detail};
        }
        break;
    default:
        break;
    }
    return {"archive.broken", "The archive's answer broke off; it is asked again.", detail};
}

} // namespace

std::string ResponseHead::field(const std::string& lowerCaseName) const
{
    const auto found = fields.find(lowerCaseName);
    return found == fields.end() ? std::string() : found->second;
}

std::string ResponseHead::mediaType() const
{
    const std::string whole = field("content-type");
    return lowered(trimmed(std::string_view(whole).substr(0, whole.find(';'))));
}

std::string percentEncoded(std::string_view text)
{
    static constexpr char kDigits[] = "0123456789ABCDEF";
    std::string result;
    for (const unsigned char c : text) {
        if (std::isalnum(c) || c == '-' || c == '.' || c == '_' || c == '~') {
            result.push_back(static_cast<char>(c));
        } else {
            result += {'%', kDigits[c >> 4], kDigits[c & 15]};
        }
    }
    return result;
}

Error statusError(int status)
{
    const std::string detail = "HTTP " + std::to_string(status);
    if (status == 401 || status == 403) {
        return {"archive.login", "The archive does not accept the login; check user, password or token in the archive's settings.", detail};
    }
    if (status == 404 || status == 410) {
        return {"archive.notfound", "The archive does not have what was asked for.", detail};
    }
    if (status >= 500 || status == 429 || status == 408) {
        return {"archive.broken", "The archive is overloaded or has an error of its own; try again later.", detail};
    }
    return {"archive.refused", "The archive refuses the request; check that the address is that of its DICOMweb service.", detail};
}

class HttpTransport::Handle {
public:
    Handle() : m_curl(curl_easy_init()) {}
    ~Handle() { curl_easy_cleanup(m_curl); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    CURL* get() const { return m_curl; }

private:
    CURL* m_curl;
};

// What libcurl's callbacks fill. Nothing may be thrown through libcurl.
struct HttpTransport::Transfer {
    Transfer(const Request& asked, const BodySink& into) : request(asked), sink(into) {}
    ~Transfer() { curl_slist_free_all(fields); }
    Transfer(const Transfer&) = delete;
    Transfer& operator=(const Transfer&) = delete;

    const Request& request;
    const BodySink& sink;
    Answer answer;
    std::optional<Error> failed;
    curl_slist* fields = nullptr;

    bool redirects() const
    {
        const int status = answer.head.status;
        return status == 301 || status == 302 || status == 303 || status == 307 || status == 308;
    }

    static std::size_t header(char* data, std::size_t, std::size_t size, void* user)
    {
        auto& self = *static_cast<Transfer*>(user);
        try {
            const std::string_view line(data, size);
            if (line.rfind("HTTP/", 0) == 0) {
                // A new head: the last was 100 Continue or a proxy's.
                self.answer.head = {};
                const auto space = line.find(' ');
                self.answer.head.status = space == std::string_view::npos ? 0 : std::atoi(std::string(line.substr(space + 1, 3)).c_str());
            } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
                std::string& value = self.answer.head.fields[lowered(trimmed(line.substr(0, colon)))];
                value += (value.empty() ? "" : ", ") + trimmed(line.substr(colon + 1));
            }
            return size;
        } catch (...) {
            return 0;
        }
    }

    static std::size_t body(char* data, std::size_t, std::size_t size, void* user)
    {
        auto& self = *static_cast<Transfer*>(user);
        if (self.redirects()) {
            return size;
        }
        try {
            self.answer.received += size;
            const Status taken = self.sink(self.answer.head, {reinterpret_cast<const std::uint8_t*>(data), size});
            if (!taken) {
                self.failed = taken.error();
                return 0;
            }
            return size;
        } catch (const std::bad_alloc&) {
            self.failed = Error{"memory.exhausted", "There is not enough memory for the archive's answer; close something and try again.", {}};
        } catch (...) {
            self.failed = Error{"archive.broken", "The archive's answer could not be taken in.", {}};
        }
        return 0;
    }

    static int progress(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t)
    {
        return static_cast<Transfer*>(user)->request.stop.stopRequested() ? 1 : 0;
    }
};

HttpTransport::HttpTransport(records::ArchiveSettings settings) : m_settings(std::move(settings))
{
    initialiseOnce();
    while (!m_settings.url.empty() && m_settings.url.back() == '/') {
        m_settings.url.pop_back();
    }
}

HttpTransport::~HttpTransport() = default;

std::unique_ptr<HttpTransport::Handle> HttpTransport::take()
{
    const std::lock_guard lock(m_mutex);
    if (m_idle.empty()) {
        return std::make_unique<Handle>();
    }
    auto handle = std::move(m_idle.back()); // the one used last: its connection is the likeliest to live
    m_idle.pop_back();
    return handle;
}

void HttpTransport::giveBack(std::unique_ptr<Handle> handle)
{
    const std::lock_guard lock(m_mutex);
    m_idle.push_back(std::move(handle));
}

void HttpTransport::prepare(Handle& handle, const Request& request, const std::string& url, Transfer& transfer) const
{
    CURL* curl = handle.get();
    curl_easy_reset(curl); // keeps the connections
    const auto set = [curl](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
    set(CURLOPT_URL, url.c_str());
    set(CURLOPT_PROTOCOLS_STR, "http,https");
    set(CURLOPT_HTTP_VERSION, static_cast<long>(CURL_HTTP_VERSION_2TLS));
    set(CURLOPT_NOSIGNAL, 1L);
    set(CURLOPT_FOLLOWLOCATION, 0L);
    set(CURLOPT_CONNECTTIMEOUT, kConnectSeconds);
    set(CURLOPT_LOW_SPEED_LIMIT, 16L);
    set(CURLOPT_LOW_SPEED_TIME, kSilentSeconds);
    set(CURLOPT_BUFFERSIZE, 512L * 1024L);
    set(CURLOPT_TCP_KEEPALIVE, 1L);
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    set(CURLOPT_USERAGENT, "Akari/" AKARI_VERSION);
    if (isLoopback(Url(url).part(CURLUPART_HOST))) {
        set(CURLOPT_PROXY, "");
    }
    if (request.compressed) {
        set(CURLOPT_ACCEPT_ENCODING, "gzip");
    }
    if (!m_settings.token.empty()) {
        set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
        set(CURLOPT_XOAUTH2_BEARER, m_settings.token.c_str());
    } else if (!m_settings.user.empty()) {
        set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        set(CURLOPT_USERNAME, m_settings.user.c_str());
        set(CURLOPT_PASSWORD, m_settings.password.c_str());
    }
    if (!m_settings.clientCertificate.empty()) {
        set(CURLOPT_SSLCERT, m_settings.clientCertificate.c_str());
        set(CURLOPT_SSLKEY, m_settings.clientCertificate.c_str());
    }
    for (const std::string& field : request.fields) {
        transfer.fields = curl_slist_append(transfer.fields, field.c_str());
    }
    if (request.body) {
        set(CURLOPT_POST, 1L);
        set(CURLOPT_POSTFIELDS, reinterpret_cast<const char*>(request.body->data()));
        set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request.body->size()));
        transfer.fields = curl_slist_append(transfer.fields, "Expect:");
    }
    set(CURLOPT_HTTPHEADER, transfer.fields);
    set(CURLOPT_HEADERFUNCTION, &Transfer::header);
    set(CURLOPT_HEADERDATA, &transfer);
    set(CURLOPT_WRITEFUNCTION, &Transfer::body);
    set(CURLOPT_WRITEDATA, &transfer);
    set(CURLOPT_NOPROGRESS, 0L);
    set(CURLOPT_XFERINFOFUNCTION, &Transfer::progress);
    set(CURLOPT_XFERINFODATA, &transfer);
}

Result<Answer> HttpTransport::sendOnce(Handle& handle, const Request& request, const std::string& url, const BodySink& sink)
{
    Transfer transfer(request, sink);
    prepare(handle, request, url, transfer);
    if (const Status may = m_gate.enter(request.stop); !may) {
        return fail(may.error());
    }
    const CURLcode code = curl_easy_perform(handle.get());
    if (code == CURLE_OK) {
        m_gate.answered(transfer.answer.head.status, transfer.answer.head.field("retry-after"));
    } else if (!transfer.failed && transfer.answer.received == 0 && !request.stop.stopRequested()) {
        m_gate.broke();
    }
    if (transfer.failed) {
        return fail(*transfer.failed);
    }
    if (request.stop.stopRequested()) {
        return fail("stopped", "The transfer was stopped.");
    }
    if (code != CURLE_OK) {
        return fail(transportError(code, transfer.answer.received > 0));
    }
    return std::move(transfer.answer);
}

Result<Answer> HttpTransport::send(const Request& request, const BodySink& sink)
{
    std::string url = m_settings.url + request.path;
    const Url asked(url);
    const std::string scheme = asked.valid ? lowered(asked.part(CURLUPART_SCHEME)) : std::string();
    if (scheme != "http" && scheme != "https") {
        return fail(transportError(CURLE_URL_MALFORMAT, false));
    }
    const std::string origin = asked.origin();
    std::unique_ptr<Handle> handle = take();
    Result<Answer> answer = sendOnce(*handle, request, url, sink);
    for (int count = 0; answer && answer->head.status >= 301 && answer->head.status <= 308 && answer->head.status != 304; ++count) {
        Url here(url);
        url = here.resolved(answer->head.field("location"));
        const bool keepsMethod = !request.body || answer->head.status >= 307;
        if (count == kRedirections || url.empty() || Url(url).origin() != origin || !keepsMethod) {
            answer = fail("archive.refused", "The archive sends on to another address; give that address in the archive's settings.",
                          "HTTP " + std::to_string(answer->head.status));
            break;
        }
        answer = sendOnce(*handle, request, url, sink);
    }
    giveBack(std::move(handle));
    return answer;
}

} // namespace akari::archive
