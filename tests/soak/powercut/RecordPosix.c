// Preloaded into a program: writes down, in order, everything that it does to the files below one folder, so that the disk at a power cut
// can be built afterwards (Disk.h). AKARI_RECORD_ROOT is the folder, AKARI_RECORD_LOG the log, which several runs append to. Records:
// Log.h.
//
// Every call is made and logged under one lock: the log's order is the order of the calls. SQLite's -shm files are left out (they are
// rebuilt). What goes past these functions (stdio's own writes, memory maps) is missing in the log: whoever replays it compares the end
// with the real folder. Standard output is made unbuffered, and how long it is by now is logged, so that what was acknowledged has its
// place.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

enum { kCreate = 1, kWrite, kTruncate, kRename, kUnlink, kMakeFolder, kRemoveFolder, kSync, kSyncFolder, kLink, kOutput = 11, kUnknown = 12 };

struct Head {
    uint32_t magic, kind, pathLength, secondLength;
    uint64_t node, offset, length;
};

static pthread_mutex_t g_lock = PTHREAD_MUTEX_INITIALIZER;
static char g_root[PATH_MAX];
static size_t g_rootLength;
static int g_log = -1;
static pid_t g_owner; // children go on unrecorded
static off_t g_output = -1;

#define REAL(name)                                                                                                                         \
    static __typeof__(&name) real;                                                                                                         \
    if (!real) {                                                                                                                           \
        real = (__typeof__(&name))dlsym(RTLD_NEXT, #name);                                                                                 \
    }

static ssize_t rawWrite(int fd, const void* data, size_t size)
{
    REAL(write)
    return real(fd, data, size);
}

__attribute__((constructor)) static void begin(void)
{
    const char* root = getenv("AKARI_RECORD_ROOT");
    const char* log = getenv("AKARI_RECORD_LOG");
    if (!root || !log || !realpath(root, g_root)) {
        return;
    }
    g_rootLength = strlen(g_root);
    int (*realOpen)(const char*, int, ...) = (int (*)(const char*, int, ...))dlsym(RTLD_NEXT, "open64");
    g_log = realOpen(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    g_owner = getpid();
    setvbuf(stdout, NULL, _IONBF, 0);
}

static int recording(void)
{
    return g_log >= 0 && getpid() == g_owner;
}

static void enter(void)
{
    pthread_mutex_lock(&g_lock);
}
static void leave(void)
{
    pthread_mutex_unlock(&g_lock);
}

static void putAll(const void* data, size_t size)
{
    const char* at = data;
    while (size > 0) {
        const ssize_t done = rawWrite(g_log, at, size);
        if (done <= 0) {
            abort(); // a log with a hole proves nothing
        }
        at += done;
        size -= (size_t)done;
    }
}

static void put(uint32_t kind, const char* path, const char* second, uint64_t node, uint64_t offset, const void* data, size_t length)
{
    const int kept = errno;
    struct stat out;
    if (kind != kOutput && fstat(STDOUT_FILENO, &out) == 0 && S_ISREG(out.st_mode) && out.st_size != g_output) {
        g_output = out.st_size;
        put(kOutput, "", "", 0, (uint64_t)out.st_size, NULL, 0);
    }
    const struct Head head = {0x43504b41, kind, (uint32_t)strlen(path), (uint32_t)strlen(second), node, offset, length};
    putAll(&head, sizeof head);
    putAll(path, head.pathLength);
    putAll(second, head.secondLength);
    putAll(data, length);
    errno = kept;
}

// Below the root, relative to it; 0 where it is elsewhere or not recorded.
static int below(const char* whole, char* relative)
{
    if (strncmp(whole, g_root, g_rootLength) != 0 || whole[g_rootLength] != '/') {
        return 0;
    }
    strcpy(relative, whole + g_rootLength + 1);
    const size_t length = strlen(relative);
    return length > 0 && (length < 4 || strcmp(relative + length - 4, "-shm") != 0);
}

// A path as a call names it. Its folder is resolved, its last part is not.
static int named(int folder, const char* path, char* relative)
{
    char whole[2 * PATH_MAX];
    char parent[PATH_MAX];
    if (!recording() || !path || !*path) {
        return 0;
    }
    if (path[0] != '/' && folder != AT_FDCWD) {
        char link[64];
        char base[PATH_MAX];
        snprintf(link, sizeof link, "/proc/self/fd/%d", folder);
        const ssize_t got = readlink(link, base, sizeof base - 1);
        if (got <= 0) {
            return 0;
        }
        base[got] = 0;
        snprintf(whole, sizeof whole, "%s/%s", base, path);
    } else {
        snprintf(whole, sizeof whole, "%s", path);
    }
    size_t length = strlen(whole);
    while (length > 1 && whole[length - 1] == '/') {
        whole[--length] = 0;
    }
    char* slash = strrchr(whole, '/');
    const char* last = slash ? slash + 1 : whole;
    if (slash) {
        *slash = 0;
    }
    const int kept = errno;
    const char* resolved = realpath(slash == NULL ? "." : *whole ? whole : "/", parent);
    errno = kept;
    if (!resolved) {
        return 0;
    }
    char joined[2 * PATH_MAX];
    snprintf(joined, sizeof joined, "%s/%s", parent, last);
    return below(joined, relative);
}

// The file behind a descriptor.
static int opened(int fd, char* relative, struct stat* facts)
{
    char link[64];
    char whole[PATH_MAX];
    if (!recording() || fd < 0 || fd == g_log) {
        return 0;
    }
    const int kept = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    const ssize_t got = readlink(link, whole, sizeof whole - 1);
    const int known = got > 0 && fstat(fd, facts) == 0;
    errno = kept;
    if (!known) {
        return 0;
    }
    whole[got] = 0;
    return below(whole, relative) || (S_ISDIR(facts->st_mode) && strcmp(whole, g_root) == 0 && !(*relative = 0));
}

// What an open changes: a file comes to be, or loses its content.
#define OPEN_BODY(folder, path, flags, call)                                                                                               \
    char relative[2 * PATH_MAX];                                                                                                           \
    if (!((flags) & (O_CREAT | O_TRUNC)) || !named(folder, path, relative)) {                                                              \
        return call;                                                                                                                       \
    }                                                                                                                                      \
    enter();                                                                                                                               \
    struct stat before;                                                                                                                    \
    const int there = fstatat(folder, path, &before, AT_SYMLINK_NOFOLLOW) == 0;                                                            \
    const int fd = call;                                                                                                                   \
    struct stat facts;                                                                                                                     \
    if (fd >= 0 && fstat(fd, &facts) == 0) {                                                                                               \
        if (!there) {                                                                                                                      \
            put(kCreate, relative, "", facts.st_ino, 0, NULL, 0);                                                                          \
        } else if (((flags)&O_TRUNC) && before.st_size > 0) {                                                                              \
            put(kTruncate, relative, "", facts.st_ino, 0, NULL, 0);                                                                        \
        }                                                                                                                                  \
    }                                                                                                                                      \
    leave();                                                                                                                               \
    return fd;

#define MODE_OF(flags)                                                                                                                     \
    mode_t mode = 0;                                                                                                                       \
    if ((flags)&O_CREAT) {                                                                                                                 \
        va_list more;                                                                                                                      \
        va_start(more, flags);                                                                                                             \
        mode = va_arg(more, mode_t);                                                                                                       \
        va_end(more);                                                                                                                      \
    }

int open(const char* path, int flags, ...)
{
    MODE_OF(flags) REAL(open) OPEN_BODY(AT_FDCWD, path, flags, real(path, flags, mode))
}
int open64(const char* path, int flags, ...)
{
    MODE_OF(flags) REAL(open64) OPEN_BODY(AT_FDCWD, path, flags, real(path, flags, mode))
}
int openat(int folder, const char* path, int flags, ...)
{
    MODE_OF(flags) REAL(openat) OPEN_BODY(folder, path, flags, real(folder, path, flags, mode))
}
int openat64(int folder, const char* path, int flags, ...)
{
    MODE_OF(flags) REAL(openat64) OPEN_BODY(folder, path, flags, real(folder, path, flags, mode))
}
int creat(const char* path, mode_t mode)
{
    return open(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}
int creat64(const char* path, mode_t mode)
{
    return open64(path, O_CREAT | O_WRONLY | O_TRUNC, mode);
}

static FILE* openStream(const char* path, const char* mode, FILE* (*real)(const char*, const char*))
{
    char relative[2 * PATH_MAX];
    if (mode[0] == 'r' || !named(AT_FDCWD, path, relative)) {
        return real(path, mode);
    }
    enter();
    struct stat before;
    const int there = lstat(path, &before) == 0;
    FILE* stream = real(path, mode);
    struct stat facts;
    if (stream && fstat(fileno(stream), &facts) == 0) {
        if (!there) {
            put(kCreate, relative, "", facts.st_ino, 0, NULL, 0);
        } else if (mode[0] == 'w' && before.st_size > 0) {
            put(kTruncate, relative, "", facts.st_ino, 0, NULL, 0);
        }
    }
    leave();
    return stream;
}
FILE* fopen(const char* path, const char* mode)
{
    REAL(fopen) return openStream(path, mode, real);
}
FILE* fopen64(const char* path, const char* mode)
{
    REAL(fopen64) return openStream(path, mode, real);
}

// Where a write without a position goes.
static off_t positionOf(int fd, const struct stat* facts)
{
    return (fcntl(fd, F_GETFL) & O_APPEND) != 0 ? facts->st_size : lseek(fd, 0, SEEK_CUR);
}

#define WRITE_BODY(position, call, log)                                                                                                    \
    char relative[2 * PATH_MAX];                                                                                                           \
    struct stat facts;                                                                                                                     \
    if (!opened(fd, relative, &facts) || !S_ISREG(facts.st_mode)) {                                                                        \
        return call;                                                                                                                       \
    }                                                                                                                                      \
    enter();                                                                                                                               \
    fstat(fd, &facts);                                                                                                                     \
    const off_t at = position;                                                                                                             \
    const ssize_t done = call;                                                                                                             \
    if (done > 0) {                                                                                                                        \
        log;                                                                                                                               \
    }                                                                                                                                      \
    leave();                                                                                                                               \
    return done;

#define LOG_PLAIN put(kWrite, relative, "", facts.st_ino, (uint64_t)at, data, (size_t)done)
ssize_t write(int fd, const void* data,
              size_t size){REAL(write) WRITE_BODY(positionOf(fd, &facts), real(fd, data, size), LOG_PLAIN)} ssize_t
    pwrite(int fd, const void* data, size_t size, off_t to){REAL(pwrite) WRITE_BODY(to, real(fd, data, size, to), LOG_PLAIN)} ssize_t
    pwrite64(int fd, const void* data, size_t size, off64_t to)
{
    REAL(pwrite64) WRITE_BODY(to, real(fd, data, size, to), LOG_PLAIN)
}

static void logVector(const char* relative, const struct stat* facts, off_t at, const struct iovec* parts, int count, size_t done)
{
    for (int i = 0; i < count && done > 0; ++i) {
        const size_t part = parts[i].iov_len < done ? parts[i].iov_len : done;
        put(kWrite, relative, "", facts->st_ino, (uint64_t)at, parts[i].iov_base, part);
        at += (off_t)part;
        done -= part;
    }
}
#define LOG_VECTOR logVector(relative, &facts, at, parts, count, (size_t)done)
ssize_t writev(int fd, const struct iovec* parts,
               int count){REAL(writev) WRITE_BODY(positionOf(fd, &facts), real(fd, parts, count), LOG_VECTOR)} ssize_t
    pwritev(int fd, const struct iovec* parts, int count,
            off_t to){REAL(pwritev) WRITE_BODY(to, real(fd, parts, count, to), LOG_VECTOR)} ssize_t
    pwritev64(int fd, const struct iovec* parts, int count, off64_t to)
{
    REAL(pwritev64) WRITE_BODY(to, real(fd, parts, count, to), LOG_VECTOR)
}

// Copies inside the kernel: what came of them is read back.
static void logCopied(const char* relative, const struct stat* facts, off_t at, size_t done)
{
    char link[2 * PATH_MAX + 2];
    snprintf(link, sizeof link, "%s/%s", g_root, relative);
    char* bytes = malloc(done);
    int (*realOpen)(const char*, int, ...) = (int (*)(const char*, int, ...))dlsym(RTLD_NEXT, "open64");
    const int reader = realOpen(link, O_RDONLY | O_CLOEXEC);
    if (!bytes || reader < 0 || pread(reader, bytes, done, at) != (ssize_t)done) {
        put(kUnknown, relative, "copy", 0, 0, NULL, 0);
    } else {
        put(kWrite, relative, "", facts->st_ino, (uint64_t)at, bytes, done);
    }
    if (reader >= 0) {
        close(reader);
    }
    free(bytes);
}
#define LOG_COPY logCopied(relative, &facts, at, (size_t)done)
ssize_t copy_file_range(int from, off64_t* fromAt, int fd, off64_t* to, size_t size, unsigned flags){
    REAL(copy_file_range) WRITE_BODY(to ? *to : positionOf(fd, &facts), real(from, fromAt, fd, to, size, flags), LOG_COPY)} ssize_t
    sendfile(int fd, int from, off_t* fromAt, size_t size);
ssize_t sendfile64(int fd, int from, off64_t* fromAt, size_t size);
ssize_t sendfile(int fd, int from, off_t* fromAt,
                 size_t size){REAL(sendfile) WRITE_BODY(positionOf(fd, &facts), real(fd, from, fromAt, size), LOG_COPY)} ssize_t
    sendfile64(int fd, int from, off64_t* fromAt, size_t size)
{
    REAL(sendfile64) WRITE_BODY(positionOf(fd, &facts), real(fd, from, fromAt, size), LOG_COPY)
}

#define DONE_BODY(known, call, log)                                                                                                        \
    char relative[2 * PATH_MAX];                                                                                                           \
    struct stat facts;                                                                                                                     \
    (void)facts;                                                                                                                           \
    if (!(known)) {                                                                                                                        \
        return call;                                                                                                                       \
    }                                                                                                                                      \
    enter();                                                                                                                               \
    const int done = call;                                                                                                                 \
    if (done == 0) {                                                                                                                       \
        log;                                                                                                                               \
    }                                                                                                                                      \
    leave();                                                                                                                               \
    return done;

int ftruncate(int fd, off_t length)
{
    REAL(ftruncate)
    DONE_BODY(opened(fd, relative, &facts), real(fd, length), put(kTruncate, relative, "", facts.st_ino, (uint64_t)length, NULL, 0))
}
int ftruncate64(int fd, off64_t length)
{
    REAL(ftruncate64)
    DONE_BODY(opened(fd, relative, &facts), real(fd, length), put(kTruncate, relative, "", facts.st_ino, (uint64_t)length, NULL, 0))
}
int truncate(const char* path, off_t length)
{
    REAL(truncate)
    DONE_BODY(named(AT_FDCWD, path, relative) && stat(path, &facts) == 0, real(path, length),
              put(kTruncate, relative, "", facts.st_ino, (uint64_t)length, NULL, 0))
}
int truncate64(const char* path, off64_t length)
{
    REAL(truncate64)
    DONE_BODY(named(AT_FDCWD, path, relative) && stat(path, &facts) == 0, real(path, length),
              put(kTruncate, relative, "", facts.st_ino, (uint64_t)length, NULL, 0))
}
int fallocate(int fd, int how, off_t at, off_t length)
{
    REAL(fallocate) DONE_BODY(opened(fd, relative, &facts), real(fd, how, at, length), put(kUnknown, relative, "fallocate", 0, 0, NULL, 0))
}
int fallocate64(int fd, int how, off64_t at, off64_t length)
{
    REAL(fallocate64)
    DONE_BODY(opened(fd, relative, &facts), real(fd, how, at, length), put(kUnknown, relative, "fallocate", 0, 0, NULL, 0))
}
int posix_fallocate(int fd, off_t at, off_t length)
{
    REAL(posix_fallocate) DONE_BODY(opened(fd, relative, &facts), real(fd, at, length), put(kUnknown, relative, "fallocate", 0, 0, NULL, 0))
}
int posix_fallocate64(int fd, off64_t at, off64_t length)
{
    REAL(posix_fallocate64)
    DONE_BODY(opened(fd, relative, &facts), real(fd, at, length), put(kUnknown, relative, "fallocate", 0, 0, NULL, 0))
}

int fsync(int fd)
{
    REAL(fsync)
    DONE_BODY(opened(fd, relative, &facts), real(fd),
              put(S_ISDIR(facts.st_mode) ? kSyncFolder : kSync, relative, "", facts.st_ino, 0, NULL, 0))
}
int fdatasync(int fd)
{
    REAL(fdatasync)
    DONE_BODY(opened(fd, relative, &facts), real(fd),
              put(S_ISDIR(facts.st_mode) ? kSyncFolder : kSync, relative, "", facts.st_ino, 0, NULL, 0))
}

static int renamed(unsigned kind, int fromFolder, const char* from, int toFolder, const char* to, int done, const char* relative)
{
    char second[2 * PATH_MAX];
    (void)fromFolder;
    (void)from;
    if (done == 0) {
        put(named(toFolder, to, second) ? kind : kUnknown, relative, second, 0, 0, NULL, 0);
    }
    return done;
}
#define RENAME_BODY(kind, fromFolder, from, toFolder, to, call)                                                                            \
    char relative[2 * PATH_MAX];                                                                                                           \
    if (!named(fromFolder, from, relative)) {                                                                                              \
        return call;                                                                                                                       \
    }                                                                                                                                      \
    enter();                                                                                                                               \
    const int done = renamed(kind, fromFolder, from, toFolder, to, call, relative);                                                        \
    leave();                                                                                                                               \
    return done;
int rename(const char* from, const char* to)
{
    REAL(rename) RENAME_BODY(kRename, AT_FDCWD, from, AT_FDCWD, to, real(from, to))
}
int renameat(int a, const char* from, int b, const char* to)
{
    REAL(renameat) RENAME_BODY(kRename, a, from, b, to, real(a, from, b, to))
}
int renameat2(int a, const char* from, int b, const char* to, unsigned flags)
{
    REAL(renameat2) RENAME_BODY(kRename, a, from, b, to, real(a, from, b, to, flags))
}
int link(const char* from, const char* to)
{
    REAL(link) RENAME_BODY(kLink, AT_FDCWD, from, AT_FDCWD, to, real(from, to))
}
int linkat(int a, const char* from, int b, const char* to, int flags)
{
    REAL(linkat) RENAME_BODY(kLink, a, from, b, to, real(a, from, b, to, flags))
}

int unlink(const char* path)
{
    REAL(unlink) DONE_BODY(named(AT_FDCWD, path, relative), real(path), put(kUnlink, relative, "", 0, 0, NULL, 0))
}
int unlinkat(int folder, const char* path, int flags)
{
    REAL(unlinkat)
    DONE_BODY(named(folder, path, relative), real(folder, path, flags),
              put((flags & AT_REMOVEDIR) ? kRemoveFolder : kUnlink, relative, "", 0, 0, NULL, 0))
}
int remove(const char* path)
{
    REAL(remove)
    DONE_BODY(named(AT_FDCWD, path, relative) && lstat(path, &facts) == 0, real(path),
              put(S_ISDIR(facts.st_mode) ? kRemoveFolder : kUnlink, relative, "", 0, 0, NULL, 0))
}
int rmdir(const char* path)
{
    REAL(rmdir) DONE_BODY(named(AT_FDCWD, path, relative), real(path), put(kRemoveFolder, relative, "", 0, 0, NULL, 0))
}
int mkdir(const char* path, mode_t mode)
{
    REAL(mkdir) DONE_BODY(named(AT_FDCWD, path, relative), real(path, mode), put(kMakeFolder, relative, "", 0, 0, NULL, 0))
}
int mkdirat(int folder, const char* path, mode_t mode)
{
    REAL(mkdirat) DONE_BODY(named(folder, path, relative), real(folder, path, mode), put(kMakeFolder, relative, "", 0, 0, NULL, 0))
}
