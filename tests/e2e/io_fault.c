/* Preloaded into the daemon: the n-th call that touches something below a folder fails, or the process dies in its place.
 *
 *   IO_FAULT_BELOW   only paths that begin with this
 *   IO_FAULT_AT      number of the call, from 1; 0: none, they are only counted
 *   IO_FAULT_FOR     how many fail from there on (1)
 *   IO_FAULT_ERRNO   what they fail with; "kill": the process dies
 *   IO_FAULT_READS   set: calls that only read count, else those that write
 *   IO_FAULT_LOG     a file that gets a line for each call that failed, or was counted
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const char *below, *log_path;
static long at, span = 1;
static int error_number, reads, kills;
static atomic_long calls;

__attribute__((constructor)) static void begin(void) {
  const char* text;
  below = getenv("IO_FAULT_BELOW");
  log_path = getenv("IO_FAULT_LOG");
  if ((text = getenv("IO_FAULT_AT"))) at = atol(text);
  if ((text = getenv("IO_FAULT_FOR"))) span = atol(text);
  if ((text = getenv("IO_FAULT_ERRNO"))) {
    kills = strcmp(text, "kill") == 0;
    error_number = atoi(text);
  }
  reads = getenv("IO_FAULT_READS") != NULL;
}

#define REAL(name)               \
  static __typeof__(&name) real; \
  if (!real) real = (__typeof__(&name))dlsym(RTLD_NEXT, #name)

static void note(long number, const char* call, const char* path) {
  char line[PATH_MAX + 64];
  const int size = snprintf(line, sizeof line, "%ld %s %s\n", number, call, path);
  const __typeof__(&open) real_open = (__typeof__(&open))dlsym(RTLD_NEXT, "open");
  const __typeof__(&write) real_write = (__typeof__(&write))dlsym(RTLD_NEXT, "write");
  const int fd = real_open(log_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return;
  (void)!real_write(fd, line, (size_t)size);
  close(fd);
}

/* Whether this call is to fail; errno is set then. */
static int fails(const char* call, const char* path) {
  if (!below || strncmp(path, below, strlen(below)) != 0) return 0;
  const long number = atomic_fetch_add(&calls, 1) + 1;
  const int hit = number >= at && number < at + span;
  if (at != 0 && !hit) return 0;
  if (log_path) note(number, call, path);
  if (at == 0) return 0;
  if (kills) kill(getpid(), SIGKILL);
  errno = error_number;
  return 1;
}

static int fails_fd(const char* call, int fd) {
  char link[64], path[PATH_MAX];
  if (!below || fd < 0) return 0;
  const int before = errno;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  path[size < 0 ? 0 : size] = 0;
  errno = before;
  return fails(call, path);
}

static int fails_at(const char* call, int folder, const char* name) {
  char link[64], path[PATH_MAX], whole[2 * PATH_MAX];
  if (!below || !name) return 0;
  if (name[0] == '/') return fails(call, name);
  if (name[0] == 0) return fails_fd(call, folder);
  snprintf(link, sizeof link, folder == AT_FDCWD ? "/proc/self/cwd" : "/proc/self/fd/%d", folder);
  const ssize_t size = readlink(link, path, sizeof path - 1);
  path[size < 0 ? 0 : size] = 0;
  snprintf(whole, sizeof whole, "%s/%s", path, name);
  return fails(call, whole);
}

/* Whether an open with these flags is one of the calls that count. */
static int counts(int flags) {
  const int writes = (flags & (O_CREAT | O_TRUNC)) || (flags & O_ACCMODE) != O_RDONLY;
  return writes != reads;
}

#define OPEN(name)                                                                           \
  int name(const char* path, int flags, ...) {                                               \
    REAL(name);                                                                              \
    va_list more;                                                                            \
    va_start(more, flags);                                                                   \
    const mode_t mode = va_arg(more, mode_t);                                                \
    va_end(more);                                                                            \
    return counts(flags) && fails_at("open", AT_FDCWD, path) ? -1 : real(path, flags, mode); \
  }
#define OPENAT(name)                                                                               \
  int name(int folder, const char* path, int flags, ...) {                                         \
    REAL(name);                                                                                    \
    va_list more;                                                                                  \
    va_start(more, flags);                                                                         \
    const mode_t mode = va_arg(more, mode_t);                                                      \
    va_end(more);                                                                                  \
    return counts(flags) && fails_at("open", folder, path) ? -1 : real(folder, path, flags, mode); \
  }
OPEN(open)
OPEN(open64)
OPENAT(openat)
OPENAT(openat64)

/* A write that fails leaves its first half, as on a disk that fills up. */
ssize_t write(int fd, const void* data, size_t size) {
  REAL(write);
  if (reads || fd <= 2 || !fails_fd("write", fd)) return real(fd, data, size);
  const int why = errno;
  (void)!real(fd, data, size / 2);
  errno = why;
  return -1;
}
#define PWRITE(name, offset_t)                                                 \
  ssize_t name(int fd, const void* data, size_t size, offset_t offset) {       \
    REAL(name);                                                                \
    if (reads || !fails_fd("pwrite", fd)) return real(fd, data, size, offset); \
    const int why = errno;                                                     \
    (void)!real(fd, data, size / 2, offset);                                   \
    errno = why;                                                               \
    return -1;                                                                 \
  }
PWRITE(pwrite, off_t)
PWRITE(pwrite64, off64_t)

#define CHANGE(name, parameters, arguments, question) \
  int name parameters {                               \
    REAL(name);                                       \
    return !reads && question ? -1 : real arguments;  \
  }
CHANGE(fsync, (int fd), (fd), fails_fd("fsync", fd))
CHANGE(fdatasync, (int fd), (fd), fails_fd("fdatasync", fd))
CHANGE(ftruncate, (int fd, off_t size), (fd, size), fails_fd("ftruncate", fd))
CHANGE(ftruncate64, (int fd, off64_t size), (fd, size), fails_fd("ftruncate", fd))
CHANGE(fallocate, (int fd, int mode, off_t offset, off_t size), (fd, mode, offset, size),
       fails_fd("fallocate", fd))
CHANGE(fallocate64, (int fd, int mode, off64_t offset, off64_t size), (fd, mode, offset, size),
       fails_fd("fallocate", fd))
CHANGE(rename, (const char* from, const char* to), (from, to), fails_at("rename", AT_FDCWD, from))
CHANGE(renameat, (int a, const char* from, int b, const char* to), (a, from, b, to),
       fails_at("rename", a, from))
CHANGE(renameat2, (int a, const char* from, int b, const char* to, unsigned flags),
       (a, from, b, to, flags), fails_at("rename", a, from))
CHANGE(link, (const char* from, const char* to), (from, to), fails_at("link", AT_FDCWD, from))
CHANGE(unlink, (const char* path), (path), fails_at("unlink", AT_FDCWD, path))
CHANGE(unlinkat, (int folder, const char* path, int flags), (folder, path, flags),
       fails_at("unlink", folder, path))
CHANGE(mkdir, (const char* path, mode_t mode), (path, mode), fails_at("mkdir", AT_FDCWD, path))

#define READ(type, name, parameters, arguments, question) \
  type name parameters {                                  \
    REAL(name);                                           \
    return reads && question ? -1 : real arguments;       \
  }
READ(ssize_t, read, (int fd, void* to, size_t size), (fd, to, size), fails_fd("read", fd))
READ(ssize_t, pread, (int fd, void* to, size_t size, off_t offset), (fd, to, size, offset),
     fails_fd("pread", fd))
READ(ssize_t, pread64, (int fd, void* to, size_t size, off64_t offset), (fd, to, size, offset),
     fails_fd("pread", fd))
READ(int, statx, (int folder, const char* path, int flags, unsigned mask, struct statx* to),
     (folder, path, flags, mask, to), fails_at("statx", folder, path))
