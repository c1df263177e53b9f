#include "core/archive/HttpErrors.h"

#include <curl/curl.h>

#include "core/archive/HttpTransport.h"

namespace akari::archive {
namespace {

// TLS 1.3 tells it only after the handshake, so that libcurl calls it a failure to receive; some servers tell it by hanging up.
bool wantsCertificate(int code, std::string_view words, bool bodyBegan, const PeerSeen& peer)
{
    const bool hungUp =
        code == CURLE_SSL_CONNECT_ERROR || code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR || code == CURLE_GOT_NOTHING;
    if (peer.asked && hungUp && !bodyBegan) {
        return true;
    }
    const auto has = [&](const char* text) { return words.find(text) != std::string_view::npos; };
    return has("alert certificate required") || has("alert bad certificate") || has("alert unknown ca") ||
           has("alert certificate unknown") || has("alert certificate expired") || has("alert access denied");
}

// A line that broke while the secure connection was being made is no judgement on a certificate. In OpenSSL's words as libcurl gives them; of
// another library's nothing is known, and it stays what libcurl calls it.
bool brokeInHandshake(int code, std::string_view words)
{
    const auto has = [&](const char* text) { return words.find(text) != std::string_view::npos; };
    return code == CURLE_SSL_CONNECT_ERROR
        && (has("SSL_ERROR_SYSCALL") || has("unexpected eof") || has("Connection reset") || has("Broken pipe") || has("Connection timed out"));
}

} // namespace

Error proxyError(std::string detail)
{
    return {"archive.proxy", "The proxy can't be used; check its address, user and password in the archive's settings.", std::move(detail)};
}

Error transportError(int code, std::string_view words, bool bodyBegan, const PeerSeen& peer)
{
    std::string detail = std::string("libcurl: ") + curl_easy_strerror(static_cast<CURLcode>(code));
    if (wantsCertificate(code, words, bodyBegan, peer)) {
        return {"archive.certificate",
                "The archive wants a client certificate, or does not take the one it was given; ask the hospital's IT.", detail};
    }
    if (brokeInHandshake(code, words)) {
        return {"archive.unreachable", "The archive hung up before it was spoken with; check the network or the hospital's VPN.", detail};
    }
    switch (code) {
    case CURLE_URL_MALFORMAT:
    case CURLE_UNSUPPORTED_PROTOCOL:
        return {"archive.url", "The archive's address is not an http or https address; correct it in the archive's settings.", detail};
    case CURLE_SSL_CERTPROBLEM:
        return {"archive.certificate", "The client certificate can't be used; check the file and its password in the archive's settings.",
                detail};
    case CURLE_SSL_CONNECT_ERROR:
    case CURLE_PEER_FAILED_VERIFICATION:
    case CURLE_SSL_CIPHER:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_ISSUER_ERROR:
    case CURLE_SSL_INVALIDCERTSTATUS:
    case CURLE_SSL_PINNEDPUBKEYNOTMATCH:
    case CURLE_SSL_ENGINE_INITFAILED:
    case CURLE_USE_SSL_FAILED:
        return {"archive.tls",
                "The archive's certificate can't be trusted or the secure connection failed; ask the hospital's IT, nothing was sent.",
                detail + (peer.text().empty() ? "" : "; " + peer.text())};
    case CURLE_COULDNT_RESOLVE_PROXY:
    case CURLE_PROXY: return proxyError(std::move(detail));
    case CURLE_COULDNT_RESOLVE_HOST:
    case CURLE_COULDNT_CONNECT:
        return {"archive.unreachable", "The archive does not answer; check the network or the hospital's VPN and the archive's address.",
                detail};
    case CURLE_OPERATION_TIMEDOUT:
        if (!bodyBegan) {
            return {"archive.unreachable", "The archive did not answer in time; check the network or the hospital's VPN.", detail};
        }
        break;
    default: break;
    }
    return {"archive.broken", "The archive's answer broke off; it is asked again.", detail};
}

Error oversized(std::string detail)
{
    return {"archive.oversized", "The archive's answer is larger than anything it can be; it was not taken.", std::move(detail)};
}

Error statusError(int status)
{
    const std::string detail = "HTTP " + std::to_string(status);
    if (status == 401 || status == 403) {
        return {"archive.login", "The archive does not accept the login; check user, password or token in the archive's settings.", detail};
    }
    if (status == 407) {
        return proxyError(detail);
    }
    if (status == 404 || status == 410) {
        return {"archive.notfound", "The archive does not have what was asked for.", detail};
    }
    if (status >= 500 || status == 429 || status == 408) {
        return {"archive.broken", "The archive is overloaded or has an error of its own; try again later.", detail};
    }
    return {"archive.refused", "The archive refuses the request; check that the address is that of its DICOMweb service.", detail};
}

} // namespace akari::archive
