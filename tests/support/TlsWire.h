// TLS for the servers of tests. Whoever includes it links OpenSSL.
#pragma once

#include <csignal>

#include <openssl/ssl.h>

#include "tests/support/Certificates.h"
#include "tests/support/HttpServer.h"

namespace akari::test {

struct TlsOptions {
    const Certificate* clientAuthority = nullptr; // a client certificate by it is demanded
    int newest = 0;                               // TLS1_1_VERSION: no better than that
};

// One server's side; outlives the server.
class TlsServer {
public:
    explicit TlsServer(const Certificate& certificate, const TlsOptions& options = {})
        : m_context(SSL_CTX_new(TLS_server_method()), SSL_CTX_free)
    {
        std::signal(SIGPIPE, SIG_IGN); // OpenSSL writes without MSG_NOSIGNAL
        SSL_CTX_use_certificate(m_context.get(), certificate.x509());
        SSL_CTX_use_PrivateKey(m_context.get(), certificate.key());
        if (options.clientAuthority) {
            X509_STORE_add_cert(SSL_CTX_get_cert_store(m_context.get()), options.clientAuthority->x509());
            SSL_CTX_set_verify(m_context.get(), SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
        }
        if (options.newest != 0) {
            SSL_CTX_set_security_level(m_context.get(), 0);
            SSL_CTX_set_min_proto_version(m_context.get(), TLS1_VERSION);
            SSL_CTX_set_max_proto_version(m_context.get(), options.newest);
        }
    }
    HttpServer::Wiring wiring()
    {
        return [this](int connection) { return std::make_unique<TlsWire>(m_context.get(), connection); };
    }

private:
    class TlsWire final : public Wire {
    public:
        TlsWire(SSL_CTX* context, int connection) : Wire(connection), m_ssl(SSL_new(context), SSL_free)
        {
            SSL_set_fd(m_ssl.get(), connection);
        }
        ~TlsWire() override { SSL_shutdown(m_ssl.get()); }
        bool open() override
        {
            if (SSL_accept(m_ssl.get()) == 1) {
                return true;
            }
            // What the client has sent meanwhile is read, so that it gets the alert and no reset.
            ::shutdown(m_connection, SHUT_WR);
            char part[4096];
            while (::recv(m_connection, part, sizeof part, 0) > 0) {
            }
            return false;
        }
        long receive(char* to, std::size_t size) override { return SSL_read(m_ssl.get(), to, static_cast<int>(size)); }
        long send(const char* from, std::size_t size) override { return SSL_write(m_ssl.get(), from, static_cast<int>(size)); }

    private:
        std::unique_ptr<SSL, decltype(&SSL_free)> m_ssl;
    };
    std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> m_context;
};

} // namespace akari::test
