/* Ends of children, the limits and the signals of this process, and its replacement by another program. */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LARGE_BYTES = 256 * 1024 };

#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_getfd
#define SYS_pidfd_getfd 438
#endif

/* The first version of the kernel's structure; its ioctl reports exit codes since Linux 6.15. */
struct pidfd_report {
  uint64_t mask;
  uint64_t cgroup;
  uint32_t ids[11];
  int32_t exit_code;
};

enum { REPORT_EXIT = 1 << 3 };

#define GET_PIDFD_REPORT _IOWR(0xFF, 11, struct pidfd_report)

/* Of the C libraries that we know only glibc's keeps much of what was freed, and gives each thread a heap of its own. */
void core_save_memory(void) {
#ifdef __GLIBC__
  mallopt(M_ARENA_MAX, 1);
  mallopt(M_MMAP_THRESHOLD, LARGE_BYTES);
#endif
}

void core_trim_memory(void) {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
}

size_t core_reap(struct exit_record *records, size_t capacity) {
  size_t count = 0;
  while (count < capacity) {
    const pid_t pid = waitpid(-1, &records[count].status, WNOHANG);
    if (pid < 0 && errno == EINTR) continue;
    if (pid <= 0) break;
    records[count++].pid = pid;
  }
  return count;
}

static int keep_over_exec(const int *keep, size_t count, int flags) {
  for (size_t i = 0; i < count; i++) {
    if (fcntl(keep[i], F_SETFD, flags) != 0) return -errno;
  }
  return 0;
}

int core_execve(const char *file, char *const *argv, char *const *env, const int *keep, size_t keep_count) {
  /* execve itself makes caught signals default; only ignored ones would stay. */
  bool ignored[NSIG] = {false};
  for (int number = 1; number < NSIG; number++) {
    struct sigaction action;
    if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN) {
      ignored[number] = true;
      signal(number, SIG_DFL);
    }
  }

  int error = keep_over_exec(keep, keep_count, 0);
  if (error == 0) {
    execve(file, argv, env);
    error = -errno;
  }

  keep_over_exec(keep, keep_count, FD_CLOEXEC);
  for (int number = 1; number < NSIG; number++) {
    if (ignored[number]) signal(number, SIG_IGN);
  }
  return error;
}

int core_block_signals(const int *numbers, size_t count, bool on) {
  sigset_t set;
  sigemptyset(&set);
  for (size_t i = 0; i < count; i++) {
    if (sigaddset(&set, numbers[i]) != 0) return -errno;
  }
  return sigprocmask(on ? SIG_BLOCK : SIG_UNBLOCK, &set, NULL) == 0 ? 0 : -errno;
}

int core_pidfd_open(pid_t pid) {
  const int fd = (int)syscall(SYS_pidfd_open, pid, 0);
  return fd < 0 ? -errno : fd;
}

int core_pidfd_getfd(int pidfd, int fd) {
  const int copy = (int)syscall(SYS_pidfd_getfd, pidfd, fd, 0);
  return copy < 0 ? -errno : copy;
}

int core_pidfd_exit_status(int pidfd, int *status) {
  struct pidfd_report report = {.mask = REPORT_EXIT};
  if (ioctl(pidfd, GET_PIDFD_REPORT, &report) != 0) return -errno;
  if (!(report.mask & REPORT_EXIT)) return -ENODATA;
  *status = report.exit_code;
  return 0;
}

int core_getrlimit(int resource, struct rlimit *limit) { return getrlimit(resource, limit) == 0 ? 0 : -errno; }

int core_setrlimit(int resource, const struct rlimit *limit) {
  return setrlimit(resource, limit) == 0 ? 0 : -errno;
}
