#include <csignal>
#include <unistd.h>

#include "app/cli/Terminal.h"

namespace akari::cli {

bool standardErrorIsTerminal() { return isatty(STDERR_FILENO) == 1; }

void waitForInterrupt()
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    int which = 0;
    sigwait(&signals, &which);
}

} // namespace akari::cli
