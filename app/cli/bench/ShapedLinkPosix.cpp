#include <algorithm>
#include <condition_variable>
#include <deque>
#include <list>
#include <mutex>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include "app/cli/bench/ShapedLink.h"

namespace akari::cli {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::size_t kPiece = 16 * 1024;
constexpr std::size_t kMostOnTheWay = 512 * 1024; // of one connection: what a home router keeps

sockaddr_in loopback(std::uint16_t port)
{
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    return address;
}

// The bits go through one after another, whichever connection they belong to.
class Bottleneck {
public:
    explicit Bottleneck(double bitsPerSecond) : m_bits(bitsPerSecond) {}
    Clock::time_point through(std::size_t bytes)
    {
        const std::lock_guard lock(m_mutex);
        const std::chrono::duration<double> taken(static_cast<double>(bytes) * 8 / m_bits);
        m_free = std::max(m_free, Clock::now()) + std::chrono::duration_cast<Clock::duration>(taken);
        return m_free;
    }

private:
    const double m_bits;
    std::mutex m_mutex;
    Clock::time_point m_free{}; // protected by m_mutex
};

// One direction of one connection: read at once, sent on when its time has come.
class Pipe {
public:
    Pipe(int from, int to, Bottleneck* narrow, std::chrono::nanoseconds delay, std::atomic<std::uint64_t>* count)
        : m_from(from), m_to(to), m_narrow(narrow), m_delay(delay), m_count(count), m_reader([this] { read(); }), m_writer([this] { write(); })
    {
    }
    ~Pipe()
    {
        m_reader.join();
        m_writer.join();
    }
    Pipe(const Pipe&) = delete;
    Pipe& operator=(const Pipe&) = delete;

private:
    struct Piece {
        Clock::time_point due;
        std::vector<char> bytes;
    };
    void read()
    {
        std::vector<char> buffer(kPiece);
        for (;;) {
            const ssize_t got = ::recv(m_from, buffer.data(), buffer.size(), 0);
            if (got > 0 && m_count != nullptr) {
                *m_count += static_cast<std::uint64_t>(got);
            }
            const auto size = static_cast<std::size_t>(std::max<ssize_t>(0, got));
            const auto through = m_narrow != nullptr ? m_narrow->through(size) : Clock::now();
            std::unique_lock lock(m_mutex);
            m_changed.wait(lock, [&] { return m_waiting < kMostOnTheWay || m_broken; });
            m_pieces.push_back({through + std::chrono::duration_cast<Clock::duration>(m_delay), std::vector<char>(buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(size))});
            m_waiting += size;
            m_changed.notify_all();
            if (got <= 0 || m_broken) {
                return; // an empty piece ends the writer
            }
        }
    }
    void write()
    {
        for (;;) {
            Piece piece;
            {
                std::unique_lock lock(m_mutex);
                m_changed.wait(lock, [&] { return !m_pieces.empty(); });
                piece = std::move(m_pieces.front());
                m_pieces.pop_front();
            }
            std::this_thread::sleep_until(piece.due);
            bool sent = !piece.bytes.empty();
            for (std::size_t at = 0; sent && at < piece.bytes.size();) {
                const ssize_t count = ::send(m_to, piece.bytes.data() + at, piece.bytes.size() - at, MSG_NOSIGNAL);
                sent = count > 0;
                at += static_cast<std::size_t>(std::max<ssize_t>(0, count));
            }
            const std::lock_guard lock(m_mutex);
            m_waiting -= piece.bytes.size();
            m_broken = m_broken || !sent;
            m_changed.notify_all();
            if (!sent) {
                ::shutdown(m_to, SHUT_WR);
                ::shutdown(m_from, SHUT_RD);
                return;
            }
        }
    }

    const int m_from, m_to;
    Bottleneck* const m_narrow;
    const std::chrono::nanoseconds m_delay;
    std::atomic<std::uint64_t>* const m_count;

    std::mutex m_mutex;
    std::condition_variable m_changed;
    std::deque<Piece> m_pieces; // protected by m_mutex, as the rest
    std::size_t m_waiting = 0;
    bool m_broken = false;

    std::thread m_reader, m_writer;
};

struct Connection {
    Connection(int near, int far, Bottleneck& narrow, std::chrono::nanoseconds half, std::atomic<std::uint64_t>& count)
        : client(near), server(far), up(near, far, nullptr, half, nullptr), down(far, near, &narrow, half, &count)
    {
    }
    void end() const
    {
        ::shutdown(client, SHUT_RDWR);
        ::shutdown(server, SHUT_RDWR);
    }
    const int client, server;
    Pipe up, down;
};

class Link : public ShapedLink {
public:
    Link(int listener, std::uint16_t port, std::uint16_t target, double bits, std::chrono::nanoseconds roundTrip)
        : m_listener(listener), m_port(port), m_target(target), m_narrow(bits), m_roundTrip(roundTrip), m_acceptor([this] { accept(); })
    {
    }
    ~Link() override
    {
        ::shutdown(m_listener, SHUT_RDWR);
        m_acceptor.join();
        ::close(m_listener);
        for (const auto& one : m_connections) {
            one->end();
        }
        for (auto& one : m_connections) {
            const int sockets[] = {one->client, one->server};
            one.reset(); // its threads end before its sockets are anybody else's
            ::close(sockets[0]);
            ::close(sockets[1]);
        }
    }
    std::uint16_t port() const override { return m_port; }
    std::uint64_t received() const override { return m_received; }

private:
    void accept()
    {
        for (int client; (client = ::accept(m_listener, nullptr, nullptr)) >= 0;) {
            const int server = ::socket(AF_INET, SOCK_STREAM, 0);
            const auto address = loopback(m_target);
            const int yes = 1;
            ::setsockopt(client, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            ::setsockopt(server, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
            if (::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
                ::close(server);
                ::close(client);
                continue;
            }
            m_connections.push_back(std::make_unique<Connection>(client, server, m_narrow, m_roundTrip / 2, m_received));
        }
    }

    const int m_listener;
    const std::uint16_t m_port, m_target;
    Bottleneck m_narrow;
    const std::chrono::nanoseconds m_roundTrip;
    std::atomic<std::uint64_t> m_received{0};
    std::list<std::unique_ptr<Connection>> m_connections; // the acceptor's until it is joined
    std::thread m_acceptor;
};

} // namespace

Result<std::unique_ptr<ShapedLink>> ShapedLink::open(std::uint16_t port, double bitsPerSecond, std::chrono::milliseconds roundTrip)
{
    const int listener = ::socket(AF_INET, SOCK_STREAM, 0);
    auto address = loopback(0);
    socklen_t length = sizeof address;
    if (listener < 0 || ::bind(listener, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 || ::listen(listener, 64) != 0
        || ::getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length) != 0) {
        if (listener >= 0) {
            ::close(listener);
        }
        return fail("bench.link", "The benchmark's line could not be opened on loopback.");
    }
    return std::make_unique<Link>(listener, ntohs(address.sin_port), port, bitsPerSecond, roundTrip);
}

} // namespace akari::cli
