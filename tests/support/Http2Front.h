// nghttpx, a real proxy, before a server that speaks HTTP/1.1: HTTP/2 over TLS on a free port of its own. Whoever includes it links OpenSSL.
#pragma once

#include <fstream>
#include <memory>
#include <string>

#include "tests/support/Certificates.h"
#include "tests/support/HttpServer.h"
#include "tests/support/Program.h"
#include "tests/support/TempFolder.h"

namespace akari::test {

class Http2Front {
public:
    // Null when the program is not installed.
    static std::unique_ptr<Http2Front> before(std::uint16_t port)
    {
        const auto program = firstOf({"/usr/sbin/nghttpx", "/usr/bin/nghttpx", "/usr/local/bin/nghttpx"});
        return program.empty() ? nullptr : std::unique_ptr<Http2Front>(new Http2Front(program, port));
    }
    std::string origin() const { return "https://127.0.0.1:" + std::to_string(m_port); }
    std::string authority() const { return (m_folder.path() / "server.pem").string(); }

    void start()
    {
        const auto at = [&](const char* name) { return (m_folder.path() / name).string(); };
        m_running = Program(m_program, {"--single-process", "--workers=1", "--conf=/dev/null", "--no-ocsp",
                                        "--frontend=127.0.0.1," + std::to_string(m_port), "--backend=127.0.0.1," + std::to_string(m_behind),
                                        "--accesslog-file=" + at("access"), "--accesslog-format=$request", "--errorlog-file=/dev/null",
                                        at("server.pem"), at("server.pem")});
    }
    void kill() { m_running.kill(); }

    // Requests that came over HTTP/2, and all.
    struct Seen {
        std::size_t http2 = 0, all = 0;
    };
    Seen seen() const
    {
        Seen seen;
        std::ifstream log(m_folder.path() / "access");
        for (std::string line; std::getline(log, line);) {
            ++seen.all;
            seen.http2 += line.ends_with("HTTP/2") ? 1 : 0;
        }
        return seen;
    }

private:
    Http2Front(std::filesystem::path program, std::uint16_t port) : m_program(std::move(program)), m_behind(port)
    {
        Certificate().writePem(m_folder.path() / "server.pem");
        m_port = HttpServer([](const HttpRequest&) { return HttpResponse(); }).port(); // was free a moment ago
        start();
    }
    std::filesystem::path m_program;
    TempFolder m_folder;
    std::uint16_t m_port = 0;
    std::uint16_t m_behind = 0;
    Program m_running;
};

} // namespace akari::test
