#include "core/base/Process.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <future>
#include <mutex>

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/base/JobQueue.h"
#include "core/base/Log.h"

namespace akari {
namespace {

std::string causeOf(const char* call) { return std::string(call) + ": " + std::strerror(errno); }

void closeAll(std::initializer_list<int> descriptors)
{
    for (const int descriptor : descriptors) {
        if (descriptor >= 0) {
            ::close(descriptor);
        }
    }
}

// All that the child needs, made before fork: after it only async-signal-safe calls are allowed.
struct Launch {
    const char* program;
    char* const* arguments;
    char* const* environment;
    int channel;
    int report; // errno of a failed start goes here; closed by a successful exec
    bool quiet;
    pid_t parent;
};

[[noreturn]] void reportAndExit(int report)
{
    const int error = errno;
    [[maybe_unused]] const ssize_t written = ::write(report, &error, sizeof error);
    ::_exit(127);
}

void closeFrom(int first)
{
    if (::close_range(static_cast<unsigned>(first), ~0U, 0) == 0) {
        return;
    }
    const long most = ::sysconf(_SC_OPEN_MAX);
    for (int descriptor = first; descriptor < (most > 0 ? most : 65536); ++descriptor) {
        ::close(descriptor);
    }
}

[[noreturn]] void becomeChild(const Launch& launch)
{
    constexpr int kChannel = 3;
    constexpr int kReport = 4;
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != launch.parent) {
        ::_exit(127); // the parent went before the line above
    }
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::signal(SIGPIPE, SIG_DFL);

    // First out of the way, so that neither is overwritten by the other's final number.
    const int channel = ::fcntl(launch.channel, F_DUPFD_CLOEXEC, 10);
    const int report = ::fcntl(launch.report, F_DUPFD_CLOEXEC, 10);
    const int nothing = ::open("/dev/null", O_RDWR | O_CLOEXEC);
    if (channel < 0 || report < 0 || nothing < 0 || ::dup2(nothing, 0) < 0) {
        reportAndExit(launch.report);
    }
    if (launch.quiet && (::dup2(nothing, 1) < 0 || ::dup2(nothing, 2) < 0)) {
        reportAndExit(report);
    }
    if (::dup2(channel, kChannel) < 0 || ::dup3(report, kReport, O_CLOEXEC) < 0) {
        reportAndExit(report);
    }
    closeFrom(kReport + 1);
    ::execve(launch.program, launch.arguments, launch.environment);
    reportAndExit(kReport);
}

// The kernel ties PR_SET_PDEATHSIG to the thread that forked, so one thread that lives as long as the process starts all children.
// Answers the child's id, or minus errno.
pid_t forkOnLastingThread(const Launch& launch)
{
    static std::mutex mutex;
    static JobQueue* queue = nullptr; // never destroyed
    static pid_t owner = 0;
    std::promise<pid_t> answer;
    {
        const std::lock_guard lock(mutex);
        if (!queue || owner != ::getpid()) { // a forked copy of this process has no such thread
            queue = new JobQueue(1);
            owner = ::getpid();
        }
        queue->post(0, [&](StopToken) {
            const pid_t pid = ::fork();
            if (pid == 0) {
                becomeChild(launch);
            }
            answer.set_value(pid < 0 ? -errno : pid);
        });
    }
    return answer.get_future().get();
}

std::vector<char*> pointersTo(std::vector<std::string>& texts)
{
    std::vector<char*> pointers;
    for (std::string& text : texts) {
        pointers.push_back(text.data());
    }
    pointers.push_back(nullptr);
    return pointers;
}

// 0 when the child runs its program, otherwise the errno that kept it from it.
int startError(int report)
{
    int error = 0;
    ssize_t got = 0;
    do {
        got = ::read(report, &error, sizeof error);
    } while (got < 0 && errno == EINTR);
    return got == static_cast<ssize_t>(sizeof error) ? error : 0;
}

} // namespace

std::filesystem::path executableFolder()
{
    std::error_code error;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", error);
    return error ? std::filesystem::path("/nonexistent") : self.parent_path();
}

Result<std::filesystem::path> siblingProgram(const std::string& name)
{
    const auto path = executableFolder() / name;
    if (::access(path.c_str(), X_OK) != 0) {
        return fail("program.missing", "The program " + name + " is not beside this one; reinstall Akari.", causeOf("access"));
    }
    return path;
}

Result<std::unique_ptr<ChildProcess>> ChildProcess::start(const ChildOptions& options)
{
    const auto failed = [&](std::string detail) {
        return fail("process.unstartable", "A program of Akari's could not be started; reinstall Akari or restart the machine.",
                    options.program.filename().string() + ", " + std::move(detail));
    };
    int ends[2] = {-1, -1};
    int report[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        return failed(causeOf("socketpair"));
    }
    if (::pipe2(report, O_CLOEXEC) != 0) {
        const std::string cause = causeOf("pipe2");
        closeAll({ends[0], ends[1]});
        return failed(cause);
    }
    const std::string program = options.program.string();
    std::vector<std::string> arguments{program};
    arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
    std::vector<std::string> environment = options.environment;
    const std::vector<char*> argumentPointers = pointersTo(arguments);
    const std::vector<char*> environmentPointers = pointersTo(environment);
    const Launch launch{program.c_str(), argumentPointers.data(), environmentPointers.data(), ends[1], report[1],
                        log::level() != log::Level::Debug, ::getpid()};
    const pid_t pid = forkOnLastingThread(launch);
    closeAll({ends[1], report[1]});
    const int error = pid < 0 ? 0 : startError(report[0]);
    closeAll({report[0]});
    if (pid < 0) {
        closeAll({ends[0]});
        return failed(std::string("fork: ") + std::strerror(-pid));
    }
    std::unique_ptr<ChildProcess> child(new ChildProcess);
    child->m_channel = std::make_unique<Channel>(ends[0]);
    child->m_pid = pid;
    if (error != 0) {
        return failed(std::string("exec: ") + std::strerror(error)); // child's destructor reaps
    }
    return child;
}

ChildProcess::~ChildProcess() { kill(); }

bool ChildProcess::running()
{
    if (m_reaped || m_pid <= 0) {
        return false;
    }
    const pid_t got = ::waitpid(static_cast<pid_t>(m_pid), &m_status, WNOHANG);
    if (got == 0) {
        return true;
    }
    m_reaped = true;
    return false;
}

void ChildProcess::kill()
{
    if (!running()) {
        return;
    }
    ::kill(static_cast<pid_t>(m_pid), SIGKILL);
    while (::waitpid(static_cast<pid_t>(m_pid), &m_status, 0) < 0 && errno == EINTR) {
    }
    m_reaped = true;
}

std::string ChildProcess::ending()
{
    if (running()) {
        return "running";
    }
    return WIFSIGNALED(m_status) ? "signal " + std::to_string(WTERMSIG(m_status)) : "exit " + std::to_string(WEXITSTATUS(m_status));
}

} // namespace akari
