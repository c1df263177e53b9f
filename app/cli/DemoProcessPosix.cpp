#include <csignal>
#include <fstream>
#include <string>
#include <unistd.h>

#include "app/cli/DemoProcess.h"

namespace akari::cli {

namespace {
std::filesystem::path pidFile(const std::filesystem::path& storage) { return storage / "akari-demo.pid"; }
} // namespace

void rememberDemo(const std::filesystem::path& storage, std::int64_t pid) { std::ofstream(pidFile(storage)) << pid << '\n'; }

std::optional<std::int64_t> runningDemo(const std::filesystem::path& storage)
{
    std::int64_t pid = 0;
    std::ifstream in(pidFile(storage));
    if (!(in >> pid) || pid <= 1 || ::kill(static_cast<pid_t>(pid), 0) != 0) {
        return std::nullopt;
    }
    // A pid may have been given to another program since.
    std::ifstream command("/proc/" + std::to_string(pid) + "/cmdline");
    std::string line;
    std::getline(command, line);
    if (line.find("Orthanc") == std::string::npos) {
        return std::nullopt;
    }
    return pid;
}

bool endDemo(const std::filesystem::path& storage)
{
    const auto pid = runningDemo(storage);
    if (!pid) {
        return false;
    }
    ::kill(static_cast<pid_t>(*pid), SIGTERM);
    for (int i = 0; i < 100 && runningDemo(storage); ++i) {
        ::usleep(100000);
    }
    if (runningDemo(storage)) {
        ::kill(static_cast<pid_t>(*pid), SIGKILL);
    }
    std::filesystem::remove(pidFile(storage));
    return true;
}

} // namespace akari::cli
