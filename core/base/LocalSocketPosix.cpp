#include "core/base/LocalSocket.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <string>

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "core/base/FileIo.h"
#include "core/base/LocalPeer.h"

namespace akari {
namespace {

using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds kSendTimeout{30'000};
constexpr std::size_t kLengthBytes = 4;
constexpr std::size_t kPiece = 64 * 1024;
constexpr int kBacklog = 64;

std::string causeOf(const char* call)
{
    return std::string(call) + ": " + std::strerror(errno);
}

tl::unexpected<Error> gone(std::string detail)
{
    return fail("local.gone", "The other Akari on this computer has ended or does not answer.", std::move(detail));
}

tl::unexpected<Error> malformed(std::string detail)
{
    return fail("local.malformed", "Another program on this computer sent what Akari does not understand.", std::move(detail));
}

// True when the descriptor is ready (or broken: the call that follows says how), false at the deadline.
bool waitFor(int descriptor, short events, std::chrono::milliseconds timeout)
{
    const auto deadline = Steady::now() + std::max(timeout, std::chrono::milliseconds(0));
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now()).count();
        pollfd one{descriptor, events, 0};
        const int ready = ::poll(&one, 1, timeout.count() < 0 ? -1 : static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000)));
        if (ready > 0 || (ready < 0 && errno != EINTR)) {
            return true;
        }
        if (timeout.count() >= 0 && Steady::now() >= deadline) {
            return false;
        }
    }
}

bool addressOf(const std::filesystem::path& path, sockaddr_un& address)
{
    const std::string& text = path.native();
    if (text.empty() || text.size() > longestSocketPath()) {
        return false;
    }
    address.sun_family = AF_UNIX;
    std::memcpy(address.sun_path, text.c_str(), text.size() + 1);
    return true;
}

// A socket that is closed on exec and never blocks.
int makeSocket()
{
    const int descriptor = ::socket(AF_UNIX, SOCK_STREAM, 0);
    if (descriptor >= 0) {
        ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
        ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
    }
    return descriptor;
}

} // namespace

std::size_t longestSocketPath()
{
    return sizeof(sockaddr_un::sun_path) - 1;
}

LocalConnection::~LocalConnection()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

void LocalConnection::close()
{
    ::shutdown(m_descriptor, SHUT_RDWR);
}

Result<std::unique_ptr<LocalConnection>> LocalConnection::connect(const std::filesystem::path& path)
{
    sockaddr_un address{};
    if (!addressOf(path, address)) {
        return fail("local.path", "The path of Akari's local socket is too long.", std::to_string(path.native().size()) + " bytes");
    }
    auto connection = std::make_unique<LocalConnection>(makeSocket());
    if (connection->m_descriptor < 0) {
        return gone(causeOf("socket"));
    }
    // A full backlog answers EAGAIN at once instead of waiting.
    const auto deadline = Steady::now() + std::chrono::seconds(5);
    while (::connect(connection->m_descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
        if ((errno != EAGAIN && errno != EINTR) || Steady::now() > deadline) {
            return gone(causeOf("connect"));
        }
        ::poll(nullptr, 0, 10);
    }
    return connection;
}

Status LocalConnection::send(BytesView message)
{
    if (message.empty() || message.size() > UINT32_MAX) {
        return malformed("a message of " + std::to_string(message.size()) + " bytes");
    }
    const auto size = static_cast<std::uint32_t>(message.size());
    Bytes whole{static_cast<std::uint8_t>(size >> 24), static_cast<std::uint8_t>(size >> 16), static_cast<std::uint8_t>(size >> 8),
                static_cast<std::uint8_t>(size)};
    whole.insert(whole.end(), message.begin(), message.end());
    const std::lock_guard lock(m_sending);
    for (std::size_t at = 0; at < whole.size();) {
        const ssize_t sent = ::send(m_descriptor, whole.data() + at, whole.size() - at, MSG_NOSIGNAL);
        if (sent >= 0) {
            at += static_cast<std::size_t>(sent);
        } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
            if (!waitFor(m_descriptor, POLLOUT, kSendTimeout)) {
                return gone("nothing was taken for 30 s");
            }
        } else if (errno != EINTR) {
            return gone(causeOf("send"));
        }
    }
    return {};
}

Result<Bytes> LocalConnection::receive(std::size_t limit, std::chrono::milliseconds timeout)
{
    const auto deadline = Steady::now() + std::max(timeout, std::chrono::milliseconds(0));
    std::array<std::uint8_t, kPiece> piece; // not zeroed: only what was received is copied out
    for (;;) {
        std::size_t wanted = kLengthBytes;
        if (m_partial.size() >= kLengthBytes) {
            const std::size_t size =
                std::size_t{m_partial[0]} << 24 | std::size_t{m_partial[1]} << 16 | std::size_t{m_partial[2]} << 8 | m_partial[3];
            if (size == 0 || size > limit) {
                return malformed(std::to_string(size) + " bytes announced, at most " + std::to_string(limit));
            }
            wanted += size;
        }
        if (wanted > kLengthBytes && m_partial.size() == wanted) {
            Bytes message(m_partial.begin() + kLengthBytes, m_partial.end());
            m_partial.clear();
            return message;
        }
        const auto left = timeout.count() < 0 ? timeout
                                              : std::max(std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now()),
                                                         std::chrono::milliseconds(0));
        if (!waitFor(m_descriptor, POLLIN, left)) {
            return fail("local.timeout", "The other Akari on this computer did not answer in time.",
                        std::to_string(timeout.count()) + " ms");
        }
        // Never beyond this message: the next one may have another limit.
        const ssize_t got = ::recv(m_descriptor, piece.data(), std::min(piece.size(), wanted - m_partial.size()), 0);
        if (got == 0) {
            return gone("closed");
        }
        if (got < 0 && errno != EAGAIN && errno != EWOULDBLOCK && errno != EINTR) {
            return gone(causeOf("recv"));
        }
        m_partial.insert(m_partial.end(), piece.data(), piece.data() + std::max<ssize_t>(got, 0));
    }
}

bool LocalConnection::peerIsThisUser() const
{
    const auto user = peerUser(m_descriptor);
    return user && *user == static_cast<std::uint32_t>(::geteuid());
}

Result<std::unique_ptr<LocalListener>> LocalListener::listen(const std::filesystem::path& path)
{
    sockaddr_un address{};
    if (!addressOf(path, address)) {
        return fail("local.path", "The path of Akari's local socket is too long.", std::to_string(path.native().size()) + " bytes");
    }
    struct stat facts {};
    if (::lstat(path.c_str(), &facts) == 0) {
        if (!S_ISSOCK(facts.st_mode) || facts.st_uid != ::geteuid()) {
            return fail("local.path", "Something else lies where Akari's local socket belongs.", "no socket of this user");
        }
        ::unlink(path.c_str());
    }
    std::unique_ptr<LocalListener> listener(new LocalListener);
    listener->m_descriptor = makeSocket();
    const bool bound =
        listener->m_descriptor >= 0 && ::bind(listener->m_descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    if (!bound || ::chmod(path.c_str(), 0600) != 0 || ::lstat(path.c_str(), &facts) != 0) {
        return fail(writeFailure(errno, causeOf("bind")));
    }
    listener->m_path = path;
    listener->m_device = facts.st_dev;
    listener->m_inode = facts.st_ino;
    if (::listen(listener->m_descriptor, kBacklog) != 0 || ::pipe(listener->m_wake) != 0) {
        return fail(writeFailure(errno, causeOf("listen")));
    }
    for (const int end : listener->m_wake) {
        ::fcntl(end, F_SETFD, FD_CLOEXEC);
        ::fcntl(end, F_SETFL, O_NONBLOCK);
    }
    return listener;
}

LocalListener::~LocalListener()
{
    struct stat facts {};
    if (!m_path.empty() && ::lstat(m_path.c_str(), &facts) == 0 && facts.st_dev == m_device && facts.st_ino == m_inode) {
        ::unlink(m_path.c_str());
    }
    for (const int descriptor : {m_descriptor, m_wake[0], m_wake[1]}) {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
}

Result<std::unique_ptr<LocalConnection>> LocalListener::accept()
{
    for (;;) {
        std::array<pollfd, 2> ends{pollfd{m_descriptor, POLLIN, 0}, pollfd{m_wake[0], POLLIN, 0}};
        if (::poll(ends.data(), ends.size(), -1) < 0 && errno != EINTR) {
            return gone(causeOf("poll"));
        }
        if (ends[1].revents != 0) {
            return gone("no longer listening");
        }
        if (ends[0].revents == 0) {
            continue;
        }
        const int descriptor = ::accept(m_descriptor, nullptr, nullptr);
        if (descriptor >= 0) {
            ::fcntl(descriptor, F_SETFD, FD_CLOEXEC);
            ::fcntl(descriptor, F_SETFL, O_NONBLOCK);
            return std::make_unique<LocalConnection>(descriptor);
        }
        if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
            ::poll(nullptr, 0, 50); // others' descriptors will come free
        }
    }
}

void LocalListener::close()
{
    const char mark = 0;
    [[maybe_unused]] const ssize_t written = ::write(m_wake[1], &mark, 1);
}

} // namespace akari
