#include <csignal>
#include <cstdlib>
#include <cstring>

#include "app/workspace/Workspace.h"

namespace akari::workspace {

std::optional<std::string> takeEnvironment(const char* name)
{
    char* value = std::getenv(name);
    if (value == nullptr) {
        return std::nullopt;
    }
    std::string taken(value);
    // The block of memory stays readable through /proc/<pid>/environ until it is overwritten.
    volatile char* wipe = value;
    for (std::size_t i = 0, n = taken.size(); i < n; ++i) {
        wipe[i] = 0;
    }
    unsetenv(name);
    return taken.empty() ? std::nullopt : std::optional(std::move(taken));
}

void fullFilesAreErrors() { std::signal(SIGXFSZ, SIG_IGN); }

std::optional<std::string> takePassphrase() { return takeEnvironment("AKARI_PASSPHRASE"); }

} // namespace akari::workspace
