#include "core/archive/HttpTransport.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <optional>

#include <curl/curl.h>

#include "core/archive/FieldText.h"
#include "core/archive/HttpErrors.h"
#include "core/archive/PeerSeen.h"
#include "core/archive/Url.h"

namespace akari::archive {
namespace {

constexpr long kConnectSeconds = 10;
constexpr long kSilentSeconds = 60; // slower than 16 bytes a second for that long is a dead line
constexpr int kRedirections = 5;
// Lists and metadata shrink to a fiftieth; what grows more than two hundred times is no list.
constexpr std::uint64_t kInflatedFreely = 64 << 20;
constexpr std::uint64_t kInflatedTimes = 200;

void initialiseOnce()
{
    static const CURLcode done = curl_global_init(CURL_GLOBAL_DEFAULT);
    static_cast<void>(done);
}

// PKCS#12 has no text in it.
bool isPem(const std::string& path)
{
    std::ifstream in(path, std::ios::binary);
    std::string begin(65536, '\0');
    in.read(begin.data(), static_cast<std::streamsize>(begin.size()));
    return begin.find("-----BEGIN") != std::string::npos;
}

bool isRedirection(int status) { return status == 301 || status == 302 || status == 303 || status == 307 || status == 308; }

} // namespace

std::string ResponseHead::field(const std::string& lowerCaseName) const
{
    const auto found = fields.find(lowerCaseName);
    return found == fields.end() ? std::string() : found->second;
}

bool ResponseHead::tellsItsEnd() const
{
    return framed || !field("content-length").empty() || lowered(field("transfer-encoding")).find("chunked") != std::string::npos;
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

class HttpTransport::Handle {
public:
    Handle() : m_curl(curl_easy_init()) {}
    ~Handle() { curl_easy_cleanup(m_curl); }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;
    CURL* get() const { return m_curl; }
    PeerSeen peer; // outlives the handle's connections, which are closed in the destructor's body

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
    CURL* curl = nullptr;
    std::string address;
    char words[CURL_ERROR_SIZE] = {};
    bool asksAgain = false; // after a 401: what it says is nobody's

    // Of an answer that is not the final one nothing is handed on.
    bool isFinal() const { return !isRedirection(answer.head.status) && !(asksAgain && answer.head.status == 401); }
    bool inflatesTooFar() const
    {
        curl_off_t came = 0;
        return request.compressed && answer.received > kInflatedFreely && curl_easy_getinfo(curl, CURLINFO_SIZE_DOWNLOAD_T, &came) == CURLE_OK
            && answer.received > kInflatedFreely + kInflatedTimes * static_cast<std::uint64_t>(came);
    }

    static std::size_t header(char* data, std::size_t, std::size_t size, void* user)
    {
        auto& self = *static_cast<Transfer*>(user);
        try {
            const std::string_view line(data, size);
            if (line.rfind("HTTP/", 0) == 0) {
                // A new head: the last was 100 Continue or a proxy's.
                self.answer.head = {};
                self.answer.head.address = self.address;
                self.answer.head.framed = line.rfind("HTTP/1", 0) != 0;
                const auto space = line.find(' ');
                self.answer.head.status = space == std::string_view::npos ? 0 : std::atoi(std::string(line.substr(space + 1, 3)).c_str());
            } else if (const auto colon = line.find(':'); colon != std::string_view::npos) {
                std::string& value = self.answer.head.fields[lowered(trimmed(line.substr(0, colon)))];
                value += (value.empty() ? "" : ", ") + std::string(trimmed(line.substr(colon + 1)));
            }
            return size;
        } catch (...) {
            return 0;
        }
    }

    static std::size_t body(char* data, std::size_t, std::size_t size, void* user)
    {
        auto& self = *static_cast<Transfer*>(user);
        if (!self.isFinal()) {
            return size;
        }
        try {
            self.answer.received += size;
            if (self.inflatesTooFar()) {
                self.failed = oversized("inflated to " + std::to_string(self.answer.received) + " bytes");
                return 0;
            }
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

HttpTransport::HttpTransport(records::ArchiveSettings settings, std::shared_ptr<TokenSource> tokens)
    : m_settings(std::move(settings)), m_tokens(std::move(tokens))
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
    transfer.curl = curl;
    transfer.address = url;
    handle.peer.reason.clear();
    handle.peer.asked = false;
    const auto set = [curl](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
    set(CURLOPT_ERRORBUFFER, static_cast<char*>(transfer.words));
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
    set(CURLOPT_USERAGENT, "Akari/" AKARI_VERSION);
    if (request.compressed) {
        set(CURLOPT_ACCEPT_ENCODING, "gzip");
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

// Who we are and whom we trust. There is no way to trust less.
Status HttpTransport::applySecurity(Handle& handle, const std::string& bearer) const
{
    const auto set = [curl = handle.get()](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
    set(CURLOPT_SSL_VERIFYPEER, 1L);
    set(CURLOPT_SSL_VERIFYHOST, 2L);
    set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    const curl_ssl_ctx_callback watch = [](CURL*, void* context, void* seen) {
        watchPeer(context, *static_cast<PeerSeen*>(seen));
        return CURLE_OK;
    };
    set(CURLOPT_SSL_CTX_FUNCTION, watch);
    set(CURLOPT_SSL_CTX_DATA, static_cast<void*>(&handle.peer));
    if (!m_settings.certificateAuthority.empty()) {
        set(CURLOPT_CAINFO, m_settings.certificateAuthority.c_str());
        set(CURLOPT_CAPATH, static_cast<char*>(nullptr));
    }
    if (!m_settings.pin.empty()) {
        if (!isPin(m_settings.pin)) {
            return fail("archive.pin", "The pin of the archive's key is not of the form sha256//…=; correct it in the archive's settings.");
        }
        set(CURLOPT_PINNEDPUBLICKEY, m_settings.pin.c_str());
    }
    if (!m_settings.clientCertificate.empty()) {
        const bool pem = isPem(m_settings.clientCertificate);
        set(CURLOPT_SSLCERT, m_settings.clientCertificate.c_str());
        set(CURLOPT_SSLCERTTYPE, pem ? "PEM" : "P12");
        if (pem) {
            set(CURLOPT_SSLKEY, m_settings.clientCertificate.c_str());
        }
        // Never asked for on the terminal.
        set(CURLOPT_KEYPASSWD, m_settings.clientKeyPassword.c_str());
    }
    if (!bearer.empty()) {
        set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BEARER));
        set(CURLOPT_XOAUTH2_BEARER, bearer.c_str());
    } else if (!m_settings.user.empty()) {
        set(CURLOPT_HTTPAUTH, static_cast<long>(CURLAUTH_BASIC));
        set(CURLOPT_USERNAME, m_settings.user.c_str());
        set(CURLOPT_PASSWORD, m_settings.password.c_str());
    }
    return {};
}

Status HttpTransport::applyProxy(Handle& handle, const std::string& url) const
{
    const auto set = [curl = handle.get()](CURLoption option, auto value) { curl_easy_setopt(curl, option, value); };
    const std::string& proxy = m_settings.proxy;
    if (proxy == "none" || (proxy.empty() && Url(url).isLoopback())) {
        set(CURLOPT_PROXY, "");
        return {};
    }
    if (!proxy.empty()) {
        if (!Url(proxy).usable()) {
            return fail(proxyError("not an http or https address, or a login within it"));
        }
        set(CURLOPT_PROXY, proxy.c_str());
        set(CURLOPT_NOPROXY, "");
    }
    set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1L);
    set(CURLOPT_PROXY_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
    if (!m_settings.certificateAuthority.empty()) {
        set(CURLOPT_PROXY_CAINFO, m_settings.certificateAuthority.c_str());
    }
    if (!m_settings.proxyUser.empty()) {
        set(CURLOPT_PROXYAUTH, static_cast<long>(CURLAUTH_BASIC | CURLAUTH_DIGEST));
        set(CURLOPT_PROXYUSERNAME, m_settings.proxyUser.c_str());
        set(CURLOPT_PROXYPASSWORD, m_settings.proxyPassword.c_str());
    }
    return {};
}

Result<Answer> HttpTransport::sendOnce(Handle& handle, const Request& request, const std::string& url, const std::string& bearer,
                                       const BodySink& sink)
{
    Transfer transfer(request, sink);
    transfer.asksAgain = m_tokens != nullptr;
    prepare(handle, request, url, transfer);
    if (const Status secured = applySecurity(handle, bearer); !secured) {
        return fail(secured.error());
    }
    if (const Status proxied = applyProxy(handle, url); !proxied) {
        return fail(proxied.error());
    }
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
    long tunnel = 0;
    curl_easy_getinfo(handle.get(), CURLINFO_HTTP_CONNECTCODE, &tunnel);
    if (code != CURLE_OK && tunnel >= 300) {
        return fail(proxyError("HTTP " + std::to_string(tunnel) + " of the proxy"));
    }
    if (code != CURLE_OK) {
        return fail(transportError(code, transfer.words, transfer.answer.received > 0, handle.peer));
    }
    return std::move(transfer.answer);
}

Result<Answer> HttpTransport::follow(Handle& handle, const Request& request, const std::string& bearer, const BodySink& sink)
{
    const Url own(m_settings.url);
    Url here(request.url.empty() ? m_settings.url + request.path : request.url);
    if (!own.usable() || !here.usable()) {
        return fail(transportError(CURLE_URL_MALFORMAT, {}, false, {}));
    }
    const Error elsewhere{"archive.refused", "The archive sends on to another address; give that address in the archive's settings.", {}};
    if (here.origin() != own.origin()) {
        return fail(elsewhere);
    }
    Result<Answer> answer = sendOnce(handle, request, here.text(), bearer, sink);
    for (int count = 0; answer && isRedirection(answer->head.status); ++count) {
        const bool keepsMethod = !request.body || answer->head.status >= 307;
        const Error error{elsewhere.code, elsewhere.message, "HTTP " + std::to_string(answer->head.status)};
        here = here.resolved(answer->head.field("location"));
        if (count == kRedirections || here.origin() != own.origin() || !keepsMethod) {
            return fail(error);
        }
        answer = sendOnce(handle, request, here.text(), bearer, sink);
    }
    return answer;
}

Result<Answer> HttpTransport::send(const Request& request, const BodySink& sink)
{
    std::string bearer = m_settings.token;
    if (m_tokens) {
        auto token = m_tokens->token(request.stop);
        if (!token) {
            return fail(token.error());
        }
        bearer = std::move(*token);
    }
    std::unique_ptr<Handle> handle = take();
    Result<Answer> answer = follow(*handle, request, bearer, sink);
    if (m_tokens && answer && answer->head.status == 401) {
        // Expired early, or withdrawn: once more with what takes its place.
        auto next = m_tokens->tokenAfter(bearer, request.stop);
        answer = next ? follow(*handle, request, *next, sink) : Result<Answer>(fail(next.error()));
    }
    giveBack(std::move(handle));
    return answer;
}

} // namespace akari::archive
