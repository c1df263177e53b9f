#include "core/archive/OpenIdSignIn.h"

#include <algorithm>
#include <map>

#include "core/archive/Base64.h"
#include "core/archive/HttpTransport.h"
#include "core/archive/LoopbackListener.h"
#include "core/archive/Url.h"
#include "core/base/Clock.h"

namespace akari::archive {
namespace {

constexpr std::int64_t kRenewBefore = 30;    // seconds; a fifth of a short life
constexpr std::chrono::seconds kNewToken{5}; // refused sooner, it is not its age

Error signInFirst()
{
    return {
        "archive.login", "Nobody is signed in at this archive, or the sign-in is over; sign in again. What is cached stays readable.", {}};
}

std::string decoded(std::string_view text)
{
    const auto digit = [](char c) {
        return c >= '0' && c <= '9' ? c - '0' : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10 : -1;
    };
    std::string result;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '%' && i + 2 < text.size() && digit(text[i + 1]) >= 0 && digit(text[i + 2]) >= 0) {
            result.push_back(static_cast<char>(digit(text[i + 1]) * 16 + digit(text[i + 2])));
            i += 2;
        } else {
            result.push_back(text[i] == '+' ? ' ' : text[i]);
        }
    }
    return result;
}

std::map<std::string, std::string> queryOf(std::string_view target)
{
    std::map<std::string, std::string> query;
    std::string_view rest =
        target.substr(std::min(target.size(), target.find('?') == std::string_view::npos ? target.size() : target.find('?') + 1));
    while (!rest.empty()) {
        const std::string_view pair = rest.substr(0, rest.find('&'));
        rest = rest.substr(std::min(rest.size(), pair.size() + 1));
        const auto equals = std::min(pair.find('='), pair.size());
        query[decoded(pair.substr(0, equals))] = decoded(pair.substr(std::min(pair.size(), equals + 1)));
    }
    return query;
}

std::string page(const char* english, const char* japanese)
{
    return std::string("<!doctype html><meta charset=\"utf-8\"><title>Akari</title><p>") + english + "<p lang=\"ja\">" + japanese;
}

// What belongs to one sign-in and to no other.
struct Attempt {
    std::string verifier = base64Url(randomBytes(32));
    std::string state = base64Url(randomBytes(16));
    std::string nonce = base64Url(randomBytes(16));
    std::string redirect;
    std::string code;
    std::string refusal;
};

std::string addressOf(const OpenIdProvider::Endpoints& endpoints, const records::OpenIdSettings& openId, const Attempt& attempt)
{
    std::string url = endpoints.authorization;
    const auto add = [&](const char* name, const std::string& value) {
        url += (url.find('?') == std::string::npos ? "?" : "&") + std::string(name) + "=" + percentEncoded(value);
    };
    add("response_type", "code");
    add("client_id", openId.clientId);
    add("redirect_uri", attempt.redirect);
    add("scope", openId.scopes.empty() ? "openid offline_access" : openId.scopes);
    add("state", attempt.state);
    add("nonce", attempt.nonce);
    add("code_challenge", base64Url(sha256(asBytes(attempt.verifier))));
    add("code_challenge_method", "S256");
    return url;
}

LoopbackListener::Reply judge(Attempt& attempt, const OpenIdProvider::Endpoints& endpoints, const std::string& issuer,
                              const std::string& target)
{
    const auto query = queryOf(target);
    const auto value = [&](const char* name) { return query.contains(name) ? query.at(name) : std::string(); };
    std::string theirs = value("iss");
    while (theirs.ends_with('/')) {
        theirs.pop_back();
    }
    const bool named = theirs == issuer || (theirs.empty() && !endpoints.namesIssuer);
    if (target.substr(0, target.find('?')) != "/signed-in" || value("state") != attempt.state || !named) {
        return {404, page("This page belongs to no sign-in that is under way.", "このページに対応するサインインはありません。"), false};
    }
    attempt.code = value("code");
    if (attempt.code.empty()) {
        attempt.refusal = value("error").empty() ? "no code" : value("error");
        return {200,
                page("You were not signed in. This page can be closed.", "サインインできませんでした。このページは閉じてかまいません。"),
                true};
    }
    return {200, page("You can go back to Akari now. This page can be closed.", "Akari に戻ってください。このページは閉じてかまいません。"),
            true};
}

std::string withoutSlash(std::string text)
{
    while (text.ends_with('/')) {
        text.pop_back();
    }
    return text;
}

// Without the lock: stopped while another thread renews.
std::unique_lock<std::timed_mutex> lockedUnless(std::timed_mutex& mutex, const StopToken& stop)
{
    std::unique_lock lock(mutex, std::defer_lock);
    while (!lock.try_lock_for(std::chrono::milliseconds(20)) && !stop.stopRequested()) {
    }
    return lock;
}

} // namespace

OpenIdSignIn::OpenIdSignIn(records::ArchiveSettings archive, TokenKeeper keeper)
    : m_archive(std::move(archive)), m_provider(m_archive), m_keeper(keeper)
{
}

Status OpenIdSignIn::signIn(BrowserLauncher& browser, const StopToken& stop, std::chrono::seconds patience)
{
    const auto endpoints = m_provider.discover(stop);
    if (!endpoints) {
        return fail(endpoints.error());
    }
    auto listener = LoopbackListener::open();
    if (!listener) {
        return fail(listener.error());
    }
    Attempt attempt;
    attempt.redirect = "http://127.0.0.1:" + std::to_string((*listener)->port()) + "/signed-in";
    if (const Status opened = browser.open(addressOf(*endpoints, m_archive.openId, attempt)); !opened) {
        return opened;
    }
    const std::string issuer = withoutSlash(m_archive.openId.issuer);
    const Status served = (*listener)->serve(Steady::now() + patience, stop,
                                             [&](const std::string& target) { return judge(attempt, *endpoints, issuer, target); });
    if (!served) {
        return served;
    }
    if (attempt.code.empty()) {
        const bool known =
            attempt.refusal.find_first_not_of("abcdefghijklmnopqrstuvwxyz_") == std::string::npos && attempt.refusal.size() < 40;
        return fail("login.refused", "The sign-in service did not let you in; try again, or ask the hospital's IT.",
                    known ? attempt.refusal : "");
    }
    auto grant = m_provider.redeem(*endpoints, attempt.code, attempt.verifier, attempt.redirect, stop);
    if (!grant) {
        return fail(grant.error());
    }
    if (const Status checked = m_provider.check(grant->idToken, attempt.nonce); !checked) {
        return checked;
    }
    const std::lock_guard lock(m_mutex);
    if (const Status kept = m_keeper.write(m_archive.name, grant->tokens); !kept) {
        return kept;
    }
    m_endpoints = *endpoints;
    hold(grant->tokens);
    return {};
}

Status OpenIdSignIn::signOut()
{
    const std::lock_guard lock(m_mutex);
    m_tokens = SignInTokens{};
    return m_keeper.write(m_archive.name, {});
}

bool OpenIdSignIn::isSignedIn()
{
    const std::lock_guard lock(m_mutex);
    return load() && (!m_tokens->refresh.empty() || isUsable());
}

void OpenIdSignIn::hold(const SignInTokens& tokens)
{
    m_tokens = tokens;
    m_obtained = Steady::now();
}

// As they were kept; their age counts from when they were given.
Status OpenIdSignIn::load()
{
    if (m_tokens) {
        return {};
    }
    const auto kept = m_keeper.read(m_archive.name);
    if (!kept) {
        return fail(kept.error());
    }
    m_tokens = *kept;
    m_keeper.settle(m_archive.name);
    const std::int64_t age = std::clamp<std::int64_t>(kept->lifetime - (kept->expiresAt - secondsNow(SystemClock())), 0, kept->lifetime);
    m_obtained = Steady::now() - std::chrono::seconds(age);
    return {};
}

// By the clock that can't be set: a jump of the wall's neither keeps nor ends a token.
bool OpenIdSignIn::isUsable() const
{
    return !m_tokens->access.empty() && (m_tokens->lifetime == 0 || Steady::now() < m_obtained + std::chrono::seconds(m_tokens->lifetime));
}

bool OpenIdSignIn::isFresh() const
{
    const auto margin = std::chrono::milliseconds(std::min(kRenewBefore * 1000, m_tokens->lifetime * 200));
    return isUsable() && (m_tokens->lifetime == 0 || Steady::now() < m_obtained + std::chrono::seconds(m_tokens->lifetime) - margin);
}

Status OpenIdSignIn::renew(const StopToken& stop)
{
    // Another program on this data folder may have done it.
    if (auto kept = m_keeper.read(m_archive.name); kept && kept->access != m_tokens->access) {
        m_tokens.reset();
        if (const Status loaded = load(); !loaded) {
            return loaded;
        }
        if (isFresh()) {
            return {};
        }
    }
    if (m_tokens->refresh.empty()) {
        return fail(signInFirst());
    }
    // Providers take a refresh token once: it is not spent where its successor could not be kept.
    if (const Status writable = m_keeper.write(m_archive.name, *m_tokens); !writable) {
        return writable;
    }
    if (!m_endpoints) {
        const auto found = m_provider.discover(stop);
        if (!found) {
            return fail(found.error());
        }
        m_endpoints = *found;
    }
    auto grant = m_provider.renew(*m_endpoints, m_tokens->refresh, stop);
    if (!grant) {
        if (grant.error().code == "archive.login") {
            m_tokens = SignInTokens{};
            const Status forgotten = m_keeper.write(m_archive.name, {});
            static_cast<void>(forgotten); // the provider's no is what matters
        }
        return fail(grant.error());
    }
    if (grant->tokens.refresh.empty()) {
        grant->tokens.refresh = m_tokens->refresh; // not every provider changes it
    }
    hold(grant->tokens);
    return m_keeper.write(m_archive.name, grant->tokens);
}

Result<std::string> OpenIdSignIn::token(const StopToken& stop)
{
    const auto lock = lockedUnless(m_mutex, stop);
    if (!lock.owns_lock()) {
        return fail("stopped", "The transfer was stopped.");
    }
    if (const Status loaded = load(); !loaded) {
        return fail(loaded.error());
    }
    if (m_tokens->empty()) {
        // Somebody may have signed in by another program since.
        m_tokens.reset();
        if (const Status loaded = load(); !loaded || m_tokens->empty()) {
            return fail(loaded ? signInFirst() : loaded.error());
        }
    }
    if (isFresh()) {
        return m_tokens->access;
    }
    const Status renewed = renew(stop);
    // A provider in trouble does not end a token that still lives.
    if (!renewed && (renewed.error().code == "archive.login" || !isUsable())) {
        return fail(renewed.error());
    }
    return m_tokens->access;
}

Result<std::string> OpenIdSignIn::tokenAfter(const std::string& refused, const StopToken& stop)
{
    const auto lock = lockedUnless(m_mutex, stop);
    if (!lock.owns_lock()) {
        return fail("stopped", "The transfer was stopped.");
    }
    if (const Status loaded = load(); !loaded) {
        return fail(loaded.error());
    }
    if (m_tokens->access != refused && isUsable()) {
        return m_tokens->access;
    }
    if (m_tokens->empty() || (isUsable() && Steady::now() < m_obtained + kNewToken)) {
        return fail(m_tokens->empty()
                        ? signInFirst()
                        : Error{"archive.login",
                                "The archive does not accept this sign-in; ask the hospital's IT, or sign in as somebody else.",
                                "HTTP 401"});
    }
    if (const Status renewed = renew(stop); !renewed) {
        return fail(renewed.error());
    }
    return m_tokens->access;
}

} // namespace akari::archive
