#include "app/cli/demo/OrthancProcess.h"

#include <arpa/inet.h>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace akari::demo {

namespace {

int boundPort(int wanted)
{
    const int descriptor = ::socket(AF_INET, SOCK_STREAM, 0);
    if (descriptor < 0) {
        return 0;
    }
    // As Orthanc itself binds: a port in TIME_WAIT from our last run is free.
    const int yes = 1;
    ::setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(static_cast<std::uint16_t>(wanted));
    socklen_t size = sizeof address;
    int port = 0;
    if (::bind(descriptor, reinterpret_cast<const sockaddr*>(&address), size) == 0 && ::listen(descriptor, 1) == 0 &&
        ::getsockname(descriptor, reinterpret_cast<sockaddr*>(&address), &size) == 0) {
        port = ntohs(address.sin_port);
    }
    ::close(descriptor);
    return port;
}

} // namespace

Result<std::int64_t> spawnLogged(const std::filesystem::path& program, const std::vector<std::string>& arguments,
                                 const std::filesystem::path& folder, const std::filesystem::path& log)
{
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_addopen(&actions, 1, log.c_str(), O_WRONLY | O_CREAT | O_TRUNC, 0600);
    posix_spawn_file_actions_adddup2(&actions, 1, 2);
    sigset_t none;
    sigset_t defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    for (const int signal : {SIGINT, SIGTERM, SIGHUP, SIGPIPE}) {
        sigaddset(&defaults, signal);
    }
    posix_spawnattr_setpgroup(&attributes, 0);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setsigdefault(&attributes, &defaults);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);

    const std::string name = program.string();
    std::vector<char*> argv{const_cast<char*>(name.c_str())};
    for (const std::string& argument : arguments) {
        argv.push_back(const_cast<char*>(argument.c_str()));
    }
    argv.push_back(nullptr);
    const std::string home = "HOME=" + folder.string();
    char* environment[] = {const_cast<char*>("PATH=/usr/bin:/bin"), const_cast<char*>("LANG=C.UTF-8"), const_cast<char*>(home.c_str()), nullptr};
    pid_t pid = -1;
    const int failure = ::posix_spawn(&pid, name.c_str(), &actions, &attributes, argv.data(), environment);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (failure != 0) {
        return fail("demo.start_failed", "Orthanc could not be started. Is it installed for this user?", std::strerror(failure));
    }
    return std::int64_t{pid};
}

bool childRunning(std::int64_t pid)
{
    if (pid <= 0) {
        return false;
    }
    int status = 0;
    const pid_t answer = ::waitpid(static_cast<pid_t>(pid), &status, WNOHANG);
    return answer == 0;
}

void endChild(std::int64_t pid, std::chrono::milliseconds patience)
{
    if (!childRunning(pid)) {
        return;
    }
    ::kill(static_cast<pid_t>(pid), SIGTERM);
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
        if (!childRunning(pid)) {
            return;
        }
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    ::kill(static_cast<pid_t>(pid), SIGKILL);
    int status = 0;
    while (::waitpid(static_cast<pid_t>(pid), &status, 0) < 0 && errno == EINTR) {
    }
}

std::optional<int> freeLoopbackPort(int wanted)
{
    for (const int port : {wanted, 0}) {
        if (const int bound = boundPort(port); bound > 0) {
            return bound;
        }
    }
    return std::nullopt;
}

} // namespace akari::demo
