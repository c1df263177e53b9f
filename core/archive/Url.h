// Addresses: their parts, whether two belong to one origin, and references within answers (RFC 3986), by libcurl's own parser, so that
// what is judged is what is asked.
#pragma once

#include <string>

namespace akari::archive {

class Url {
public:
    explicit Url(const std::string& text);

    // An http or https address without a login in it.
    bool usable() const { return m_usable; }
    const std::string& text() const { return m_text; }
    const std::string& host() const { return m_host; } // lower case, IPv6 in brackets
    const std::string& path() const { return m_path; }
    const std::string& query() const { return m_query; } // without "?"
    // "https://pacs.example.org:443". Empty where the address is not usable.
    const std::string& origin() const { return m_origin; }
    bool isLoopback() const;
    bool isSecure() const { return m_scheme == "https"; }
    // The reference seen from here; not usable where it makes no sense.
    Url resolved(const std::string& reference) const;

private:
    std::string m_text, m_scheme, m_host, m_path, m_query, m_origin;
    bool m_usable = false;
};

} // namespace akari::archive
