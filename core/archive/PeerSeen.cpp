#include "core/archive/PeerSeen.h"

#include <algorithm>
#include <string_view>

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include "core/base/Bytes.h"

namespace akari::archive {
namespace {

int slot()
{
    static const int index = SSL_CTX_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
    return index;
}

std::string coloned(const std::string& hex)
{
    std::string text;
    for (std::size_t i = 0; i < hex.size(); ++i) {
        text += i > 0 && i % 2 == 0 ? ":" : "";
        text.push_back(static_cast<char>(hex[i] >= 'a' ? hex[i] - 'a' + 'A' : hex[i]));
    }
    return text;
}

template <class Encode> Bytes encoded(Encode encode)
{
    unsigned char* data = nullptr;
    const int size = encode(&data);
    Bytes bytes(data, data + (size > 0 ? size : 0));
    OPENSSL_free(data);
    return bytes;
}

void note(PeerSeen& seen, X509_STORE_CTX* store, int trusted)
{
    X509* leaf = X509_STORE_CTX_get0_cert(store);
    if (leaf != nullptr) {
        seen.certificate = coloned(sha256Hex(encoded([&](unsigned char** data) { return i2d_X509(leaf, data); })));
        seen.key =
            "sha256//" + base64(sha256(encoded([&](unsigned char** data) { return i2d_X509_PUBKEY(X509_get_X509_PUBKEY(leaf), data); })));
    }
    if (trusted == 0) {
        seen.reason = X509_verify_cert_error_string(X509_STORE_CTX_get_error(store));
    }
}

// The verdict is passed on as it came.
int verified(int trusted, X509_STORE_CTX* store)
{
    const auto* ssl = static_cast<SSL*>(X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
    auto* seen = ssl == nullptr ? nullptr : static_cast<PeerSeen*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), slot()));
    if (seen != nullptr) {
        try {
            note(*seen, store, trusted);
        } catch (...) {
            return 0;
        }
    }
    return trusted;
}

int asked(SSL* ssl, X509**, EVP_PKEY**)
{
    if (auto* seen = static_cast<PeerSeen*>(SSL_CTX_get_ex_data(SSL_get_SSL_CTX(ssl), slot()))) {
        seen->asked = true;
    }
    return 0;
}

} // namespace

std::string PeerSeen::text() const
{
    std::string text = certificate.empty() ? "" : "certificate SHA-256 " + certificate + ", key " + key;
    if (!reason.empty()) {
        text += (text.empty() ? "" : ", ") + reason;
    }
    return text;
}

void watchPeer(void* sslContext, PeerSeen& seen)
{
    auto* context = static_cast<SSL_CTX*>(sslContext);
    SSL_CTX_set_ex_data(context, slot(), &seen);
    SSL_CTX_set_verify(context, SSL_VERIFY_PEER, &verified);
    SSL_CTX_set_client_cert_cb(context, &asked);
}

bool isPin(const std::string& text)
{
    constexpr std::string_view kPrefix = "sha256//";
    std::size_t at = 0;
    while (at <= text.size()) {
        const std::size_t end = std::min(text.find(';', at), text.size());
        const std::string_view one = std::string_view(text).substr(at, end - at);
        const std::string_view digest = one.substr(std::min(kPrefix.size(), one.size()));
        if (one.rfind(kPrefix, 0) != 0 || digest.size() != 44 || digest.back() != '=' ||
            digest.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/") != 43) {
            return false;
        }
        at = end + 1;
    }
    return true;
}

} // namespace akari::archive
