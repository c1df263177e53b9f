// The message socket and the shared memory of Process.h.
#include "core/base/Process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

namespace akari {
namespace {

constexpr std::size_t kLargestMessage = 60 * 1024;
constexpr std::size_t kMostDescriptors = 4;
constexpr std::chrono::milliseconds kSendTimeout{10'000};
using Control = std::array<char, CMSG_SPACE(sizeof(int) * kMostDescriptors)>;

std::string causeOf(const char* call) { return std::string(call) + ": " + std::strerror(errno); }

tl::unexpected<Error> gone(std::string detail)
{
    return fail("process.gone", "A helper program of Akari's ended; the request can be made again.", std::move(detail));
}

// True when the socket is ready, false at the deadline. A negative timeout waits for ever.
bool waitFor(int descriptor, short events, std::chrono::milliseconds timeout)
{
    using Steady = std::chrono::steady_clock;
    const auto deadline = Steady::now() + std::max(timeout, std::chrono::milliseconds(0));
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Steady::now()).count();
        const int wait = timeout.count() < 0 ? -1 : static_cast<int>(std::clamp<std::int64_t>(left, 0, 1'000'000'000));
        pollfd one{descriptor, events, 0};
        const int ready = ::poll(&one, 1, wait);
        if (ready > 0) {
            return true;
        }
        if (ready < 0 && errno != EINTR) {
            return true; // the call that follows names the reason
        }
        if (ready == 0 && timeout.count() >= 0 && Steady::now() >= deadline) {
            return false;
        }
    }
}

std::vector<int> descriptorsOf(msghdr& header)
{
    std::vector<int> descriptors;
    for (cmsghdr* part = CMSG_FIRSTHDR(&header); part; part = CMSG_NXTHDR(&header, part)) {
        if (part->cmsg_level != SOL_SOCKET || part->cmsg_type != SCM_RIGHTS) {
            continue;
        }
        const std::size_t count = (part->cmsg_len - CMSG_LEN(0)) / sizeof(int);
        const std::size_t before = descriptors.size();
        descriptors.resize(before + count);
        std::memcpy(descriptors.data() + before, CMSG_DATA(part), count * sizeof(int));
    }
    return descriptors;
}

} // namespace

Channel::~Channel()
{
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

Status Channel::send(BytesView message, const std::vector<int>& descriptors)
{
    if (message.empty() || message.size() > kLargestMessage || descriptors.size() > kMostDescriptors) {
        return fail("process.malformed", "A message to a helper program is empty or too large; please report this.",
                    std::to_string(message.size()) + " bytes, " + std::to_string(descriptors.size()) + " descriptors");
    }
    iovec block{const_cast<std::uint8_t*>(message.data()), message.size()};
    msghdr header{};
    header.msg_iov = &block;
    header.msg_iovlen = 1;
    alignas(cmsghdr) Control control{};
    if (!descriptors.empty()) {
        header.msg_control = control.data();
        header.msg_controllen = CMSG_SPACE(sizeof(int) * descriptors.size());
        cmsghdr* part = CMSG_FIRSTHDR(&header);
        part->cmsg_level = SOL_SOCKET;
        part->cmsg_type = SCM_RIGHTS;
        part->cmsg_len = CMSG_LEN(sizeof(int) * descriptors.size());
        std::memcpy(CMSG_DATA(part), descriptors.data(), sizeof(int) * descriptors.size());
    }
    for (;;) {
        if (::sendmsg(m_descriptor, &header, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) {
            return {};
        }
        if (errno == EINTR) {
            continue;
        }
        if (errno != EAGAIN && errno != EWOULDBLOCK) {
            return gone(causeOf("sendmsg"));
        }
        if (!waitFor(m_descriptor, POLLOUT, kSendTimeout)) {
            return fail("process.timeout", "A helper program of Akari's does not take requests; it will be restarted.", "sendmsg");
        }
    }
}

Result<ReceivedMessage> Channel::receive(std::chrono::milliseconds timeout)
{
    if (!waitFor(m_descriptor, POLLIN, timeout)) {
        return fail("process.timeout", "A helper program of Akari's did not answer in time.", std::to_string(timeout.count()) + " ms");
    }
    std::array<std::uint8_t, kLargestMessage> buffer; // not zeroed: only what was received is copied out
    iovec block{buffer.data(), buffer.size()};
    alignas(cmsghdr) Control control{};
    msghdr header{};
    header.msg_iov = &block;
    header.msg_iovlen = 1;
    header.msg_control = control.data();
    header.msg_controllen = control.size();
    ssize_t got = 0;
    do {
        got = ::recvmsg(m_descriptor, &header, MSG_CMSG_CLOEXEC);
    } while (got < 0 && errno == EINTR);
    if (got < 0) {
        return gone(causeOf("recvmsg"));
    }
    ReceivedMessage message;
    message.descriptors = descriptorsOf(header);
    const bool cut = (header.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0;
    if (got == 0 || cut) {
        for (const int descriptor : message.descriptors) {
            ::close(descriptor);
        }
        return cut ? fail("process.malformed", "A helper program of Akari's sent a message that is too large.", "MSG_TRUNC")
                   : gone("closed");
    }
    message.bytes.assign(buffer.data(), buffer.data() + got);
    return message;
}

Result<std::unique_ptr<SharedMemory>> SharedMemory::create(std::size_t bytes)
{
    const auto failed = [&](std::string detail) {
        return fail("memory.exhausted", "There is not enough memory; close other studies or programs.",
                    std::to_string(bytes) + " bytes shared, " + std::move(detail));
    };
    std::unique_ptr<SharedMemory> memory(new SharedMemory);
    memory->m_descriptor = ::memfd_create("akari", MFD_CLOEXEC | MFD_ALLOW_SEALING);
    if (bytes == 0 || memory->m_descriptor < 0 || ::ftruncate(memory->m_descriptor, static_cast<off_t>(bytes)) != 0) {
        return failed(causeOf("memfd_create"));
    }
    // A child that could shrink the block would kill its parent with SIGBUS.
    if (::fcntl(memory->m_descriptor, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL) != 0) {
        return failed(causeOf("F_ADD_SEALS"));
    }
    void* mapped = ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, memory->m_descriptor, 0);
    if (mapped == MAP_FAILED) {
        return failed(causeOf("mmap"));
    }
    memory->m_data = static_cast<std::uint8_t*>(mapped);
    memory->m_size = bytes;
    return memory;
}

Result<std::unique_ptr<SharedMemory>> SharedMemory::adopt(int descriptor, std::size_t bytes, bool writable)
{
    std::unique_ptr<SharedMemory> memory(new SharedMemory);
    memory->m_descriptor = descriptor; // closed by the destructor, also where this fails
    struct stat facts {};
    if (bytes == 0 || ::fstat(descriptor, &facts) != 0 || facts.st_size < 0
        || static_cast<std::uint64_t>(facts.st_size) < bytes) {
        return fail("memory.malformed", "A shared block of memory is smaller than announced; please report this.",
                    std::to_string(bytes) + " bytes announced");
    }
    void* mapped = ::mmap(nullptr, bytes, writable ? PROT_READ | PROT_WRITE : PROT_READ, MAP_SHARED, descriptor, 0);
    if (mapped == MAP_FAILED) {
        return fail("memory.exhausted", "There is not enough memory; close other studies or programs.", causeOf("mmap"));
    }
    memory->m_data = static_cast<std::uint8_t*>(mapped);
    memory->m_size = bytes;
    return memory;
}

SharedMemory::~SharedMemory()
{
    if (m_data) {
        ::munmap(m_data, m_size);
    }
    if (m_descriptor >= 0) {
        ::close(m_descriptor);
    }
}

} // namespace akari
