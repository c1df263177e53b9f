// Messages between programs of one user on one computer: a stream socket in the file system (AF_UNIX), each message with its length before
// it. LocalSocketPosix.cpp; whose program is at the other end: LocalPeerLinux.cpp (SO_PEERCRED), LocalPeerMac.cpp (getpeereid, never
// compiled). Windows gets LocalSocketWin.cpp: a named pipe \\.\pipe\akari-<hash of the path>, made with a security descriptor for the
// current user's SID alone and FILE_FLAG_FIRST_PIPE_INSTANCE (nobody's pipe is joined), PIPE_REJECT_REMOTE_CLIENTS, the peer's user by
// GetNamedPipeClientProcessId.
#pragma once

#include <chrono>
#include <filesystem>
#include <memory>
#include <mutex>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari {

// The longest path a socket may have, in bytes (sun_path without its zero).
std::size_t longestSocketPath();

// One end of a connection. send and receive may be called from two threads at once, send from any number.
// Failures: "local.gone" (the other end closed, or took nothing for 30 s), "local.timeout", "local.malformed" (empty, or above the limit).
class LocalConnection {
public:
    explicit LocalConnection(int descriptor) : m_descriptor(descriptor) {}
    ~LocalConnection();
    LocalConnection(const LocalConnection&) = delete;
    LocalConnection& operator=(const LocalConnection&) = delete;

    // "local.gone" where nobody listens at the path.
    static Result<std::unique_ptr<LocalConnection>> connect(const std::filesystem::path& path);

    Status send(BytesView message);
    // The next whole message. A length above the limit is refused before anything is allocated; the connection is of no use then. After a
    // timeout what has come of a message is kept for the next call. A negative timeout waits for ever.
    Result<Bytes> receive(std::size_t limit, std::chrono::milliseconds timeout);
    // Whether the program at the other end runs under this process's effective user. False where the system can't tell.
    bool peerIsThisUser() const;
    // Wakes whoever waits; both ends find the connection closed.
    void close();

private:
    int m_descriptor;
    std::mutex m_sending;
    Bytes m_partial; // of the message under way; the receiving thread's
};

// Listens for its owner alone (0600). One thread accepts.
class LocalListener {
public:
    // A socket that lies at the path is replaced: the caller holds whatever says that no living program listens there. Anything else there
    // is left alone. "local.path" (too long, or no socket), "data.unwritable".
    static Result<std::unique_ptr<LocalListener>> listen(const std::filesystem::path& path);
    // Removes the socket, if it is still this one.
    ~LocalListener();
    LocalListener(const LocalListener&) = delete;
    LocalListener& operator=(const LocalListener&) = delete;

    // Waits for the next connection; "local.gone" after close().
    Result<std::unique_ptr<LocalConnection>> accept();
    // From any thread.
    void close();
    const std::filesystem::path& path() const { return m_path; }

private:
    LocalListener() = default;
    std::filesystem::path m_path;
    std::uint64_t m_device = 0; // of the socket's file
    std::uint64_t m_inode = 0;
    int m_descriptor = -1;
    int m_wake[2] = {-1, -1};
};

} // namespace akari
