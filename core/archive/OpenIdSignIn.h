// One archive's sign-in by OpenID Connect: authorization code with PKCE (S256) in the system's browser, tokens renewed before they expire
// and once when the archive refuses one early, by one thread at a time. Tokens are never logged, never in an address, and go to the
// archive and the provider's token endpoint alone. Thread-safe.
#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>

#include "core/archive/OpenIdProvider.h"
#include "core/archive/TokenKeeper.h"
#include "core/archive/TokenSource.h"
#include "core/base/BrowserLauncher.h"

namespace akari::archive {

class OpenIdSignIn final : public TokenSource {
public:
    OpenIdSignIn(records::ArchiveSettings archive, TokenKeeper keeper);

    // Blocks until the browser has come back. "login.provider", "login.refused" (the provider says no), "login.timeout", "login.listener",
    // "browser.unavailable", "stopped", and what the transport says.
    Status signIn(BrowserLauncher& browser, const StopToken& stop = {}, std::chrono::seconds patience = std::chrono::minutes(5));
    // Forgets the tokens here; the provider's own session in the browser is not ended.
    Status signOut();
    bool isSignedIn();

    Result<std::string> token(const StopToken& stop) override;
    Result<std::string> tokenAfter(const std::string& refused, const StopToken& stop) override;

private:
    using Steady = std::chrono::steady_clock;
    // All under m_mutex.
    Status load();
    bool isFresh() const;
    bool isUsable() const;
    void hold(const SignInTokens& tokens);
    Status renew(const StopToken& stop);

    // Constant after construction.
    records::ArchiveSettings m_archive;
    OpenIdProvider m_provider;
    TokenKeeper m_keeper;

    // Held over the provider's answer: whoever else needs a token waits for it, so that there is one renewal.
    std::timed_mutex m_mutex;
    std::optional<SignInTokens> m_tokens;
    Steady::time_point m_obtained{};
    std::optional<OpenIdProvider::Endpoints> m_endpoints;
};

} // namespace akari::archive
