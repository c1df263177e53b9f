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
    std::vector<Visitor> visitors;
    const auto leave = [&](std::size_t index) {
        ::close(visitors[index].socket);
        visitors.erase(visitors.begin() + static_cast<std::ptrdiff_t>(index));
    };
    const std::string host = "127.0.0.1:" + std::to_string(m_port);
    const auto judged = [&](const std::string& text) -> Reply {
        const std::size_t end = text.find(' ', 4);
        if (text.rfind("GET /", 0) != 0 || end > text.find("\r\n") || fieldOf(text, "host") != host) {
            return {400, "<!doctype html><p>400", false};
        }
        return judge(text.substr(4, end - 4));
    };
    Status result = fail("login.timeout", "Nobody signed in in time; try again.");
    bool done = false;
    while (!done && std::chrono::steady_clock::now() < until) {
        if (stop.stopRequested()) {
            result = fail("stopped", "The sign-in was stopped.");
            break;
        }
        std::vector<pollfd> waits{{m_socket, POLLIN, 0}};
        for (const Visitor& visitor : visitors) {
            waits.push_back({visitor.socket, POLLIN, 0});
        }
        ::poll(waits.data(), waits.size(), 50);
        for (std::size_t i = visitors.size(); i-- > 0 && !done;) {
            if (waits[i + 1].revents == 0) {
                continue;
            }
            const bool more = readSome(visitors[i]);
            if (isWhole(visitors[i].text)) {
                const Reply reply = judged(visitors[i].text);
                answer(visitors[i].socket, reply);
                done = reply.done;
                leave(i);
            } else if (!more) {
                leave(i);
            }
        }
        if (waits[0].revents != 0 && !done) {
            const int socket = ::accept(m_socket, nullptr, nullptr);
            if (socket >= 0) {
                ::fcntl(socket, F_SETFD, FD_CLOEXEC);
                visitors.push_back({socket, {}});
            }
            if (visitors.size() > kMostVisitors) {
                leave(0);
            }
        }
    }
    while (!visitors.empty()) {
        leave(0);
    }
    return done ? Status() : result;
}

} // namespace akari::archive
