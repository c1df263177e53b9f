#include <csignal>
#include <ctime>
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

InterruptWatch::InterruptWatch(std::function<void()> interrupted)
{
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGINT);
    sigaddset(&signals, SIGTERM);
    pthread_sigmask(SIG_BLOCK, &signals, nullptr);
    m_thread = std::thread([this, signals, interrupted = std::move(interrupted)] {
        constexpr timespec kPoll{0, 100'000'000};
        while (!m_done.load()) {
            if (sigtimedwait(&signals, nullptr, &kPoll) > 0) {
                interrupted();
            }
        }
    });
}

InterruptWatch::~InterruptWatch()
{
    m_done = true;
    m_thread.join();
}

} // namespace akari::cli
