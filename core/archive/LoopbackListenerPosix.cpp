#include "core/archive/LoopbackListener.h"

#include <algorithm>
#include <cctype>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace akari::archive {
namespace {

constexpr std::size_t kLongestRequest = 16 * 1024;
constexpr std::size_t kMostVisitors = 32;

struct Visitor {
    int socket = -1;
    std::string text;
};

bool isWhole(const std::string& text)
{
    return text.find("\r\n\r\n") != std::string::npos;
}

// False: nothing more will come, or nothing that matters.
bool readSome(Visitor& visitor)
{
    char part[4096];
    const ssize_t count = ::recv(visitor.socket, part, sizeof part, 0);
    if (count <= 0) {
        return false;
    }
    visitor.text.append(part, static_cast<std::size_t>(count));
    return visitor.text.size() <= kLongestRequest;
}

std::string fieldOf(const std::string& text, const std::string& lowerCaseName)
{
    for (std::size_t at = text.find("\r\n"); at != std::string::npos; at = text.find("\r\n", at + 2)) {
        const std::size_t colon = text.find(':', at + 2);
        std::string name = text.substr(at + 2, colon == std::string::npos ? 0 : colon - at - 2);
        std::transform(name.begin(), name.end(), name.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
        if (name == lowerCaseName) {
            const std::size_t from = text.find_first_not_of(' ', colon + 1);
            return text.substr(from, text.find("\r\n", from) - from);
        }
    }
    return {};
}

void answer(int socket, const LoopbackListener::Reply& reply)
{
    // The address holds the code: nobody is told where the page was asked from, and nothing is kept.
    const std::string text = "HTTP/1.1 " + std::to_string(reply.status) +
                             " X\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: " + std::to_string(reply.page.size()) +
                             "\r\nConnection: close\r\nCache-Control: no-store\r\nReferrer-Policy: no-referrer\r\n"
                             "Content-Security-Policy: default-src 'none'\r\n\r\n" +
                             reply.page;
    std::size_t sent = 0;
    while (sent < text.size()) {
        const ssize_t count = ::send(socket, text.data() + sent, text.size() - sent, MSG_NOSIGNAL);
        if (count <= 0) {
            return;
        }
        sent += static_cast<std::size_t>(count);
    }
}

// Whoever is connected at the moment.
class Visitors {
public:
    Visitors(int listener, std::string host, const LoopbackListener::Judge& judge)
        : m_listener(listener), m_host(std::move(host)), m_judge(judge)
    {
    }
    ~Visitors()
    {
        while (!m_all.empty()) {
            leave(0);
        }
    }
    Visitors(const Visitors&) = delete;
    Visitors& operator=(const Visitors&) = delete;

    // Waits a moment for words of any of them. True: one said what was waited for.
    bool hear()
    {
        std::vector<pollfd> waits{{m_listener, POLLIN, 0}};
        for (const Visitor& visitor : m_all) {
            waits.push_back({visitor.socket, POLLIN, 0});
        }
        ::poll(waits.data(), waits.size(), 50);
        for (std::size_t i = m_all.size(); i-- > 0;) {
            if (waits[i + 1].revents != 0 && hear(i)) {
                return true;
            }
        }
        if (waits[0].revents != 0) {
            welcome();
        }
        return false;
    }

private:
    bool hear(std::size_t index)
    {
        const bool more = readSome(m_all[index]);
        bool done = false;
        const bool whole = isWhole(m_all[index].text);
        if (whole) {
            const LoopbackListener::Reply reply = judged(m_all[index].text);
            answer(m_all[index].socket, reply);
            done = reply.done;
        }
        if (whole || !more) {
            leave(index);
        }
        return done;
    }
    LoopbackListener::Reply judged(const std::string& text) const
    {
        const std::size_t end = text.find(' ', 4);
        if (text.rfind("GET /", 0) != 0 || end > text.find("\r\n") || fieldOf(text, "host") != m_host) {
            return {400, "<!doctype html><p>400", false};
        }
        return m_judge(text.substr(4, end - 4));
    }
    void welcome()
    {
        const int socket = ::accept(m_listener, nullptr, nullptr);
        if (socket >= 0) {
            ::fcntl(socket, F_SETFD, FD_CLOEXEC);
            m_all.push_back({socket, {}});
        }
        if (m_all.size() > kMostVisitors) {
            leave(0);
        }
    }
    void leave(std::size_t index)
    {
        ::close(m_all[index].socket);
        m_all.erase(m_all.begin() + static_cast<std::ptrdiff_t>(index));
    }

    int m_listener;
    std::string m_host;
    const LoopbackListener::Judge& m_judge;
    std::vector<Visitor> m_all;
};

} // namespace

Result<std::unique_ptr<LoopbackListener>> LoopbackListener::open()
{
    std::unique_ptr<LoopbackListener> listener(new LoopbackListener);
    listener->m_socket = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    if (listener->m_socket < 0 || ::fcntl(listener->m_socket, F_SETFD, FD_CLOEXEC) != 0 ||
        ::bind(listener->m_socket, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener->m_socket, 16) != 0 ||
        ::getsockname(listener->m_socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
        return fail("login.listener", "This computer lets the browser send nothing back; check its firewall's rules for this program.");
    }
    listener->m_port = ntohs(address.sin_port);
    return listener;
}

LoopbackListener::~LoopbackListener()
{
    if (m_socket >= 0) {
        ::close(m_socket);
    }
}

Status LoopbackListener::serve(std::chrono::steady_clock::time_point until, const StopToken& stop, const Judge& judge)
{
    Visitors visitors(m_socket, "127.0.0.1:" + std::to_string(m_port), judge);
    while (std::chrono::steady_clock::now() < until) {
        if (stop.stopRequested()) {
            return fail("stopped", "The sign-in was stopped.");
        }
        if (visitors.hear()) {
            return {};
        }
    }
    return fail("login.timeout", "Nobody signed in in time; try again.");
}

} // namespace akari::archive
