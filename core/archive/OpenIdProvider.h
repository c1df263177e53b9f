// Private to the room: what is asked of an OpenID provider (OpenID Connect Core and Discovery 1.0; RFC 6749, 7636, 8252, 9207).
#pragma once

#include <string>

#include "core/archive/TokenKeeper.h"
#include "core/base/JobQueue.h"

namespace akari::archive {

class OpenIdProvider {
public:
    // The archive's proxy and certificate authority hold for its provider too; its login, client certificate and pin do not.
    explicit OpenIdProvider(const records::ArchiveSettings& archive);

    struct Endpoints {
        std::string authorization, token, endSession;
        bool namesIssuer = false; // answers carry "iss"
    };
    // "login.provider": unreachable, no such document, or one of another issuer.
    Result<Endpoints> discover(const StopToken& stop) const;

    struct Grant {
        SignInTokens tokens;
        std::string idToken;
    };
    Result<Grant> redeem(const Endpoints& endpoints, const std::string& code, const std::string& verifier, const std::string& redirect,
                         const StopToken& stop) const;
    // "archive.login" where the provider says that this sign-in is over.
    Result<Grant> renew(const Endpoints& endpoints, const std::string& refresh, const StopToken& stop) const;
    // Its claims, where it was fetched from the token endpoint over TLS (Core 3.1.3.7, 6): of this issuer, for this program, in time, and
    // answering this nonce. "login.provider".
    Status check(const std::string& idToken, const std::string& nonce) const;

private:
    struct Reply {
        int status = 0;
        Bytes body;
    };
    Result<Reply> ask(const std::string& url, const Bytes* form, const StopToken& stop) const;
    Result<Grant> grant(const Endpoints& endpoints, std::string form, const StopToken& stop) const;

    records::ArchiveSettings m_settings; // of the connection to the provider
    records::OpenIdSettings m_openId;
};

} // namespace akari::archive
