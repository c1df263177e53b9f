#include "core/archive/OpenIdProvider.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>

#include <nlohmann/json.hpp>

#include "core/archive/Base64.h"
#include "core/archive/HttpTransport.h"
#include "core/archive/Url.h"
#include "core/base/Clock.h"

namespace akari::archive {
namespace {

using Json = nlohmann::json;

constexpr std::size_t kLongestSignInAnswer = 1 << 20;
constexpr std::int64_t kClockLeeway = 300;

Error provider(std::string detail)
{
    return {"login.provider",
            "The sign-in service does not answer as it should; check its address and the client id in the archive's settings.",
            std::move(detail)};
}

std::string word(const Json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    return json.is_object() && found != json.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::int64_t number(const Json& json, const char* key)
{
    const auto found = json.is_object() ? json.find(key) : json.end();
    if (!json.is_object() || found == json.end()) {
        return 0;
    }
    // Some providers write it as text.
    return found->is_number()   ? static_cast<std::int64_t>(std::clamp(found->get<double>(), -4e15, 4e15))
           : found->is_string() ? std::atoll(found->get<std::string>().c_str())
                                : 0;
}

// Codes and tokens go nowhere unprotected, but for providers on this very computer.
bool isSafe(const Url& url)
{
    return url.usable() && (url.isSecure() || url.isLoopback());
}

// As it may stand in a header field.
bool isToken(const std::string& text)
{
    return text.size() < 65536 && std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7f; });
}

// Whom it is for: one name, or several of which we are one.
bool isFor(const Json& claims, const std::string& clientId)
{
    const auto audience = claims.find("aud");
    if (audience == claims.end()) {
        return false;
    }
    if (audience->is_array()) {
        return std::find(audience->begin(), audience->end(), Json(clientId)) != audience->end() &&
               (audience->size() == 1 || word(claims, "azp") == clientId);
    }
    return *audience == Json(clientId);
}

} // namespace

OpenIdProvider::OpenIdProvider(const records::ArchiveSettings& archive) : m_openId(archive.openId)
{
    m_settings.name = archive.name;
    m_settings.certificateAuthority = archive.certificateAuthority;
    m_settings.proxy = archive.proxy;
    m_settings.proxyUser = archive.proxyUser;
    m_settings.proxyPassword = archive.proxyPassword;
    while (m_openId.issuer.ends_with('/')) {
        m_openId.issuer.pop_back();
    }
}

Result<OpenIdProvider::Reply> OpenIdProvider::ask(const std::string& url, const Bytes* form, const StopToken& stop) const
{
    if (!isSafe(Url(url))) {
        return fail(provider("an address that is not https"));
    }
    records::ArchiveSettings settings = m_settings;
    settings.url = url;
    if (form != nullptr && !m_openId.clientSecret.empty()) {
        settings.user = percentEncoded(m_openId.clientId); // RFC 6749 2.3.1
        settings.password = percentEncoded(m_openId.clientSecret);
    }
    HttpTransport transport(settings);
    Request request;
    request.url = url;
    request.fields = {"Accept: application/json"};
    if (form != nullptr) {
        request.fields.emplace_back("Content-Type: application/x-www-form-urlencoded");
    }
    request.body = form;
    request.stop = stop;
    Reply reply;
    const auto answer = transport.send(request, [&](const ResponseHead&, BytesView bytes) -> Status {
        if (reply.body.size() + bytes.size() > kLongestSignInAnswer) {
            return fail(provider("an answer too long"));
        }
        reply.body.insert(reply.body.end(), bytes.begin(), bytes.end());
        return {};
    });
    if (!answer) {
        const Error& error = answer.error();
        return error.code == "archive.unreachable"
                   ? fail(error.code, "The sign-in service can't be reached; check the network. What is cached stays readable.",
                          error.detail)
                   : fail(error);
    }
    reply.status = answer->head.status;
    return reply;
}

Result<OpenIdProvider::Endpoints> OpenIdProvider::discover(const StopToken& stop) const
{
    const auto reply = ask(m_openId.issuer + "/.well-known/openid-configuration", nullptr, stop);
    if (!reply) {
        return fail(reply.error());
    }
    const Json document = Json::parse(reply->body.begin(), reply->body.end(), nullptr, false);
    std::string issuer = word(document, "issuer");
    while (issuer.ends_with('/')) {
        issuer.pop_back();
    }
    if (reply->status != 200 || issuer != m_openId.issuer) {
        return fail(provider("HTTP " + std::to_string(reply->status) + (issuer.empty() ? ", no discovery document" : ", another issuer")));
    }
    Endpoints endpoints{word(document, "authorization_endpoint"), word(document, "token_endpoint"), word(document, "end_session_endpoint"),
                        false};
    const auto names = document.find("authorization_response_iss_parameter_supported");
    endpoints.namesIssuer = names != document.end() && names->is_boolean() && names->get<bool>();
    if (!isSafe(Url(endpoints.authorization)) || !isSafe(Url(endpoints.token))) {
        return fail(provider("endpoints that are not https"));
    }
    const auto methods = document.find("code_challenge_methods_supported");
    if (methods != document.end() && methods->is_array() && std::find(methods->begin(), methods->end(), Json("S256")) == methods->end()) {
        return fail(provider("no PKCE with S256"));
    }
    return endpoints;
}

Result<OpenIdProvider::Grant> OpenIdProvider::grant(const Endpoints& endpoints, std::string form, const StopToken& stop) const
{
    if (m_openId.clientSecret.empty()) {
        form += "&client_id=" + percentEncoded(m_openId.clientId);
    }
    const Bytes body(form.begin(), form.end());
    const auto reply = ask(endpoints.token, &body, stop);
    if (!reply) {
        return fail(reply.error());
    }
    const Json json = Json::parse(reply->body.begin(), reply->body.end(), nullptr, false);
    if (reply->status >= 500 || reply->status == 429 || reply->status == 408) {
        return fail(statusError(reply->status));
    }
    if (reply->status != 200) {
        const std::string error = word(json, "error");
        if (error == "invalid_grant") {
            return fail("archive.login", "The sign-in at this archive is over; sign in again. What is cached stays readable.", error);
        }
        return fail(provider("HTTP " + std::to_string(reply->status) + (isToken(error) && error.size() < 40 ? ", " + error : "")));
    }
    Grant grant;
    grant.tokens.access = word(json, "access_token");
    grant.tokens.refresh = word(json, "refresh_token");
    grant.tokens.lifetime = std::clamp<std::int64_t>(number(json, "expires_in"), 0, 10 * 365 * 86'400LL);
    grant.tokens.expiresAt = grant.tokens.lifetime > 0 ? secondsNow(SystemClock()) + grant.tokens.lifetime : 0;
    grant.idToken = word(json, "id_token");
    std::string type = word(json, "token_type");
    std::transform(type.begin(), type.end(), type.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    if (grant.tokens.access.empty() || !isToken(grant.tokens.access) || !isToken(grant.tokens.refresh) || type != "bearer") {
        return fail(provider("no bearer token"));
    }
    return grant;
}

Result<OpenIdProvider::Grant> OpenIdProvider::redeem(const Endpoints& endpoints, const std::string& code, const std::string& verifier,
                                                     const std::string& redirect, const StopToken& stop) const
{
    return grant(endpoints,
                 "grant_type=authorization_code&code=" + percentEncoded(code) + "&code_verifier=" + percentEncoded(verifier) +
                     "&redirect_uri=" + percentEncoded(redirect),
                 stop);
}

Result<OpenIdProvider::Grant> OpenIdProvider::renew(const Endpoints& endpoints, const std::string& refresh, const StopToken& stop) const
{
    return grant(endpoints, "grant_type=refresh_token&refresh_token=" + percentEncoded(refresh), stop);
}

Status OpenIdProvider::check(const std::string& idToken, const std::string& nonce) const
{
    const auto first = idToken.find('.');
    const auto second = first == std::string::npos ? first : idToken.find('.', first + 1);
    if (second == std::string::npos) {
        return fail(provider("no ID token"));
    }
    const auto text = fromBase64(std::string_view(idToken).substr(first + 1, second - first - 1));
    const Json claims = text ? Json::parse(text->begin(), text->end(), nullptr, false) : Json();
    std::string issuer = word(claims, "iss");
    while (issuer.ends_with('/')) {
        issuer.pop_back();
    }
    if (!claims.is_object() || issuer != m_openId.issuer || !isFor(claims, m_openId.clientId)) {
        return fail(provider("an ID token of another issuer or for another program"));
    }
    if (number(claims, "exp") < secondsNow(SystemClock()) - kClockLeeway) {
        return fail(provider("an ID token that has expired; check this computer's clock"));
    }
    return word(claims, "nonce") == nonce ? Status() : Status(fail(provider("an ID token of another sign-in")));
}

} // namespace akari::archive
