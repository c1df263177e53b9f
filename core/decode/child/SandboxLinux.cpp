#include "core/decode/child/Sandbox.h"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>

#include <fcntl.h>
#include <malloc.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

namespace akari::decode::child {
namespace {

constexpr std::uint64_t kMebibyte = std::uint64_t{1} << 20;

tl::unexpected<Error> failed(const char* what) { return fail("decode.sandbox", "The decoder could not confine itself.", std::string(what) + ": " + std::strerror(errno)); }

bool setBoth(__rlimit_resource resource, rlim_t value)
{
    const rlimit limit{value, value};
    return setrlimit(resource, &limit) == 0;
}

// Leaves in `limit` what is in force. Most jobs are of the last one's size, and behind the filter every call counts.
bool setSoft(__rlimit_resource resource, rlim_t value, rlimit& limit)
{
    if (getrlimit(resource, &limit) != 0) {
        return false;
    }
    if (limit.rlim_cur == value) {
        return true;
    }
    limit.rlim_cur = value;
    return setrlimit(resource, &limit) == 0 && getrlimit(resource, &limit) == 0;
}

#ifndef AKARI_SANITIZED
bool allowCalls(scmp_filter_ctx filter, OnOpen onOpen)
{
    static constexpr int kCalls[] = {SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(write), SCMP_SYS(writev), SCMP_SYS(close), SCMP_SYS(recvmsg),
        SCMP_SYS(sendmsg), SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk),
        SCMP_SYS(fstat), SCMP_SYS(newfstatat), SCMP_SYS(futex), SCMP_SYS(getrusage), SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday),
        SCMP_SYS(getpid), SCMP_SYS(gettid), SCMP_SYS(getrandom), SCMP_SYS(sched_yield), SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigaction),
        SCMP_SYS(rt_sigprocmask), SCMP_SYS(restart_syscall), SCMP_SYS(exit), SCMP_SYS(exit_group)};
    bool ok = true;
    for (const int call : kCalls) {
        ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, call, 0) == 0;
    }
    // Memory, but never memory that can be executed.
    const scmp_arg_cmp noCode = SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0);
    ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, noCode) == 0;
    ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, noCode) == 0;
    // abort() signals itself; nobody else may be signalled.
    ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, SCMP_A0(SCMP_CMP_EQ, static_cast<scmp_datum_t>(getpid()))) == 0;
    // Its own limits: the soft ones move with each job, the hard ones stand.
    for (const int resource : {static_cast<int>(RLIMIT_AS), static_cast<int>(RLIMIT_CPU)}) {
        ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prlimit64), 2, SCMP_A0(SCMP_CMP_EQ, 0),
                       SCMP_A1(SCMP_CMP_EQ, static_cast<scmp_datum_t>(resource))) == 0;
    }
    if (onOpen == OnOpen::Refuse) {
        for (const int call : {SCMP_SYS(open), SCMP_SYS(openat)}) {
            ok = ok && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), call, 0) == 0;
        }
    }
    return ok;
}
#endif

} // namespace

std::uint64_t mappedBytes()
{
    static const int descriptor = ::open("/proc/self/statm", O_RDONLY | O_CLOEXEC);
    std::array<char, 64> text{};
    if (descriptor < 0 || ::pread(descriptor, text.data(), text.size() - 1, 0) <= 0) {
        return 0;
    }
    return std::strtoull(text.data(), nullptr, 10) * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

Status limitForGood(std::uint64_t addressSpace)
{
    // Large blocks go back to the system as soon as they are freed, so that a big frame leaves room for the next small one; what a
    // slice of 512 x 512 needs stays, so that its pages need not be mapped anew for each.
    mallopt(M_MMAP_THRESHOLD, static_cast<int>(4 * kMebibyte));
    mallopt(M_TRIM_THRESHOLD, static_cast<int>(8 * kMebibyte));
    mallopt(M_ARENA_MAX, 1);
    if (!setBoth(RLIMIT_CORE, 0) || !setBoth(RLIMIT_FSIZE, 0) || !setBoth(RLIMIT_NOFILE, 16) || !setBoth(RLIMIT_NPROC, 0)) {
        return failed("setrlimit");
    }
#ifdef AKARI_SANITIZED
    // The sanitizer's own shadow takes terabytes of addresses.
    static_cast<void>(addressSpace);
#else
    if (!setBoth(RLIMIT_AS, addressSpace)) {
        return failed("RLIMIT_AS");
    }
#endif
    return {};
}

Result<Limits> limitForJob(std::uint64_t addressSpace, std::uint64_t cpuSeconds)
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    const auto spent = static_cast<std::uint64_t>(used.ru_utime.tv_sec + used.ru_stime.tv_sec);
    rlimit memory{};
    rlimit time{};
#ifdef AKARI_SANITIZED
    static_cast<void>(addressSpace);
    const bool bounded = getrlimit(RLIMIT_AS, &memory) == 0;
#else
    const bool bounded = setSoft(RLIMIT_AS, addressSpace, memory);
#endif
    if (!bounded || !setSoft(RLIMIT_CPU, spent + cpuSeconds + 1, time)) {
        return failed("setrlimit");
    }
    return Limits{memory.rlim_cur, time.rlim_cur};
}

void giveBackFreeMemory() { malloc_trim(0); }

Result<bool> closeFilter(OnOpen onOpen)
{
#ifdef AKARI_SANITIZED
    static_cast<void>(onOpen);
    return false;
#else
    prctl(PR_SET_DUMPABLE, 0);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        return failed("no_new_privs");
    }
    const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    if (filter == nullptr) {
        return failed("seccomp_init");
    }
    const bool loaded = allowCalls(filter, onOpen) && seccomp_load(filter) == 0;
    seccomp_release(filter);
    if (!loaded) {
        return failed("seccomp_load");
    }
    return true;
#endif
}

std::uint64_t peakResidentBytes()
{
    rusage used{};
    getrusage(RUSAGE_SELF, &used);
    return static_cast<std::uint64_t>(used.ru_maxrss) * 1024;
}

} // namespace akari::decode::child
