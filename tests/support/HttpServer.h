// A small HTTP/1.1 server on the loopback for tests: one thread a connection, connections are kept, answers may break off. TLS is a
// Wire of the test's own (TlsWire.h).
#pragma once

#include <atomic>
#include <cctype>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "core/base/Bytes.h"

namespace akari::test {

struct HttpRequest {
    std::string method;
    std::string path;                          // without the query
    std::map<std::string, std::string> query;  // decoded
    std::map<std::string, std::string> fields; // names in lower case
    std::string body;
};

struct HttpResponse {
    int status = 200;
    std::map<std::string, std::string> fields;
    std::string body;
    std::optional<std::size_t> cutAt;  // the connection is closed after that many bytes of body
    bool withoutLength = false;        // the body ends where the connection does: a cut can't be told from the end
    std::function<void(std::size_t bytes)> pace; // waits before each piece: a slow line
    std::size_t piece = 16384;
};

// One connection's bytes.
class Wire {
public:
    explicit Wire(int connection) : m_connection(connection) {}
    virtual ~Wire() = default;
    Wire(const Wire&) = delete;
    Wire& operator=(const Wire&) = delete;
    virtual bool open() { return true; }
    virtual long receive(char* to, std::size_t size) { return ::recv(m_connection, to, size, 0); }
    virtual long send(const char* from, std::size_t size) { return ::send(m_connection, from, size, MSG_NOSIGNAL); }

protected:
    int m_connection;
};

class HttpServer {
public:
    using Handler = std::function<HttpResponse(const HttpRequest&)>;

    using Wiring = std::function<std::unique_ptr<Wire>(int connection)>;

    explicit HttpServer(Handler handler, Wiring wiring = {}, std::uint16_t port = 0)
        : m_handler(std::move(handler)), m_wiring(std::move(wiring))
    {
        m_listener = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(port);
        const int on = 1;
        ::setsockopt(m_listener, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
        socklen_t size = sizeof address;
        if (m_listener < 0 || ::bind(m_listener, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(m_listener, 64) != 0
            || ::getsockname(m_listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
            throw std::runtime_error("no server socket");
        }
        m_port = ntohs(address.sin_port);
        m_acceptor = std::thread([this] { acceptLoop(); });
    }
    ~HttpServer()
    {
        m_closing = true;
        ::shutdown(m_listener, SHUT_RDWR);
        m_acceptor.join();
        ::close(m_listener);
        {
            const std::lock_guard lock(m_mutex);
            for (const int connection : m_connections) {
                ::shutdown(connection, SHUT_RDWR);
            }
        }
        for (auto& thread : m_threads) {
            thread.join();
        }
    }
    HttpServer(const HttpServer&) = delete;
    HttpServer& operator=(const HttpServer&) = delete;
    std::uint16_t port() const { return m_port; }
    int connections() const { return m_accepted; }
    static std::string decoded(const std::string& text)
    {
        std::string result;
        for (std::size_t i = 0; i < text.size(); ++i) {
            if (text[i] == '%' && i + 2 < text.size()) {
                result.push_back(static_cast<char>(std::stoi(text.substr(i + 1, 2), nullptr, 16)));
                i += 2;
            } else {
                result.push_back(text[i]);
            }
        }
        return result;
    }

private:
    void acceptLoop()
    {
        while (!m_closing) {
            const int connection = ::accept4(m_listener, nullptr, nullptr, SOCK_CLOEXEC);
            if (connection < 0) {
                continue;
            }
            const int on = 1;
            ::setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
            ++m_accepted;
            const std::lock_guard lock(m_mutex);
            m_connections.push_back(connection);
            m_threads.emplace_back([this, connection] { serve(connection); });
        }
    }
    void serve(int connection)
    {
        {
            const std::unique_ptr<Wire> wire = m_wiring ? m_wiring(connection) : std::make_unique<Wire>(connection);
            std::string buffer;
            HttpRequest request;
            for (bool open = wire->open(); open;) {
                open = read(*wire, buffer, request) && answer(*wire, handled(request));
            }
        }
        const std::lock_guard lock(m_mutex);
        std::erase(m_connections, connection);
        ::close(connection);
    }
    HttpResponse handled(const HttpRequest& request)
    {
        try {
            return m_handler(request);
        } catch (const std::exception& error) {
            return {500, {{"Content-Type", "text/plain"}}, error.what()};
        }
    }
    static bool more(Wire& wire, std::string& buffer)
    {
        char part[65536];
        const long count = wire.receive(part, sizeof part);
        if (count > 0) {
            buffer.append(part, static_cast<std::size_t>(count));
        }
        return count > 0;
    }
    static bool read(Wire& wire, std::string& buffer, HttpRequest& request)
    {
        std::size_t end;
        while ((end = buffer.find("\r\n\r\n")) == std::string::npos) {
            if (!more(wire, buffer)) {
                return false;
            }
        }
        request = {};
        const std::string head = buffer.substr(0, end + 2);
        buffer.erase(0, end + 4);
        const auto first = head.find(' ');
        const auto second = head.find(' ', first + 1);
        request.method = head.substr(0, first);
        std::string target = head.substr(first + 1, second - first - 1);
        if (const auto mark = target.find('?'); mark != std::string::npos) {
            std::string rest = target.substr(mark + 1) + "&";
            target.resize(mark);
            for (std::size_t at = 0, stop; (stop = rest.find('&', at)) != std::string::npos; at = stop + 1) {
                const std::string pair = rest.substr(at, stop - at);
                const auto equals = pair.find('=');
                request.query[pair.substr(0, equals)] = equals == std::string::npos ? "" : decoded(pair.substr(equals + 1));
            }
        }
        request.path = decoded(target);
        for (std::size_t at = head.find("\r\n") + 2, stop; (stop = head.find("\r\n", at)) != std::string::npos; at = stop + 2) {
            const std::string line = head.substr(at, stop - at);
            const auto colon = line.find(':');
            std::string name = line.substr(0, colon);
            for (char& c : name) {
                c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
            }
            request.fields[name] = line.substr(line.find_first_not_of(' ', colon + 1));
        }
        const std::size_t length = request.fields.contains("content-length") ? std::stoul(request.fields["content-length"]) : 0;
        while (buffer.size() < length) {
            if (!more(wire, buffer)) {
                return false;
            }
        }
        request.body = buffer.substr(0, length);
        buffer.erase(0, length);
        return true;
    }
    static bool sendAll(Wire& wire, std::string_view text)
    {
        while (!text.empty()) {
            const long count = wire.send(text.data(), text.size());
            if (count <= 0) {
                return false;
            }
            text.remove_prefix(static_cast<std::size_t>(count));
        }
        return true;
    }
    static bool answer(Wire& wire, const HttpResponse& response)
    {
        std::string head = "HTTP/1.1 " + std::to_string(response.status) + " X\r\n";
        for (const auto& [name, value] : response.fields) {
            head += name + ": " + value + "\r\n";
        }
        if (!response.withoutLength && response.status != 204) {
            head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
        }
        head += "\r\n";
        const std::size_t count = response.cutAt ? std::min(*response.cutAt, response.body.size()) : response.body.size();
        std::string_view body = std::string_view(response.body).substr(0, count);
        bool sent = sendAll(wire, head);
        while (sent && response.pace && !body.empty()) {
            const std::size_t piece = std::min(body.size(), response.piece);
            response.pace(piece);
            sent = sendAll(wire, body.substr(0, piece));
            body.remove_prefix(piece);
        }
        return sent && sendAll(wire, body) && !response.cutAt && !response.withoutLength;
    }

    Handler m_handler;
    Wiring m_wiring;
    int m_listener = -1;
    std::uint16_t m_port = 0;
    std::atomic<bool> m_closing{false};
    std::atomic<int> m_accepted{0};
    std::thread m_acceptor;
    std::mutex m_mutex;
    std::vector<int> m_connections;
    std::vector<std::thread> m_threads;
};

} // namespace akari::test
