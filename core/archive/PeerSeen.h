// Private to the room: what the other side of a TLS handshake showed, so that a refusal can name it. It changes no verdict.
#pragma once

#include <string>

namespace akari::archive {

struct PeerSeen {
    std::string certificate; // SHA-256 of the certificate, "AB:CD:…"
    std::string key;         // "sha256//…" of its public key, as a pin is written
    std::string reason;      // OpenSSL's, where it was not trusted
    bool asked = false;      // for a client certificate, and there was none to show

    // "certificate SHA-256 …, key sha256//…, self-signed certificate"; empty where nothing was shown.
    std::string text() const;
};

// Of an SSL_CTX before its handshake; `seen` outlives the connection.
void watchPeer(void* sslContext, PeerSeen& seen);

// "sha256//" and 44 characters of base64, or several of them joined by ";".
bool isPin(const std::string& text);

} // namespace akari::archive
