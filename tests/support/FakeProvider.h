// A small OpenID provider on the loopback: strict where providers are (PKCE, redirect_uri, codes once, refresh tokens rotate and are
// revoked when one comes twice), and a browser that goes where it is sent.
#pragma once

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <thread>

#include <nlohmann/json.hpp>

#include "core/base/BrowserLauncher.h"
#include "core/base/Bytes.h"
#include "core/records/Records.h"
#include "tests/support/HttpServer.h"

namespace akari::test {

// One GET; the whole answer.
inline std::string httpGet(std::uint16_t port, const std::string& target)
{
    const int connection = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    std::string text;
    if (::connect(connection, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) {
        const std::string request =
            "GET " + target + " HTTP/1.1\r\nHost: 127.0.0.1:" + std::to_string(port) + "\r\nConnection: close\r\n\r\n";
        static_cast<void>(::send(connection, request.data(), request.size(), MSG_NOSIGNAL));
        ::shutdown(connection, SHUT_WR);
        char part[4096];
        for (ssize_t count; (count = ::recv(connection, part, sizeof part, 0)) > 0;) {
            text.append(part, static_cast<std::size_t>(count));
        }
    }
    ::close(connection);
    return text;
}

class FakeProvider {
    using Json = nlohmann::json;

public:
    FakeProvider() : m_server([this](const HttpRequest& request) { return handle(request); }) {}

    // Switched while nothing is under way, or by whoever holds nothing.
    int lifetime = 60;    // seconds of an access token
    bool refuses = false; // the user says no
    int tokenStatus = 0;  // of the token endpoint, instead of an answer
    int tokenDelay = 0;   // ms before it answers
    std::string wrongNonce, wrongAudience, wrongIssuer, wrongState;
    bool givesRefresh = true;

    std::string issuer() const { return "http://127.0.0.1:" + std::to_string(m_server.port()) + "/realm"; }
    records::OpenIdSettings settings() const { return {issuer(), "akari", "", ""}; }
    std::uint16_t port() const { return m_server.port(); }
    int refreshes() { return locked(m_refreshes); }
    int grants() { return locked(m_grants); }
    int reuses() { return locked(m_reuses); }
    // For FakeArchive::authorizes.
    bool accepts(const std::string& authorization)
    {
        const std::lock_guard lock(m_mutex);
        const auto found = m_access.find(authorization.substr(std::min<std::size_t>(authorization.size(), 7)));
        return authorization.rfind("Bearer ", 0) == 0 && found != m_access.end() && std::chrono::steady_clock::now() < found->second;
    }
    // Every access token ends now, whatever was said of its life.
    void revokeAccess()
    {
        const std::lock_guard lock(m_mutex);
        m_access.clear();
    }
    void revokeAll()
    {
        const std::lock_guard lock(m_mutex);
        m_access.clear();
        m_refresh.clear();
    }
    // Where the browser is sent.
    std::string authorize(const std::string& address)
    {
        const std::string answer = httpGet(port(), address.substr(address.find('/', 8)));
        const auto at = answer.find("Location: ");
        return at == std::string::npos ? "" : answer.substr(at + 10, answer.find("\r\n", at) - at - 10);
    }

private:
    struct Code {
        std::string challenge, redirect, nonce;
    };
    template <class T> T locked(const T& value)
    {
        const std::lock_guard lock(m_mutex);
        return value;
    }
    static std::string url64(BytesView bytes)
    {
        std::string text = base64(bytes);
        for (char& c : text) {
            c = c == '+' ? '-' : c == '/' ? '_' : c;
        }
        text.resize(text.find_last_not_of('=') + 1);
        return text;
    }
    static HttpResponse json(int status, const Json& body) { return {status, {{"Content-Type", "application/json"}}, body.dump()}; }

    HttpResponse handle(const HttpRequest& request)
    {
        if (request.path == "/realm/.well-known/openid-configuration") {
            return json(200, {{"issuer", wrongIssuer.empty() ? issuer() : wrongIssuer},
                              {"authorization_endpoint", issuer() + "/auth?kept=1"},
                              {"token_endpoint", issuer() + "/token"},
                              {"code_challenge_methods_supported", {"plain", "S256"}}});
        }
        if (request.path == "/realm/auth") {
            return authorization(request);
        }
        if (request.path == "/realm/token" && request.method == "POST") {
            std::this_thread::sleep_for(std::chrono::milliseconds(tokenDelay));
            return tokenStatus != 0 ? HttpResponse{tokenStatus, {}, "{}"} : token(request);
        }
        return {404, {}, ""};
    }

    HttpResponse authorization(const HttpRequest& request)
    {
        const auto value = [&](const char* name) { return request.query.contains(name) ? request.query.at(name) : std::string(); };
        const std::string redirect = value("redirect_uri");
        const bool good = value("response_type") == "code" && value("client_id") == "akari" && value("code_challenge_method") == "S256" &&
                          value("code_challenge").size() == 43 && value("state").size() >= 16 && value("nonce").size() >= 16 &&
                          value("kept") == "1" && value("scope").find("openid") != std::string::npos &&
                          redirect.rfind("http://127.0.0.1:", 0) == 0;
        if (!good) {
            return {400, {}, "bad request"};
        }
        const std::string state = wrongState.empty() ? value("state") : wrongState;
        if (refuses) {
            return {302, {{"Location", redirect + "?error=access_denied&state=" + state}}, ""};
        }
        const std::lock_guard lock(m_mutex);
        const std::string code = "code" + std::to_string(++m_count);
        m_codes[code] = {value("code_challenge"), redirect, value("nonce")};
        return {302, {{"Location", redirect + "?code=" + code + "&state=" + state}}, ""};
    }

    HttpResponse token(const HttpRequest& request)
    {
        // The form is written like a query.
        std::map<std::string, std::string> form;
        const std::string body = request.body + "&";
        for (std::size_t at = 0, stop; (stop = body.find('&', at)) != std::string::npos; at = stop + 1) {
            const std::string pair = body.substr(at, stop - at);
            form[pair.substr(0, pair.find('='))] = HttpServer::decoded(pair.substr(std::min(pair.size(), pair.find('=') + 1)));
        }
        const std::lock_guard lock(m_mutex);
        if (form["client_id"] != "akari") {
            return json(401, {{"error", "invalid_client"}});
        }
        if (form["grant_type"] == "refresh_token") {
            ++m_refreshes;
            if (m_spent.contains(form["refresh_token"])) {
                ++m_reuses;
                m_refresh.clear(); // a stolen family, for all that is known
            }
            if (m_refresh.erase(form["refresh_token"]) == 0) {
                return json(400, {{"error", "invalid_grant"}});
            }
            m_spent.insert(form["refresh_token"]);
            return json(200, grant(""));
        }
        const auto found = m_codes.find(form["code"]);
        if (found == m_codes.end() || found->second.redirect != form["redirect_uri"] ||
            url64(sha256(asBytes(form["code_verifier"]))) != found->second.challenge) {
            return json(400, {{"error", "invalid_grant"}});
        }
        const std::string nonce = found->second.nonce;
        m_codes.erase(found);
        ++m_grants;
        return json(200, grant(wrongNonce.empty() ? nonce : wrongNonce));
    }

    Json grant(const std::string& nonce)
    {
        const std::string number = std::to_string(++m_count);
        m_access["access-" + number] = std::chrono::steady_clock::now() + std::chrono::seconds(lifetime);
        Json answer{{"access_token", "access-" + number}, {"token_type", "Bearer"}, {"expires_in", lifetime}};
        if (givesRefresh) {
            m_refresh.insert("refresh-" + number);
            answer["refresh_token"] = "refresh-" + number;
        }
        if (!nonce.empty()) {
            const Json claims{{"iss", issuer()},
                              {"aud", wrongAudience.empty() ? "akari" : wrongAudience},
                              {"sub", "reader"},
                              {"exp", std::time(nullptr) + 60},
                              {"nonce", nonce}};
            answer["id_token"] = url64(asBytes("{\"alg\":\"none\"}")) + "." + url64(asBytes(claims.dump())) + ".c2ln";
        }
        return answer;
    }

    std::mutex m_mutex;
    // Protected by m_mutex.
    std::map<std::string, Code> m_codes;
    std::map<std::string, std::chrono::steady_clock::time_point> m_access;
    std::set<std::string> m_refresh, m_spent;
    int m_count = 0, m_refreshes = 0, m_grants = 0, m_reuses = 0;
    HttpServer m_server;
};

// Signs in at once, on a thread of its own.
class FakeBrowser final : public BrowserLauncher {
public:
    explicit FakeBrowser(FakeProvider& provider) : m_provider(provider) {}
    ~FakeBrowser() override
    {
        if (m_thread.joinable()) {
            m_thread.join();
        }
    }
    Status open(const std::string& address) override
    {
        opened = address;
        m_thread = std::thread([this, address] {
            const std::string back = m_provider.authorize(address);
            if (const auto colon = back.find(':', 8); colon != std::string::npos) {
                page = httpGet(static_cast<std::uint16_t>(std::stoi(back.substr(colon + 1))), back.substr(back.find('/', colon)));
                redirected = back;
            }
        });
        return {};
    }
    void wait() { m_thread.join(); }

    std::string opened, redirected, page; // read after wait()

private:
    FakeProvider& m_provider;
    std::thread m_thread;
};

} // namespace akari::test
