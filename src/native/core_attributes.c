/*
 * What a child takes on beside limits and user: its place among the other processes, and what it may do.
 * Plain system calls only, since the child borrows the parent's memory.
 */
#include "core.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

enum { IOPRIO_WHO_PROCESS = 1, LAST_CAPABILITY = 63, CAPABILITY_WORDS = 2 };

/* As in linux/capability.h, which not every C library comes with. */
static const uint32_t capability_version = 0x20080522;

struct capability_header {
  uint32_t version;
  int pid;
};

struct capability_sets {
  uint32_t effective, permitted, inheritable;
};

static int write_oom_score(int score) {
  char text[16];
  int at = sizeof text;
  unsigned rest = score < 0 ? (unsigned)-score : (unsigned)score;
  do {
    text[--at] = (char)('0' + rest % 10);
    rest /= 10;
  } while (rest > 0);
  if (score < 0) text[--at] = '-';
  const int fd = (int)syscall(SYS_openat, AT_FDCWD, "/proc/self/oom_score_adj", O_WRONLY | O_CLOEXEC);
  if (fd < 0) return -1;
  const ssize_t length = (ssize_t)sizeof text - at;
  const ssize_t written = syscall(SYS_write, fd, text + at, length);
  const int error = errno;
  close(fd);
  errno = error;
  return written == length ? 0 : -1;
}

enum spawn_step core_set_attributes(const struct spawn_attributes *wanted) {
  if (wanted->has_nice && setpriority(PRIO_PROCESS, 0, wanted->nice) != 0) return STEP_NICE;
  if (wanted->has_io_priority && syscall(SYS_ioprio_set, IOPRIO_WHO_PROCESS, 0, wanted->io_priority) != 0) {
    return STEP_IONICE;
  }
  if (wanted->has_oom_score && write_oom_score(wanted->oom_score) != 0) return STEP_OOM_SCORE;
  if (wanted->has_cpus && syscall(SYS_sched_setaffinity, 0, sizeof wanted->cpus, wanted->cpus) != 0) {
    return STEP_AFFINITY;
  }
  return STEP_NONE;
}

static bool is_wanted(const struct spawn_attributes *wanted, int capability) {
  return wanted->capabilities >> capability & 1;
}

/* A user that is not root keeps its capabilities over setuid only where it is asked for. */
int core_limit_capabilities(const struct spawn_attributes *wanted) {
  for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
    const bool exists = prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0;
    if (!exists) {
      if (wanted->capabilities >> capability == 0) break;
      errno = EINVAL;
      return -1;
    }
    if (!is_wanted(wanted, capability) && prctl(PR_CAPBSET_DROP, capability, 0, 0, 0) != 0) return -1;
  }
  return prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0);
}

int core_take_capabilities(const struct spawn_attributes *wanted) {
  struct capability_header header = {capability_version, 0};
  struct capability_sets data[CAPABILITY_WORDS];
  for (int word = 0; word < CAPABILITY_WORDS; word++) {
    const uint32_t bits = (uint32_t)(wanted->capabilities >> 32 * word);
    data[word] = (struct capability_sets){bits, bits, bits};
  }
  if (syscall(SYS_capset, &header, data) != 0) return -1;
  for (int capability = 0; capability <= LAST_CAPABILITY; capability++) {
    if (is_wanted(wanted, capability) && prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0) != 0) return -1;
  }
  return 0;
}

int core_forbid_new_privileges(void) { return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }

int core_die_with_parent(void) { return prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0); }
