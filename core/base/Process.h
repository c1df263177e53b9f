// Child programs of the suite: found beside the executable, started with an empty environment, spoken to over one socket.
// Platform parts in ProcessLinux.cpp and ChannelLinux.cpp (Windows and macOS have their places: ProcessWin.cpp, ProcessMac.cpp, not written yet).
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "core/base/Bytes.h"
#include "core/base/Result.h"

namespace akari {

// Folder of the running executable. Never the working directory.
std::filesystem::path executableFolder();
// The sibling program (akari-worker, akari-3d); "program.missing" if it is not there.
Result<std::filesystem::path> siblingProgram(const std::string& name);

// A block of memory shared with one child, zeroed at creation. Owner unmaps on destruction.
class SharedMemory {
public:
    static Result<std::unique_ptr<SharedMemory>> create(std::size_t bytes);
    static Result<std::unique_ptr<SharedMemory>> adopt(int descriptor, std::size_t bytes, bool writable); // in the child
    ~SharedMemory();
    SharedMemory(const SharedMemory&) = delete;
    SharedMemory& operator=(const SharedMemory&) = delete;

    std::uint8_t* data() { return m_data; }
    const std::uint8_t* data() const { return m_data; }
    std::size_t size() const { return m_size; }
    int descriptor() const { return m_descriptor; }

private:
    SharedMemory() = default;
    std::uint8_t* m_data = nullptr;
    std::size_t m_size = 0;
    int m_descriptor = -1;
};

struct ReceivedMessage {
    Bytes bytes;
    std::vector<int> descriptors; // owned by the receiver, to be adopted or closed
};

// One end of a message socket (SOCK_SEQPACKET on Linux): whole messages of at most 60 kB, with up to four descriptors.
class Channel {
public:
    explicit Channel(int descriptor) : m_descriptor(descriptor) {}
    ~Channel();
    Channel(const Channel&) = delete;
    Channel& operator=(const Channel&) = delete;

    Status send(BytesView message, const std::vector<int>& descriptors = {});
    // "process.timeout" when nothing came in time, "process.gone" when the other end closed.
    Result<ReceivedMessage> receive(std::chrono::milliseconds timeout);
    int descriptor() const { return m_descriptor; }

private:
    int m_descriptor;
};

struct ChildOptions {
    std::filesystem::path program;
    std::vector<std::string> arguments;
    std::vector<std::string> environment; // "NAME=value"; nothing else is inherited
};

// A running child with a channel as its descriptor 3; stdin is /dev/null, stdout and stderr go to /dev/null unless the log level is Debug.
// All other descriptors are closed in the child. The destructor kills and reaps.
class ChildProcess {
public:
    static Result<std::unique_ptr<ChildProcess>> start(const ChildOptions& options);
    ~ChildProcess();
    ChildProcess(const ChildProcess&) = delete;
    ChildProcess& operator=(const ChildProcess&) = delete;

    Channel& channel() { return *m_channel; }
    std::int64_t pid() const { return m_pid; }
    bool running();
    void kill();
    // "exit 0", "signal 9", "running"; for error texts.
    std::string ending();

private:
    ChildProcess() = default;
    std::unique_ptr<Channel> m_channel;
    std::int64_t m_pid = -1;
    bool m_reaped = false;
    int m_status = 0;
};

} // namespace akari
